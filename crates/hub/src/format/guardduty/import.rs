//! A finding of GuardDuty as a document.

use serde_json::{Map, Value, json};

use crate::format::read::{original, shortened};

/// Takes a finding as EventBridge and S3 have it, or in the capitals of the API.
///
/// # Errors
/// It is no finding of GuardDuty.
pub(in crate::format) fn to_asff(value: Value) -> Result<Value, String> {
    let finding = recased(value, &|name| cased(name, char::to_lowercase));
    let text = |pointer: &str| finding.pointer(pointer).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let needed = |name: &str| text(&format!("/{name}")).ok_or_else(|| format!("{name} is missing: not a finding of GuardDuty"));
    let (arn, kind, account, region) = (needed("arn")?, needed("type")?, needed("accountId")?, needed("region")?);
    let number = finding.get("severity").and_then(Value::as_f64).ok_or("severity is missing: not a finding of GuardDuty")?;
    let partition = text("/partition").unwrap_or("aws");
    let normalized = (number * 10.0).round().clamp(0.0, 100.0) as i64;
    let mut document = json!({
        "SchemaVersion": "2018-10-08",
        "Id": arn,
        "ProductArn": format!("arn:{partition}:securityhub:{region}::product/aws/guardduty"),
        "ProductName": "GuardDuty",
        "CompanyName": "Amazon",
        "Region": region,
        "GeneratorId": arn.split("/finding/").next().unwrap_or(arn),
        "AwsAccountId": account,
        "Types": [format!("{}/{}", tactic(kind), kind.replace('/', "-"))],
        "CreatedAt": needed("createdAt")?,
        "UpdatedAt": needed("updatedAt")?,
        "Severity": { "Product": number, "Normalized": normalized },
        "Title": shortened(text("/title").unwrap_or(kind), 256),
        "Description": shortened(text("/description").or(text("/title")).unwrap_or(kind), 1024),
        "ProductFields": fields(&finding),
        "Resources": resources(&finding, partition, account, region),
        "RecordState": if finding.pointer("/service/archived") == Some(&Value::Bool(true)) { "ARCHIVED" } else { "ACTIVE" },
        "Sample": finding.pointer("/service/additionalInfo/sample") == Some(&Value::Bool(true)),
    });
    for (name, pointer) in [("FirstObservedAt", "/service/eventFirstSeen"), ("LastObservedAt", "/service/eventLastSeen")] {
        if let Some(time) = text(pointer) {
            document[name] = time.into();
        }
    }
    if let Some(action) = finding.pointer("/service/action").filter(|action| action.is_object()) {
        document["Action"] = recased(action.clone(), &|name| cased(name, char::to_uppercase));
    }
    if let Some(network) = network(&finding) {
        document["Network"] = network;
    }
    document["Original"] = original("GuardDuty", finding);
    Ok(document)
}

/// The same value with other names of members.
fn recased(value: Value, named: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::Array(list) => list.into_iter().map(|one| recased(one, named)).collect(),
        Value::Object(members) => Value::Object(members.into_iter().map(|(name, value)| (named(&name), recased(value, named))).collect()),
        other => other,
    }
}

fn cased<I: Iterator<Item = char>>(name: &str, letter: impl Fn(char) -> I) -> String {
    let mut letters = name.chars();
    letters.next().into_iter().flat_map(letter).chain(letters).collect()
}

/// Namespace and category of what the first word of a type says.
fn tactic(kind: &str) -> &'static str {
    match kind.split(':').next().unwrap_or_default() {
        "Backdoor" | "CryptoCurrency" | "Trojan" => "TTPs/Command and Control",
        "CredentialAccess" => "TTPs/Credential Access",
        "DefenseEvasion" | "Stealth" => "TTPs/Defense Evasion",
        "Discovery" | "Recon" => "TTPs/Discovery",
        "Execution" => "TTPs/Execution",
        "Exfiltration" => "TTPs/Exfiltration",
        "Impact" | "PenTest" => "TTPs/Impact",
        "InitialAccess" | "UnauthorizedAccess" => "TTPs/Initial Access",
        "Persistence" => "TTPs/Persistence",
        "PrivilegeEscalation" => "TTPs/Privilege Escalation",
        "Policy" => "Software and Configuration Checks/AWS Security Best Practices",
        _ => "Unusual Behaviors/Other",
    }
}

/// What people look for, as texts.
fn fields(finding: &Value) -> Value {
    let wanted = [
        ("aws/guardduty/type", "/type"),
        ("aws/guardduty/id", "/id"),
        ("aws/guardduty/service/count", "/service/count"),
        ("aws/guardduty/service/detectorId", "/service/detectorId"),
        ("aws/guardduty/service/featureName", "/service/featureName"),
        ("aws/guardduty/service/resourceRole", "/service/resourceRole"),
        ("aws/guardduty/service/userFeedback", "/service/userFeedback"),
    ];
    let field = |(name, pointer): (&str, &str)| {
        let value = finding.pointer(pointer).filter(|value| !value.is_null())?;
        Some((name.to_owned(), Value::from(value.as_str().map_or_else(|| value.to_string(), str::to_owned))))
    };
    Value::Object(wanted.into_iter().filter_map(field).collect())
}

