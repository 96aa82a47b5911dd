//! One finding: all of it, its records, its evidence, what became of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use watchfire_hub::format::{FindingPlace, guardduty};
use watchfire_hub::operation::{Context, Request};
use watchfire_state::{Error, Store};
use watchfire_trust::Permission;

use super::row::{Row, own};
use super::{TAG, named, problem};
use crate::answer::{self, Page, PageQuery};
use crate::call::Call;
use crate::problem::Problem;
use crate::route::{Outcome, Route};
use crate::{findings, names};

pub(super) fn routes() -> Vec<Route> {
    let needed = Permission::ReadFindings;
    vec![
        Route::get("/api/v1/findings/{id}", one).needs(needed).told(TAG, "Shows a finding.").etag().gives::<Whole>(),
        Route::get("/api/v1/findings/{id}/occurrences", occurrences)
            .needs(needed)
            .told(TAG, "Lists the records of a finding, oldest first.")
            .query::<PageQuery>()
            .gives::<Page<Record>>(),
        Route::get("/api/v1/findings/{id}/evidence", evidence)
            .needs(needed)
            .told(TAG, "Shows the records that a finding keeps whole, with what made them match.")
            .gives::<EvidenceList>(),
        Route::get("/api/v1/findings/{id}/history", history)
            .needs(needed)
            .told(TAG, "Lists what became of a finding, the latest first.")
            .query::<PageQuery>()
            .gives::<Page<Map<String, Value>>>(),
        Route::get("/api/v1/findings/{id}/document", document)
            .needs(needed)
            .told(TAG, "Shows a finding as a document of AWS's.")
            .query::<Form>()
            .gives::<Map<String, Value>>(),
    ]
}

/// A finding with everything that is said of it.
#[derive(Serialize, JsonSchema)]
pub(super) struct Whole {
    #[serde(flatten)]
    row: Row,
    /// Whom and what it is about; empty for imported ones, which have resources.
    entities: Vec<EntityView>,
    /// Tactics of ATT&CK.
    tactics: Vec<String>,
    /// Techniques of ATT&CK.
    techniques: Vec<String>,
    /// Why it matters.
    why: String,
    /// What is normal.
    normal: String,
    /// Known benign causes.
    benign_causes: Vec<String>,
    /// What to do next, most urgent first.
    next: Vec<String>,
    /// Records that are kept whole.
    evidence_count: usize,
    /// The document in ASFF, with every member that its product gave.
    document: Map<String, Value>,
}

/// Whom or what a finding is about.
#[derive(Serialize, JsonSchema)]
struct EntityView {
    /// `principal`, `session_issuer`, `access_key`, `address`, `account`, `region`, `resource` or `user_agent`.
    kind: &'static str,
    /// Its name in the log.
    id: String,
}

/// A record of a finding.
#[derive(Serialize, JsonSchema)]
struct Record {
    /// The record's own id.
    event_id: String,
    /// When it happened.
    time: String,
    /// Where it was read.
    source: String,
}

/// Records that are kept whole.
#[derive(Serialize, JsonSchema)]
struct EvidenceList {
    /// They, oldest first.
    evidence: Vec<EvidenceView>,
}

/// A record that is kept whole.
#[derive(Serialize, JsonSchema)]
struct EvidenceView {
    /// Its id.
    event_id: String,
    /// The record's text, JSON.
    record: String,
    /// The predicates of the rule that held on it.
    matched: Vec<Matched>,
}

/// A predicate that held.
#[derive(Serialize, JsonSchema)]
struct Matched {
    /// The field.
    field: String,
    /// How it was compared.
    operator: String,
    /// What the rule asks for.
    expected: String,
    /// What the record says.
    actual: String,
}

pub(super) fn whole(call: &Call) -> Result<Whole, Problem> {
    let document = named(call)?;
    let stored = own(call.part("id"), call)?;
    let row = Row::of(&document, &call.app.parts.home);
    let members = document.members().clone();
    let empty = Whole {
        row,
        entities: Vec::new(),
        tactics: Vec::new(),
        techniques: Vec::new(),
        why: String::new(),
        normal: String::new(),
        benign_causes: Vec::new(),
        next: Vec::new(),
        evidence_count: 0,
        document: members,
    };
    let Some(finding) = stored.map(|stored| stored.finding) else { return Ok(empty) };
    let entities = finding.entities.iter().map(|entity| EntityView { kind: entity.kind.as_str(), id: entity.id.to_string() });
    Ok(Whole {
        entities: entities.collect(),
        tactics: finding.attack.tactics.clone(),
        techniques: finding.attack.techniques.clone(),
        why: finding.why.to_string(),
        normal: finding.normal.to_string(),
        benign_causes: finding.benign_causes.clone(),
        next: finding.next.clone(),
        evidence_count: finding.evidence.len(),
        ..empty
    })
}

