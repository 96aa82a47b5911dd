//! A finding in Security Hub's format, ASFF of 2018-10-08.

use serde_json::{Map, Value, json};
use watchfire_model::arn::Arn;
use watchfire_model::{EntityKind, Finding, Severity};

use super::place::FindingPlace;
use crate::asff::Asff;

/// Label and normalised score of each level.
fn severity(level: Severity) -> (&'static str, u8) {
    match level {
        Severity::Informational => ("INFORMATIONAL", 0),
        Severity::Low => ("LOW", 1),
        Severity::Medium => ("MEDIUM", 40),
        Severity::High => ("HIGH", 70),
        Severity::Critical => ("CRITICAL", 90),
    }
}

/// Letters that Security Hub takes.
const TITLE_MAX: usize = 256;
const DESCRIPTION_MAX: usize = 1024;
const REMEDIATION_MAX: usize = 512;

/// Resources that it takes.
const RESOURCES_MAX: usize = 32;

/// A finding as Security Hub imports it.
pub fn asff(finding: &Finding, place: &FindingPlace<'_>) -> Value {
    let (account, region) = (place.account(finding), place.region(finding));
    let product = format!("arn:{}:securityhub:{region}:{account}:product/{account}/default", place.home.partition);
    let (label, normalized) = severity(finding.severity);
    let severity = json!({ "Label": label, "Normalized": normalized });
    let types = types(finding);
    let mut asff = json!({
        "SchemaVersion": "2018-10-08",
        "Id": format!("{product}/{}", place.id),
        "ProductArn": product,
        "ProductName": "Watchfire",
        "CompanyName": "Watchfire",
        "Region": region,
        "GeneratorId": &*finding.rule,
        "AwsAccountId": account,
        "Types": types,
        "FirstObservedAt": finding.time.to_string(),
        "LastObservedAt": finding.last_time.to_string(),
        "CreatedAt": place.created.to_string(),
        "UpdatedAt": place.updated.to_string(),
        "Severity": severity,
        "Title": shortened(&finding.title, TITLE_MAX),
        "Description": shortened(&finding.summary, DESCRIPTION_MAX),
        "ProductFields": {
            "watchfire/type": &*finding.finding_type,
            "watchfire/rule": &*finding.name,
            "watchfire/count": finding.count.to_string(),
            "watchfire/techniques": finding.attack.techniques.join(", "),
        },
        "Resources": resources(finding, place, account, region),
        "WorkflowState": "NEW",
        "Workflow": { "Status": "NEW" },
        "RecordState": "ACTIVE",
        "FindingProviderFields": { "Severity": severity, "Types": types },
    });
    if let (Value::Object(asff), false) = (&mut asff, finding.next.is_empty()) {
        let text = shortened(&finding.next.join(" "), REMEDIATION_MAX);
        asff.insert("Remediation".to_owned(), json!({ "Recommendation": { "Text": text } }));
    }
    asff
}

/// The same, as a document that the hub takes in.
pub fn told_by_us(finding: &Finding, place: &FindingPlace<'_>) -> Asff {
    match asff(finding, place) {
        Value::Object(members) => Asff::made(members),
        _ => unreachable!("a finding is written as an object"),
    }
}

/// `TTPs/Defense Evasion/Stealth:IAMUser-CloudTrailLoggingDisabled`, one for each tactic.
fn types(finding: &Finding) -> Vec<String> {
    let classifier = finding.finding_type.replace('/', "-");
    if finding.attack.tactics.is_empty() {
        return vec![format!("Unusual Behaviors/{classifier}")];
    }
    finding.attack.tactics.iter().map(|tactic| format!("TTPs/{}/{classifier}", in_words(tactic))).collect()
}

/// `command-and-control` as `Command and Control`.
fn in_words(tactic: &str) -> String {
    let words = tactic.split('-').map(|word| match word {
        "and" => "and".to_owned(),
        _ => word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect(),
    });
    words.collect::<Vec<String>>().join(" ")
}

