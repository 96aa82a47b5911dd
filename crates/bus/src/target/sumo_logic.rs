//! Sumo Logic, by an HTTP source.

use serde::{Deserialize, Serialize};
use watchfire_model::EventTime;

use super::{Answer, HttpRequest, Kind, Letter, Request, Verdict, answer};
use crate::json;
use crate::retry::Failure;
use crate::rules::Secret;

/// An HTTP source of Sumo Logic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SumoLogic {
    /// The source's URL; who has it can write.
    pub url: Secret,
    /// The category, where it is not the source's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
}

impl Kind for SumoLogic {
    fn batch_max(&self) -> usize {
        200
    }

    fn request(&self, letters: &[Letter<'_>]) -> Result<Request, Failure> {
        let line = |payload: &str| if json::is_valid(payload, usize::MAX) { json::compact(payload) } else { json::quote(payload) };
        let lines: Vec<String> = letters.iter().map(|letter| line(letter.payload)).collect();
        let mut headers = vec![("Content-Type", "application/json"), ("X-Sumo-Client", "watchfire")];
        headers.extend(self.category.as_deref().map(|category| ("X-Sumo-Category", category)));
        HttpRequest::post(&self.url.0, &headers, lines.join("\n"))
    }

    fn judge(&self, sent: usize, answer: &Answer, now: EventTime) -> Vec<Verdict> {
        answer::all(sent, answer::http(answer, now))
    }
}
