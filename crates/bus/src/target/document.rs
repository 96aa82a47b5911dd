//! Events in the forms of stores that are searched: Elastic's common schema, and OCSF.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Letter;
use crate::event::Event;

/// The form of a document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mapping {
    /// What the target gets, as it is, with a time.
    #[default]
    Payload,
    /// Elastic's common schema 8; the event's own JSON stands under `event.original`.
    Ecs,
    /// OCSF 1.8: a Detection Finding for findings, API Activity for calls, Base Event for the rest.
    Ocsf,
}

impl Mapping {
    /// The document of a delivery, an object in any case.
    pub(super) fn document(self, letter: &Letter<'_>) -> Value {
        let detail: Value = serde_json::from_str(&letter.event.detail).unwrap_or_default();
        let detail = detail.pointer("/findings/0").cloned().unwrap_or(detail);
        match self {
            Mapping::Payload => payload(letter),
            Mapping::Ecs => pruned(ecs(letter.event, &detail)),
            Mapping::Ocsf => pruned(ocsf(letter.event, &detail)),
        }
    }
}

fn payload(letter: &Letter<'_>) -> Value {
    let mut document = match serde_json::from_str(letter.payload) {
        Ok(Value::Object(object)) => object,
        Ok(other) => Map::from_iter([("message".to_owned(), other)]),
        Err(_) => Map::from_iter([("message".to_owned(), letter.payload.into())]),
    };
    document.entry("@timestamp").or_insert_with(|| letter.event.time.to_string().into());
    document.into()
}

fn is_finding(event: &Event) -> bool {
    event.detail_type == "GuardDuty Finding" || event.detail_type.starts_with("Security Hub Findings")
}

fn ecs(event: &Event, detail: &Value) -> Value {
    let at = |path: &str| detail.pointer(path).cloned().unwrap_or_default();
    let first = |paths: &[&str]| paths.iter().map(|path| at(path)).find(|value| !value.is_null()).unwrap_or_default();
    let finding = is_finding(event);
    let failed = at("/errorCode").is_string();
    json!({
        "@timestamp": event.time.to_string(),
        "ecs": { "version": "8.11.0" },
        "message": first(&["/description", "/Description", "/errorMessage"]),
        "event": {
            "id": event.id,
            "kind": if finding { "alert" } else { "event" },
            "module": "aws",
            "dataset": event.source,
            "provider": first(&["/eventSource", "/service/serviceName", "/ProductName"]),
            "action": first(&["/eventName", "/type", "/Types/0"]),
            "category": if finding { json!(["threat"]) } else { Value::Null },
            "type": if finding { json!(["indicator"]) } else { json!(["info"]) },
            "outcome": if finding { Value::Null } else if failed { "failure".into() } else { "success".into() },
            "severity": first(&["/severity", "/Severity/Normalized"]),
            "original": event.to_json(),
        },
        "cloud": { "provider": "aws", "account": { "id": event.account }, "region": event.region },
        "user": { "id": at("/userIdentity/principalId"), "name": first(&["/userIdentity/userName", "/resource/accessKeyDetails/userName"]) },
        "source": source(detail),
        "user_agent": { "original": first(&["/userAgent", "/service/action/awsApiCallAction/userAgent"]) },
        "error": { "code": at("/errorCode"), "message": at("/errorMessage") },
        "rule": { "id": first(&["/service/additionalInfo/rule", "/GeneratorId"]), "name": first(&["/title", "/Title"]) },
        "related": { "ip": address(detail).map(|ip| vec![ip]) },
    })
}

fn address(detail: &Value) -> Option<String> {
    let paths = ["/sourceIPAddress", "/service/action/awsApiCallAction/remoteIpDetails/ipAddressV4"];
    let text = paths.iter().find_map(|path| detail.pointer(path)?.as_str())?;
    text.parse::<std::net::IpAddr>().ok().map(|ip| ip.to_string())
}

/// An address where it is one; calls that a service makes have the service's name in its place.
fn source(detail: &Value) -> Value {
    let text = detail.get("sourceIPAddress").and_then(Value::as_str);
    json!({ "ip": address(detail), "address": text })
}