fn resources(finding: &Finding, place: &FindingPlace<'_>, account: &str, region: &str) -> Vec<Value> {
    let resource = |kind: &str, id: &str, details: Option<Value>| {
        let mut one = Map::new();
        one.insert("Type".to_owned(), kind.into());
        one.insert("Id".to_owned(), id.into());
        one.insert("Partition".to_owned(), place.home.partition.clone().into());
        one.insert("Region".to_owned(), region.into());
        one.extend(details.map(|details| ("Details".to_owned(), json!({ kind: details }))));
        Value::Object(one)
    };
    let mut all: Vec<Value> = finding
        .entities
        .iter()
        .filter_map(|entity| match entity.kind {
            EntityKind::AccessKey => {
                let id = format!("AWS::IAM::AccessKey:{}", entity.id);
                Some(resource("AwsIamAccessKey", &id, Some(json!({ "AccessKeyId": &*entity.id }))))
            }
            EntityKind::Principal | EntityKind::SessionIssuer | EntityKind::Resource => {
                Some(resource(kind_of(&entity.id), &entity.id, None))
            }
            _ => None,
        })
        .take(RESOURCES_MAX)
        .collect();
    if all.is_empty() {
        all.push(resource("AwsAccount", &format!("AWS::::Account:{account}"), None));
    }
    all
}

/// The type of what an ARN names.
fn kind_of(id: &str) -> &'static str {
    let Some(arn) = Arn::parse(id) else { return "Other" };
    match (arn.service, arn.resource.split(['/', ':']).next().unwrap_or_default()) {
        ("cloudtrail", "trail") => "AwsCloudTrailTrail",
        ("ec2", "instance") => "AwsEc2Instance",
        ("ec2", "security-group") => "AwsEc2SecurityGroup",
        ("iam", "policy") => "AwsIamPolicy",
        ("iam", "role") => "AwsIamRole",
        ("iam", "user") => "AwsIamUser",
        ("kms", "key") => "AwsKmsKey",
        ("lambda", "function") => "AwsLambdaFunction",
        ("s3", _) if arn.resource.contains('/') => "AwsS3Object",
        ("s3", _) => "AwsS3Bucket",
        ("secretsmanager", "secret") => "AwsSecretsManagerSecret",
        _ => "Other",
    }
}

fn shortened(text: &str, letters_max: usize) -> String {
    if text.chars().count() <= letters_max {
        return text.to_owned();
    }
    text.chars().take(letters_max - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn required_members_and_words() {
        let (home, finding) = (sample::home(), sample::finding());
        let value = asff(&finding, &sample::place(&home));
        for name in ["Id", "ProductArn", "GeneratorId", "AwsAccountId", "CreatedAt", "UpdatedAt", "Title", "Description", "Resources"] {
            assert!(value.get(name).is_some(), "{name}");
        }
        assert_eq!(value["Severity"], json!({ "Label": "HIGH", "Normalized": 70 }));
        assert_eq!(value["Types"], json!(["TTPs/Defense Evasion/Stealth:IAMUser-CloudTrailLoggingDisabled"]));
        let kinds: Vec<_> = value["Resources"].as_array().unwrap().iter().map(|one| one["Type"].clone()).collect();
        assert_eq!(kinds, ["AwsIamUser", "AwsIamAccessKey", "AwsCloudTrailTrail"]);
        assert_eq!(value["Remediation"]["Recommendation"]["Text"], "Start it again. Ask mallory.");
        assert_eq!(in_words("command-and-control"), "Command and Control");
    }

    #[test]
    fn something_is_always_named_and_texts_fit() {
        let (home, mut finding) = (sample::home(), sample::finding());
        finding.entities.clear();
        finding.title = "é".repeat(300).into();
        let value = asff(&finding, &sample::place(&home));
        assert_eq!(value["Resources"][0]["Id"], "AWS::::Account:999999999999");
        assert_eq!(value["Title"].as_str().unwrap().chars().count(), 256);
    }
}
