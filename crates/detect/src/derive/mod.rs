//! Judgements about a record that a field comparison cannot make: pure functions with a field name, one file each.

pub(crate) mod aws_service_call;
mod foreign_account;
mod policy;
mod public_acl;
mod role_name;
mod self_target;
mod world;
mod world_open_port;

pub(crate) use aws_service_call::CONSOLE;
pub(crate) use policy::DOCUMENTS;

use std::borrow::Cow;
use std::cell::OnceCell;

use watchfire_model::{Record, Slot, cloudtrail};

use crate::rule::Lists;
use crate::tree::Node;

/// A derived field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Derived {
    /// AWS itself made the call.
    AwsServiceCall,
    /// A policy in the request allows everybody.
    PolicyPublic,
    /// A policy in the request allows everything on everything.
    PolicyAdmin,
    /// A policy in the request allows an IAM action that gives more rights.
    PolicyEscalates,
    /// Accounts named in the request that are not the recipient.
    ForeignAccount,
    /// An ACL in the request grants everybody.
    AclPublic,
    /// Ports that the request opens to the world.
    WorldOpenPort,
    /// The request is about the caller itself.
    SelfTarget,
    /// Name of the role the request is about.
    RoleName,
}

impl Derived {
    /// All, in the order of the documentation.
    pub const ALL: [Derived; 9] = [
        Derived::AwsServiceCall,
        Derived::PolicyPublic,
        Derived::PolicyAdmin,
        Derived::PolicyEscalates,
        Derived::ForeignAccount,
        Derived::AclPublic,
        Derived::WorldOpenPort,
        Derived::SelfTarget,
        Derived::RoleName,
    ];

    /// The field's path in rules.
    pub fn path(self) -> &'static str {
        match self {
            Derived::AwsServiceCall => "derived.aws_service_call",
            Derived::PolicyPublic => "derived.policy_public",
            Derived::PolicyAdmin => "derived.policy_admin",
            Derived::PolicyEscalates => "derived.policy_escalates",
            Derived::ForeignAccount => "derived.foreign_account",
            Derived::AclPublic => "derived.acl_public",
            Derived::WorldOpenPort => "derived.world_open_port",
            Derived::SelfTarget => "derived.self_target",
            Derived::RoleName => "derived.role_name",
        }
    }

    /// The derived field of that path.
    pub fn of_path(path: &str) -> Option<Derived> {
        Derived::ALL.into_iter().find(|derived| derived.path() == path)
    }

    /// The fields that it is made from.
    pub(crate) fn fields(self) -> &'static [Slot] {
        match self {
            Derived::AwsServiceCall => &aws_service_call::FIELDS,
            _ => &FACTS,
        }
    }

    /// Whether each of these fields is a text by itself, of which [`aws_service_call::Word`] is all that counts.
    pub(crate) fn is_of_texts(self) -> bool {
        self == Derived::AwsServiceCall
    }

    /// Its values on a record: `"true"` or nothing for yes-or-no judgements, otherwise a list.
    pub(crate) fn values(self, facts: &Facts<'_>) -> Values {
        let yes = |answer: bool| if answer { Values::Yes } else { Values::None };
        match self {
            Derived::AwsServiceCall => yes(aws_service_call::judge(&facts.record)),
            Derived::PolicyPublic => yes(policy::any(facts, |statement| statement.is_public())),
            Derived::PolicyAdmin => yes(policy::any(facts, |statement| statement.is_admin())),
            Derived::PolicyEscalates => yes(policy::any(facts, |statement| statement.escalates())),
            Derived::ForeignAccount => Values::List(foreign_account::list(facts)),
            Derived::AclPublic => yes(public_acl::judge(facts)),
            Derived::WorldOpenPort => Values::List(world_open_port::list(facts)),
            Derived::SelfTarget => yes(self_target::judge(facts)),
            Derived::RoleName => Values::List(role_name::name(facts).into_iter().collect()),
        }
    }
}

/// What a derived field holds.
#[derive(Debug)]
pub(crate) enum Values {
    /// Nothing: the field is absent.
    None,
    /// `true`.
    Yes,
    /// Some texts; none is as good as absent.
    List(Vec<String>),
}

impl Values {
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let (yes, list): (Option<&str>, &[String]) = match self {
            Values::None => (None, &[]),
            Values::Yes => (Some("true"), &[]),
            Values::List(list) => (None, list),
        };
        yes.into_iter().chain(list.iter().map(String::as_str))
    }
}

/// The fields that [`Facts`] are taken from.
const FACTS: [Slot; 8] = [
    cloudtrail::USER_IDENTITY_TYPE,
    cloudtrail::USER_IDENTITY_ARN,
    cloudtrail::USER_IDENTITY_USER_NAME,
    cloudtrail::SESSION_ISSUER_USER_NAME,
    cloudtrail::RECIPIENT_ACCOUNT_ID,
    cloudtrail::EVENT_SOURCE,
    cloudtrail::EVENT_NAME,
    cloudtrail::REQUEST_PARAMETERS,
];

/// What derived fields look at, all of it in [`FACTS`]: the identity's texts and the request as a tree, each taken from the record when first asked for.
pub(crate) struct Facts<'r> {
    record: Record<'r>,
    request: OnceCell<Node<'r>>,
    lists: &'r Lists,
}

impl<'r> Facts<'r> {
    /// Of a record.
    pub(crate) fn of(record: &Record<'r>, lists: &'r Lists) -> Facts<'r> {
        Facts { record: *record, request: OnceCell::new(), lists }
    }

    /// The organisation's accounts, from the list `own_accounts`.
    pub(crate) fn own_accounts(&self) -> &'r [String] {
        self.lists.get("own_accounts").unwrap_or_default()
    }

    fn text(&self, slot: Slot) -> Cow<'r, str> {
        self.record.text(slot).unwrap_or_default()
    }

    pub(crate) fn identity_type(&self) -> Cow<'r, str> {
        self.text(cloudtrail::USER_IDENTITY_TYPE)
    }

    pub(crate) fn identity_arn(&self) -> Cow<'r, str> {
        self.text(cloudtrail::USER_IDENTITY_ARN)
    }

    pub(crate) fn user_name(&self) -> Cow<'r, str> {
        self.text(cloudtrail::USER_IDENTITY_USER_NAME)
    }

    pub(crate) fn issuer_name(&self) -> Cow<'r, str> {
        self.text(cloudtrail::SESSION_ISSUER_USER_NAME)
    }

    pub(crate) fn account(&self) -> Cow<'r, str> {
        self.text(cloudtrail::RECIPIENT_ACCOUNT_ID)
    }

    pub(crate) fn event_source(&self) -> Cow<'r, str> {
        self.text(cloudtrail::EVENT_SOURCE)
    }

    pub(crate) fn event_name(&self) -> Cow<'r, str> {
        self.text(cloudtrail::EVENT_NAME)
    }

    /// The request as a tree, parsed when first asked for: most judgements need the identity alone.
    pub(crate) fn request(&self) -> &Node<'r> {
        let parse = || self.record.json(cloudtrail::REQUEST_PARAMETERS).and_then(Node::parse).unwrap_or(Node::Null);
        self.request.get_or_init(parse)
    }

    /// A text of the request, by its names in order of trust.
    pub(crate) fn request_text(&self, names: &[&str]) -> Option<Cow<'_, str>> {
        names.iter().find_map(|name| self.request().member(name)?.scalar())
    }
}
