//! Findings over the API: import, lists, one, changes, exports; what stands over them; detections, deliveries, the bus.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use watchfire_trust::Role;

use super::{Client, World};
use crate::outside::rules::Detection;

const PRODUCT: &str = "arn:aws:securityhub:eu-central-1:111122223333:product/111122223333/default";

/// A finding of another product.
pub fn foreign(id: &str, title: &str, severity: &str) -> Value {
    json!({
        "SchemaVersion": "2018-10-08", "Id": id, "GeneratorId": "g", "AwsAccountId": "111122223333", "ProductArn": PRODUCT,
        "CreatedAt": "2026-03-02T09:14:07Z", "UpdatedAt": "2026-03-02T09:14:07Z", "Title": title, "Description": "d",
        "Types": ["TTPs"], "Severity": {"Label": severity}, "Resources": [{"Type": "Other", "Id": "r"}],
    })
}

fn import(client: &Client, findings: &[Value]) -> Value {
    client.post("/api/v1/findings/import", &json!({"findings": findings})).expect(200)
}

/// Walks all pages of a list.
pub fn walk(client: &Client, path: &str, limit: usize) -> Vec<Value> {
    let join = if path.contains('?') { '&' } else { '?' };
    let (mut all, mut next) = (Vec::new(), format!("{path}{join}limit={limit}"));
    loop {
        let page = client.get(&next).expect(200);
        let items = page["items"].as_array().expect("a list");
        assert!(items.len() <= limit);
        all.extend(items.iter().cloned());
        match page["next"].as_str() {
            Some(cursor) => next = format!("{path}{join}limit={limit}&cursor={cursor}"),
            None => return all,
        }
    }
}

#[test]
fn pages_give_every_finding_once() {
    let world = World::new();
    let analyst = world.as_role(Role::Analyst);
    let words = ["LOW", "MEDIUM", "HIGH", "CRITICAL", "INFORMATIONAL"];
    let findings: Vec<Value> = (0..123).map(|number| foreign(&format!("f-{number}"), "t", words[number % 5])).collect();
    let done = import(&analyst, &findings);
    assert_eq!((done["imported"].as_u64(), done["failed"].as_array().map(Vec::len)), (Some(123), Some(0)));
    for (sort, limit) in [("updated", 7), ("urgency", 50), ("latest", 123), ("earliest", 1000)] {
        let rows = walk(&analyst, &format!("/api/v1/findings?sort={sort}"), limit);
        let ids: BTreeSet<&str> = rows.iter().filter_map(|row| row["id"].as_str()).collect();
        assert_eq!((rows.len(), ids.len()), (123, 123), "{sort}");
    }
    let urgent = walk(&analyst, "/api/v1/findings?severity=high&sort=urgency", 10);
    assert_eq!(urgent.len(), 49);
    assert!(urgent.windows(2).all(|two| two[0]["severity"] == "critical" || two[1]["severity"] == "high"));
    assert_eq!(walk(&analyst, "/api/v1/findings?status=RESOLVED&status=new", 100).len(), 123);
    assert_eq!(walk(&analyst, "/api/v1/findings?status=resolved", 100).len(), 0);
    for bad in ["limit=0", "limit=1001", "limit=x", "cursor=zz", "severity=dire", "nonsense=1", "from=yesterday"] {
        analyst.get(&format!("/api/v1/findings?{bad}")).expect(400);
    }
    let asked = json!({"filters": {"SeverityLabel": [{"Value": "LOW", "Comparison": "EQUALS"}]}, "limit": 100});
    assert_eq!(analyst.post("/api/v1/findings/query", &asked).expect(200)["items"].as_array().map(Vec::len), Some(25));
    analyst.post("/api/v1/findings/query", &json!({"filters": {"Nonsense": []}})).expect(400);
    let facets = json!({"by": ["SeverityLabel", "WorkflowStatus"], "filters": {}});
    let facets = analyst.post("/api/v1/findings/facets", &facets).expect(200);
    assert_eq!(facets["facets"][1]["values"], json!([{"value": "NEW", "count": 123}]));
    let counted = facets["facets"][0]["values"].as_array().into_iter().flatten().filter_map(|value| value["count"].as_u64());
    assert_eq!(counted.sum::<u64>(), 123);
    analyst.post("/api/v1/findings/facets", &json!({"by": ["Nonsense"]})).expect(400);
}

