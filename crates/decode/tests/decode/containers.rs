//! Compressions and archives, whole and damaged.

use std::io::{Cursor, Read, Write};

use watchfire_decode::{Input, Limits};

use crate::collect::{Collected, decode, decode_with, record};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn lines(names: &[&str]) -> Vec<u8> {
    names.iter().map(|name| record(name, "") + "\n").collect::<String>().into_bytes()
}

/// Decodes by every kind of input; all must agree.
fn every_way(bytes: &[u8]) -> Collected {
    let got = decode(bytes);
    let streamed = decode_with(Limits::default(), Input::Stream(&mut &bytes[..]));
    let sought = decode_with(Limits::default(), Input::Seek(&mut Cursor::new(bytes)));
    for other in [streamed, sought] {
        assert_eq!(got.records, other.records);
        assert_eq!(got.sources, other.sources);
        assert_eq!(got.codes(), other.codes());
        assert_eq!(other.outcome.bytes_in, bytes.len() as u64);
    }
    assert_eq!(got.outcome.bytes_in, bytes.len() as u64);
    got
}

#[track_caller]
fn check(bytes: &[u8], sources: &[&str], codes: &[&str]) {
    let got = every_way(bytes);
    assert_eq!(got.sources.iter().map(|source| &**source).collect::<Vec<_>>(), sources);
    assert_eq!(got.codes(), codes, "{:?}", got.rejects);
}

#[test]
fn single_layers() {
    let ab = lines(&["A", "B"]);
    check(&gzip(&ab), &["log", "log"], &[]);
    check(&zstd(&ab), &["log", "log"], &[]);
    check(&[gzip(&ab), gzip(&ab)].concat(), &["log"; 4], &[]);
    check(&[zstd(&ab), zstd(&ab)].concat(), &["log"; 4], &[]);
    check(&zip(&[("a/b.json", &ab), ("c", &ab)]), &["log!a/b.json", "log!a/b.json", "log!c", "log!c"], &[]);
    check(&tar(&[("a/b.json", &ab), ("c", &ab)]), &["log!a/b.json", "log!a/b.json", "log!c", "log!c"], &[]);
    check(&zip(&[]), &[], &[]);
    check(&gzip(b""), &[], &[]);
}

#[test]
fn layers_inside_layers() {
    let a = lines(&["A"]);
    check(&gzip(&tar(&[("x.gz", &gzip(&a))])), &["log!x.gz"], &[]);
    check(&zip(&[("in.zip", &zip(&[("x.zst", &zstd(&a))]))]), &["log!in.zip!x.zst"], &[]);
    check(&gzip(&gzip(&gzip(&gzip(&a)))), &[], &["broken_archive"]);
    let deep = tar(&[("one", &gzip(&gzip(&gzip(&a)))), ("two", &a)]);
    check(&deep, &["log!two"], &["broken_archive"]);
    let long = format!("{}/x", "d".repeat(150));
    check(&tar(&[(&long, &a)]), &[&format!("log!{long}")], &[]);
}

