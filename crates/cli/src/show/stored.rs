//! Findings of the data folder.

use std::io::{BufWriter, IsTerminal, Write};

use anstream::AutoStream;
use comfy_table::Table;
use owo_colors::OwoColorize;
use serde::Serialize;
use watchfire_model::{EntityKind, EventTime, Finding, Severity};
use watchfire_state::{StatusChange, StoredFinding};

use crate::args::Format;
use crate::cmd::findings::FindingFormat;
use crate::show;
use crate::show::progress::{counted_noun, grouped};
use crate::show::{csv, escaped, findings, json, safe, table};

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

/// Prints findings for people; `tally` counts all that were asked for.
pub fn table(stored: &[StoredFinding], tally: &[(Severity, u64)]) -> anyhow::Result<()> {
    let rows = if std::io::stdout().is_terminal() { for_terminal(stored) } else { for_pipe(stored) };
    let total: u64 = tally.iter().map(|(_, count)| count).sum();
    let by_severity: Vec<String> = tally.iter().map(|(severity, count)| format!("{} {severity}", grouped(*count))).collect();
    let by_severity = if total > 0 { format!(": {}", by_severity.join(", ")) } else { String::new() };
    let shown = if total > stored.len() as u64 { format!("{} of ", grouped(stored.len() as u64)) } else { String::new() };
    let mut out = AutoStream::auto(std::io::stdout().lock());
    writeln!(out, "{rows}\n{shown}{}{by_severity}", counted_noun(total, "finding"))?;
    Ok(())
}

/// A few columns that fit, and under each sentence the facts.
fn for_terminal(stored: &[StoredFinding]) -> Table {
    let mut table = table::table(&["ID", "STATUS", "SEVERITY", "WHAT"]);
    for StoredFinding { id, status, finding, .. } in stored {
        let last = if finding.last_time == finding.time { String::new() } else { format!(" … {}", finding.last_time) };
        let records = counted_noun(finding.count, "record");
        let facts = format!("{} · {}{last} · {records} · {}", few(finding, EntityKind::Account), finding.time, finding.name);
        table.add_row([
            id.short(),
            status.as_str().to_lowercase(),
            finding.severity.to_string(),
            format!("{}\n{}", safe(&finding.summary), safe(&facts)),
        ]);
    }
    table
}

/// A line a finding, for grep and its like.
fn for_pipe(stored: &[StoredFinding]) -> Table {
    let mut table = table::table(&["ID", "STATUS", "SEVERITY", "WHAT", "ACCOUNT", "RECORDS", "FIRST", "LAST", "RULE"]);
    for StoredFinding { id, status, finding, .. } in stored {
        table.add_row([
            id.short(),
            status.as_str().to_lowercase(),
            finding.severity.to_string(),
            safe(&finding.summary),
            safe(&few(finding, EntityKind::Account)),
            grouped(finding.count),
            finding.time.to_string(),
            finding.last_time.to_string(),
            safe(&finding.name),
        ]);
    }
    table
}

/// The first entity of a kind, and how many more there are.
fn few(finding: &Finding, kind: EntityKind) -> String {
    let mut of_kind = finding.entities.iter().filter(|entity| entity.kind == kind);
    let first = of_kind.next().map(|entity| entity.id.to_string()).unwrap_or_default();
    match of_kind.count() {
        0 => first,
        more => format!("{first} +{more}"),
    }
}

/// Findings for programs, page by page.
pub struct Export {
    format: FindingFormat,
    count: u64,
    has_begun: bool,
}

/// What a line of an export for spreadsheets has; entities follow, a column each kind.
const CSV_HEADS: [&str; 12] =
    ["id", "status", "severity", "time", "last_time", "count", "rule", "name", "type", "title", "summary", "techniques"];

const CSV_KINDS: [EntityKind; 8] = [
    EntityKind::Account,
    EntityKind::Principal,
    EntityKind::SessionIssuer,
    EntityKind::AccessKey,
    EntityKind::Address,
    EntityKind::Region,
    EntityKind::Resource,
    EntityKind::UserAgent,
];

impl Export {
    pub fn new(format: FindingFormat) -> Export {
        Export { format, count: 0, has_begun: false }
    }

    /// Prints some findings; called once at least.
    pub fn page(&mut self, stored: &[StoredFinding]) -> anyhow::Result<()> {
        let mut out = BufWriter::new(std::io::stdout().lock());
        if !std::mem::replace(&mut self.has_begun, true) && self.format == FindingFormat::Csv {
            let kinds = CSV_KINDS.iter().map(|kind| kind.as_str());
            let heads: Vec<Option<&str>> = CSV_HEADS.into_iter().chain(kinds).map(Some).collect();
            out.write_all(csv::line(&heads).as_bytes())?;
        }
        for stored in stored {
            match self.format {
                FindingFormat::Csv => out.write_all(csv_line(stored).as_bytes())?,
                FindingFormat::Json => {
                    let json = serde_json::to_string_pretty(&row(stored))?.replace('\n', "\n  ");
                    write!(out, "{}  {}", if self.count == 0 { "[\n" } else { ",\n" }, escaped(&json))?;
                }
                FindingFormat::Jsonl | FindingFormat::Table => writeln!(out, "{}", escaped(&serde_json::to_string(&row(stored))?))?,
            }
            self.count += 1;
        }
        out.flush()?;
        Ok(())
    }

