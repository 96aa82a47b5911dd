use serde_json::{Value, json};
use watchfire_model::EventTime;
use watchfire_model::arn::Home;

use super::{Answer, Context, Request, call};
use crate::asff::WorkflowStatus;
use crate::error::{AwsError, Failure};
use crate::kept::Kept;
use crate::memory::Memory;
use crate::sample::{PRODUCT, document, key};

const NOW: EventTime = EventTime(1_772_442_840_000);

/// A hub and its clock.
struct Hub {
    kept: Memory,
    now: EventTime,
    number: u64,
}

impl Hub {
    fn new() -> Hub {
        Hub { kept: Memory::default(), now: NOW, number: 0 }
    }

    fn answer(&mut self, operation: &str, members: Value) -> Result<Answer, AwsError> {
        let home = Home::new("111122223333", "eu-central-1");
        let number = &mut self.number;
        let mut chance = || {
            *number += 1;
            *number
        };
        let mut context = Context { now: self.now, home: &home, caller: "alice", chance: &mut chance };
        let request = Request::of(operation, members).expect("an operation");
        call(&mut self.kept, &request, &mut context).map_err(|failure| match failure {
            Failure::Aws(error) => error,
            Failure::Kept(never) => match never {},
        })
    }

    fn call(&mut self, operation: &str, members: Value) -> Value {
        let answer = self.answer(operation, members).unwrap_or_else(|error| panic!("{operation}: {error}"));
        serde_json::from_str(&answer.body).expect("JSON")
    }

    fn code(&mut self, operation: &str, members: Value) -> u16 {
        self.answer(operation, members).expect_err(operation).status()
    }

    fn import(&mut self, documents: &[Value]) {
        let answer = self.call("BatchImportFindings", json!({ "Findings": documents }));
        assert_eq!(answer["FailedCount"], 0, "{answer}");
    }

    fn ids(&mut self, request: Value) -> Vec<String> {
        let answer = self.call("GetFindings", request);
        answer["Findings"].as_array().unwrap().iter().map(|one| one["Id"].as_str().unwrap().to_owned()).collect()
    }

    fn status(&self, id: &str) -> WorkflowStatus {
        self.kept.held(&key(id)).unwrap().unwrap().document.workflow()
    }
}

fn with(mut document: Value, name: &str, value: Value) -> Value {
    document[name] = value;
    document
}

#[test]
fn imports_are_judged_one_by_one() {
    let mut hub = Hub::new();
    let mut broken = document("b", 1);
    broken.as_object_mut().unwrap().remove("Title");
    let answer = hub.answer("BatchImportFindings", json!({ "Findings": [document("a", 1), broken, document("c", 1)] })).unwrap();
    let told: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((&told["SuccessCount"], &told["FailedCount"]), (&json!(2), &json!(1)));
    assert_eq!((&told["FailedFindings"][0]["Id"], &told["FailedFindings"][0]["ErrorCode"]), (&json!("b"), &json!("InvalidInput")));
    assert!(told["FailedFindings"][0]["ErrorMessage"].as_str().unwrap().contains("Title"));
    assert_eq!(answer.changed.len(), 2);
    let again = hub.answer("BatchImportFindings", json!({ "Findings": [document("a", 1), document("c", 0)] })).unwrap();
    assert_eq!(again.changed, [], "as old, or older: nothing changes");
    assert_eq!(hub.code("BatchImportFindings", json!({ "Findings": [] })), 400);
    assert_eq!(hub.code("BatchImportFindings", json!({ "Findings": vec![document("a", 1); 101] })), 400);
    assert_eq!(hub.code("BatchImportFindings", json!({})), 400);
}

#[test]
fn findings_come_in_pages() {
    let mut hub = Hub::new();
    let documents: Vec<Value> = (0..25).map(|at| with(document(&format!("f{at:02}"), at % 7), "Confidence", json!(at % 3))).collect();
    hub.import(&documents);
    let all = hub.ids(json!({}));
    assert_eq!((all.len(), &*all[0]), (25, "f20"), "the last changed first");
    for sort in [json!([]), json!([{"Field": "Confidence", "SortOrder": "desc"}, {"Field": "Id"}]), json!([{"Field": "SeverityLabel"}])] {
        let whole = hub.ids(json!({ "SortCriteria": sort }));
        let (mut paged, mut token) = (Vec::new(), Value::Null);
        loop {
            let request = json!({ "SortCriteria": sort, "MaxResults": 4, "NextToken": token });
            let answer = hub.call("GetFindings", request);
            paged.extend(answer["Findings"].as_array().unwrap().iter().map(|one| one["Id"].as_str().unwrap().to_owned()));
            token = answer["NextToken"].clone();
            if token.is_null() {
                break;
            }
        }
        assert_eq!(paged, whole, "{sort}");
    }
    let token = hub.call("GetFindings", json!({ "MaxResults": 1 }))["NextToken"].clone();
    let other = json!({ "NextToken": token, "Filters": { "Confidence": [{ "Gte": 1 }] } });
    assert_eq!(hub.code("GetFindings", other), 400, "a token is of its query");
    for wrong in
        [json!({"NextToken": "zz"}), json!({"MaxResults": 101}), json!({"MaxResults": 0}), json!({"SortCriteria": [{"Field": "NoteText"}]})]
    {
        assert_eq!(hub.code("GetFindings", wrong.clone()), 400, "{wrong}");
    }
}

