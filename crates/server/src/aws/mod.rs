//! Endpoints that speak as AWS does, so that boto3, the AWS CLI and what builds on them come by endpoint override. Requests are told apart
//! from the pages and the API by their signature, whatever their path.

mod events;
mod securityhub;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use http::request::Parts as Head;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use watchfire_trust::signature::Dialect;
use watchfire_trust::{Admitted, Barred, Digest, Door, Permission};

use crate::app::App;
use crate::problem::Problem;
use crate::{auth, body, chance};

/// Services that are spoken here, as the scopes of signatures name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    /// EventBridge.
    Events,
    /// Security Hub.
    SecurityHub,
}

impl Service {
    fn name(self) -> &'static str {
        match self {
            Service::Events => "events",
            Service::SecurityHub => "securityhub",
        }
    }

    fn dialect(self) -> Dialect {
        match self {
            Service::Events => Dialect::Json,
            Service::SecurityHub => Dialect::RestJson,
        }
    }

    /// Bytes of a request. Ten events of EventBridge are 1 MiB before JSON escapes them; a hundred findings of 240 KB are 24 MB.
    fn body_max(self) -> usize {
        match self {
            Service::Events => 8 << 20,
            Service::SecurityHub => 32 << 20,
        }
    }
}

/// An answer in AWS's form: what it is, or the error's code, status and message.
type Outcome = Result<String, Fault>;

/// An error as AWS's clients read it.
#[derive(Debug)]
struct Fault {
    code: String,
    status: u16,
    message: String,
}

impl Fault {
    fn new(code: &str, status: u16, message: impl Into<String>) -> Fault {
        Fault { code: code.to_owned(), status, message: message.into() }
    }

    /// What we cannot do now; clients try again.
    fn unavailable() -> Fault {
        Fault::new("ServiceUnavailableException", 503, "The service is busy; try again.")
    }
}

/// A request that was let in.
struct Signed<'c> {
    app: &'c App,
    admitted: &'c Admitted,
    peer: SocketAddr,
    /// The body as text.
    body: &'c str,
}

/// Which service a request means, where it is one for AWS: by the scope of its signature, or by the target that it names.
pub(crate) fn meant<B>(request: &Request<B>) -> Option<Service> {
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if text("x-amz-target").starts_with("AWSEvents.") {
        return Some(Service::Events);
    }
    let signed = text("authorization").strip_prefix("AWS4-HMAC-SHA256").and_then(|rest| rest.split_once("Credential="));
    let scope = match signed {
        Some((_, credential)) => credential.split(',').next().unwrap_or_default(),
        None => request.uri().query()?.split('&').find_map(|pair| pair.strip_prefix("X-Amz-Credential="))?,
    };
    let scope = scope.replace("%2F", "/").replace("%2f", "/");
    match scope.split('/').nth(3)? {
        "events" => Some(Service::Events),
        "securityhub" => Some(Service::SecurityHub),
        _ => None,
    }
}

/// Answers a request for AWS.
pub(crate) async fn answer(app: &Arc<App>, service: Service, peer: SocketAddr, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let taken = match body::take(body, &head.headers, service.body_max(), &app.limits, &app.bodies).await {
        Ok(taken) => taken,
        Err(problem) => return respond(service, Err(fault_of(&problem))),
    };
    let outcome = {
        let app = app.clone();
        crate::handle::work(app.clone(), move || Ok(carry_out(&app, service, &head, &taken.bytes, peer))).await
    };
    respond(service, outcome.unwrap_or_else(|problem| Err(fault_of(&problem))))
}

fn fault_of(problem: &Problem) -> Fault {
    match problem.status {
        StatusCode::SERVICE_UNAVAILABLE => Fault::unavailable(),
        StatusCode::PAYLOAD_TOO_LARGE => Fault::new("RequestEntityTooLargeException", 413, problem.detail.clone()),
        status if status.is_client_error() => Fault::new("SerializationException", 400, problem.detail.clone()),
        _ => Fault::new("InternalException", 500, problem.detail.clone()),
    }
}

