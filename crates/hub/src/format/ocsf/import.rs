//! An event of OCSF as a document.

use serde_json::{Map, Value, json};
use watchfire_model::EventTime;
use watchfire_model::arn::Arn;

use crate::format::read::{original, shortened};

/// Takes a finding of any class of OCSF. One that was written here, with its document in `raw_data`, comes back as that document.
///
/// # Errors
/// It is no finding in OCSF.
pub(in crate::format) fn to_asff(event: Value) -> Result<Value, String> {
    if let Some(document) = raw(&event) {
        return Ok(document);
    }
    let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let class = event.get("class_uid").and_then(Value::as_i64).ok_or("class_uid is missing: not an event of OCSF")?;
    if !(2001..=2999).contains(&class) {
        return Err(format!("class_uid {class} is not one of the findings"));
    }
    let uid = text("/finding_info/uid").or(text("/finding/uid")).or(text("/metadata/uid"));
    let uid = uid.ok_or("finding_info.uid is missing")?;
    let account = text("/cloud/account/uid").or(text("/cloud/account_uid")).ok_or("cloud.account.uid is missing")?;
    let region = text("/cloud/region").unwrap_or("us-east-1");
    let title = text("/finding_info/title").or(text("/finding/title")).or(text("/message")).unwrap_or(uid);
    let product = text("/metadata/product/uid").filter(|uid| Arn::parse(uid).is_some_and(|arn| arn.resource.starts_with("product/")));
    let updated = time(&event, &["/finding_info/modified_time", "/finding/modified_time", "/time"]).ok_or("time is missing")?;
    let created = time(&event, &["/finding_info/created_time", "/finding/created_time"]).unwrap_or(updated);
    let mut document = json!({
        "SchemaVersion": "2018-10-08",
        "Id": uid,
        "ProductArn": product.map_or_else(|| format!("arn:aws:securityhub:{region}:{account}:product/{account}/default"), str::to_owned),
        "Region": region,
        "GeneratorId": text("/finding_info/analytic/uid").or(text("/finding_info/analytic/name")).unwrap_or("unknown"),
        "AwsAccountId": account,
        "Types": types(&event, class),
        "CreatedAt": created.to_string(),
        "UpdatedAt": updated.to_string(),
        "Severity": { "Label": label(&event) },
        "Title": shortened(title, 256),
        "Description": shortened(text("/finding_info/desc").or(text("/finding/desc")).unwrap_or(title), 1024),
        "Resources": resources(&event, account),
        "RecordState": if event.get("status_id").and_then(Value::as_i64) == Some(5) { "ARCHIVED" } else { "ACTIVE" },
        "Workflow": { "Status": workflow(&event) },
    });
    let optional = [
        ("ProductName", text("/metadata/product/name").map(Value::from)),
        ("CompanyName", text("/metadata/product/vendor_name").map(Value::from)),
        ("FirstObservedAt", time(&event, &["/finding_info/first_seen_time"]).map(|time| time.to_string().into())),
        ("LastObservedAt", time(&event, &["/finding_info/last_seen_time"]).map(|time| time.to_string().into())),
        ("SourceUrl", text("/finding_info/src_url").map(Value::from)),
        ("Compliance", compliance(&event)),
        ("Network", network(&event)),
        ("Original", Some(original("OCSF", event.clone()))),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            document[name] = value;
        }
    }
    Ok(document)
}

/// The document that a finding of ours carries.
fn raw(event: &Value) -> Option<Value> {
    let document: Value = serde_json::from_str(event.get("raw_data")?.as_str()?).ok()?;
    (document.get("SchemaVersion")? == "2018-10-08").then_some(document)
}

/// An instant, in milliseconds or as text.
fn time(event: &Value, pointers: &[&str]) -> Option<EventTime> {
    pointers.iter().find_map(|pointer| {
        let millis = event.pointer(pointer).and_then(Value::as_i64).map(EventTime);
        let text = || event.pointer(&format!("{pointer}_dt"))?.as_str()?.parse().ok();
        // Beyond these years nothing was logged, and texts of instants end.
        millis.filter(|time| (0..=253_402_300_799_000).contains(&time.millis())).or_else(text)
    })
}

