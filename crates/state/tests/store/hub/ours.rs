//! Findings of our own rules, in the hub with their epoch.

use serde_json::{Value, json};
use watchfire_model::{EventTime, Severity};
use watchfire_state::{FindingId, FindingStatus, HubStore, State, Store};

use super::{NOW, answer, call, document};
use crate::build::{assert_sound, commit, finding, keyed, occurrence};

fn statuses(state: &State) -> Vec<(String, String)> {
    let answer = call(state, "GetFindings", json!({ "SortCriteria": [{ "Field": "Id" }] }));
    let text = |one: &Value, pointer: &str| one.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let all = answer["Findings"].as_array().expect("a list");
    all.iter().map(|one| (text(one, "/Title"), text(one, "/Workflow/Status"))).collect()
}

#[test]
fn an_epoch_brings_its_findings() {
    let state = State::in_memory().expect("memory");
    let told = |event: &str, time| vec![keyed("alice", finding("r", Severity::High, &[occurrence(event, time, "a")]))];
    let id = FindingId::of("r-id", Some("alice"));
    let epoch = commit(&state, told("1", 1));
    let held = state.hub_finding(id).expect("read").expect("there");
    assert_eq!((held.document.text("Severity.Label"), held.document.text("AwsAccountId")), (Some("HIGH"), Some("111122223333")));
    assert_eq!(held.document.text("ProductFields.watchfire/count"), Some("1"));
    assert_eq!(state.hub_changed(epoch, 0, 10).expect("read").0, std::slice::from_ref(&held));
    // What people say in the hub is what the listing shows, and the other way round.
    let key = json!(held.key());
    call(
        &state,
        "BatchUpdateFindings",
        json!({ "FindingIdentifiers": [key], "Workflow": { "Status": "RESOLVED" }, "Note": { "Text": "a drill", "UpdatedBy": "alice" } }),
    );
    let stored = state.finding(&id.to_string()).expect("read");
    assert_eq!(stored.status, FindingStatus::Resolved);
    let changes = state.status_changes(id).expect("read");
    assert_eq!((changes.len(), changes[0].status, &*changes[0].note, changes[0].at), (1, FindingStatus::Resolved, "a drill", NOW));
    commit(&state, told("2", 2));
    assert_eq!(state.finding(&id.to_string()).expect("read").status, FindingStatus::New, "it happened again");
    let held = state.hub_finding(id).expect("read").expect("there");
    assert_eq!((held.document.text("ProductFields.watchfire/count"), held.document.text("Note.Text")), (Some("2"), Some("a drill")));
    state.set_status(&[id], FindingStatus::Notified, "told bob", EventTime(7)).expect("set");
    assert_eq!(statuses(&state), [("About r".to_owned(), "NOTIFIED".to_owned())]);
    let history = call(&state, "GetFindingHistory", json!({ "FindingIdentifier": key }));
    let sources: Vec<_> =
        history["Records"].as_array().expect("a list").iter().map(|one| one["UpdateSource"]["Identity"].clone()).collect();
    assert_eq!(sources, ["watchfire", "watchfire", "alice", "watchfire"]);
    assert_sound(&state);
}

#[test]
fn rules_and_suppressions_run_with_the_epoch() {
    let state = State::in_memory().expect("memory");
    let fields = json!({ "Severity": { "Label": "LOW" }, "UserDefinedFields": { "team": "red" } });
    call(
        &state,
        "CreateAutomationRule",
        json!({ "RuleOrder": 1, "RuleName": "r", "Description": "d", "Criteria": { "GeneratorId": [{ "Value": "a-id", "Comparison": "EQUALS" }] },
        "Actions": [{ "Type": "FINDING_FIELDS_UPDATE", "FindingFieldsUpdate": fields }] }),
    );
    // Epochs close at minutes after 1970, before this one is over.
    let wanted = json!({ "Name": "n", "Owner": "o", "Reason": "r", "Criteria": { "GeneratorId": [{ "Value": "b-id" }] }, "ExpiresAt": "1970-01-01T00:02:30Z" });
    answer(&state, "CreateSuppression", wanted, EventTime(0)).expect("made");
    let told =
        |event: &str, time| ["a", "b", "c"].map(|rule| keyed("x", finding(rule, Severity::High, &[occurrence(event, time, "s")]))).to_vec();
    commit(&state, told("1", 1));
    let of = |rule: &str| {
        let held = state.hub_finding(FindingId::of(&format!("{rule}-id"), Some("x"))).expect("read").expect("there");
        (held.document.text("Severity.Label").unwrap_or_default().to_owned(), held.document.workflow().as_str())
    };
    assert_eq!([of("a"), of("b"), of("c")], [("LOW".into(), "NEW"), ("HIGH".into(), "SUPPRESSED"), ("HIGH".into(), "NEW")]);
    commit(&state, told("2", 2));
    assert_eq!([of("a"), of("b")], [("LOW".into(), "NEW"), ("HIGH".into(), "SUPPRESSED")]);
    commit(&state, Vec::new());
    assert_eq!(of("b"), ("HIGH".into(), "NEW"), "its time is over");
    let changes = state.status_changes(FindingId::of("b-id", Some("x"))).expect("read");
    let told: Vec<_> = changes.iter().map(|change| (change.status, change.epoch.map(|epoch| epoch.0))).collect();
    assert_eq!(told, [(FindingStatus::Suppressed, Some(1)), (FindingStatus::New, Some(3))]);
    assert_sound(&state);
}

#[test]
fn an_operation_that_fails_leaves_nothing() {
    let state = State::in_memory().expect("memory");
    call(&state, "BatchImportFindings", json!({ "Findings": [document("a", 1)] }));
    let update = json!({ "FindingIdentifiers": [{ "Id": "a", "ProductArn": super::PRODUCT }], "Confidence": 101 });
    assert_eq!(answer(&state, "BatchUpdateFindings", update, NOW).expect_err("refused").status(), 400);
    assert_eq!(statuses(&state), [("A title".to_owned(), "NEW".to_owned())]);
    assert_eq!(state.numbers().expect("read").findings, 0, "others' findings are not ours");
    assert_sound(&state);
}

#[test]
fn the_home_is_remembered() {
    let state = State::in_memory().expect("memory");
    assert_eq!(state.hub_home().expect("read").account, "000000000000");
    let home = watchfire_model::arn::Home::new("999999999999", "eu-west-1");
    state.set_hub_home(&home).expect("set");
    assert_eq!(state.hub_home().expect("read"), home);
    assert_eq!(state.hub_finding(FindingId::of("none", None)).expect("read"), None);
}
