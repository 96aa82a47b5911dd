//! A call of AWS as a value: it can be shown, kept, compared and sent.

mod json;
mod query;
mod rest;
mod service;
mod xml;

use std::fmt;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use self::service::{Protocol, SERVICES, Service};
use crate::exchange::{Answer, Question, Site, Wire};
use crate::{Aws, Error};

/// One call. Parameters are named and nested as AWS's reference of the operation has them.
///
/// What comes back is JSON with the names of that reference too. From services that answer in XML (SNS, STS) every value is text, an
/// empty element is null, and the result is what stands in `<OperationResult>`.
///
/// ```
/// use watchfire_aws::Call;
///
/// let parameters = serde_json::json!({ "QueueUrl": "https://sqs.eu-west-1.amazonaws.com/111122223333/q", "MessageBody": "hello" });
/// let call = Call { service: "sqs".into(), region: None, operation: "SendMessage".into(), parameters };
/// assert_eq!(call.to_string(), "sqs SendMessage https://sqs.eu-west-1.amazonaws.com/111122223333/q");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// The service, as endpoints spell it: `events`, `lambda`, `sns`, `sqs`, `sts`.
    pub service: String,
    /// The region; the connection's own where none is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The operation, such as `SendMessage`. Of Lambda there is `Invoke`; its `Payload` is JSON, or the text of some. A function that is
    /// waited for must answer, or at least begin to, within 30 s.
    pub operation: String,
    /// Its parameters: an object.
    pub parameters: Value,
}

impl Call {
    /// A call in the connection's own region.
    pub fn new(service: &str, operation: &str, parameters: Value) -> Call {
        Call { service: service.to_owned(), region: None, operation: operation.to_owned(), parameters }
    }

    /// The same call in a region.
    #[must_use]
    pub fn in_region(self, region: &str) -> Call {
        Call { region: Some(region.to_owned()), ..self }
    }
}

impl fmt::Display for Call {
    /// Service, operation, and what it is about.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.service, self.operation)?;
        let subjects = Service::named(&self.service).map_or(&[][..], |service| service.subjects);
        match subjects.iter().find_map(|name| self.parameters.get(name)?.as_str()) {
            Some(subject) => write!(f, " {subject}"),
            None => Ok(()),
        }
    }
}

impl Aws {
    /// Calls AWS and waits for the answer; not to be used inside an async task.
    ///
    /// A call that was repeated because its answer got lost may have been carried out more than once.
    ///
    /// # Errors
    /// As [`Error`] says; [`Error::fault`] gives AWS's own code and message, [`Error::may_pass`] whether to try again.
    pub fn call(&self, call: &Call) -> Result<Value, Error> {
        self.workers.wait(self.wire.send(call))
    }

    /// The same for async tasks, on whatever runtime. Giving up waiting ends the call at its next step.
    ///
    /// # Errors
    /// As those of [`Aws::call`].
    pub async fn send(&self, call: &Call) -> Result<Value, Error> {
        let (wire, owned) = (Arc::clone(&self.wire), call.clone());
        // On the threads that own the connections: another runtime may end before they do.
        let task = self.workers.spawn(async move { wire.send(&owned).await });
        let guard = StopsWithCaller(task.abort_handle());
        let outcome = task.await;
        drop(guard);
        outcome.unwrap_or_else(|ended| Err(Error::Unexpected { what: call.to_string(), detail: ended.to_string() }))
    }
}

/// Ends a task whose caller is gone.
struct StopsWithCaller(tokio::task::AbortHandle);

impl Drop for StopsWithCaller {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What a protocol makes of a call.
struct Form {
    method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
}

/// Longest answer of a call. SQS gives 10 messages of 1 MiB at most, Lambda 6 MB; all may be escaped.
const ANSWER_BYTES_MAX: u64 = 64 << 20;

impl Wire {
    /// Sends a call and reads the answer.
    pub(crate) async fn send(&self, call: &Call) -> Result<Value, Error> {
        let what = call.to_string();
        let service = Service::named(&call.service).ok_or_else(|| unknown(&what, "service"))?;
        let wrong = |detail: String| Error::Settings { detail: format!("{what}: {detail}"), hint: "see AWS's reference of the operation" };
        let form = match &service.protocol {
            Protocol::Objects => return Err(unknown(&what, "service of calls")),
            Protocol::Json { version, target } => json::form(version, target, call).map_err(wrong)?,
            Protocol::Query { version, maps } => query::form(version, maps, call).map_err(wrong)?,
            Protocol::Rest { operations } => {
                let operation = operations.iter().find(|operation| operation.name == call.operation);
                rest::form(operation.ok_or_else(|| unknown(&what, "operation"))?, call).map_err(wrong)?
            }
        };
        let region = call.region.as_ref().unwrap_or(&self.region).clone();
        if !is_region(&region) {
            return Err(wrong(format!("{region:?} is no region")));
        }
        let site = Site { service, bucket: String::new(), region: Mutex::new(region) };
        let Form { method, path, query, headers, body } = form;
        let question =
            Question { method, path: &path, query, headers, body, answer_bytes_max: ANSWER_BYTES_MAX, also: None, what: what.clone() };
        let answer = self.ask(&site, &question).await?;
        read(service, call, &answer).map_err(|detail| Error::Unexpected { what, detail })
    }
}

fn read(service: &Service, call: &Call, answer: &Answer) -> Result<Value, String> {
    match &service.protocol {
        Protocol::Json { .. } | Protocol::Objects => json::read(&answer.body),
        Protocol::Query { .. } => query::read(&call.operation, &answer.body),
        Protocol::Rest { operations } => {
            let operation = operations.iter().find(|operation| operation.name == call.operation).ok_or("no such operation")?;
            Ok(rest::read(operation, answer))
        }
    }
}

/// A region becomes part of a host, so it must not hold more than a name.
fn is_region(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn unknown(what: &str, noun: &str) -> Error {
    Error::Settings {
        detail: format!("{what}: no {noun} that this program can call"),
        hint: "it can call any operation of events, sns, sqs and sts, and lambda's Invoke",
    }
}
