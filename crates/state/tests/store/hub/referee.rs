//! The file answers as memory does, whatever is asked.

use proptest::prelude::*;
use serde_json::{Value, json};
use watchfire_hub::{Failure, Memory, Request};
use watchfire_state::{HubStore, State};

use super::{NOW, document, with_context};
use crate::build::assert_sound;

/// Findings that differ in everything that is asked for.
fn findings() -> impl Strategy<Value = Vec<Value>> {
    let one = (
        0usize..12,
        0i64..6,
        0usize..5,
        0usize..3,
        "[ab]{0,2}",
        prop::option::of(0i64..4),
        prop::collection::vec("[xy]{1,2}", 1..3),
        any::<bool>(),
    );
    let finding = |(id, minute, severity, account, generator, confidence, resources, archived): (
        usize,
        i64,
        usize,
        usize,
        String,
        Option<i64>,
        Vec<String>,
        bool,
    )| {
        let mut value = document(&format!("f{id}"), minute);
        value["Severity"] = json!({ "Label": (["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"][severity]) });
        value["AwsAccountId"] = json!(["111122223333", "111122224444", "222233334444"][account]);
        value["GeneratorId"] = json!(format!("g{generator}"));
        value["RecordState"] = json!(if archived { "ARCHIVED" } else { "ACTIVE" });
        if let Some(confidence) = confidence {
            value["Confidence"] = json!(confidence);
            value["FirstObservedAt"] = json!(format!("2026-03-0{}T00:00:00Z", confidence + 1));
            value["Compliance"] = json!({ "Status": (["PASSED", "FAILED", "WARNING", "NOT_AVAILABLE"][confidence as usize]) });
        }
        value["Resources"] = resources.iter().map(|id| json!({ "Type": format!("T{}", id.len()), "Id": id })).collect();
        value
    };
    prop::collection::vec(one.prop_map(finding), 1..20)
}

/// Filters by columns, lists, and what stands in documents alone.
fn filters() -> impl Strategy<Value = Value> {
    let comparison =
        prop::sample::select(vec!["EQUALS", "PREFIX", "NOT_EQUALS", "PREFIX_NOT_EQUALS", "CONTAINS", "NOT_CONTAINS", "CONTAINS_WORD"]);
    let value = prop::sample::select(vec![
        "gab",
        "g",
        "gb",
        "1111",
        "111122223333",
        "x",
        "xy",
        "y",
        "HIGH",
        "f1",
        "T1",
        "TTPs/Discovery",
        "PASSED",
        "ACTIVE",
        "NEW",
        "RESOLVED",
        "A title",
        "title",
        "AwsS3",
    ]);
    let name = prop::sample::select(vec![
        "GeneratorId",
        "AwsAccountId",
        "ResourceId",
        "ResourceType",
        "SeverityLabel",
        "Id",
        "Type",
        "ComplianceStatus",
        "RecordState",
        "WorkflowStatus",
        "Title",
        "Description",
        "NoteText",
    ]);
    let text = (name, prop::collection::vec((comparison, value), 1..4)).prop_map(|(name, asked)| {
        (name, asked.into_iter().map(|(comparison, value)| json!({ "Value": value, "Comparison": comparison })).collect::<Value>())
    });
    let number = (
        prop::sample::select(vec!["Confidence", "SeverityNormalized", "Criticality"]),
        prop::sample::select(vec!["Gte", "Lte", "Eq", "Gt", "Lt"]),
        -1i64..90,
    )
        .prop_map(|(name, bound, number)| (name, json!([{ bound: number }])));
    let date = (prop::sample::select(vec!["UpdatedAt", "FirstObservedAt", "LastObservedAt"]), 0i64..4, any::<bool>()).prop_map(
        |(name, day, ends)| {
            let at = format!("2026-03-0{}T09:1{}:00Z", 1 + day % 3, 4 + day);
            (name, if ends { json!([{ "End": at }]) } else { json!([{ "Start": at, "End": "2026-04-01T00:00:00Z" }]) })
        },
    );
    prop::collection::vec(prop_oneof![text, number, date], 0..3)
        .prop_map(|all| all.into_iter().map(|(name, asked)| (name.to_owned(), asked)).collect::<serde_json::Map<_, _>>().into())
}

