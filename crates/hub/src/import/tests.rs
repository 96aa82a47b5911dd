use proptest::prelude::*;
use serde_json::{Value, json};
use watchfire_model::EventTime;

use super::*;
use crate::asff::FindingKey;
use crate::automation::AutomationRule;
use crate::sample::document;

const NOW: EventTime = EventTime(1_772_442_840_000);

fn told(value: Value) -> Told {
    Told { document: Asff::read(value).expect("a finding"), source: Source::provider("p"), whose: Whose::Provider }
}

fn after(known: Option<&Held>, value: Value) -> Option<Held> {
    match import(known, told(value), &Standing::default(), NOW) {
        Import::Stale => known.cloned(),
        Import::Kept { held, .. } => Some(*held),
    }
}

fn with(mut document: Value, name: &str, value: Value) -> Value {
    document[name] = value;
    document
}

/// Every reset of the workflow status that there is.
#[test]
fn workflow_follows_what_happens() {
    use WorkflowStatus::{New, Notified, Resolved, Suppressed};
    let compliance = |status: &str| json!({ "Compliance": { "Status": status } });
    let record = |state: &str| json!({ "RecordState": state });
    for (before, given, then, expect) in [
        (record("ARCHIVED"), Notified, record("ACTIVE"), New),
        (record("ARCHIVED"), Resolved, record("ACTIVE"), New),
        (record("ARCHIVED"), Suppressed, record("ACTIVE"), Suppressed),
        (record("ACTIVE"), Resolved, record("ACTIVE"), Resolved),
        (record("ACTIVE"), Resolved, record("ARCHIVED"), Resolved),
        (compliance("PASSED"), Resolved, compliance("FAILED"), New),
        (compliance("PASSED"), Notified, compliance("WARNING"), New),
        (compliance("PASSED"), Resolved, compliance("NOT_AVAILABLE"), New),
        (compliance("PASSED"), Suppressed, compliance("FAILED"), Suppressed),
        (compliance("FAILED"), Notified, compliance("PASSED"), Resolved),
        (compliance("FAILED"), Suppressed, compliance("PASSED"), Suppressed),
        (compliance("FAILED"), Resolved, compliance("WARNING"), Resolved),
        (compliance("PASSED"), New, compliance("PASSED"), New),
    ] {
        let merged = |minute, extra: &Value| {
            let mut value = document("f", minute);
            value.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            value
        };
        let mut held = after(None, merged(1, &before)).unwrap();
        held.document.set_workflow(given);
        let held = after(Some(&held), merged(2, &then)).unwrap();
        assert_eq!(held.document.workflow(), expect, "{before} {given:?} {then}");
    }
    let passed = after(None, with(document("f", 1), "Compliance", json!({ "Status": "PASSED" }))).unwrap();
    assert_eq!(passed.document.workflow(), Resolved);
}

#[test]
fn providers_fields_stand_apart() {
    let held = after(None, document("f", 1)).unwrap();
    assert_eq!(held.document.get("FindingProviderFields"), Some(&json!({ "Severity": { "Label": "HIGH" }, "Types": ["TTPs/Discovery"] })));
    assert_eq!(held.document.text("Region"), Some("eu-central-1"));
    let fields = json!({ "Severity": { "Label": "LOW", "Original": "2" }, "Types": ["Effects"], "Confidence": 30 });
    let held = after(Some(&held), with(document("f", 2), "FindingProviderFields", fields.clone())).unwrap();
    assert_eq!(held.document.get("FindingProviderFields"), Some(&fields));
    assert_eq!(held.document.get("Severity"), Some(&json!({ "Label": "LOW", "Normalized": 1, "Original": "2" })));
    assert_eq!((held.document.get("Types"), held.document.get("Confidence")), (Some(&json!(["Effects"])), Some(&json!(30))));
}

#[test]
fn our_own_are_always_news() {
    let ours = |minute, came_again| Told { whose: Whose::Ours { came_again }, ..told(document("f", minute)) };
    let tell = |known: &Held, minute, again| match import(Some(known), ours(minute, again), &Standing::default(), NOW) {
        Import::Kept { held, entries, .. } => (held, entries),
        Import::Stale => panic!("stale"),
    };
    let mut held = after(None, document("f", 5)).unwrap();
    held.document.set_workflow(WorkflowStatus::Resolved);
    let (same, entries) = tell(&held, 5, false);
    assert_eq!((same.document.workflow(), entries.len()), (WorkflowStatus::Resolved, 0));
    let (again, entries) = tell(&held, 1, true);
    assert_eq!((again.document.workflow(), entries[0].note.as_deref()), (WorkflowStatus::New, Some(AGAIN)));
}

