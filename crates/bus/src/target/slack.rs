//! A channel of Slack, through an incoming webhook.

use serde::{Deserialize, Serialize};
use serde_json::json;
use watchfire_model::EventTime;

use super::notice::{Notice, shortened};
use super::{Answer, HttpRequest, Kind, Letter, Request, Verdict, answer};
use crate::retry::{ErrorCode, Failure};
use crate::rules::Secret;

/// A channel of Slack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slack {
    /// The webhook's URL; who has it can write to the channel.
    pub url: Secret,
}

/// Letters of a block.
const BLOCK_MAX: usize = 2900;

impl Kind for Slack {
    fn request(&self, letters: &[Letter<'_>]) -> Result<Request, Failure> {
        let [letter, ..] = letters else { return Err(Failure::never(ErrorCode::InternalError, "nothing to send")) };
        let body = match serde_json::from_str::<serde_json::Value>(letter.payload) {
            // A template that makes Slack's own message is sent as it is.
            Ok(own)
                if own.get("blocks").is_some_and(|blocks| blocks.is_array()) || own.get("text").is_some_and(|text| text.is_string()) =>
            {
                own
            }
            _ => message(&Notice::of(letter)),
        };
        HttpRequest::post(&self.url.0, &[("Content-Type", "application/json; charset=utf-8")], body.to_string())
    }

    fn judge(&self, sent: usize, answer: &Answer, now: EventTime) -> Vec<Verdict> {
        let verdict = match answer {
            // A webhook says `ok`; a page of somebody else with status 200 is no delivery.
            Answer::Http { status: 200, body, .. } if body.trim() != "ok" => {
                Err(Failure::never(ErrorCode::ErrorFromTarget, format!("Slack says ok, and this is: {}", shortened(body.trim(), 200))))
            }
            other => answer::http(other, now),
        };
        answer::all(sent, verdict)
    }
}

fn message(notice: &Notice) -> serde_json::Value {
    let mark = match notice.level {
        "critical" | "high" => ":red_circle:",
        "medium" => ":large_orange_circle:",
        _ => ":white_circle:",
    };
    let title = escaped(&notice.title);
    let mut blocks = vec![json!({ "type": "section", "text": { "type": "mrkdwn", "text": format!("{mark} *{title}*") } })];
    if !notice.text.is_empty() {
        let text = escaped(&shortened(&notice.text, BLOCK_MAX / 5));
        blocks.push(json!({ "type": "section", "text": { "type": "mrkdwn", "text": text } }));
    }
    let facts = notice.facts.iter().map(|(name, value)| format!("{name}: {}", escaped(&shortened(value, 200)))).collect::<Vec<_>>();
    blocks.push(json!({ "type": "context", "elements": [{ "type": "plain_text", "text": shortened(&facts.join("  "), BLOCK_MAX) }] }));
    json!({ "text": title, "blocks": blocks })
}

/// Slack's three special letters; without them nothing becomes a link or calls a channel.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
