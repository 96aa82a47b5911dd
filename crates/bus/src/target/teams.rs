//! A channel of Microsoft Teams, through a webhook of a workflow.

use serde::{Deserialize, Serialize};
use serde_json::json;
use watchfire_model::EventTime;

use super::notice::{Notice, shortened};
use super::{Answer, HttpRequest, Kind, Letter, Request, Verdict, answer};
use crate::retry::{ErrorCode, Failure};
use crate::rules::Secret;

/// A channel of Microsoft Teams.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Teams {
    /// The webhook's URL; who has it can write to the channel.
    pub url: Secret,
}

impl Kind for Teams {
    fn request(&self, letters: &[Letter<'_>]) -> Result<Request, Failure> {
        let [letter, ..] = letters else { return Err(Failure::never(ErrorCode::InternalError, "nothing to send")) };
        let notice = Notice::of(letter);
        let colour = match notice.level {
            "critical" | "high" => "Attention",
            "medium" => "Warning",
            _ => "Default",
        };
        let facts = notice.facts.iter().map(|(name, value)| json!({ "title": name, "value": plain(&shortened(value, 200)) }));
        let card = json!({
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "body": [
                { "type": "TextBlock", "size": "Medium", "weight": "Bolder", "color": colour, "wrap": true, "text": plain(&notice.title) },
                { "type": "TextBlock", "wrap": true, "text": plain(&shortened(&notice.text, 2000)) },
                { "type": "FactSet", "facts": facts.collect::<Vec<_>>() },
            ],
        });
        let attachment = json!({ "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": null, "content": card });
        let body = json!({ "type": "message", "attachments": [attachment] });
        HttpRequest::post(&self.url.0, &[("Content-Type", "application/json; charset=utf-8")], body.to_string())
    }

    fn judge(&self, sent: usize, answer: &Answer, now: EventTime) -> Vec<Verdict> {
        let verdict = match answer {
            // Older webhooks tell of their trouble in a body with status 200.
            Answer::Http { status: 200, body, .. } if body.contains("delivery failed") => match body.contains("429") {
                true => Err(Failure::later(ErrorCode::Throttling, body.trim())),
                false => Err(Failure::later(ErrorCode::ErrorFromTarget, body.trim())),
            },
            other => answer::http(other, now),
        };
        answer::all(sent, verdict)
    }
}

/// A text in which no letter begins a link or a picture.
fn plain(text: &str) -> String {
    let marks = |letter| matches!(letter, '[' | ']' | '(' | ')' | '*' | '_' | '`' | '\\' | '<' | '#');
    text.chars().flat_map(|letter| marks(letter).then_some('\\').into_iter().chain([letter])).collect()
}
