//! Answers as values, and what most of them mean.

use serde_json::Value;
use watchfire_model::EventTime;

use super::Verdict;
use crate::retry::{ErrorCode, Failure, after_answer};

/// What came back.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Of HTTP.
    Http {
        /// The status.
        status: u16,
        /// Headers.
        headers: Vec<(String, String)>,
        /// The body, as much as was read.
        body: String,
    },
    /// Of AWS: what it said, or the code and message of its error.
    Aws(Result<Value, (String, String)>),
    /// The last line of an SMTP server that says no, or its yes.
    Smtp {
        /// Its number.
        code: u16,
        /// Its words.
        text: String,
    },
    /// It is done; for files and our own buses.
    Done,
    /// There was no answer.
    Trouble(Trouble),
}

/// Why there was no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// None in time.
    Timeout,
    /// No connection, or it broke.
    Connection(String),
    /// No such host.
    UnknownHost(String),
    /// Not sent: the address is one that must not be reached.
    Forbidden(String),
    /// A file could not be written, or a bus did not take it.
    Local(String),
}

/// The same verdict for all.
pub(super) fn all(sent: usize, verdict: Verdict) -> Vec<Verdict> {
    vec![verdict; sent]
}

/// What an answer of HTTP means where the target has no meaning of its own: 2xx is done, 408, 429 and 5xx may pass, everything else
/// does not. `Retry-After` is heeded; a negative one forbids trying again.
pub(super) fn http(answer: &Answer, now: EventTime) -> Verdict {
    let Answer::Http { status, body, .. } = answer else { return Err(trouble(answer)) };
    let says = || format!("HTTP {status}: {}", body.trim());
    match status {
        200..=299 => Ok(()),
        408 => Err(waiting(Failure::later(ErrorCode::Timeout, says()), answer, now)),
        429 => Err(waiting(Failure::later(ErrorCode::Throttling, says()), answer, now)),
        500..=599 => Err(waiting(Failure::later(ErrorCode::ErrorFromTarget, says()), answer, now)),
        401 | 403 | 407 => Err(Failure::never(ErrorCode::NoPermissions, says())),
        404 | 410 => Err(Failure::never(ErrorCode::NoResource, says())),
        _ => Err(Failure::never(ErrorCode::ErrorFromTarget, says())),
    }
}

/// A failure with the wait that the answer asks for.
pub(super) fn waiting(failure: Failure, answer: &Answer, now: EventTime) -> Failure {
    match header(answer, "retry-after").map(|value| after_answer(value, now)) {
        Some(Ok(wait)) => failure.after(wait),
        Some(Err(_)) => Failure { retry: crate::retry::Retry::Never, ..failure },
        None => failure,
    }
}

/// A header of an answer.
pub(super) fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    let Answer::Http { headers, .. } = answer else { return None };
    headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// The body as JSON, where it is some.
pub(super) fn json(answer: &Answer) -> Option<Value> {
    let Answer::Http { body, .. } = answer else { return None };
    serde_json::from_str(body).ok()
}

/// What an answer of AWS means.
pub(super) fn aws(answer: &Answer) -> Verdict {
    let (code, message) = match answer {
        Answer::Aws(Ok(_)) => return Ok(()),
        Answer::Aws(Err(fault)) => fault,
        other => return Err(trouble(other)),
    };
    let says = format!("{code}: {message}");
    let short = code.rsplit(['.', '#']).next().unwrap_or(code);
    let has = |parts: &[&str]| parts.iter().any(|part| short.contains(part));
    Err(match () {
        () if has(&["Throttl", "TooManyRequests", "SlowDown", "RequestLimitExceeded", "OverLimit"]) => {
            Failure::later(ErrorCode::Throttling, says)
        }
        () if has(&[
            "AccessDenied",
            "NotAuthorized",
            "AuthorizationError",
            "InvalidClientTokenId",
            "SignatureDoesNotMatch",
            "UnrecognizedClient",
        ]) =>
        {
            Failure::never(ErrorCode::NoPermissions, says)
        }
        () if has(&["NonExistentQueue", "QueueDoesNotExist", "NotFound", "NoSuch"]) => Failure::never(ErrorCode::NoResource, says),
        () if has(&["Internal", "ServiceUnavailable", "ServiceException", "Unavailable", "Timeout"]) => {
            Failure::later(ErrorCode::ErrorFromTarget, says)
        }
        () if has(&["ExpiredToken", "RequestExpired"]) => Failure::later(ErrorCode::NoPermissions, says),
        () => Failure::never(ErrorCode::ErrorFromTarget, says),
    })
}

/// What is meant by no answer, or by one of another kind than was asked for.
pub(super) fn trouble(answer: &Answer) -> Failure {
    match answer {
        Answer::Trouble(Trouble::Timeout) => Failure::later(ErrorCode::Timeout, "no answer in time"),
        Answer::Trouble(Trouble::Connection(says)) => Failure::later(ErrorCode::ConnectionFailure, says),
        Answer::Trouble(Trouble::UnknownHost(host)) => {
            Failure::later(ErrorCode::ConnectionFailure, format!("the name {host} is not known"))
        }
        Answer::Trouble(Trouble::Forbidden(says)) => Failure::never(ErrorCode::NoPermissions, says),
        Answer::Trouble(Trouble::Local(says)) => Failure::later(ErrorCode::InternalError, says),
        _ => Failure::later(ErrorCode::InternalError, "the answer is of another kind than the request"),
    }
}
