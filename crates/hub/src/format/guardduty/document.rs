//! Any finding of the hub as GuardDuty would write it.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::asff::Asff;

/// A finding that GuardDuty wrote comes out as it came in, but for what became of it; others are put together from their document.
pub(in crate::format) fn of_document(document: &Asff) -> Value {
    let is_archived = document.text("RecordState") == Some("ARCHIVED");
    if document.text("Original.Format") == Some("GuardDuty")
        && let Some(Value::Object(original)) = document.get("Original.Finding")
    {
        let mut finding = original.clone();
        if let Some(service) = finding.get_mut("service").and_then(Value::as_object_mut) {
            service.insert("archived".to_owned(), is_archived.into());
        }
        return finding.into();
    }
    let text = |path: &str| document.text(path).unwrap_or_default();
    let (account, region) = (text("AwsAccountId"), text("Region"));
    let (id, detector) = (hashed(&[text("ProductArn"), text("Id")]), hashed(&["detector", account, region]));
    let field = |name: &str| document.get("ProductFields").and_then(|fields| fields.get(name)).and_then(Value::as_str);
    let of_types = || document.get("Types").and_then(|types| types.get(0)).and_then(Value::as_str).and_then(|one| one.rsplit('/').next());
    json!({
        "schemaVersion": "2.0",
        "accountId": account,
        "region": region,
        "partition": "aws",
        "id": id,
        "arn": format!("arn:aws:guardduty:{region}:{account}:detector/{detector}/finding/{id}"),
        "type": field("watchfire/type").or_else(of_types).unwrap_or("Unknown"),
        "resource": resource(document),
        "service": {
            "serviceName": "guardduty",
            "detectorId": detector,
            "archived": is_archived,
            "count": field("watchfire/count").and_then(|count| count.parse::<u64>().ok()).unwrap_or(1),
            "eventFirstSeen": document.text("FirstObservedAt").unwrap_or(text("CreatedAt")),
            "eventLastSeen": document.text("LastObservedAt").unwrap_or(text("UpdatedAt")),
            "additionalInfo": { "type": "default", "value": json!({ "generatorId": text("GeneratorId"), "id": text("Id") }).to_string() },
        },
        "severity": severity(document),
        "createdAt": text("CreatedAt"),
        "updatedAt": text("UpdatedAt"),
        "title": text("Title"),
        "description": text("Description"),
    })
}

/// GuardDuty's numbers go from 1 to 10.
fn severity(document: &Asff) -> f64 {
    match document.text("Severity.Label") {
        Some("CRITICAL") => 9.0,
        Some("HIGH") => 8.0,
        Some("MEDIUM") => 5.0,
        Some("LOW") => 2.0,
        _ => 1.0,
    }
}

fn resource(document: &Asff) -> Value {
    let mut resource = Map::new();
    let all = document.get("Resources").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let text = |one: &Value, name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    for one in all {
        let id = text(one, "Id");
        let last = id.rsplit(['/', ':']).next().unwrap_or_default().to_owned();
        let (kind, name, details) = match &*text(one, "Type") {
            "AwsIamAccessKey" => ("AccessKey", "accessKeyDetails", json!({ "accessKeyId": last })),
            "AwsIamUser" | "AwsIamRole" => ("AccessKey", "accessKeyDetails", json!({ "userName": last })),
            "AwsEc2Instance" => ("Instance", "instanceDetails", json!({ "instanceId": last })),
            "AwsS3Bucket" => ("S3Bucket", "s3BucketDetails", json!([{ "arn": id, "name": last, "type": "Destination" }])),
            _ => continue,
        };
        resource.entry("resourceType").or_insert_with(|| kind.into());
        resource.entry(name).or_insert(details);
    }
    resource.entry("resourceType").or_insert_with(|| "AccessKey".into());
    resource.into()
}

fn hashed(names: &[&str]) -> String {
    let mut hash = Sha256::new();
    for name in names {
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name);
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
