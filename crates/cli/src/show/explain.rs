//! Why a rule matches an event, or does not.

use std::io::Write;

use anstream::AutoStream;
use owo_colors::OwoColorize;
use serde::Serialize;
use watchfire_detect::{Rule, referee::Verdict};

use crate::args::Format;
use crate::show::{json, safe};

#[derive(Serialize)]
struct Explanation<'v> {
    rule: &'v str,
    name: &'v str,
    matches: bool,
    conditions: &'v [String],
    items: &'v [Verdict],
}

/// Prints the verdicts.
pub fn print(format: Format, rule: &Rule, verdicts: &[Verdict], matches: bool) -> anyhow::Result<()> {
    match format {
        Format::Json | Format::Jsonl => {
            let explanation = Explanation {
                rule: &rule.meta.id,
                name: &rule.meta.name,
                matches,
                conditions: &rule.sigma.detection.condition_strings,
                items: verdicts,
            };
            json(format == Format::Jsonl, &[explanation])
        }
        Format::Table => for_people(rule, verdicts, matches),
    }
}

fn for_people(rule: &Rule, verdicts: &[Verdict], matches: bool) -> anyhow::Result<()> {
    let mut out = AutoStream::auto(std::io::stdout().lock());
    let verdict = if matches { "matches".green().bold().to_string() } else { "does not match".red().bold().to_string() };
    writeln!(out, "{} {verdict}", rule.meta.title.bold())?;
    writeln!(out, "condition: {}\n", rule.sigma.detection.condition_strings.join(" | "))?;
    let mut selection = "";
    for told in verdicts {
        if told.selection != selection {
            selection = &told.selection;
            writeln!(out, "{}", selection.bold())?;
        }
        let mark = if told.held { "✓ held  ".green().to_string() } else { "✗ failed".red().to_string() };
        writeln!(out, "  {mark} {} {} {}", told.item.field, told.item.operator.dimmed(), safe(&told.item.expected))?;
        writeln!(out, "           {} {}", "the event has".dimmed(), safe(&told.item.actual))?;
    }
    Ok(())
}