/// What a provider may tell of one finding at different times.
fn tellings() -> impl Strategy<Value = Vec<Value>> {
    let one = (0i64..40, 0usize..5, 0usize..4, any::<bool>(), prop::sample::select(vec!["LOW", "HIGH"]), any::<bool>());
    prop::collection::vec(one, 1..7).prop_map(|all| {
        let mut seen = std::collections::BTreeSet::new();
        let distinct = all.into_iter().filter(|(minute, ..)| seen.insert(*minute));
        distinct
            .map(|(minute, status, types, archived, label, extra)| {
                let mut value = document("f", minute);
                if let Some(status) = ["PASSED", "FAILED", "WARNING", "NOT_AVAILABLE"].get(status) {
                    value["Compliance"] = json!({ "Status": status });
                }
                value["RecordState"] = json!(if archived { "ARCHIVED" } else { "ACTIVE" });
                value["Severity"] = json!({ "Label": label });
                value["Types"] = json!(["TTPs", "Effects", "TTPs/Impact", "Unusual Behaviors"][types]);
                value["Types"] = json!([value["Types"].clone()]);
                if extra {
                    value["Unknown"] = json!({ "minute": minute });
                }
                value
            })
            .collect()
    })
}

proptest! {
    /// In whatever order a provider's tellings arrive, the finding comes out the same.
    #[test]
    fn order_does_not_show((first, second) in tellings().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))) {
        let of = |all: &[Value]| all.iter().fold(None, |known: Option<Held>, value| after(known.as_ref(), value.clone()));
        prop_assert_eq!(of(&first), of(&second));
    }

    /// Rules agree with the obvious way of applying them.
    #[test]
    fn rules_agree_with_the_referee(
        rules in prop::collection::vec((1u32..5, any::<bool>(), any::<bool>(), 0u8..3, 0i64..100), 0..6),
        criticality in 0i64..3,
    ) {
        let rule = |(at, (order, terminal, enabled, wanted, sets)): (usize, &(u32, bool, bool, u8, i64))| -> AutomationRule {
            serde_json::from_value(json!({
                "RuleArn": format!("r{at}"), "RuleStatus": if *enabled { "ENABLED" } else { "DISABLED" }, "RuleOrder": order, "RuleName": "n",
                "Description": "d", "IsTerminal": terminal, "Criteria": { "Criticality": [{ "Eq": wanted }] }, "CreatedBy": "a",
                "Actions": [{ "Type": "FINDING_FIELDS_UPDATE", "FindingFieldsUpdate": { "Confidence": sets, "Criticality": sets % 3 } }],
                "CreatedAt": "2026-01-01T00:00:00Z", "UpdatedAt": "2026-01-01T00:00:00Z",
            })).expect("a rule")
        };
        let all: Vec<AutomationRule> = rules.iter().enumerate().map(rule).collect();
        let standing = Standing::new(all.into_iter().rev().map(|rule| rule.ready().expect("in order")).collect(), Vec::new());
        let value = with(document("f", 1), "Criticality", json!(criticality));
        let Import::Kept { held, .. } = import(None, told(value), &standing, NOW) else { panic!("new") };
        let (mut confidence, mut state) = (None, criticality);
        'rules: for place in 1..5 {
            for (order, terminal, enabled, wanted, sets) in &rules {
                if *order == place && *enabled && i64::from(*wanted) == state {
                    (confidence, state) = (Some(*sets), sets % 3);
                    if *terminal { break 'rules; }
                }
            }
        }
        prop_assert_eq!(held.document.get("Confidence").and_then(Value::as_i64), confidence);
        prop_assert_eq!(held.document.get("Criticality").and_then(Value::as_i64), Some(state));
        let expect = FindingKey { id: "f".to_owned(), product_arn: crate::sample::PRODUCT.to_owned() };
        prop_assert_eq!(held.key(), expect);
    }
}
