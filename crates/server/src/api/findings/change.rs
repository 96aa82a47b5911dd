//! What people say of findings: where they stand, notes, severity, whether they are true.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use watchfire_trust::Permission;

use super::TAG;
use super::detail::{asked, whole};
use super::find;
use super::query::{SeverityWord, StatusWord};
use crate::answer;
use crate::call::Call;
use crate::problem::Problem;
use crate::route::{Outcome, Route};
use crate::trail;

/// Findings that are changed together, at most.
const TOGETHER_MAX: usize = 100;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::patch("/api/v1/findings/{id}", one)
            .needs(Permission::TriageFindings)
            .told(TAG, "Says something of a finding: where it stands, a note, how urgent it is, whether it is true.")
            .etag()
            .takes::<Said>()
            .gives::<super::detail::Whole>(),
        Route::post("/api/v1/findings/update", many)
            .needs(Permission::TriageFindings)
            .told(TAG, "Says the same of up to a hundred findings.")
            .takes::<SaidOfMany>()
            .gives::<Changed>(),
    ]
}

/// Letters of a note, as Security Hub has it.
const NOTE_MAX: usize = 512;

/// What is said; members that are not there stay as they are.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Said {
    /// Where it stands.
    status: Option<StatusWord>,
    /// What there is to say.
    #[schemars(length(min = 1, max = 512))]
    note: Option<String>,
    /// How urgent it is.
    severity: Option<SeverityWord>,
    /// Whether it is true.
    verification_state: Option<Verification>,
    /// How sure, 0 to 100.
    #[schemars(range(min = 0, max = 100))]
    confidence: Option<u8>,
    /// How much what it is about matters, 0 to 100.
    #[schemars(range(min = 0, max = 100))]
    criticality: Option<u8>,
    /// Members of people's own, all of them.
    user_defined_fields: Option<std::collections::BTreeMap<String, String>>,
}

/// Whether a finding is true.
#[derive(Clone, Copy, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Verification {
    /// Not judged.
    Unknown,
    /// It happened, and should not have.
    TruePositive,
    /// It did not happen.
    FalsePositive,
    /// It happened, and was meant.
    BenignPositive,
}

/// What is said of several.
#[derive(Deserialize, JsonSchema)]
struct SaidOfMany {
    /// Their ids.
    #[schemars(length(min = 1, max = 100))]
    ids: Vec<String>,
    #[serde(flatten)]
    said: Said,
}

/// What became of a change.
#[derive(Serialize, JsonSchema)]
struct Changed {
    /// Ids of those that are as was said.
    updated: Vec<String>,
    /// Those that could not be changed.
    failed: Vec<NotChanged>,
}

/// A finding that could not be changed.
#[derive(Serialize, JsonSchema)]
struct NotChanged {
    /// Its id.
    id: String,
    /// Why.
    problem: String,
}

impl Said {
    /// The members of BatchUpdateFindings.
    fn members(&self, by: &str) -> Map<String, Value> {
        let word = |severity: SeverityWord| ["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"][severity as usize];
        let members = [
            ("Workflow", self.status.map(|status| json!({"Status": status.as_str()}))),
            ("Note", self.note.as_ref().map(|text| json!({"Text": text, "UpdatedBy": by}))),
            ("Severity", self.severity.map(|severity| json!({"Label": word(severity)}))),
            ("VerificationState", self.verification_state.map(|state| json!(state))),
            ("Confidence", self.confidence.map(Value::from)),
            ("Criticality", self.criticality.map(Value::from)),
            ("UserDefinedFields", self.user_defined_fields.as_ref().map(|fields| json!(fields))),
        ];
        members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}

fn one(call: &Call) -> Outcome {
    let said: Said = call.json()?;
    let _alone = call.app.change();
    answer::unchanged(call, &whole(call)?)?;
    let id = call.part("id");
    let changed = change(call, &[id.to_owned()], &said)?;
    if let Some(failed) = changed.failed.first() {
        return Err(Problem::unfit(failed.problem.clone()));
    }
    answer::json(&whole(call)?)
}

fn many(call: &Call) -> Outcome {
    let SaidOfMany { ids, said } = call.json()?;
    if !(1..=TOGETHER_MAX).contains(&ids.len()) {
        return Err(Problem::unfit(format!("ids has to name 1 to {TOGETHER_MAX} findings")));
    }
    let _alone = call.app.change();
    answer::json(&change(call, &ids, &said)?)
}

fn change(call: &Call, ids: &[String], said: &Said) -> Result<Changed, Problem> {
    let mut members = said.members(call.who.caller()?.name());
    if [said.confidence, said.criticality].into_iter().flatten().any(|score| score > 100) {
        return Err(Problem::unfit("confidence and criticality go from 0 to 100"));
    }
    if said.note.as_ref().is_some_and(|note| !(1..=NOTE_MAX).contains(&note.chars().count())) {
        return Err(Problem::unfit(format!("a note has 1 to {NOTE_MAX} letters")));
    }
    if members.is_empty() {
        return Err(Problem::unfit("nothing is said: give a status, a note, a severity or another member"));
    }
    let (mut keys, mut known, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    for id in ids {
        match find(call, id)?.map(|document| document.key()) {
            Some(key) if !keys.contains(&key) => {
                keys.push(key);
                known.push(id);
            }
            Some(_) => {}
            None => failed.push(NotChanged { id: id.clone(), problem: format!("there is no finding {id}") }),
        }
    }
    if keys.is_empty() {
        return Ok(Changed { updated: Vec::new(), failed });
    }
    members.insert("FindingIdentifiers".to_owned(), json!(keys));
    let answer = asked(call, "BatchUpdateFindings", Value::Object(members))?;
    let refused = answer["UnprocessedFindings"].as_array().into_iter().flatten();
    let refused: Vec<(&Value, String)> =
        refused.map(|one| (&one["FindingIdentifier"], one["ErrorMessage"].as_str().unwrap_or_default().to_owned())).collect();
    let mut updated = Vec::new();
    for (key, id) in keys.iter().zip(known) {
        match refused.iter().find(|(refused, _)| **refused == json!(key)) {
            Some((_, why)) => failed.push(NotChanged { id: id.clone(), problem: why.clone() }),
            None => updated.push(id.clone()),
        }
    }
    if !updated.is_empty() {
        let details = serde_json::to_string(&said.members("")).unwrap_or_default().parse();
        trail::note_with(call, "finding.update", updated.join(" "), details.unwrap_or_else(|_| watchfire_trust::audit::Details::none()))?;
    }
    Ok(Changed { updated, failed })
}
