//! Where a finding is told.

use watchfire_model::arn::Home;
use watchfire_model::{EntityKind, EventTime, Finding};

/// What is known of a finding besides what it says: its id and history, and where it is told.
#[derive(Debug, Clone, Copy)]
pub struct FindingPlace<'a> {
    /// Its id, 32 hex digits.
    pub id: &'a str,
    /// When it was first known.
    pub created: EventTime,
    /// When it last changed.
    pub updated: EventTime,
    /// Where it is told.
    pub home: &'a Home,
}

impl FindingPlace<'_> {
    /// The one account the finding is about, or the home's.
    pub fn account<'f>(&'f self, finding: &'f Finding) -> &'f str {
        only(finding, EntityKind::Account).unwrap_or(&self.home.account)
    }

    /// The one region the finding is about, or the home's.
    pub fn region<'f>(&'f self, finding: &'f Finding) -> &'f str {
        only(finding, EntityKind::Region).unwrap_or(&self.home.region)
    }
}

/// The entity of a kind, where there is just one.
pub(super) fn only(finding: &Finding, kind: EntityKind) -> Option<&str> {
    let mut found = finding.entities.iter().filter(|entity| entity.kind == kind);
    let first = found.next()?;
    found.next().is_none().then_some(&*first.id)
}
