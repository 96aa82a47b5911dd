//! The store against answers that go wrong.

use std::io::Read;
use std::time::Duration;

use watchfire_aws::{Error, Keys, Retry, Settings, Store};
use watchfire_moto::{Reply, Request, Stub};

const ATTEMPTS: u32 = 4;
const OBJECT: &[u8] = b"0123456789";

fn open(endpoint: &str) -> Store {
    let retry = Retry { attempts_max: ATTEMPTS, pause_first: Duration::from_millis(1), pause_max: Duration::from_millis(4) };
    let keys = Keys { id: "testing".into(), secret: "testing".into() };
    let (endpoint, region) = (Some(endpoint.to_owned()), Some("us-east-1".to_owned()));
    Settings { endpoint, region, keys: Some(keys), retry, ..Settings::default() }.connect().expect("a connection").s3().open("b")
}

fn stub(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> (Stub, Store) {
    let stub = Stub::start(answer);
    let store = open(stub.endpoint());
    (stub, store)
}

#[test]
fn busy_servers_are_asked_again() {
    let (stub, store) = stub(|request| match request.earlier {
        0 => Reply::fault(503, "SlowDown", ""),
        1 => Reply::new(500, ""),
        _ => Reply::object(request, OBJECT),
    });
    assert_eq!(store.get("key").expect("in the end"), OBJECT);
    assert_eq!(stub.seen().len(), 3);
}

#[test]
fn servers_that_stay_busy_are_given_up() {
    let (stub, store) = stub(|_| Reply::fault(503, "SlowDown", ""));
    let error = store.get("key").expect_err("never");
    assert!(matches!(error, Error::Busy { attempts: ATTEMPTS, .. }), "{error}");
    assert!(error.to_string().contains("503 SlowDown a test says so"), "{error}");
    assert_eq!(stub.seen().len(), ATTEMPTS as usize);
}

#[test]
fn refusals_are_final_and_say_what_is_missing() {
    for (status, code) in [(403, "AccessDenied"), (403, "AllAccessDisabled"), (401, "Unauthorized")] {
        let (stub, store) = stub(move |_| Reply::fault(status, code, ""));
        let error = store.get("key").expect_err("refused");
        assert!(matches!(&error, Error::Refused { code: said, .. } if said == code), "{error}");
        assert_eq!(stub.seen().len(), 1);
    }
    let (_stub, store) = stub(|_| Reply::fault(403, "InvalidAccessKeyId", ""));
    assert!(matches!(store.get("key"), Err(Error::Credentials { .. })));
    let (_stub, store) = stub(|_| Reply::fault(403, "InvalidObjectState", ""));
    assert!(store.get("key").expect_err("archived").to_string().contains("hint: the object is in an archive class"));
}

#[test]
fn broken_lines_are_tried_again_and_never_give_half_an_object() {
    let (stub, flaky) = stub(|request| match request.earlier {
        0 => Reply::object(request, OBJECT).cut_after(4),
        1 => Reply::object(request, OBJECT).cut_after(0),
        _ => Reply::object(request, OBJECT),
    });
    assert_eq!(flaky.get("key").expect("in the end"), OBJECT);
    assert_eq!(stub.seen().len(), 3);

    let (stub, broken) = self::stub(|request| Reply::object(request, OBJECT).cut_after(4));
    let error = broken.get("key").expect_err("never whole");
    assert!(matches!(error, Error::Network { attempts: ATTEMPTS, .. }), "{error}");
    assert_eq!(stub.seen().len(), ATTEMPTS as usize);
}

#[test]
fn nobody_there_is_a_network_error() {
    let error = open("http://127.0.0.1:1").get("key").expect_err("nobody listens");
    assert!(matches!(error, Error::Network { attempts: 3, .. }), "told soon: {error}");
    assert!(error.to_string().to_lowercase().contains("refused"), "{error}");
}

#[test]
fn the_named_region_is_used_from_then_on() {
    for (status, code, header, more) in [
        (301, "PermanentRedirect", Some("eu-west-3"), ""),
        (301, "PermanentRedirect", None, "<Endpoint>b.s3.eu-west-3.amazonaws.com</Endpoint>"),
        (400, "AuthorizationHeaderMalformed", None, "<Region>eu-west-3</Region>"),
    ] {
        let (stub, store) = stub(move |request| {
            if request.headers["authorization"].contains("/eu-west-3/s3/") {
                return Reply::object(request, OBJECT);
            }
            let reply = Reply::fault(status, code, more);
            header.map_or(reply.clone(), |region| reply.with("x-amz-bucket-region", region))
        });
        assert_eq!(store.get("key").expect("at the right region"), OBJECT);
        assert_eq!(store.get("key").expect("at once"), OBJECT);
        assert_eq!(stub.seen().len(), 3, "{code}");
    }
    let (_stub, store) = stub(|_| Reply::fault(301, "PermanentRedirect", ""));
    let error = store.get("key").expect_err("nowhere to go");
    assert!(matches!(error, Error::Region { .. }), "{error}");
    let (stub, store) = self::stub(|_| Reply::fault(301, "PermanentRedirect", "").with("x-amz-bucket-region", "us-east-1"));
    assert!(matches!(store.get("key"), Err(Error::Region { .. })));
    assert_eq!(stub.seen().len(), 1, "the same region again would be a circle");
}

#[test]
fn a_wrong_clock_is_corrected_by_theirs() {
    let (stub, store) = stub(|request| {
        if request.headers["x-amz-date"].starts_with("20300102T") {
            return Reply::object(request, OBJECT);
        }
        Reply::fault(403, "RequestTimeTooSkewed", "").with("date", "Wed, 02 Jan 2030 12:00:00 GMT")
    });
    assert_eq!(store.get("key").expect("with their time"), OBJECT);
    assert_eq!(stub.seen().len(), 2);
}

#[test]
fn expired_keys_are_renewed_once() {
    let (stub, store) = stub(|request| match request.earlier {
        0 => Reply::fault(400, "ExpiredToken", ""),
        _ => Reply::object(request, OBJECT),
    });
    assert_eq!(store.get("key").expect("with new keys"), OBJECT);
    assert_eq!(stub.seen().len(), 2);

    let (stub, store) = self::stub(|_| Reply::fault(400, "ExpiredToken", ""));
    assert!(matches!(store.get("key"), Err(Error::Credentials { .. })));
    assert_eq!(stub.seen().len(), 2);
}

/// Twenty-and-a-bit megabytes: three ranges.
fn big() -> Vec<u8> {
    (0..21_000_000_u32).map(|index| (index / 1000) as u8).collect()
}

#[test]
fn ranges_are_of_one_version_and_each_is_tried_again() {
    let object = big();
    let (stub, store) = stub(move |request| {
        let reply = Reply::object(request, &object).with("etag", "\"one\"");
        let same_range = request.headers["range"].starts_with("bytes=8388608-");
        if same_range && !SEEN.swap(true, std::sync::atomic::Ordering::Relaxed) { reply.cut_after(100_000) } else { reply }
    });
    static SEEN: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);
    assert!(store.get("key").expect("whole") == big());
    let seen = stub.seen();
    assert_eq!(seen.len(), 4, "three ranges, one of them twice");
    assert_eq!(seen.iter().filter(|request| request.headers.get("if-match").is_some_and(|etag| etag == "\"one\"")).count(), 3);
}

