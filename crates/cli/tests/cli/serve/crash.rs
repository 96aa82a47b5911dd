//! kill -9 while logs arrive: nothing is lost, nothing is kept twice, every delivery is made.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use serde_json::{Value, json};

use super::{FOLDER, World, lines};
use crate::support::stop_logging;

/// Kills of the running service; the ledger and the epochs each have a test of their own with 200.
const KILLS: usize = 12;

#[test]
fn killed_again_and_again_it_loses_nothing() {
    let target = "[target.file]\nkind = \"log\"\npath = \"told.jsonl\"\n";
    let mut world = World::start(&format!("{FOLDER}{target}"));
    let rule = json!({
        "Name": "all", "EventPattern": { "detail-type": ["AWS API Call via CloudTrail"] }, "State": "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
        "Targets": [{ "Id": "1", "Arn": "arn:aws:watchfire:us-east-1:000000000000:target/file" }],
    });
    fs::write(world.path("bus-rules/all.json"), rule.to_string()).expect("written");
    world.kill();
    world.resume();
    let mut expected = BTreeSet::new();
    for round in 0..KILLS {
        for file in 0..5 {
            let ids: Vec<String> = (0..20).map(|record| format!("r{round}-{file}-{record}")).collect();
            let records: Vec<Value> = ids.iter().map(|id| stop_logging(id)).collect();
            world.deliver(&format!("{round}-{file}.json"), &records);
            expected.extend(ids);
        }
        // At any moment of an epoch: the waits are spread over the time that one takes.
        std::thread::sleep(Duration::from_millis(150 + 173 * (round as u64 * 7 % 11)));
        world.kill();
        world.resume();
    }
    let count = json!({ "sql": "SELECT count(*) AS n, count(DISTINCT eventid) AS d FROM cloudtrail" }).to_string();
    let wanted = format!("[[{0},{0}]]", expected.len());
    let begin = std::time::Instant::now();
    loop {
        let answer = world.client.post("/api/v1/search", &count);
        if answer.body.replace(' ', "").contains(&wanted) {
            break;
        }
        assert!(begin.elapsed() < super::PATIENCE, "{} {}", answer.status, answer.body);
        std::thread::sleep(Duration::from_millis(200));
    }
    let told = || -> BTreeSet<String> {
        let ids = lines(&world.path("watchfire-data/bus/told.jsonl"));
        ids.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok()?["detail"]["eventID"].as_str().map(str::to_owned)).collect()
    };
    while told() != expected {
        assert!(begin.elapsed() < super::PATIENCE * 2, "{} of {} were delivered", told().len(), expected.len());
        std::thread::sleep(Duration::from_millis(200));
    }
    assert!(world.stop());
    let verified = world.run(&["lake", "verify"]);
    assert_eq!(verified.code, 0, "{}{}", verified.stdout, verified.stderr);
}
