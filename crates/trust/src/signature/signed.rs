//! Checking a signature.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use watchfire_model::EventTime;

use super::authorization::{ALGORITHM, Claim, Form, TERMINATOR, claim, shown};
use super::fault::SignatureFault;
use super::{canonical, instant};
use crate::secret::is_same;
use crate::token::{later, millis};
use crate::{Digest, Request, Secret};

/// How far the clock of who signs may be from ours, as most of AWS's services have it.
pub const SKEW_MAX: Duration = Duration::from_secs(5 * 60);

/// A request that says it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    claim: Claim,
}

/// What stands for a body that is not signed.
const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";
const PAYLOAD_HEADER: &str = "x-amz-content-sha256";

impl Signed {
    /// Reads what a request says of its signature; nothing is checked yet.
    ///
    /// # Errors
    /// [`SignatureFault::Missing`], [`SignatureFault::Incomplete`], [`SignatureFault::Invalid`], and [`SignatureFault::UnknownKey`] for a
    /// request with a session token.
    pub fn read(request: &Request<'_>) -> Result<Signed, SignatureFault> {
        claim(request).map(|claim| Signed { claim })
    }

    /// The id of the access key.
    pub fn key_id(&self) -> &str {
        &self.claim.key_id
    }

    /// The region of its scope; any is accepted, for this place is in none.
    pub fn region(&self) -> &str {
        &self.claim.region
    }

    /// Enough of the signature to know it again.
    pub(crate) fn mark(&self) -> u128 {
        Digest(self.claim.signature).half()
    }

    /// Checks everything: scope, date, which headers are signed, and the signature itself. When it ends comes back.
    ///
    /// # Errors
    /// [`SignatureFault::Invalid`], [`SignatureFault::Time`].
    pub fn verify(
        &self,
        request: &Request<'_>,
        secret: &Secret,
        services: &[&str],
        skew: Duration,
        now: EventTime,
    ) -> Result<EventTime, SignatureFault> {
        self.check_scope(services)?;
        let until = self.check_time(skew, now)?;
        self.check_headers(request)?;
        let payload = payload(request)?;
        let is_in_query = matches!(self.claim.form, Form::Query(_));
        let canonical = canonical::request(request, &self.claim.signed_headers, is_in_query, &payload);
        let computed = self.signature(secret, &canonical);
        if is_same(&computed, &self.claim.signature) { Ok(until) } else { Err(SignatureFault::mismatch()) }
    }

    fn check_scope(&self, services: &[&str]) -> Result<(), SignatureFault> {
        let Claim { date, region, service, stamp, .. } = &self.claim;
        let invalid = |message: String| Err(SignatureFault::Invalid(message));
        let is_region = !region.is_empty() && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        match () {
            () if *date != stamp[..8] => invalid(format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{}' != '{}', from '{stamp}'.",
                shown(date),
                &stamp[..8]
            )),
            () if !is_region => invalid(format!("Credential should be scoped to a valid region, not '{}'.", shown(region))),
            () if !services.contains(&service.as_str()) => {
                invalid(format!("Credential should be scoped to correct service: '{}'.", services.join("' or '")))
            }
            () => Ok(()),
        }
    }

    fn check_time(&self, skew: Duration, now: EventTime) -> Result<EventTime, SignatureFault> {
        let Claim { at, stamp, .. } = &self.claim;
        let (lives, words) = match self.claim.form {
            Form::Header => (skew, in_words(skew)),
            Form::Query(lives) => (lives, in_words(lives)),
        };
        let (until, earliest) = (later(*at, lives), EventTime(now.millis().saturating_sub(millis(lives))));
        let latest = later(now, skew);
        let (shown_now, skewed) = (instant::basic(now), in_words(skew));
        match () {
            () if until < now => Err(SignatureFault::Time(format!(
                "Signature expired: {stamp} is now earlier than {} ({shown_now} - {words}.)",
                instant::basic(earliest)
            ))),
            () if *at > latest => Err(SignatureFault::Time(format!(
                "Signature not yet current: {stamp} is still later than {} ({shown_now} + {skewed}.)",
                instant::basic(latest)
            ))),
            () => Ok(until),
        }
    }

    /// What decides over the meaning of a request must be signed: the host, the operation, and everything else that is named so.
    fn check_headers(&self, request: &Request<'_>) -> Result<(), SignatureFault> {
        let signed = &self.claim.signed_headers;
        let has = |name: &str| signed.iter().any(|header| header == name);
        let invalid = |message: String| Err(SignatureFault::Invalid(message));
        if !has("host") {
            return invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.".to_owned());
        }
        if matches!(self.claim.form, Form::Header) && !has("x-amz-date") && !has("date") {
            return invalid("'X-Amz-Date' or 'Date' must be a 'SignedHeader' in the AWS Authorization.".to_owned());
        }
        let mut unsigned: Vec<String> = request
            .headers
            .iter()
            .map(|(name, _)| name.to_ascii_lowercase())
            .filter(|name| name.starts_with("x-amz-") && !has(name))
            .collect();
        if !unsigned.is_empty() {
            unsigned.sort_unstable();
            return invalid(format!("There were headers present in the request which were not signed: {}", shown(&unsigned.join(", "))));
        }
        match signed.iter().find(|name| request.values(name).next().is_none()) {
            Some(name) => invalid(format!("The signed header '{}' is not in the request.", shown(name))),
            None => Ok(()),
        }
    }

    fn signature(&self, secret: &Secret, canonical: &[u8]) -> [u8; 32] {
        let Claim { date, region, service, stamp, .. } = &self.claim;
        let first = zeroize::Zeroizing::new(format!("AWS4{}", secret.reveal()));
        let mut key = hmac(first.as_bytes(), date.as_bytes());
        for part in [region.as_str(), service, TERMINATOR] {
            key = hmac(&key, part.as_bytes());
        }
        let hash = Digest::of(canonical);
        let text = format!("{ALGORITHM}\n{stamp}\n{date}/{region}/{service}/{TERMINATOR}\n{hash}");
        hmac(&key, text.as_bytes())
    }
}

fn hmac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text);
    mac.finalize().into_bytes().into()
}

/// What stands for the body in the canonical request.
fn payload(request: &Request<'_>) -> Result<String, SignatureFault> {
    let body = request.body.to_string();
    if request.values(PAYLOAD_HEADER).next().is_none() {
        return Ok(body);
    }
    match request.value(PAYLOAD_HEADER).map(str::trim) {
        Some(UNSIGNED_PAYLOAD) if request.is_private => Ok(UNSIGNED_PAYLOAD.to_owned()),
        Some(UNSIGNED_PAYLOAD) => Err(SignatureFault::Invalid("A body can only be left unsigned over TLS.".to_owned())),
        Some(hash) if hash == body => Ok(body),
        Some(hash) if hash.starts_with("STREAMING-") => {
            Err(SignatureFault::Invalid("Bodies that are signed in chunks are not taken here; sign the whole body.".to_owned()))
        }
        _ => Err(SignatureFault::Invalid("The provided 'x-amz-content-sha256' header does not match what was computed.".to_owned())),
    }
}

/// `5 min`, or seconds where it is no whole number of minutes.
fn in_words(span: Duration) -> String {
    let seconds = span.as_secs();
    if seconds.is_multiple_of(60) { format!("{} min", seconds / 60) } else { format!("{seconds} sec") }
}
