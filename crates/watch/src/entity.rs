//! Whom and what a record is about.

use std::borrow::Cow;
use std::fmt;
use std::hash::BuildHasher;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use watchfire_model::{Entity, EntityKind, Record, Slot, cloudtrail};

/// The fields that decide which finding a record belongs to, and whom it is about.
pub(crate) const FIELDS: [Slot; 8] = [
    cloudtrail::USER_IDENTITY_TYPE,
    cloudtrail::USER_IDENTITY_PRINCIPAL_ID,
    cloudtrail::USER_IDENTITY_ARN,
    cloudtrail::USER_IDENTITY_ACCOUNT_ID,
    cloudtrail::USER_IDENTITY_USER_NAME,
    cloudtrail::USER_IDENTITY_INVOKED_BY,
    cloudtrail::SESSION_ISSUER_ARN,
    cloudtrail::RECIPIENT_ACCOUNT_ID,
];

/// The fields from which a record's entities of a kind come, beside [`FIELDS`].
pub(crate) fn paths_of(kind: EntityKind) -> &'static [&'static str] {
    match kind {
        EntityKind::AccessKey => &["userIdentity.accessKeyId"],
        EntityKind::Address => &["sourceIPAddress"],
        EntityKind::Region => &["awsRegion"],
        EntityKind::UserAgent => &["userAgent"],
        EntityKind::Resource => &["requestParameters", "resources"],
        _ => &[],
    }
}

/// Who made a call.
#[derive(Debug)]
pub(crate) struct Actor<'r> {
    /// ARN, else the invoking service, else the principal id or account.
    pub(crate) name: Cow<'r, str>,
    /// The role behind a session.
    pub(crate) issuer: Option<Cow<'r, str>>,
}

impl<'r> Actor<'r> {
    pub(crate) fn of(record: &Record<'r>) -> Actor<'r> {
        let first = [
            cloudtrail::USER_IDENTITY_ARN,
            cloudtrail::USER_IDENTITY_INVOKED_BY,
            cloudtrail::USER_IDENTITY_USER_NAME,
            cloudtrail::USER_IDENTITY_PRINCIPAL_ID,
            cloudtrail::USER_IDENTITY_ACCOUNT_ID,
            cloudtrail::USER_IDENTITY_TYPE,
        ];
        let name = first.into_iter().find_map(|slot| record.text(slot).filter(|text| !text.is_empty())).unwrap_or(Cow::Borrowed("unknown"));
        Actor { name, issuer: record.text(cloudtrail::SESSION_ISSUER_ARN).filter(|text| !text.is_empty()) }
    }

    /// What occurrences of one finding share. Sessions of a role belong together, since their names change by the call; behind an
    /// Identity Center role each session is a person.
    pub(crate) fn stable(&self) -> &str {
        match &self.issuer {
            Some(issuer) if !issuer.contains("/AWSReservedSSO_") => issuer,
            _ => &self.name,
        }
    }
}

/// Request members that name what is acted on, most telling first.
const RESOURCE_MEMBERS: [&str; 40] = [
    "bucketName",
    "userName",
    "roleName",
    "groupName",
    "policyArn",
    "roleArn",
    "functionName",
    "instanceId",
    "secretId",
    "keyId",
    "trailName",
    "detectorId",
    "dBInstanceIdentifier",
    "dBSnapshotIdentifier",
    "dBClusterIdentifier",
    "snapshotId",
    "imageId",
    "groupId",
    "vpcId",
    "tableName",
    "topicArn",
    "queueUrl",
    "repositoryName",
    "clusterName",
    "cluster",
    "stackName",
    "projectName",
    "logGroupName",
    "documentName",
    "name",
    "flowLogId",
    "ruleName",
    "alarmNames",
    "accountId",
    "modelId",
    "identity",
    "serialNumber",
    "profileName",
    "fileSystemId",
    "backupVaultName",
];

/// Entities of a record: kind and name, which is no longer than a name may be.
pub(crate) fn of_record(record: &Record<'_>, actor: &Actor<'_>, add: &mut dyn FnMut(EntityKind, &str)) {
    let mut add = |kind, id: &str| {
        if !id.is_empty() {
            add(kind, &cut(id));
        }
    };
    add(EntityKind::Principal, &actor.name);
    if let Some(issuer) = &actor.issuer {
        add(EntityKind::SessionIssuer, issuer);
    }
    for (kind, slot) in [
        (EntityKind::AccessKey, cloudtrail::USER_IDENTITY_ACCESS_KEY_ID),
        (EntityKind::Address, cloudtrail::SOURCE_IP_ADDRESS),
        (EntityKind::Account, cloudtrail::RECIPIENT_ACCOUNT_ID),
        (EntityKind::Region, cloudtrail::AWS_REGION),
        (EntityKind::UserAgent, cloudtrail::USER_AGENT),
    ] {
        if let Some(text) = record.text(slot) {
            add(kind, &text);
        }
    }
    resources(record).iter().for_each(|resource| add(EntityKind::Resource, resource));
}

fn entity(kind: EntityKind, id: &str) -> Entity {
    Entity { kind, id: cut(id).into() }
}

/// Characters of a log text that are kept where it names something: the longest ARN has some 250.
const NAME_CHARS_MAX: usize = 300;

/// A log text, cut where it is too long to be a name; texts that differ stay different.
pub(crate) fn cut(text: &str) -> Cow<'_, str> {
    if text.len() <= NAME_CHARS_MAX {
        return Cow::Borrowed(text);
    }
    match text.char_indices().nth(NAME_CHARS_MAX) {
        None => Cow::Borrowed(text),
        Some((at, _)) => {
            let hash = foldhash::fast::FixedState::with_seed(0).hash_one(text);
            Cow::Owned(format!("{}… ({} bytes, {hash:016x})", text.get(..at).unwrap_or_default(), text.len()))
        }
    }
}

