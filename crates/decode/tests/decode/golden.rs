//! Golden pairs: `<what_it_shows>.in` is decoded, `.out` lists what came of it. `UPDATE_GOLDEN=1` rewrites the latter.

use std::fmt::Write;
use std::path::Path;

use watchfire_decode::{Decoder, Input, Limits, SOURCES};

use crate::collect::Collected;

fn listing(bytes: &[u8], source: &'static watchfire_decode::Source) -> String {
    let mut got = Collected::default();
    Decoder::of(source, Limits::default()).decode(&"log".into(), Input::Bytes(bytes), &mut got);
    let mut text = String::new();
    for (record, source) in got.records.iter().zip(&got.sources) {
        let id = record.fields.iter().find(|(path, _)| *path == "eventID").map_or("-", |(_, id)| id.trim_matches('"'));
        writeln!(text, "record {id} from {source}").unwrap();
    }
    for reject in &got.rejects {
        writeln!(text, "reject {} at {} of {}: {}", reject.reason, reject.offset, reject.source, reject.detail).unwrap();
    }
    text
}

fn check(file: &Path, source: &'static watchfire_decode::Source) {
    let got = listing(&std::fs::read(file).unwrap(), source);
    let golden = file.with_extension("out");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, &got).unwrap();
    }
    let expect = std::fs::read_to_string(&golden).unwrap_or_default();
    assert_eq!(got, expect, "{} differs; UPDATE_GOLDEN=1 rewrites it", golden.display());
}

#[test]
fn pairs() {
    for source in SOURCES {
        let folder = format!("{}/testdata/{}", env!("CARGO_MANIFEST_DIR"), source.name);
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = files.filter(|file| file.extension().is_some_and(|extension| extension == "in")).collect();
        files.sort();
        assert!(!files.is_empty(), "{} has no golden pairs", source.name);
        files.iter().for_each(|file| check(file, source));
    }
}
