//! The calls of AWS that the organisation knows: one table a service, compiled once.
//!
//! A call is written down as CloudTrail records it, with holes for what changes. Everybody's records, the attackers'
//! included, come from these tables.

mod compute;
mod containers;
mod data;
mod ec2;
mod ec2_change;
mod iam;
mod integration;
mod machine_learning;
mod organization;
mod s3;
mod secrets;
mod security;
mod spec;
mod sts;
mod systems;

pub(crate) use spec::Kind;
use spec::{Failure, RequestId, Service, Spec, failure};

use crate::template::{Shared, Template};
use std::collections::HashMap;
use std::sync::LazyLock;

/// The tables, by service.
const TABLES: &[&[Service]] = &[
    compute::SERVICES,
    containers::SERVICES,
    data::SERVICES,
    ec2::SERVICES,
    ec2_change::SERVICES,
    iam::SERVICES,
    integration::SERVICES,
    machine_learning::SERVICES,
    organization::SERVICES,
    s3::SERVICES,
    secrets::SERVICES,
    security::SERVICES,
    sts::SERVICES,
    systems::SERVICES,
];

/// A compiled failure.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) code: &'static str,
    pub(crate) message: Template,
    permille: u64,
}

/// A compiled call.
#[derive(Debug)]
pub(crate) struct Call {
    /// `iam:CreateUser`: the action as policies and scripts name it, without the API dates of Lambda.
    pub(crate) action: String,
    /// The same as policies and refusals name it; differs where one API call has two rows.
    pub(crate) permission: String,
    pub(crate) name: &'static str,
    pub(crate) source: &'static str,
    pub(crate) version: &'static str,
    pub(crate) read_only: bool,
    pub(crate) kind: Kind,
    pub(crate) global: bool,
    pub(crate) in_brackets: bool,
    pub(crate) refusal: &'static str,
    pub(crate) api_version: &'static str,
    /// `md/command#iam.create-user`
    pub(crate) command: String,
    /// `api/iam#1.38.8`
    pub(crate) api: String,
    pub(crate) request: Template,
    pub(crate) response: Template,
    pub(crate) extra: Option<Template>,
    pub(crate) resources: Option<Template>,
    pub(crate) details: Option<Template>,
    pub(crate) host: Option<Template>,
    pub(crate) faults: Vec<Fault>,
    request_id: RequestId,
}

impl Call {
    /// Whether a request id of S3's short form, a UUID, or none is recorded.
    pub(crate) fn write_request_id(&self, random: &mut crate::random::Random, out: &mut Vec<u8>) -> bool {
        match self.request_id {
            RequestId::Uuid => random.uuid(out),
            RequestId::Short => random.upper(16, out),
            RequestId::Absent => return false,
        }
        true
    }

    /// The everyday failure that chance chooses, mostly none.
    pub(crate) fn everyday_fault(&self, random: &mut crate::random::Random) -> Option<&Fault> {
        if self.faults.is_empty() {
            return None;
        }
        let mut drawn = random.below(1000);
        self.faults.iter().find(|fault| {
            let hit = drawn < fault.permille;
            drawn = drawn.saturating_sub(fault.permille);
            hit
        })
    }
}

static CATALOGUE: LazyLock<HashMap<String, Call>> = LazyLock::new(|| {
    let mut calls = HashMap::new();
    for service in TABLES.iter().copied().flatten() {
        for spec in service.calls {
            let call = compile(service, spec);
            let twice = calls.insert(call.action.clone(), call);
            assert!(twice.is_none(), "{}:{} stands twice in the tables", service.prefix, spec.name);
        }
    }
    calls
});

/// The call of an action such as `iam:CreateUser`.
pub(crate) fn named(action: &str) -> &'static Call {
    CATALOGUE.get(action).unwrap_or_else(|| panic!("no table holds the call {action}"))
}

/// Every call, in no order.
#[cfg(test)]
pub(crate) fn all() -> impl Iterator<Item = &'static Call> {
    CATALOGUE.values()
}

fn compile(service: &'static Service, spec: &'static Spec) -> Call {
    let mut texts = vec![service.host, spec.request, spec.response, spec.extra, spec.resources, spec.details];
    if spec.request == "null" || !spec.request.contains("<bucket>") {
        texts[0] = service.host.trim_start_matches("<bucket>.");
    }
    texts.extend(spec.failures.iter().map(|failure| failure.message));
    let shared = Shared::among(&texts);
    let optional = |text: &'static str| (!text.is_empty()).then(|| Template::new(text, &shared));
    let verb = without_date(spec.recorded);
    let label = service.source.split('.').next().expect("split gives one part");
    Call {
        action: format!("{}:{}", service.prefix, without_date(spec.name)),
        permission: format!("{}:{verb}", service.prefix),
        name: spec.recorded,
        source: service.source,
        version: service.version,
        read_only: spec.read_only,
        kind: spec.kind,
        global: service.global,
        in_brackets: service.in_brackets,
        refusal: service.refusal,
        api_version: spec.api_version,
        command: format!(" md/command#{}.{}", if service.prefix == "s3" { "s3api" } else { label }, kebab(verb)),
        api: format!(" api/{label}#1.{}.{}", 30 + label.len() * 13, verb.len() % 7 % 3),
        request: Template::new(spec.request, &shared),
        response: Template::new(spec.response, &shared),
        extra: optional(spec.extra),
        resources: optional(spec.resources),
        details: optional(spec.details),
        host: optional(texts[0]),
        faults: spec
            .failures
            .iter()
            .map(|f| Fault { code: f.code, message: Template::new(f.message, &shared), permille: f.permille })
            .collect(),
        request_id: service.request_id,
    }
}

/// `UpdateFunctionCode20150331v2` is the action `UpdateFunctionCode`.
fn without_date(name: &'static str) -> &'static str {
    let end = name.find("2015").or_else(|| name.find("2017")).or_else(|| name.find("2018")).or_else(|| name.find("2021"));
    &name[..end.unwrap_or(name.len())]
}

/// `DescribeDBInstances` is `describe-db-instances` on the command line.
fn kebab(name: &str) -> String {
    let letters = name.as_bytes();
    let mut out = String::new();
    for (at, letter) in name.char_indices() {
        let after_lower = at > 0 && letters[at - 1].is_ascii_lowercase();
        let before_lower = at > 0 && letters.get(at + 1).is_some_and(u8::is_ascii_lowercase) && letters[at - 1].is_ascii_uppercase();
        if letter.is_ascii_uppercase() && (after_lower || before_lower) {
            out.push('-');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_turn_into_commands() {
        assert_eq!(kebab("DescribeDBInstances"), "describe-db-instances");
        assert_eq!(kebab("GetSecretValue"), "get-secret-value");
        assert_eq!(named("lambda:UpdateFunctionCode").name, "UpdateFunctionCode20150331v2");
    }

    #[test]
    fn the_tables_are_wide() {
        assert!(CATALOGUE.len() >= 200, "{} calls", CATALOGUE.len());
    }
}
