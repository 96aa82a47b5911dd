//! Any text as a request that says it is signed: no panic, no way in, and every refusal reads in each of AWS's protocols.
//!
//! `RUSTC_BOOTSTRAP=1 cargo fuzz run signed_requests fuzz/corpus/signed_requests` from the root of the repository; `cargo install
//! cargo-fuzz` first. The input is a request as it goes over the wire: method, path and query on the first line, headers, an empty line,
//! the body.
#![no_main]

use libfuzzer_sys::fuzz_target;
use watchfire_model::EventTime;
use watchfire_trust::signature::{Dialect, SKEW_MAX, SignatureFault, Signed};
use watchfire_trust::{Digest, Request, Secret};

/// The moment of the requests that the corpus begins with.
const NOW: EventTime = EventTime(1_772_442_847_000);

fuzz_target!(|text: &str| {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default();
    let (method, target) = first.split_once(' ').unwrap_or(("GET", first));
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers: Vec<(&str, &[u8])> =
        lines.map(|line| line.split_once(':').unwrap_or((line, ""))).map(|(name, value)| (name, value.as_bytes())).collect();
    let request = Request { method, path, query, headers: &headers, body: Digest::of(body), address: None, is_private: true };
    let judged = Signed::read(&request).and_then(|signed| {
        assert!(!signed.key_id().contains('/'));
        // Nobody knows this secret, so whatever counts is a forgery.
        signed.verify(&request, &Secret::new("vnkEQ/9pbLQVmMuU7g4x3oCcZWk2fJTAEdzhsRSN"), &["events", "securityhub"], SKEW_MAX, NOW)
    });
    let fault: SignatureFault = judged.expect_err("a forgery");
    for dialect in [Dialect::Json, Dialect::RestJson, Dialect::Query] {
        let refusal = fault.aws(dialect);
        assert!(!refusal.message.is_empty() && !refusal.message.chars().any(char::is_control) && (400..500).contains(&refusal.status));
    }
});
