//! What AWS says when it says no, in all of its ways of saying it.

use serde_json::Value;

use crate::Error;
use crate::endpoint::region_of;
use crate::exchange::{Question, Site};

/// AWS's own account of a failure, all empty where it gave none.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Fault {
    pub code: String,
    pub message: String,
    /// Where a bucket is, from S3.
    pub region: Option<String>,
}

/// What can be put right before asking again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mend {
    Region,
    Credentials,
    Clock,
}

/// Keys that were good once.
const EXPIRED: [&str; 3] = ["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"];

/// The clock, said outright.
const SKEWED: [&str; 2] = ["RequestTimeTooSkewed", "RequestInTheFuture"];

/// Keys that are no good, by the services' different words.
const NO_KEYS: [&str; 9] = [
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "InvalidToken",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "UnrecognizedClientException",
    "IncompleteSignature",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
];

/// What passes by itself whatever the status: the words of the services for "slower" and "later".
const PASSING: [&str; 19] = [
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "InternalError",
    "InternalFailure",
    "KmsThrottled",
    "LimitExceededException",
    "OverLimit",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServiceUnavailable",
    "SlowDown",
    "TooManyRequestsException",
    "TransactionInProgressException",
    "ThrottledException",
];

impl Fault {
    /// Reads a body: XML of S3 or of the Query protocol, or JSON, whose code may stand in a header instead.
    pub(crate) fn parse(body: &[u8], error_type: Option<&str>) -> Fault {
        let mut fault = match std::str::from_utf8(body).unwrap_or_default().trim_start() {
            text if text.starts_with('{') => Fault::of_json(text),
            text => Fault::of_xml(text),
        };
        if let Some(code) = error_type.map(bare_code).filter(|code| !code.is_empty()) {
            fault.code = code.to_owned();
        }
        fault
    }

    fn of_json(text: &str) -> Fault {
        let body: Value = serde_json::from_str(text).unwrap_or_default();
        let text = |names: &[&str]| names.iter().find_map(|name| body.get(name)?.as_str()).unwrap_or_default();
        Fault {
            code: bare_code(text(&["__type", "code", "Code"])).to_owned(),
            message: text(&["message", "Message", "errorMessage"]).to_owned(),
            region: None,
        }
    }

    fn of_xml(text: &str) -> Fault {
        let mut fault = Fault::default();
        let Ok(document) = roxmltree::Document::parse(text) else { return fault };
        let Some(error) = document.descendants().find(|node| node.tag_name().name() == "Error") else { return fault };
        for node in error.children() {
            let text = node.text().unwrap_or_default().trim().to_owned();
            match node.tag_name().name() {
                "Code" => fault.code = text,
                "Message" => fault.message = text,
                "Region" => fault.region = Some(text),
                "Endpoint" => fault.region = fault.region.or_else(|| region_of(&text)),
                _ => {}
            }
        }
        fault
    }

    /// What can be put right, apart from the region of a bucket.
    pub(crate) fn mend(&self) -> Option<Mend> {
        let code = self.code.as_str();
        // Other services than S3 tell a wrong clock from a wrong key in the sentence only.
        let late = || ["Signature expired", "Signature not yet current"].iter().any(|start| self.message.starts_with(start));
        match code {
            _ if EXPIRED.contains(&code) => Some(Mend::Credentials),
            _ if SKEWED.contains(&code) => Some(Mend::Clock),
            "InvalidSignatureException" | "SignatureDoesNotMatch" if late() => Some(Mend::Clock),
            _ => None,
        }
    }

    /// Whether the same question may get a better answer later.
    pub(crate) fn may_pass(&self, status: u16) -> bool {
        let code = self.code.as_str();
        let is_slower = PASSING.contains(&code) || code.starts_with("Throttling") || code.ends_with(".ThrottlingException");
        matches!(status, 408 | 429) || (status >= 500 && status != 501) || is_slower
    }

    /// The error for an answer that may be better another time.
    pub(crate) fn busy(self, question: &Question<'_>, status: u16, attempts: u32) -> Error {
        Error::Busy { what: question.what.clone(), attempts, status, code: self.code, detail: self.message }
    }

