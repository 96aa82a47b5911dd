//! A bus at AWS.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use watchfire_model::EventTime;

use super::{Answer, Kind, Letter, Request, Verdict, answer, aws};
use crate::retry::{ErrorCode, Failure};

/// A bus at AWS. It gets events, not the target's input. Sources that begin with `aws.` are AWS's own, so those events arrive with
/// `watchfire.` before their source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventBridge {
    /// Its ARN.
    pub arn: String,
}

impl Kind for EventBridge {
    fn batch_max(&self) -> usize {
        10
    }

    fn request(&self, letters: &[Letter<'_>]) -> Result<Request, Failure> {
        let entry = |letter: &Letter<'_>| {
            let event = letter.event;
            let source = if event.source.starts_with("aws.") { format!("watchfire.{}", event.source) } else { event.source.clone() };
            json!({
                "Time": event.time.millis() / 1000,
                "Source": source,
                "DetailType": event.detail_type,
                "Detail": &*event.detail,
                "Resources": event.resources,
                "EventBusName": self.arn,
            })
        };
        aws::call(&self.arn, "events", "PutEvents", json!({ "Entries": letters.iter().map(entry).collect::<Vec<_>>() }))
    }

    fn judge(&self, sent: usize, answer: &Answer, _: EventTime) -> Vec<Verdict> {
        let Answer::Aws(Ok(says)) = answer else { return answer::all(sent, answer::aws(answer)) };
        let entries = says.get("Entries").and_then(Value::as_array).filter(|entries| entries.len() == sent);
        let Some(entries) = entries else {
            return answer::all(sent, Err(Failure::later(ErrorCode::ErrorFromTarget, "the answer does not tell of each entry")));
        };
        let judge = |entry: &Value| {
            let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            match text("ErrorCode") {
                code if code.is_empty() => Ok(()),
                code => answer::aws(&Answer::Aws(Err((code, text("ErrorMessage"))))),
            }
        };
        entries.iter().map(judge).collect()
    }
}
