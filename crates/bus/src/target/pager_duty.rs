//! PagerDuty, by its Events API v2.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use watchfire_model::EventTime;

use super::notice::{Notice, shortened};
use super::{Answer, HttpRequest, Kind, Letter, Request, Verdict, answer};
use crate::retry::{ErrorCode, Failure};
use crate::rules::Secret;

/// PagerDuty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PagerDuty {
    /// The key of the integration, 32 letters.
    pub routing_key: Secret,
    /// The URL, for accounts in Europe or a test.
    #[serde(default = "url")]
    pub url: String,
}

fn url() -> String {
    "https://events.pagerduty.com/v2/enqueue".to_owned()
}

/// Letters of a summary.
const SUMMARY_MAX: usize = 1000;

impl Kind for PagerDuty {
    fn request(&self, letters: &[Letter<'_>]) -> Result<Request, Failure> {
        let [letter, ..] = letters else { return Err(Failure::never(ErrorCode::InternalError, "nothing to send")) };
        let notice = Notice::of(letter);
        let severity = match notice.level {
            "critical" => "critical",
            "high" => "error",
            "medium" => "warning",
            _ => "info",
        };
        let detail: Value = serde_json::from_str(&letter.event.detail).unwrap_or_default();
        // Occurrences of one finding are one incident; other events are each their own.
        let finding = ["/id", "/findings/0/Id"].iter().find_map(|path| detail.pointer(path)?.as_str());
        let summary = if notice.text.is_empty() { notice.title } else { format!("{}: {}", notice.title, notice.text) };
        let body = json!({
            "routing_key": self.routing_key.0,
            "event_action": "trigger",
            "dedup_key": shortened(finding.unwrap_or(letter.event.id.as_str()), 250),
            "payload": {
                "summary": shortened(&summary, SUMMARY_MAX),
                "source": format!("{}/{}", letter.event.account, letter.event.region),
                "severity": severity,
                "timestamp": letter.event.time.to_string(),
                "component": letter.event.source,
                "class": letter.event.detail_type,
                "custom_details": serde_json::from_str::<Value>(letter.payload).unwrap_or_else(|_| letter.payload.into()),
            },
        });
        HttpRequest::post(&self.url, &[("Content-Type", "application/json")], body.to_string())
    }

    fn judge(&self, sent: usize, answer: &Answer, now: EventTime) -> Vec<Verdict> {
        let success = answer::json(answer).is_some_and(|says| says["status"] == "success");
        let verdict = match answer {
            Answer::Http { status: 200..=299, body, .. } if !success => {
                Err(Failure::later(ErrorCode::ErrorFromTarget, format!("not PagerDuty's answer: {}", shortened(body.trim(), 200))))
            }
            other => answer::http(other, now),
        };
        answer::all(sent, verdict)
    }
}
