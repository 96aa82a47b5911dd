//! A rule as SQL for Athena's CloudTrail table.

use crate::rule::Rule;

/// The SQL text of a rule.
pub fn athena(_rule: &Rule) -> Result<String, String> {
    Err("placeholder until the module is written".to_owned())
}
