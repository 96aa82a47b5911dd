//! Elasticsearch and OpenSearch, by their bulk API.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use watchfire_model::EventTime;

use super::{Answer, HttpRequest, Kind, Letter, Mapping, Request, Verdict, answer};
use crate::retry::{ErrorCode, Failure};
use crate::rules::Secret;

/// Elasticsearch or OpenSearch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Elasticsearch {
    /// The URL of the cluster.
    pub url: String,
    /// The index or data stream.
    pub index: String,
    /// The form of documents.
    #[serde(default)]
    pub mapping: Mapping,
    /// An API key in its encoded form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_key: Option<Secret>,
    /// A user and a password, where there is no key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The user's password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
}

impl Kind for Elasticsearch {
    fn batch_max(&self) -> usize {
        500
    }

    /// Documents have the delivery's id and are only created, so that a repeat changes nothing and data streams take them.
    fn request(&self, letters: &[Letter<'_>]) -> Result<Request, Failure> {
        let mut body = String::new();
        for letter in letters {
            let action = json!({ "create": { "_index": self.index, "_id": letter.id } });
            body.push_str(&format!("{action}\n{}\n", self.mapping.document(letter)));
        }
        let authorization = match (&self.api_key, &self.user, &self.password) {
            (Some(key), ..) => Some(format!("ApiKey {}", key.0)),
            (None, Some(user), Some(password)) => Some(format!("Basic {}", STANDARD.encode(format!("{user}:{}", password.0)))),
            _ => None,
        };
        let mut headers = vec![("Content-Type", "application/x-ndjson")];
        headers.extend(authorization.as_deref().map(|value| ("Authorization", value)));
        HttpRequest::post(&format!("{}/_bulk", self.url.trim_end_matches('/')), &headers, body)
    }

    fn judge(&self, sent: usize, answer: &Answer, now: EventTime) -> Vec<Verdict> {
        if let Err(failure) = answer::http(answer, now) {
            return answer::all(sent, Err(failure));
        }
        let says = answer::json(answer).unwrap_or_default();
        let items = says.get("items").and_then(Value::as_array).filter(|items| items.len() == sent);
        match items {
            Some(items) => items.iter().map(item).collect(),
            // A proxy's page, or fewer answers than documents: nobody knows, and the ids make a repeat harmless.
            None => answer::all(sent, Err(Failure::later(ErrorCode::ErrorFromTarget, "the answer does not tell of each document"))),
        }
    }
}

fn item(item: &Value) -> Verdict {
    let outcome = item.as_object().and_then(|actions| actions.values().next()).unwrap_or(&Value::Null);
    let text = |path: &str| outcome.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let says = format!("{}: {}", text("/error/type"), text("/error/reason"));
    match outcome.get("status").and_then(Value::as_u64) {
        Some(200..=299) => Ok(()),
        // It is there already: an attempt whose answer got lost.
        Some(409) => Ok(()),
        Some(429) => Err(Failure::later(ErrorCode::Throttling, says)),
        Some(500..=599) | None => Err(Failure::later(ErrorCode::ErrorFromTarget, says)),
        Some(401 | 403) => Err(Failure::never(ErrorCode::NoPermissions, says)),
        Some(404) => Err(Failure::never(ErrorCode::NoResource, says)),
        Some(_) => Err(Failure::never(ErrorCode::InvalidInput, says)),
    }
}
