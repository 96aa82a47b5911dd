//! The envelope around what happened: what EventBridge asks of it, and the one in which CloudTrail's records arrive.

use watchfire_model::{Record, cloudtrail};

use super::json::{self, Kind};

/// Members that an event must have to be tested. Source: the reference of TestEventPattern, and recorded calls, which do without
/// `resources`.
const REQUIRED: [&str; 6] = ["id", "account", "source", "time", "region", "detail-type"];

/// How deep an event may be nested. Source: the limit of PutEvents.
const DEPTH_MAX: usize = 1000;

/// Why TestEventPattern refuses an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvelopeError {
    /// The byte of the text that this is about.
    pub at: usize,
    /// What is wrong.
    pub says: String,
}

impl std::fmt::Display for EnvelopeError {
    /// EventBridge's own message.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Parameter Event is not valid.")
    }
}

impl std::error::Error for EnvelopeError {}

/// Checks what TestEventPattern checks: a JSON object with the members of an envelope, `resources` and `detail` aside.
pub fn check_envelope(event: &str) -> Result<(), EnvelopeError> {
    let value = json::parse(event, DEPTH_MAX).map_err(|fault| EnvelopeError { at: fault.at, says: fault.says })?;
    let Kind::Object(members) = &value.kind else {
        return Err(EnvelopeError { at: value.at, says: "an event is a JSON object".into() });
    };
    match REQUIRED.iter().find(|required| !members.iter().any(|member| *member.name == ***required)) {
        Some(missing) => Err(EnvelopeError { at: value.at, says: format!("the event has no \"{missing}\"") }),
        None => Ok(()),
    }
}

/// A CloudTrail record offered as the event that EventBridge makes of it, without its text being built.
#[derive(Debug, Clone, Copy)]
pub struct CallEvent<'r> {
    /// The record's JSON text.
    pub record: &'r str,
    /// The event's id, plain text.
    pub id: &'r str,
}

/// The members of the envelope that are made from the record: their names, and where their values come from.
pub(super) const MADE: [(&str, Made); 7] = [
    ("version", Made::Version),
    ("id", Made::Id),
    ("detail-type", Made::DetailType),
    ("source", Made::Source),
    ("account", Made::Copied("detail.recipientAccountId")),
    ("time", Made::Copied("detail.eventTime")),
    ("region", Made::Copied("detail.awsRegion")),
];

/// From what a member is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Made {
    Version,
    Id,
    /// From `eventType`.
    DetailType,
    /// From `eventSource`.
    Source,
    /// The record's own value.
    Copied(&'static str),
}

impl Made {
    /// The path of the record's value that decides it.
    pub(super) fn from(self) -> Option<&'static str> {
        match self {
            Made::Version | Made::Id => None,
            Made::DetailType => Some("detail.eventType"),
            Made::Source => Some("detail.eventSource"),
            Made::Copied(path) => Some(path),
        }
    }
}

/// The version of the envelope, as JSON.
pub(super) const VERSION: &str = "\"0\"";

/// The `detail-type` of a record, as JSON, by the JSON text of its `eventType`.
/// Source: the EventBridge user guide, "AWS service events delivered via CloudTrail".
pub(super) fn detail_type(event_type: &str) -> &'static str {
    match event_type {
        "\"AwsConsoleSignIn\"" => "\"AWS Console Sign In via CloudTrail\"",
        "\"AwsConsoleAction\"" => "\"AWS Console Action via CloudTrail\"",
        "\"AwsServiceEvent\"" => "\"AWS Service Event via CloudTrail\"",
        "\"AwsCloudTrailInsight\"" => "\"AWS Insight via CloudTrail\"",
        _ => "\"AWS API Call via CloudTrail\"",
    }
}

/// The `source` of a record, as JSON, by the JSON text of its `eventSource`: `aws.ec2` for `ec2.amazonaws.com`. Nothing for what is no
/// text.
pub(super) fn source(event_source: &str, json: &mut String) -> Option<()> {
    let name = event_source.strip_prefix('"')?.strip_suffix('"')?;
    json.push_str("\"aws.");
    json.push_str(name.strip_suffix(".amazonaws.com").unwrap_or(name));
    json.push('"');
    Some(())
}

/// The text of the event that a CloudTrail record is offered as; [`CallEvent`] does without it. `resources` is empty.
pub fn call_event_text(record: &Record<'_>, id: &str) -> String {
    let json = |slot| record.json(slot);
    let mut made = String::new();
    let mut member = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            made.push_str(if made.is_empty() { "{\"" } else { ",\"" });
            made.push_str(name);
            made.push_str("\":");
            made.push_str(value);
        }
    };
    let mut source_json = String::new();
    let has_source = json(cloudtrail::EVENT_SOURCE).and_then(|text| source(text, &mut source_json)).is_some();
    member("version", Some(VERSION));
    member("id", Some(&serde_json::Value::from(id).to_string()));
    member("detail-type", Some(detail_type(json(cloudtrail::EVENT_TYPE).unwrap_or_default())));
    member("source", has_source.then_some(&*source_json));
    member("account", json(cloudtrail::RECIPIENT_ACCOUNT_ID));
    member("time", json(cloudtrail::EVENT_TIME));
    member("region", json(cloudtrail::AWS_REGION));
    member("resources", Some("[]"));
    member("detail", Some(record.raw()));
    made.push('}');
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_has_its_members() {
        let whole = r#"{"id":"1","account":"1","source":"s","time":"t","region":"r","detail-type":"d","detail":{}}"#;
        assert_eq!(check_envelope(whole), Ok(()));
        for name in REQUIRED {
            let without = whole.replace(&format!("\"{name}\""), "\"x\"");
            let error = check_envelope(&without).expect_err(name);
            assert_eq!((error.to_string().as_str(), error.says), ("Parameter Event is not valid.", format!("the event has no \"{name}\"")));
        }
        assert!(check_envelope("[]").is_err() && check_envelope("{").is_err() && check_envelope("").is_err());
    }
}
