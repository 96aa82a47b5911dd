//! Findings that outlive a run.

use std::sync::Arc;

use watchfire_model::Finding;

/// A finding with what it is upserted by, the same in every run.
#[derive(Debug, Clone)]
pub struct Keyed {
    /// Beside the rule: account and identity, or a correlation's group-by values joined by U+001F; none for the identities that a
    /// full book folded together.
    pub about: Option<Arc<str>>,
    /// The finding.
    pub finding: Finding,
}
