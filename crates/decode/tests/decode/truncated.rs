//! Every source, every example, cut off at every byte: nothing panics, whole records come out, the cut is told.

use watchfire_decode::{Decoder, Input, Limits, SOURCES};

use crate::collect::{Collected, decode, record};

#[test]
fn examples_cut_anywhere() {
    for source in SOURCES {
        let folder = format!("{}/testdata/{}", env!("CARGO_MANIFEST_DIR"), source.name);
        let mut decoder = Decoder::of(source, Limits::default());
        for file in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            let bytes = std::fs::read(&file).unwrap();
            if bytes.len() > 20_000 || file.extension().is_none_or(|extension| extension != "in") {
                continue;
            }
            let mut before = 0;
            for length in 0..bytes.len() {
                let mut collected = Collected::default();
                let outcome = decoder.decode(&"cut".into(), Input::Bytes(&bytes[..length]), &mut collected);
                assert!(outcome.records + 1 >= before, "{file:?} cut at {length}");
                before = before.max(outcome.records);
            }
        }
    }
}

#[test]
fn a_cut_is_one_reject_and_whole_records_stay() {
    let text = format!("{{\"Records\":[{},{}", record("A", ""), record("B", ""));
    let second = text.len() - record("B", "").len();
    for length in second + 1..text.len() {
        let got = decode(&text.as_bytes()[..length]);
        assert_eq!(got.texts("eventName"), ["A"]);
        assert_eq!(got.codes(), ["truncated"]);
        assert_eq!(got.rejects[0].offset, second as u64);
        assert_eq!(got.rejects[0].excerpt, &text.as_bytes()[second..length]);
    }
    let got = decode(text.as_bytes());
    assert_eq!((got.records.len(), got.codes()), (2, vec!["truncated"]));
}