#[test]
fn a_truncated_gzip_keeps_whole_records() {
    let names: Vec<String> = (0..5000).map(|number| format!("Event{}", number * 7919 % 5000)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let list: Vec<_> = names.iter().map(|name| record(name, "")).collect();
    let list = format!("{{\"Records\":[{}]}}", list.join(","));
    for text in [&lines(&names), list.as_bytes()] {
        let whole = gzip(text);
        let got = every_way(&whole[..whole.len() / 2]);
        assert!(got.records.len() > 1000, "{}", got.records.len());
        assert_eq!(got.texts("eventName"), names[..got.records.len()]);
        assert_eq!(got.codes(), ["broken_compression"]);
    }
}

#[test]
fn trailing_garbage_is_counted() {
    let a = lines(&["A"]);
    check(&[gzip(&a), b"garbage behind the end".to_vec()].concat(), &["log"], &["broken_compression"]);
    let mut wrong_sum = gzip(&a);
    let place = wrong_sum.len() - 6;
    wrong_sum[place] ^= 1;
    check(&wrong_sum, &["log"], &["broken_compression"]);
    check(&[zstd(&a), b"garbage behind the end".to_vec()].concat(), &["log"], &["broken_compression"]);
    let cut = zstd(&lines(&["A"; 50]));
    assert_eq!(every_way(&cut[..cut.len() - 9]).codes(), ["broken_compression"]);
}

#[test]
fn a_damaged_member_leaves_its_neighbours() {
    let (a, b) = (lines(&["A"]), lines(&["B"]));
    let cut = &gzip(&a)[..40];
    check(&tar(&[("a", &a), ("x.gz", cut), ("b", &b)]), &["log!a", "log!b"], &["broken_compression"]);
    check(&zip(&[("a", &a), ("x.gz", cut), ("b", &b)]), &["log!a", "log!b"], &["broken_compression"]);
    let mut header_damaged = tar(&[("a", &a), ("x", &a), ("b", &b)]);
    header_damaged[1024 + 3] = b'?';
    let got = every_way(&header_damaged);
    assert_eq!(got.sources.iter().map(|source| &**source).collect::<Vec<_>>(), ["log!a", "log!b"]);
    assert_eq!(got.codes(), ["broken_archive"]);
    let mut member_damaged = zip(&[("a", &a), ("x", &lines(&["X", "Y", "Z"])), ("b", &b)]);
    let place = member_damaged.windows(2).position(|pair| pair == b"x\xed" || pair[0] == b'x').unwrap();
    member_damaged[place + 30] ^= 0xff;
    let got = every_way(&member_damaged);
    assert_eq!(got.sources.first().map(|source| &**source), Some("log!a"));
    assert_eq!(got.sources.last().map(|source| &**source), Some("log!b"));
    assert!(!got.rejects.is_empty());
}

#[test]
fn archives_cut_short() {
    let a = lines(&["A"]);
    let zip = zip(&[("a", &a), ("b", &a)]);
    check(&zip[..zip.len() - 30], &["log!a", "log!b"], &["broken_archive"]);
    let tar = tar(&[("a", &a), ("b", &a)]);
    check(&tar[..1024 + 512 + 50], &["log!a"], &["broken_archive"]);
    check(&tar[..1024 + 50], &["log!a"], &["broken_archive"]);
}

#[test]
fn bombs_are_given_up() {
    let limits = Limits { inflated_without_record_bytes_max: 4 << 20, whole_bytes_max: 1 << 20, ..Limits::default() };
    let zeros = gzip(&vec![b' '; 20 << 20]);
    let twice: [(&str, &[u8]); 2] = [("a", &zeros), ("b", &zeros)];
    for bomb in [zeros.clone(), gzip(&zeros), zip(&twice), tar(&twice), zstd(&vec![0; 20 << 20])] {
        let got = decode_with(limits, Input::Bytes(&bomb));
        assert_eq!(got.codes().last(), Some(&"too_large_inflated"), "{:?}", got.codes());
        assert!(got.outcome.bytes_inflated < 6 << 20);
    }
    let ratio = Limits { ratio_from_bytes: 1 << 20, ratio_max: 50, ..Limits::default() };
    let got = decode_with(ratio, Input::Stream(&mut &gzip(&lines(&["A"; 200_000]))[..]));
    assert_eq!(got.codes(), ["too_large_inflated"], "{:?}", got.outcome);
    let many = Limits { inflated_bytes_max: 1 << 20, ..Limits::default() };
    let got = decode_with(many, Input::Stream(&mut &gzip(&lines(&["A"; 50_000]))[..]));
    assert_eq!(got.codes(), ["too_large_inflated"]);
}

#[test]
fn large_gzips_are_streamed() {
    let text = lines(&["A"; 5000]);
    let limits = Limits { whole_bytes_max: 1000, ..Limits::default() };
    let bytes = gzip(&text);
    assert_eq!(decode_with(limits, Input::Bytes(&bytes)).records.len(), 5000);
    let zip = zip(&[("a", &text), ("b", &bytes)]);
    let mut out = Vec::new();
    (&zip[..]).read_to_end(&mut out).unwrap();
    assert_eq!(decode_with(limits, Input::Stream(&mut &out[..])).records.len(), 10_000);
}
