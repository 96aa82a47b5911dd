//! Logs into the lake, and findings out of it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::{Run, STOP_LOGGING, envelope, stop_logging, watchfire, watchfire_with};
use crate::table::{assert_holds, assert_whole, findings, rows, simulate, text, truth};

fn ingest(logs: &str, data: &Path, more: &[&str]) -> Run {
    let run = watchfire(&[&["ingest", logs, "--lake", text(data)], more].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    run
}

fn ids(data: &Path) -> Vec<String> {
    let mut ids: Vec<String> = rows(data).0.iter().map(|row| row["eventID"].as_str().expect("an id").to_owned()).collect();
    ids.sort();
    ids
}

fn status(data: &Path) -> Value {
    let run = watchfire(&["lake", "status", "--format", "json", "--lake", text(data)]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    serde_json::from_str::<Value>(&run.stdout).expect("JSON")[0].clone()
}

#[test]
fn the_same_logs_again_change_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (logs, data) = (simulate(folder.path(), 2_000, 100), folder.path().join("data"));
    ingest(&logs, &data, &["--epoch-records", "500"]);
    assert_holds(&data, &truth(&logs));
    assert_whole(&data);
    let (before, found) = (status(&data), findings(&data));
    assert!(before["epochs"].as_u64().is_some_and(|epochs| epochs > 2) && !found.is_empty(), "{before}");
    let again = ingest(&logs, &data, &[]);
    assert!(again.stderr.contains("0 files new") && again.stderr.contains("0 epochs closed"), "{}", again.stderr);
    assert_eq!((status(&data), findings(&data)), (before, found));
}

#[test]
fn scan_and_ingest_find_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let (logs, data) = (simulate(folder.path(), 3_000, 100), folder.path().join("data"));
    let scan = watchfire(&["scan", &logs, "--keep", text(&data), "--format", "jsonl"]);
    assert_eq!(scan.code, 0, "{}", scan.stderr);
    // Of correlations ingest reads more records again, and so learns more entities.
    let key = |finding: &Value| format!("{} {} {}", finding["rule"], finding["records"], finding["count"]);
    let mut scanned: Vec<String> = scan.findings().iter().map(key).collect();
    let mut kept: Vec<String> = findings(&data).iter().map(key).collect();
    scanned.sort();
    kept.sort();
    assert_eq!(kept.len(), scanned.len());
    kept.iter().zip(&scanned).for_each(|(kept, scanned)| assert_eq!(kept, scanned));
}

#[test]
fn a_record_in_two_objects_is_stored_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let (logs, data) = (folder.path().join("logs"), folder.path().join("data"));
    fs::create_dir(&logs).expect("made");
    fs::write(logs.join("a.json"), envelope(&[stop_logging("one"), stop_logging("two")])).expect("written");
    fs::write(logs.join("b.json"), envelope(&[stop_logging("two"), stop_logging("three")])).expect("written");
    let run = ingest(text(&logs), &data, &[]);
    assert!(run.stderr.contains("4 records, 1 of them known already"), "{}", run.stderr);
    assert_eq!(ids(&data), ["one", "three", "two"]);
    let found = findings(&data);
    let stopped = found.iter().find(|finding| finding["name"] == STOP_LOGGING).expect("noticed");
    assert_eq!((&stopped["count"], stopped["records"].as_array().map(Vec::len)), (&3.into(), Some(3)));
}

#[test]
fn a_file_that_grew_is_read_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, data) = (folder.path().join("log.jsonl"), folder.path().join("data"));
    fs::write(&log, format!("{}\n", stop_logging("one"))).expect("written");
    ingest(text(&log), &data, &[]);
    fs::write(&log, format!("{}\n{}\n", stop_logging("one"), stop_logging("two"))).expect("written");
    let run = ingest(text(&log), &data, &[]);
    assert!(run.stderr.contains("1 row stored"), "{}", run.stderr);
    assert_eq!(ids(&data), ["one", "two"]);
}

#[test]
fn what_a_selection_left_out_comes_with_a_wider_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, data) = (folder.path().join("log.json"), folder.path().join("data"));
    let mut late = stop_logging("late");
    late["eventTime"] = "2026-03-05T00:00:00Z".into();
    fs::write(&log, envelope(&[stop_logging("early"), late])).expect("written");
    let narrow = ["--to", "2026-03-03"];
    ingest(text(&log), &data, &narrow);
    assert_eq!(ids(&data), ["early"]);
    assert!(ingest(text(&log), &data, &narrow).stderr.contains("1 seen before"));
    ingest(text(&log), &data, &[]);
    assert_eq!(ids(&data), ["early", "late"]);
    assert!(ingest(text(&log), &data, &narrow).stderr.contains("1 seen before"));
}

#[test]
fn a_correlation_spans_two_ingests() {
    let folder = tempfile::tempdir().expect("a folder");
    let rules = folder.path().join("rules.yaml");
    let text_of_rules = "title: Stopped\nname: stopped\nlogsource: {product: aws, service: cloudtrail}\ndetection: {selection: \
        {eventName: StopLogging}, condition: selection}\nlevel: low\n\
        watchfire: {summary: \"{count} times\"}\n---\ntitle: Stopped often\ncorrelation:\n  generate: true\n  type: event_count\n  \
        rules: [stopped]\n  group-by: [userIdentity.arn]\n  timespan: 1h\n  condition: {gte: 3}\nlevel: high\n";
    fs::write(&rules, text_of_rules).expect("written");
    let data = folder.path().join("data");
    for (file, ids) in [("a.json", &["one", "two"][..]), ("b.json", &["three"])] {
        let log = folder.path().join(file);
        fs::write(&log, envelope(&ids.iter().map(|id| stop_logging(id)).collect::<Vec<_>>())).expect("written");
        ingest(text(&log), &data, &["--no-pack", "--rules", text(&rules)]);
    }
    let found = findings(&data);
    let often = found.iter().find(|finding| finding["title"] == "Stopped often").expect("counted over both");
    assert_eq!(often["count"], 3);
    // Both ingests made this one; its sentence speaks of both.
    let stopped = found.iter().find(|finding| finding["title"] == "Stopped").expect("in both");
    assert_eq!((&stopped["count"], &stopped["summary"]), (&3.into(), &"3 times".into()));
}

