//! What is printed: stable for machines, plain for people.

use std::fs;

use serde_json::Value;

use crate::support::{envelope, stop_logging, watchfire, watchfire_with};

fn log() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("log.json"), envelope(&[stop_logging("one")])).expect("written");
    folder
}

#[test]
fn a_line_of_jsonl_has_the_documented_members() {
    let folder = log();
    let run = watchfire(&["scan", folder.path().to_str().expect("UTF-8"), "--format", "jsonl", "--min-severity", "high"]);
    let findings = run.findings();
    let finding = findings.iter().find(|finding| finding["name"] == "cloudtrail_logging_stopped").expect("noticed");
    for (member, is_right) in [
        ("rule", Value::is_string as fn(&Value) -> bool),
        ("type", Value::is_string),
        ("severity", Value::is_string),
        ("title", Value::is_string),
        ("summary", Value::is_string),
        ("time", Value::is_string),
        ("last_time", Value::is_string),
        ("count", Value::is_u64),
        ("entities", Value::is_array),
        ("records", Value::is_array),
        ("attack", Value::is_object),
        ("why", Value::is_string),
        ("next", Value::is_array),
        ("evidence", Value::is_array),
    ] {
        assert!(is_right(&finding[member]), "{member}: {}", finding[member]);
    }
    assert_eq!(finding["type"], "Stealth:IAMUser/CloudTrailLoggingDisabled");
    assert_eq!(finding["severity"], "high");
    let record = &finding["records"][0];
    assert_eq!((&record["event_id"], &record["time"]), (&"one".into(), &"2026-03-02T09:14:07Z".into()));
    assert!(record["source"].as_str().is_some_and(|source| source.ends_with("log.json")));
    let matched = finding["evidence"][0]["matched"].as_array().expect("a list");
    assert!(matched.iter().any(|matched| matched["field"] == "eventName" && matched["actual"] == "StopLogging"), "{matched:?}");
}

#[test]
fn bad_news_is_an_exit_code_only_when_asked_for() {
    let folder = log();
    let path = folder.path().to_str().expect("UTF-8");
    assert_eq!(watchfire(&["scan", path]).code, 0);
    assert_eq!(watchfire(&["scan", path, "--fail-on", "high"]).code, 1);
    assert_eq!(watchfire(&["scan", path, "--fail-on", "critical"]).code, 0);
}

#[test]
fn a_report_opens_offline() {
    let folder = log();
    let report = folder.path().join("report.html");
    let run = watchfire(&["scan", folder.path().to_str().expect("UTF-8"), "--report", report.to_str().expect("UTF-8")]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let page = fs::read_to_string(report).expect("written");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("StopLogging") && page.contains("mallory"));
    for outside in ["src=\"http", "href=\"http://", "@import", "<script src"] {
        assert!(!page.contains(outside), "{outside}");
    }
}

#[test]
fn a_summary_tells_who_called_what() {
    let folder = log();
    let run = watchfire(&["scan", "summary", folder.path().to_str().expect("UTF-8")]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("user/mallory") && run.stdout.contains("StopLogging"), "{}", run.stdout);
    let json = watchfire(&["scan", "summary", folder.path().to_str().expect("UTF-8"), "--format", "json"]);
    let value: Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(value[0]["apis"][0]["api"], "cloudtrail.amazonaws.com:StopLogging");
}

#[test]
fn a_closed_pipe_is_quiet_success() {
    let folder = log();
    let script =
        format!("{} scan {} --format jsonl | true; exit ${{PIPESTATUS[0]}}", env!("CARGO_BIN_EXE_watchfire"), folder.path().display());
    let output = std::process::Command::new("bash").args(["-c", &script]).output().expect("bash");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_same_input_gives_the_same_output_whatever_the_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    let logs = folder.path().to_str().expect("UTF-8");
    assert_eq!(watchfire(&["simulate", logs, "--records", "20000", "--seed", "5"]).code, 0);
    let run = |threads| watchfire(&["scan", logs, "--format", "jsonl", "--min-severity", "informational", "--threads", threads]).stdout;
    let one = run("1");
    assert!(one.lines().count() > 20);
    assert!(one == run("4") && one == run("2"));
}

#[test]
fn colour_is_for_terminals() {
    let folder = log();
    let run = watchfire_with(&["scan", folder.path().to_str().expect("UTF-8")], |command| {
        command.env_remove("NO_COLOR");
    });
    assert!(!run.stdout.contains('\u{1b}'), "{:?}", run.stdout);
}
