//! Findings in the forms of others, out and in.

use std::io::{Read, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use watchfire_hub::filter::Filters;
use watchfire_hub::format::{Format, Writer, read};
use watchfire_hub::history::Source;
use watchfire_hub::query::Query;
use watchfire_node::People;
use watchfire_state::{HubStore, State};

use super::{hinted, now};
use crate::args::LakeArgs;
use crate::outcome::Outcome;
use crate::show::progress::counted_noun;

/// Take findings in.
#[derive(Debug, Args)]
pub struct ImportOptions {
    /// A file, or - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// asff (Security Hub; what Prowler writes), guardduty or ocsf
    #[arg(long, value_name = "FORM", default_value = "asff")]
    form: Format,
    #[command(flatten)]
    lake: LakeArgs,
}

/// Findings that are held at once.
const PAGE: usize = 500;

/// A file of findings is no larger.
const BYTES_MAX: u64 = 1 << 30;

/// Prints all findings, ours and those that were imported.
pub(super) fn export(state: &State, format: Format) -> anyhow::Result<Outcome> {
    let mut writer = Writer::new(format);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut query = Query::latest(Filters::default(), PAGE);
    loop {
        let found = state.hub_find(&query, now()).map_err(hinted)?;
        for (_, held) in &found.items {
            out.write_all(writer.write(&held.document).as_bytes())?;
        }
        match found.items.last().filter(|_| found.is_more) {
            Some((number, held)) => query.after = Some(query.place(&held.document, *number)),
            None => break,
        }
    }
    out.write_all(writer.end().as_bytes())?;
    out.flush()?;
    Ok(Outcome::Done)
}

/// Reads a file of findings into the state.
pub(super) fn import(options: &ImportOptions) -> anyhow::Result<Outcome> {
    let mut text = String::new();
    let cannot = || format!("cannot read {}", options.file.display());
    if options.file.as_os_str() == "-" {
        std::io::stdin().take(BYTES_MAX).read_to_string(&mut text).with_context(cannot)?;
    } else {
        std::fs::File::open(&options.file).with_context(cannot)?.take(BYTES_MAX).read_to_string(&mut text).with_context(cannot)?;
    }
    let reading = read(options.form, &text).map_err(|why| anyhow::anyhow!("{}: {why}", options.file.display()))?;
    for (number, fault) in &reading.faults {
        anstream::eprintln!("finding {number} is left out: {fault}");
    }
    let (count, faults) = (reading.documents.len(), reading.faults.len());
    let people = People::open(&options.lake.place()?)?;
    let changed = people.state().hub_import(reading.documents, &Source::provider("command line"), now()).map_err(hinted)?;
    anstream::eprintln!("{} taken in, {} of them new or changed", counted_noun(count as u64, "finding"), changed.len());
    Ok(if faults > 0 { Outcome::BadNews } else { Outcome::Done })
}
