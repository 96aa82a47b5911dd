//! One call: who calls, what for, with what.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method, Uri, header};
use serde::de::DeserializeOwned;
use watchfire_model::EventTime;

use crate::app::App;
use crate::problem::Problem;
use crate::stop::Stop;
use crate::who::Who;

/// One call, as a handler sees it.
pub(crate) struct Call {
    /// What the server is made of.
    pub app: Arc<App>,
    /// Who calls.
    pub who: Who,
    pub method: Method,
    pub uri: Uri,
    /// What stood in the braces of the path, decoded.
    pub parts: Vec<(String, String)>,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub peer: SocketAddr,
    /// Tells when the caller has gone.
    pub stop: Stop,
}

impl Call {
    /// The time of the call.
    pub fn now(&self) -> EventTime {
        self.app.now()
    }

    /// What stood in a brace of the path.
    pub fn part(&self, name: &str) -> &str {
        let part = self.parts.iter().find(|(part, _)| part == name);
        part.map(|(_, text)| text.as_str()).unwrap_or_default()
    }

    /// The query as a value; members that nobody knows are refused.
    pub fn query<Q: DeserializeOwned>(&self) -> Result<Q, Problem> {
        let text = self.uri.query().unwrap_or_default();
        serde_html_form::from_str(text).map_err(|error| Problem::unfit(format!("the query cannot be understood: {error}")))
    }

    /// The body as a value; members that nobody knows are refused.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let media = self.media();
        if media != "application/json" {
            let detail = format!("the body is {}, and has to be application/json", if media.is_empty() { "of no type" } else { media });
            let hint = "send the header `Content-Type: application/json`";
            return Err(Problem::new(http::StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail, hint));
        }
        serde_json::from_slice(&self.body).map_err(|error| Problem::unfit(format!("the body cannot be understood: {error}")))
    }

    /// The type of the body, without its parameters.
    pub fn media(&self) -> &str {
        self.header(&header::CONTENT_TYPE).split(';').next().unwrap_or_default().trim()
    }

    /// A header as text; empty where it is missing or no text.
    pub fn header(&self, name: &header::HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// A header of that name as text, where it is there.
    pub fn named_header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}
