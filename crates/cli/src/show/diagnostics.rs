//! What is wrong with rules.

use std::io::Write;

use anstream::AutoStream;
use owo_colors::OwoColorize;
use watchfire_detect::{Diagnostic, RuleSet, Weight};

use crate::args::Format;
use crate::show::json;

/// Prints all of it, on stdout: the answer of `rules check`.
pub fn print(format: Format, set: &RuleSet) -> anyhow::Result<()> {
    match format {
        Format::Json => json(false, &set.diagnostics),
        Format::Jsonl => json(true, &set.diagnostics),
        Format::Table => {
            let mut out = AutoStream::auto(std::io::stdout().lock());
            for diagnostic in &set.diagnostics {
                writeln!(out, "{diagnostic}")?;
            }
            writeln!(out, "{}", counted(set).bold())?;
            for (source, count) in &set.other_sources {
                writeln!(out, "{}", format!("{count} rules ask for {source}, which these logs cannot answer").dimmed())?;
            }
            Ok(())
        }
    }
}

fn counted(set: &RuleSet) -> String {
    let (errors, warnings) = weigh(set);
    format!(
        "{} rules, {} correlations, {} filters loaded; {errors} errors, {warnings} warnings",
        set.rules.len(),
        set.correlations.len(),
        set.filters.len()
    )
}

fn weigh(set: &RuleSet) -> (usize, usize) {
    let count = |weight| set.diagnostics.iter().filter(|diagnostic: &&Diagnostic| diagnostic.weight == weight).count();
    (count(Weight::Error), count(Weight::Warning))
}

/// Tells errors on stderr, in short: something else is being done, with the rules that could be used.
pub fn tell(set: &RuleSet) {
    let (errors, warnings) = weigh(set);
    for diagnostic in set.diagnostics.iter().filter(|diagnostic| diagnostic.weight == Weight::Error) {
        anstream::eprint!("{diagnostic}");
    }
    if errors + warnings > 0 {
        anstream::eprintln!("{}; `watchfire rules check` tells more", counted(set));
    }
    let others: usize = set.other_sources.values().sum();
    if others > 0 {
        let names: Vec<&str> = set.other_sources.keys().map(String::as_str).collect();
        anstream::eprintln!("{others} rules left out: they ask for other log sources ({})", names.join(", "));
    }
}
