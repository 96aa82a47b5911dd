//! A hub with a hundred thousand findings. The figures are shown by `--nocapture`.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use watchfire_hub::asff::Asff;
use watchfire_hub::history::Source;
use watchfire_state::{HubStore, State};

use super::{NOW, call, document};

const FINDINGS: usize = 100_000;

fn one(at: usize) -> Asff {
    let mut value = document(&format!("arn:aws:securityhub:eu-central-1:111122223333:finding/{at:08}"), (at * 7919 % 50_000) as i64);
    value["Severity"] = json!({ "Label": (["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"][at % 5]) });
    value["AwsAccountId"] = json!(format!("{:012}", 111_122_220_000_u64 + (at % 200) as u64));
    value["GeneratorId"] = json!(format!("rule-{}", at % 300));
    value["Resources"] = json!([{ "Type": "AwsS3Bucket", "Id": format!("arn:aws:s3:::bucket-{}", at % 5_000) }]);
    value["ProductFields"] = json!({ "filler": "x".repeat(800) });
    Asff::read(value).expect("a finding")
}

/// The best of a few: others use the machine too.
fn best(state: &State, operation: &str, request: &Value) -> Duration {
    let time = || {
        let started = Instant::now();
        call(state, operation, request.clone());
        started.elapsed()
    };
    (0..5).map(|_| time()).min().expect("five")
}

#[test]
fn pages_of_a_hundred_thousand() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = State::open(folder.path().join("state.db")).expect("open");
    let started = Instant::now();
    for batch in 0..FINDINGS / 2_000 {
        let documents = (batch * 2_000..(batch + 1) * 2_000).map(one).collect();
        assert_eq!(state.hub_import(documents, &Source::provider("p"), NOW).expect("imported").len(), 2_000);
    }
    println!("{FINDINGS} findings taken in: {:.1?}", started.elapsed());
    let equals = |word: &str| json!([{ "Value": word, "Comparison": "EQUALS" }]);
    let open = json!({ "SeverityLabel": equals("HIGH"), "WorkflowStatus": equals("NEW"), "RecordState": equals("ACTIVE") });
    for (what, request) in [
        ("the latest", json!({})),
        ("open and HIGH", json!({ "Filters": open })),
        ("of one account", json!({ "Filters": { "AwsAccountId": equals("111122220007") } })),
        ("of one account and rule", json!({ "Filters": { "AwsAccountId": equals("111122220007"), "GeneratorId": equals("rule-7") } })),
        ("of one resource", json!({ "Filters": { "ResourceId": equals("arn:aws:s3:::bucket-4711") } })),
        (
            "HIGH by account",
            json!({ "Filters": open, "SortCriteria": [{ "Field": "AwsAccountId" }, { "Field": "UpdatedAt", "SortOrder": "desc" }] }),
        ),
        ("of the last hour", json!({ "Filters": { "UpdatedAt": [{ "Start": "2026-04-05T18:00:00Z" }] } })),
        ("of none", json!({ "Filters": { "GeneratorId": equals("nobody"), "SeverityLabel": equals("LOW") } })),
    ] {
        let elapsed = best(&state, "GetFindings", &request);
        println!("a page {what}: {elapsed:.1?}");
        assert!(elapsed < Duration::from_millis(if what == "HIGH by account" { 1_000 } else { 200 }), "{what}: {elapsed:?}");
    }
    let managed = call(&state, "GetInsights", json!({}))["Insights"].as_array().expect("a list").clone();
    for insight in managed {
        let started = Instant::now();
        call(&state, "GetInsightResults", json!({ "InsightArn": insight["InsightArn"] }));
        println!("insight {}: {:.1?}", insight["Name"], started.elapsed());
    }
}
