//! Errors as Security Hub gives them.

use serde_json::json;

/// An error of the `securityhub` API. Whoever speaks HTTP sends [`status`](AwsError::status), the header `x-amzn-ErrorType` with the
/// code, and [`body`](AwsError::body).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", code.as_str())]
pub struct AwsError {
    /// Which one.
    pub code: Code,
    /// What happened, for people.
    pub message: String,
}

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// The request is not what it has to be.
    InvalidInput,
    /// The hub is not enabled.
    InvalidAccess,
    /// What was named is not there.
    ResourceNotFound,
    /// What was to be made is there.
    ResourceConflict,
    /// More than may be.
    LimitExceeded,
}

impl Code {
    /// AWS's name of it.
    pub fn as_str(self) -> &'static str {
        match self {
            Code::InvalidInput => "InvalidInputException",
            Code::InvalidAccess => "InvalidAccessException",
            Code::ResourceNotFound => "ResourceNotFoundException",
            Code::ResourceConflict => "ResourceConflictException",
            Code::LimitExceeded => "LimitExceededException",
        }
    }

    /// The status of its answer, as in AWS's model of the service.
    pub fn status(self) -> u16 {
        match self {
            Code::InvalidInput => 400,
            Code::InvalidAccess => 401,
            Code::ResourceNotFound => 404,
            Code::ResourceConflict => 409,
            Code::LimitExceeded => 429,
        }
    }
}

impl AwsError {
    /// A request that is not what it has to be.
    pub fn invalid(message: impl Into<String>) -> AwsError {
        AwsError { code: Code::InvalidInput, message: message.into() }
    }

    /// The status of the answer.
    pub fn status(&self) -> u16 {
        self.code.status()
    }

    /// The JSON text of the answer.
    pub fn body(&self) -> String {
        json!({ "Code": self.code.as_str(), "Message": self.message }).to_string()
    }
}

/// Why an operation was not carried out.
#[derive(Debug)]
pub enum Failure<E> {
    /// The request, or what it asks for: answer so.
    Aws(AwsError),
    /// What is kept could not be read or written.
    Kept(E),
}

impl<E> From<AwsError> for Failure<E> {
    fn from(error: AwsError) -> Failure<E> {
        Failure::Aws(error)
    }
}
