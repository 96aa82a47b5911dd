//! Findings of the data folder.

use std::io::Write;

use anstream::AutoStream;
use owo_colors::OwoColorize;
use serde::Serialize;
use watchfire_model::{EventTime, Finding};
use watchfire_state::StoredFinding;

use crate::args::Format;
use crate::show::progress::{counted_noun, grouped};
use crate::show::{findings, json, safe, table::table};

/// A finding as `scan` prints it, with what the data folder adds.
#[derive(Serialize)]
struct Row<'f> {
    id: String,
    status: &'static str,
    created: EventTime,
    updated: EventTime,
    #[serde(flatten)]
    finding: &'f Finding,
}

fn row(stored: &StoredFinding) -> Row<'_> {
    let StoredFinding { id, status, created, updated, finding, .. } = stored;
    Row { id: id.to_string(), status: status.as_str(), created: *created, updated: *updated, finding }
}

/// Prints findings.
pub fn list(format: Format, stored: &[StoredFinding]) -> anyhow::Result<()> {
    if format != Format::Table {
        return json(format == Format::Jsonl, &stored.iter().map(row).collect::<Vec<_>>());
    }
    let mut table = table(&["ID", "SEVERITY", "WHAT", "RECORDS", "FIRST", "LAST", "RULE"]);
    for StoredFinding { id, finding, .. } in stored {
        table.add_row([
            id.short(),
            finding.severity.to_string(),
            safe(&finding.summary),
            grouped(finding.count),
            finding.time.to_string(),
            finding.last_time.to_string(),
            safe(&finding.name),
        ]);
    }
    let mut out = AutoStream::auto(std::io::stdout().lock());
    writeln!(out, "{table}\n{}", counted_noun(stored.len() as u64, "finding"))?;
    Ok(())
}

/// Prints one finding whole.
pub fn one(format: Format, stored: &StoredFinding) -> anyhow::Result<()> {
    if format != Format::Table {
        return json(format == Format::Jsonl, &[row(stored)]);
    }
    let finding = &stored.finding;
    let mut out = AutoStream::auto(std::io::stdout().lock());
    let severity = format!(" {} ", finding.severity.as_str().to_uppercase());
    writeln!(out, "{} {} {}", severity.style(findings::style(finding.severity)), stored.id, stored.status)?;
    findings::one(&mut out, finding)?;
    for (heading, text) in [("why", &finding.why), ("normal", &finding.normal)] {
        if !text.is_empty() {
            writeln!(out, "\n{}\n  {}", heading.bold(), safe(text))?;
        }
    }
    for (heading, texts) in [("known benign causes", &finding.benign_causes), ("what to do next", &finding.next)] {
        if !texts.is_empty() {
            writeln!(out, "\n{}", heading.bold())?;
            texts.iter().try_for_each(|text| writeln!(out, "  {}", safe(text)))?;
        }
    }
    writeln!(out, "\n{}", "about".bold())?;
    for entity in &finding.entities {
        writeln!(out, "  {:<14} {}", entity.kind.as_str(), safe(&entity.id))?;
    }
    records(&mut out, finding)
}

fn records(out: &mut impl Write, finding: &Finding) -> anyhow::Result<()> {
    for evidence in &finding.evidence {
        writeln!(out, "\n{} {}", "evidence".bold(), safe(&evidence.event_id))?;
        for matched in &evidence.matched {
            let told = format!("{} {} {}: {}", matched.field, matched.operator, matched.expected, matched.actual);
            writeln!(out, "  {}", safe(&told))?;
        }
        writeln!(out, "  {}", safe(&evidence.record).dimmed())?;
    }
    writeln!(out, "\n{}", "records".bold())?;
    for record in &finding.records {
        writeln!(out, "  {}  {}  {}", record.time, safe(&record.event_id), safe(&record.source).dimmed())?;
    }
    if finding.records_omitted > 0 {
        writeln!(out, "  and {} more", grouped(finding.records_omitted))?;
    }
    Ok(())
}
