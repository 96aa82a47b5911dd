//! Any bytes as what is pushed and as a queue's message: no panic, nothing longer than its bound, nothing dropped without a count.
//!
//! `RUSTC_BOOTSTRAP=1 cargo fuzz run pushed` from the root of the repository; `cargo install cargo-fuzz` first. The first byte chooses
//! what the rest is taken for.
#![no_main]

use base64::Engine;
use libfuzzer_sys::fuzz_target;
use watchfire_ingest::{Notice, PushBounds, firehose, parse_notice, records};

const BOUNDS: PushBounds = PushBounds { bytes_max: 1 << 16 };

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, rest)) = bytes.split_first() else { return };
    match choice % 5 {
        0 => {
            let _ = firehose(None, None, rest, &BOUNDS).map(|request| assert!(request.pushed.bytes.len() <= BOUNDS.bytes_max));
        }
        1 => {
            let _ = firehose(Some("r"), Some("gzip"), rest, &BOUNDS);
        }
        2 => {
            // Behind base64, where the envelope is sound.
            let data = base64::engine::general_purpose::STANDARD.encode(rest);
            let body = format!(r#"{{"requestId":"r","records":[{{"data":"{data}"}}]}}"#);
            if let Ok(request) = firehose(Some("r"), None, body.as_bytes(), &BOUNDS) {
                let pushed = request.pushed;
                assert_eq!(pushed.parts, 1);
                assert!(pushed.controls == 1 || rest.is_empty() || !pushed.bytes.is_empty() || rest.starts_with(&[0x1f, 0x8b]));
            }
        }
        3 => {
            let _ = records(None, rest, &BOUNDS).map(|pushed| assert!(pushed.bytes.len() <= BOUNDS.bytes_max));
        }
        _ => {
            if let Notice::Objects(objects) = parse_notice(&String::from_utf8_lossy(rest)) {
                assert!(!objects.is_empty());
                assert!(objects.iter().all(|object| !object.key.is_empty() && !object.bucket.contains('/')));
            }
        }
    }
});
