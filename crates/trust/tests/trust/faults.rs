//! What is answered to signatures that do not count, in AWS's words.

use watchfire_model::EventTime;
use watchfire_trust::signature::{Dialect, SignatureFault, Signed};
use watchfire_trust::{Digest, Request};

use crate::wire::{Wire, recorded};

fn put_events() -> Wire {
    recorded().swap_remove(0)
}

fn address() -> Wire {
    recorded().into_iter().find(|wire| wire.name == "an address").expect("recorded")
}

fn said(wire: &Wire) -> String {
    wire.verify_at(put_events().at()).expect_err("refused").to_string()
}

/// The request with something else in its `Authorization` header.
fn authorized(from: &str, to: &str) -> Wire {
    let mut wire = put_events();
    let (_, value) = wire.headers.iter_mut().find(|(name, _)| name == "Authorization").expect("signed");
    let text = String::from_utf8(value.clone()).expect("ASCII");
    assert!(text.contains(from), "{text}");
    *value = text.replace(from, to).into_bytes();
    wire
}

#[test]
fn headers_that_are_incomplete() {
    let needs = |name: &str| format!("Authorization header requires '{name}' parameter.");
    assert_eq!(said(&authorized("Credential=", "X-Credential=")), "Authorization header has an unknown parameter 'X-Credential'.");
    assert_eq!(
        said(&authorized(", Signature=", ", Signature")).split(':').next().expect("said"),
        "Invalid key=value pair (missing equal-sign) in Authorization header"
    );
    let mut bare = put_events();
    bare.headers.retain(|(name, _)| name != "Authorization" && name != "X-Amz-Date");
    assert_eq!(said(&bare), "Missing Authentication Token");
    bare.headers.push(("Authorization".into(), b"AWS4-HMAC-SHA256".to_vec()));
    let no_date = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.";
    assert_eq!(said(&bare), format!("{} {} {} {no_date}", needs("Credential"), needs("Signature"), needs("SignedHeaders")));
    assert_eq!(said(&authorized("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")), "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'.");
    assert_eq!(said(&authorized("AWS4-HMAC-SHA256", "Bearer")), "Missing Authentication Token");
    let five = "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got ";
    assert!(said(&authorized("/eu-central-1/", "/")).starts_with(five));
    assert!(said(&authorized("AKWF", "A/KWF")).starts_with(five));
    assert!(matches!(authorized("content-type;host", "host;content-type").verify(), Err(SignatureFault::Incomplete(_))));
    assert!(matches!(authorized("host;x-amz", "host;host;x-amz").verify(), Err(SignatureFault::Incomplete(_))));
    assert!(matches!(authorized("content-type", "Content-Type").verify(), Err(SignatureFault::Incomplete(_))));
}

#[test]
fn scopes_that_are_others() {
    assert_eq!(said(&authorized("/events/", "/logs/")), "Credential should be scoped to correct service: 'events'.");
    assert_eq!(
        said(&authorized("aws4_request", "aws4")),
        "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws4'."
    );
    assert_eq!(said(&authorized("eu-central-1", "eu central")), "Credential should be scoped to a valid region, not 'eu central'.");
    let date = put_events().header("x-amz-date").expect("dated").to_owned();
    let said_of_date = said(&authorized(&date[..8], "20150830"));
    let expected = format!(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20150830' != '{}', from '{date}'.",
        &date[..8]
    );
    assert_eq!(said_of_date, expected);
    // Any region may be asked for: the signature decides.
    assert!(said(&authorized("eu-central-1", "us-east-1")).starts_with("The request signature we calculated does not match"));
}