#[test]
fn an_object_replaced_midway_is_an_error() {
    let object = big();
    let (_stub, store) = stub(move |request| match request.headers.contains_key("if-match") {
        true => Reply::fault(412, "PreconditionFailed", ""),
        false => Reply::object(request, &object).with("etag", "\"one\""),
    });
    let error = store.get("key").expect_err("two versions");
    assert!(error.to_string().contains("replaced while it was read"), "{error}");
    let mut stream = store.stream("key").expect("the first range");
    let error = stream.read_to_end(&mut Vec::new()).expect_err("a break, not an end");
    assert!(error.to_string().contains("replaced while it was read"), "{error}");
}

#[test]
fn answers_that_are_no_s3_are_called_so() {
    for reply in [
        Reply::new(200, "<html>welcome</html>"),
        Reply::new(200, ""),
        Reply::new(
            200,
            "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>same</NextContinuationToken></ListBucketResult>",
        ),
    ] {
        let (_stub, store) = stub(move |_| reply.clone());
        let error = store.list("").find_map(Result::err).expect("an error, and not for ever");
        assert!(matches!(error, Error::Unexpected { .. }), "{error}");
    }
    let (_stub, store) = stub(|_| Reply::new(206, OBJECT).with("content-range", "bytes 5-14/100"));
    assert!(matches!(store.get("key"), Err(Error::Unexpected { .. })), "another range than asked for");
}

#[test]
fn endpoints_are_checked() {
    for endpoint in ["127.0.0.1:9000", "ftp://host", "http://", "http://host/?x=1"] {
        let settings = Settings { endpoint: Some(endpoint.into()), region: Some("us-east-1".into()), ..Settings::default() };
        assert!(matches!(settings.connect(), Err(Error::Settings { .. })), "{endpoint}");
    }
}
