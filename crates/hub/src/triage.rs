//! What people and rules say of findings: the fields of BatchUpdateFindings.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use watchfire_model::EventTime;

use crate::AwsError;
use crate::asff::{self, Asff, FindingKey, WorkflowStatus, severity};
use crate::held::Held;

/// Fields to be set; what is not there stays. The same fields are what automation rules set.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Triage {
    /// A note, in place of the one before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<NoteUpdate>,
    /// How urgent it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<SeverityUpdate>,
    /// Whether it is true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification_state: Option<VerificationState>,
    /// How sure, 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Value>,
    /// How much its resources matter, 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub criticality: Option<Value>,
    /// Its types, all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub types: Option<Value>,
    /// The fields of people, all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_defined_fields: Option<Value>,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow: Option<WorkflowUpdate>,
    /// Findings that belong to it, all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub related_findings: Option<Vec<FindingKey>>,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct NoteUpdate {
    /// What it says.
    pub text: String,
    /// Who says so.
    pub updated_by: String,
}

/// A severity; the word wins over the number.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SeverityUpdate {
    /// The word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The number, 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub normalized: Option<Value>,
    /// The provider's own number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<f64>,
}

/// Where a finding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct WorkflowUpdate {
    /// The status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<WorkflowStatus>,
}

/// Whether a finding is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum VerificationState {
    /// Not judged.
    Unknown,
    /// It happened, and should not have.
    TruePositive,
    /// It did not happen.
    FalsePositive,
    /// It happened, and was meant.
    BenignPositive,
}

/// Letters of a note, at most.
const NOTE_LETTERS_MAX: usize = 512;

impl Triage {
    /// A status alone.
    pub fn status(status: WorkflowStatus) -> Triage {
        Triage { workflow: Some(WorkflowUpdate { status: Some(status) }), ..Triage::default() }
    }

    /// Checks what its types do not say.
    ///
    /// # Errors
    /// A value that a finding may not have.
    pub fn check(&self) -> Result<(), AwsError> {
        let fault = |says: &str| Err(AwsError::invalid(says));
        if let Some(note) = &self.note {
            let blank = note.text.trim().is_empty() || note.updated_by.trim().is_empty();
            if blank || note.text.chars().count() > NOTE_LETTERS_MAX || note.updated_by.chars().count() > NOTE_LETTERS_MAX {
                return fault("Note has to have a Text and an UpdatedBy of 1 to 512 letters");
            }
        }
        if let Some(severity) = &self.severity {
            if severity.label.as_deref().is_some_and(|label| severity::normalized_of(label).is_none()) {
                return fault("Severity.Label has to be one of INFORMATIONAL, LOW, MEDIUM, HIGH, CRITICAL");
            }
            if severity.normalized.as_ref().is_some_and(|number| !asff::is_score(number)) {
                return fault("Severity.Normalized has to be a whole number from 0 to 100");
            }
            if severity.label.is_none() && severity.normalized.is_none() {
                return fault("Severity has to have a Label or a Normalized");
            }
        }
        for (name, score) in [("Confidence", &self.confidence), ("Criticality", &self.criticality)] {
            if score.as_ref().is_some_and(|score| !asff::is_score(score)) {
                return fault(&format!("{name} has to be a whole number from 0 to 100"));
            }
        }
        let checks = [
            self.types.as_ref().map(asff::check_types),
            self.user_defined_fields.as_ref().map(|fields| asff::check_fields("UserDefinedFields", fields)),
            self.related_findings.as_ref().map(|related| asff::check_related(&json!(related))),
        ];
        checks.into_iter().flatten().try_for_each(|check| check.map_err(AwsError::invalid))
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Triage::default()
    }

    /// Sets the fields. A status that somebody gives is no longer a suppression's. A note that says the same by the same stays as old as
    /// it is.
    pub fn apply(&self, held: &mut Held, at: EventTime) {
        let document = &mut held.document;
        if let Some(note) = &self.note {
            let says = |name| document.text(name).unwrap_or_default();
            if says("Note.Text") != note.text || says("Note.UpdatedBy") != note.updated_by {
                let note = json!({ "Text": note.text, "UpdatedBy": note.updated_by, "UpdatedAt": at.to_string() });
                document.set("Note", Some(note));
            }
        }
        if let Some(severity) = &self.severity {
            severity.apply(document);
        }
        if let Some(state) = self.verification_state {
            document.set("VerificationState", Some(json!(state)));
        }
        document_set(document, "Confidence", &self.confidence);
        document_set(document, "Criticality", &self.criticality);
        document_set(document, "Types", &self.types);
        document_set(document, "UserDefinedFields", &self.user_defined_fields);
        if let Some(related) = &self.related_findings {
            document.set("RelatedFindings", Some(json!(related)));
        }
        if let Some(status) = self.workflow.and_then(|workflow| workflow.status) {
            document.set_workflow(status);
            held.suppression = None;
        }
        held.triaged.extend(self.shared().map(str::to_owned));
    }

