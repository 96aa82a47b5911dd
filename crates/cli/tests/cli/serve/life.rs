//! From a log that is delivered to a finding and a delivery, rules that change, pushes, and the end.

use std::fs;

use serde_json::{Value, json};

use super::{FOLDER, PATIENCE, World, lines};
use crate::support::stop_logging;

const TARGET: &str = "[target.file]\nkind = \"log\"\npath = \"told.jsonl\"\n";

fn rule(name: &str, pattern: Value) -> String {
    let target = json!({ "Id": "1", "Arn": "arn:aws:watchfire:us-east-1:000000000000:target/file" });
    json!({ "Name": name, "EventPattern": pattern, "State": "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS", "Targets": [target] })
        .to_string()
}

fn wait_for_lines(world: &World, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let begin = std::time::Instant::now();
    loop {
        let told: Vec<Value> =
            lines(&world.path("watchfire-data/bus/told.jsonl")).iter().filter_map(|line| serde_json::from_str(line).ok()).collect();
        if wanted(&told) {
            return told;
        }
        assert!(begin.elapsed() < PATIENCE, "told: {told:?}");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}

#[test]
fn a_log_becomes_a_finding_a_row_and_deliveries() {
    let mut world = World::start(&format!("{FOLDER}{TARGET}"));
    fs::write(world.path("bus-rules/calls.json"), rule("calls", json!({ "source": ["aws.cloudtrail"] }))).expect("written");
    fs::write(world.path("bus-rules/found.json"), rule("found", json!({ "source": ["aws.guardduty", "aws.securityhub"] })))
        .expect("written");
    // Files of rules are looked at every two seconds.
    std::thread::sleep(std::time::Duration::from_secs(4));
    world.deliver("a.json", &[stop_logging("e-1")]);
    let found = world.until("/api/v1/findings", |page| page["items"].as_array().is_some_and(|items| !items.is_empty()));
    let types = found["items"].to_string();
    assert!(types.contains("CloudTrailLoggingDisabled"), "{types}");
    let told = wait_for_lines(&world, |told| {
        let has = |kind: &str| told.iter().any(|event| event["detail-type"] == kind);
        ["AWS API Call via CloudTrail", "GuardDuty Finding", "Security Hub Findings - Imported"].into_iter().all(has)
    });
    let call = told.iter().find(|event| event["detail-type"] == "AWS API Call via CloudTrail").expect("told");
    assert_eq!(call["detail"]["eventID"], "e-1");
    let rows = world.client.post("/api/v1/search", &json!({ "sql": "SELECT eventname, count(*) FROM cloudtrail GROUP BY 1" }).to_string());
    assert!(rows.status == 200 && rows.body.contains("StopLogging"), "{} {}", rows.status, rows.body);
    let sources = world.client.get("/api/v1/sources");
    assert!(sources.body.contains("\"folder\"") && sources.body.contains("\"running\""), "{}", sources.body);
    let metrics = world.client.get("/metrics");
    assert!(metrics.body.contains("watchfire_records_total 1"), "{}", metrics.body);
    assert!(world.stop(), "SIGTERM ends it well");
    let shown = world.run(&["findings", "list", "--format", "jsonl"]);
    assert!(shown.stdout.contains("e-1") || shown.stdout.contains("mallory"), "{}", shown.stdout);
    let audit = world.run(&["audit", "verify"]);
    assert_eq!(audit.code, 0, "{}", audit.stdout);
}

#[test]
fn rules_change_while_it_runs_and_a_broken_file_keeps_the_last_good() {
    let world = World::start(FOLDER);
    let text = "title: Somebody looks\nname: somebody_looks\nid: 7c1c9d3e-0001-4000-8000-000000000001\nlevel: high\n\
                logsource: {product: aws, service: cloudtrail}\ndetection: {selection: {eventName: LookAround}, condition: selection}\n";
    fs::write(world.path("rules/looks.yaml"), text).expect("written");
    world.until("/api/v1/detections/somebody_looks", |one| one["title"] == "Somebody looks");
    fs::write(world.path("rules/looks.yaml"), text.replace("condition: selection", "condition: nothing")).expect("written");
    world.until("/api/v1/detections/problems", |all| all.to_string().contains("looks.yaml"));
    let mut record = stop_logging("e-2");
    record["eventName"] = json!("LookAround");
    world.deliver("b.json", &[record]);
    world.until("/api/v1/findings", |page| page.to_string().contains("Somebody looks"));
}

#[test]
fn what_is_pushed_is_kept_when_it_is_acknowledged() {
    let push = "[[source]]\nname = \"lines\"\nkind = \"push\"\n";
    let mut world = World::start(push);
    let body = format!("{}\n{}\n", stop_logging("p-1"), stop_logging("p-2"));
    let mut stranger = world.client.clone();
    stranger.token = None;
    assert_eq!(stranger.post("/ingest/json/lines", &body).status, 401);
    let taken = world.client.post("/ingest/json/lines", &body);
    assert_eq!(taken.status / 100, 2, "{}", taken.body);
    // Acknowledged: it is there after a crash, whether it was read or not.
    world.kill();
    world.resume();
    world.until("/api/v1/findings", |page| page["items"].as_array().is_some_and(|items| !items.is_empty()));
    let rows = world.client.post("/api/v1/search", &json!({ "sql": "SELECT count(*) AS n FROM cloudtrail" }).to_string());
    assert!(rows.body.contains("[[2]]"), "{}", rows.body);
}

#[test]
fn mistakes_of_the_configuration_are_all_told_before_anything_starts() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| {
        crate::support::watchfire_with(arguments, |command| {
            command.current_dir(folder.path());
        })
    };
    assert_eq!(run(&["init"]).code, 0);
    assert_eq!(run(&["serve", "--check"]).code, 0);
    assert_eq!(run(&["init"]).code, 2, "it is there already");
    fs::write(
        folder.path().join("watchfire.toml"),
        "[server]\nlisten = \"nowhere\"\n[[source]]\nname = \"a\"\nkind = \"sqs\"\nqueue = \"q\"\n",
    )
    .expect("written");
    let checked = run(&["serve", "--check"]);
    assert_eq!(checked.code, 2, "{}", checked.stderr);
    assert!(checked.stderr.contains("watchfire.toml:2:1") && checked.stderr.contains("source \"a\""), "{}", checked.stderr);
    fs::write(folder.path().join("watchfire.toml"), "[server]\nlisten = \"0.0.0.0:0\"\n").expect("written");
    let open = run(&["serve"]);
    assert!(open.code == 2 && open.stderr.contains("TLS"), "{}", open.stderr);
}
