//! What has to hold of a document: required members, words, bounds.

use serde_json::{Map, Value};
use watchfire_model::EventTime;
use watchfire_model::arn::Arn;

use super::severity::normalized_of;

/// Bytes of a finding's JSON text, at most; as Security Hub has it.
pub const BYTES_MAX: usize = 240 * 1024;

/// Entries of a list or map that Security Hub bounds.
const TYPES_MAX: usize = 50;
const FIELDS_MAX: usize = 50;
const RELATED_MAX: usize = 10;

/// Letters of a title and of a description.
const TITLE_MAX: usize = 256;
const DESCRIPTION_MAX: usize = 1024;

/// Faults that are told of one document.
const FAULTS_MAX: usize = 20;

/// Members that have to be there, each a text.
const REQUIRED: [&str; 9] =
    ["SchemaVersion", "Id", "ProductArn", "GeneratorId", "AwsAccountId", "CreatedAt", "UpdatedAt", "Title", "Description"];

/// Members that are instants, where they are there.
const TIMES: [&str; 4] = ["CreatedAt", "UpdatedAt", "FirstObservedAt", "LastObservedAt"];

const NAMESPACES: [&str; 5] =
    ["Software and Configuration Checks", "TTPs", "Effects", "Unusual Behaviors", "Sensitive Data Identifications"];

/// Members that are one of a few words. Lists on the way are walked.
const WORDS: [(&str, &[&str]); 11] = [
    ("Severity.Label", &["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"]),
    ("FindingProviderFields.Severity.Label", &["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"]),
    ("Workflow.Status", &["NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED"]),
    ("WorkflowState", &["NEW", "ASSIGNED", "IN_PROGRESS", "DEFERRED", "RESOLVED"]),
    ("RecordState", &["ACTIVE", "ARCHIVED"]),
    ("Compliance.Status", &["PASSED", "WARNING", "FAILED", "NOT_AVAILABLE"]),
    ("VerificationState", &["UNKNOWN", "TRUE_POSITIVE", "FALSE_POSITIVE", "BENIGN_POSITIVE"]),
    ("Network.Direction", &["IN", "OUT"]),
    (
        "ThreatIntelIndicators.Type",
        &[
            "DOMAIN",
            "EMAIL_ADDRESS",
            "HASH_MD5",
            "HASH_SHA1",
            "HASH_SHA256",
            "HASH_SHA512",
            "IPV4_ADDRESS",
            "IPV6_ADDRESS",
            "MUTEX",
            "PROCESS",
            "URL",
        ],
    ),
    ("ThreatIntelIndicators.Category", &["BACKDOOR", "CARD_STEALER", "COMMAND_AND_CONTROL", "DROP_SITE", "EXPLOIT_SITE", "KEYLOGGER"]),
    ("Resources.Partition", &["aws", "aws-cn", "aws-us-gov"]),
];

/// Everything that is wrong with a document; nothing when it is a finding.
pub(super) fn faults(members: &Map<String, Value>) -> Vec<String> {
    let mut says = Vec::new();
    names_and_times(members, &mut says);
    resources(members, &mut says);
    words(members, &mut says);
    severity(members, &mut says);
    types(members, &mut says);
    triage(members, &mut says);
    if says.is_empty() {
        let bytes = serde_json::to_string(members).map_or(usize::MAX, |text| text.len());
        if bytes > BYTES_MAX {
            says.push(format!("it has {bytes} bytes, at most {BYTES_MAX} are taken"));
        }
    }
    says.truncate(FAULTS_MAX);
    says
}

fn names_and_times(members: &Map<String, Value>, says: &mut Vec<String>) {
    for name in REQUIRED {
        match members.get(name) {
            None => says.push(format!("{name} is missing")),
            Some(value) if !is_text(value) => says.push(format!("{name} has to be a text that is not blank")),
            Some(_) => {}
        }
    }
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    if text("SchemaVersion").is_some_and(|version| version != "2018-10-08") {
        says.push("SchemaVersion has to be 2018-10-08".to_owned());
    }
    if text("AwsAccountId").is_some_and(|id| id.len() != 12 || !id.bytes().all(|byte| byte.is_ascii_digit())) {
        says.push("AwsAccountId has to be twelve digits".to_owned());
    }
    if text("ProductArn").is_some_and(|arn| Arn::parse(arn).is_none_or(|arn| !arn.resource.starts_with("product/"))) {
        says.push(
            "ProductArn has to be the ARN of a product, such as arn:aws:securityhub:REGION:ACCOUNT:product/ACCOUNT/default".to_owned(),
        );
    }
    for name in TIMES {
        let is_time = |value: &Value| value.as_str().is_some_and(|text| text.contains('T') && text.parse::<EventTime>().is_ok());
        if members.get(name).is_some_and(|value| !is_time(value)) {
            says.push(format!("{name} has to be an instant such as 2026-03-02T09:14:07Z"));
        }
    }
    for (name, letters_max) in [("Title", TITLE_MAX), ("Description", DESCRIPTION_MAX)] {
        if text(name).is_some_and(|text| text.chars().count() > letters_max) {
            says.push(format!("{name} has more than {letters_max} letters"));
        }
    }
}