fn ocsf(event: &Event, detail: &Value) -> Value {
    let at = |path: &str| detail.pointer(path).cloned().unwrap_or_default();
    let cloud = json!({ "provider": "AWS", "region": event.region, "account": { "uid": event.account } });
    let time = event.time.millis();
    let metadata = |product: &str| json!({ "version": "1.8.0", "uid": event.id, "event_code": event.detail_type, "product": { "name": product, "vendor_name": "Watchfire" }, "profiles": ["cloud"] });
    if is_finding(event) {
        let first = |paths: &[&str]| paths.iter().map(|path| at(path)).find(|value| !value.is_null()).unwrap_or_default();
        return json!({
            "activity_id": 1, "category_uid": 2, "class_uid": 2004, "type_uid": 200_401, "severity_id": severity(detail), "status_id": 1,
            "time": time, "metadata": metadata("Watchfire"), "cloud": cloud,
            "finding_info": {
                "uid": first(&["/id", "/Id"]),
                "title": first(&["/title", "/Title"]),
                "desc": first(&["/description", "/Description"]),
                "types": first(&["/type"]).as_str().map(|kind| json!([kind])).unwrap_or_else(|| at("/Types")),
            },
            "count": first(&["/service/count"]),
        });
    }
    if !event.detail_type.ends_with("via CloudTrail") {
        let unmapped = detail.to_string();
        return json!({
            "activity_id": 0, "category_uid": 0, "class_uid": 0, "type_uid": 0, "severity_id": 1, "time": time,
            "metadata": metadata(&event.source), "cloud": cloud, "raw_data": unmapped,
        });
    }
    let activity = activity(detail);
    json!({
        "activity_id": activity, "category_uid": 6, "class_uid": 6003, "type_uid": 600_300 + activity, "severity_id": 1,
        "status_id": if at("/errorCode").is_string() { 2 } else { 1 },
        "time": time, "metadata": metadata("CloudTrail"), "cloud": cloud,
        "api": {
            "operation": at("/eventName"), "service": { "name": at("/eventSource") }, "version": at("/apiVersion"),
            "request": { "uid": at("/requestID"), "data": text(&at("/requestParameters")) },
            "response": { "data": text(&at("/responseElements")), "error": at("/errorCode"), "message": at("/errorMessage") },
        },
        "actor": { "user": {
            "uid": at("/userIdentity/arn"), "uid_alt": at("/userIdentity/principalId"), "name": at("/userIdentity/userName"),
            "type": at("/userIdentity/type"), "account": { "uid": at("/userIdentity/accountId") }, "credential_uid": at("/userIdentity/accessKeyId"),
        }, "invoked_by": at("/userIdentity/invokedBy") },
        "src_endpoint": match address(detail) {
            Some(ip) => json!({ "ip": ip }),
            None => json!({ "domain": at("/sourceIPAddress") }),
        },
        "http_request": { "user_agent": at("/userAgent") },
        "raw_data": detail.to_string(),
    })
}

fn text(value: &Value) -> Option<String> {
    (!value.is_null()).then(|| value.to_string())
}

/// What a call does: 1 makes, 2 reads, 3 changes, 4 takes away.
fn activity(detail: &Value) -> u32 {
    let name = detail.get("eventName").and_then(Value::as_str).unwrap_or_default();
    let begins = |words: &[&str]| words.iter().any(|word| name.starts_with(word));
    match () {
        () if detail.get("readOnly") == Some(&Value::Bool(true)) => 2,
        () if begins(&["Create", "Run", "Generate", "Allocate", "Import"]) => 1,
        () if begins(&["Delete", "Terminate", "Release"]) => 4,
        () => 3,
    }
}

fn severity(detail: &Value) -> u32 {
    let number = detail.get("severity").and_then(Value::as_f64);
    let label = detail.pointer("/Severity/Label").and_then(Value::as_str).unwrap_or_default();
    match (label, number) {
        ("CRITICAL", _) => 5,
        ("HIGH", _) => 4,
        ("MEDIUM", _) => 3,
        ("LOW", _) => 2,
        (_, Some(number)) if number >= 9.0 => 5,
        (_, Some(number)) if number >= 7.0 => 4,
        (_, Some(number)) if number >= 4.0 => 3,
        (_, Some(number)) if number >= 2.0 => 2,
        _ => 1,
    }
}

/// Without members that say nothing.
fn pruned(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let kept = object.into_iter().map(|(name, value)| (name, pruned(value)));
            kept.filter(|(_, value)| !value.is_null() && !value.as_object().is_some_and(Map::is_empty)).collect()
        }
        other => other,
    }
}
