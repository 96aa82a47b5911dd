//! Refusals in AWS's words.

use serde::Serialize;

/// An error as the `events` API gives it: a code that programs look at and a message that people search for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[error("{code}: {message}")]
pub struct AwsError {
    /// The code, such as `ResourceNotFoundException`.
    #[serde(rename = "__type")]
    pub code: &'static str,
    /// What is wrong.
    #[serde(rename = "message")]
    pub message: String,
}

impl AwsError {
    /// The status of the HTTP answer: 400, or 500 where the fault is not the caller's.
    pub fn status(&self) -> u16 {
        if self.code == "InternalException" { 500 } else { 400 }
    }

    /// An argument is wrong.
    pub fn validation(message: impl Into<String>) -> AwsError {
        AwsError { code: "ValidationException", message: message.into() }
    }

    /// Something that was named is not there.
    pub fn not_found(message: impl Into<String>) -> AwsError {
        AwsError { code: "ResourceNotFoundException", message: message.into() }
    }

    /// A name is taken.
    pub fn exists(message: impl Into<String>) -> AwsError {
        AwsError { code: "ResourceAlreadyExistsException", message: message.into() }
    }

    /// More than is allowed.
    pub fn limit(message: impl Into<String>) -> AwsError {
        AwsError { code: "LimitExceededException", message: message.into() }
    }

    /// Not in this state of the thing.
    pub fn status_not_allowed(message: impl Into<String>) -> AwsError {
        AwsError { code: "IllegalStatusException", message: message.into() }
    }

    /// A text is no event pattern.
    pub fn pattern(reason: impl std::fmt::Display) -> AwsError {
        AwsError { code: "InvalidEventPatternException", message: format!("Event pattern is not valid. Reason: {reason}") }
    }
}
