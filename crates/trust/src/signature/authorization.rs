//! What a request says of its signature, in the `Authorization` header or in its query.

use std::time::Duration;

use watchfire_model::EventTime;

use super::encode::decode;
use super::fault::SignatureFault;
use super::instant;
use crate::Request;
use crate::secret::from_hex;

/// The one algorithm that keys of this kind sign with.
pub(super) const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// What every scope ends with.
pub(super) const TERMINATOR: &str = "aws4_request";
/// The parameter that holds the signature, and so is not signed itself.
pub(super) const SIGNATURE_PARAMETER: &str = "X-Amz-Signature";

/// More than any tool signs; an `Authorization` header that is longer is not looked at.
const AUTHORIZATION_BYTES_MAX: usize = 8 * 1024;

/// Longest life of a signed address, as AWS has it: a week.
const EXPIRES_MAX: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Where the signature stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// In the header: it holds around the moment of its date.
    Header,
    /// In the query: it holds for so long from its date.
    Query(Duration),
}

/// What a request says of its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    pub form: Form,
    pub key_id: String,
    /// `20260302`.
    pub date: String,
    pub region: String,
    pub service: String,
    /// Names in small letters, ascending, each once.
    pub signed_headers: Vec<String>,
    pub signature: [u8; 32],
    pub at: EventTime,
    /// The same date as it was signed, `20260302T091407Z`.
    pub stamp: String,
}

/// The four texts that both forms have.
struct Texts<'t> {
    credential: &'t str,
    signed_headers: &'t str,
    signature: &'t str,
    form: Form,
    at: EventTime,
}

fn incomplete<T>(message: impl Into<String>) -> Result<T, SignatureFault> {
    Err(SignatureFault::Incomplete(message.into()))
}

/// Finds and reads it.
pub(super) fn claim(request: &Request<'_>) -> Result<Claim, SignatureFault> {
    let parameters = Parameters::of(request.query);
    if request.values("x-amz-security-token").next().is_some() || parameters.has("X-Amz-Security-Token") {
        return Err(SignatureFault::UnknownKey);
    }
    let mut headers = request.values("authorization");
    match (headers.next(), headers.next(), parameters.is_signed()) {
        (None, _, false) => Err(SignatureFault::Missing),
        (None, _, true) => from_query(&parameters),
        (Some(header), None, false) => from_header(request, header),
        (Some(_), _, true) => incomplete("A request is signed in its Authorization header or in its query, not in both."),
        (Some(_), Some(_), false) => incomplete("Authorization header comes more than once."),
    }
}

fn from_header(request: &Request<'_>, header: &[u8]) -> Result<Claim, SignatureFault> {
    let Ok(header) = std::str::from_utf8(header) else { return incomplete("Authorization header is no text.") };
    if header.len() > AUTHORIZATION_BYTES_MAX {
        return incomplete("Authorization header is too long.");
    }
    let (algorithm, rest) = header.trim().split_once(|letter: char| letter.is_ascii_whitespace()).unwrap_or((header.trim(), ""));
    if !algorithm.starts_with("AWS4") {
        return Err(SignatureFault::Missing);
    }
    if algorithm != ALGORITHM {
        return incomplete(format!("Unsupported AWS 'algorithm': '{}'.", shown(algorithm)));
    }
    let (mut credential, mut signed_headers, mut signature) = (None, None, None);
    for pair in rest.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let Some((name, value)) = pair.split_once('=') else {
            return incomplete(format!("Invalid key=value pair (missing equal-sign) in Authorization header: '{}'.", shown(pair)));
        };
        let place = match name {
            "Credential" => &mut credential,
            "SignedHeaders" => &mut signed_headers,
            "Signature" => &mut signature,
            _ => return incomplete(format!("Authorization header has an unknown parameter '{}'.", shown(name))),
        };
        if place.replace(value).is_some() {
            return incomplete(format!("Authorization header has '{name}' more than once."));
        }
    }
    let missing: Vec<String> = [("Credential", credential), ("Signature", signature), ("SignedHeaders", signed_headers)]
        .into_iter()
        .filter(|(_, value)| value.is_none_or(str::is_empty))
        .map(|(name, _)| format!("Authorization header requires '{name}' parameter."))
        .collect();
    let at = header_date(request);
    match (credential, signed_headers, signature, at) {
        (Some(credential), Some(signed_headers), Some(signature), Some(at)) if missing.is_empty() => {
            read(&Texts { credential, signed_headers, signature, form: Form::Header, at })
        }
        (_, _, _, at) => {
            let no_date = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.".to_owned();
            incomplete(missing.into_iter().chain(at.is_none().then_some(no_date)).collect::<Vec<_>>().join(" "))
        }
    }
}

