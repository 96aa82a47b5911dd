//! What went wrong with an attempt, and whether trying again can help.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Why an attempt failed, as dead letters name it. The first six are the ones AWS documents and users filter by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ErrorCode {
    /// The bus may not use the target.
    NoPermissions,
    /// There is no such target.
    NoResource,
    /// What the target was to make is there already.
    ResourceAlreadyExists,
    /// The target wants less at a time.
    Throttling,
    /// No answer in time.
    Timeout,
    /// No connection.
    ConnectionFailure,
    /// The target's input could not be made, or the target calls it malformed.
    InvalidInput,
    /// The target gave an error of its own.
    ErrorFromTarget,
    /// The event came from another bus already and goes no further.
    ThirdHop,
    /// A fault on our side.
    InternalError,
}

impl ErrorCode {
    /// The word in a dead letter.
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorCode::NoPermissions => "NO_PERMISSIONS",
            ErrorCode::NoResource => "NO_RESOURCE",
            ErrorCode::ResourceAlreadyExists => "RESOURCE_ALREADY_EXISTS",
            ErrorCode::Throttling => "THROTTLING",
            ErrorCode::Timeout => "TIMEOUT",
            ErrorCode::ConnectionFailure => "CONNECTION_FAILURE",
            ErrorCode::InvalidInput => "INVALID_INPUT",
            ErrorCode::ErrorFromTarget => "ERROR_FROM_TARGET",
            ErrorCode::ThirdHop => "THIRD_HOP",
            ErrorCode::InternalError => "INTERNAL_ERROR",
        }
    }
}

/// Whether trying again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Retry {
    /// No.
    Never,
    /// When the policy says.
    Later,
    /// Not before this much time has passed.
    After(Duration),
}

/// A failed attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{}: {message}", code.as_str())]
pub struct Failure {
    /// Why.
    pub code: ErrorCode,
    /// The same for people, without secrets.
    pub message: String,
    /// Whether trying again can help.
    pub retry: Retry,
}

/// Letters of a message: an answer may be a whole page.
const MESSAGE_MAX: usize = 1000;

impl Failure {
    /// A failure that no other attempt mends.
    pub fn never(code: ErrorCode, message: impl Into<String>) -> Failure {
        Failure { code, message: shortened(message.into()), retry: Retry::Never }
    }

    /// A failure that may pass.
    pub fn later(code: ErrorCode, message: impl Into<String>) -> Failure {
        Failure { code, message: shortened(message.into()), retry: Retry::Later }
    }

    /// The same with a wait that the target asked for.
    pub fn after(self, wait: Option<Duration>) -> Failure {
        match (self.retry, wait) {
            (Retry::Later, Some(wait)) => Failure { retry: Retry::After(wait), ..self },
            _ => self,
        }
    }
}

fn shortened(message: String) -> String {
    match message.char_indices().nth(MESSAGE_MAX) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message,
    }
}
