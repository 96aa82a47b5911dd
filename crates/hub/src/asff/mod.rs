//! Documents in ASFF, the format of 2018-10-08.

mod check;
pub mod severity;

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use watchfire_model::EventTime;

pub use check::BYTES_MAX;
pub(crate) use check::{check_fields, check_related, check_types, is_score};

/// What a finding is known by: a provider's product, and the id that the provider gave.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FindingKey {
    /// The provider's id.
    pub id: String,
    /// The ARN of the product.
    pub product_arn: String,
}

impl fmt::Display for FindingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.id, self.product_arn)
    }
}

/// A JSON value is no finding in ASFF.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a finding in ASFF: {}", says.join("; "))]
pub struct NotAsff {
    /// What is wrong, member by member.
    pub says: Vec<String>,
}

/// A finding in ASFF: a JSON object that is kept whole, so that members which are unknown here are never lost.
#[derive(Debug, Clone, PartialEq)]
pub struct Asff(Map<String, Value>);

/// Where a finding stands with people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum WorkflowStatus {
    /// Nobody has looked yet.
    New,
    /// Somebody was told.
    Notified,
    /// Dealt with.
    Resolved,
    /// Not wanted.
    Suppressed,
}

impl WorkflowStatus {
    /// All.
    pub const ALL: [WorkflowStatus; 4] =
        [WorkflowStatus::New, WorkflowStatus::Notified, WorkflowStatus::Resolved, WorkflowStatus::Suppressed];

    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            WorkflowStatus::New => "NEW",
            WorkflowStatus::Notified => "NOTIFIED",
            WorkflowStatus::Resolved => "RESOLVED",
            WorkflowStatus::Suppressed => "SUPPRESSED",
        }
    }

    /// The status of a word.
    pub fn of(word: &str) -> Option<WorkflowStatus> {
        WorkflowStatus::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

impl Asff {
    /// Takes a value for a finding, when it is one. Severities get both word and number.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(value: Value) -> Result<Asff, NotAsff> {
        let Value::Object(mut members) = value else { return Err(NotAsff { says: vec!["it is no JSON object".to_owned()] }) };
        let says = check::faults(&members);
        if !says.is_empty() {
            return Err(NotAsff { says });
        }
        if let Some(Value::Object(severity)) = members.get_mut("Severity") {
            severity::complete(severity);
        }
        Ok(Asff(members))
    }

    /// A document that this crate made, which may lack words where a rule does.
    pub(crate) fn made(members: Map<String, Value>) -> Asff {
        Asff(members)
    }

    /// Reads a document that was checked before it was kept.
    ///
    /// # Errors
    /// It is no JSON object that names a product and an id.
    pub fn kept(text: &str) -> Result<Asff, NotAsff> {
        let fault = |says: String| NotAsff { says: vec![says] };
        let document = match serde_json::from_str(text) {
            Ok(Value::Object(members)) => Asff(members),
            Ok(_) => return Err(fault("it is no JSON object".to_owned())),
            Err(error) => return Err(fault(error.to_string())),
        };
        match (document.text("Id"), document.text("ProductArn")) {
            (Some(_), Some(_)) => Ok(document),
            _ => Err(fault("it names no product or no id".to_owned())),
        }
    }

    /// What it is known by.
    pub fn key(&self) -> FindingKey {
        let text = |name| self.text(name).unwrap_or_default().to_owned();
        FindingKey { id: text("Id"), product_arn: text("ProductArn") }
    }

    /// The value at a path of members, such as `Severity.Label`.
    pub fn get(&self, path: &str) -> Option<&Value> {
        let mut names = path.split('.');
        let first = self.0.get(names.next()?)?;
        names.try_fold(first, |value, name| value.get(name))
    }

    /// The text at a path; an empty one is none.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.get(path)?.as_str().filter(|text| !text.is_empty())
    }

    /// The instant at a path.
    pub fn time(&self, path: &str) -> Option<EventTime> {
        self.text(path)?.parse().ok()
    }

    /// Sets a member, or takes it away. Objects on the way are made.
    pub fn set(&mut self, path: &str, value: Option<Value>) {
        let (way, name) = path.rsplit_once('.').unwrap_or(("", path));
        let mut members = &mut self.0;
        for step in way.split('.').filter(|step| !step.is_empty()) {
            let next = members.entry(step).or_insert_with(|| Map::new().into());
            if !next.is_object() {
                *next = Map::new().into();
            }
            members = next.as_object_mut().expect("made an object the line before");
        }
        match value {
            Some(value) => members.insert(name.to_owned(), value),
            None => members.shift_remove(name),
        };
    }

    /// Where it stands; new where it does not say.
    pub fn workflow(&self) -> WorkflowStatus {
        self.text("Workflow.Status").and_then(WorkflowStatus::of).unwrap_or(WorkflowStatus::New)
    }

    /// Gives it a status.
    pub fn set_workflow(&mut self, status: WorkflowStatus) {
        self.set("Workflow.Status", Some(status.as_str().into()));
    }

    /// Its members.
    pub fn members(&self) -> &Map<String, Value> {
        &self.0
    }

    /// The JSON text.
    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.0).expect("a JSON value has a text")
    }

    /// The JSON value.
    pub fn into_value(self) -> Value {
        self.0.into()
    }

    /// Whether it is within the size that Security Hub takes.
    pub fn fits(&self) -> bool {
        self.to_json().len() <= BYTES_MAX
    }
}

impl Serialize for Asff {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::sample::document;

    #[test]
    fn unknown_members_stay() {
        let mut value = document("f", 1);
        value["Future"] = json!({"Deep": [1, 2.50, "x"]});
        value["Resources"][0]["Details"] = json!({"AwsNew": {"A": null}});
        let asff = Asff::read(value.clone()).unwrap();
        let back: Value = serde_json::from_str(&asff.to_json()).unwrap();
        assert_eq!((&back["Future"], &back["Resources"]), (&value["Future"], &value["Resources"]));
        assert_eq!(Asff::kept(&asff.to_json()), Ok(asff));
        assert!(Asff::kept("[]").is_err() && Asff::kept("{}").is_err() && Asff::kept("{").is_err());
    }

    #[test]
    fn members_by_path() {
        let mut asff = Asff::read(document("f", 1)).unwrap();
        asff.set("A.B.C", Some(json!(1)));
        asff.set("Title.X", Some(json!(2)));
        assert_eq!((asff.get("A.B.C"), asff.get("Title.X"), asff.get("A.X")), (Some(&json!(1)), Some(&json!(2)), None));
        asff.set("A.B.C", None);
        asff.set("Gone", None);
        assert_eq!(asff.get("A.B"), Some(&json!({})));
        assert_eq!(asff.workflow(), WorkflowStatus::New);
        asff.set_workflow(WorkflowStatus::Suppressed);
        assert_eq!(asff.workflow(), WorkflowStatus::Suppressed);
    }
}