fn label(event: &Value) -> &'static str {
    match event.get("severity_id").and_then(Value::as_i64) {
        Some(2) => "LOW",
        Some(3) => "MEDIUM",
        Some(4) => "HIGH",
        Some(5 | 6) => "CRITICAL",
        _ => "INFORMATIONAL",
    }
}

fn workflow(event: &Value) -> &'static str {
    match event.get("status_id").and_then(Value::as_i64) {
        Some(2) => "NOTIFIED",
        Some(3) => "SUPPRESSED",
        Some(4) => "RESOLVED",
        _ => "NEW",
    }
}

/// Types as they are where they are ASFF's own, else under a namespace that fits the class.
fn types(event: &Value, class: i64) -> Value {
    let namespace = match class {
        2002 => "Software and Configuration Checks/Vulnerabilities",
        2003 => "Software and Configuration Checks/Industry and Regulatory Standards",
        2006 => "Sensitive Data Identifications/Other",
        _ => "Unusual Behaviors/Other",
    };
    let given = event.pointer("/finding_info/types").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let one = |given: &str| match crate::asff::check_types(&json!([given])) {
        Ok(()) => given.to_owned(),
        Err(_) => format!("{namespace}/{}", given.replace('/', "-")),
    };
    let all: Vec<String> = given.iter().filter_map(Value::as_str).filter(|one| !one.trim().is_empty()).take(50).map(one).collect();
    if all.is_empty() { json!([namespace]) } else { json!(all) }
}

fn resources(event: &Value, account: &str) -> Value {
    let given = event.get("resources").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let resource = |one: &Value| {
        let text = |name: &str| one.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
        let mut resource = Map::new();
        resource.insert("Type".to_owned(), text("type").unwrap_or("Other").into());
        resource.insert("Id".to_owned(), text("uid").or(text("name"))?.into());
        resource.extend(text("region").map(|region| ("Region".to_owned(), region.into())));
        let data = one.get("data").filter(|data| data.is_object());
        resource.extend(data.map(|data| ("Details".to_owned(), data.clone())));
        Some(Value::Object(resource))
    };
    let all: Vec<Value> = given.iter().filter_map(resource).collect();
    if all.is_empty() { json!([{ "Type": "AwsAccount", "Id": format!("AWS::::Account:{account}") }]) } else { all.into() }
}

fn compliance(event: &Value) -> Option<Value> {
    let compliance = event.get("compliance")?;
    let word = compliance.get("status").and_then(Value::as_str).unwrap_or_default().to_ascii_uppercase();
    let status = match (compliance.get("status_id").and_then(Value::as_i64), &*word) {
        (Some(1), _) | (None, "PASS" | "PASSED") => "PASSED",
        (Some(2), _) | (None, "WARNING") => "WARNING",
        (Some(3), _) | (None, "FAIL" | "FAILED") => "FAILED",
        _ => "NOT_AVAILABLE",
    };
    let control = compliance.get("control").and_then(Value::as_str).map(|control| ("SecurityControlId", control));
    let mut value = json!({ "Status": status });
    if let Some((name, control)) = control {
        value[name] = control.into();
    }
    Some(value)
}

fn network(event: &Value) -> Option<Value> {
    let evidence = event.pointer("/evidences/0")?;
    let mut network = Map::new();
    for (side, name) in [("Source", "src_endpoint"), ("Destination", "dst_endpoint")] {
        let Some(endpoint) = evidence.get(name) else { continue };
        if let Some(ip) = endpoint.get("ip").and_then(Value::as_str).and_then(|ip| ip.parse::<std::net::IpAddr>().ok()) {
            let kind = if ip.is_ipv4() { "IpV4" } else { "IpV6" };
            network.insert(format!("{side}{kind}"), ip.to_string().into());
        }
        let port = endpoint.get("port").filter(|port| port.is_i64());
        network.extend(port.map(|port| (format!("{side}Port"), port.clone())));
    }
    (!network.is_empty()).then(|| network.into())
}
