//! How the model's words stand in columns. The numbers are written in files: none may ever mean something else.

use serde::{Deserialize, Serialize};
use watchfire_model::{Attack, EntityKind, Finding, MatchedPredicate, Severity};

use super::fault::Fault;
use crate::FindingStatus;

/// The rank of a severity, the least urgent first.
pub(super) fn severity_rank(severity: Severity) -> i64 {
    match severity {
        Severity::Informational => 0,
        Severity::Low => 1,
        Severity::Medium => 2,
        Severity::High => 3,
        Severity::Critical => 4,
    }
}

pub(super) fn severity_of(rank: i64) -> Result<Severity, Fault> {
    let found = Severity::ALL.into_iter().find(|severity| severity_rank(*severity) == rank);
    found.ok_or_else(|| Fault::Damage(format!("a severity of {rank}")))
}

const KINDS: [EntityKind; 8] = [
    EntityKind::Principal,
    EntityKind::SessionIssuer,
    EntityKind::AccessKey,
    EntityKind::Address,
    EntityKind::Account,
    EntityKind::Region,
    EntityKind::Resource,
    EntityKind::UserAgent,
];

/// The rank of a kind of entity, in the model's order.
pub(super) fn kind_rank(kind: EntityKind) -> i64 {
    match kind {
        EntityKind::Principal => 0,
        EntityKind::SessionIssuer => 1,
        EntityKind::AccessKey => 2,
        EntityKind::Address => 3,
        EntityKind::Account => 4,
        EntityKind::Region => 5,
        EntityKind::Resource => 6,
        EntityKind::UserAgent => 7,
    }
}

pub(super) fn kind_of(rank: i64) -> Result<EntityKind, Fault> {
    let found = KINDS.into_iter().find(|kind| kind_rank(*kind) == rank);
    found.ok_or_else(|| Fault::Damage(format!("an entity of kind {rank}")))
}

pub(super) fn status_of(word: &str) -> Result<FindingStatus, Fault> {
    let found = FindingStatus::ALL.into_iter().find(|status| status.as_str() == word);
    found.ok_or_else(|| Fault::Damage(format!("a finding with the status {word:?}")))
}

/// What a rule says besides its title, in one column: nobody searches in it.
#[derive(Serialize, Deserialize)]
pub(super) struct Words {
    tactics: Vec<String>,
    techniques: Vec<String>,
    why: String,
    normal: String,
    benign_causes: Vec<String>,
}

impl Words {
    pub(super) fn of(finding: &Finding) -> Words {
        Words {
            tactics: finding.attack.tactics.clone(),
            techniques: finding.attack.techniques.clone(),
            why: finding.why.to_string(),
            normal: finding.normal.to_string(),
            benign_causes: finding.benign_causes.clone(),
        }
    }

    pub(super) fn give(self, finding: &mut Finding) {
        finding.attack = Attack { tactics: self.tactics, techniques: self.techniques };
        finding.why = self.why.into();
        finding.normal = self.normal.into();
        finding.benign_causes = self.benign_causes;
    }
}

/// A predicate as it is written.
#[derive(Serialize, Deserialize)]
struct Held {
    field: String,
    operator: String,
    expected: String,
    actual: String,
}

pub(super) fn matched_text(matched: &[MatchedPredicate]) -> String {
    let held = |predicate: &MatchedPredicate| Held {
        field: predicate.field.clone(),
        operator: predicate.operator.clone(),
        expected: predicate.expected.clone(),
        actual: predicate.actual.clone(),
    };
    json(&matched.iter().map(held).collect::<Vec<_>>())
}

pub(super) fn matched_of(text: &str) -> Result<Vec<MatchedPredicate>, Fault> {
    let held: Vec<Held> = serde_json::from_str(text)?;
    let predicate =
        |held: Held| MatchedPredicate { field: held.field, operator: held.operator, expected: held.expected, actual: held.actual };
    Ok(held.into_iter().map(predicate).collect())
}

/// The JSON text of something made of texts and lists.
pub(super) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("texts and lists are JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_keep_the_order_of_the_model() {
        assert!(KINDS.is_sorted());
        assert!(KINDS.is_sorted_by_key(|kind| kind_rank(*kind)));
        assert!(Severity::ALL.is_sorted_by_key(|severity| -severity_rank(*severity)));
        for kind in KINDS {
            assert_eq!(kind_of(kind_rank(kind)).expect("known"), kind);
        }
        assert!(kind_of(8).is_err() && severity_of(5).is_err() && status_of("new").is_err());
    }
}
