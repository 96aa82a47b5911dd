//! Files of cases: a pattern, an event, and what EventBridge says; one JSON object a line.
//!
//! `id`, `pattern` and `event` as texts that hold JSON, and `expected`: true, false or `"invalid"`. Other members are notes.

use std::fmt;

use super::{EventMatcher, EventPattern, EventScratch, PatternError};
use serde::Deserialize;

/// One case.
#[derive(Debug, Clone, Deserialize)]
pub struct PatternCase {
    /// Its name.
    pub id: String,
    /// The pattern's text.
    pub pattern: String,
    /// The event's text; none where the pattern is not valid.
    #[serde(default)]
    pub event: Option<String>,
    /// What must come out.
    pub expected: Expected,
    /// What the reason of an invalid pattern says, where that is known word for word.
    #[serde(default)]
    pub reason: Option<String>,
}

/// What must come out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Expected {
    /// The event satisfies the pattern, or does not.
    Verdict(bool),
    /// The pattern is refused.
    Refusal(Invalid),
}

/// The word for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Invalid {
    /// The pattern is not valid.
    #[serde(rename = "invalid")]
    Invalid,
}

/// A line that is no case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub says: String,
}

impl fmt::Display for CaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} is no case: {}", self.line, self.says)
    }
}

impl std::error::Error for CaseError {}

/// All cases of a file.
#[derive(Debug, Clone)]
pub struct CaseFile {
    /// In the order of the file.
    pub cases: Vec<PatternCase>,
}

/// How a case came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseOutcome {
    /// The case, by position.
    pub case: usize,
    /// Why it failed; nothing when it passed.
    pub failure: Option<String>,
}

impl CaseFile {
    /// Reads a file; empty lines are stepped over.
    pub fn parse(text: &str) -> Result<CaseFile, CaseError> {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let read = |(at, line): (usize, &str)| {
            let case: PatternCase = serde_json::from_str(line).map_err(|error| CaseError { line: at + 1, says: error.to_string() })?;
            match (&case.event, case.expected) {
                (None, Expected::Verdict(_)) => {
                    Err(CaseError { line: at + 1, says: "a verdict is expected, but there is no event".into() })
                }
                _ => Ok(case),
            }
        };
        Ok(CaseFile { cases: lines.map(read).collect::<Result<_, _>>()? })
    }

    /// Runs every case twice: alone, and in the company of all valid patterns of the file.
    pub fn run(&self) -> Vec<CaseOutcome> {
        let patterns: Vec<Result<EventPattern, PatternError>> = self.cases.iter().map(|case| EventPattern::parse(&case.pattern)).collect();
        let matcher = EventMatcher::compile(patterns.iter().flatten());
        let mut scratch = EventScratch::default();
        let mut number = 0;
        let judge = |(at, (case, pattern)): (usize, (&PatternCase, &Result<EventPattern, PatternError>))| {
            let failure = match pattern {
                Err(error) => case.refused(error),
                Ok(pattern) => {
                    number += 1;
                    case.judged(pattern, number - 1, &matcher, &mut scratch)
                }
            };
            CaseOutcome { case: at, failure }
        };
        self.cases.iter().zip(&patterns).enumerate().map(judge).collect()
    }
}

impl PatternCase {
    fn refused(&self, error: &PatternError) -> Option<String> {
        match (self.expected, &self.reason) {
            (Expected::Refusal(_), None) => None,
            (Expected::Refusal(_), Some(reason)) if reason == error.reason() => None,
            (Expected::Refusal(_), Some(reason)) => Some(format!("refused with {:?}, expected {reason:?}", error.reason())),
            (Expected::Verdict(expected), _) => Some(format!("expected {expected}, but: {error}")),
        }
    }

    fn judged(&self, pattern: &EventPattern, number: usize, all: &EventMatcher, scratch: &mut EventScratch) -> Option<String> {
        let Expected::Verdict(expected) = self.expected else { return Some("expected a refusal, but the pattern was accepted".into()) };
        let event = self.event.as_deref().unwrap_or_default();
        let (mut in_company, mut alone) = (false, false);
        let (mut undecided, mut own) = (false, EventScratch::default());
        let outcome = all.matches(event, scratch, |matched| in_company |= matched == number);
        undecided |= outcome.as_ref().is_ok_and(|undecided| undecided.contains(&(number as u32)));
        let outcome =
            outcome.map(|_| ()).and_then(|()| EventMatcher::compile([pattern]).matches(event, &mut own, |_| alone = true).map(|_| ()));
        match outcome {
            Err(error) => Some(format!("expected {expected}, but: {error}")),
            Ok(()) if undecided => Some(format!("expected {expected}, but it takes too long to tell")),
            Ok(()) if alone != expected => Some(format!("expected {expected}, got {alone}")),
            Ok(()) if in_company != expected => Some(format!("expected {expected}, got {in_company} in the company of other patterns")),
            Ok(()) => None,
        }
    }
}
