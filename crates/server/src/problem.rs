//! What a caller did wrong, or what went wrong here: RFC 9457's `application/problem+json`, with a hint.

use std::borrow::Cow;

use axum::body::Body;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use schemars::JsonSchema;
use serde::Serialize;

use crate::harmless::harmless_json;

/// An error as a caller sees it.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The status of the answer.
    pub status: StatusCode,
    /// The kind of problem, for programs: `not_found`, `over_limit`, …
    pub kind: &'static str,
    /// What went wrong, here.
    pub detail: String,
    /// What to try.
    pub hint: Cow<'static, str>,
    /// Further headers of the answer.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Further members of the answer.
    pub more: Option<Box<serde_json::Map<String, serde_json::Value>>>,
}

/// The members of a problem in JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProblemBody {
    /// The kind of problem as a URI: `urn:watchfire:problem:` and a word.
    #[serde(rename = "type")]
    kind: String,
    /// The kind of problem, for people.
    title: String,
    /// The status of the answer.
    status: u16,
    /// What went wrong, here.
    detail: String,
    /// The path that was called.
    instance: String,
    /// What to try.
    hint: String,
    /// What certain kinds say beside that.
    #[serde(flatten)]
    more: serde_json::Map<String, serde_json::Value>,
}

impl Problem {
    /// A problem of any kind.
    pub fn new(status: StatusCode, kind: &'static str, detail: impl Into<String>, hint: impl Into<Cow<'static, str>>) -> Problem {
        Problem { status, kind, detail: detail.into(), hint: hint.into(), headers: Vec::new(), more: None }
    }

    /// The request is not what the route takes.
    pub fn unfit(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, "unfit_request", detail, "GET /api/v1/openapi.json describes every request")
    }

    /// There is nothing of that name.
    pub fn not_found(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "not_found", detail, "ask the list for what is there")
    }

    /// Nobody is logged in, or what was shown is not valid.
    pub fn unauthenticated(detail: impl Into<String>) -> Problem {
        let hint = "log in, or send `Authorization: Bearer wf_…` with a token of `watchfire token create`";
        let problem = Problem::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail, hint);
        problem.header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"watchfire\""))
    }

    /// Whoever it is may not do it.
    pub fn forbidden(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::FORBIDDEN, "forbidden", detail, "an admin can give the role or the token that it needs")
    }

    /// Something else is there already, or has changed in between.
    pub fn conflict(detail: impl Into<String>, hint: &'static str) -> Problem {
        Problem::new(StatusCode::CONFLICT, "conflict", detail, hint)
    }

    /// The body is larger than the route takes.
    pub fn too_large(bytes_max: usize) -> Problem {
        let detail = format!("the body is larger than {bytes_max} bytes");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail, "send it in parts")
    }

    /// There is no room now.
    pub fn busy(detail: impl Into<String>, after_seconds: u64) -> Problem {
        let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail, "nothing was kept; send it again after Retry-After");
        problem.header(header::RETRY_AFTER, HeaderValue::from(after_seconds))
    }

    /// Too often.
    pub fn too_often(detail: impl Into<String>, after_seconds: u64) -> Problem {
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_often", detail, "wait as long as Retry-After says");
        problem.header(header::RETRY_AFTER, HeaderValue::from(after_seconds))
    }

    /// Something failed here that the caller cannot mend. What exactly is logged where it is made, and not told.
    pub fn failed(what: &'static str, error: impl std::fmt::Display) -> Problem {
        tracing::error!(error = %error, "{what}");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "failed", what, "the server's log says why; trying again may help")
    }

    /// The same with a header.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Problem {
        self.headers.push((name, value));
        self
    }

    /// The same with a further member.
    pub fn with(mut self, name: &str, value: impl Into<serde_json::Value>) -> Problem {
        self.more.get_or_insert_default().insert(name.to_owned(), value.into());
        self
    }

    /// The answer to a call of `instance`.
    pub fn answer(self, instance: &str) -> Response<Body> {
        let title = title_of(self.kind);
        let body = ProblemBody {
            kind: format!("urn:watchfire:problem:{}", self.kind),
            title,
            status: self.status.as_u16(),
            detail: self.detail,
            instance: instance.to_owned(),
            hint: self.hint.into_owned(),
            more: self.more.map(|more| *more).unwrap_or_default(),
        };
        let text = serde_json::to_string(&body).expect("a problem has a JSON form");
        let mut answer = Response::new(Body::from(harmless_json(text)));
        *answer.status_mut() = self.status;
        answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        answer.headers_mut().extend(self.headers);
        answer
    }
}

/// The kind in words for people.
fn title_of(kind: &str) -> String {
    let words = kind.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn members_are_those_of_rfc_9457() {
        let answer = Problem::not_found("no finding \u{9b}31m").with("near", "x").answer("/api/v1/findings/x");
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/problem+json");
        let body = http_body_util::BodyExt::collect(answer.into_body()).await.expect("a body").to_bytes();
        assert!(body.is_ascii());
        let body: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        let expect = serde_json::json!({"type": "urn:watchfire:problem:not_found", "title": "Not found", "status": 404,
            "detail": "no finding \u{9b}31m", "instance": "/api/v1/findings/x", "hint": "ask the list for what is there", "near": "x"});
        assert_eq!(body, expect);
    }
}
