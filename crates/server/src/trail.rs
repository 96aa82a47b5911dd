//! What is written into the audit log.

use std::fmt;

use watchfire_state::TrustStore;
use watchfire_trust::audit::{Act, Details};

use crate::app::App;
use crate::call::Call;
use crate::problem::Problem;

/// Writes down that the caller did something: what, and to what.
pub(crate) fn note(call: &Call, action: &str, object: impl fmt::Display) -> Result<(), Problem> {
    note_with(call, action, object, Details::none())
}

/// Writes down that the caller did something, and more about it.
pub(crate) fn note_with(call: &Call, action: &str, object: impl fmt::Display, details: Details) -> Result<(), Problem> {
    let act = Act::new(call.who.caller()?, action, call.now()).from(Some(call.peer.ip())).on(object).with(details);
    let noted = call.app.parts.state.record(act);
    noted.map(drop).map_err(|error| Problem::failed("it was done, but could not be written into the audit log", error))
}

/// Writes down what nobody waits for.
pub(crate) fn write(app: &App, act: Act) {
    if let Err(error) = app.parts.state.record(act) {
        tracing::error!(%error, "the audit log cannot be written");
    }
}
