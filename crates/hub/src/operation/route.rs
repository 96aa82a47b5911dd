//! Which operation an HTTP request means.

use serde_json::{Map, Value};

use super::{OPERATIONS, Operation};
use crate::AwsError;

/// A request: an operation with its members.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// What is to be done.
    pub operation: &'static Operation,
    /// With what.
    pub members: Map<String, Value>,
}

impl Request {
    /// The request for an operation by its name, as the command line and tests have it.
    pub fn of(name: &str, members: Value) -> Option<Request> {
        let operation = OPERATIONS.iter().find(|operation| operation.name == name)?;
        Some(Request { operation, members: members.as_object().cloned().unwrap_or_default() })
    }
}

/// Finds the operation of an HTTP request and gathers its members: those of the body, then those of the query (`a=b&c=d`, percent-encoded)
/// and of the path. `path` is as it came, percent-encoded, without the query. `None` when no operation has this method and path.
///
/// # Errors
/// A body that is no JSON object.
pub fn route(method: &str, path: &str, query: &str, body: &str) -> Result<Option<Request>, AwsError> {
    let path = decoded(path, false);
    let path = if path.len() > 1 { path.trim_end_matches('/') } else { &path };
    let mut found: Vec<(&'static Operation, Option<(&'static str, &str)>)> = OPERATIONS
        .iter()
        .filter(|operation| operation.method == method)
        .filter_map(|operation| Some((operation, matched(operation.path, path)?)))
        .collect();
    // A path of its own goes before one with a part that may be anything, and the longer of these first.
    found.sort_by_key(|(operation, part)| (part.is_some(), std::cmp::Reverse(operation.path.len())));
    let Some((operation, part)) = found.into_iter().next() else { return Ok(None) };
    let mut members = match body.trim() {
        "" => Map::new(),
        body => serde_json::from_str(body).map_err(|error| AwsError::invalid(format!("The body is no JSON object: {error}")))?,
    };
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        let value = decoded(value, true);
        let value = value.parse::<i64>().ok().filter(|_| name == "MaxResults").map_or_else(|| Value::from(value.as_str()), Value::from);
        members.insert(decoded(name, true), value);
    }
    if let Some((name, value)) = part {
        members.insert(name.to_owned(), value.into());
    }
    Ok(Some(Request { operation, members }))
}

/// Whether a path is of a form; the part that may be anything comes back with its name.
fn matched<'p>(form: &'static str, path: &'p str) -> Option<Option<(&'static str, &'p str)>> {
    match form.split_once('{') {
        None => (form == path).then_some(None),
        Some((start, name)) => {
            let part = path.strip_prefix(start).filter(|part| !part.is_empty())?;
            Some(Some((name.trim_end_matches("+}"), part)))
        }
    }
}

/// Takes percent-encoding away; what is not in order stays as it is.
fn decoded(text: &str, is_form: bool) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok()).filter(|_| bytes[at] == b'%');
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 2;
            }
            None if is_form && bytes[at] == b'+' => out.push(b' '),
            None => out.push(bytes[at]),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn requests_find_their_operations() {
        let routed = |method, path, query, body| {
            route(method, path, query, body).unwrap().map(|request| (request.operation.name, Value::Object(request.members)))
        };
        let arn = "arn:aws:securityhub:r:a:insight/a/custom/1";
        for (method, path, query, body, expect) in [
            ("POST", "/findings", "", r#"{"MaxResults": 3}"#, Some(("GetFindings", json!({"MaxResults": 3})))),
            ("POST", "/findings/import", "", "", Some(("BatchImportFindings", json!({})))),
            ("GET", "/accounts", "HubArn=a%3Ab", "", Some(("DescribeHub", json!({"HubArn": "a:b"})))),
            ("DELETE", "/accounts/", "", "", Some(("DisableSecurityHub", json!({})))),
            (
                "GET",
                "/automationrules/list",
                "MaxResults=5&NextToken=5+5",
                "",
                Some(("ListAutomationRules", json!({"MaxResults": 5, "NextToken": "5 5"}))),
            ),
            (
                "GET",
                "/insights/results/arn%3Aaws%3Asecurityhub%3Ar%3Aa%3Ainsight%2Fa%2Fcustom%2F1",
                "",
                "",
                Some(("GetInsightResults", json!({"InsightArn": arn}))),
            ),
            (
                "PATCH",
                "/insights/arn:aws:securityhub:r:a:insight/a/custom/1",
                "",
                r#"{"Name": "n", "InsightArn": "x"}"#,
                Some(("UpdateInsight", json!({"Name": "n", "InsightArn": arn}))),
            ),
            ("GET", "/suppressions", "", "", Some(("ListSuppressions", json!({})))),
            ("POST", "/suppressions/test", "", "", Some(("TestSuppression", json!({})))),
            ("GET", "/findings", "", "", None),
            ("DELETE", "/insights/", "", "", None),
            ("GET", "/", "", "", None),
        ] {
            assert_eq!(routed(method, path, query, body), expect, "{method} {path}");
        }
        assert!(route("POST", "/findings", "", "[]").is_err() && route("POST", "/findings", "", "{").is_err());
        assert_eq!(decoded("%zz%4", false), "%zz%4");
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(OPERATIONS.is_sorted_by_key(|operation| operation.name));
        for operation in OPERATIONS {
            let path = operation.path.replace('{', "").replace("+}", "");
            assert_eq!(route(operation.method, &path, "", "").unwrap().map(|request| request.operation), Some(operation));
        }
    }
}
