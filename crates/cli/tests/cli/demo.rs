//! `watchfire demo` and `watchfire simulate`.

use std::fs;

use crate::support::watchfire;

#[test]
fn the_demonstration_tells_a_story() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = watchfire(&["demo", folder.path().to_str().expect("UTF-8")]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("What happened") && run.stdout.contains("What to type next"), "{}", run.stdout);
    assert!(run.stdout.contains("HIGH") || run.stdout.contains("CRITICAL"), "{}", run.stdout);
    assert!(!run.stderr.contains("reject"), "{}", run.stderr);
    let again = watchfire(&["demo", folder.path().to_str().expect("UTF-8")]);
    assert_eq!(again.code, 0, "a second demonstration makes room: {}", again.stderr);
    let report = fs::read_to_string(folder.path().join("report.html")).expect("written");
    assert!(report.starts_with("<!DOCTYPE html>"));
}

#[test]
fn every_story_is_noticed_by_more_than_its_tools() {
    let folder = tempfile::tempdir().expect("a folder");
    let logs = folder.path().to_str().expect("UTF-8");
    assert_eq!(watchfire(&["simulate", logs, "--records", "40000", "--seed", "11"]).code, 0);
    let truth = fs::read_to_string(folder.path().join("truth.jsonl")).expect("labels");
    let labels: Vec<serde_json::Value> = truth.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let run = watchfire(&["scan", logs, "--format", "jsonl", "--min-severity", "medium"]);
    let by_agent = ["offensive_tool_client", "kali_linux_client", "parrot_linux_client", "pentoo_linux_client"];
    let mut noticed: Vec<String> = Vec::new();
    for finding in run.findings().iter().filter(|finding| !by_agent.contains(&finding["name"].as_str().expect("a name"))) {
        noticed.extend(
            finding["records"].as_array().expect("a list").iter().map(|record| record["event_id"].as_str().expect("an id").to_owned()),
        );
    }
    let mut stories: Vec<&str> = labels.iter().map(|label| label["story"].as_str().expect("a story")).collect();
    stories.sort_unstable();
    stories.dedup();
    assert!(stories.len() >= 15);
    for story in stories {
        let told = labels.iter().filter(|label| label["story"] == story);
        let seen = told.filter(|label| noticed.iter().any(|id| label["event_id"] == id.as_str())).count();
        assert!(seen > 0, "{story} goes unnoticed");
    }
}

#[test]
fn benign_weeks_are_quiet() {
    let folder = tempfile::tempdir().expect("a folder");
    let logs = folder.path().to_str().expect("UTF-8");
    assert_eq!(watchfire(&["simulate", logs, "--records", "300000", "--seed", "23", "--stories", "none"]).code, 0);
    let run = watchfire(&["scan", logs, "--format", "jsonl", "--min-severity", "medium"]);
    let findings = run.findings();
    let names: Vec<_> = findings.iter().map(|finding| (finding["name"].clone(), finding["summary"].clone())).collect();
    assert!(findings.len() < 3, "less than one a 100,000 records: {names:#?}");
}
