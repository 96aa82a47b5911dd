//! What AWS answers to a signature that does not count.

/// Why a signature does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureFault {
    /// There is none.
    #[error("Missing Authentication Token")]
    Missing,
    /// Something that belongs to it is missing, comes twice or cannot be read.
    #[error("{0}")]
    Incomplete(String),
    /// The access key is unknown, was taken back, or its owner may not come in; or a session token was sent, and none is ever issued here.
    #[error("The security token included in the request is invalid.")]
    UnknownKey,
    /// The signature is another than it should be, or its scope is not this endpoint's.
    #[error("{0}")]
    Invalid(String),
    /// It was made too long ago, or is from the future.
    #[error("{0}")]
    Time(String),
    /// The very same signed request was carried out already.
    #[error("The request was received before, with the same signature; sign it again to send it again.")]
    Replayed,
    /// More signatures came in a few minutes than can be remembered.
    #[error("Rate exceeded")]
    Busy,
}

/// What AWS says of a signature that is another than it should be.
pub(super) const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. \
     Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

impl SignatureFault {
    /// A signature that is another than it should be.
    pub(super) fn mismatch() -> SignatureFault {
        SignatureFault::Invalid(MISMATCH.to_owned())
    }

    /// What a person can try.
    pub fn hint(&self) -> &'static str {
        match self {
            SignatureFault::Missing => "give the tool an access key of this installation; watchfire user issues them",
            SignatureFault::Incomplete(_) => "let an AWS SDK, the AWS CLI or curl --aws-sigv4 sign the request",
            SignatureFault::UnknownKey => "use an access key that this installation issued, without a session token",
            SignatureFault::Invalid(_) => "check secret, service and endpoint; a proxy on the way may have changed path, query or headers",
            SignatureFault::Time(_) => "set the clock of the machine that signs",
            SignatureFault::Replayed => "SDKs sign each try anew; a script must do so too",
            SignatureFault::Busy => "send more events in one request",
        }
    }

    /// The answer in a protocol of AWS's.
    pub fn aws(&self, dialect: Dialect) -> AwsRefusal {
        use Dialect::{Json, Query, RestJson};
        let (code, status) = match (self, dialect) {
            (SignatureFault::Missing, Json) => ("MissingAuthenticationTokenException", 400),
            (SignatureFault::Missing, RestJson) => ("MissingAuthenticationTokenException", 403),
            (SignatureFault::Missing, Query) => ("MissingAuthenticationToken", 403),
            (SignatureFault::Incomplete(_), Json) => ("IncompleteSignatureException", 400),
            (SignatureFault::Incomplete(_), RestJson) => ("IncompleteSignatureException", 403),
            (SignatureFault::Incomplete(_), Query) => ("IncompleteSignature", 400),
            (SignatureFault::UnknownKey, Json) => ("UnrecognizedClientException", 400),
            (SignatureFault::UnknownKey, RestJson) => ("UnrecognizedClientException", 403),
            (SignatureFault::UnknownKey, Query) => ("InvalidClientTokenId", 403),
            (SignatureFault::Invalid(_) | SignatureFault::Time(_) | SignatureFault::Replayed, Json) => ("InvalidSignatureException", 400),
            (SignatureFault::Invalid(_) | SignatureFault::Time(_) | SignatureFault::Replayed, RestJson) => {
                ("InvalidSignatureException", 403)
            }
            (SignatureFault::Time(_), Query) => ("RequestExpired", 400),
            (SignatureFault::Invalid(_) | SignatureFault::Replayed, Query) => ("SignatureDoesNotMatch", 403),
            (SignatureFault::Busy, Json) => ("ThrottlingException", 400),
            (SignatureFault::Busy, RestJson) => ("ThrottlingException", 429),
            (SignatureFault::Busy, Query) => ("Throttling", 400),
        };
        AwsRefusal { code, status, message: self.to_string() }
    }
}

/// Which of AWS's protocols an endpoint speaks; they name the same faults differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `X-Amz-Target` and JSON: `events`, `logs`, `cloudtrail`. The code stands in `__type`.
    Json,
    /// Paths and JSON: `securityhub`, `guardduty`. The code stands in the header `x-amzn-ErrorType`.
    RestJson,
    /// `Action=` and XML: `sts`, `sns`, `cloudwatch`.
    Query,
}

/// An answer as AWS gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsRefusal {
    /// The name of the error.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What AWS's tools print.
    pub message: String,
}

impl Dialect {
    /// A known caller may not.
    pub(crate) fn access_denied(self, who: &str, action: &str) -> AwsRefusal {
        let (code, status) = match self {
            Dialect::Json => ("AccessDeniedException", 400),
            Dialect::RestJson => ("AccessDeniedException", 403),
            Dialect::Query => ("AccessDenied", 403),
        };
        AwsRefusal { code, status, message: format!("User: {who} is not authorized to perform: {action}") }
    }

    /// Our own fault.
    pub(crate) fn internal_failure(self) -> AwsRefusal {
        let code = if self == Dialect::Query { "InternalFailure" } else { "InternalFailureException" };
        AwsRefusal { code, status: 500, message: "The request could not be processed; the service's log says why.".to_owned() }
    }
}