/// ARNs of the record's `resources`, and names from its request.
fn resources(record: &Record<'_>) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(json) = record.json(cloudtrail::RESOURCES) {
        let touched: Vec<Touched<'_>> = serde_json::from_str(json).unwrap_or_default();
        found.extend(touched.into_iter().filter_map(|touched| touched.arn).take(RESOURCES_MAX).map(Cow::into_owned));
    }
    if let Some(json) = record.json(cloudtrail::REQUEST_PARAMETERS).filter(|json| json.starts_with('{')) {
        let Named(mut named) = serde_json::from_str(json).unwrap_or_default();
        named.sort_by_key(|(rank, _)| *rank);
        found.extend(named.into_iter().map(|(_, name)| name));
    }
    found.truncate(RESOURCES_MAX);
    found
}

/// Resources told of one record.
const RESOURCES_MAX: usize = 8;

/// One member of `resources`.
#[derive(serde::Deserialize)]
struct Touched<'r> {
    #[serde(borrow, default, alias = "ARN")]
    arn: Option<Cow<'r, str>>,
}

/// Names in a request, with the rank of the member they stand in; everything else is passed over.
#[derive(Default)]
struct Named(Vec<(usize, String)>);

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Named;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the parameters of a request")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Named, A::Error> {
                let mut named = Vec::new();
                while let Some(member) = map.next_key::<Cow<'_, str>>()? {
                    match RESOURCE_MEMBERS.iter().position(|known| *known == member) {
                        Some(rank) => named.extend(map.next_value::<Names>()?.texts().map(|name| (rank, name))),
                        None if member == "instancesSet" => {
                            if let Instances::Set { items } = map.next_value()? {
                                let ids = items.into_iter().filter_map(|item| item.instance_id);
                                named.extend(ids.map(|id| (RESOURCE_MEMBERS.len(), id)));
                            }
                        }
                        None => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(Named(named))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// A name, or several; other shapes name nothing.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Names {
    One(String),
    Many(Vec<String>),
    Other(IgnoredAny),
}

impl Names {
    fn texts(self) -> impl Iterator<Item = String> {
        let names = match self {
            Names::One(name) => vec![name],
            Names::Many(names) => names,
            Names::Other(IgnoredAny) => Vec::new(),
        };
        names.into_iter().take(RESOURCES_MAX)
    }
}

/// EC2's way to name instances; other shapes name nothing.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Instances {
    Set { items: Vec<InstanceItem> },
    Other(IgnoredAny),
}

#[derive(serde::Deserialize)]
struct InstanceItem {
    #[serde(default, rename = "instanceId")]
    instance_id: Option<String>,
}

/// The entity that a correlation's group-by value is.
pub(crate) fn of_field(field: &str, value: &str) -> Option<Entity> {
    let kind = match field {
        "userIdentity.arn" | "userIdentity.principalId" | "userIdentity.userName" => EntityKind::Principal,
        "userIdentity.sessionContext.sessionIssuer.arn" | "userIdentity.sessionContext.sessionIssuer.userName" => EntityKind::SessionIssuer,
        "userIdentity.accessKeyId" => EntityKind::AccessKey,
        "sourceIPAddress" => EntityKind::Address,
        "recipientAccountId" | "userIdentity.accountId" => EntityKind::Account,
        "awsRegion" => EntityKind::Region,
        "userAgent" => EntityKind::UserAgent,
        field if field.starts_with("requestParameters.") || field.starts_with("derived.") => EntityKind::Resource,
        _ => return None,
    };
    (!value.is_empty()).then(|| entity(kind, value))
}
