//! `watchfire schema`: what queries may name.

use clap::Args;
use watchfire_lake::function::catalogue;
use watchfire_lake::query::{TableDoc, tables};

use crate::outcome::Outcome;
use crate::show;

/// List tables, columns and functions.
#[derive(Debug, Args)]
pub struct Options {
    /// Only this table
    #[arg(value_name = "TABLE")]
    table: Option<String>,
    /// List the functions instead
    #[arg(long, conflicts_with = "table")]
    functions: bool,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    show::text(if options.functions { functions() } else { describe(options.table.as_deref())? }.trim_end())?;
    Ok(Outcome::Done)
}

/// The tables, or one of them, in lines.
pub fn describe(wanted: Option<&str>) -> anyhow::Result<String> {
    let all = tables();
    let chosen: Vec<&TableDoc> = all.iter().filter(|table| wanted.is_none_or(|wanted| table.name.eq_ignore_ascii_case(wanted))).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = all.iter().map(|table| table.name).collect();
        anyhow::bail!("there is no table {}\nhint: the tables are {}", show::safe(wanted.unwrap_or_default()), names.join(", "));
    }
    Ok(chosen.into_iter().map(one).collect::<Vec<_>>().join("\n"))
}

fn one(table: &TableDoc) -> String {
    let name = table.columns.iter().map(|column| column.name.len()).max().unwrap_or(0);
    let kind = table.columns.iter().map(|column| column.kind.len()).max().unwrap_or(0);
    let mut text = format!("{}: {}\n", table.name, table.doc);
    for column in &table.columns {
        text.push_str(&format!("  {:<name$}  {:<kind$}  {}\n", column.name, column.kind, column.doc));
    }
    text
}

/// The functions, in lines.
pub fn functions() -> String {
    let width = catalogue().iter().map(|doc| doc.signature.chars().count()).max().unwrap_or(0).min(60);
    let mut text = String::new();
    for doc in catalogue() {
        let twin = if doc.has_try { "; TRY(…) gives null for a bad row" } else { "" };
        text.push_str(&format!("{:<width$}  {}{twin}\n", doc.signature, doc.meaning));
    }
    text
}
