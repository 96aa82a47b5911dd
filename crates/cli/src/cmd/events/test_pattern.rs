//! `watchfire events test-pattern`: what EventBridge's TestEventPattern says, and files of cases.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use clap::Args;
use watchfire_detect::event_pattern::{CaseFile, EnvelopeError, EventPattern, PatternError, check_envelope};

use crate::outcome::Outcome;

/// Say whether an event satisfies an EventBridge pattern.
#[derive(Debug, Args)]
pub struct Options {
    /// The pattern: JSON text, or a file that holds it
    #[arg(long, value_name = "FILE|TEXT", required_unless_present = "cases", requires = "event")]
    pattern: Option<String>,
    /// File with the event as JSON, or - for standard input
    #[arg(long, value_name = "FILE", required_unless_present = "cases", requires = "pattern")]
    event: Option<PathBuf>,
    /// Run a file of cases instead, one JSON object a line: id, pattern, event, expected
    #[arg(long, value_name = "FILE", conflicts_with_all = ["pattern", "event"])]
    cases: Option<PathBuf>,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    match (&options.cases, &options.pattern, &options.event) {
        (Some(cases), _, _) => run_cases(cases),
        (None, Some(pattern), Some(event)) => test(pattern, event),
        _ => Err(anyhow!("a pattern and an event are needed\n  hint: --pattern FILE|TEXT --event FILE|-, or --cases FILE")),
    }
}

/// Who holds standard input, for messages.
const STANDARD_INPUT: &str = "standard input";

fn read(path: &Path) -> anyhow::Result<String> {
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).with_context(|| format!("cannot read {STANDARD_INPUT}"))?;
        return Ok(text);
    }
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn test(pattern: &str, event: &Path) -> anyhow::Result<Outcome> {
    let is_text = pattern.trim_start().starts_with(['{', '[', '"']);
    let (name, text) = if is_text { ("--pattern".to_owned(), pattern.to_owned()) } else { (pattern.to_owned(), read(Path::new(pattern))?) };
    let pattern = EventPattern::parse(&text).map_err(|error| refused_pattern(&error, &name, &text))?;
    let event_text = read(event)?;
    check_envelope(&event_text).map_err(|error| refused_event(&error, event))?;
    let matched = pattern.matches(&event_text).with_context(|| event.display().to_string())?;
    writeln!(std::io::stdout(), "{matched}")?;
    Ok(if matched { Outcome::Done } else { Outcome::BadNews })
}

fn refused_pattern(error: &PatternError, name: &str, text: &str) -> anyhow::Error {
    let (line, column) = error.line_and_column(text);
    anyhow!("{error}\n  at: {name}:{line}:{column}\n  hint: {}", error.hint())
}

fn refused_event(error: &EnvelopeError, event: &Path) -> anyhow::Error {
    let name = if event == Path::new("-") { STANDARD_INPUT.to_owned() } else { event.display().to_string() };
    let (says, at) = (&error.says, error.at);
    anyhow!("{error} {says}\n  at: {name}, byte {at}\n  hint: an event has id, account, source, time, region, detail-type and detail")
}

fn run_cases(path: &Path) -> anyhow::Result<Outcome> {
    let hint = "one JSON object a line: {\"id\", \"pattern\", \"event\", \"expected\": true|false|\"invalid\"}, pattern and event as texts";
    let file = CaseFile::parse(&read(path)?).map_err(|error| anyhow!("{}: {error}\n  hint: {hint}", path.display()))?;
    let mut out = std::io::stdout().lock();
    let mut failed = 0;
    for outcome in file.run() {
        if let (Some(failure), Some(case)) = (outcome.failure, file.cases.get(outcome.case)) {
            failed += 1;
            writeln!(out, "{}: {failure}", case.id)?;
        }
    }
    writeln!(out, "{} cases, {failed} failed", file.cases.len())?;
    Ok(if failed == 0 { Outcome::Done } else { Outcome::BadNews })
}
