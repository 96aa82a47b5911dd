//! What is answered to a request that is not let in.

use crate::signature::{AwsRefusal, Dialect, SignatureFault};
use crate::{Denied, SealError};

/// Why a request was not let in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It came without any credential that counts at its door.
    #[error("this needs a login or a token")]
    Anonymous,
    /// Its credential is unknown, has ended, was taken back, or its owner may not come in; which of them is not told.
    #[error("the session or token is not known, or no longer")]
    Unknown,
    /// It came with a session and changes something, and does not prove that one of our pages sent it.
    #[error("the request does not carry the page's own token in x-csrf-token")]
    Csrf,
    /// It is known and may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Its signature does not count.
    #[error(transparent)]
    Signature(#[from] SignatureFault),
    /// Its signature cannot be checked, because the secret cannot be unsealed: our fault, to be told to whoever runs this.
    #[error("the secret of the access key cannot be read: {0}")]
    Sealed(SealError),
}

impl Refusal {
    /// The HTTP status, where answers are not AWS's.
    pub fn status(&self) -> u16 {
        match self {
            Refusal::Anonymous | Refusal::Unknown => 401,
            Refusal::Csrf | Refusal::Denied(_) | Refusal::Signature(_) => 403,
            Refusal::Sealed(_) => 500,
        }
    }

    /// What a person can try.
    pub fn hint(&self) -> String {
        match self {
            Refusal::Anonymous => "log in, or send a token as \"Authorization: Bearer wf_…\"".to_owned(),
            Refusal::Unknown => "log in again, or ask for a new token".to_owned(),
            Refusal::Csrf => "load the page again; a script uses a token instead of a session".to_owned(),
            Refusal::Denied(denied) => denied.hint(),
            Refusal::Signature(fault) => fault.hint().to_owned(),
            Refusal::Sealed(error) => error.hint().to_owned(),
        }
    }

    /// What an endpoint that speaks as AWS does answers: code, status and message. `action` is what was asked for as AWS's policies name
    /// it, such as `events:PutEvents`.
    pub fn aws(&self, dialect: Dialect, action: &str) -> AwsRefusal {
        match self {
            Refusal::Anonymous => SignatureFault::Missing.aws(dialect),
            Refusal::Unknown => SignatureFault::UnknownKey.aws(dialect),
            Refusal::Signature(fault) => fault.aws(dialect),
            Refusal::Denied(denied) => dialect.access_denied(&denied.who, action),
            Refusal::Csrf => dialect.access_denied("the page", action),
            Refusal::Sealed(_) => dialect.internal_failure(),
        }
    }
}