#[test]
fn people_say_and_history_tells() {
    let mut hub = Hub::new();
    hub.import(&[document("a", 1), document("b", 1)]);
    let identifiers = json!([key("a"), key("nobody"), key("a")]);
    hub.now = EventTime(NOW.0 + 60_000);
    let update = json!({ "FindingIdentifiers": identifiers, "Workflow": { "Status": "RESOLVED" }, "Severity": { "Label": "LOW" }, "Note": { "Text": "drill", "UpdatedBy": "alice" } });
    let answer = hub.call("BatchUpdateFindings", update);
    assert_eq!(answer["ProcessedFindings"], json!([key("a")]));
    let codes: Vec<_> = answer["UnprocessedFindings"].as_array().unwrap().iter().map(|one| one["ErrorCode"].clone()).collect();
    assert_eq!(codes, ["FindingNotFound", "DuplicatedFindingIdentifier"]);
    // The provider goes on; what people said stays.
    hub.import(&[with(document("a", 5), "Severity", json!({ "Label": "CRITICAL" }))]);
    let held = hub.kept.held(&key("a")).unwrap().unwrap();
    assert_eq!((held.document.text("Severity.Label"), held.document.text("Note.Text")), (Some("LOW"), Some("drill")));
    assert_eq!(held.document.text("FindingProviderFields.Severity.Label"), Some("CRITICAL"));
    assert_eq!(hub.status("a"), WorkflowStatus::Resolved);
    let history = hub.call("GetFindingHistory", json!({ "FindingIdentifier": key("a") }));
    let records = history["Records"].as_array().unwrap();
    assert_eq!(records.len(), 3);
    assert_eq!((&records[2]["FindingCreated"], &records[1]["UpdateSource"]["Identity"]), (&json!(true), &json!("alice")));
    let fields: Vec<_> = records[1]["Updates"].as_array().unwrap().iter().map(|one| one["UpdatedField"].as_str().unwrap()).collect();
    assert!(fields.contains(&"Workflow.Status") && fields.contains(&"Severity.Label"), "{fields:?}");
    let one = hub.call("GetFindingHistory", json!({ "FindingIdentifier": key("a"), "MaxResults": 2 }));
    let rest = hub.call("GetFindingHistory", json!({ "FindingIdentifier": key("a"), "NextToken": one["NextToken"] }));
    assert_eq!(rest["Records"].as_array().unwrap().len(), 1);
    let early = hub.call("GetFindingHistory", json!({ "FindingIdentifier": key("a"), "EndTime": NOW.to_string() }));
    assert_eq!(early["Records"].as_array().unwrap().len(), 1);
    assert_eq!(hub.code("BatchUpdateFindings", json!({ "FindingIdentifiers": [key("a")], "Confidence": 101 })), 400);
    assert_eq!(hub.code("BatchUpdateFindings", json!({ "FindingIdentifiers": [key("a")], "Workflow": { "Status": "DONE" } })), 400);
    assert_eq!(hub.code("BatchUpdateFindings", json!({ "FindingIdentifiers": [key("a")] })), 400);
}

