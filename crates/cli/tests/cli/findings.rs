//! `watchfire findings`, as a responder uses it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Run, STOP_LOGGING, envelope, stop_logging, watchfire};
use crate::table::{assert_whole, text};

/// Three people stop a trail, in two accounts; one does it twice, one calls nothing else.
fn lake() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let record = |id: &str, who: &str, account: &str, day: u8| {
        let mut record = stop_logging(id);
        record["userIdentity"]["arn"] = format!("arn:aws:iam::{account}:user/{who}").into();
        record["userIdentity"]["userName"] = who.into();
        record["userIdentity"]["accountId"] = account.into();
        record["recipientAccountId"] = account.into();
        record["eventTime"] = format!("2026-03-{day:02}T10:00:00Z").into();
        record
    };
    let records = [
        record("1", "mallory", "111122223333", 2),
        record("2", "mallory", "111122223333", 5),
        record("3", "trent", "111122223333", 3),
        record("4", "Oscar", "444455556666", 4),
    ];
    ingest(folder.path(), &data, "first.json", &records);
    (folder, data)
}

fn ingest(folder: &Path, data: &Path, name: &str, records: &[Value]) {
    let log = folder.join(name);
    fs::write(&log, envelope(records)).expect("written");
    let run = watchfire(&["ingest", text(&log), "--lake", text(data)]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

fn on(data: &Path, arguments: &[&str]) -> Run {
    watchfire(&[&["findings"], arguments, &["--lake", text(data)]].concat())
}

/// Who is in the findings that a list of one rule shows, in its order.
fn who(data: &Path, arguments: &[&str]) -> Vec<String> {
    let run = on(data, &[&["list", "--format", "jsonl", "--rule", STOP_LOGGING], arguments].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let name = |finding: &Value| {
        let entities = finding["entities"].as_array().expect("entities");
        let principal = entities.iter().find(|entity| entity["kind"] == "principal").expect("somebody");
        principal["id"].as_str().expect("an ARN").rsplit('/').next().expect("a name").to_owned()
    };
    run.findings().iter().map(name).collect()
}

#[test]
fn a_list_is_narrowed_and_sorted() {
    let (_folder, data) = lake();
    assert_eq!(who(&data, &[]), ["mallory", "Oscar", "trent"], "the last seen of one severity");
    assert_eq!(who(&data, &["--sort", "earliest"]), ["mallory", "trent", "Oscar"]);
    assert_eq!(who(&data, &["--sort", "latest", "--limit", "2"]), ["mallory", "Oscar"]);
    assert_eq!(who(&data, &["--sort", "count", "--limit", "1"]), ["mallory"]);
    assert_eq!(who(&data, &["--account", "444455556666"]), ["Oscar"]);
    assert_eq!(who(&data, &["--principal", "user/oscar"]), ["Oscar"]);
    assert_eq!(who(&data, &["--text", "trent"]), ["trent"]);
    assert_eq!(who(&data, &["--from", "2026-03-04", "--to", "2026-03-04"]), ["mallory", "Oscar"], "between its first and last");
    let table = on(&data, &["list", "--limit", "1"]);
    let total = on(&data, &["export"]).stdout.lines().count();
    let last = table.stdout.lines().last().expect("counts");
    assert!(last.starts_with(&format!("1 of {total} findings: ")) && last.contains("3 high"), "{}", table.stdout);
    assert!(table.stderr.contains("--limit N"), "{}", table.stderr);
    let none = on(&data, &["list", "--account", "999999999999"]);
    assert!(none.code == 0 && none.stdout.ends_with("0 findings\n"), "{}", none.stdout);
}

#[test]
fn an_export_is_read_by_programs() {
    let (_folder, data) = lake();
    let lines = on(&data, &["export", "--rule", STOP_LOGGING]).findings();
    let array: Vec<Value> = serde_json::from_str(&on(&data, &["export", "--rule", STOP_LOGGING, "--format", "json"]).stdout).expect("JSON");
    assert_eq!((lines.len(), &lines), (3, &array));
    let csv = on(&data, &["export", "--rule", STOP_LOGGING, "--format", "csv"]).stdout;
    let mut rows = csv.lines();
    let heads: Vec<&str> = rows.next().expect("heads").split(',').collect();
    let column = |name: &str| heads.iter().position(|head| *head == name).expect("a column");
    let first: Vec<&str> = rows.next().expect("a finding").split(',').collect();
    assert_eq!((first[column("status")], first[column("count")], first[column("account")]), ("new", "2", "111122223333"), "{csv}");
    assert_eq!(rows.count(), 2);
    for (format, nothing) in [("json", "[]\n"), ("jsonl", "")] {
        assert_eq!(on(&data, &["export", "--rule", "none", "--format", format]).stdout, nothing);
    }
    assert_eq!(on(&data, &["export", "--rule", "none", "--format", "csv"]).stdout.lines().count(), 1);
    let table = on(&data, &["export", "--format", "table"]);
    assert!(table.code == 2 && table.stderr.contains("possible values"), "{}", table.stderr);
}

/// What goes out in the forms of others comes in again, and what others tell is there beside our own.
#[test]
fn findings_of_others_go_out_and_come_in() {
    let (folder, data) = lake();
    let asff = on(&data, &["export", "--format", "asff"]).stdout;
    let documents: Value = serde_json::from_str(&asff).expect("JSON");
    let ours = documents["Findings"].as_array().expect("a list").len();
    assert_eq!(ours, on(&data, &["export"]).stdout.lines().count());
    for format in ["guardduty", "ocsf"] {
        assert_eq!(on(&data, &["export", "--format", format]).stdout.lines().count(), ours, "{format}");
    }
    let mut other = documents["Findings"][0].clone();
    other["Id"] = "of somebody else".into();
    other["Title"] = "Told by others".into();
    let file = folder.path().join("others.json");
    std::fs::write(&file, serde_json::json!({ "Findings": [other, { "Id": 7 }] }).to_string()).expect("written");
    let taken = on(&data, &["import", file.to_str().expect("a name")]);
    assert_eq!(taken.code, 1, "one of them is no finding: {}", taken.stderr);
    assert!(taken.stderr.contains("finding 2 is left out") && taken.stderr.contains("1 of them new"), "{}", taken.stderr);
    assert!(on(&data, &["export", "--format", "asff"]).stdout.contains("Told by others"));
}

#[test]
fn a_status_is_set_and_told_and_ends_with_new_records() {
    let (folder, data) = lake();
    let ids: Vec<String> = on(&data, &["list", "--format", "jsonl", "--rule", STOP_LOGGING])
        .findings()
        .iter()
        .map(|finding| finding["id"].as_str().expect("an id").to_owned())
        .collect();
    let [mallory, oscar, trent] = ids.as_slice() else { panic!("{ids:?}") };
    let set = on(&data, &["set", "resolved", &mallory[..12], oscar, "--note", "a drill"]);
    assert_eq!((set.code, set.stderr.as_str()), (0, "2 findings resolved\n"));
    assert_eq!(on(&data, &["set", "SUPPRESSED", trent, "--note", "the \u{1b}[31mscanner"]).code, 0);
    assert_eq!(on(&data, &["set", "resolved", oscar]).stderr, "1 finding resolved, 1 of them already\n");
    for (wrong, words) in [(["set", "gone", oscar], "unknown status"), (["set", "new", "ffff"], "no finding")] {
        let run = on(&data, &wrong);
        assert!(run.code == 2 && run.stderr.contains(words), "{}", run.stderr);
    }
    assert_eq!(who(&data, &["--status", "resolved"]), ["mallory", "Oscar"]);
    assert_eq!(who(&data, &["--status", "new,suppressed"]), ["trent"]);
    assert_whole(&data);
    // Both do it again.
    let mut again = stop_logging("5");
    again["eventTime"] = "2026-03-06T10:00:00Z".into();
    let mut scanner = again.clone();
    scanner["eventID"] = "6".into();
    scanner["userIdentity"]["arn"] = "arn:aws:iam::111122223333:user/trent".into();
    ingest(folder.path(), &data, "again.json", &[again, scanner]);
    assert_eq!(who(&data, &["--status", "new"]), ["mallory"]);
    assert_eq!(who(&data, &["--status", "suppressed"]), ["trent"]);
    let shown = on(&data, &["show", mallory]);
    assert!(shown.stdout.contains("resolved a drill") && shown.stdout.contains("new it happened again"), "{}", shown.stdout);
    assert!(!on(&data, &["show", trent]).stdout.contains('\u{1b}'));
    let shown: Vec<Value> = serde_json::from_str(&on(&data, &["show", mallory, "--format", "json"]).stdout).expect("JSON");
    assert_eq!((&shown[0]["status"], &shown[0]["changes"][0]["note"]), (&"NEW".into(), &"a drill".into()));
    assert_whole(&data);
}
