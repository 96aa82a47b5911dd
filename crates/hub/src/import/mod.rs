//! What becomes of a finding that its provider tells: added, joined to what is kept, or too old to matter.

use serde_json::{Map, Value, json};
use watchfire_model::EventTime;
use watchfire_model::arn::Arn;

use crate::asff::{Asff, WorkflowStatus, severity};
use crate::automation::{self, ReadyRule};
use crate::held::{Held, OWN, SHARED};
use crate::history::{Closeness, Entry, Source};
use crate::suppression::{self, ReadySuppression};

/// Rules and suppressions that are asked about every finding that comes or changes.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    rules: Vec<ReadyRule>,
    suppressions: Vec<ReadySuppression>,
}

impl Standing {
    /// Rules in any order, and suppressions.
    pub fn new(mut rules: Vec<ReadyRule>, suppressions: Vec<ReadySuppression>) -> Standing {
        automation::sort(&mut rules);
        Standing { rules, suppressions }
    }

    /// Asks all; what changed comes back.
    fn apply(&self, held: &mut Held, now: EventTime) -> Vec<Entry> {
        let mut entries = automation::apply(&self.rules, held, now);
        entries.extend(suppression::apply(&self.suppressions, held, now));
        entries
    }

    /// Asks the suppressions alone, of a finding that did not change: one may be over, or new. What changed comes back.
    pub fn suppress(&self, held: &mut Held, now: EventTime) -> Vec<Entry> {
        suppression::apply(&self.suppressions, held, now)
    }
}

/// A finding as its provider tells it.
#[derive(Debug, Clone)]
pub struct Told {
    /// The document.
    pub document: Asff,
    /// Who tells it.
    pub source: Source,
    /// Whose it is.
    pub whose: Whose,
}

/// Whose finding it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// A provider's: it counts when it is newer than what is kept.
    Provider,
    /// Of our own rules: what they tell is always the newest. Whether records came to it since it was last told.
    Ours {
        /// They did.
        came_again: bool,
    },
}

/// What became of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Import {
    /// What is kept is as new, or newer; nothing changes.
    Stale,
    /// It is new or changed, and is to be kept so.
    Kept {
        /// What is to be kept.
        held: Box<Held>,
        /// What is to be added to its history.
        entries: Vec<Entry>,
        /// Whether it was not there before.
        is_new: bool,
    },
}

/// What is noted of a finding that was resolved and is not over.
pub const AGAIN: &str = "it happened again";

/// Joins what a provider tells to what is kept. The same finding told several times comes out the same in whatever order, by its
/// `UpdatedAt`, as long as the provider leaves to people what is theirs.
pub fn import(known: Option<&Held>, told: Told, standing: &Standing, now: EventTime) -> Import {
    let Told { mut document, source, whose } = told;
    let is_ours = matches!(whose, Whose::Ours { .. });
    if known.is_some_and(|known| !is_ours && document.time("UpdatedAt") <= known.document.time("UpdatedAt")) {
        return Import::Stale;
    }
    let mut fields = provider_fields(&document);
    complete(&mut document, now);
    let closeness = if is_ours { Closeness::WithoutRecords } else { Closeness::All };
    let mut held = match known {
        None => Held::new(document),
        Some(known) => join(known, document),
    };
    let again = whose == Whose::Ours { came_again: true };
    for name in SHARED.into_iter().filter(|name| !held.triaged.contains(*name)) {
        if let Some(value) = fields.get(name) {
            let value = if name == "Severity" { severity_of(value, held.document.get(name)) } else { value.clone() };
            held.document.set(name, Some(value));
        }
    }
    fields.retain(|_, value| !value.is_null());
    held.document.set("FindingProviderFields", Some(fields.into()));
    let status = status_after(known.map(|known| &known.document), &held.document, again);
    if let Some(status) = status {
        held.document.set_workflow(status);
        held.suppression = None;
    }
    let mut entries: Vec<Entry> = match known {
        None => vec![Entry::of_new(&held.document, source, now)],
        Some(known) => Entry::between(&known.document, &held.document, closeness, source, now).into_iter().collect(),
    };
    if let Some(entry) = entries.iter_mut().find(|_| again && status == Some(WorkflowStatus::New)) {
        entry.note = Some(AGAIN.to_owned());
    }
    entries.extend(standing.apply(&mut held, now));
    Import::Kept { held: Box::new(held), entries, is_new: known.is_none() }
}