fn resources(members: &Map<String, Value>, says: &mut Vec<String>) {
    match members.get("Resources") {
        None => says.push("Resources is missing".to_owned()),
        Some(Value::Array(list)) if !list.is_empty() => {
            let is_whole = |one: &Value| ["Type", "Id"].iter().all(|name| one.get(name).is_some_and(is_text));
            if !list.iter().all(is_whole) {
                says.push("each of Resources has to have a Type and an Id".to_owned());
            }
        }
        Some(_) => says.push("Resources has to be a list with at least one resource".to_owned()),
    }
}

fn words(members: &Map<String, Value>, says: &mut Vec<String>) {
    for (path, known) in WORDS {
        let Some(first) = path.split('.').next().and_then(|name| members.get(name)) else { continue };
        let rest: Vec<&str> = path.split('.').skip(1).collect();
        if !all_at(first, &rest, &|value| value.as_str().is_some_and(|word| known.contains(&word))) {
            says.push(format!("{path} has to be one of {}", known.join(", ")));
        }
    }
}

/// Whether something holds of every value at a path.
fn all_at(value: &Value, path: &[&str], holds: &dyn Fn(&Value) -> bool) -> bool {
    match (value, path) {
        (Value::Array(list), _) => list.iter().all(|one| all_at(one, path, holds)),
        (Value::Object(members), [name, rest @ ..]) => members.get(*name).is_none_or(|value| all_at(value, rest, holds)),
        (_, [_, ..]) => false,
        (value, []) => holds(value),
    }
}

fn severity(members: &Map<String, Value>, says: &mut Vec<String>) {
    let top = members.get("Severity");
    let of_provider = members.get("FindingProviderFields").and_then(|fields| fields.get("Severity"));
    if top.is_some_and(|severity| !severity.is_object()) {
        says.push("Severity has to be an object".to_owned());
    }
    let has_label = |severity: Option<&Value>| severity.and_then(|one| one.get("Label")).and_then(Value::as_str).and_then(normalized_of);
    let number = top.and_then(|severity| severity.get("Normalized"));
    if number.is_some_and(|number| !is_score(number)) {
        says.push("Severity.Normalized has to be a whole number from 0 to 100".to_owned());
    }
    let is_said = number.is_some() || has_label(top).is_some() || has_label(of_provider).is_some();
    if !is_said {
        says.push("Severity has to have a Label or a Normalized, there or in FindingProviderFields".to_owned());
    }
    for name in ["Confidence", "Criticality"] {
        let of_provider = members.get("FindingProviderFields").and_then(|fields| fields.get(name));
        if [members.get(name), of_provider].into_iter().flatten().any(|score| !is_score(score)) {
            says.push(format!("{name} has to be a whole number from 0 to 100"));
        }
    }
}

fn types(members: &Map<String, Value>, says: &mut Vec<String>) {
    let of_provider = members.get("FindingProviderFields").and_then(|fields| fields.get("Types"));
    let given: Vec<&Value> = [members.get("Types"), of_provider].into_iter().flatten().collect();
    if given.is_empty() {
        says.push("Types is missing, there and in FindingProviderFields".to_owned());
    }
    says.extend(given.into_iter().find_map(|types| check_types(types).err()));
}

/// Whether a value is a list of types, `namespace/category/classifier` with the last two optional.
pub(crate) fn check_types(types: &Value) -> Result<(), String> {
    let Value::Array(list) = types else { return Err("Types has to be a list".to_owned()) };
    if list.len() > TYPES_MAX {
        return Err(format!("Types has more than {TYPES_MAX} entries"));
    }
    let is_type = |one: &Value| {
        let parts: Vec<&str> = one.as_str().unwrap_or_default().split('/').collect();
        parts.len() <= 3 && NAMESPACES.contains(&parts[0]) && parts.iter().all(|part| !part.trim().is_empty())
    };
    match list.iter().find(|one| !is_type(one)) {
        Some(wrong) => {
            let namespaces = NAMESPACES.join(", ");
            Err(format!("Types has {wrong}, which is not namespace/category/classifier with a namespace of {namespaces}"))
        }
        None => Ok(()),
    }
}

