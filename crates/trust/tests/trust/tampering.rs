//! What was changed on the way does not count.

use std::collections::BTreeSet;

use proptest::prelude::*;
use watchfire_trust::{Digest, Request};

use crate::wire::{Wire, recorded};

/// What a request means to whoever serves it, the obvious way: two requests that mean the same may have the same signature.
#[derive(Debug, PartialEq)]
struct Meaning {
    method: String,
    segments: Vec<String>,
    is_folder: bool,
    parameters: Vec<(Vec<u8>, Vec<u8>)>,
    headers: Vec<(String, Vec<Vec<u8>>)>,
    body: Vec<u8>,
}

fn unescape(text: &str) -> Vec<u8> {
    let spaced = text.replace('+', " ");
    let mut parts = spaced.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match part.get(..2).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit())) {
            Some(digits) => {
                bytes.push(u8::from_str_radix(digits, 16).expect("two digits"));
                bytes.extend(&part.as_bytes()[2..]);
            }
            None => bytes.extend([b"%", part.as_bytes()].concat()),
        }
    }
    bytes
}

impl Meaning {
    fn of(wire: &Wire, signed: &BTreeSet<String>) -> Meaning {
        let mut segments: Vec<String> = Vec::new();
        for segment in wire.path.split('/').filter(|segment| !segment.is_empty() && *segment != ".") {
            match segment {
                ".." => drop(segments.pop()),
                segment => segments.push(segment.to_owned()),
            }
        }
        let pairs = wire.query.split('&').filter(|pair| !pair.is_empty());
        let mut parameters: Vec<_> =
            pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(name, value)| (unescape(name), unescape(value))).collect();
        parameters.sort();
        let words = |value: &[u8]| {
            let words = value.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty());
            words.map(<[u8]>::to_vec).collect::<Vec<_>>()
        };
        let headers = signed.iter().map(|name| {
            let values: Vec<Vec<u8>> =
                wire.headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case(name)).flat_map(|(_, value)| words(value)).collect();
            (name.clone(), values)
        });
        Meaning {
            method: wire.method.clone(),
            is_folder: segments.is_empty() || wire.path.ends_with('/'),
            segments,
            parameters,
            headers: headers.collect(),
            body: if wire.header("x-amz-content-sha256") == Some("UNSIGNED-PAYLOAD") { Vec::new() } else { wire.body.clone() },
        }
    }
}

/// The headers that are signed, and the one that says so.
fn signed_headers(wire: &Wire) -> BTreeSet<String> {
    let said = wire.header("authorization").unwrap_or(&wire.query).replace("%3B", ";");
    let (_, rest) = said.split_once("SignedHeaders=").expect("signed");
    let names = rest.split([',', '&']).next().expect("names");
    names.split(';').map(str::to_owned).chain(["authorization".to_owned()]).collect()
}

/// Every request that differs in one byte, flipped by a mask, of what is signed.
fn flipped(wire: &Wire, mask: u8) -> Vec<Wire> {
    let signed = signed_headers(wire);
    let mut all = Vec::new();
    let mut flip_text = |text: &str, put: &dyn Fn(&mut Wire, String)| {
        for at in 0..text.len() {
            let mut bytes = text.as_bytes().to_vec();
            bytes[at] ^= mask;
            if let Ok(text) = String::from_utf8(bytes) {
                let mut other = wire.clone();
                put(&mut other, text);
                all.push(other);
            }
        }
    };
    flip_text(&wire.method, &|other, text| other.method = text);
    flip_text(&wire.path, &|other, text| other.path = text);
    flip_text(&wire.query, &|other, text| other.query = text);
    for (index, (name, value)) in wire.headers.iter().enumerate() {
        if signed.contains(&name.to_ascii_lowercase()) {
            for at in 0..value.len() {
                let mut other = wire.clone();
                other.headers[index].1[at] ^= mask;
                all.push(other);
            }
        }
    }
    for at in 0..wire.body.len() {
        let mut other = wire.clone();
        other.body[at] ^= mask;
        all.push(other);
    }
    let before = Meaning::of(wire, &signed);
    all.retain(|other| Meaning::of(other, &signed) != before);
    all
}

#[test]
fn every_flipped_byte_is_refused() {
    let mut tried = 0;
    for wire in recorded() {
        let now = wire.at();
        // Where the form is otherwise, as with an algorithm of another name, the refusal is another; it counts in no case.
        for mask in [0x01, 0x20, 0x80, 0x10] {
            for other in flipped(&wire, mask) {
                assert!(other.verify_at(now).is_err(), "{}: {other:?}", wire.name);
                tried += 1;
            }
        }
    }
    assert!(tried > 30_000, "{tried}");
}

