//! Splunk, by its HTTP event collector.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use watchfire_model::EventTime;

use super::{Answer, HttpRequest, Kind, Letter, Request, Verdict, answer};
use crate::retry::{ErrorCode, Failure};
use crate::rules::Secret;

/// Splunk's HTTP event collector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Splunk {
    /// The collector's URL, without a path.
    pub url: String,
    /// Its token.
    pub token: Secret,
    /// The index, where it is not the token's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<String>,
    /// The source type.
    #[serde(default = "sourcetype")]
    pub sourcetype: String,
    /// A channel, any UUID, where the token acknowledges: only what the indexers have confirmed is delivered then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
}

fn sourcetype() -> String {
    "watchfire:event".to_owned()
}

impl Splunk {
    fn post(&self, path: &str, body: String) -> Result<Request, Failure> {
        let authorization = format!("Splunk {}", self.token.0);
        let mut headers = vec![("Content-Type", "application/json"), ("Authorization", authorization.as_str())];
        headers.extend(self.channel.as_deref().map(|channel| ("X-Splunk-Request-Channel", channel)));
        HttpRequest::post(&format!("{}{path}", self.url.trim_end_matches('/')), &headers, body)
    }
}

impl Kind for Splunk {
    fn batch_max(&self) -> usize {
        100
    }

    fn request(&self, letters: &[Letter<'_>]) -> Result<Request, Failure> {
        let mut body = String::new();
        for letter in letters {
            let event = serde_json::from_str::<Value>(letter.payload).unwrap_or_else(|_| letter.payload.into());
            let mut one = json!({
                "time": letter.event.time.millis() / 1000,
                "host": letter.event.account,
                "source": letter.event.source,
                "sourcetype": self.sourcetype,
                "event": event,
                "fields": { "event_id": letter.event.id, "delivery_id": letter.id },
            });
            if let Some(index) = &self.index {
                one["index"] = index.as_str().into();
            }
            body.push_str(&one.to_string());
            body.push('\n');
        }
        self.post("/services/collector/event", body)
    }

    fn judge(&self, sent: usize, answer: &Answer, now: EventTime) -> Vec<Verdict> {
        let says = answer::json(answer).unwrap_or_default();
        let text = says.get("text").and_then(Value::as_str).unwrap_or_default();
        let code = says.get("code").and_then(Value::as_u64);
        let bad_event = says.get("invalid-event-number").and_then(Value::as_u64).and_then(|number| usize::try_from(number).ok());
        match (answer, code) {
            (Answer::Http { status: 200..=299, .. }, Some(0)) => answer::all(sent, Ok(())),
            (Answer::Http { status: 200..=299, .. }, _) => {
                answer::all(sent, Err(Failure::later(ErrorCode::ErrorFromTarget, "not the answer of a collector")))
            }
            // One event is at fault; nothing is said of the others, so they come again.
            (Answer::Http { status: 400, .. }, Some(5..=7 | 12..=15)) if bad_event.is_some_and(|number| number < sent) => {
                let judge = |number: usize| match bad_event == Some(number) {
                    true => Err(Failure::never(ErrorCode::InvalidInput, text)),
                    false => {
                        Err(Failure::later(ErrorCode::ErrorFromTarget, format!("sent together with another that was refused: {text}")))
                    }
                };
                (0..sent).map(judge).collect()
            }
            (other, _) => answer::all(sent, answer::http(other, now)),
        }
    }

    fn confirmation(&self, answer: &Answer) -> Option<Request> {
        let channel = self.channel.as_deref()?;
        let number = answer::json(answer)?.get("ackId")?.as_u64()?;
        self.post(
            &format!("/services/collector/ack?channel={}", super::request::percent_encoded(channel)),
            json!({ "acks": [number] }).to_string(),
        )
        .ok()
    }

    fn is_confirmed(&self, answer: &Answer) -> bool {
        let says = answer::json(answer).unwrap_or_default();
        says.get("acks")
            .and_then(Value::as_object)
            .is_some_and(|acks| !acks.is_empty() && acks.values().all(|ack| *ack == Value::Bool(true)))
    }
}