/// Fields of people.
fn triage(members: &Map<String, Value>, says: &mut Vec<String>) {
    for name in ["ProductFields", "UserDefinedFields"] {
        says.extend(members.get(name).and_then(|fields| check_fields(name, fields).err()));
    }
    says.extend(members.get("RelatedFindings").and_then(|related| check_related(related).err()));
    if members.get("Note").is_some_and(|note| !["Text", "UpdatedBy", "UpdatedAt"].iter().all(|name| note.get(name).is_some_and(is_text))) {
        says.push("Note has to have a Text, an UpdatedBy and an UpdatedAt".to_owned());
    }
    for name in ["Workflow", "Compliance", "FindingProviderFields", "Network"] {
        if members.get(name).is_some_and(|value| !value.is_object()) {
            says.push(format!("{name} has to be an object"));
        }
    }
}

/// Whether a value is a map of texts.
pub(crate) fn check_fields(name: &str, fields: &Value) -> Result<(), String> {
    match fields.as_object() {
        Some(fields) if fields.len() > FIELDS_MAX => Err(format!("{name} has more than {FIELDS_MAX} entries")),
        Some(fields) if fields.values().all(Value::is_string) => Ok(()),
        _ => Err(format!("{name} has to be a map of texts")),
    }
}

/// Whether a value is a list of findings' keys.
pub(crate) fn check_related(related: &Value) -> Result<(), String> {
    match related.as_array() {
        Some(list) if list.len() > RELATED_MAX => Err(format!("RelatedFindings has more than {RELATED_MAX} entries")),
        Some(list) if list.iter().all(|one| ["ProductArn", "Id"].iter().all(|name| one.get(name).is_some_and(is_text))) => Ok(()),
        _ => Err("RelatedFindings has to be a list, each with a ProductArn and an Id".to_owned()),
    }
}

/// Whether a value is a whole number from 0 to 100.
pub(crate) fn is_score(value: &Value) -> bool {
    value.as_i64().is_some_and(|number| (0..=100).contains(&number))
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::asff::Asff;
    use crate::sample::document;

    #[test]
    fn each_fault_is_told_by_its_member() {
        let says = |change: &dyn Fn(&mut serde_json::Value)| {
            let mut value = document("f", 1);
            change(&mut value);
            Asff::read(value).map(|_| ()).map_err(|fault| fault.says.join("; "))
        };
        assert_eq!(says(&|_| ()), Ok(()));
        let required =
            ["SchemaVersion", "Id", "ProductArn", "GeneratorId", "AwsAccountId", "CreatedAt", "UpdatedAt", "Title", "Description"];
        for name in required.into_iter().chain(["Resources", "Severity", "Types"]) {
            let told = says(&|value| drop(value.as_object_mut().unwrap().remove(name))).unwrap_err();
            assert!(told.contains(name), "{name}: {told}");
        }
        for (pointer, value, name) in [
            ("/Severity", json!({"Label": "high"}), "Severity.Label"),
            ("/Severity", json!({"Normalized": 101}), "Severity.Normalized"),
            ("/Severity", json!(7), "Severity"),
            ("/Types", json!(["Malware/x"]), "Types"),
            ("/Types", json!(["TTPs/a/b/c"]), "Types"),
            ("/SchemaVersion", json!("2020-01-01"), "SchemaVersion"),
            ("/AwsAccountId", json!("12345"), "AwsAccountId"),
            ("/ProductArn", json!("arn:aws:s3:::b"), "ProductArn"),
            ("/UpdatedAt", json!("yesterday"), "UpdatedAt"),
            ("/CreatedAt", json!("2026-03-02"), "CreatedAt"),
            ("/Title", json!("x".repeat(257)), "Title"),
            ("/Id", json!(" "), "Id"),
            ("/Resources", json!([]), "Resources"),
            ("/Resources", json!([{"Type": "Other"}]), "Resources"),
            ("/Workflow", json!({"Status": "DONE"}), "Workflow.Status"),
            ("/Workflow", json!("NEW"), "Workflow"),
            ("/RecordState", json!("GONE"), "RecordState"),
            ("/Compliance", json!({"Status": "OK"}), "Compliance.Status"),
            ("/VerificationState", json!("YES"), "VerificationState"),
            ("/Confidence", json!(1.5), "Confidence"),
            ("/Criticality", json!(-1), "Criticality"),
            ("/UserDefinedFields", json!({"a": 1}), "UserDefinedFields"),
            ("/RelatedFindings", json!([{"Id": "x"}]), "RelatedFindings"),
            ("/Note", json!({"Text": "x"}), "Note"),
            ("/ThreatIntelIndicators", json!([{"Type": "IPV4_ADDRESS"}, {"Type": "IP"}]), "ThreatIntelIndicators.Type"),
            ("/ProductFields", json!({"a": "x".repeat(240 * 1024)}), "bytes"),
        ] {
            let told = says(&|document| document[&pointer[1..]] = value.clone()).unwrap_err();
            assert!(told.contains(name), "{pointer}: {told}");
        }
        assert_eq!(says(&|value| value["FindingProviderFields"] = json!({"Severity": {"Label": "LOW"}, "Types": ["TTPs"]})), Ok(()));
    }
}