#[test]
fn nothing_signed_can_be_left_out_or_doubled() {
    for wire in recorded() {
        let now = wire.at();
        for name in signed_headers(&wire) {
            let is_it = |(header, _): &(String, Vec<u8>)| header.eq_ignore_ascii_case(&name);
            let mut without = wire.clone();
            without.headers.retain(|header| !is_it(header));
            let is_gone = without.headers.len() < wire.headers.len();
            assert!(!is_gone || without.verify_at(now).is_err(), "{} without {name}", wire.name);
            let mut doubled = wire.clone();
            doubled.headers.extend(wire.headers.iter().find(|header| is_it(header)).cloned());
            assert!(!is_gone || doubled.verify_at(now).is_err(), "{} with {name} twice", wire.name);
        }
        for more in ["x-amz-target", "X-Amz-Meta-B"] {
            let mut other = wire.clone();
            other.headers.push((more.to_owned(), b"AWSEvents.DeleteRule".to_vec()));
            assert!(other.verify_at(now).is_err(), "{} with {more}", wire.name);
        }
        let mut other = wire.clone();
        other.query = if wire.query.is_empty() { "a".to_owned() } else { format!("{}&a", wire.query) };
        assert!(other.verify_at(now).is_err(), "{} with a parameter more", wire.name);
        let mut other = wire.clone();
        other.service = "logs".to_owned();
        assert!(wire.service == "logs" || other.verify_at(now).is_err(), "{} at another endpoint", wire.name);
    }
}

/// Headers that nobody signed may be there: proxies add them.
#[test]
fn what_is_not_signed_does_not_matter() {
    for wire in recorded() {
        let mut other = wire.clone();
        other.headers.insert(0, ("X-Forwarded-For".to_owned(), b"192.0.2.1".to_vec()));
        other.headers.push(("x-amzn-trace-id".to_owned(), b"Root=1-67891233-abcdef012345678912345678".to_vec()));
        assert!(other.verify().is_ok(), "{}", wire.name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever stands in the places that are read: an answer, never a panic, and never a way in.
    #[test]
    fn nothing_made_up_counts(
        authorization in prop_oneof![
            any::<Vec<u8>>(),
            "AWS4-HMAC-SHA256 (Credential=[A-Z/0-9a-z_-]{0,60}|SignedHeaders=[a-z;-]{0,20}|Signature=[0-9a-f]{0,64}|,|=| ){0,8}".prop_map(String::into_bytes),
        ],
        query in prop_oneof![".{0,80}", "(X-Amz-(Algorithm=AWS4-HMAC-SHA256|Credential=[a-z/]*|Date=[0-9TZ]*|Expires=[0-9]*|SignedHeaders=host|Signature=[0-9a-f]*)&?){0,7}"],
        path in ".{0,40}",
        date in ".{0,20}",
    ) {
        let headers: [(&str, &[u8]); 3] = [("Authorization", &authorization), ("Host", b"h"), ("X-Amz-Date", date.as_bytes())];
        for headers in [&headers[..], &headers[1..]] {
            let request = Request {
                method: "POST", path: &path, query: &query, headers, body: Digest::of(""), address: None, is_private: true,
            };
            let signed = watchfire_trust::signature::Signed::read(&request);
            if let Ok(signed) = signed {
                let secret = watchfire_trust::Secret::new("x");
                let skew = watchfire_trust::signature::SKEW_MAX;
                prop_assert!(signed.verify(&request, &secret, &["events"], skew, watchfire_model::EventTime(0)).is_err());
            }
        }
    }

    /// Several bytes changed at once, anywhere.
    #[test]
    fn what_is_garbled_is_refused(which in any::<prop::sample::Index>(), changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        let all = recorded();
        let wire = which.get(&all);
        let signed = signed_headers(wire);
        let mut other = wire.clone();
        for (at, byte) in &changes {
            let parts = 2 + other.headers.len();
            match at.index(parts) {
                0 => replace(&mut other.body, at, *byte),
                1 => {
                    let mut bytes = other.path.clone().into_bytes();
                    replace(&mut bytes, at, *byte & 0x7f);
                    other.path = String::from_utf8(bytes).unwrap_or_default();
                }
                header => replace(&mut other.headers[header - 2].1, at, *byte),
            }
        }
        let is_same = Meaning::of(&other, &signed) == Meaning::of(wire, &signed);
        prop_assert!(is_same || other.verify_at(wire.at()).is_err(), "{other:?}");
    }
}

fn replace(bytes: &mut [u8], at: &prop::sample::Index, byte: u8) {
    if !bytes.is_empty() {
        let place = at.index(bytes.len());
        bytes[place] = byte;
    }
}
