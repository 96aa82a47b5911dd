//! Events: the envelope, and how entries of PutEvents, CloudTrail records, findings and schedules become one.

mod cloudtrail;
mod finding;
mod put;

use std::fmt::{self, Write as _};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use watchfire_model::EventTime;

use crate::chance::{Chance, uuid_of};
use crate::instant::whole_seconds;
use crate::json;
use watchfire_model::arn::Home;

pub use cloudtrail::{NotARecord, cloudtrail, is_read_only_call};
pub(crate) use cloudtrail::{has_plain_envelope, is_read_only_record, record_id};
pub use finding::{guardduty_finding, security_hub_document, security_hub_finding};
pub use put::{Accepted, Limits, PutEntry, PutRequest, PutResponse, PutResult, put_events};
pub use watchfire_hub::format::FindingPlace;

/// The id of an event, a UUID. Whatever is sent more than once keeps it, so that receivers can drop repeats.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(String);

impl EventId {
    /// A new id.
    pub fn random(chance: &mut dyn Chance) -> EventId {
        EventId(chance.uuid())
    }

    /// The id that something has which has a name of its own already: the same names give the same id, so what is read again after a
    /// crash does not look new. `kind` keeps the names of different things apart.
    pub fn of(kind: &str, names: &[&str]) -> EventId {
        let mut hash = Sha256::new();
        for name in std::iter::once(&kind).chain(names) {
            hash.update((name.len() as u64).to_le_bytes());
            hash.update(name);
        }
        let mut bytes = [0u8; 16];
        bytes.copy_from_slice(&hash.finalize()[..16]);
        EventId(uuid_of(bytes))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The envelope of an event. Its detail stays the text it came as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// What kind of thing happened, such as `AWS API Call via CloudTrail`.
    pub detail_type: String,
    /// Who says so, such as `aws.iam`.
    pub source: String,
    /// The account it happened in.
    pub account: String,
    /// When, in whole seconds.
    pub time: EventTime,
    /// The region it happened in.
    pub region: String,
    /// ARNs of what it is about.
    pub resources: Vec<String>,
    /// The JSON text of an object, without blanks.
    pub detail: Arc<str>,
    /// The replay that brought it back, where one did.
    pub replay_name: Option<String>,
    /// Members of the envelope that are none of the above, as name and JSON text.
    pub more: Vec<(String, String)>,
}

/// A text is no event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an event: {0}")]
pub struct NotAnEvent(String);

/// Levels of nesting that an event may have; the envelope is the first.
pub(crate) const DEPTH_MAX: usize = 1001;

impl Event {
    /// The envelope as JSON, members in AWS's order.
    pub fn to_json(&self) -> String {
        let mut out = String::with_capacity(self.detail.len() + 320);
        out.push_str("{\"version\":\"0\"");
        for (name, value) in [
            ("id", self.id.as_str()),
            ("detail-type", &self.detail_type),
            ("source", &self.source),
            ("account", &self.account),
            ("time", &self.time.to_string()),
            ("region", &self.region),
        ] {
            let _ = write!(out, ",\"{name}\":{}", json::quote(value));
        }
        if let Some(replay) = &self.replay_name {
            let _ = write!(out, ",\"replay-name\":{}", json::quote(replay));
        }
        let resources = serde_json::to_string(&self.resources).expect("texts have a JSON form");
        let _ = write!(out, ",\"resources\":{resources},\"detail\":{}", self.detail);
        for (name, value) in &self.more {
            let _ = write!(out, ",{}:{value}", json::quote(name));
        }
        out.push('}');
        out
    }

    /// Reads an envelope, as the ledger keeps it or AWS sends it.
    ///
    /// # Errors
    /// What is missing or of the wrong kind.
    pub fn from_json(text: &str) -> Result<Event, NotAnEvent> {
        let fault = |says: &str| NotAnEvent(says.to_owned());
        if !json::is_valid(text, DEPTH_MAX) {
            return Err(fault("no JSON, or nested too deep"));
        }
        let members = json::members(text).ok_or_else(|| fault("no object"))?;
        let mut event = Event::bare();
        let mut seen = Vec::new();
        for (name, value) in members {
            let wrong = || NotAnEvent(format!("its {name} is not what it has to be"));
            let words = || json::unquote(value).ok_or_else(wrong);
            match name.as_str() {
                "version" => {}
                "id" => event.id = EventId(words()?),
                "detail-type" => event.detail_type = words()?,
                "source" => event.source = words()?,
                "account" => event.account = words()?,
                "time" => event.time = whole_seconds(words()?.parse().map_err(|_| wrong())?),
                "region" => event.region = words()?,
                "replay-name" => event.replay_name = Some(words()?),
                "resources" => event.resources = serde_json::from_str(value).map_err(|_| wrong())?,
                "detail" if json::shape(value) == json::Shape::Object => event.detail = json::compact(value).into(),
                "detail" => return Err(wrong()),
                _ => event.more.push((name.clone(), json::compact(value))),
            }
            seen.push(name);
        }
        let needed = ["id", "detail-type", "source", "account", "time", "region", "detail"];
        match needed.iter().find(|needed| !seen.iter().any(|name| name == *needed)) {
            Some(missing) => Err(NotAnEvent(format!("it has no {missing}"))),
            None => Ok(event),
        }
    }

