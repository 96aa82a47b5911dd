//! What AWS signs counts.

use crate::wire::{Wire, recorded, signed_now};
use watchfire_model::EventTime;
use watchfire_trust::signature::{SKEW_MAX, Signed};
use watchfire_trust::{Digest, Request, Secret};

fn all_count(cases: &[Wire], least: usize) {
    assert!(cases.len() >= least, "{} cases", cases.len());
    for case in cases {
        assert!(case.verify().is_ok(), "{}: {:?}\n{case:?}", case.name, case.verify());
    }
}

#[test]
fn what_botocore_signed_counts() {
    all_count(&recorded(), 29);
}

#[test]
fn what_botocore_signs_today_counts() {
    let cases = signed_now(&[]);
    all_count(&cases, 29);
    let names = |cases: &[Wire]| cases.iter().map(|case| case.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&cases), names(&recorded()), "testdata/signed/botocore.json is made by sign.py");
}

#[test]
fn what_botocore_signs_by_chance_counts() {
    all_count(&signed_now(&["400", "20261124"]), 400);
}

/// The published examples: the first of AWS's test suite for this version of signatures, the one of the documentation's walk-through, two
/// of S3's.
#[test]
fn published_examples_count() {
    let suite = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20150830T123600Z", "2015-08-30T12:36:00Z");
    let s3 = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "20130524T000000Z", "2013-05-24T00:00:00Z");
    let empty = Digest::of("").to_string();
    let form = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");
    let (host, bucket) = (("host", "example.amazonaws.com"), ("host", "examplebucket.s3.amazonaws.com"));
    let hash = ("x-amz-content-sha256", empty.as_str());
    let examples = [
        (suite, "service", "", vec![host], "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        (
            suite,
            "iam",
            "Action=ListUsers&Version=2010-05-08",
            vec![form, ("host", "iam.amazonaws.com")],
            "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
        ),
        (s3, "s3", "lifecycle", vec![bucket, hash], "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        (s3, "s3", "max-keys=2&prefix=J", vec![bucket, hash], "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ];
    for ((id, secret, stamp, at), service, query, headers, signature) in examples {
        let names: Vec<&str> = headers.iter().map(|(name, _)| *name).chain(["x-amz-date"]).collect();
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={id}/{}/us-east-1/{service}/aws4_request, SignedHeaders={}, Signature={signature}",
            &stamp[..8],
            names.join(";")
        );
        let sent: Vec<(&str, &[u8])> = headers
            .iter()
            .copied()
            .chain([("X-Amz-Date", stamp), ("Authorization", authorization.as_str())])
            .map(|(name, value)| (name, value.as_bytes()))
            .collect();
        let body = Digest::of("");
        let request = Request { method: "GET", path: "/", query, headers: &sent, body, address: None, is_private: true };
        let now: EventTime = at.parse().expect("a date");
        let signed = Signed::read(&request).expect("read");
        assert_eq!((signed.key_id(), signed.region()), (id, "us-east-1"));
        let verified = signed.verify(&request, &Secret::new(secret), &[service], SKEW_MAX, now);
        assert_eq!(verified, Ok(EventTime(now.millis() + 300_000)), "{service} {query}");
    }
}
