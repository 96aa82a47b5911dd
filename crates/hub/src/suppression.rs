//! Suppressions: findings that are not wanted, said by somebody, for a reason, until a day. AWS has none like them; they give findings
//! the workflow status SUPPRESSED, and take it back when their time is over.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use watchfire_model::EventTime;

use crate::AwsError;
use crate::asff::WorkflowStatus;
use crate::automation::Stamp;
use crate::filter::Filters;
use crate::held::Held;
use crate::history::{Closeness, Entry, Source};

/// A suppression as it is written; [`Suppression::ready`] makes it able to judge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Suppression {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Which findings: `AwsSecurityFindingFilters`.
    pub criteria: Map<String, Value>,
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// When it is over; none for never.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires_at: Option<Stamp>,
    /// When it was made.
    pub created_at: Stamp,
}

/// A suppression that can judge.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadySuppression {
    suppression: Suppression,
    criteria: Filters,
}

impl Suppression {
    /// Checks it and makes it able to judge.
    ///
    /// # Errors
    /// No name, owner or reason; criteria that are not in order, or that every finding meets.
    pub fn ready(self) -> Result<ReadySuppression, AwsError> {
        for (name, text) in [("Id", &self.id), ("Name", &self.name), ("Owner", &self.owner), ("Reason", &self.reason)] {
            if text.trim().is_empty() {
                return Err(AwsError::invalid(format!("A suppression has to have a {name}")));
            }
        }
        let criteria = Filters::read(&Value::Object(self.criteria.clone()))?;
        if criteria.is_empty() {
            return Err(AwsError::invalid("A suppression has to have criteria: without any it would hide every finding"));
        }
        Ok(ReadySuppression { suppression: self, criteria })
    }

    /// Whether its time is not over.
    pub fn is_active(&self, now: EventTime) -> bool {
        self.expires_at.is_none_or(|Stamp(end)| now < end)
    }
}

impl ReadySuppression {
    /// As it is written.
    pub fn suppression(&self) -> &Suppression {
        &self.suppression
    }

    /// Which findings.
    pub fn criteria(&self) -> &Filters {
        &self.criteria
    }

    /// Whether a finding is not wanted.
    pub fn applies(&self, held: &Held, now: EventTime) -> bool {
        let is_open = matches!(held.document.workflow(), WorkflowStatus::New | WorkflowStatus::Notified);
        is_open && self.suppression.is_active(now) && self.criteria.hold(&held.document, now)
    }

    /// The places of those among some findings that it would suppress.
    pub fn dry_run<'h>(&self, findings: impl IntoIterator<Item = &'h Held>, now: EventTime) -> Vec<usize> {
        let judged = findings.into_iter().enumerate().filter(|(_, held)| self.applies(held, now));
        judged.map(|(at, _)| at).collect()
    }
}

/// Takes back what a suppression did that is over or gone, then asks those that are active. What changed comes back.
pub(crate) fn apply(suppressions: &[ReadySuppression], held: &mut Held, now: EventTime) -> Vec<Entry> {
    let mut entries = Vec::new();
    let of = |id: &str| suppressions.iter().find(|one| one.suppression.id == id).filter(|one| one.suppression.is_active(now));
    if let Some(id) = held.suppression.take_if(|id| of(id).is_none()) {
        entries.extend(give(held, WorkflowStatus::New, &id, "the suppression is over", now));
    }
    if let Some(one) = suppressions.iter().find(|one| one.applies(held, now)) {
        let suppression = &one.suppression;
        let why = format!("{}: {} ({})", suppression.name, suppression.reason, suppression.owner);
        entries.extend(give(held, WorkflowStatus::Suppressed, &suppression.id, &why, now));
        held.suppression = Some(suppression.id.clone());
    }
    entries
}

fn give(held: &mut Held, status: WorkflowStatus, id: &str, why: &str, now: EventTime) -> Option<Entry> {
    let before = held.document.clone();
    held.document.set_workflow(status);
    let source = Source::person(format!("suppression/{id}"));
    let entry = Entry::between(&before, &held.document, Closeness::All, source, now)?;
    Some(Entry { note: Some(why.to_owned()), ..entry })
}
