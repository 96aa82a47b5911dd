//! AWS's REST protocol with JSON: every operation has an address of its own.

use reqwest::Method;
use serde_json::{Map, Value};

use super::service::Operation;
use super::{Call, Form};
use crate::exchange::Answer;

pub(super) fn form(operation: &Operation, call: &Call) -> Result<Form, String> {
    let Value::Object(parameters) = &call.parameters else { return Err("the parameters are no object".to_owned()) };
    let (mut path, mut query, mut headers) = (operation.path.to_owned(), Vec::new(), Vec::new());
    let mut body = Vec::new();
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_null()) {
        let text = || value.as_str().map(str::to_owned).unwrap_or_else(|| value.to_string());
        let brace = format!("{{{name}}}");
        if name == operation.payload {
            // A text is the JSON itself.
            body = text().into_bytes();
        } else if path.contains(&brace) {
            if text().is_empty() {
                return Err(format!("{name} is empty"));
            }
            path = path.replace(&brace, &text());
        } else if let Some(name) = operation.query.iter().find(|known| *known == name) {
            query.push((*name, text()));
        } else if let Some((_, header)) = operation.headers.iter().find(|(known, _)| known == name) {
            headers.push((*header, text()));
        } else {
            return Err(format!("{name} is no parameter of {}", operation.name));
        }
    }
    if let Some((_, missing)) = path.split_once('{') {
        return Err(format!("{} is missing", missing.split('}').next().unwrap_or_default()));
    }
    headers.push(("content-type", "application/json".to_owned()));
    let method = Method::from_bytes(operation.method.as_bytes()).map_err(|error| error.to_string())?;
    Ok(Form { method, path, query, headers, body: body.into() })
}

/// Status, headers and payload as members. A payload that is no JSON is text.
pub(super) fn read(operation: &Operation, answer: &Answer) -> Value {
    let mut members = Map::new();
    members.insert("StatusCode".to_owned(), answer.status.into());
    for (header, member) in operation.answers {
        if let Some(value) = answer.header(header) {
            members.insert((*member).to_owned(), value.into());
        }
    }
    if !answer.body.is_empty() {
        let payload = serde_json::from_slice(&answer.body).unwrap_or_else(|_| String::from_utf8_lossy(&answer.body).into());
        members.insert(operation.payload.to_owned(), payload);
    }
    Value::Object(members)
}