fn sorts() -> impl Strategy<Value = Value> {
    let field = prop::sample::select(vec![
        "UpdatedAt",
        "SeverityLabel",
        "Confidence",
        "Title",
        "AwsAccountId",
        "GeneratorId",
        "FirstObservedAt",
        "Id",
    ]);
    prop::collection::vec((field, prop::sample::select(vec!["asc", "desc"])), 0..3)
        .prop_map(|all| all.into_iter().map(|(field, order)| json!({ "Field": field, "SortOrder": order })).collect())
}

/// The same request to both; the same answer comes, or the same error.
fn both(state: &State, memory: &mut Memory, operation: &str, members: Value) -> Result<Value, TestCaseError> {
    let request = Request::of(operation, members).expect("an operation");
    let of_file = with_context(7, NOW, |context| state.hub(&request, context)).expect("the file");
    let of_memory = with_context(7, NOW, |context| watchfire_hub::call(memory, &request, context)).map_err(|failure| match failure {
        Failure::Aws(error) => error,
        Failure::Kept(never) => match never {},
    });
    prop_assert_eq!(&of_file, &of_memory, "{} {:?}", operation, request.members);
    Ok(of_file.map_or(Value::Null, |answer| serde_json::from_str(&answer.body).expect("JSON")))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn file_and_memory_agree(
        findings in findings(),
        asked in prop::collection::vec((filters(), sorts(), 1usize..5), 1..6),
        counted in prop::sample::select(vec!["ResourceId", "SeverityLabel", "AwsAccountId", "Type", "NoteText", "ComplianceStatus"]),
    ) {
        let state = State::in_memory().expect("memory");
        let mut memory = Memory::default();
        let rule = json!({ "RuleOrder": 1, "RuleName": "r", "Description": "d", "Criteria": { "GeneratorId": [{ "Value": "gab", "Comparison": "EQUALS" }] },
            "Actions": [{ "Type": "FINDING_FIELDS_UPDATE", "FindingFieldsUpdate": { "Criticality": 5, "Note": { "Text": "x", "UpdatedBy": "rule" } } }] });
        both(&state, &mut memory, "CreateAutomationRule", rule)?;
        for batch in findings.chunks(7) {
            both(&state, &mut memory, "BatchImportFindings", json!({ "Findings": batch }))?;
        }
        let keys: Vec<Value> = findings.iter().take(3).map(|one| json!({ "Id": one["Id"], "ProductArn": one["ProductArn"] })).collect();
        both(&state, &mut memory, "BatchUpdateFindings", json!({ "FindingIdentifiers": keys, "Workflow": { "Status": "NOTIFIED" } }))?;
        both(&state, &mut memory, "CreateSuppression", json!({ "Name": "n", "Owner": "o", "Reason": "r", "Criteria": { "ResourceId": [{ "Value": "xy", "Comparison": "EQUALS" }] } }))?;
        for (filters, sort, limit) in asked {
            let mut token = Value::Null;
            loop {
                let request = json!({ "Filters": filters, "SortCriteria": sort, "MaxResults": limit, "NextToken": token });
                token = both(&state, &mut memory, "GetFindings", request)?["NextToken"].clone();
                if token.is_null() {
                    break;
                }
            }
            let made = both(&state, &mut memory, "CreateInsight", json!({ "Name": "n", "GroupByAttribute": counted, "Filters": filters }))?;
            if !made.is_null() {
                both(&state, &mut memory, "GetInsightResults", json!({ "InsightArn": made["InsightArn"] }))?;
            }
        }
        for key in keys {
            both(&state, &mut memory, "GetFindingHistory", json!({ "FindingIdentifier": key }))?;
        }
        both(&state, &mut memory, "ListSuppressions", json!({}))?;
        both(&state, &mut memory, "ListAutomationRules", json!({}))?;
        assert_sound(&state);
    }
}
