//! Why AWS did not do what was asked, by what the caller does next.

/// Every message ends with a `hint:` line that says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No usable credentials: log in or name a profile.
    #[error("{what}: {detail}\nhint: {hint}", hint = CREDENTIALS_HINT)]
    Credentials {
        /// What was attempted.
        what: String,
        /// AWS's word for it; empty when AWS was not even asked.
        code: String,
        /// What the credential chain or AWS said.
        detail: String,
    },
    /// Somebody with rights over the account has to allow it.
    #[error("{what}: refused ({code}): {detail}\nhint: {hint}")]
    Refused {
        /// What was attempted.
        what: String,
        /// AWS's word for it.
        code: String,
        /// AWS's sentence about it.
        detail: String,
        /// What to do about it.
        hint: &'static str,
    },
    /// There is no such bucket, object, queue or whatever was named: correct the name.
    #[error("{what}: not there ({code}): {detail}\nhint: check the spelling, and that the profile in use belongs to the right account")]
    Missing {
        /// What was attempted.
        what: String,
        /// AWS's word for it.
        code: String,
        /// AWS's sentence about it.
        detail: String,
    },
    /// AWS finds fault with what was asked: the same again will not do.
    #[error(
        "{what}: AWS says no ({code}): {detail}\nhint: what was asked is wrong or does not fit how things are there; the code is AWS's own"
    )]
    Fault {
        /// What was attempted.
        what: String,
        /// AWS's word for it.
        code: String,
        /// AWS's sentence about it.
        detail: String,
    },
    /// The bucket is in another region and the answer did not say in which.
    #[error("{what}: the bucket is not in region {region}\nhint: set AWS_REGION to the bucket's region (aws s3api get-bucket-location)")]
    Region {
        /// What was attempted.
        what: String,
        /// The region that was tried.
        region: String,
    },
    /// The other side was busy or broken every time: try later.
    #[error(
        "{what}: no success in {attempts} attempts: {status} {code} {detail}\nhint: the service is busy or broken; try again later or read less at a time"
    )]
    Busy {
        /// What was attempted.
        what: String,
        /// How often.
        attempts: u32,
        /// The HTTP status of the last answer.
        status: u16,
        /// AWS's word for it; may be empty.
        code: String,
        /// AWS's sentence about it; may be empty.
        detail: String,
    },
    /// The other side was not reached, or the line broke every time.
    #[error("{what}: no answer in {attempts} attempts: {detail}\nhint: {hint}", hint = NETWORK_HINT)]
    Network {
        /// What was attempted.
        what: String,
        /// How often.
        attempts: u32,
        /// The last failure.
        detail: String,
    },
    /// The object is longer than it was asked for: read it as a stream.
    #[error("{what}: {bytes} bytes, and {bytes_max} at most were asked for\nhint: it was replaced by a longer one; read it again")]
    Longer {
        /// What was attempted.
        what: String,
        /// Its length.
        bytes: u64,
        /// What was asked for.
        bytes_max: u64,
    },
    /// A setting makes no sense: correct it.
    #[error("{detail}\nhint: {hint}")]
    Settings {
        /// What is wrong.
        detail: String,
        /// What to do about it.
        hint: &'static str,
    },
    /// An answer that AWS does not give: the address may not be AWS's, or this program has a fault.
    #[error("{what}: {detail}\nhint: {hint}", hint = UNEXPECTED_HINT)]
    Unexpected {
        /// What was attempted.
        what: String,
        /// What came back.
        detail: String,
    },
}

impl Error {
    /// AWS's own word and sentence for what went wrong; none where AWS did not answer, or not as AWS does.
    pub fn fault(&self) -> Option<(&str, &str)> {
        match self {
            Error::Credentials { code, detail, .. }
            | Error::Refused { code, detail, .. }
            | Error::Missing { code, detail, .. }
            | Error::Fault { code, detail, .. }
            | Error::Busy { code, detail, .. }
                if !code.is_empty() =>
            {
                Some((code, detail))
            }
            _ => None,
        }
    }

    /// Whether the same may succeed later, without anybody doing anything.
    pub fn may_pass(&self) -> bool {
        matches!(self, Error::Busy { .. } | Error::Network { .. })
    }
}

const CREDENTIALS_HINT: &str = "set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, log in again (aws sso login), \
                                or run where a role is attached; `aws sts get-caller-identity` shows what is in use";
const NETWORK_HINT: &str = "check the connection, HTTPS_PROXY, and AWS_ENDPOINT_URL if it is set";
const UNEXPECTED_HINT: &str = "check AWS_ENDPOINT_URL if it is set; otherwise please report this as a fault of watchfire";

/// An error with its causes, on one line.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        cause = error.source();
    }
    text
}