#[test]
fn headers_that_must_be_signed() {
    assert_eq!(said(&authorized(";host;", ";")), "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
    assert_eq!(said(&authorized(";x-amz-target", "")), "There were headers present in the request which were not signed: x-amz-target");
    assert_eq!(said(&authorized(";x-amz-date", "")), "'X-Amz-Date' or 'Date' must be a 'SignedHeader' in the AWS Authorization.");
    assert_eq!(said(&authorized("SignedHeaders=", "SignedHeaders=a;")), "The signed header 'a' is not in the request.");
}

#[test]
fn clocks_that_differ() {
    for wire in [put_events(), recorded().into_iter().find(|wire| wire.name == "dated by the Date header").expect("recorded")] {
        let at = wire.at().millis();
        for (offset, is_good) in [(-300_001, false), (-300_000, true), (0, true), (300_000, true), (300_001, false)] {
            let verified = wire.verify_at(EventTime(at + offset));
            assert_eq!(verified.is_ok(), is_good, "{offset}");
            assert!(is_good || matches!(verified, Err(SignatureFault::Time(_))));
        }
    }
}

#[test]
fn late_and_early_are_told_with_dates() {
    let wire = put_events();
    let stamp = wire.header("x-amz-date").expect("dated").to_owned();
    let at = wire.at().millis();
    let said = |offset: i64| wire.verify_at(EventTime(at + offset)).expect_err("refused").to_string();
    let shown = |offset: i64| {
        let instant = jiff::Timestamp::from_millisecond(at + offset).expect("a date");
        instant.strftime("%Y%m%dT%H%M%SZ").to_string()
    };
    let late = format!("Signature expired: {stamp} is now earlier than {} ({} - 5 min.)", shown(300_000), shown(600_000));
    assert_eq!(said(600_000), late);
    let early = format!("Signature not yet current: {stamp} is still later than {} ({} + 5 min.)", shown(-300_000), shown(-600_000));
    assert_eq!(said(-600_000), early);
}

#[test]
fn addresses_end() {
    let wire = address();
    let at = wire.at().millis();
    assert_eq!(wire.verify_at(EventTime(at + 60_000)), Ok(EventTime(at + 60_000)));
    assert!(matches!(wire.verify_at(EventTime(at + 60_001)), Err(SignatureFault::Time(_))));
    assert!(matches!(wire.verify_at(EventTime(at - 300_001)), Err(SignatureFault::Time(_))));
    for (from, to) in [("Expires=60", "Expires=0"), ("Expires=60", "Expires=604801"), ("Expires=60", "Expires=x"), ("X-Amz-Date=", "Date=")]
    {
        let mut other = wire.clone();
        other.query = wire.query.replace(from, to);
        assert!(matches!(other.verify_at(EventTime(at)), Err(SignatureFault::Incomplete(_))), "{to}");
    }
    let mut twice = wire.clone();
    twice.query = format!("{}&X-Amz-Expires=60", wire.query);
    assert!(matches!(twice.verify_at(EventTime(at)), Err(SignatureFault::Incomplete(_))));
    let mut both = wire.clone();
    both.headers.push(("Authorization".into(), b"AWS4-HMAC-SHA256 x".to_vec()));
    assert!(matches!(both.verify_at(EventTime(at)), Err(SignatureFault::Incomplete(_))));
}

#[test]
fn no_session_token_is_ever_issued() {
    let mut wire = put_events();
    wire.headers.push(("X-Amz-Security-Token".into(), b"FwoGZXIvYXdzE".to_vec()));
    assert_eq!(wire.verify(), Err(SignatureFault::UnknownKey));
    let mut wire = address();
    wire.query.push_str("&X-Amz-Security-Token=FwoGZXIvYXdzE");
    assert_eq!(wire.verify(), Err(SignatureFault::UnknownKey));
}

#[test]
fn bodies_are_left_unsigned_in_private_only() {
    let wire = recorded().into_iter().find(|wire| wire.name == "a body that is left unsigned").expect("recorded");
    let mut other = wire.clone();
    other.body = b"anything".to_vec();
    assert!(other.verify().is_ok(), "that is what was signed");
    let seen = other.with(|request| {
        let open = Request { is_private: false, ..*request };
        let secret = watchfire_trust::Secret::new(crate::wire::SECRET);
        Signed::read(&open).expect("read").verify(&open, &secret, &["events"], watchfire_trust::signature::SKEW_MAX, wire.at())
    });
    assert_eq!(seen, Err(SignatureFault::Invalid("A body can only be left unsigned over TLS.".into())));
    for hash in ["STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "", &Digest::of("other").to_string()] {
        let mut other = wire.clone();
        other.headers[0].1 = hash.as_bytes().to_vec();
        assert!(matches!(other.verify(), Err(SignatureFault::Invalid(_))), "{hash}");
    }
}

#[test]
fn each_protocol_has_its_names() {
    use SignatureFault::{Busy, Incomplete, Invalid, Missing, Replayed, Time, UnknownKey};
    let text = String::new;
    let table = [
        (Missing, ["MissingAuthenticationTokenException 400", "MissingAuthenticationTokenException 403", "MissingAuthenticationToken 403"]),
        (Incomplete(text()), ["IncompleteSignatureException 400", "IncompleteSignatureException 403", "IncompleteSignature 400"]),
        (UnknownKey, ["UnrecognizedClientException 400", "UnrecognizedClientException 403", "InvalidClientTokenId 403"]),
        (Invalid(text()), ["InvalidSignatureException 400", "InvalidSignatureException 403", "SignatureDoesNotMatch 403"]),
        (Time(text()), ["InvalidSignatureException 400", "InvalidSignatureException 403", "RequestExpired 400"]),
        (Replayed, ["InvalidSignatureException 400", "InvalidSignatureException 403", "SignatureDoesNotMatch 403"]),
        (Busy, ["ThrottlingException 400", "ThrottlingException 429", "Throttling 400"]),
    ];
    for (fault, expected) in table {
        let told = [Dialect::Json, Dialect::RestJson, Dialect::Query].map(|dialect| {
            let refusal = fault.aws(dialect);
            format!("{} {}", refusal.code, refusal.status)
        });
        assert_eq!(told, expected, "{fault:?}");
        assert!(!fault.hint().is_empty());
    }
}