#[test]
fn rules_run_on_what_comes_and_changes() {
    let mut hub = Hub::new();
    let rule = |order: u32, is_terminal: bool, title: &str, label: &str| {
        json!({
            "RuleOrder": order, "RuleName": "r", "Description": "d", "IsTerminal": is_terminal,
            "Criteria": { "Title": [{ "Value": title, "Comparison": "PREFIX" }] },
            "Actions": [{ "Type": "FINDING_FIELDS_UPDATE", "FindingFieldsUpdate": { "Severity": { "Label": label } } }],
        })
    };
    let last = hub.call("CreateAutomationRule", rule(9, false, "A", "CRITICAL"))["RuleArn"].clone();
    let first = hub.call("CreateAutomationRule", rule(1, true, "A quiet", "INFORMATIONAL"))["RuleArn"].clone();
    hub.import(&[
        document("loud", 1),
        with(document("quiet", 1), "Title", json!("A quiet one")),
        with(document("other", 1), "Title", json!("B")),
    ]);
    let label = |hub: &Hub, id| hub.kept.held(&key(id)).unwrap().unwrap().document.text("Severity.Label").unwrap().to_owned();
    assert_eq!([label(&hub, "loud"), label(&hub, "quiet"), label(&hub, "other")], ["CRITICAL", "INFORMATIONAL", "HIGH"]);
    let listed = hub.call("ListAutomationRules", json!({ "MaxResults": 1 }));
    assert_eq!((&listed["AutomationRulesMetadata"][0]["RuleArn"], listed["NextToken"].is_string()), (&first, true));
    assert!(listed["AutomationRulesMetadata"][0].get("Criteria").is_none());
    let update = json!([{ "RuleArn": first, "RuleStatus": "DISABLED" }, { "RuleArn": last, "RuleOrder": 0 }, { "RuleArn": "none" }]);
    let answer = hub.call("BatchUpdateAutomationRules", json!({ "UpdateAutomationRulesRequestItems": update }));
    assert_eq!(answer["ProcessedAutomationRules"], json!([first]));
    let codes: Vec<_> = answer["UnprocessedAutomationRules"].as_array().unwrap().iter().map(|one| one["ErrorCode"].clone()).collect();
    assert_eq!(codes, [400, 404]);
    hub.import(&[with(document("quiet", 2), "Title", json!("A quiet one"))]);
    assert_eq!(label(&hub, "quiet"), "CRITICAL");
    let got = hub.call("BatchGetAutomationRules", json!({ "AutomationRulesArns": [last, "none"] }));
    assert_eq!((&got["Rules"][0]["RuleOrder"], got["UnprocessedAutomationRules"].as_array().unwrap().len()), (&json!(9), 1));
    hub.call("BatchDeleteAutomationRules", json!({ "AutomationRulesArns": [last, first] }));
    assert_eq!(hub.call("ListAutomationRules", json!({}))["AutomationRulesMetadata"], json!([]));
    for wrong in [
        rule(0, false, "A", "LOW"),
        rule(1001, false, "A", "LOW"),
        rule(1, false, "A", "HUGE"),
        with(rule(1, false, "A", "LOW"), "Actions", json!([])),
    ] {
        assert_eq!(hub.code("CreateAutomationRule", wrong.clone()), 400, "{wrong}");
    }
}

#[test]
fn insights_count() {
    let mut hub = Hub::new();
    let resources = |ids: &[&str]| ids.iter().map(|id| json!({ "Type": "Other", "Id": id })).collect::<Value>();
    hub.import(&[
        with(document("a", 1), "Resources", resources(&["x", "y"])),
        with(document("b", 1), "Resources", resources(&["y", "y"])),
        with(document("c", 1), "Severity", json!({ "Label": "LOW" })),
    ]);
    let arn = hub.call(
        "CreateInsight",
        json!({ "Name": "n", "GroupByAttribute": "ResourceId", "Filters": { "SeverityLabel": [{ "Value": "HIGH" }] } }),
    )["InsightArn"]
        .clone();
    let results = hub.call("GetInsightResults", json!({ "InsightArn": arn }));
    assert_eq!(
        results["InsightResults"]["ResultValues"],
        json!([{ "GroupByAttributeValue": "y", "Count": 2 }, { "GroupByAttributeValue": "x", "Count": 1 }])
    );
    hub.call("UpdateInsight", json!({ "InsightArn": arn, "GroupByAttribute": "SeverityLabel" }));
    let all = hub.call("GetInsights", json!({}));
    assert_eq!((&all["Insights"][0]["GroupByAttribute"], all["Insights"].as_array().unwrap().len()), (&json!("SeverityLabel"), 15));
    let managed = all["Insights"][1]["InsightArn"].clone();
    assert_eq!(hub.code("DeleteInsight", json!({ "InsightArn": managed })), 400);
    assert!(hub.call("GetInsightResults", json!({ "InsightArn": managed }))["InsightResults"]["ResultValues"].is_array());
    hub.call("DeleteInsight", json!({ "InsightArn": arn }));
    assert_eq!(hub.code("GetInsightResults", json!({ "InsightArn": arn })), 404);
    assert_eq!(hub.code("GetInsights", json!({ "InsightArns": [arn] })), 404);
    assert_eq!(hub.code("CreateInsight", json!({ "Name": "n", "GroupByAttribute": "Nothing", "Filters": {} })), 400);
}

