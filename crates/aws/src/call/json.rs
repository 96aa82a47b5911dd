//! AWS's JSON protocols: the operation in a header, everything else in one document.

use reqwest::Method;
use serde_json::{Map, Value};

use super::{Call, Form};

pub(super) fn form(version: &str, target: &str, call: &Call) -> Result<Form, String> {
    if !call.parameters.is_object() {
        return Err("the parameters are no object".to_owned());
    }
    let body = serde_json::to_vec(&call.parameters).map_err(|error| error.to_string())?;
    let headers =
        vec![("content-type", format!("application/x-amz-json-{version}")), ("x-amz-target", format!("{target}.{}", call.operation))];
    Ok(Form { method: Method::POST, path: String::new(), query: Vec::new(), headers, body: body.into() })
}

/// No body is an empty answer.
pub(super) fn read(body: &[u8]) -> Result<Value, String> {
    if body.trim_ascii().is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    serde_json::from_slice(body).map_err(|error| format!("the answer is no JSON: {error}"))
}
