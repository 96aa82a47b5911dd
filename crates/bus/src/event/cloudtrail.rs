//! CloudTrail records as events.

use watchfire_model::arn::Home;
use watchfire_model::{Record, cloudtrail as table};

use super::{DEPTH_MAX, Event, EventId};
use crate::instant::whole_seconds;
use crate::json;

/// A text is no CloudTrail record, so it becomes no event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a CloudTrail record: {0}")]
pub struct NotARecord(&'static str);

const API_CALL: &str = "AWS API Call via CloudTrail";

/// The kinds of events that records become, by the record's `eventType`.
const KINDS: &[(&str, &str)] = &[
    ("AwsApiCall", API_CALL),
    ("AwsConsoleAction", "AWS Console Action via CloudTrail"),
    ("AwsConsoleSignIn", "AWS Console Sign In via CloudTrail"),
    ("AwsCloudTrailInsight", "AWS Insight via CloudTrail"),
    ("AwsServiceEvent", "AWS Service Event via CloudTrail"),
];

/// The event that AWS sends about a record. The record's own id gives the event's id, so a record that is read twice is one event.
/// Account and region are those the record was delivered for; `home` stands in where it does not say.
///
/// # Errors
/// What the record lacks.
pub fn cloudtrail(record: &str, home: &Home) -> Result<Event, NotARecord> {
    if json::shape(record) != json::Shape::Object || !json::is_valid(record, DEPTH_MAX - 1) {
        return Err(NotARecord("no JSON object, or nested too deep"));
    }
    let members = json::members(record).ok_or(NotARecord("a key is no Unicode text"))?;
    let find = |name: &str| members.iter().rev().find(|(key, _)| key == name).map(|(_, value)| *value);
    let text = |name: &str| find(name).and_then(json::unquote);
    let service = text("eventSource").ok_or(NotARecord("it has no eventSource"))?;
    let service = service.strip_suffix(".amazonaws.com").unwrap_or(&service);
    let time = text("eventTime").and_then(|time| time.parse().ok()).ok_or(NotARecord("it has no eventTime"))?;
    let caller = || find("userIdentity").and_then(|identity| json::text_at(identity, &["accountId"]));
    let account = text("recipientAccountId").or_else(caller).unwrap_or_else(|| home.account.clone());
    let region = text("awsRegion").unwrap_or_else(|| home.region.clone());
    let kind = text("eventType").unwrap_or_default();
    let compact = json::compact(record);
    let id = match text("eventID") {
        Some(id) => EventId::of("cloudtrail", &[&account, &region, &id]),
        None => EventId::of("cloudtrail text", &[&compact]),
    };
    Ok(Event {
        id,
        detail_type: KINDS.iter().find(|(name, _)| *name == kind).map_or(API_CALL, |(_, kind)| kind).to_owned(),
        source: format!("aws.{service}"),
        account,
        time: whole_seconds(time),
        region,
        resources: Vec::new(),
        detail: compact.into(),
        replay_name: None,
        more: Vec::new(),
    })
}

/// Whether an event tells of a management call that only reads. Rules in state `ENABLED` do not see those, rules in state
/// `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS` do. AWS goes by the name: calls that hand out credentials count as changes.
pub fn is_read_only_call(event: &Event) -> bool {
    if event.detail_type != API_CALL {
        return false;
    }
    let Some(members) = json::members(&event.detail) else { return false };
    let text = |name: &str| members.iter().rev().find(|(key, _)| key == name).map(|(_, value)| *value);
    let is_management = match text("eventCategory").and_then(json::unquote) {
        Some(category) => category == "Management",
        None => text("managementEvent") != Some("false"),
    };
    is_management && reads(&text("eventName").and_then(json::unquote).unwrap_or_default())
}

/// The same of a record: whether the event that is made of it would be one.
pub(crate) fn is_read_only_record(record: &Record<'_>) -> bool {
    let kind = record.text(table::EVENT_TYPE).unwrap_or_default();
    let is_call = KINDS.iter().find(|(name, _)| *name == kind).is_none_or(|(_, kind)| *kind == API_CALL);
    let is_management = || match record.text(table::EVENT_CATEGORY) {
        Some(category) => category == "Management",
        None => record.json(table::MANAGEMENT_EVENT) != Some("false"),
    };
    is_call && is_management() && reads(&record.text(table::EVENT_NAME).unwrap_or_default())
}

fn reads(name: &str) -> bool {
    const READING: [&str; 3] = ["Describe", "Get", "List"];
    const CHANGING: [&str; 2] = ["GetFederationToken", "GetSessionToken"];
    READING.iter().any(|start| name.starts_with(start)) && !CHANGING.contains(&name)
}

/// Whether the event's envelope has nothing that does not stand in the record as it is: then patterns can be asked of the record.
pub(crate) fn has_plain_envelope(record: &Record<'_>) -> bool {
    let is_plain = |json: &str| json.starts_with('"') && !json.contains('\\');
    let plain = |slot| record.json(slot).is_some_and(is_plain);
    let whole_second = |json: &str| json.len() == "\"2026-03-02T09:14:07Z\"".len() && json.ends_with("Z\"") && json.contains('T');
    plain(table::EVENT_SOURCE)
        && plain(table::RECIPIENT_ACCOUNT_ID)
        && plain(table::AWS_REGION)
        && record.json(table::EVENT_TIME).is_some_and(|time| is_plain(time) && whole_second(time))
        && record.json(table::EVENT_TYPE).is_none_or(is_plain)
}

/// The id of the event of a record with a plain envelope; `None` where it has none.
pub(crate) fn record_id(record: &Record<'_>) -> Option<EventId> {
    let text = |slot| record.text(slot);
    let (account, region) = (text(table::RECIPIENT_ACCOUNT_ID)?, text(table::AWS_REGION)?);
    Some(match text(table::EVENT_ID) {
        Some(id) => EventId::of("cloudtrail", &[&account, &region, &id]),
        None => EventId::of("cloudtrail text", &[&json::compact(record.raw())]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = r#"{"eventVersion": "1.11", "userIdentity": {"accountId": "444455556666"}, "eventTime": "2026-03-02T09:14:07Z",
        "eventSource": "iam.amazonaws.com", "eventName": "CreateUser", "awsRegion": "us-east-1", "eventID": "e-1",
        "eventType": "AwsApiCall", "recipientAccountId": "111122223333", "eventCategory": "Management"}"#;

    fn event(record: &str) -> Event {
        cloudtrail(record, &Home::new("999999999999", "eu-west-1")).unwrap()
    }

    #[test]
    fn a_call() {
        let event = event(RECORD);
        assert_eq!((event.source.as_str(), event.detail_type.as_str()), ("aws.iam", "AWS API Call via CloudTrail"));
        assert_eq!((event.account.as_str(), event.region.as_str()), ("111122223333", "us-east-1"));
        assert_eq!((event.time.to_string().as_str(), event.resources.len()), ("2026-03-02T09:14:07Z", 0));
        assert!(event.detail.starts_with(r#"{"eventVersion":"1.11","userIdentity":{"accountId":"444455556666"}"#), "{}", event.detail);
    }

    #[test]
    fn a_sign_in_and_what_is_not_said() {
        let sign_in = event(&RECORD.replace("iam.", "signin.").replace("AwsApiCall", "AwsConsoleSignIn"));
        assert_eq!((sign_in.source.as_str(), sign_in.detail_type.as_str()), ("aws.signin", "AWS Console Sign In via CloudTrail"));
        let poor = event(&RECORD.replace("recipientAccountId", "x").replace("awsRegion", "y"));
        assert_eq!((poor.account.as_str(), poor.region.as_str()), ("444455556666", "eu-west-1"));
    }

    #[test]
    fn a_record_read_twice_is_one_event() {
        assert_eq!(event(RECORD), event(&json::compact(RECORD)));
        assert_ne!(event(RECORD).id, event(&RECORD.replace("e-1", "e-2")).id);
        assert_ne!(event(RECORD).id, event(&RECORD.replace("eventID", "no")).id);
    }

    #[test]
    fn only_reading_by_name() {
        let reads = |name: &str| is_read_only_call(&event(&RECORD.replace("CreateUser", name)));
        for name in ["DescribeInstances", "GetObject", "ListUsers", "GetCallerIdentity"] {
            assert!(reads(name), "{name}");
        }
        for name in ["CreateUser", "GetFederationToken", "GetSessionToken", "AssumeRole", "LookupEvents"] {
            assert!(!reads(name), "{name}");
        }
        assert!(!is_read_only_call(&event(&RECORD.replace("CreateUser", "GetObject").replace("Management", "Data"))));
    }

    #[test]
    fn what_is_no_record_is_said() {
        let says = |text: &str| cloudtrail(text, &Home::new("1", "r")).unwrap_err().to_string();
        assert_eq!(says("[]"), "not a CloudTrail record: no JSON object, or nested too deep");
        assert_eq!(says("{}"), "not a CloudTrail record: it has no eventSource");
        assert_eq!(says(&RECORD.replace("2026-", "")), "not a CloudTrail record: it has no eventTime");
    }
}
