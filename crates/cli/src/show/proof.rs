//! How the proof of rules went.

use std::io::Write;

use anstream::AutoStream;
use owo_colors::OwoColorize;
use watchfire_watch::ProofReport;

use crate::args::Format;
use crate::show::json;

/// Prints failures and counts.
pub fn print(format: Format, report: &ProofReport) -> anyhow::Result<()> {
    match format {
        Format::Json => json(false, std::slice::from_ref(report)),
        Format::Jsonl => json(true, &report.failures),
        Format::Table => {
            let mut out = AutoStream::auto(std::io::stdout().lock());
            for failure in &report.failures {
                writeln!(out, "{} {} {}: {}", "failed".red().bold(), failure.rule.bold(), failure.case, failure.why)?;
                writeln!(out, "    {}\n    {}", failure.message, failure.file.dimmed())?;
            }
            if !report.unproven.is_empty() {
                let names: Vec<&str> = report.unproven.iter().map(|name| &**name).collect();
                writeln!(out, "{} {}", "without a hit or without a miss:".yellow(), names.join(", "))?;
            }
            let failed = report.failures.len();
            let passed = report.hits + report.misses - failed;
            writeln!(out, "{} rules, {} hits and {} misses tried", report.rules, report.hits, report.misses)?;
            writeln!(out, "{passed} passed, {failed} failed")?;
            Ok(())
        }
    }
}