    /// Names of the fields that are set and that providers say too.
    fn shared(&self) -> impl Iterator<Item = &'static str> {
        let set = [
            ("Confidence", self.confidence.is_some()),
            ("Criticality", self.criticality.is_some()),
            ("RelatedFindings", self.related_findings.is_some()),
            ("Severity", self.severity.is_some()),
            ("Types", self.types.is_some()),
        ];
        set.into_iter().filter(|(_, is_set)| *is_set).map(|(name, _)| name)
    }
}

fn document_set(document: &mut Asff, name: &str, value: &Option<Value>) {
    if let Some(value) = value {
        document.set(name, Some(value.clone()));
    }
}

impl SeverityUpdate {
    fn apply(&self, document: &mut Asff) {
        let mut severity: Map<String, Value> = Map::new();
        if let Some(product) = self.product.map(Value::from).or_else(|| document.get("Severity.Product").cloned()) {
            severity.insert("Product".to_owned(), product);
        }
        severity.extend(self.label.as_ref().map(|label| ("Label".to_owned(), label.clone().into())));
        severity.extend(self.normalized.as_ref().map(|number| ("Normalized".to_owned(), number.clone())));
        severity.extend(document.get("Severity.Original").map(|original| ("Original".to_owned(), original.clone())));
        severity::complete(&mut severity);
        document.set("Severity", Some(severity.into()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::asff;

    fn triage(value: Value) -> Triage {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn fields_are_set_and_remembered() {
        let mut held = Held::new(asff("f", 1));
        held.suppression = Some("s".to_owned());
        let before = held.document.text("UpdatedAt").unwrap().to_owned();
        let all = triage(json!({
            "Note": {"Text": "seen", "UpdatedBy": "alice"}, "Severity": {"Normalized": 12}, "VerificationState": "BENIGN_POSITIVE",
            "Confidence": 50, "Criticality": 7, "Types": ["Effects/Data Exposure"], "UserDefinedFields": {"ticket": "T-1"},
            "Workflow": {"Status": "NOTIFIED"}, "RelatedFindings": [{"ProductArn": "p", "Id": "i"}],
        }));
        assert_eq!(all.check(), Ok(()));
        all.apply(&mut held, EventTime(60_000));
        assert_eq!(held.document.get("Severity"), Some(&json!({"Normalized": 12, "Label": "LOW"})));
        assert_eq!(held.document.text("Note.UpdatedAt"), Some("1970-01-01T00:01:00Z"));
        assert_eq!(held.document.text("UpdatedAt"), Some(&*before), "the provider's alone");
        assert_eq!(held.triaged.iter().map(String::as_str).collect::<Vec<_>>(), crate::held::SHARED);
        assert_eq!((held.document.workflow(), held.suppression.clone()), (WorkflowStatus::Notified, None));
        let once = held.clone();
        all.apply(&mut held, EventTime(120_000));
        assert_eq!(held, once, "the same again changes nothing");
        assert!(Asff::read(held.document.into_value()).is_ok());
    }

    #[test]
    fn values_that_may_not_be() {
        for wrong in [
            json!({"Note": {"Text": "", "UpdatedBy": "a"}}),
            json!({"Note": {"Text": "x".repeat(513), "UpdatedBy": "a"}}),
            json!({"Severity": {"Label": "HUGE"}}),
            json!({"Severity": {}}),
            json!({"Severity": {"Normalized": 101}}),
            json!({"Confidence": 101}),
            json!({"Types": ["x"]}),
            json!({"UserDefinedFields": {"a": 1}}),
            json!({"RelatedFindings": [{"ProductArn": "", "Id": "i"}]}),
        ] {
            assert!(triage(wrong.clone()).check().is_err(), "{wrong}");
        }
    }
}
