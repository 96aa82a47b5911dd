//! The records that hand out credentials: who asked, and which access key and session came of it.

use serde_json::Value;
use watchfire_model::{EventTime, Record, cloudtrail as ct};

use crate::caller;
use crate::text::cut;

/// Longer names are kept as their beginning.
pub(super) const NAME_BYTES_MAX: usize = 512;

/// A record's credentials are a few kilobytes; a larger answer is none that STS gave.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// Temporary credentials were handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Issue {
    /// The API that did it.
    pub how: Box<str>,
    pub time: EventTime,
    /// ARN or name of whoever asked.
    pub caller: Box<str>,
    /// Access key that signed the request.
    pub caller_key: Option<Box<str>>,
    /// An AWS service asked.
    pub by_service: bool,
    /// ARN of the session.
    pub session: Box<str>,
    /// Role that the session has.
    pub role: Box<str>,
    pub address: Box<str>,
}

impl Issue {
    /// The same issue may stand in two accounts' logs; the one that knows the caller better is kept.
    pub(crate) fn is_better_than(&self, other: &Issue) -> bool {
        let rank = |issue: &Issue| (issue.caller_key.is_some(), issue.caller.starts_with("arn:"), !issue.by_service);
        (rank(self), std::cmp::Reverse(self.time), &self.caller) > (rank(other), std::cmp::Reverse(other.time), &other.caller)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.how.len()
            + self.caller.len()
            + self.caller_key.as_ref().map_or(0, |key| key.len())
            + self.session.len()
            + self.role.len()
            + self.address.len()
    }
}

/// A person signed in to the console, or took another role there. No access key is named; later records are found by
/// their identity and the time their session was made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SignIn {
    pub time: EventTime,
    /// `ConsoleLogin`, `SwitchRole` …
    pub how: Box<str>,
    /// For a changed role, the identity before.
    pub from: Option<Box<str>>,
    pub address: Box<str>,
    /// Whether a second factor was used, where the record says.
    pub mfa: Option<bool>,
}

/// What a record of STS or sign-in tells about sessions.
pub(crate) enum Opened {
    /// Credentials with this access key.
    Key(Box<str>, Issue),
    /// A console session of this principal.
    Console(Box<str>, SignIn),
}

/// Reads a record that may open a session; every other record costs two comparisons.
#[inline]
pub(crate) fn opened(record: &Record<'_>, time: EventTime) -> Option<Opened> {
    match record.json(ct::EVENT_SOURCE)? {
        "\"sts.amazonaws.com\"" => issued(record, time),
        "\"signin.amazonaws.com\"" => signed_in(record, time),
        _ => None,
    }
}

fn issued(record: &Record<'_>, time: EventTime) -> Option<Opened> {
    let how = record.text(ct::EVENT_NAME)?;
    let hands_out = how.starts_with("AssumeRo") || matches!(&*how, "GetSessionToken" | "GetFederationToken" | "GetDelegatedAccessToken");
    if !hands_out {
        return None;
    }
    let answer = parsed(record.json(ct::RESPONSE_ELEMENTS)?)?;
    let key = answer.pointer("/credentials/accessKeyId")?.as_str().filter(|key| !key.is_empty())?;
    let request = record.json(ct::REQUEST_PARAMETERS).and_then(parsed).unwrap_or_default();
    let caller = caller::principal(record).unwrap_or_default();
    let first = |places: &[(&Value, &str)]| places.iter().find_map(|(value, pointer)| value.pointer(pointer)?.as_str()).map(kept);
    let session = first(&[
        (&answer, "/assumedRoleUser/arn"),
        (&answer, "/federatedUser/arn"),
        (&request, "/targetPrincipal"),
        (&request, "/roleArn"),
    ]);
    let role = first(&[(&request, "/roleArn"), (&request, "/targetPrincipal"), (&request, "/name")]);
    Some(Opened::Key(
        kept(key),
        Issue {
            time,
            caller_key: caller::present(record, ct::USER_IDENTITY_ACCESS_KEY_ID).map(|key| kept(&key)),
            by_service: record.json(ct::USER_IDENTITY_TYPE) == Some("\"AWSService\""),
            session: session.unwrap_or_else(|| kept(&caller)),
            role: role.unwrap_or_else(|| kept(&caller)),
            caller: kept(&caller),
            address: kept(&caller::present(record, ct::SOURCE_IP_ADDRESS).unwrap_or_default()),
            how: kept(&how),
        },
    ))
}

fn signed_in(record: &Record<'_>, time: EventTime) -> Option<Opened> {
    let how = record.text(ct::EVENT_NAME)?;
    if !matches!(&*how, "ConsoleLogin" | "SwitchRole" | "RenewRole") || caller::failure(record).is_some() {
        return None;
    }
    let answer = record.json(ct::RESPONSE_ELEMENTS).unwrap_or_default();
    if answer.contains("\"Failure\"") {
        return None;
    }
    let extra = record.json(ct::ADDITIONAL_EVENT_DATA).and_then(parsed).unwrap_or_default();
    let principal = caller::principal(record)?;
    Some(Opened::Console(
        kept(&principal),
        SignIn {
            time,
            how: kept(&how),
            from: extra.get("SwitchFrom").and_then(Value::as_str).map(kept),
            address: kept(&caller::present(record, ct::SOURCE_IP_ADDRESS).unwrap_or_default()),
            mfa: extra.get("MFAUsed").and_then(Value::as_str).map(|used| used.eq_ignore_ascii_case("yes")),
        },
    ))
}

fn parsed(json: &str) -> Option<Value> {
    if json.len() > ANSWER_BYTES_MAX { None } else { serde_json::from_str(json).ok() }
}

fn kept(text: &str) -> Box<str> {
    cut(text, NAME_BYTES_MAX).into()
}