#[test]
fn suppressions_come_to_an_end() {
    let mut hub = Hub::new();
    hub.import(&[document("a", 1), with(document("b", 1), "GeneratorId", json!("other"))]);
    let wanted = json!({ "Name": "scanner", "Owner": "alice", "Reason": "our own", "Criteria": { "GeneratorId": [{ "Value": "gen" }] }, "ExpiresAt": "2026-03-02T10:00:00Z" });
    let tried = hub.call("TestSuppression", wanted.clone());
    assert_eq!((&tried["Count"], &tried["Findings"]), (&json!(1), &json!([key("a")])));
    assert_eq!(hub.status("a"), WorkflowStatus::New, "a dry run");
    let made = hub.call("CreateSuppression", wanted.clone());
    assert_eq!((&made["Suppressed"], hub.status("a"), hub.status("b")), (&json!(1), WorkflowStatus::Suppressed, WorkflowStatus::New));
    hub.import(&[document("later", 1)]);
    assert_eq!(hub.status("later"), WorkflowStatus::Suppressed);
    let history = hub.kept.history(&key("later"), crate::kept::Span { from: None, to: None, passed: 0, limit: 9 }).unwrap();
    assert_eq!(history[0].note.as_deref(), Some("scanner: our own (alice)"));
    hub.now = "2026-03-02T10:00:00Z".parse().unwrap();
    assert_eq!(super::sweep(&mut hub.kept, hub.now), Ok(2));
    assert_eq!(hub.status("a"), WorkflowStatus::New);
    assert_eq!(hub.call("ListSuppressions", json!({}))["Suppressions"][0]["IsActive"], json!(false));
    hub.import(&[document("a", 2)]);
    assert_eq!(hub.status("a"), WorkflowStatus::New);
    assert_eq!(hub.code("CreateSuppression", wanted.clone()), 400, "it would be past");
    let endless = with(wanted, "ExpiresAt", Value::Null);
    let id = hub.call("CreateSuppression", endless.clone())["Id"].clone();
    assert_eq!(hub.call("DeleteSuppression", json!({ "Id": id }))["Released"], json!(2));
    assert_eq!(hub.code("DeleteSuppression", json!({ "Id": id })), 404);
    for (name, value) in [("Owner", json!("")), ("Reason", json!(" ")), ("Criteria", json!({}))] {
        assert_eq!(hub.code("CreateSuppression", with(endless.clone(), name, value)), 400, "{name}");
    }
}

#[test]
fn the_hub_itself() {
    let mut hub = Hub::new();
    let described = hub.call("DescribeHub", json!({}));
    assert_eq!(described["HubArn"], "arn:aws:securityhub:eu-central-1:111122223333:hub/default");
    assert_eq!(hub.code("EnableSecurityHub", json!({})), 409);
    let prowler = "arn:aws:securityhub:eu-central-1:111122223333:product-subscription/prowler/prowler";
    assert_eq!(hub.call("ListEnabledProductsForImport", json!({}))["ProductSubscriptions"], json!([prowler]));
    let product = json!({ "ProductArn": "arn:aws:securityhub:eu-central-1::product/acme/scan" });
    let subscription = hub.call("EnableImportFindingsForProduct", product.clone())["ProductSubscriptionArn"].clone();
    assert_eq!(hub.code("EnableImportFindingsForProduct", product), 409);
    hub.call("DisableImportFindingsForProduct", json!({ "ProductSubscriptionArn": subscription }));
    assert_eq!(hub.code("DisableImportFindingsForProduct", json!({ "ProductSubscriptionArn": subscription })), 404);
    hub.call("UpdateSecurityHubConfiguration", json!({ "AutoEnableControls": false }));
    assert_eq!(hub.call("DescribeHub", json!({}))["AutoEnableControls"], false);
    assert_eq!(hub.code("DescribeHub", json!({ "HubArn": "other" })), 404);
    hub.call("DisableSecurityHub", json!({}));
    assert_eq!(hub.code("GetFindings", json!({})), 401);
    assert_eq!(hub.code("DescribeHub", json!({})), 401);
    hub.call("EnableSecurityHub", json!({}));
    assert_eq!(hub.ids(json!({})).len(), 0);
}

#[test]
fn ids_look_like_uuids() {
    let mut all = || u64::MAX;
    assert_eq!(super::uuid(&mut all), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    assert_eq!(super::uuid(&mut || 0), "00000000-0000-4000-8000-000000000000");
    assert!(PRODUCT.starts_with("arn:aws:securityhub"));
}
