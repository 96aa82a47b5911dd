//! Sessions of people who are logged in.

use schemars::JsonSchema;
use serde::Serialize;
use watchfire_state::TrustStore;
use watchfire_trust::{Digest, Permission, Session};

use super::{Owned, OwnedQuery, TAG, act, fault, owner, page};
use crate::answer::{self, Page};
use crate::call::Call;
use crate::problem::Problem;
use crate::route::{Outcome, Route};

pub(in crate::api) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/sessions", sessions)
            .needs(Permission::ManageSelf)
            .told(TAG, "Lists sessions: one's own, or a user's for who manages users.")
            .query::<OwnedQuery>()
            .gives::<Page<SessionView>>(),
        Route::delete("/api/v1/sessions/{id}", close_session)
            .needs(Permission::ManageSelf)
            .told(TAG, "Ends a session.")
            .query::<Owned>()
            .gives_nothing(),
    ]
}

/// A session.
#[derive(Serialize, JsonSchema)]
struct SessionView {
    /// What it is called here.
    id: String,
    /// When it began.
    opened: String,
    /// When it was last used, to the minute or so.
    seen: String,
    /// Where it was opened from.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// What the browser calls itself.
    agent: String,
    /// Whether it is the one that asks.
    is_current: bool,
}

fn sessions(call: &Call) -> Outcome {
    let query: OwnedQuery = call.query()?;
    let owner = owner(call, query.user.as_deref())?;
    let current = call.who.0.as_ref().and_then(|admitted| admitted.session.as_ref()).map(|session| session.digest());
    let (limits, now) = (call.app.gate.settings().sessions, call.now());
    let sessions = call.app.parts.state.sessions(owner).map_err(fault)?;
    let live = sessions.into_iter().filter(|session| session.is_live(limits, now)).map(|session: Session| SessionView {
        id: session.digest.to_string(),
        opened: session.opened.to_string(),
        seen: session.seen.to_string(),
        address: session.address.map(|address| address.to_string()),
        is_current: current == Some(session.digest),
        agent: session.agent,
    });
    page(live, &query, |session| session.id.clone())
}

fn close_session(call: &Call) -> Outcome {
    let query: Owned = call.query()?;
    let owner = owner(call, query.user.as_deref())?;
    let missing = || Problem::not_found("there is no such session");
    let digest = Digest::parse(call.part("id")).ok_or_else(missing)?;
    let was = call.app.parts.state.close_session(owner, &digest, act(call, "session.close")?.on(digest)).map_err(fault)?;
    if was { answer::done() } else { Err(missing()) }
}
