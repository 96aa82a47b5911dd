//! Who calls.

use http::StatusCode;
use watchfire_trust::{Admitted, Caller, Permission, Refusal};

use crate::problem::Problem;

/// Who calls; nobody where a route is open and nobody is logged in.
#[derive(Debug, Clone, Default)]
pub(crate) struct Who(pub Option<Admitted>);

impl Who {
    /// The caller, where there is one.
    pub fn caller(&self) -> Result<&Caller, Problem> {
        let caller = self.0.as_ref().map(|admitted| &admitted.caller);
        caller.ok_or_else(|| refused(&Refusal::Anonymous))
    }

    /// Refuses what the caller may not.
    pub fn may(&self, permission: Permission) -> Result<(), Problem> {
        self.caller()?.may(permission).map_err(|denied| refused(&Refusal::Denied(denied)))
    }
}

/// A refusal as a problem.
pub(crate) fn refused(refusal: &Refusal) -> Problem {
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::FORBIDDEN);
    let (detail, hint) = (refusal.to_string(), refusal.hint());
    match status {
        StatusCode::UNAUTHORIZED => Problem { hint: hint.into(), ..Problem::unauthenticated(detail) },
        StatusCode::FORBIDDEN if *refusal == Refusal::Csrf => Problem::new(status, "no_csrf_token", detail, hint),
        StatusCode::FORBIDDEN => Problem { hint: hint.into(), ..Problem::forbidden(detail) },
        _ => Problem::failed("who calls cannot be found out", detail),
    }
}