#[test]
fn findings_are_changed_with_conditions_and_history() {
    let world = World::new();
    let analyst = world.as_role(Role::Analyst);
    import(&analyst, &[foreign("one", "t", "LOW"), foreign("two", "t", "LOW")]);
    let told = world.node.told.lock().expect("whole").len();
    assert_eq!(told, 2, "the bus hears of it");
    let rows = walk(&analyst, "/api/v1/findings", 100);
    let ids: Vec<&str> = rows.iter().filter_map(|row| row["id"].as_str()).collect();
    let path = format!("/api/v1/findings/{}", ids[0]);
    let shown = analyst.get(&path);
    let etag = shown.header("etag").expect("an ETag").to_owned();
    assert_eq!(shown.expect(200)["document"]["ProductArn"], PRODUCT);
    assert_eq!(analyst.with("if-none-match", &etag).get(&path).status, 304);
    world.now.fetch_add(1000, std::sync::atomic::Ordering::SeqCst);
    let said = json!({"status": "NOTIFIED", "note": "who <b>is</b> this?", "severity": "high", "verification_state": "TRUE_POSITIVE"});
    let changed = analyst.with("if-match", &etag).json("PATCH", &path, &said).expect(200);
    assert_eq!((changed["status"].as_str(), changed["severity"].as_str()), (Some("NOTIFIED"), Some("high")));
    assert_eq!(changed["note"], "who <b>is</b> this?");
    assert_eq!(analyst.with("if-match", &etag).json("PATCH", &path, &said).status, 412);
    analyst.json("PATCH", &path, &json!({})).expect(400);
    analyst.json("PATCH", &path, &json!({"status": "DONE"})).expect(400);
    analyst.json("PATCH", &path, &json!({"note": "x".repeat(600)})).expect(400);
    let history = walk(&analyst, &format!("{path}/history"), 1);
    assert_eq!(history.len(), 2, "{history:?}");
    assert!(history[0]["updates"].as_array().is_some_and(|updates| updates.iter().any(|one| one["updated_field"] == "Workflow.Status")));
    let many = json!({"ids": [ids[0], ids[1], "00000000000000000000000000000000", "nonsense"], "status": "RESOLVED"});
    let done = analyst.post("/api/v1/findings/update", &many).expect(200);
    assert_eq!((done["updated"].as_array().map(Vec::len), done["failed"].as_array().map(Vec::len)), (Some(2), Some(2)));
    assert!(walk(&analyst, "/api/v1/findings?status=RESOLVED", 10).len() == 2);
    assert_eq!(analyst.get(&format!("{path}/occurrences")).expect(200)["items"], json!([]));
    assert_eq!(analyst.get(&format!("{path}/evidence")).expect(200)["evidence"], json!([]));
    assert_eq!(analyst.get(&format!("{path}/document")).expect(200)["Title"], "t");
    for missing in ["", "/history", "/occurrences", "/evidence", "/document"] {
        analyst.get(&format!("/api/v1/findings/00000000000000000000000000000000{missing}")).expect(404);
        analyst.get(&format!("/api/v1/findings/i-zz{missing}")).expect(404);
    }
    let viewer = world.as_role(Role::Viewer);
    viewer.json("PATCH", &path, &said).expect(403);
}

#[test]
fn exports_hold_everything() {
    let world = World::new();
    let analyst = world.as_role(Role::Analyst);
    let findings: Vec<Value> = (0..1234).map(|number| foreign(&format!("f-{number}"), "=cmd|' /C calc'!A0", "LOW")).collect();
    import(&analyst, &findings);
    let lines = analyst.get("/api/v1/findings/export");
    assert_eq!(lines.header("content-type"), Some("application/x-ndjson"));
    let ids: BTreeSet<String> =
        lines.text().lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")["id"].to_string()).collect();
    assert_eq!(ids.len(), 1234);
    let asff = analyst.get("/api/v1/findings/export?format=asff&severity=low").expect(200);
    assert_eq!(asff["Findings"].as_array().map(Vec::len), Some(1234));
    for form in ["ocsf", "guardduty"] {
        let lines = analyst.get(&format!("/api/v1/findings/export?format={form}")).text();
        assert_eq!(lines.lines().filter(|line| serde_json::from_str::<Value>(line).is_ok()).count(), 1234, "{form}");
    }
    let csv = analyst.get("/api/v1/findings/export?format=csv").text();
    assert_eq!(csv.lines().count(), 1235);
    assert!(csv.contains("'=cmd|") && !csv.contains(",=cmd"), "{}", &csv[..300]);
    let again = analyst.send("POST", "/api/v1/findings/import", Some(asff.to_string().as_bytes())).expect(200);
    assert_eq!((again["imported"].as_u64(), again["changed"].as_u64()), (Some(1234), Some(0)));
    analyst.get("/api/v1/findings/export?format=xml").expect(400);
}

