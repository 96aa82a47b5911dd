//! What became of a finding: who changed which member, from what to what, and when.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use watchfire_model::EventTime;

use crate::asff::{Asff, WorkflowStatus};

/// Who changed a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// In what way.
    pub kind: SourceKind,
    /// The ARN or name of who it was.
    pub identity: String,
}

/// In what way a finding was changed; AWS knows these two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SourceKind {
    /// Its provider told it anew; so do our own rules.
    BatchImportFindings,
    /// People did, automation rules and suppressions.
    BatchUpdateFindings,
}

impl Source {
    /// A provider.
    pub fn provider(identity: impl Into<String>) -> Source {
        Source { kind: SourceKind::BatchImportFindings, identity: identity.into() }
    }

    /// A person, a rule, a suppression.
    pub fn person(identity: impl Into<String>) -> Source {
        Source { kind: SourceKind::BatchUpdateFindings, identity: identity.into() }
    }
}

/// One change of a finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// When.
    pub at: EventTime,
    /// Who.
    pub source: Source,
    /// Whether it was not there before.
    pub is_new: bool,
    /// What changed.
    pub updates: Vec<Update>,
    /// The workflow status from then on, where this entry says something of it: it was given, or a word was said of it.
    pub status: Option<WorkflowStatus>,
    /// Why, in the words of whoever did it.
    pub note: Option<String>,
}

/// One member that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Update {
    /// Its path, such as `Workflow.Status`.
    pub updated_field: String,
    /// What it was, as JSON where it was no text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub old_value: Option<String>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub new_value: Option<String>,
}

/// Members that are told in one entry, and letters of one value: what goes beyond ends in `…`.
const UPDATES_MAX: usize = 200;
const VALUE_LETTERS_MAX: usize = 1024;

/// Instants at the top are no changes, as Security Hub has it.
const TIMES: [&str; 5] = ["CreatedAt", "UpdatedAt", "FirstObservedAt", "LastObservedAt", "ProcessedAt"];

/// What our own rules tell anew with every record: the count, and what follows from it.
const OF_RECORDS: [&str; 4] = ["Description", "ProductFields", "Resources", "Remediation"];

/// How closely two documents are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closeness {
    /// Every member but instants.
    All,
    /// Not what grows with every record.
    WithoutRecords,
}

impl Entry {
    /// The entry of a finding that was not there before.
    pub(crate) fn of_new(document: &Asff, source: Source, at: EventTime) -> Entry {
        let status = Some(document.workflow()).filter(|status| *status != WorkflowStatus::New);
        Entry { at, source, is_new: true, updates: Vec::new(), status, note: None }
    }

    /// A status that somebody gave, with a word on it: also where it stays, for the word may be all there is to say.
    pub fn of_status(before: WorkflowStatus, after: WorkflowStatus, note: &str, source: Source, at: EventTime) -> Entry {
        let word = |status: WorkflowStatus| Some(status.as_str().to_owned());
        let update = Update { updated_field: "Workflow.Status".to_owned(), old_value: word(before), new_value: word(after) };
        let updates = if before == after { Vec::new() } else { vec![update] };
        Entry { at, source, is_new: false, updates, status: Some(after), note: Some(note.to_owned()) }
    }

    /// What changed between two states; `None` when nothing did.
    pub(crate) fn between(before: &Asff, after: &Asff, closeness: Closeness, source: Source, at: EventTime) -> Option<Entry> {
        let updates = updates(before, after, closeness);
        let status = (before.workflow() != after.workflow()).then(|| after.workflow());
        let note = after.text("Note.Text").filter(|_| before.get("Note") != after.get("Note")).map(str::to_owned);
        let status = status.or_else(|| note.is_some().then(|| after.workflow()));
        let is_nothing = updates.is_empty() && status.is_none();
        (!is_nothing).then_some(Entry { at, source, is_new: false, updates, status, note })
    }
}

/// The members that differ, by path; lists are compared as a whole.
fn updates(before: &Asff, after: &Asff, closeness: Closeness) -> Vec<Update> {
    let mut updates = Vec::new();
    let is_told = |name: &str| !TIMES.contains(&name) && (closeness == Closeness::All || !OF_RECORDS.contains(&name));
    differences("", before.members(), after.members(), &is_told, &mut updates);
    if updates.len() > UPDATES_MAX {
        updates.truncate(UPDATES_MAX);
        updates.push(Update { updated_field: "…".to_owned(), old_value: None, new_value: None });
    }
    updates
}

fn differences(
    at: &str,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    is_told: &dyn Fn(&str) -> bool,
    updates: &mut Vec<Update>,
) {
    let gone = before.keys().filter(|name| !after.contains_key(*name));
    for name in after.keys().chain(gone).filter(|name| !at.is_empty() || is_told(name)) {
        let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
        match (before.get(name), after.get(name)) {
            (old, new) if old == new => {}
            (Some(Value::Object(old)), Some(Value::Object(new))) => differences(&path, old, new, is_told, updates),
            (old, new) => updates.push(Update { updated_field: path, old_value: old.map(shown), new_value: new.map(shown) }),
        }
    }
}

fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match text.char_indices().nth(VALUE_LETTERS_MAX) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::sample::asff;

    #[test]
    fn what_differs_is_told_by_path() {
        let before = asff("f", 1);
        let mut after = asff("f", 2);
        let between = |after: &Asff| Entry::between(&before, after, Closeness::All, Source::person("alice"), EventTime(0));
        assert_eq!(between(&after), None, "the instant alone is no change");
        after.set("Severity.Label", Some("LOW".into()));
        after.set("Types", Some(json!(["TTPs/Impact"])));
        after.set("Note", Some(json!({"Text": "x", "UpdatedBy": "alice", "UpdatedAt": "now"})));
        after.set("GeneratorId", None);
        let entry = between(&after).unwrap();
        assert_eq!((entry.status, entry.note.as_deref()), (Some(WorkflowStatus::New), Some("x")));
        let told: Vec<_> =
            entry.updates.iter().map(|one| (&*one.updated_field, one.old_value.as_deref(), one.new_value.as_deref())).collect();
        assert_eq!(
            told[..2],
            [("Types", Some("[\"TTPs/Discovery\"]"), Some("[\"TTPs/Impact\"]")), ("Severity.Label", Some("HIGH"), Some("LOW")),]
        );
        assert_eq!(told[3], ("GeneratorId", Some("gen"), None));
        after.set("Title", Some("x".repeat(3000).into()));
        assert_eq!(
            between(&after)
                .unwrap()
                .updates
                .iter()
                .find(|one| one.updated_field == "Title")
                .unwrap()
                .new_value
                .as_ref()
                .unwrap()
                .chars()
                .count(),
            1025
        );
    }
}
