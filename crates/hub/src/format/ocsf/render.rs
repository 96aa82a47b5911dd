//! A document as an event of OCSF.

use serde_json::{Map, Value, json};

use crate::asff::Asff;

/// The version of OCSF that is written.
pub const VERSION: &str = "1.8.0";

/// Classes: which one, and its name.
const DETECTION: (i64, &str) = (2004, "Detection Finding");
const COMPLIANCE: (i64, &str) = (2003, "Compliance Finding");
const VULNERABILITY: (i64, &str) = (2002, "Vulnerability Finding");

/// A finding in OCSF. The document stands whole in `raw_data`.
pub fn ocsf(document: &Asff) -> Value {
    let text = |path: &str| document.text(path).unwrap_or_default();
    let millis = |path: &str| document.time(path).map(|time| time.millis());
    let (class, name) = class(document);
    let (activity, activity_name) = activity(document);
    let (severity, severity_name) = severity(document);
    let (status, status_name) = status(document);
    let mut event = json!({
        "activity_id": activity,
        "activity_name": activity_name,
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": class,
        "class_name": name,
        "type_uid": class * 100 + activity,
        "time": millis("UpdatedAt").unwrap_or(0),
        "time_dt": text("UpdatedAt"),
        "severity_id": severity,
        "severity": severity_name,
        "status_id": status,
        "status": status_name,
        "metadata": {
            "version": VERSION,
            "uid": text("Id"),
            "profiles": ["cloud", "datetime", "incident"],
            "product": { "name": text("ProductName"), "vendor_name": text("CompanyName"), "uid": text("ProductArn") },
        },
        "cloud": { "provider": "AWS", "region": text("Region"), "account": { "uid": text("AwsAccountId") } },
        "finding_info": finding_info(document),
        "resources": resources(document),
        "raw_data": document.to_json(),
    });
    if let Some(comment) = document.text("Note.Text") {
        event["comment"] = comment.into();
    }
    if let Some(confidence) = document.get("Confidence") {
        event["confidence_score"] = confidence.clone();
    }
    if let Some(advice) = document.text("Remediation.Recommendation.Text") {
        event["remediation"] = json!({ "desc": advice });
    }
    if let Some(count) = field(document, "watchfire/count").and_then(|count| count.parse::<i64>().ok()) {
        event["count"] = count.into();
    }
    match class {
        2002 => event["vulnerabilities"] = vulnerabilities(document),
        2003 => event["compliance"] = compliance(document),
        _ => event["evidences"] = evidences(document),
    }
    event
}

fn class(document: &Asff) -> (i64, &'static str) {
    let types = document.get("Types").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let is_vulnerability =
        types.iter().filter_map(Value::as_str).any(|one| one.starts_with("Software and Configuration Checks/Vulnerabilities"));
    match (is_vulnerability, document.text("Compliance.Status")) {
        (true, _) => VULNERABILITY,
        (false, Some(_)) => COMPLIANCE,
        (false, None) => DETECTION,
    }
}

fn activity(document: &Asff) -> (i64, &'static str) {
    let is_over = document.text("RecordState") == Some("ARCHIVED") || document.text("Workflow.Status") == Some("RESOLVED");
    match (is_over, document.time("CreatedAt") == document.time("UpdatedAt")) {
        (true, _) => (3, "Close"),
        (false, true) => (1, "Create"),
        (false, false) => (2, "Update"),
    }
}

fn severity(document: &Asff) -> (i64, &'static str) {
    match document.text("Severity.Label") {
        Some("INFORMATIONAL") => (1, "Informational"),
        Some("LOW") => (2, "Low"),
        Some("MEDIUM") => (3, "Medium"),
        Some("HIGH") => (4, "High"),
        Some("CRITICAL") => (5, "Critical"),
        _ => (0, "Unknown"),
    }
}

fn status(document: &Asff) -> (i64, &'static str) {
    match (document.text("RecordState"), document.text("Workflow.Status")) {
        (Some("ARCHIVED"), _) => (5, "Archived"),
        (_, Some("SUPPRESSED")) => (3, "Suppressed"),
        (_, Some("RESOLVED")) => (4, "Resolved"),
        (_, Some("NOTIFIED")) => (2, "In Progress"),
        _ => (1, "New"),
    }
}

fn field<'d>(document: &'d Asff, name: &str) -> Option<&'d str> {
    document.get("ProductFields")?.get(name)?.as_str()
}

