//! A finding in the JSON of GuardDuty, as it stands in an event: camelCase, members that are not known left out.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use watchfire_model::{EntityKind, EventTime, Finding, Severity};

use crate::format::place::{FindingPlace, only};

/// Values seen in the field for each level.
fn severity(level: Severity) -> f64 {
    match level {
        Severity::Informational => 1.0,
        Severity::Low => 2.0,
        Severity::Medium => 5.0,
        Severity::High => 8.0,
        Severity::Critical => 9.0,
    }
}

/// A finding as GuardDuty would write it.
pub fn guardduty(finding: &Finding, place: &FindingPlace<'_>) -> Value {
    let (account, region) = (place.account(finding), place.region(finding));
    let detector = detector(account, region);
    json!({
        "schemaVersion": "2.0",
        "accountId": account,
        "region": region,
        "partition": place.home.partition,
        "id": place.id,
        "arn": format!("arn:{}:guardduty:{region}:{account}:detector/{detector}/finding/{}", place.home.partition, place.id),
        "type": &*finding.finding_type,
        "resource": resource(finding),
        "service": {
            "serviceName": "guardduty",
            "detectorId": detector,
            "action": action(finding),
            "resourceRole": "TARGET",
            "additionalInfo": additional(finding),
            "eventFirstSeen": millis(finding.time),
            "eventLastSeen": millis(finding.last_time),
            "archived": false,
            "count": finding.count,
        },
        "severity": severity(finding.severity),
        "createdAt": millis(place.created),
        "updatedAt": millis(place.updated),
        "title": &*finding.title,
        "description": finding.summary,
    })
}

/// A detector there is none here; its id, 32 hex digits, is made of account and region, so that it stays the same.
fn detector(account: &str, region: &str) -> String {
    let mut hash = Sha256::new();
    for name in ["detector", account, region] {
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name);
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Instants have three digits after the second.
fn millis(time: EventTime) -> String {
    let rest = time.millis().rem_euclid(1000);
    let whole = EventTime(time.millis() - rest);
    whole.to_string().replace('Z', &format!(".{rest:03}Z"))
}

/// What the type says it is about: `Stealth:IAMUser/…` is about an access key.
fn resource(finding: &Finding) -> Value {
    let subject = finding.finding_type.split([':', '/']).nth(1).unwrap_or_default();
    let mut resource = Map::new();
    let kind = match subject {
        "S3" | "S3Bucket" => "S3Bucket",
        "EC2" | "Instance" => "Instance",
        "Lambda" => "Lambda",
        "Kubernetes" => "EKSCluster",
        _ => "AccessKey",
    };
    resource.insert("resourceType".to_owned(), kind.into());
    let named = |kind| only(finding, kind);
    let identity = record(finding).and_then(|mut record| record.remove("userIdentity")).unwrap_or_default();
    let said = |name: &str| identity.get(name).and_then(Value::as_str);
    let user = said("userName").or_else(|| named(EntityKind::Principal).and_then(last_part));
    let details = [
        ("accessKeyId", named(EntityKind::AccessKey).or(said("accessKeyId"))),
        ("principalId", said("principalId")),
        ("userType", said("type")),
        ("userName", user),
    ];
    let details = details.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into())));
    resource.insert("accessKeyDetails".to_owned(), details.collect::<Map<_, _>>().into());
    let about = finding.entities.iter().filter(|entity| entity.kind == EntityKind::Resource).map(|entity| &*entity.id);
    match kind {
        "S3Bucket" => {
            let bucket = |id: &str| json!({ "arn": arn_of_bucket(id), "name": id.rsplit(':').next().unwrap_or(id), "type": "Destination" });
            resource.insert("s3BucketDetails".to_owned(), about.map(bucket).collect::<Vec<_>>().into());
        }
        "Instance" => {
            let instance = about.filter_map(last_part).find(|id| id.starts_with("i-"));
            resource.extend(instance.map(|id| ("instanceDetails".to_owned(), json!({ "instanceId": id }))));
        }
        _ => {}
    }
    resource.into()
}

fn arn_of_bucket(id: &str) -> String {
    if id.starts_with("arn:") { id.to_owned() } else { format!("arn:aws:s3:::{id}") }
}

fn last_part(arn: &str) -> Option<&str> {
    arn.rsplit(['/', ':']).next().filter(|part| !part.is_empty())
}

