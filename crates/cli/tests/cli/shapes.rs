//! CloudTrail in every shape it is met in gives the same findings.

use std::fs;
use std::io::{Cursor, Write};

use serde_json::{Value, json};

use crate::support::{STOP_LOGGING, envelope, gzip, noticed, stop_logging, watchfire, watchfire_with};

fn check(name: &str, bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("written");
    assert_eq!(noticed(&path), ["a", "b"], "{name}");
}

fn two() -> [Value; 2] {
    [stop_logging("a"), stop_logging("b")]
}

#[test]
fn every_text_shape() {
    let [a, b] = two();
    check("records.json", envelope(&[a.clone(), b.clone()]).as_bytes());
    check("array.json", json!([a, b]).to_string().as_bytes());
    check("lines.jsonl", format!("{a}\n{b}\n").as_bytes());
    check("concatenated.json", format!("{a}{b}").as_bytes());
    check("pretty.json", serde_json::to_vec_pretty(&json!({"Records": [a, b]})).expect("JSON").as_slice());
    check("mark.json", format!("\u{feff}{}", envelope(&two())).as_bytes());
    let lookup = json!({"Events": [{"EventId": "a", "CloudTrailEvent": a.to_string()}, {"EventId": "b", "CloudTrailEvent": b.to_string()}], "NextToken": "x"});
    check("lookup.json", lookup.to_string().as_bytes());
    let event = |record: &Value| json!({"version": "0", "id": "x", "detail-type": "AWS API Call via CloudTrail", "source": "aws.cloudtrail", "detail": record});
    check("events.jsonl", format!("{}\n{}\n", event(&a), event(&b)).as_bytes());
    let logs = json!({"messageType": "DATA_MESSAGE", "owner": "1", "logGroup": "trail", "logStream": "s", "subscriptionFilters": ["f"],
        "logEvents": [{"id": "1", "timestamp": 1, "message": a.to_string()}, {"id": "2", "timestamp": 2, "message": b.to_string()}]});
    check("subscription.gz", &gzip(logs.to_string().as_bytes()));
}

#[test]
fn every_container() {
    let text = envelope(&two());
    check("records.json.gz", &gzip(text.as_bytes()));
    check("records.json.zst", &zstd::encode_all(text.as_bytes(), 3).expect("in memory"));
    let mut members = gzip(envelope(&[stop_logging("a")]).as_bytes());
    members.extend(gzip(envelope(&[stop_logging("b")]).as_bytes()));
    check("two-members.gz", &members);
    check("archive.tar", &tar());
    check("archive.tar.gz", &gzip(&tar()));
    check("archive.zip", &zip());
}

/// A tar of one plain and one gz file.
fn tar() -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, body) in files() {
        let mut header = tar::Header::new_gnu();
        header.set_size(body.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append_data(&mut header, name, body.as_slice()).expect("in memory");
    }
    builder.into_inner().expect("in memory")
}

fn zip() -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, body) in files() {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).expect("in memory");
        writer.write_all(&body).expect("in memory");
    }
    writer.finish().expect("in memory").into_inner()
}

fn files() -> [(&'static str, Vec<u8>); 2] {
    [("x/a.json", envelope(&[stop_logging("a")]).into_bytes()), ("x/b.json.gz", gzip(envelope(&[stop_logging("b")]).as_bytes()))]
}

#[test]
fn folders_are_walked_and_pruned_by_key() {
    let folder = tempfile::tempdir().expect("a folder");
    for (account, region, day, id) in
        [("111122223333", "eu-west-1", "02", "a"), ("111122223333", "us-east-1", "03", "b"), ("444455556666", "eu-west-1", "02", "c")]
    {
        let below = folder.path().join(format!("AWSLogs/{account}/CloudTrail/{region}/2026/03/{day}"));
        fs::create_dir_all(&below).expect("made");
        let name = format!("{account}_CloudTrail_{region}_202603{day}T0920Z_AAAAAAAAAAAAAAAA.json.gz");
        let mut record = stop_logging(id);
        record["recipientAccountId"] = json!(account);
        record["awsRegion"] = json!(region);
        record["eventTime"] = json!(format!("2026-03-{day}T09:14:07Z"));
        fs::write(below.join(name), gzip(envelope(&[record]).as_bytes())).expect("written");
    }
    let root = folder.path().to_str().expect("UTF-8");
    let ids = |more: &[&str]| {
        let run = watchfire(&[&["scan", root, "--format", "jsonl"], more].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.record_ids(STOP_LOGGING)
    };
    assert_eq!(ids(&[]), ["a", "b", "c"]);
    assert_eq!(ids(&["--account", "111122223333"]), ["a", "b"]);
    assert_eq!(ids(&["--region", "us-east-1"]), ["b"]);
    assert_eq!(ids(&["--from", "2026-03-03"]), ["b"]);
    assert_eq!(ids(&["--to", "2026-03-02"]), ["a", "c"]);
    assert_eq!(ids(&["--from", "2026-03-02T09:14:07Z", "--to", "2026-03-02T09:14:07Z", "--account", "444455556666"]), ["c"]);
}

#[test]
fn standard_input_is_a_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("in");
    fs::write(&path, gzip(envelope(&two()).as_bytes())).expect("written");
    let run = watchfire_with(&["scan", "-", "--format", "jsonl"], |command| {
        command.stdin(fs::File::open(&path).expect("just written"));
    });
    assert_eq!((run.code, run.record_ids(STOP_LOGGING)), (0, vec!["a".to_owned(), "b".to_owned()]), "{}", run.stderr);
}

#[test]
fn the_same_record_in_two_files_counts_once() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("one.json"), envelope(&two())).expect("written");
    fs::write(folder.path().join("two.json.gz"), gzip(envelope(&two()).as_bytes())).expect("written");
    assert_eq!(noticed(folder.path()), ["a", "b"]);
    let run = watchfire(&["scan", folder.path().to_str().expect("UTF-8"), "--format", "jsonl"]);
    let finding = run.findings().into_iter().find(|finding| finding["name"] == STOP_LOGGING).expect("noticed");
    assert_eq!(finding["count"], 2);
}
