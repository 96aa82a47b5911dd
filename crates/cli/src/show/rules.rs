//! The list of rules.

use std::io::Write;

use serde::Serialize;
use watchfire_detect::Meta;

use crate::args::Format;
use crate::show::progress::counted_noun;
use crate::show::{json, table::table};

#[derive(Serialize)]
struct Row<'m> {
    id: &'m str,
    name: &'m str,
    kind: &'m str,
    title: &'m str,
    #[serde(rename = "type")]
    finding_type: &'m str,
    severity: &'static str,
    tactics: &'m [String],
    techniques: &'m [String],
    covers: &'m [String],
    file: &'m str,
    hits: usize,
    misses: usize,
}

/// Prints rules.
pub fn print(format: Format, rules: &[(&Meta, &str)]) -> anyhow::Result<()> {
    let rows: Vec<Row<'_>> = rules.iter().map(|(meta, kind)| row(meta, kind)).collect();
    match format {
        Format::Json => json(false, &rows),
        Format::Jsonl => json(true, &rows),
        Format::Table => {
            let mut table = table(&["SEVERITY", "NAME", "TITLE", "TYPE", "TECHNIQUES"]);
            for row in &rows {
                table.add_row([row.severity, row.name, row.title, row.finding_type, &row.techniques.join(" ")]);
            }
            let mut out = anstream::AutoStream::auto(std::io::stdout().lock());
            writeln!(out, "{table}")?;
            writeln!(out, "{}", counted_noun(rows.len() as u64, "rule"))?;
            Ok(())
        }
    }
}

fn row<'m>(meta: &'m Meta, kind: &'m str) -> Row<'m> {
    Row {
        id: &meta.id,
        name: &meta.name,
        kind,
        title: &meta.title,
        finding_type: &meta.finding_type,
        severity: meta.severity.as_str(),
        tactics: &meta.attack.tactics,
        techniques: &meta.attack.techniques,
        covers: &meta.covers,
        file: &meta.file,
        hits: meta.hits.len(),
        misses: meta.misses.len(),
    }
}