/// What a document says of the provider's fields: in their own place, or else at the top.
fn provider_fields(document: &Asff) -> Map<String, Value> {
    let mut fields = match document.get("FindingProviderFields") {
        Some(Value::Object(fields)) => fields.clone(),
        _ => Map::new(),
    };
    for name in SHARED {
        if let (None, Some(value)) = (fields.get(name), document.get(name)) {
            let value = match name {
                "Severity" => {
                    let kept = ["Label", "Original"].into_iter().filter_map(|name| Some((name.to_owned(), value.get(name)?.clone())));
                    Value::Object(kept.collect())
                }
                _ => value.clone(),
            };
            fields.insert(name.to_owned(), value);
        }
    }
    fields
}

/// The severity at the top, made of the provider's: its number stays where it belongs to the word.
fn severity_of(of_provider: &Value, top: Option<&Value>) -> Value {
    let mut severity = top.and_then(Value::as_object).cloned().unwrap_or_default();
    for name in ["Label", "Original"] {
        severity.extend(of_provider.get(name).map(|value| (name.to_owned(), value.clone())));
    }
    severity::complete(&mut severity);
    severity.into()
}

/// Members that every finding has once it is kept.
fn complete(document: &mut Asff, now: EventTime) {
    let region = document.text("ProductArn").and_then(Arn::parse).map(|arn| arn.region.to_owned()).filter(|region| !region.is_empty());
    let defaults =
        [("Region", region.map(Value::from)), ("RecordState", Some("ACTIVE".into())), ("Workflow", Some(json!({ "Status": "NEW" })))];
    for (name, value) in defaults {
        if document.get(name).is_none() {
            document.set(name, value);
        }
    }
    if document.get("Workflow.Status").is_none() {
        document.set_workflow(WorkflowStatus::New);
    }
    document.set("ProcessedAt", Some(now.to_string().into()));
}

/// What is told, with what people said of it before. A product and an id once given stay.
fn join(known: &Held, told: Asff) -> Held {
    let mut document = told;
    let theirs = SHARED.into_iter().filter(|name| known.triaged.contains(*name));
    for name in OWN.into_iter().chain(theirs).chain(["Id", "ProductArn"]) {
        document.set(name, known.document.get(name).cloned());
    }
    Held { document, triaged: known.triaged.clone(), suppression: known.suppression.clone() }
}

/// The workflow status that follows from what happened; `None` when it stays. Who passed and says nothing of it any more has failed, and
/// who passes is resolved whatever else happened: so the last document alone decides, and the order of arrival does not show.
fn status_after(before: Option<&Asff>, after: &Asff, came_again: bool) -> Option<WorkflowStatus> {
    let status = after.workflow();
    let was = |path: &str| before.and_then(|before| before.text(path));
    let is = |path: &str| after.text(path);
    let can_reset = matches!(status, WorkflowStatus::Notified | WorkflowStatus::Resolved);
    let is_back = was("RecordState") == Some("ARCHIVED") && is("RecordState") == Some("ACTIVE");
    let (had_passed, passes) = (was("Compliance.Status") == Some("PASSED"), is("Compliance.Status") == Some("PASSED"));
    match () {
        () if passes && !had_passed && status != WorkflowStatus::Suppressed => Some(WorkflowStatus::Resolved),
        () if can_reset && !passes && (is_back || had_passed) => Some(WorkflowStatus::New),
        () if came_again && status == WorkflowStatus::Resolved => Some(WorkflowStatus::New),
        () => None,
    }
}

#[cfg(test)]
mod tests;
