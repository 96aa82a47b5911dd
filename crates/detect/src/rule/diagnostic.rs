//! What is wrong with a rule, where, and what to do.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

/// How much a diagnostic weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// The rule works, but probably not as meant.
    Warning,
    /// The rule was left out.
    Error,
}

/// One thing wrong with a rule file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// How much it weighs.
    pub weight: Weight,
    /// A stable word, such as `unknown_field`; documented in `docs/diagnostics.md`.
    pub code: &'static str,
    /// File.
    pub file: Arc<str>,
    /// Line, from 1; 0 when the whole file is meant.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// How many characters the place spans.
    pub width: usize,
    /// The text of the line.
    pub text: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl Diagnostic {
    /// Every code there is.
    pub const CODES: [&'static str; 22] = [
        "bad_action",
        "bad_condition",
        "bad_correlation",
        "bad_detection",
        "bad_field",
        "bad_metadata",
        "bad_modifier",
        "bad_regex",
        "bad_rule",
        "bad_timespan",
        "bad_value",
        "bad_watchfire_part",
        "cyclic_correlation",
        "duplicate_id",
        "missing_field",
        "not_a_mapping",
        "unknown_field",
        "unknown_list",
        "unknown_modifier",
        "unknown_rule",
        "unknown_selection",
        "yaml_syntax",
    ];
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weight = match self.weight {
            Weight::Warning => "warning",
            Weight::Error => "error",
        };
        writeln!(f, "{weight}[{}]: {}", self.code, self.message)?;
        if self.line == 0 {
            writeln!(f, "  --> {}", self.file)?;
        } else {
            let gutter = self.line.to_string().len();
            writeln!(f, "{:gutter$}--> {}:{}:{}", "", self.file, self.line, self.column)?;
            writeln!(f, "{:gutter$} |", "")?;
            writeln!(f, "{} | {}", self.line, self.text)?;
            let carets = "^".repeat(self.width.max(1));
            writeln!(f, "{:gutter$} | {:indent$}{carets}", "", "", indent = self.column.saturating_sub(1))?;
        }
        if !self.help.is_empty() {
            writeln!(f, "  help: {}", self.help)?;
        }
        Ok(())
    }
}
