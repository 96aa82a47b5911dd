//! An API destination with its connection.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use watchfire_model::EventTime;

use super::oauth::with_query;
use super::request::{TIMEOUT, percent_encoded};
use super::{Answer, HttpRequest, Kind, Letter, Request, Token, Verdict, answer};
use crate::input::Path;
use crate::json;
use crate::retry::{ErrorCode, Failure};
use crate::rules::{Authorization, Connection, Destination, OAuthClient, Parameter};

/// An API destination with its connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApiDestination {
    /// Where and how.
    pub destination: Destination,
    /// As whom.
    pub connection: Connection,
    /// The token, where the connection needs one.
    pub token: Option<Token>,
}

impl ApiDestination {
    /// The client whose token is needed before anything can be sent: [`token_request`](super::token_request) asks for one.
    pub fn lacks_token(&self, now: EventTime) -> Option<&OAuthClient> {
        match &self.connection.authorization {
            Authorization::OAuth(client) if self.token.as_ref().is_none_or(|token| token.until.0 <= now) => Some(client),
            _ => None,
        }
    }

    /// The same with a token.
    pub fn with_token(self, token: Token) -> ApiDestination {
        ApiDestination { token: Some(token), ..self }
    }

    /// Whether an answer says that the token is no good any more: fetch another before the next attempt.
    pub fn is_token_refused(&self, answer: &Answer) -> bool {
        matches!((&self.connection.authorization, answer), (Authorization::OAuth(_), Answer::Http { status: 401 | 407, .. }))
    }

    fn authorization(&self) -> Result<(String, String), Failure> {
        let named = |value: String| ("Authorization".to_owned(), value);
        let nobody = |says: &str| Failure::never(ErrorCode::NoPermissions, says);
        match &self.connection.authorization {
            Authorization::Basic { username, password } => {
                Ok(named(format!("Basic {}", STANDARD.encode(format!("{username}:{}", password.0)))))
            }
            Authorization::ApiKey { name, value } => Ok((name.clone(), value.0.clone())),
            Authorization::OAuth(_) => match &self.token {
                Some(token) => Ok(named(format!("Bearer {}", token.value.0))),
                None => Err(Failure::later(ErrorCode::NoPermissions, "the connection has no token yet")),
            },
            Authorization::Nobody { .. } => Err(nobody("the connection was deauthorized")),
        }
    }

    /// The URL with the target's values in place of its stars, in order, and the query of target and connection.
    fn url(&self, letter: &Letter<'_>, event: &str) -> Result<String, Failure> {
        let mut values = letter.http.map(|http| http.path_parameter_values.as_slice()).unwrap_or_default().iter();
        let mut url = String::new();
        for letter in self.destination.endpoint.chars() {
            match letter {
                '*' => {
                    let value =
                        values.next().ok_or_else(|| Failure::never(ErrorCode::InvalidInput, "more stars in the URL than path values"))?;
                    let value = dynamic(value, event)?;
                    if matches!(value.as_str(), "" | "." | "..") {
                        return Err(Failure::never(ErrorCode::InvalidInput, "a path value is empty or leads elsewhere"));
                    }
                    url.push_str(&percent_encoded(&value));
                }
                other => url.push(other),
            }
        }
        let own = self.connection.invocation.as_ref().map(|invocation| invocation.query_string_parameters.as_slice()).unwrap_or_default();
        let mut query = Vec::new();
        for (name, value) in letter.http.iter().flat_map(|http| &http.query_string_parameters) {
            if !own.iter().any(|one| one.key == *name) {
                query.push(format!("{}={}", percent_encoded(name), percent_encoded(&dynamic(value, event)?)));
            }
        }
        query.extend(own.iter().map(|one| format!("{}={}", percent_encoded(&one.key), percent_encoded(text(one)))));
        Ok(with_query(&url, &query))
    }

    /// Headers: AWS's own, the target's, and over them the connection's.
    fn headers(&self, letter: &Letter<'_>, event: &str) -> Result<Vec<(String, String)>, Failure> {
        let mut headers: Vec<(String, String)> = Vec::new();
        let mut set = |name: &str, value: String| match headers.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            Some(known) => known.1 = value,
            None => headers.push((name.to_owned(), value)),
        };
        set("User-Agent", "Amazon/EventBridge/ApiDestinations".to_owned());
        set("Content-Type", "application/json; charset=utf-8".to_owned());
        set("Range", "bytes=0-1048575".to_owned());
        set("Accept-Encoding", "gzip,deflate".to_owned());
        set("Connection", "close".to_owned());
        for (name, value) in letter.http.iter().flat_map(|http| &http.header_parameters) {
            set(name, dynamic(value, event)?);
        }
        for one in self.connection.invocation.iter().flat_map(|invocation| &invocation.header_parameters) {
            set(&one.key, text(one).to_owned());
        }
        let (name, value) = self.authorization()?;
        set(&name, value);
        Ok(headers)
    }

    /// The payload with the connection's members over its own; only an object can take them.
    fn body(&self, payload: &str) -> String {
        let extra = self.connection.invocation.as_ref().map(|invocation| invocation.body_parameters.as_slice()).unwrap_or_default();
        if extra.is_empty() {
            return payload.to_owned();
        }
        match serde_json::from_str::<Value>(payload) {
            Ok(Value::Object(mut object)) => {
                object.extend(extra.iter().map(|one| (one.key.clone(), text(one).into())));
                Value::Object(object).to_string()
            }
            _ => payload.to_owned(),
        }
    }
}

fn text(parameter: &Parameter) -> &str {
    parameter.value.as_ref().map(|value| value.0.as_str()).unwrap_or_default()
}

/// A value of a target: itself, or, where it is a path, what the event has there.
fn dynamic(value: &str, event: &str) -> Result<String, Failure> {
    let Some(path) = value.starts_with("$.").then(|| value.parse::<Path>().ok()).flatten() else { return Ok(value.to_owned()) };
    let found = path.find(event).ok_or_else(|| Failure::never(ErrorCode::InvalidInput, format!("the event has nothing at {value}")))?;
    Ok(json::unquote(&found).unwrap_or(found))
}

impl Kind for ApiDestination {
    fn request(&self, letters: &[Letter<'_>]) -> Result<Request, Failure> {
        let [letter, ..] = letters else { return Err(Failure::never(ErrorCode::InternalError, "nothing to send")) };
        let event = letter.event.to_json();
        let request = HttpRequest {
            method: self.destination.method.clone(),
            url: self.url(letter, &event)?,
            headers: self.headers(letter, &event)?,
            body: self.body(letter.payload),
            timeout: TIMEOUT,
        };
        request.checked().map(Request::Http)
    }

    fn judge(&self, sent: usize, answer: &Answer, now: EventTime) -> Vec<Verdict> {
        let verdict = match answer {
            // The next attempt has a new token.
            Answer::Http { status, .. } if self.is_token_refused(answer) => {
                Err(Failure::later(ErrorCode::NoPermissions, format!("HTTP {status}: the token was refused")))
            }
            other => answer::http(other, now),
        };
        answer::all(sent, verdict)
    }
}
