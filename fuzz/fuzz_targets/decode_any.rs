//! Any bytes into the decoder of every source: no panic, records are JSON, spans lie on values, all ways of input agree.
//!
//! `RUSTC_BOOTSTRAP=1 cargo fuzz run decode_any crates/decode/testdata/cloudtrail` from the root of the repository;
//! `cargo install cargo-fuzz` first. New inputs are kept in the folder named first, so name an empty one before it to keep
//! the goldens clean: `… decode_any fuzz/corpus/decode_any crates/decode/testdata/cloudtrail`.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;
use watchfire_decode::{Decoder, Input, Limits, SOURCES, Sink, Source};
use watchfire_model::{Record, Reject};

/// Checks every record, and keeps a trace of what came.
struct Checked {
    source: &'static Source,
    records: Vec<String>,
    rejects: usize,
}

impl Sink for Checked {
    fn record(&mut self, _source: &Arc<str>, record: Record<'_>) {
        let raw = record.raw();
        serde_json::from_str::<&RawValue>(raw).expect("a record is well-formed JSON");
        assert!(raw.starts_with('{') && raw.ends_with('}'));
        for field in self.source.schema.fields {
            let span = record.slots().get(field.slot);
            if span.start != span.end {
                let value = record.json(field.slot).expect("a span lies in the record, on character borders");
                serde_json::from_str::<&RawValue>(value).expect("a span covers one value");
                assert_eq!(value.trim(), value);
            }
        }
        self.records.push(raw.to_owned());
    }

    fn reject(&mut self, reject: Reject) {
        assert!(reject.excerpt.len() <= Reject::EXCERPT_BYTES_MAX);
        self.rejects += 1;
    }
}

fuzz_target!(|bytes: &[u8]| {
    let small = Limits {
        window_bytes: 64,
        record_bytes_max: 1 << 16,
        inflated_bytes_max: 8 << 20,
        inflated_without_record_bytes_max: 4 << 20,
        whole_bytes_max: 1 << 20,
        ..Limits::default()
    };
    for source in SOURCES {
        let check = |input: Input<'_>| {
            let mut checked = Checked { source, records: Vec::new(), rejects: 0 };
            let outcome = Decoder::of(source, small).decode(&"fuzz".into(), input, &mut checked);
            assert_eq!(outcome.records, checked.records.len() as u64);
            assert_eq!(outcome.rejects, checked.rejects as u64);
            checked
        };
        let whole = check(Input::Bytes(bytes));
        let streamed = check(Input::Stream(&mut &bytes[..]));
        let text = !bytes.starts_with(&[0x1f, 0x8b]) && !bytes.starts_with(b"PK") && bytes.get(257..262) != Some(b"ustar");
        if text && bytes.get(1..3) != Some(&[0xb5, 0x2f]) && bytes.get(1..3) != Some(&[0x2a, 0x4d]) {
            assert_eq!(whole.records, streamed.records);
        }
    }
});
