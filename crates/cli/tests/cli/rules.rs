//! `watchfire rules`.

use std::fs;

use serde_json::Value;

use crate::support::{stop_logging, watchfire};

#[test]
fn the_pack_is_sound_and_proven() {
    let check = watchfire(&["rules", "check", "--strict"]);
    assert_eq!(check.code, 0, "{}", check.stdout);
    let test = watchfire(&["rules", "test"]);
    assert_eq!(test.code, 0, "{}", test.stdout);
    assert!(test.stdout.contains(" 0 failed") && !test.stdout.contains("without a hit"), "{}", test.stdout);
}

#[test]
fn a_list_can_be_searched() {
    let run = watchfire(&["rules", "list", "stoplogging", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let all: Value = serde_json::from_str(&watchfire(&["rules", "list", "--format", "json"]).stdout).expect("JSON");
    assert!(all.as_array().is_some_and(|rules| rules.len() >= 165), "at least 150 detections and 15 correlations");
    let trail = watchfire(&["rules", "list", "CloudTrailLoggingDisabled"]);
    assert!(trail.stdout.contains("cloudtrail_logging_stopped"), "{}", trail.stdout);
}

#[test]
fn explain_tells_which_predicate_failed() {
    let folder = tempfile::tempdir().expect("a folder");
    let event = folder.path().join("event.json");
    fs::write(&event, stop_logging("x").to_string()).expect("written");
    let event = event.to_str().expect("UTF-8");
    let hit = watchfire(&["rules", "explain", "cloudtrail_logging_stopped", event]);
    assert_eq!(hit.code, 0, "{}", hit.stderr);
    assert!(hit.stdout.contains("matches") && hit.stdout.contains("StopLogging"), "{}", hit.stdout);
    let miss = watchfire(&["rules", "explain", "cloudtrail_trail_deleted", event, "--format", "json"]);
    assert_eq!(miss.code, 1, "{}", miss.stdout);
    let told: Value = serde_json::from_str(&miss.stdout).expect("JSON");
    let items = told[0]["items"].as_array().expect("a list");
    assert!(items.iter().any(|item| item["field"] == "eventName" && item["held"] == false && item["actual"] == "StopLogging"));
    let unknown = watchfire(&["rules", "explain", "no_such_rule", event]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("hint:"), "{}", unknown.stderr);
}

#[test]
fn sql_is_printed_or_refused_with_a_reason() {
    let run = watchfire(&["rules", "sql", "cloudtrail_logging_stopped"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.to_lowercase().contains("eventname") && run.stdout.to_lowercase().contains("stoplogging"), "{}", run.stdout);
}

#[test]
fn rules_for_other_sources_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(
        folder.path().join("windows.yml"),
        "title: W\nlogsource: {product: windows, category: process_creation}\ndetection: {s: {CommandLine: x}, condition: s}\n",
    )
    .expect("written");
    fs::write(
        folder.path().join("typo.yml"),
        "title: T\nlogsource: {product: aws, service: cloudtrail}\ndetection: {s: {eventNames: StopLogging}, condition: s}\n",
    )
    .expect("written");
    let run = watchfire(&["rules", "check", folder.path().to_str().expect("UTF-8")]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(run.stdout.contains("windows/process_creation"), "{}", run.stdout);
    assert!(run.stdout.contains("unknown_field") && run.stdout.contains("did you mean \"eventName\"?"), "{}", run.stdout);
    assert!(run.stdout.contains("typo.yml:3:"), "{}", run.stdout);
}