fn one(call: &Call) -> Outcome {
    answer::thing(call, &whole(call)?)
}

fn occurrences(call: &Call) -> Outcome {
    let query: PageQuery = call.query()?;
    let limit = answer::limit(query.limit)?;
    named(call)?;
    let Some(stored) = own(call.part("id"), call)? else { return answer::json(&Page::<Record> { items: Vec::new(), next: None }) };
    let page = call.app.parts.state.occurrences(stored.id, limit, query.cursor.as_deref()).map_err(|error| match error {
        Error::BadToken(_) => Problem::unfit("the cursor is not one of an earlier answer"),
        error => Problem::failed("records of findings cannot be read", error),
    })?;
    let items = page.items.into_iter().map(|record| Record {
        event_id: record.event_id.to_string(),
        time: record.time.to_string(),
        source: record.source.to_string(),
    });
    answer::json(&Page { items: items.collect(), next: page.next })
}

fn evidence(call: &Call) -> Outcome {
    named(call)?;
    let evidence = own(call.part("id"), call)?.map(|stored| stored.finding.evidence).unwrap_or_default();
    let evidence = evidence.into_iter().map(|evidence| EvidenceView {
        event_id: evidence.event_id.to_string(),
        record: evidence.record,
        matched: evidence
            .matched
            .into_iter()
            .map(|matched| Matched { field: matched.field, operator: matched.operator, expected: matched.expected, actual: matched.actual })
            .collect(),
    });
    answer::json(&EvidenceList { evidence: evidence.collect() })
}

fn history(call: &Call) -> Outcome {
    let query: PageQuery = call.query()?;
    let limit = answer::limit(query.limit)?.min(100);
    let key = named(call)?.key();
    let mut members = json!({"FindingIdentifier": key, "MaxResults": limit});
    if let Some(cursor) = query.cursor {
        members["NextToken"] = cursor.into();
    }
    let mut answer = asked(call, "GetFindingHistory", members)?;
    let items = match names::from_aws(answer["Records"].take()) {
        Value::Array(items) => items,
        _ => Vec::new(),
    };
    answer::json(&Page { items, next: answer["NextToken"].as_str().map(str::to_owned) })
}

/// Which document.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Form {
    /// In whose form.
    #[serde(default)]
    format: FormWord,
}

/// In whose form a finding is told.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum FormWord {
    /// Security Hub's.
    #[default]
    Asff,
    /// GuardDuty's; our own findings alone.
    Guardduty,
}

fn document(call: &Call) -> Outcome {
    let form: Form = call.query()?;
    let document = named(call)?;
    match form.format {
        FormWord::Asff => answer::json(&document.members()),
        FormWord::Guardduty => {
            let stored = own(call.part("id"), call)?;
            let stored = stored.ok_or_else(|| Problem::unfit("only Watchfire's own findings can be told in GuardDuty's form"))?;
            let id = stored.id.to_string();
            let place = FindingPlace { id: &id, created: stored.created, updated: stored.updated, home: &call.app.parts.home };
            answer::json(&guardduty(&stored.finding, &place))
        }
    }
}

/// The answer of an operation of the hub, by AWS's name of it.
pub(in crate::api) fn asked(call: &Call, name: &str, members: Value) -> Result<Value, Problem> {
    let request = Request::of(name, members).expect("an operation of the hub");
    let mut chance = crate::chance::number;
    let caller = call.who.caller()?;
    let mut context = Context { now: call.now(), home: &call.app.parts.home, caller: caller.name(), chance: &mut chance };
    let body = findings::carry_out(&call.app, &request, &mut context).map_err(problem)?;
    serde_json::from_str(&body).map_err(|error| Problem::failed("the hub gave no JSON", error))
}