#[test]
fn what_stands_over_findings_is_kept() {
    let world = World::new();
    let responder = world.as_role(Role::Responder);
    import(&responder, &[foreign("one", "t", "LOW"), foreign("two", "t", "HIGH")]);
    let filters = json!({"SeverityLabel": [{"Value": "LOW", "Comparison": "EQUALS"}]});
    let wanted = json!({"name": "by title", "filters": filters, "group_by_attribute": "Title"});
    let made = responder.post("/api/v1/insights", &wanted).expect(201);
    let path = format!("/api/v1/insights/{}", made["id"].as_str().expect("an id"));
    let insight = responder.get(&path).expect(200);
    assert_eq!((insight["name"].as_str(), &insight["filters"]), (Some("by title"), &filters));
    assert_eq!(responder.get(&format!("{path}/results")).expect(200)["values"], json!([{"value": "t", "count": 1}]));
    assert_eq!(responder.json("PATCH", &path, &json!({"name": "renamed"})).expect(200)["name"], "renamed");
    assert_eq!(responder.delete(&path).status, 204);
    responder.get(&path).expect(404);

    let wanted = json!({"name": "known", "reason": "a test", "criteria": filters});
    assert_eq!(responder.post("/api/v1/suppressions/test", &wanted).expect(200)["count"], 1);
    assert_eq!(walk(&responder, "/api/v1/findings?status=SUPPRESSED", 10).len(), 0, "a dry run changes nothing");
    let made = responder.post("/api/v1/suppressions", &wanted).expect(201);
    assert_eq!(walk(&responder, "/api/v1/findings?status=SUPPRESSED", 10).len(), 1);
    responder.post("/api/v1/suppressions", &json!({"name": "all", "reason": "r", "criteria": {}})).expect(400);
    let path = format!("/api/v1/suppressions/{}", made["id"].as_str().expect("an id"));
    assert_eq!(responder.delete(&path).status, 204);
    assert_eq!(walk(&responder, "/api/v1/findings?status=SUPPRESSED", 10).len(), 0);

    let rule = json!({"rule_name": "r", "description": "d", "rule_order": 1, "criteria": filters,
        "actions": [{"type": "FINDING_FIELDS_UPDATE", "finding_fields_update": {"workflow": {"status": "SUPPRESSED"}}}]});
    let made = responder.post("/api/v1/automation-rules", &rule).expect(201);
    let path = format!("/api/v1/automation-rules/{}", made["id"].as_str().expect("an id"));
    import(&responder, &[foreign("three", "t", "LOW")]);
    assert_eq!(walk(&responder, "/api/v1/findings?status=SUPPRESSED", 10).len(), 1);
    let shown = responder.get(&path);
    let etag = shown.header("etag").expect("an ETag").to_owned();
    assert_eq!(shown.expect(200)["criteria"], filters);
    assert_eq!(responder.with("if-match", "\"0\"").json("PATCH", &path, &json!({"rule_status": "DISABLED"})).status, 412);
    let changed = responder.with("if-match", &etag).json("PATCH", &path, &json!({"rule_status": "DISABLED"}));
    assert_eq!(changed.expect(200)["rule_status"], "DISABLED");
    assert_eq!(responder.delete(&path).status, 204);
    assert_eq!(responder.get("/api/v1/automation-rules").expect(200)["items"], json!([]));
}