fn finding_info(document: &Asff) -> Value {
    let text = |path: &str| document.text(path).unwrap_or_default();
    let mut info = json!({
        "uid": text("Id"),
        "title": text("Title"),
        "desc": text("Description"),
        "types": document.get("Types"),
        "analytic": { "type_id": 1, "type": "Rule", "uid": text("GeneratorId"), "name": field(document, "watchfire/type").unwrap_or(text("GeneratorId")) },
    });
    let times = [
        ("created_time", "CreatedAt"),
        ("modified_time", "UpdatedAt"),
        ("first_seen_time", "FirstObservedAt"),
        ("last_seen_time", "LastObservedAt"),
    ];
    for (name, path) in times {
        if let Some(time) = document.time(path) {
            info[name] = time.millis().into();
            info[format!("{name}_dt")] = time.to_string().into();
        }
    }
    if let Some(url) = document.text("SourceUrl") {
        info["src_url"] = url.into();
    }
    let attacks = attacks(document);
    if !attacks.is_empty() {
        info["attacks"] = attacks.into();
    }
    info
}

/// Techniques where they are known, else the tactics that the types name.
fn attacks(document: &Asff) -> Vec<Value> {
    let techniques = field(document, "watchfire/techniques").unwrap_or_default();
    let known: Vec<Value> = techniques
        .split(", ")
        .filter(|uid| !uid.is_empty())
        .map(|uid| match uid.contains('.') {
            true => json!({ "sub_technique": { "uid": uid }, "technique": { "uid": uid.split('.').next() } }),
            false => json!({ "technique": { "uid": uid } }),
        })
        .collect();
    if !known.is_empty() {
        return known;
    }
    let types = document.get("Types").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let tactics = types.iter().filter_map(|one| one.as_str()?.strip_prefix("TTPs/")?.split('/').next());
    tactics.map(|name| json!({ "tactic": { "name": name } })).collect()
}

fn resources(document: &Asff) -> Value {
    let all = document.get("Resources").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let resource = |one: &Value| {
        let mut resource = Map::new();
        for (name, member) in [("type", "Type"), ("uid", "Id"), ("region", "Region"), ("cloud_partition", "Partition"), ("data", "Details")]
        {
            resource.extend(one.get(member).map(|value| (name.to_owned(), value.clone())));
        }
        if let Some(Value::Object(tags)) = one.get("Tags") {
            let tags: Vec<Value> = tags.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
            resource.insert("tags".to_owned(), tags.into());
        }
        Value::Object(resource)
    };
    all.iter().map(resource).collect()
}

fn compliance(document: &Asff) -> Value {
    let (status_id, status) = match document.text("Compliance.Status") {
        Some("PASSED") => (1, "Pass"),
        Some("WARNING") => (2, "Warning"),
        Some("FAILED") => (3, "Fail"),
        _ => (0, "Unknown"),
    };
    let standards = document.get("Compliance.AssociatedStandards").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    json!({
        "status_id": status_id,
        "status": status,
        "control": document.get("Compliance.SecurityControlId"),
        "standards": standards.iter().filter_map(|one| one.get("StandardsId")).collect::<Vec<_>>(),
        "requirements": document.get("Compliance.RelatedRequirements").cloned().unwrap_or_else(|| json!([])),
    })
}

fn vulnerabilities(document: &Asff) -> Value {
    let all = document.get("Vulnerabilities").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let one = |one: &Value| json!({ "cve": { "uid": one.get("Id") }, "is_fix_available": one.get("FixAvailable").map(|fix| fix == "YES") });
    all.iter().map(one).collect()
}

/// The call and the connection that the document speaks of.
fn evidences(document: &Asff) -> Value {
    let mut evidence = Map::new();
    if let Some(api) = document.text("Action.AwsApiCallAction.Api") {
        let service = document.text("Action.AwsApiCallAction.ServiceName");
        evidence.insert("api".to_owned(), json!({ "operation": api, "service": { "name": service } }));
    }
    for (name, side) in [("src_endpoint", "Source"), ("dst_endpoint", "Destination")] {
        let ip = ["IpV4", "IpV6"].iter().find_map(|kind| document.text(&format!("Network.{side}{kind}")));
        let port = document.get(&format!("Network.{side}Port"));
        if ip.is_some() || port.is_some() {
            evidence.insert(name.to_owned(), json!({ "ip": ip, "port": port }));
        }
    }
    if evidence.is_empty() { json!([]) } else { json!([evidence]) }
}
