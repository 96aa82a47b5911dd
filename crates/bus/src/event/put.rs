//! PutEvents: entries that users hand in.

use serde::{Deserialize, Serialize};
use watchfire_model::EventTime;

use super::{Event, EventId};
use crate::chance::Chance;
use crate::error::AwsError;
use crate::instant::{Instant, whole_seconds};
use crate::json;
use watchfire_model::arn::Home;

/// What PutEvents accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Entries of one request.
    pub entries_max: usize,
    /// Bytes of all entries of one request, counted by [`PutEntry::bytes`].
    pub bytes_max: usize,
    /// Levels of nesting in a detail.
    pub depth_max: usize,
}

impl Default for Limits {
    /// AWS's limits of 2026: 10 entries, 1 MiB, 1000 levels.
    fn default() -> Limits {
        Limits { entries_max: 10, bytes_max: 1 << 20, depth_max: 1000 }
    }
}

/// Letters of a detail type.
const DETAIL_TYPE_MAX: usize = 128;

/// What an entry counts for the time it gives, whatever its spelling.
const TIME_BYTES: usize = 14;

/// A request of PutEvents.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutRequest {
    /// The entries.
    pub entries: Vec<PutEntry>,
    /// The global endpoint, which is another matter in AWS and ignored here.
    #[serde(default)]
    pub endpoint_id: Option<String>,
}

/// An entry of a request.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PutEntry {
    /// When it happened; the time of the call where it does not say.
    pub time: Option<Instant>,
    /// Who says so.
    pub source: Option<String>,
    /// ARNs of what it is about.
    pub resources: Option<Vec<String>>,
    /// What kind of thing happened.
    pub detail_type: Option<String>,
    /// The text of a JSON object.
    pub detail: Option<String>,
    /// Name or ARN of the bus; the default bus where it does not say.
    pub event_bus_name: Option<String>,
    /// An X-Ray header.
    pub trace_header: Option<String>,
}

impl PutEntry {
    /// Its size as AWS counts it.
    pub fn bytes(&self) -> usize {
        let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let time = self.time.map_or(0, |_| TIME_BYTES);
        let resources: usize = self.resources.iter().flatten().map(String::len).sum();
        time + text(&self.source) + text(&self.detail_type) + text(&self.detail) + resources
    }
}

/// What became of an entry: an id, or an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutResult {
    /// The id of the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_id: Option<EventId>,
    /// The code of the error, such as `InvalidArgument`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<&'static str>,
    /// What is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
}

/// The answer of PutEvents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutResponse {
    /// How many entries failed.
    pub failed_entry_count: usize,
    /// One for each entry, in their order.
    pub entries: Vec<PutResult>,
}

/// An event that was accepted, and the bus it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The bus by name. There need be no such bus: AWS accepts the event, and no rule sees it.
    pub bus: String,
    /// The event.
    pub event: Event,
    /// The X-Ray header that came with it.
    pub trace_header: Option<String>,
}

/// Judges a request. Entries that are wrong fail one by one; the others are accepted.
///
/// # Errors
/// The whole request is refused where it has no entries, too many of them, or too many bytes.
pub fn put_events(
    request: PutRequest,
    home: &Home,
    limits: &Limits,
    now: EventTime,
    chance: &mut dyn Chance,
) -> Result<(Vec<Accepted>, PutResponse), AwsError> {
    let count = request.entries.len();
    if count == 0 || count > limits.entries_max {
        let (words, limit) = if count == 0 { ("greater", 1) } else { ("less", limits.entries_max) };
        return Err(AwsError::validation(format!(
            "1 validation error detected: Value '[{count} entries]' at 'entries' failed to satisfy constraint: Member must have length {words} than or equal to {limit}"
        )));
    }
    if request.entries.iter().map(PutEntry::bytes).sum::<usize>() > limits.bytes_max {
        return Err(AwsError::validation("Total size of the entries in the request is over the limit."));
    }
    let mut accepted = Vec::with_capacity(count);
    let mut response = PutResponse { failed_entry_count: 0, entries: Vec::with_capacity(count) };
    for entry in request.entries {
        match judge(entry, home, limits, now, chance) {
            Ok(one) => {
                response.entries.push(PutResult { event_id: Some(one.event.id.clone()), error_code: None, error_message: None });
                accepted.push(one);
            }
            Err((code, message)) => {
                response.failed_entry_count += 1;
                response.entries.push(PutResult { event_id: None, error_code: Some(code), error_message: Some(message) });
            }
        }
    }
    Ok((accepted, response))
}

