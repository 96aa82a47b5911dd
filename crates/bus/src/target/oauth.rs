//! Tokens of OAuth's client credentials.

use serde_json::Value;
use watchfire_model::EventTime;

use super::request::{TIMEOUT, percent_encoded};
use super::{Answer, HttpRequest, answer};
use crate::instant::Instant;
use crate::retry::{ErrorCode, Failure};
use crate::rules::{OAuthClient, Parameter, Secret};

/// A token.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Token {
    /// Its text.
    pub value: Secret,
    /// When it is to be fetched anew, a minute before it ends; an hour from now where it does not say.
    pub until: Instant,
}

/// The request for a token (RFC 6749, section 4.4), with what the connection adds to it.
///
/// # Errors
/// The connection holds something that no request can have.
pub fn token_request(client: &OAuthClient) -> Result<HttpRequest, Failure> {
    let parameters = client.parameters.clone().unwrap_or_default();
    let pair = |name: &str, value: &str| format!("{}={}", percent_encoded(name), percent_encoded(value));
    let text = |one: &Parameter| one.value.clone().map(|value| value.0).unwrap_or_default();
    let mut form = vec![pair("grant_type", "client_credentials"), pair("client_id", &client.id), pair("client_secret", &client.secret.0)];
    form.extend(parameters.body_parameters.iter().map(|one| pair(&one.key, &text(one))));
    let mut query: Vec<String> = parameters.query_string_parameters.iter().map(|one| pair(&one.key, &text(one))).collect();
    let mut headers: Vec<(String, String)> = parameters.header_parameters.iter().map(|one| (one.key.clone(), text(one))).collect();
    let mut body = String::new();
    if client.method == "GET" {
        query.append(&mut form);
    } else {
        headers.push(("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
        body = form.join("&");
    }
    let url = with_query(&client.endpoint, &query);
    HttpRequest { method: client.method.clone(), url, headers, body, timeout: TIMEOUT }.checked()
}

/// A URL with more parts of a query.
pub(super) fn with_query(url: &str, query: &[String]) -> String {
    if query.is_empty() {
        return url.to_owned();
    }
    let sign = if url.contains('?') { '&' } else { '?' };
    format!("{url}{sign}{}", query.join("&"))
}

/// The token in an answer.
///
/// # Errors
/// There is none; the same judgement as of any answer of HTTP.
pub fn token(answer: &Answer, now: EventTime) -> Result<Token, Failure> {
    answer::http(answer, now)?;
    let says = answer::json(answer).unwrap_or_default();
    let value = says.get("access_token").and_then(Value::as_str);
    let value = value.ok_or_else(|| Failure::later(ErrorCode::ErrorFromTarget, "the token endpoint gave no access_token"))?;
    let seconds = match says.get("expires_in") {
        Some(Value::String(text)) => text.parse().ok(),
        Some(number) => number.as_i64(),
        None => None,
    };
    let seconds = seconds.unwrap_or(3600).clamp(0, 86_400 * 365);
    let until = EventTime(now.millis() + (seconds - 60).max(seconds / 2) * 1000);
    Ok(Token { value: Secret(value.to_owned()), until: Instant(until) })
}