#[test]
fn the_bus_is_changed_under_paths() {
    let world = World::new();
    let admin = world.as_role(Role::Admin);
    for number in 0..23 {
        let rule = json!({"event_pattern": "{\"source\":[\"my.app\"]}", "description": "d"});
        admin.json("PUT", &format!("/api/v1/bus/rules/default/r{number}"), &rule).expect(200);
    }
    assert_eq!(walk(&admin, "/api/v1/bus/rules/default", 5).len(), 23);
    let shown = admin.get("/api/v1/bus/rules/default/r1").expect(200);
    assert_eq!((shown["name"].as_str(), shown["state"].as_str()), (Some("r1"), Some("ENABLED")));
    let target = json!({"targets": [{"id": "1", "arn": "arn:aws:sqs:eu-central-1:111122223333:q",
        "input_transformer": {"input_paths_map": {"someName": "$.detail"}, "input_template": "<someName>"}}]});
    assert_eq!(admin.json("PUT", "/api/v1/bus/rules/default/r1/targets", &target).expect(200)["failed_entry_count"], 0);
    let targets = admin.get("/api/v1/bus/rules/default/r1/targets").expect(200);
    assert_eq!(targets["items"][0]["input_transformer"]["input_paths_map"]["someName"], "$.detail");
    admin.delete("/api/v1/bus/rules/default/r1").expect(400);
    admin.delete("/api/v1/bus/rules/default/r1/targets/1").expect(200);
    admin.delete("/api/v1/bus/rules/default/r1").expect(200);
    admin.get("/api/v1/bus/rules/default/r1").expect(404);
    admin.json("PUT", "/api/v1/bus/rules/default/bad", &json!({"event_pattern": "{"})).expect(400);
    admin.post("/api/v1/bus/rules/default/r2/disable", &json!({})).expect(200);
    assert_eq!(admin.get("/api/v1/bus/rules/default/r2").expect(200)["state"], "DISABLED");
    let test = json!({"event_pattern": "{\"source\":[\"a\"]}", "event": json!({"id": "1", "detail-type": "t", "source": "a", "account": "1",
        "time": "2026-03-02T09:14:07Z", "region": "r", "resources": [], "detail": {}}).to_string()});
    assert_eq!(admin.post("/api/v1/bus/test-pattern", &test).expect(200)["result"], true);
    let events = json!({"entries": [{"source": "my.app", "detail_type": "order", "detail": "{\"a\":1}"}, {"source": "my.app"}]});
    let put = admin.post("/api/v1/bus/events", &events).expect(200);
    assert_eq!((put["failed_entry_count"].as_u64(), put["entries"][1]["error_code"].as_str()), (Some(1), Some("InvalidArgument")));
    assert_eq!(*world.node.put.lock().expect("whole"), ["order"]);
    let connection = json!({"name": "c", "authorization_type": "BASIC",
        "auth_parameters": {"basic_auth_parameters": {"username": "u", "password": "hunter2hunter2"}}});
    let responder = world.as_role(Role::Responder);
    assert_eq!(responder.post("/api/v1/bus/connections", &connection).status, 403);
    admin.post("/api/v1/bus/connections", &connection).expect(200);
    assert!(!admin.get("/api/v1/bus/connections/c").text().contains("hunter2"), "secrets are never shown");
    let log = admin.get("/api/v1/audit?action=events.&limit=100").text();
    assert!(log.contains("events.PutRule") && log.contains("events.CreateConnection") && !log.contains("hunter2"), "{log}");
}

#[test]
fn lists_of_the_node_are_shown() {
    let world = World::new();
    let analyst = world.as_role(Role::Analyst);
    let detection = |number: usize| Detection {
        id: format!("id-{number}"),
        name: format!("rule_{number:02}"),
        title: "t".into(),
        kind: "rule".into(),
        severity: "low".into(),
        finding_type: "x".into(),
        source: "cloudtrail".into(),
        techniques: Vec::new(),
        place: "built in".into(),
        findings: 0,
    };
    *world.node.detections.lock().expect("whole") = (0..31).map(detection).collect();
    assert_eq!(walk(&analyst, "/api/v1/detections", 4).len(), 31);
    assert_eq!(analyst.get("/api/v1/detections/rule_07").expect(200)["text"], "title: id-7");
    analyst.get("/api/v1/detections/rule_99").expect(404);
    let problems = analyst.post("/api/v1/detections/check", &json!({"text": "nothing"})).expect(200);
    assert_eq!((problems["is_good"].as_bool(), problems["problems"][0]["code"].as_str()), (Some(false), Some("no_title")));
    *world.node.sources.lock().expect("whole") = (0..9).map(|number| super::world::source(&format!("s{number}"))).collect();
    assert_eq!(walk(&analyst, "/api/v1/sources", 2).len(), 9);
    assert_eq!(analyst.get("/api/v1/search/tables").expect(200)["tables"][0]["name"], "cloudtrail");
    let wrong = analyst.post("/api/v1/search", &json!({"sql": "selekt"})).expect(422);
    assert_eq!((wrong["line"].as_u64(), wrong["type"].as_str()), (Some(1), Some("urn:watchfire:problem:bad_sql")));
    assert_eq!(analyst.get("/api/v1/deliveries/counts").expect(200)["delivered"], 2000);
    analyst.get("/api/v1/deliveries?cursor=bm8").expect(400);
    analyst.get("/api/v1/deliveries/none").expect(404);
    let metrics = analyst.get("/metrics");
    assert!(metrics.text().contains("watchfire_server_requests_total{method=\"GET\",route=\"/api/v1/detections\",status=\"200\"}"));
    world.client.get("/metrics").expect(401);
}
