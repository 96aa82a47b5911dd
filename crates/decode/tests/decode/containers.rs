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
    for (bomb, times) in [(zeros.clone(), 1), (gzip(&zeros), 1), (zip(&twice), 2), (tar(&twice), 2), (zstd(&vec![0; 20 << 20]), 1)] {
        let got = decode_with(limits, Input::Bytes(&bomb));
        let codes = got.codes();
        assert_eq!(codes.iter().filter(|code| **code == "too_large_inflated").count(), times, "{codes:?}");
        assert_eq!(codes.last(), Some(&"too_large_inflated"), "{codes:?}");
        assert!(got.outcome.bytes_inflated < times as u64 * (6 << 20));
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

/// No record of any kind, and one line behind the other of it.
fn table(bytes: usize) -> Vec<u8> {
    b"2026-03-02,10.0.0.1,GET\n".repeat(bytes / 24)
}

#[test]
fn a_member_given_up_leaves_its_neighbours() {
    let limits = Limits { inflated_without_record_bytes_max: 2 << 20, whole_bytes_max: 1 << 20, archive_depth_max: 5, ..Limits::default() };
    let (a, b, large) = (lines(&["A"]), lines(&["B"]), table(7 << 20));
    let bomb = gzip(&vec![b' '; 7 << 20]);
    for (middle, content) in [("large.csv", &large), ("bomb.gz", &bomb)] {
        let members: [(&str, &[u8]); 3] = [("a", &a), (middle, content), ("b", &b)];
        let nested: [(&str, &[u8]); 3] = [("a", &a), ("in.tar.gz", &gzip(&tar(&members))), ("b", &b)];
        let nested_zip: [(&str, &[u8]); 3] = [("a", &a), ("in.zip", &zip(&members)), ("b", &b)];
        let archives = [zip(&members), gzip(&tar(&members)), zip(&nested), tar(&nested), zip(&nested_zip), gzip(&tar(&nested_zip))];
        for (number, archive) in archives.into_iter().enumerate() {
            let ways = [
                decode_with(limits, Input::Bytes(&archive)),
                decode_with(limits, Input::Stream(&mut &archive[..])),
                decode_with(limits, Input::Seek(&mut Cursor::new(&archive))),
            ];
            for got in ways {
                let names = got.texts("eventName");
                assert_eq!(names, if number < 2 { &["A", "B"][..] } else { &["A", "A", "B", "B"] }, "{number} {:?}", got.rejects);
                let given_up = got.rejects.iter().filter(|reject| reject.reason.code() == "too_large_inflated");
                let given_up: Vec<_> = given_up.map(|reject| &*reject.source).collect();
                assert!(given_up.len() == 1 && given_up[0].ends_with(middle), "{number} {:?}", got.rejects);
            }
        }
    }
}

#[test]
fn members_one_by_one_within_the_limit_are_all_read() {
    let limits = Limits { inflated_without_record_bytes_max: 2 << 20, whole_bytes_max: 1 << 20, ..Limits::default() };
    let (large, a) = (table(1 << 20), lines(&["A"]));
    let members: [(&str, &[u8]); 5] = [("1", &large), ("2", &large), ("3", &large), ("4", &large), ("a", &a)];
    for archive in [zip(&members), gzip(&tar(&members)), zip(&[("in.zip", &zip(&members))])] {
        let got = decode_with(limits, Input::Bytes(&archive));
        assert_eq!(got.texts("eventName"), ["A"]);
        assert!(!got.codes().contains(&"too_large_inflated"));
    }
}

#[test]
fn many_bombs_end_the_object_and_it_is_said() {
    let (zeros, a) = (gzip(&vec![b' '; 3 << 20]), lines(&["A"]));
    let mut members: Vec<(&str, &[u8])> = vec![("bomb", &zeros); 5];
    members.push(("a", &a));
    let limits = Limits { inflated_without_record_bytes_max: 1 << 20, whole_bytes_max: 1 << 20, ..Limits::default() };
    let by_count = Limits { members_given_up_max: 4, ..limits };
    let by_bytes = Limits { inflated_without_record_total_bytes_max: 4 << 20, ..limits };
    for limits in [by_count, by_bytes] {
        for archive in [gzip(&tar(&members)), tar(&[("in.tar", &tar(&members)), ("a", &a)])] {
            let got = decode_with(limits, Input::Bytes(&archive));
            assert!(got.records.is_empty());
            let last = got.rejects.last().unwrap();
            assert_eq!((last.reason.code(), &*last.source), ("too_large_inflated", "log"));
            assert!(last.detail.contains("were not read"), "{}", last.detail);
        }
    }
    assert_eq!(decode_with(limits, Input::Bytes(&tar(&members))).texts("eventName"), ["A"]);
}

/// A tar of members with these types.
fn tar_of_types(members: &[(u8, &str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (kind, name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_entry_type(tar::EntryType::new(*kind));
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

#[test]
fn every_type_of_tar_member_is_read_or_told() {
    let a = lines(&["A"]);
    let read = tar_of_types(&[(b'0', "0", &a), (b'\0', "old", &a), (b'7', "7", &a), (b'Z', "unknown", &a)]);
    check(&read, &["log!0", "log!old", "log!7", "log!unknown"], &[]);
    let long_link = "l".repeat(200);
    let silent = tar_of_types(&[
        (b'5', "folder", b""),
        (b'1', "link", b""),
        (b'2', "symlink", b""),
        (b'3', "device", b""),
        (b'6', "fifo", b""),
        (b'g', "global", b"16 comment=text\n"),
        (b'D', "names", b"Ya\0"),
        (b'V', "label", b""),
        (b'0', "a", &a),
    ]);
    check(&silent, &["log!a"], &[]);
    let ahead = tar_of_types(&[(b'L', "x", b"long\0"), (b'K', "x", long_link.as_bytes()), (b'g', "x", b""), (b'0', "short", &a)]);
    check(&ahead, &["log!long"], &[]);
}

#[test]
fn sparse_tar_members_are_told() {
    let a = lines(&["A"]);
    let pax = tar_of_types(&[
        (b'x', "x", b"22 GNU.sparse.major=1\n26 GNU.sparse.name=s.json\n26 path=GNUSparseFile.0/s\n"),
        (b'0', "s", &a),
        (b'0', "a", &a),
    ]);
    let mut gnu = tar_of_types(&[(b'S', "s.json", &a), (b'0', "a", &a)]);
    // One more block of the map behind the header, with a header's own bytes in it to lead astray.
    gnu[482] = 1;
    let sum: u32 = gnu[..512].iter().enumerate().map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u32::from(*byte) }).sum();
    gnu[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut map = gnu[..512].to_vec();
    map[504] = 0;
    gnu.splice(512..512, map);
    for archive in [pax, gnu] {
        check(&archive, &["log!a"], &["broken_archive"]);
        let reject = &decode(&archive).rejects[0];
        assert_eq!((&*reject.source, &*reject.detail), ("log!s.json", "sparse member"));
    }
}

#[test]
fn notes_of_operating_systems_are_passed_over() {
    let (a, note) = (lines(&["A"]), b"\0\x05\x16\x07Mac OS X".as_slice());
    let members: [(&str, &[u8]); 7] = [
        ("__MACOSX/logs/a.json", note),
        ("logs/__MACOSX/b", note),
        ("logs/._a.json", note),
        ("logs/.DS_Store", note),
        ("logs/Thumbs.db", note),
        ("._a", note),
        ("logs/a.json", &a),
    ];
    check(&zip(&members), &["log!logs/a.json"], &[]);
    check(&tar(&members), &["log!logs/a.json"], &[]);
}

#[test]
fn formats_that_are_not_read_are_named() {
    let utf16 = |mark: char, swap: bool| -> Vec<u8> {
        let units = std::iter::once(mark).chain("{\"a\":1}".chars()).map(|letter| letter as u16);
        units.flat_map(|unit| if swap { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let (little, big) = (utf16('\u{feff}', false), utf16('\u{feff}', true));
    let formats: [(&[u8], &str, &str); 6] = [
        (&little, "not_utf8", "UTF-16 text: convert to UTF-8"),
        (&big, "not_utf8", "UTF-16 text: convert to UTF-8"),
        (b"\xff\xfe\0\0{\0\0\0", "not_utf8", "UTF-32 text: convert to UTF-8"),
        (b"\xfd7zXZ\0\0\x04", "broken_compression", "xz compression: decompress it first"),
        (b"BZh91AY&SY\0", "broken_compression", "bzip2 compression: decompress it first"),
        (b"7z\xbc\xaf\x27\x1c\0\x04", "broken_archive", "7z archive: unpack it first"),
    ];
    let a = lines(&["A"]);
    for (bytes, code, detail) in formats {
        for (object, sources) in [(bytes.to_vec(), &[][..]), (gzip(bytes), &[]), (zip(&[("x", bytes), ("a", &a)]), &["log!a"])] {
            check(&object, sources, &[code]);
            assert_eq!(decode(&object).rejects[0].detail, detail);
        }
    }
}