fn resources(finding: &Value, partition: &str, account: &str, region: &str) -> Value {
    let at = |pointer: &str| finding.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
    let mut all: Vec<Value> = Vec::new();
    let mut add = |kind: &str, id: String, details: Option<Value>| {
        let mut one = json!({ "Type": kind, "Id": id, "Partition": partition, "Region": region });
        if let Some(details) = details {
            one["Details"] = json!({ kind: details });
        }
        all.push(one);
    };
    if let Some(key) = at("/resource/accessKeyDetails/accessKeyId") {
        add("AwsIamAccessKey", format!("AWS::IAM::AccessKey:{key}"), Some(key_details(finding)));
    }
    if let Some(id) = at("/resource/instanceDetails/instanceId") {
        let details = finding.pointer("/resource/instanceDetails/instanceType").map(|kind| json!({ "Type": kind }));
        add("AwsEc2Instance", format!("arn:{partition}:ec2:{region}:{account}:instance/{id}"), details);
    }
    for bucket in finding.pointer("/resource/s3BucketDetails").and_then(Value::as_array).into_iter().flatten() {
        if let Some(arn) = bucket.get("arn").and_then(Value::as_str) {
            add("AwsS3Bucket", arn.to_owned(), None);
        }
    }
    let named = [
        ("AwsEksCluster", "/resource/eksClusterDetails/arn"),
        ("AwsEcsCluster", "/resource/ecsClusterDetails/arn"),
        ("AwsLambdaFunction", "/resource/lambdaDetails/functionArn"),
        ("AwsRdsDbInstance", "/resource/rdsDbInstanceDetails/dbInstanceArn"),
    ];
    for (kind, pointer) in named {
        if let Some(arn) = at(pointer) {
            add(kind, arn.to_owned(), None);
        }
    }
    for one in finding.pointer("/service/detection/sequence/resources").and_then(Value::as_array).into_iter().flatten().take(32) {
        if let Some(uid) = one.get("uid").and_then(Value::as_str) {
            add("Other", uid.to_owned(), None);
        }
    }
    if all.is_empty() {
        all.push(json!({ "Type": "AwsAccount", "Id": format!("AWS::::Account:{account}"), "Partition": partition, "Region": region }));
    }
    all.into()
}

fn key_details(finding: &Value) -> Value {
    let names = [
        ("AccessKeyId", "accessKeyId"),
        ("PrincipalId", "principalId"),
        ("PrincipalType", "userType"),
        ("PrincipalName", "userName"),
        ("UserName", "userName"),
    ];
    let detail = |(name, member): (&str, &str)| {
        let value = finding.pointer("/resource/accessKeyDetails")?.get(member)?;
        Some((name.to_owned(), value.clone()))
    };
    Value::Object(names.into_iter().filter_map(detail).collect::<Map<_, _>>())
}

/// Who spoke with whom: the remote address is the source of what came in.
fn network(finding: &Value) -> Option<Value> {
    let action = finding.pointer("/service/action")?;
    let connection = action.get("networkConnectionAction");
    let is_out = connection.and_then(|one| one.get("connectionDirection")).and_then(Value::as_str) == Some("OUTBOUND");
    let remote = ["networkConnectionAction", "awsApiCallAction", "kubernetesApiCallAction", "rdsLoginAttemptAction"]
        .into_iter()
        .find_map(|name| action.get(name)?.get("remoteIpDetails"))?;
    let side = if is_out { "Destination" } else { "Source" };
    let mut network = Map::new();
    if connection.is_some() {
        network.insert("Direction".to_owned(), if is_out { "OUT" } else { "IN" }.into());
    }
    for (name, member) in [("IpV4", "ipAddressV4"), ("IpV6", "ipAddressV6")] {
        network.extend(remote.get(member).filter(|ip| ip.is_string()).map(|ip| (format!("{side}{name}"), ip.clone())));
    }
    let protocol = connection.and_then(|one| one.get("protocol")).filter(|protocol| protocol.is_string());
    network.extend(protocol.map(|protocol| ("Protocol".to_owned(), protocol.clone())));
    let ports = [("Destination", if is_out { "remotePortDetails" } else { "localPortDetails" })];
    for (side, member) in ports {
        let port = connection.and_then(|one| one.get(member)?.get("port")).filter(|port| port.is_i64());
        network.extend(port.map(|port| (format!("{side}Port"), port.clone())));
    }
    (!network.is_empty()).then(|| network.into())
}
