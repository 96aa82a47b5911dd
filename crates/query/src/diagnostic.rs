//! What is wrong with a statement, and where.

use std::fmt;
use std::ops::Range;

/// A place in the text that the person wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The bytes of the text it covers; empty where only a point is known.
    pub bytes: Range<usize>,
    /// The line it begins on, counted from one.
    pub line: usize,
    /// The character of that line it begins at, counted from one.
    pub column: usize,
}

/// What kind of thing is wrong: stable, for machines and for documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// The text is no SQL that we know.
    Syntax,
    /// The text is larger or nested deeper than the stated limits.
    Limit,
    /// The statement would change something, or is of a kind that is not answered.
    NotAQuery,
    /// A known form that cannot be carried out.
    Unsupported,
    /// A parameter without a value.
    Parameter,
    /// No table of that name.
    UnknownTable,
    /// No column of that name.
    UnknownColumn,
    /// No function of that name.
    UnknownFunction,
    /// A name that could mean more than one column.
    Ambiguous,
    /// Values of types that do not go together.
    Types,
    /// A column that is neither grouped by nor aggregated.
    Grouping,
    /// The engine refused for a reason of its own.
    Engine,
}

impl Code {
    /// The stable word for it.
    pub fn word(self) -> &'static str {
        match self {
            Code::Syntax => "syntax",
            Code::Limit => "limit",
            Code::NotAQuery => "not_a_query",
            Code::Unsupported => "unsupported",
            Code::Parameter => "parameter",
            Code::UnknownTable => "unknown_table",
            Code::UnknownColumn => "unknown_column",
            Code::UnknownFunction => "unknown_function",
            Code::Ambiguous => "ambiguous",
            Code::Types => "types",
            Code::Grouping => "grouping",
            Code::Engine => "engine",
        }
    }
}

/// What is wrong with a statement, said to the person who wrote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Diagnostic {
    /// What kind of thing is wrong.
    pub code: Code,
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
    /// Where, when it is known.
    pub place: Option<Place>,
    /// What to do about it.
    pub help: Option<String>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{} at line {}, column {}", self.message, place.line, place.column),
            None => f.write_str(&self.message),
        }
    }
}

/// Characters of a line shown on either side of the place; statements on one line can be very long.
const SHOWN_CHARS: usize = 60;

impl Diagnostic {
    /// Something wrong, nowhere in particular yet.
    pub fn new(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic { code, message: message.into(), place: None, help: None }
    }

    /// The same, with advice.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// The same, at a place.
    pub fn at(mut self, place: Option<Place>) -> Diagnostic {
        self.place = place;
        self
    }

    /// The diagnostic as several lines of text, with the line of the statement it is about and carets under the place.
    /// Control characters of the statement are shown as `�`.
    pub fn render(&self, sql: &str) -> String {
        let mut shown = format!("error[{}]: {}\n", self.code.word(), visible(&self.message));
        if let Some(place) = &self.place {
            shown.push_str(&point(place, sql));
        }
        if let Some(help) = &self.help {
            shown.push_str(&format!("help: {}\n", visible(help)));
        }
        shown
    }
}

/// The line of a place and the carets under it.
fn point(place: &Place, sql: &str) -> String {
    let line: Vec<char> = sql.lines().nth(place.line.saturating_sub(1)).unwrap_or_default().chars().collect();
    let at = place.column.saturating_sub(1).min(line.len());
    let width = sql.get(place.bytes.clone()).map_or(1, |text| text.lines().next().unwrap_or_default().chars().count());
    let width = width.clamp(1, line.len().saturating_sub(at).max(1));
    let from = at.saturating_sub(SHOWN_CHARS);
    let to = (at + width.min(SHOWN_CHARS) + SHOWN_CHARS).min(line.len());
    let excerpt: String = line.get(from..to).unwrap_or_default().iter().collect();
    let (before, after) = (if from > 0 { "…" } else { "" }, if to < line.len() { "…" } else { "" });
    let gutter = place.line.to_string();
    let indent = " ".repeat(at - from + before.chars().count());
    let carets = "^".repeat(width.min(SHOWN_CHARS));
    let pad = " ".repeat(gutter.len());
    format!("{pad} |\n{gutter} | {before}{}{after}\n{pad} | {indent}{carets}\n", visible(&excerpt))
}

/// Text with nothing in it that could steer a terminal.
fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}
