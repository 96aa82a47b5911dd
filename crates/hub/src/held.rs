//! A finding as it is kept.

use std::collections::BTreeSet;

use crate::asff::{Asff, FindingKey};

/// Members that the provider says first and people may say otherwise; what people say wins.
pub const SHARED: [&str; 5] = ["Confidence", "Criticality", "RelatedFindings", "Severity", "Types"];

/// Members that belong to people once the finding is there.
pub const OWN: [&str; 4] = ["Note", "UserDefinedFields", "VerificationState", "Workflow"];

/// A finding as it is kept: its document, and what a document does not say.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// What GetFindings gives.
    pub document: Asff,
    /// Of [`SHARED`], those that people or rules have set.
    pub triaged: BTreeSet<String>,
    /// The id of the suppression that gave it its workflow status.
    pub suppression: Option<String>,
}

impl Held {
    /// A document that nobody has touched.
    pub fn new(document: Asff) -> Held {
        Held { document, triaged: BTreeSet::new(), suppression: None }
    }

    /// What it is known by.
    pub fn key(&self) -> FindingKey {
        self.document.key()
    }
}