/// Finds out who signed, whether it may, and does it.
fn carry_out(app: &App, service: Service, head: &Head, body: &[u8], peer: SocketAddr) -> Outcome {
    let Ok(text) = std::str::from_utf8(body) else {
        return Err(Fault::new("SerializationException", 400, "The body is not UTF-8."));
    };
    let target = head.headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    let (name, permission, request) = match service {
        Service::Events => {
            let name = target.strip_prefix("AWSEvents.").unwrap_or_default();
            (name.to_owned(), events::permission(name), None)
        }
        Service::SecurityHub => {
            let request = securityhub::read(head, text)?;
            (request.operation.name.to_owned(), securityhub::permission(request.operation), Some(request))
        }
    };
    let admitted = admit(app, service, head, body, peer, &name, permission)?;
    let signed = Signed { app, admitted: &admitted, peer, body: text };
    let outcome = match request {
        None => events::call(&signed, &name),
        Some(request) => securityhub::call(&signed, &request),
    };
    if let (Err(fault), Some(once)) = (&outcome, admitted.signature)
        && fault.status >= 500
    {
        app.gate.forget(once);
    }
    outcome
}

fn admit(
    app: &App,
    service: Service,
    head: &Head,
    body: &[u8],
    peer: SocketAddr,
    name: &str,
    permission: Permission,
) -> Result<Admitted, Fault> {
    let headers = auth::headers_of(&head.headers);
    let request = auth::request(head, &headers, head.method.as_str(), Digest::of(body), peer, app);
    let services = [service.name()];
    auth::asked(app, &request, Door::Aws(&services), permission).map_err(|barred| match barred {
        Barred::Refused(refusal) => {
            auth::note_refusal(app, &refusal, permission, peer);
            let refused = refusal.aws(service.dialect(), &format!("{}:{name}", service.name()));
            Fault::new(refused.code, refused.status, refused.message)
        }
        Barred::Failed(error) => {
            tracing::error!(%error, "who calls cannot be looked up");
            Fault::unavailable()
        }
    })
}

/// An answer in AWS's form.
fn respond(service: Service, outcome: Outcome) -> Response<Body> {
    let media = match service {
        Service::Events => "application/x-amz-json-1.1",
        Service::SecurityHub => "application/json",
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    let id = HeaderValue::from_str(&chance::uuid()).expect("digits and hyphens");
    headers.insert("x-amzn-requestid", id);
    let (status, body) = match outcome {
        Ok(body) => (200, body),
        Err(Fault { code, status, message }) => {
            if let Ok(code) = HeaderValue::from_str(&code) {
                headers.insert("x-amzn-errortype", code);
            }
            let body = match service {
                Service::Events => serde_json::json!({"__type": code, "message": message}),
                Service::SecurityHub => serde_json::json!({"Code": code, "Message": message}),
            };
            if status == 503 {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
            }
            (status, body.to_string())
        }
    };
    let mut answer = Response::new(Body::from(body));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer.headers_mut().extend(headers);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_for_aws_are_told_apart() {
        let scope = "AKWF/20260302/eu-central-1";
        let of = |headers: &[(&str, String)], uri: &str| {
            let mut request = Request::builder().uri(uri);
            for (name, value) in headers {
                request = request.header(*name, value);
            }
            meant(&request.body(()).expect("a request"))
        };
        let signed =
            |service: &str| format!("AWS4-HMAC-SHA256 Credential={scope}/{service}/aws4_request, SignedHeaders=host, Signature=00");
        assert_eq!(of(&[("authorization", signed("securityhub"))], "/findings"), Some(Service::SecurityHub));
        assert_eq!(of(&[("authorization", signed("events"))], "/"), Some(Service::Events));
        assert_eq!(of(&[("authorization", signed("s3"))], "/"), None);
        assert_eq!(of(&[("x-amz-target", "AWSEvents.PutEvents".to_owned())], "/"), Some(Service::Events));
        assert_eq!(of(&[], "/x?X-Amz-Credential=AKWF%2F20260302%2Feu%2Fsecurityhub%2Faws4_request"), Some(Service::SecurityHub));
        assert_eq!(of(&[("authorization", "Bearer wf_x".to_owned())], "/"), None);
        assert_eq!(of(&[("authorization", "AWS4-HMAC-SHA256 Credential=".to_owned())], "/"), None);
        assert_eq!(of(&[], "/findings"), None);
    }
}
