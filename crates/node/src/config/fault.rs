//! What is wrong with a configuration, all of it, each with its place.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// One mistake in a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub file: PathBuf,
    /// Line, from 1; none where the whole file is meant.
    pub line: Option<usize>,
    /// Column, from 1, in characters.
    pub column: usize,
    /// What it is about, such as `source "trail"`.
    pub about: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub hint: String,
}

/// All mistakes of a configuration, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}:{}", self.column)?;
        }
        write!(f, ": {}: {}", self.about, self.what)?;
        if self.hint.is_empty() { Ok(()) } else { write!(f, "\n  hint: {}", self.hint) }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&texts.join("\n"))
    }
}

/// Gathers mistakes of one text.
#[derive(Debug)]
pub(super) struct Gatherer<'t> {
    pub file: &'t Path,
    pub text: &'t str,
    pub faults: Vec<(usize, Fault)>,
}

impl Gatherer<'_> {
    /// Adds a mistake at a place of the text.
    pub fn add(&mut self, span: Option<Range<usize>>, about: &str, what: impl Into<String>, hint: impl Into<String>) {
        let start = span.as_ref().map(|span| span.start.min(self.text.len()));
        let before = start.and_then(|start| self.text.get(..start)).unwrap_or_default();
        let line = start.map(|_| before.matches('\n').count() + 1);
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let fault = Fault {
            file: self.file.to_owned(),
            line,
            column,
            about: about.to_owned(),
            what: what.into().trim_end().replace('\n', " "),
            hint: hint.into(),
        };
        self.faults.push((start.unwrap_or_default(), fault));
    }

    /// Nothing, or all mistakes in the order of the text.
    pub fn done(mut self) -> Result<(), Faults> {
        self.faults.sort_by_key(|(at, _)| *at);
        if self.faults.is_empty() { Ok(()) } else { Err(Faults(self.faults.into_iter().map(|(_, fault)| fault).collect())) }
    }
}

/// The hint for what serde says of a name that is not known: the nearest of those it lists.
pub(super) fn nearest_of(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let Some(wrong) = quoted.next().filter(|_| message.contains("unknown")) else { return String::new() };
    nearest(wrong, quoted)
}

/// The hint for a name that is not known.
pub(super) fn nearest<'n>(wrong: &str, known: impl Iterator<Item = &'n str>) -> String {
    let known: Vec<&str> = known.collect();
    let scored = known.iter().map(|name| (strsim::damerau_levenshtein(wrong, name), name));
    match scored.min().filter(|(distance, _)| *distance <= 1 + wrong.len() / 3) {
        Some((_, name)) => format!("did you mean {name:?}?"),
        None if known.is_empty() => String::new(),
        None => format!("there are {}", known.join(", ")),
    }
}