type EntryFault = (&'static str, String);

fn judge(entry: PutEntry, home: &Home, limits: &Limits, now: EventTime, chance: &mut dyn Chance) -> Result<Accepted, EntryFault> {
    let source = needed(entry.source, "Source")?;
    let detail_type = needed(entry.detail_type, "DetailType")?;
    let detail = needed(entry.detail, "Detail")?;
    if source.starts_with("aws.") {
        return Err(("NotAuthorizedForSourceException", "Not authorized for the source.".to_owned()));
    }
    if detail_type.chars().count() > DETAIL_TYPE_MAX {
        return Err(invalid("DetailType", &format!("DetailType is longer than {DETAIL_TYPE_MAX} characters.")));
    }
    if json::shape(&detail) != json::Shape::Object || !json::is_valid(&detail, limits.depth_max) {
        return Err(("MalformedDetail", "Detail is malformed.".to_owned()));
    }
    let event = Event {
        id: EventId::random(chance),
        detail_type,
        source,
        account: home.account.clone(),
        time: whole_seconds(entry.time.map_or(now, |time| time.0)),
        region: home.region.clone(),
        resources: entry.resources.unwrap_or_default(),
        detail: json::compact(&detail).into(),
        replay_name: None,
        more: Vec::new(),
    };
    Ok(Accepted { bus: home.bus_name(entry.event_bus_name.as_deref()).to_owned(), event, trace_header: entry.trace_header })
}

fn needed(value: Option<String>, name: &str) -> Result<String, EntryFault> {
    value.filter(|value| !value.is_empty()).ok_or_else(|| invalid(name, &format!("{name} is a required argument.")))
}

fn invalid(name: &str, reason: &str) -> EntryFault {
    ("InvalidArgument", format!("Parameter {name} is not valid. Reason: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: EventTime = EventTime(1_772_442_847_900);

    fn put(entries: &str) -> Result<(Vec<Accepted>, String), String> {
        let request = serde_json::from_str(&format!("{{\"Entries\":[{entries}]}}")).unwrap();
        put_of(request).map(|(accepted, response)| (accepted, serde_json::to_string(&response).unwrap()))
    }

    fn put_of(request: PutRequest) -> Result<(Vec<Accepted>, PutResponse), String> {
        let mut number = 0;
        let mut count = || {
            number += 1;
            number
        };
        let home = Home::new("111122223333", "eu-central-1");
        put_events(request, &home, &Limits::default(), NOW, &mut count).map_err(|error| error.to_string())
    }

    #[test]
    fn an_entry_becomes_an_event() {
        let entry = r#"{"Source":"my.app","DetailType":"t","Detail":"{ \"a\" : 1.0 }","Resources":["x"],"EventBusName":"b","TraceHeader":"Root=1"}"#;
        let (accepted, response) = put(entry).unwrap();
        let id = "00000000-0000-4001-8000-000000000002";
        assert_eq!(response, format!(r#"{{"FailedEntryCount":0,"Entries":[{{"EventId":"{id}"}}]}}"#));
        assert_eq!((accepted[0].bus.as_str(), accepted[0].trace_header.as_deref()), ("b", Some("Root=1")));
        assert_eq!(
            accepted[0].event.to_json(),
            format!(
                r#"{{"version":"0","id":"{id}","detail-type":"t","source":"my.app","account":"111122223333","time":"2026-03-02T09:14:07Z","region":"eu-central-1","resources":["x"],"detail":{{"a":1.0}}}}"#
            )
        );
    }

    #[test]
    fn entries_fail_one_by_one_in_order() {
        let good = r#"{"Source":"s","DetailType":"t","Detail":"{}"}"#;
        let cases = [
            (
                r#"{"DetailType":"t","Detail":"{}"}"#,
                "InvalidArgument",
                "Parameter Source is not valid. Reason: Source is a required argument.",
            ),
            (
                r#"{"Source":"s","Detail":"{}"}"#,
                "InvalidArgument",
                "Parameter DetailType is not valid. Reason: DetailType is a required argument.",
            ),
            (
                r#"{"Source":"s","DetailType":"t"}"#,
                "InvalidArgument",
                "Parameter Detail is not valid. Reason: Detail is a required argument.",
            ),
            (r#"{"Source":"s","DetailType":"t","Detail":"text"}"#, "MalformedDetail", "Detail is malformed."),
            (r#"{"Source":"s","DetailType":"t","Detail":"[1]"}"#, "MalformedDetail", "Detail is malformed."),
            (r#"{"Source":"s","DetailType":"t","Detail":"\"{}\""}"#, "MalformedDetail", "Detail is malformed."),
            (r#"{"Source":"s","DetailType":"t","Detail":"{\"a\":1"}"#, "MalformedDetail", "Detail is malformed."),
            (r#"{"Source":"aws.iam","DetailType":"t","Detail":"{}"}"#, "NotAuthorizedForSourceException", "Not authorized for the source."),
        ];
        for (entry, code, message) in cases {
            let (accepted, response) = put(&format!("{good},{entry},{good}")).unwrap();
            assert_eq!(accepted.len(), 2, "{entry}");
            assert!(response.starts_with(r#"{"FailedEntryCount":1,"Entries":[{"EventId":"#), "{response}");
            assert!(response.contains(&format!(r#"}},{{"ErrorCode":"{code}","ErrorMessage":"{message}"}},{{"#)), "{response}");
        }
        let long = put(&format!(r#"{{"Source":"s","DetailType":"{}","Detail":"{{}}"}}"#, "t".repeat(129))).unwrap();
        assert!(long.1.contains("InvalidArgument"), "{}", long.1);
    }

    #[test]
    fn limits_refuse_the_whole_request() {
        let good = r#"{"Source":"s","DetailType":"t","Detail":"{}"}"#;
        assert!(put(&[good; 10].join(",")).is_ok());
        let eleven = put(&[good; 11].join(",")).unwrap_err();
        assert!(eleven.starts_with("ValidationException: 1 validation error detected: Value '"), "{eleven}");
        assert!(
            eleven.ends_with("at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10"),
            "{eleven}"
        );
        assert!(put("").unwrap_err().ends_with("greater than or equal to 1"));
    }

    #[test]
    fn size_is_counted_as_aws_does() {
        let entry = |detail: usize| PutEntry {
            time: Some(Instant(NOW)),
            source: Some("é".to_owned()),
            detail_type: Some("t".to_owned()),
            resources: Some(vec!["ab".to_owned(), "c".to_owned()]),
            detail: Some(format!("{{{}}}", " ".repeat(detail - 2))),
            ..PutEntry::default()
        };
        assert_eq!(entry(2).bytes(), 14 + 2 + 1 + 3 + 2);
        let room = (1 << 20) - 20;
        let request = |detail| PutRequest { entries: vec![entry(detail)], endpoint_id: None };
        assert_eq!(put_of(request(room)).unwrap().0.len(), 1);
        assert_eq!(
            put_of(request(room + 1)).unwrap_err(),
            "ValidationException: Total size of the entries in the request is over the limit."
        );
    }

    #[test]
    fn a_detail_is_a_thousand_levels_deep_at_most() {
        let detail = |levels: usize| format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels));
        let entry = |levels| PutEntry {
            source: Some("s".to_owned()),
            detail_type: Some("t".to_owned()),
            detail: Some(detail(levels)),
            ..PutEntry::default()
        };
        let (accepted, response) = put_of(PutRequest { entries: vec![entry(1000), entry(1001)], endpoint_id: None }).unwrap();
        assert_eq!(response.failed_entry_count, 1);
        assert!(Event::from_json(&accepted[0].event.to_json()).is_ok());
    }
}