/// `X-Amz-Date`, or `Date` where the first is not there.
fn header_date(request: &Request<'_>) -> Option<EventTime> {
    match request.values("x-amz-date").next() {
        Some(_) => request.value("x-amz-date").and_then(instant::parse_basic),
        None => request.value("date").and_then(instant::parse_any),
    }
}

fn from_query(parameters: &Parameters<'_>) -> Result<Claim, SignatureFault> {
    let needed = ["X-Amz-Algorithm", "X-Amz-Credential", SIGNATURE_PARAMETER, "X-Amz-SignedHeaders", "X-Amz-Date", "X-Amz-Expires"];
    let values = needed.map(|name| parameters.value(name));
    let [Some(algorithm), Some(credential), Some(signature), Some(signed_headers), Some(date), Some(expires)] = &values else {
        let missing = needed.iter().zip(&values).filter(|(_, value)| value.is_none());
        let said: Vec<String> = missing.map(|(name, _)| format!("AWS query-string parameters must include '{name}', once.")).collect();
        return incomplete(format!("{} Re-examine the query-string parameters.", said.join(" ")));
    };
    if algorithm != ALGORITHM {
        return incomplete(format!("Unsupported AWS 'algorithm': '{}'.", shown(algorithm)));
    }
    let Some(at) = instant::parse_basic(date) else { return incomplete("X-Amz-Date must be in ISO8601 format, such as 20260302T091407Z.") };
    let lives = expires.parse().ok().map(Duration::from_secs).filter(|lives| !lives.is_zero() && *lives <= EXPIRES_MAX);
    let Some(lives) = lives else { return incomplete("X-Amz-Expires must be a number of seconds from 1 to 604800.") };
    read(&Texts { credential, signed_headers, signature, form: Form::Query(lives), at })
}

fn read(texts: &Texts<'_>) -> Result<Claim, SignatureFault> {
    let elements: Vec<&str> = texts.credential.split('/').collect();
    let &[key_id, date, region, service, terminator] = elements.as_slice() else {
        let got = shown(texts.credential);
        return incomplete(format!(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{got}'"
        ));
    };
    if terminator != TERMINATOR {
        let got = shown(terminator);
        return Err(SignatureFault::Invalid(format!("Credential should be scoped with a valid terminator: '{TERMINATOR}', not '{got}'.")));
    }
    let Some(signature) = from_hex(texts.signature) else { return Err(SignatureFault::mismatch()) };
    let signed_headers: Vec<String> = texts.signed_headers.split(';').map(str::to_owned).collect();
    let is_name = |name: &String| !name.is_empty() && !name.bytes().any(|byte| byte.is_ascii_uppercase());
    if !signed_headers.iter().all(is_name) || !signed_headers.is_sorted_by(|one, next| one < next) {
        return incomplete("SignedHeaders must be names in small letters, ascending, each once, with ';' between them.");
    }
    Ok(Claim {
        form: texts.form,
        key_id: key_id.to_owned(),
        date: date.to_owned(),
        region: region.to_owned(),
        service: service.to_owned(),
        signed_headers,
        signature,
        at: texts.at,
        stamp: instant::basic(texts.at),
    })
}

/// What of a text goes into a message: its beginning, without what moves a cursor.
pub(super) fn shown(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(128).collect()
}

/// The parameters of a query, decoded.
pub(super) struct Parameters<'q>(Vec<(Vec<u8>, &'q str)>);

impl<'q> Parameters<'q> {
    fn of(query: &'q str) -> Parameters<'q> {
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let named = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        Parameters(named.map(|(name, value)| (decode(name), value)).collect())
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(have, _)| have.eq_ignore_ascii_case(name.as_bytes()))
    }

    fn is_signed(&self) -> bool {
        self.has("X-Amz-Algorithm") || self.has(SIGNATURE_PARAMETER)
    }

    /// The value of a parameter that comes exactly once.
    fn value(&self, name: &str) -> Option<String> {
        let mut values = self.0.iter().filter(|(have, _)| have == name.as_bytes()).map(|(_, value)| *value);
        let value = values.next().filter(|_| values.next().is_none())?;
        String::from_utf8(decode(value)).ok().filter(|value| !value.is_empty() && value.len() <= AUTHORIZATION_BYTES_MAX)
    }
}
