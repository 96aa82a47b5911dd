//! Requests as values.

use std::time::Duration;

use serde_json::Value;

use crate::event::Event;
use crate::retry::{ErrorCode, Failure};

/// What is to be sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// An HTTP request.
    Http(HttpRequest),
    /// A call of AWS, to be signed by whoever has the keys.
    Aws(AwsCall),
    /// A message for an SMTP server.
    Mail(Message),
    /// Lines for a file, each with its end.
    Append {
        /// The file, below the folder for such files.
        path: String,
        /// The lines.
        lines: String,
    },
    /// An event for another bus of this program, to be taken in there with one hop more than the delivery has; when that is written
    /// down, the answer is [`Answer::Done`](super::Answer::Done).
    Publish {
        /// The bus by name.
        bus: String,
        /// The event.
        event: Box<Event>,
    },
}

/// An HTTP request.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The method.
    pub method: String,
    /// The URL. It can hold secrets.
    pub url: String,
    /// Headers. They can hold secrets.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
    /// How long to wait for the answer.
    pub timeout: Duration,
}

/// A call of AWS.
#[derive(Debug, Clone, PartialEq)]
pub struct AwsCall {
    /// The service, as endpoints spell it.
    pub service: &'static str,
    /// The region.
    pub region: String,
    /// The operation.
    pub operation: &'static str,
    /// Its parameters.
    pub parameters: Value,
}

/// A message in the form of RFC 5322 with its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Who sends it.
    pub from: String,
    /// Who gets it.
    pub to: Vec<String>,
    /// Headers and body, lines ended by CR and LF.
    pub text: String,
}

/// AWS waits five seconds for an API destination; so do we for everybody.
pub(super) const TIMEOUT: Duration = Duration::from_secs(5);

impl HttpRequest {
    /// A POST of a body.
    ///
    /// # Errors
    /// A header could not be one: see [`HttpRequest::checked`].
    pub(super) fn post(url: &str, headers: &[(&str, &str)], body: String) -> Result<Request, Failure> {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        HttpRequest { method: "POST".to_owned(), url: url.to_owned(), headers, body, timeout: TIMEOUT }.checked().map(Request::Http)
    }

    /// The request, when its URL and headers hold nothing that would begin another line.
    pub(super) fn checked(self) -> Result<HttpRequest, Failure> {
        let token = |letter: u8| letter.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&letter);
        let bad = self.headers.iter().find(|(name, value)| {
            name.is_empty() || !name.bytes().all(token) || value.chars().any(|letter| letter.is_control() && letter != '\t')
        });
        if let Some((name, _)) = bad {
            return Err(Failure::never(
                ErrorCode::InvalidInput,
                format!("the header {name:?} has a name or value that no header can have"),
            ));
        }
        let scheme = self.url.starts_with("https://") || self.url.starts_with("http://");
        if !scheme || self.url.chars().any(|letter| letter.is_control() || letter == ' ') {
            return Err(Failure::never(ErrorCode::InvalidInput, "the URL is none"));
        }
        Ok(self)
    }
}

/// Secrets stand in URLs and headers, so neither is shown.
impl std::fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("headers", &names)
            .field("body", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// A text in the path or query of a URL.
pub(super) fn percent_encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