/// The call of the first record that was kept.
fn action(finding: &Finding) -> Value {
    let record = record(finding).unwrap_or_default();
    let said = |name: &str| record.get(name).and_then(Value::as_str);
    let mut call = Map::new();
    let mut put = |name: &str, value: Option<Value>| call.extend(value.map(|value| (name.to_owned(), value)));
    put("api", said("eventName").map(Value::from));
    put("serviceName", said("eventSource").map(Value::from));
    put("userAgent", said("userAgent").map(Value::from));
    put("errorCode", said("errorCode").map(Value::from));
    let address = said("sourceIPAddress").or(only(finding, EntityKind::Address));
    match address.map(|address| (address, address.parse::<std::net::IpAddr>())) {
        Some((text, Ok(ip))) => {
            put("callerType", Some("Remote IP".into()));
            let name = if ip.is_ipv4() { "ipAddressV4" } else { "ipAddressV6" };
            put("remoteIpDetails", Some(json!({ name: text })));
        }
        Some((domain, Err(_))) => {
            put("callerType", Some("Domain".into()));
            put("domainDetails", Some(json!({ "domain": domain })));
        }
        None => {}
    }
    json!({ "actionType": "AWS_API_CALL", "awsApiCallAction": call })
}

/// What Watchfire knows beyond GuardDuty: the text of the API and, as in events, its keys beside it.
fn additional(finding: &Finding) -> Value {
    let mut known = json!({
        "rule": &*finding.rule,
        "ruleName": &*finding.name,
        "why": &*finding.why,
        "next": finding.next,
        "tactics": finding.attack.tactics,
        "techniques": finding.attack.techniques,
        "eventIds": finding.records.iter().take(EVENT_IDS_MAX).map(|record| &*record.event_id).collect::<Vec<_>>(),
    });
    let text = known.to_string();
    if let Value::Object(known) = &mut known {
        known.insert("type".to_owned(), "default".into());
        known.insert("value".to_owned(), text.into());
    }
    known
}

/// Ids of records that an event names; the finding itself has them all.
const EVENT_IDS_MAX: usize = 20;

/// The first record that was kept whole.
fn record(finding: &Finding) -> Option<Map<String, Value>> {
    match serde_json::from_str(&finding.evidence.first()?.record) {
        Ok(Value::Object(record)) => Some(record),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::sample;

    #[test]
    fn what_playbooks_ask_for_is_there() {
        let (home, mut finding) = (sample::home(), sample::finding());
        let place = sample::place(&home);
        let value = guardduty(&finding, &place);
        let at = |path: &str| value.pointer(path).cloned().unwrap_or_default();
        for (path, expect) in [
            ("/severity", json!(8.0)),
            ("/type", json!("Stealth:IAMUser/CloudTrailLoggingDisabled")),
            ("/accountId", json!("111122223333")),
            ("/createdAt", json!("2026-03-02T09:15:00.000Z")),
            ("/updatedAt", json!("2026-03-02T10:15:00.250Z")),
            ("/resource/resourceType", json!("AccessKey")),
            ("/resource/accessKeyDetails/userName", json!("mallory")),
            ("/resource/accessKeyDetails/accessKeyId", json!("AKIAEXAMPLE")),
            ("/service/action/awsApiCallAction/api", json!("StopLogging")),
            ("/service/action/awsApiCallAction/remoteIpDetails/ipAddressV4", json!("198.51.100.7")),
            ("/service/count", json!(2)),
            ("/service/additionalInfo/ruleName", json!("trail_stopped")),
        ] {
            assert_eq!(at(path), expect, "{path}");
        }
        assert!(value.to_string().contains("\"severity\":8.0"), "a double, as in GuardDuty's own");
        for name in ["arn", "id", "region", "schemaVersion"] {
            assert!(value.get(name).is_some(), "{name}");
        }
        finding.evidence.clear();
        assert_eq!(guardduty(&finding, &place).pointer("/resource/accessKeyDetails/userName"), Some(&json!("mallory")));
        finding.evidence = vec![watchfire_model::Evidence { event_id: "".into(), record: "[".repeat(100_000), matched: vec![] }];
        assert!(guardduty(&finding, &place).is_object());
    }

    #[test]
    fn buckets_and_instances() {
        let (home, mut finding) = (sample::home(), sample::finding());
        finding.finding_type = "Policy:S3/BucketPublicAccessGranted".into();
        finding.entities = vec![watchfire_model::Entity { kind: EntityKind::Resource, id: "arn:aws:s3:::logs".into() }];
        let value = guardduty(&finding, &sample::place(&home));
        assert_eq!(value.pointer("/resource/s3BucketDetails/0/name"), Some(&json!("logs")));
        finding.finding_type = "Recon:EC2/Portscan".into();
        finding.entities[0].id = "arn:aws:ec2:r:a:instance/i-0abc".into();
        let value = guardduty(&finding, &sample::place(&home));
        assert_eq!(value.pointer("/resource/instanceDetails/instanceId"), Some(&json!("i-0abc")));
    }
}