    /// The event of a run of a scheduled rule. The same run has the same id, however often it is made.
    pub fn scheduled(home: &Home, rule_arn: &str, at: EventTime) -> Event {
        let time = whole_seconds(at);
        Event {
            id: EventId::of("schedule", &[rule_arn, &time.to_string()]),
            detail_type: "Scheduled Event".to_owned(),
            source: "aws.events".to_owned(),
            account: home.account.clone(),
            time,
            region: home.region.clone(),
            resources: vec![rule_arn.to_owned()],
            ..Event::bare()
        }
    }

    /// The same event as a replay brings it back: it keeps its id and carries the replay's name.
    pub fn replayed(&self, replay: &str) -> Event {
        Event { replay_name: Some(replay.to_owned()), ..self.clone() }
    }

    fn bare() -> Event {
        Event {
            id: EventId(String::new()),
            detail_type: String::new(),
            source: String::new(),
            account: String::new(),
            time: EventTime(0),
            region: String::new(),
            resources: Vec::new(),
            detail: "{}".into(),
            replay_name: None,
            more: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> Home {
        Home::new("111122223333", "eu-central-1")
    }

    #[test]
    fn an_envelope_comes_back_as_it_was() {
        let text = concat!(
            r#"{"version":"0","id":"6a7e8feb-b491-4cf7-a9f1-bf3703467718","detail-type":"x y","source":"my.app","account":"111122223333","#,
            r#""time":"2026-03-02T09:14:07Z","region":"eu-central-1","replay-name":"r","resources":["arn:aws:s3:::b"],"#,
            r#""detail":{"n":1.0,"n":2e3,"deep":[{"\u0041":123456789012345678901234567890}]},"ingestion":[1]}"#
        );
        let event = Event::from_json(text).unwrap();
        assert_eq!(event.to_json(), text);
        assert_eq!(event.more, [("ingestion".to_owned(), "[1]".to_owned())]);
        let spaced = text.replace(",\"", " ,\n \"").replace("Z\"", ".9Z\"");
        assert_eq!(Event::from_json(&spaced).unwrap().to_json(), text);
    }

    #[test]
    fn what_is_no_event_is_said() {
        let whole = Event::scheduled(&home(), "arn:aws:events:eu-central-1:111122223333:rule/r", EventTime(0)).to_json();
        assert!(Event::from_json(&whole).is_ok());
        let says = |text: &str| Event::from_json(text).unwrap_err().to_string();
        assert_eq!(says("[]"), "not an event: no object");
        assert_eq!(says(&whole.replace("\"detail\":{}", "\"detail\":[]")), "not an event: its detail is not what it has to be");
        assert_eq!(says(&whole.replace("1970-01-01T00:00:00Z", "today")), "not an event: its time is not what it has to be");
        for name in ["id", "detail-type", "source", "account", "time", "region", "detail"] {
            assert_eq!(says(&whole.replace(&format!("\"{name}\""), "\"else\"")), format!("not an event: it has no {name}"));
        }
    }

    #[test]
    fn a_run_has_one_id() {
        let run = |at| Event::scheduled(&home(), "arn:r", EventTime(at));
        assert_eq!(run(60_000), run(60_400));
        assert_ne!(run(60_000).id, run(120_000).id);
        assert_eq!(run(0).detail.as_ref(), "{}");
        assert_ne!(EventId::of("a", &["bc"]), EventId::of("ab", &["c"]));
    }

    proptest::proptest! {
        /// What is written is read back, whatever stands in it; what is no event is an error.
        #[test]
        fn any_event_comes_back(texts in proptest::array::uniform5(proptest::prelude::any::<String>()), seconds in 0i64..4_000_000_000, text in "[{}\\[\\]\",:a1]{0,40}") {
            let [source, detail_type, resource, name, value] = texts;
            let event = Event {
                source, detail_type, resources: vec![resource], replay_name: Some(name.clone()), time: EventTime(seconds * 1000),
                detail: serde_json::json!({ "x": { name: value } }).to_string().into(), ..Event::scheduled(&home(), "arn", EventTime(0))
            };
            proptest::prop_assert_eq!(Event::from_json(&event.to_json()), Ok(event));
            let _ = Event::from_json(&text);
        }
    }
}
