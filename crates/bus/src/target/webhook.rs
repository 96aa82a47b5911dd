//! A URL of anybody, with a signature that says it was us.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use watchfire_model::EventTime;

use super::{Answer, HttpRequest, Kind, Letter, Request, Verdict, answer};
use crate::retry::{ErrorCode, Failure};
use crate::rules::Secret;

/// A URL of anybody. Signed as Standard Webhooks has it: HMAC-SHA-256 over id, time and body, so that a receiver can tell our requests
/// from others', old ones from new ones, and repeats by their id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// The URL.
    pub url: String,
    /// What both sides know. With `whsec_` before it, the rest is Base64; otherwise it is the text itself.
    pub secret: Secret,
}

impl Webhook {
    fn key(&self) -> Result<Vec<u8>, Failure> {
        match self.secret.0.strip_prefix("whsec_") {
            Some(coded) => {
                STANDARD.decode(coded).map_err(|_| Failure::never(ErrorCode::InvalidInput, "the secret after whsec_ is no Base64"))
            }
            None => Ok(self.secret.0.clone().into_bytes()),
        }
    }
}

/// `v1,` and the Base64 of the code.
fn signature(key: &[u8], id: &str, seconds: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body.as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

impl Kind for Webhook {
    fn request(&self, letters: &[Letter<'_>]) -> Result<Request, Failure> {
        let [letter, ..] = letters else { return Err(Failure::never(ErrorCode::InternalError, "nothing to send")) };
        let seconds = letter.now.millis().div_euclid(1000);
        let signature = signature(&self.key()?, letter.id, seconds, letter.payload);
        let headers = [
            ("Content-Type", "application/json; charset=utf-8"),
            ("User-Agent", "Watchfire"),
            ("webhook-id", letter.id),
            ("webhook-timestamp", &seconds.to_string()),
            ("webhook-signature", &signature),
        ];
        HttpRequest::post(&self.url, &headers, letter.payload.to_owned())
    }

    fn judge(&self, sent: usize, answer: &Answer, now: EventTime) -> Vec<Verdict> {
        answer::all(sent, answer::http(answer, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2: the code itself is right.
    #[test]
    fn the_code_is_hmac_sha_256() {
        let mut mac = Hmac::<Sha256>::new_from_slice(b"Jefe").unwrap();
        mac.update(b"what do ya want for nothing?");
        let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    /// The example that Standard Webhooks gives.
    #[test]
    fn the_signature_is_the_standards() {
        let webhook = Webhook { url: String::new(), secret: Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned()) };
        let signed = signature(&webhook.key().unwrap(), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn every_part_is_signed() {
        let one = signature(b"k", "id", 1, "body");
        for other in [
            signature(b"l", "id", 1, "body"),
            signature(b"k", "ie", 1, "body"),
            signature(b"k", "id", 2, "body"),
            signature(b"k", "id", 1, "bodz"),
        ] {
            assert_ne!(one, other);
        }
    }
}
