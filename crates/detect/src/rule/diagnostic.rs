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
    pub const CODES: [&'static str; 26] = [
        "bad_action",
        "bad_condition",
        "bad_correlation",
        "bad_detection",
        "bad_field",
        "bad_id",
        "bad_metadata",
        "bad_modifier",
        "bad_regex",
        "bad_rule",
        "bad_timespan",
        "bad_value",
        "bad_watchfire_part",
        "cyclic_correlation",
        "duplicate_id",
        "empty_file",
        "missing_field",
        "not_a_mapping",
        "odd_event_source",
        "unknown_field",
        "unknown_list",
        "unknown_modifier",
        "unknown_rule",
        "unknown_selection",
        "unused_selection",
        "yaml_syntax",
    ];
}

/// Of a longer line, only so many characters around the place are shown.
const SHOWN_CHARS_MAX: usize = 200;

impl Diagnostic {
    /// What is shown of the line, how far in the place begins there, and how wide it is.
    fn shown(&self) -> (String, usize, usize) {
        let (indent, width, length) = (self.column.saturating_sub(1), self.width.max(1), self.text.chars().count());
        if length <= SHOWN_CHARS_MAX {
            return (self.text.clone(), indent, width);
        }
        let start = indent.saturating_sub(SHOWN_CHARS_MAX / 2).min(length - SHOWN_CHARS_MAX);
        let before = if start > 0 { "…" } else { "" };
        let after = if start + SHOWN_CHARS_MAX < length { "…" } else { "" };
        let text: String = self.text.chars().skip(start).take(SHOWN_CHARS_MAX).collect();
        let indent = indent - start;
        (format!("{before}{text}{after}"), indent + before.chars().count(), width.min(SHOWN_CHARS_MAX.saturating_sub(indent)).max(1))
    }
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
            let (text, indent, width) = self.shown();
            writeln!(f, "{} | {text}", self.line)?;
            writeln!(f, "{:gutter$} | {:indent$}{}", "", "", "^".repeat(width))?;
        }
        if !self.help.is_empty() {
            writeln!(f, "  help: {}", self.help)?;
        }
        Ok(())
    }
}