    /// The error for an answer that will not change.
    pub(crate) fn refusal(self, site: &Site, question: &Question<'_>, status: u16) -> Error {
        let what = question.what.clone();
        let is_told = !self.code.is_empty();
        let code = if is_told { self.code } else { status.to_string() };
        let detail = if self.message.is_empty() { format!("HTTP status {status}") } else { self.message };
        match (status, code.as_str()) {
            (_, word) if NO_KEYS.contains(&word) || EXPIRED.contains(&word) || SKEWED.contains(&word) => {
                let detail = format!("the keys were refused ({code}): {detail}");
                Error::Credentials { what, code, detail }
            }
            (_, "InvalidObjectState") => {
                Error::Refused { what, code, detail, hint: "the object is in an archive class; restore it in S3 first" }
            }
            (_, word) if matches!(status, 401 | 403) || is_refusal(word) => {
                let hint = if site.service.is_s3() { OBJECTS_HINT } else { CALLS_HINT };
                Error::Refused { what, code, detail, hint }
            }
            (404, _) => Error::Missing { what, code, detail },
            (_, word) if is_told && is_missing(word) => Error::Missing { what, code, detail },
            (301 | 307 | 308, _) | (400, "AuthorizationHeaderMalformed" | "PermanentRedirect") => {
                Error::Region { what, region: site.region() }
            }
            (412, _) => Error::Unexpected { what, detail: "the object was replaced while it was read".to_owned() },
            _ if is_told => Error::Fault { what, code, detail },
            _ => Error::Unexpected { what, detail: format!("{code}: {detail}") },
        }
    }
}

/// Some services say it with status 400.
fn is_refusal(code: &str) -> bool {
    code.starts_with("AccessDenied") || matches!(code, "AuthorizationError" | "KmsAccessDenied" | "UnauthorizedOperation" | "NotAuthorized")
}

fn is_missing(code: &str) -> bool {
    code.starts_with("NoSuch") || matches!(code, "QueueDoesNotExist" | "NotFound" | "NotFoundException" | "ResourceNotFoundException")
}

/// The word in `com.amazonaws.sqs#QueueDoesNotExist` and in `ResourceNotFoundException:http://internal.amazon.com/…`.
fn bare_code(text: &str) -> &str {
    let text = text.split_once(':').map_or(text, |(code, _)| code);
    text.rsplit_once('#').map_or(text, |(_, code)| code)
}

const OBJECTS_HINT: &str = "the identity in use needs s3:ListBucket on the bucket, s3:GetObject on its objects, and kms:Decrypt \
                            on the key if they are encrypted; `aws sts get-caller-identity` shows which identity that is";
const CALLS_HINT: &str = "the identity in use needs a policy that allows this call, and the resource one that does not forbid it; \
                          `aws sts get-caller-identity` shows which identity that is";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_saying_no_is_read() {
        for (body, header, code, message) in [
            ("<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>", None, "NoSuchKey", "gone"),
            (
                "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>Sender</Type><Code>NotFound</Code>\
                 <Message>Topic does not exist</Message></Error><RequestId>r</RequestId></ErrorResponse>",
                None,
                "NotFound",
                "Topic does not exist",
            ),
            (
                "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors></Response>",
                None,
                "UnauthorizedOperation",
                "no",
            ),
            (r#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no queue"}"#, None, "QueueDoesNotExist", "no queue"),
            (r#"{"__type":"ThrottlingException","Message":"slow"}"#, None, "ThrottlingException", "slow"),
            (r#"{"Type":"User","Message":"no f"}"#, Some("ResourceNotFoundException:http://x/"), "ResourceNotFoundException", "no f"),
            ("<html>", None, "", ""),
            ("{", None, "", ""),
            ("", Some("ServiceException"), "ServiceException", ""),
        ] {
            let fault = Fault::parse(body.as_bytes(), header);
            assert_eq!((fault.code.as_str(), fault.message.as_str()), (code, message), "{body}");
        }
    }

    #[test]
    fn what_can_be_mended_and_what_may_pass() {
        let fault = |code: &str, message: &str| Fault { code: code.into(), message: message.into(), region: None };
        for (code, message, mend) in [
            ("ExpiredTokenException", "", Some(Mend::Credentials)),
            ("RequestTimeTooSkewed", "", Some(Mend::Clock)),
            ("InvalidSignatureException", "Signature expired: 20260302T0900Z is now earlier than", Some(Mend::Clock)),
            ("SignatureDoesNotMatch", "Signature not yet current: 20260302T0900Z", Some(Mend::Clock)),
            ("SignatureDoesNotMatch", "The request signature we calculated does not match", None),
            ("AccessDenied", "", None),
        ] {
            assert_eq!(fault(code, message).mend(), mend, "{code} {message}");
        }
        for (code, status, passes) in [
            ("ThrottlingException", 400, true),
            ("Throttling", 400, true),
            ("KMS.ThrottlingException", 400, true),
            ("OverLimit", 403, true),
            ("", 503, true),
            ("", 429, true),
            ("", 501, false),
            ("ValidationException", 400, false),
        ] {
            assert_eq!(fault(code, "").may_pass(status), passes, "{code} {status}");
        }
    }
}
