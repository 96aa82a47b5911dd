//! Which findings are asked for.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use watchfire_hub::asff::Asff;
use watchfire_hub::filter::Filters;
use watchfire_hub::query::Query;
use watchfire_state::HubStore;

use super::problem;
use crate::answer::{self, limit_usual};
use crate::call::Call;
use crate::findings::Refused;
use crate::problem::Problem;

/// Which findings, in a query. Members that are not there do not matter; several of one name are alternatives.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// This severity or a more urgent one.
    pub severity: Option<SeverityWord>,
    /// Where they stand.
    #[serde(default)]
    pub status: Vec<StatusWord>,
    /// The account they are about.
    #[serde(default)]
    pub account: Vec<String>,
    /// The region they are about.
    #[serde(default)]
    pub region: Vec<String>,
    /// The id of the rule that found them.
    #[serde(default)]
    pub rule: Vec<String>,
    /// The name of the product that found them.
    #[serde(default)]
    pub product: Vec<String>,
    /// A resource they are about, by its whole id.
    #[serde(default)]
    pub resource: Vec<String>,
    /// A text somewhere in the title.
    pub text: Option<String>,
    /// Last seen not before, ISO 8601.
    pub from: Option<String>,
    /// Last seen not after, ISO 8601.
    pub to: Option<String>,
    /// Whether they still hold.
    pub record_state: Option<RecordWord>,
    /// What stands first.
    #[serde(default)]
    pub sort: SortWord,
    /// Items in a page, at most.
    #[serde(default = "limit_usual")]
    #[schemars(range(min = 1, max = 1000))]
    pub limit: u32,
    /// Where to go on: `next` of the page before.
    pub cursor: Option<String>,
}

/// How urgent.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum SeverityWord {
    Informational,
    Low,
    Medium,
    High,
    Critical,
}

/// Where findings stand; words of either case.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum StatusWord {
    #[serde(alias = "new")]
    New,
    #[serde(alias = "notified")]
    Notified,
    #[serde(alias = "resolved")]
    Resolved,
    #[serde(alias = "suppressed")]
    Suppressed,
}

impl StatusWord {
    pub fn as_str(self) -> &'static str {
        match self {
            StatusWord::New => "NEW",
            StatusWord::Notified => "NOTIFIED",
            StatusWord::Resolved => "RESOLVED",
            StatusWord::Suppressed => "SUPPRESSED",
        }
    }
}

/// Whether a finding still holds.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum RecordWord {
    #[serde(alias = "active")]
    Active,
    #[serde(alias = "archived")]
    Archived,
}

/// What stands first.
#[derive(Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum SortWord {
    /// The most urgent; among these the last seen.
    Urgency,
    /// The last changed.
    #[default]
    Updated,
    /// The last seen.
    Latest,
    /// The first seen.
    Earliest,
}

/// Which findings, in AWS's words.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// AWS's `AwsSecurityFindingFilters`.
    #[serde(default)]
    pub filters: Map<String, Value>,
    /// AWS's `SortCriteria`.
    #[serde(default)]
    pub sort: Vec<Map<String, Value>>,
    /// Items in a page, at most.
    #[serde(default = "limit_usual")]
    #[schemars(range(min = 1, max = 1000))]
    pub limit: u32,
    /// Where to go on: `next` of the page before.
    pub cursor: Option<String>,
}

impl Wanted {
    /// The same in AWS's words.
    pub fn asked(self) -> Result<Asked, Problem> {
        let mut filters = Map::new();
        let equals = |value: &str| json!({"Value": value, "Comparison": "EQUALS"});
        let mut alternatives = |name: &str, values: Vec<Value>| {
            if !values.is_empty() {
                filters.insert(name.to_owned(), values.into());
            }
        };
        let words = ["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"];
        let severities = self.severity.map(|least| words[least as usize..].iter().map(|word| equals(word)).collect());
        alternatives("SeverityLabel", severities.unwrap_or_default());
        alternatives("WorkflowStatus", self.status.iter().map(|status| equals(status.as_str())).collect());
        for (name, values) in [
            ("AwsAccountId", &self.account),
            ("Region", &self.region),
            ("GeneratorId", &self.rule),
            ("ProductName", &self.product),
            ("ResourceId", &self.resource),
        ] {
            alternatives(name, values.iter().map(|value| equals(value)).collect());
        }
        alternatives("Title", self.text.iter().map(|text| json!({"Value": text, "Comparison": "CONTAINS"})).collect());
        let state = self.record_state.map(|state| match state {
            RecordWord::Active => "ACTIVE",
            RecordWord::Archived => "ARCHIVED",
        });
        alternatives("RecordState", state.into_iter().map(equals).collect());
        if self.from.is_some() || self.to.is_some() {
            // The filter has both ends or none.
            let (from, to) = (self.from.as_deref().unwrap_or("0001-01-01T00:00:00Z"), self.to.as_deref().unwrap_or("9999-12-31T23:59:59Z"));
            alternatives("LastObservedAt", vec![json!({"Start": instant(from)?, "End": instant(to)?})]);
        }
        let by = |field: &str, order: &str| json!({"Field": field, "SortOrder": order});
        let sort = match self.sort {
            SortWord::Urgency => vec![by("SeverityNormalized", "desc"), by("LastObservedAt", "desc")],
            SortWord::Updated => vec![by("UpdatedAt", "desc")],
            SortWord::Latest => vec![by("LastObservedAt", "desc")],
            SortWord::Earliest => vec![by("FirstObservedAt", "asc")],
        };
        let sort = sort.into_iter().filter_map(|by| by.as_object().cloned()).collect();
        Ok(Asked { filters, sort, limit: self.limit, cursor: self.cursor })
    }
}

fn instant(text: &str) -> Result<String, Problem> {
    let time: Result<watchfire_model::EventTime, _> = text.parse();
    time.map(|time| time.to_string()).map_err(|error| Problem::unfit(format!("{text:?} is no instant: {error}")))
}

impl Asked {
    pub fn filters(&self) -> Result<Filters, Problem> {
        Filters::read(&Value::Object(self.filters.clone())).map_err(|error| problem(Refused::Aws(error)))
    }
}

/// A page of findings, and where the next begins.
pub(super) fn page(call: &Call, asked: &Asked) -> Result<(Vec<Asff>, Option<String>), Problem> {
    let limit = answer::limit(asked.limit)?;
    let refused = |error| problem(Refused::Aws(error));
    let sort = if asked.sort.is_empty() { Value::Null } else { json!(asked.sort) };
    let query = Query::latest(asked.filters()?, limit).sorted(&sort).and_then(|query| query.behind(asked.cursor.as_deref()));
    let query = query.map_err(refused)?;
    let now = call.now();
    let found = call.app.parts.state.hub_find(&query, now).map_err(|error| problem(Refused::Failed(error)))?;
    let next = query.token(&found);
    Ok((found.items.into_iter().map(|(_, held)| held.document).collect(), next))
}