    /// Prints what ends it.
    pub fn finish(self) -> anyhow::Result<()> {
        match (self.format, self.count) {
            (FindingFormat::Json, 0) => show::text("[]"),
            (FindingFormat::Json, _) => show::text("\n]"),
            _ => Ok(()),
        }
    }
}

fn csv_line(stored: &StoredFinding) -> String {
    let StoredFinding { id, status, finding, .. } = stored;
    let own = [
        id.to_string(),
        status.as_str().to_lowercase(),
        finding.severity.to_string(),
        finding.time.to_string(),
        finding.last_time.to_string(),
        finding.count.to_string(),
        finding.rule.to_string(),
        finding.name.to_string(),
        finding.finding_type.to_string(),
        finding.title.to_string(),
        finding.summary.clone(),
        finding.attack.techniques.join(" "),
    ];
    let entities = CSV_KINDS.iter().map(|kind| {
        let ids = finding.entities.iter().filter(|entity| entity.kind == *kind).map(|entity| &*entity.id);
        ids.collect::<Vec<_>>().join(" ")
    });
    // Spreadsheets are read by people: what speaks to a terminal is of no use to them either.
    let shown = |cell: String| (!cell.is_empty()).then(|| csv::no_formula(&safe(&cell)));
    let cells: Vec<Option<String>> = own.into_iter().chain(entities).map(shown).collect();
    csv::line(&cells)
}

/// A finding with what became of it.
#[derive(Serialize)]
struct Whole<'f> {
    #[serde(flatten)]
    row: Row<'f>,
    changes: Vec<Change<'f>>,
}

#[derive(Serialize)]
struct Change<'f> {
    at: EventTime,
    status: &'static str,
    note: &'f str,
}

/// Prints one finding whole.
pub fn one(format: Format, stored: &StoredFinding, changes: &[StatusChange]) -> anyhow::Result<()> {
    if format != Format::Table {
        let changes = changes.iter().map(|change| Change { at: change.at, status: change.status.as_str(), note: &change.note });
        let changes = changes.collect();
        return json(format == Format::Jsonl, &[Whole { row: row(stored), changes }]);
    }
    let finding = &stored.finding;
    let mut out = AutoStream::auto(std::io::stdout().lock());
    let severity = format!(" {} ", finding.severity.as_str().to_uppercase());
    writeln!(out, "{} {} {}", severity.style(findings::style(finding.severity)), stored.id, stored.status)?;
    for StatusChange { at, status, note, .. } in changes {
        writeln!(out, "  {at} {} {}", status.as_str().to_lowercase(), safe(note))?;
    }
    findings::one(&mut out, finding)?;
    for (heading, text) in [("why", &finding.why), ("normal", &finding.normal)] {
        if !text.is_empty() {
            writeln!(out, "\n{}\n  {}", heading.bold(), prose(text))?;
        }
    }
    for (heading, texts) in [("known benign causes", &finding.benign_causes), ("what to do next", &finding.next)] {
        if !texts.is_empty() {
            writeln!(out, "\n{}", heading.bold())?;
            texts.iter().try_for_each(|text| writeln!(out, "  {}", prose(text)))?;
        }
    }
    writeln!(out, "\n{}", "about".bold())?;
    for entity in &finding.entities {
        writeln!(out, "  {:<14} {}", entity.kind.as_str(), safe(&entity.id))?;
    }
    records(&mut out, finding)
}

/// What a rule says, on one line.
fn prose(text: &str) -> String {
    safe(&text.split_ascii_whitespace().collect::<Vec<_>>().join(" "))
}

/// A record without the line breaks that some exports put between its members.
fn on_one_line(record: &str) -> String {
    let parsed = serde_json::from_str::<serde_json::Value>(record);
    parsed.map_or_else(|_| record.to_owned(), |record| record.to_string())
}

fn records(out: &mut impl Write, finding: &Finding) -> anyhow::Result<()> {
    for evidence in &finding.evidence {
        writeln!(out, "\n{} {}", "evidence".bold(), safe(&evidence.event_id))?;
        for matched in &evidence.matched {
            let told = format!("{} {} {}: {}", matched.field, matched.operator, matched.expected, matched.actual);
            writeln!(out, "  {}", safe(&told))?;
        }
        writeln!(out, "  {}", safe(&on_one_line(&evidence.record)).dimmed())?;
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