#[test]
fn standard_input_is_ingested_and_known_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, data) = (folder.path().join("log.json"), folder.path().join("data"));
    fs::write(&log, envelope(&[stop_logging("one")])).expect("written");
    for expected in ["1 row stored", "0 rows stored"] {
        let run = watchfire_with(&["ingest", "-", "--lake", text(&data)], |command| {
            command.stdin(fs::File::open(&log).expect("opened"));
        });
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
    assert_eq!(ids(&data), ["one"]);
}

#[test]
fn only_one_ingests_at_a_time() {
    let folder = tempfile::tempdir().expect("a folder");
    // The data folder lies among the logs: what is in it is no log.
    let (log, data) = (folder.path().join("log.json"), folder.path().join("data"));
    fs::write(&log, envelope(&[stop_logging("one")])).expect("written");
    let mut first = Command::new(env!("CARGO_BIN_EXE_watchfire"))
        .args(["ingest", text(folder.path()), "--lake", text(&data), "--watch", "--every", "1"])
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut talk = BufReader::new(first.stderr.take().expect("piped")).lines();
    let said = talk.next().expect("it says what it did").expect("UTF-8");
    assert!(said.contains("1 file new"), "{said}");
    let second = watchfire(&["ingest", text(&log), "--lake", text(&data)]);
    assert_eq!(second.code, 2);
    let named = format!("in use by another process (pid {})", first.id());
    assert!(second.stderr.contains(&named) && second.stderr.contains("hint:"), "{}", second.stderr);
    // A file that comes later is seen by the one that watches.
    fs::write(folder.path().join("later.json"), envelope(&[stop_logging("two")])).expect("written");
    assert!(talk.any(|line| line.is_ok_and(|line| line.contains("1 file new, 1 seen before"))));
    first.kill().expect("killed");
    first.wait().expect("gone");
    assert_eq!(ids(&data), ["one", "two"]);
}

#[test]
fn trouble_is_told_with_a_hint() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, data) = (folder.path().join("log.json"), folder.path().join("data"));
    fs::write(&log, envelope(&[stop_logging("one")])).expect("written");
    let check = |arguments: &[&str], words: &str| {
        let run = watchfire(arguments);
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(run.stderr.contains(words) && run.stderr.contains("hint:"), "{arguments:?}: {}", run.stderr);
    };
    // Nobody may write below /proc, not even root.
    check(&["ingest", text(&log), "--lake", "/proc/watchfire"], "cannot write to /proc/watchfire");
    check(&["scan", text(&log), "--keep", "/proc/watchfire"], "cannot write to /proc/watchfire");
    check(&["scan", "-", "--keep", text(&data)], "only once");
    check(&["ingest", "-", "--watch", "--lake", text(&data)], "cannot be watched");
    check(&["findings", "list", "--lake", text(&data)], "holds no findings");
    check(&["lake", "status", "--lake", text(&data)], "no table here");
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).expect("made");
    check(&["ingest", text(&empty), "--lake", text(&data)], "nothing to read");
    ingest(text(&log), &data, &[]);
    check(&["findings", "show", "ffff", "--lake", text(&data)], "no finding");
    fs::remove_dir_all(data.join("cloudtrail")).expect("removed");
    check(&["ingest", text(&log), "--lake", text(&data)], "is gone");
}

#[test]
fn findings_are_listed_and_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, data) = (folder.path().join("log.json"), folder.path().join("data"));
    fs::write(&log, envelope(&[stop_logging("one")])).expect("written");
    ingest(text(&log), &data, &[]);
    let at = |arguments: &[&str]| {
        let run = watchfire(&[&["findings"], arguments, &["--lake", text(&data)]].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        run
    };
    let list = at(&["list"]);
    assert!(list.stdout.contains(STOP_LOGGING) && list.stdout.contains("mallory"), "{}", list.stdout);
    let found = at(&["list", "--format", "jsonl", "--rule", STOP_LOGGING]).findings();
    let [finding] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((&finding["status"], &finding["severity"], &finding["count"]), (&"NEW".into(), &"high".into(), &1.into()));
    let id = finding["id"].as_str().expect("an id");
    let shown = at(&["show", &id[..8]]);
    assert!(shown.stdout.contains("StopLogging") && shown.stdout.contains("what to do next"), "{}", shown.stdout);
    let whole: Vec<Value> = serde_json::from_str(&at(&["show", id, "--format", "json"]).stdout).expect("JSON");
    assert_eq!(whole[0]["evidence"], finding["evidence"]);
    for (none, some) in [
        (["--min-severity", "critical"], ["--min-severity", "high"]),
        (["--entity", "198.51.100.99"], ["--entity", "198.51.100.23"]),
        (["--from", "2026-03-03"], ["--from", "2026-03-02"]),
        (["--to", "2026-03-01"], ["--to", "2026-03-02"]),
    ] {
        let count = |arguments: &[&str]| {
            let found = at(&[&["list", "--format", "jsonl"], arguments].concat()).findings();
            found.iter().filter(|finding| finding["name"] == STOP_LOGGING).count()
        };
        assert_eq!((count(&none), count(&some)), (0, 1), "{none:?} {some:?}");
    }
}
