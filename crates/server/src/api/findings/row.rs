//! A finding in a list.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use watchfire_hub::asff::{Asff, FindingKey};
use watchfire_model::arn::Home;
use watchfire_state::{Error, FindingId, Store, StoredFinding};

use crate::answer;
use crate::call::Call;
use crate::problem::Problem;

/// A finding in a list, whoever found it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Row {
    /// Its id here: 32 hexadecimal digits for our own, a longer word for imported ones.
    pub id: String,
    /// Where it stands: `NEW`, `NOTIFIED`, `RESOLVED` or `SUPPRESSED`.
    pub status: &'static str,
    /// `informational`, `low`, `medium`, `high` or `critical`.
    pub severity: String,
    /// What happened, in general.
    pub title: String,
    /// What happened, here.
    pub summary: String,
    /// The first type it is of.
    #[serde(rename = "type")]
    pub finding_type: String,
    /// The id of the rule, or what else made it.
    pub rule: String,
    /// The product that found it.
    pub product: String,
    /// The account it is about.
    pub account: String,
    /// The region it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// First seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// Last seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_time: Option<String>,
    /// How many records; absent where the product does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// When its product last changed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<String>,
    /// `ACTIVE` or `ARCHIVED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_state: Option<String>,
    /// Whether it is true: `UNKNOWN`, `TRUE_POSITIVE`, `FALSE_POSITIVE` or `BENIGN_POSITIVE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification_state: Option<String>,
    /// What people noted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What it is about.
    pub resources: Vec<Resource>,
}

/// What a finding is about.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Resource {
    /// Its kind, in Security Hub's words.
    #[serde(rename = "type")]
    kind: String,
    /// Its id, most often an ARN.
    id: String,
}

impl Row {
    pub fn of(document: &Asff, home: &Home) -> Row {
        let text = |path: &str| document.text(path).map(str::to_owned);
        let or_empty = |path: &str| text(path).unwrap_or_default();
        let is_own = document.text("ProductName") == Some("Watchfire");
        let resources = document.get("Resources").and_then(Value::as_array).into_iter().flatten().map(|resource| {
            let text = |name: &str| resource[name].as_str().unwrap_or_default().to_owned();
            Resource { kind: text("Type"), id: text("Id") }
        });
        let of_fields = |name: &str| document.members().get("ProductFields")?.get(name)?.as_str().filter(|_| is_own).map(str::to_owned);
        let first_type = document.get("Types").and_then(|types| types.get(0)?.as_str()).unwrap_or_default();
        Row {
            id: id_of(&document.key(), home),
            status: document.workflow().as_str(),
            severity: or_empty("Severity.Label").to_ascii_lowercase(),
            title: or_empty("Title"),
            summary: or_empty("Description"),
            finding_type: of_fields("watchfire/type").unwrap_or_else(|| first_type.to_owned()),
            rule: or_empty("GeneratorId"),
            product: text("ProductName").unwrap_or_else(|| or_empty("ProductArn")),
            account: or_empty("AwsAccountId"),
            region: text("Region"),
            time: text("FirstObservedAt"),
            last_time: text("LastObservedAt"),
            count: of_fields("watchfire/count").and_then(|count| count.parse().ok()),
            created: text("CreatedAt"),
            updated: text("UpdatedAt"),
            record_state: text("RecordState"),
            verification_state: text("VerificationState"),
            note: text("Note.Text"),
            resources: resources.collect(),
        }
    }
}

/// Our id of a finding: the one of our own findings, or all of the key as a word.
fn id_of(key: &FindingKey, home: &Home) -> String {
    let own = key.id.strip_prefix(&key.product_arn).and_then(|rest| rest.strip_prefix('/'));
    let is_ours = key.product_arn.starts_with(&format!("arn:{}:securityhub:", home.partition)) && key.product_arn.ends_with("/default");
    match own.filter(|id| is_ours && is_own_id(id)) {
        Some(id) => id.to_owned(),
        None => format!("i-{}", answer::cursor(&format!("{}\n{}", key.product_arn, key.id))),
    }
}

fn is_own_id(id: &str) -> bool {
    id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// The id of one of our own findings.
pub(super) fn own_id(id: &str) -> Option<FindingId> {
    id.parse().ok().filter(|_| is_own_id(id))
}

/// What a finding of another product is known by that has such an id here.
pub(super) fn key_of(id: &str) -> Option<FindingKey> {
    let key = answer::cursor_text(id.strip_prefix("i-")?).ok()?;
    let (product_arn, id) = key.split_once('\n')?;
    Some(FindingKey { id: id.to_owned(), product_arn: product_arn.to_owned() })
}

/// One of our own findings, with everything that is known of it.
pub(super) fn own(id: &str, call: &Call) -> Result<Option<StoredFinding>, Problem> {
    if !is_own_id(id) {
        return Ok(None);
    }
    match call.app.parts.state.finding(id) {
        Ok(stored) => Ok(Some(stored)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(Problem::failed("findings cannot be read", error)),
    }
}
