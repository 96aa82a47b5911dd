//! The story in words: what happened, by whom, to what, from where, when, how sure, and what is urgent.
//!
//! Every sentence is made from counted facts; nothing is guessed, and what is not known is said.

mod entities;
mod sentences;

use std::fmt;

use serde::Serialize;
use watchfire_model::{Finding, Severity};

use crate::Triage;
use crate::text::prose;

/// Steps listed as urgent. More than a hand's worth is a list nobody starts.
const URGENT_MAX: usize = 6;

/// Columns of the plain text: fits a terminal and a mail.
const COLUMNS: usize = 96;

/// What happened, in plain words. `Display` gives it as text of 96 columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Story {
    /// The answer in one sentence.
    pub headline: String,
    /// The rest, each paragraph under the question it answers.
    pub paragraphs: Vec<Paragraph>,
    /// What to do first, most urgent first.
    pub urgent: Vec<Urgent>,
}

/// One answer of a [`Story`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Paragraph {
    /// The question, such as `By whom`.
    pub heading: &'static str,
    /// The answer.
    pub text: String,
    /// Single facts below it, where it has some.
    pub points: Vec<String>,
}

/// One step that should not wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Urgent {
    /// What to do.
    pub step: String,
    /// The finding that asks for it, as its number in the list that was given.
    pub finding: usize,
    /// How urgent that finding is.
    pub severity: Severity,
    /// Its title.
    pub because: String,
}

/// Tells the story of a triage.
pub fn summary_words(triage: &Triage<'_>) -> Story {
    let what = Paragraph { heading: "What happened", text: sentences::what(triage), points: sentences::most_urgent_told(triage.findings) };
    let others = [
        ("By whom", entities::whom(triage)),
        ("To what", entities::to_what(triage)),
        ("From where", entities::from_where(triage)),
        ("When", sentences::when(triage)),
        ("How sure", sentences::how_sure(triage)),
    ]
    .map(|(heading, text)| Paragraph { heading, text, points: Vec::new() });
    Story {
        headline: sentences::headline(triage),
        paragraphs: std::iter::once(what).chain(others).filter(|paragraph| !paragraph.text.is_empty()).collect(),
        urgent: urgent(triage.findings),
    }
}

/// The first steps of the urgent findings, one of each finding in turn, so that no single finding fills the list.
fn urgent(findings: &[Finding]) -> Vec<Urgent> {
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.retain(|number| findings.get(*number).is_some_and(|finding| finding.severity >= Severity::High));
    order.sort_by_key(|number| findings.get(*number).map(|finding| (std::cmp::Reverse(finding.severity), finding.time)));
    let mut urgent: Vec<Urgent> = Vec::new();
    for round in 0..2 {
        for number in &order {
            let Some((finding, step)) = findings.get(*number).and_then(|f| Some((f, f.next.get(round)?))) else {
                continue;
            };
            let step = prose(step, 400);
            if urgent.len() < URGENT_MAX && urgent.iter().all(|known| known.step != step) {
                let because = prose(&finding.title, 160);
                urgent.push(Urgent { step, finding: *number, severity: finding.severity, because });
            }
        }
    }
    urgent
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_wrapped(f, "", &self.headline)?;
        for Paragraph { heading, text, points } in &self.paragraphs {
            write!(f, "\n{heading}\n")?;
            write_wrapped(f, "  ", text)?;
            for point in points {
                write_wrapped(f, "  - ", point)?;
            }
        }
        if !self.urgent.is_empty() {
            write!(f, "\nDo first\n")?;
        }
        for (place, urgent) in self.urgent.iter().enumerate() {
            write_wrapped(f, &format!("  {}. ", place + 1), &format!("{} [{}: {}]", urgent.step, urgent.severity, urgent.because))?;
        }
        Ok(())
    }
}

/// Lines after the first stand below the text, not below the mark before it.
fn write_wrapped(f: &mut fmt::Formatter<'_>, mark: &str, text: &str) -> fmt::Result {
    let indent = " ".repeat(mark.chars().count());
    let mut column = 0;
    let mut before = mark;
    for word in text.split(' ') {
        let width = word.chars().count();
        if column > 0 && column + 1 + width > COLUMNS {
            f.write_str("\n")?;
            column = 0;
            before = &indent;
        }
        write!(f, "{before}{word}")?;
        column += before.chars().count() + width;
        before = " ";
    }
    f.write_str("\n")
}
