//! Who may come in. The gate of `watchfire_trust` decides; here it is asked.

use std::net::SocketAddr;

use http::request::Parts as Head;
use http::uri::Authority;
use http::{HeaderMap, Method, StatusCode};
use watchfire_state::TrustStore;
use watchfire_trust::audit::{Act, Outcome};
use watchfire_trust::{Admitted, Barred, Digest, Door, Permission, Refusal, Request};

use crate::app::App;
use crate::host::is_own_origin;
use crate::problem::Problem;
use crate::route::{Access, Route};
use crate::who::{Who, refused};

/// Finds out who calls a route, and refuses who may not. May block.
pub(crate) fn admit(app: &App, route: &Route, called: &Authority, head: &Head, peer: SocketAddr) -> Result<Who, Problem> {
    let (door, permission) = match route.access {
        Access::Pushes => (Door::Push, Permission::PushLogs),
        Access::Needs(permission) => (Door::Api, permission),
        Access::Open => {
            own_page(app, called, head)?;
            return Ok(Who(known(app, head, peer)));
        }
    };
    if door == Door::Api {
        own_page(app, called, head)?;
    }
    let headers = headers_of(&head.headers);
    let request = request(head, &headers, head.method.as_str(), Digest([0; 32]), peer, app);
    match asked(app, &request, door, permission) {
        Ok(admitted) => Ok(Who(Some(admitted))),
        Err(Barred::Refused(refusal)) => {
            note_refusal(app, &refusal, permission, peer);
            Err(refused(&refusal))
        }
        Err(Barred::Failed(error)) => {
            tracing::error!(%error, "who calls cannot be looked up");
            Err(Problem::busy("who calls cannot be looked up now", 5))
        }
    }
}

/// Refuses what changes something and comes from a page of somebody else's.
fn own_page(app: &App, called: &Authority, head: &Head) -> Result<(), Problem> {
    let is_safe = matches!(head.method, Method::GET | Method::HEAD);
    if is_safe || is_own_origin(called, app.is_tls, &head.headers) {
        return Ok(());
    }
    let detail = "a page of another site sent this request";
    Err(Problem::new(StatusCode::FORBIDDEN, "other_origin", detail, "load Watchfire's own page and do it there"))
}

/// Who calls what is open to all, where that can be told. What it changes has to be shielded by itself.
fn known(app: &App, head: &Head, peer: SocketAddr) -> Option<Admitted> {
    let headers = headers_of(&head.headers);
    let request = request(head, &headers, "GET", Digest([0; 32]), peer, app);
    asked(app, &request, Door::Api, Permission::ManageSelf).ok()
}

/// Asks the gate, and writes down that a credential was used.
pub(crate) fn asked(
    app: &App,
    request: &Request<'_>,
    door: Door<'_>,
    permission: Permission,
) -> Result<Admitted, Barred<watchfire_state::Error>> {
    let now = app.now();
    let admitted = app.gate.admit(request, door, permission, &*app.parts.state, now)?;
    if let Some(touch) = &admitted.touch
        && let Err(error) = app.parts.state.touch(touch, now)
    {
        // Only when a credential was last used is not told then.
        tracing::warn!(%error, "the use of a credential was not written down");
    }
    Ok(admitted)
}

/// All headers as the gate wants them.
pub(crate) fn headers_of(headers: &HeaderMap) -> Vec<(&str, &[u8])> {
    headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect()
}

/// A request as the gate wants it.
pub(crate) fn request<'r>(
    head: &'r Head,
    headers: &'r [(&'r str, &'r [u8])],
    method: &'r str,
    body: Digest,
    peer: SocketAddr,
    app: &App,
) -> Request<'r> {
    Request {
        method,
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        headers,
        body,
        address: Some(peer.ip()),
        is_private: app.is_tls || peer.ip().is_loopback(),
    }
}

/// Writes down that somebody known asked for what it may not, and that a signature was wrong.
pub(crate) fn note_refusal(app: &App, refusal: &Refusal, permission: Permission, peer: SocketAddr) {
    let actor = match refusal {
        Refusal::Denied(denied) => denied.who.as_str(),
        Refusal::Signature(_) => "unknown",
        _ => return,
    };
    let act = Act::by(actor, "request.refused", app.now()).from(Some(peer.ip())).on(permission).went(Outcome::Refused);
    crate::trail::write(app, act);
}
