//! Files of every format there ever was still open. `testdata/compat` is never edited, only added to: one file for each format, as the
//! SQL text of what its version wrote.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use serde_json::json;
use watchfire_model::EventTime;
use watchfire_state::{EpochId, Filter, FindingStatus, Home, HubStore, Mark, State, Store, StoredFinding};

use crate::build::assert_sound;

#[test]
fn files_of_every_format_open() {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/compat");
    let migrations = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations")).expect("migrations").count();
    for format in 1..=migrations {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("state.db");
        let text = fs::read_to_string(files.join(format!("{format:04}.sql"))).expect("a file of each format");
        Connection::open(&path).expect("a new file").execute_batch(&text).expect("as it was");
        let state = State::open(&path).expect("opens");
        assert_sound(&state);
        assert_eq!(state.begin_epoch().expect("a number"), EpochId(3));
        assert!(state.is_seen(Mark { name: "object-1", size: 100, fingerprint: "e" }).expect("read"));
        assert_eq!(state.engine().expect("read"), Some((EpochId(2), vec![1, 2, 3])));
        let home = Home { place: "s3://b/lake".into(), lake: "6f1c".into(), writer: "w".into() };
        assert_eq!(state.home().expect("read"), (format > 1).then_some(home));
        assert_eq!(state.rejects().expect("read")[0].count, 1);
        let page = state.findings(&Filter::default()).expect("read");
        let stored = &page.items[0];
        assert_eq!((stored.about.as_deref(), stored.created), (Some("alice"), EventTime(60_000)));
        let changes = state.status_changes(stored.id).expect("read");
        match changes.as_slice() {
            [] => assert!(format < 3 && stored.status == FindingStatus::New, "{format}"),
            [change] => assert_eq!((stored.status, &*change.note, change.epoch), (FindingStatus::Resolved, "a drill", None)),
            more => panic!("{more:?}"),
        }
        assert_eq!((stored.finding.count, stored.finding.records.len(), stored.finding.evidence.len()), (3, 3, 3));
        assert_eq!((&*stored.finding.name, &*stored.finding.why), ("r", "It matters."));
        assert_eq!(stored.finding.attack.techniques, ["T1562.008"]);
        assert_eq!(stored.finding.entities.len(), 4);
        hub_of(&state, stored, format);
    }
}

/// All findings are in the hub, with the status that they had; from format 4 on so is what others sent and people made.
fn hub_of(state: &State, stored: &StoredFinding, format: usize) {
    let held = state.hub_finding(stored.id).expect("read").expect("there");
    assert_eq!(held.document.workflow().as_str(), stored.status.as_str());
    assert_eq!(held.document.text("ProductFields.watchfire/count"), Some("3"));
    if format == 4 {
        let call = |operation, members| crate::hub::call(state, operation, members);
        let found = call("GetFindings", json!({ "Filters": { "GeneratorId": [{ "Value": "gen", "Comparison": "EQUALS" }] } }));
        let other = &found["Findings"][0];
        assert_eq!((&other["Confidence"], &other["Workflow"]["Status"]), (&json!(7), &json!("SUPPRESSED")));
        let counts = ["ListAutomationRules", "GetInsights", "ListSuppressions"].map(|operation| {
            let answer = call(operation, json!({}));
            answer.as_object().expect("an object").values().filter_map(|value| value.as_array()).map(Vec::len).sum::<usize>()
        });
        assert_eq!(counts, [1, 1 + watchfire_hub::insight::managed().len(), 1]);
        assert_eq!(state.hub_home().expect("read").account, "999999999999");
    }
}
