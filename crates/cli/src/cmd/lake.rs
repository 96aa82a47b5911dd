//! `watchfire lake`: the table, kept in shape.

use std::io::Write;

use clap::{Args, Subcommand};
use serde::Serialize;
use watchfire_lake::{Compaction, Day, Status, Verified};
use watchfire_node::{DataPlace, Table};
use watchfire_state::{Numbers, State, Store};

use crate::args::{Format, LakeArgs};
use crate::outcome::Outcome;
use crate::show;
use crate::show::ingested::bytes;
use crate::show::progress::{counted_noun, grouped};

/// Keep the table in shape.
#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The table and the findings in figures
    Status(StatusOptions),
    /// Join small files of a day; readers and writers go on meanwhile
    Optimize(OptimizeOptions),
    /// Remove files that the table no longer refers to; older versions of the table can then not be read any more
    Vacuum(VacuumOptions),
    /// Take days out of the table that are too old
    Retain(RetainOptions),
    /// Read the whole table and the state, and tell every fault; exits with 1 when there is one
    Verify(StatusOptions),
}

#[derive(Debug, Args)]
struct StatusOptions {
    /// How it is printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    lake: LakeArgs,
}

#[derive(Debug, Args)]
struct OptimizeOptions {
    /// Read so many megabytes at most
    #[arg(long, value_name = "MB")]
    budget_mb: Option<u64>,
    /// Leave days after this one alone
    #[arg(long, value_name = "DAY")]
    last: Option<Day>,
    #[command(flatten)]
    lake: LakeArgs,
}

#[derive(Debug, Args)]
struct VacuumOptions {
    /// Keep what a version of the last so many hours refers to
    #[arg(long, value_name = "HOURS", default_value_t = 168)]
    older_than: u32,
    /// Tell what would be removed, and remove nothing
    #[arg(long)]
    dry_run: bool,
    /// Allow less than 24 hours: nothing may write to or read from the table meanwhile
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    lake: LakeArgs,
}

#[derive(Debug, Args)]
struct RetainOptions {
    /// Take out all days before this one, such as 2026-03-01
    #[arg(long, value_name = "DAY")]
    before: Day,
    #[command(flatten)]
    lake: LakeArgs,
}

/// A younger file may belong to a writer that is at work, or to a query that reads an older version.
const VACUUM_HOURS_MIN: u32 = 24;

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    match &options.command {
        Command::Status(options) => status(options),
        Command::Optimize(options) => optimize(options),
        Command::Vacuum(options) => vacuum(options),
        Command::Retain(options) => retain(options),
        Command::Verify(options) => verify(options),
    }
}

/// The table and the state in figures.
#[derive(Serialize)]
struct Figures {
    table: Status,
    epochs: u64,
    objects: u64,
    rejects: u64,
    findings: u64,
}

fn status(options: &StatusOptions) -> anyhow::Result<Outcome> {
    let place = options.lake.place()?;
    let table = Table::open(place.lake())?.status()?;
    let Numbers { last_epoch, objects, rejects, findings, .. } = match state_beside(&place)? {
        Some(state) => state.numbers()?,
        None => Numbers::default(),
    };
    let figures = Figures { table, epochs: last_epoch, objects, rejects, findings };
    if options.format != Format::Table {
        show::json(options.format == Format::Jsonl, &[figures])?;
        return Ok(Outcome::Done);
    }
    let Status { version, files, small_files, bytes: size, rows, days, oldest, newest } = &figures.table;
    let span = match (oldest, newest) {
        (Some(oldest), Some(newest)) => show::safe(&format!("{oldest} … {newest}")),
        _ => "nothing yet".to_owned(),
    };
    show::text(&format!(
        "{} on {}, {span}\n{} in {}, {} of them small (`watchfire lake optimize` joins them)\nversion {version} of the table, epoch {}\n\
         {} read, {}, {}",
        counted_noun(*rows, "row"),
        counted_noun(*days, "day"),
        bytes(*size),
        counted_noun(*files, "file"),
        grouped(*small_files),
        figures.epochs,
        counted_noun(figures.objects, "file"),
        counted_noun(figures.rejects, "reject"),
        counted_noun(figures.findings, "finding"),
    ))?;
    Ok(Outcome::Done)
}

/// The state of a table, which may stand alone.
fn state_beside(place: &DataPlace) -> anyhow::Result<Option<State>> {
    let state = place.state_beside()?;
    if state.is_none() {
        anstream::eprintln!("there is no state of this lake in {}, so only the table is looked at", place.folder().display());
    }
    Ok(state)
}

fn optimize(options: &OptimizeOptions) -> anyhow::Result<Outcome> {
    let budget_bytes = options.budget_mb.map_or(u64::MAX, |mb| mb.saturating_mul(1_000_000));
    let done = Table::open(options.lake.place()?.lake())?.optimize(Compaction { budget_bytes, last: options.last })?;
    show::text(&format!(
        "{} ({}) became {} ({}); version {}{}{}",
        counted_noun(done.files_before, "file"),
        bytes(done.bytes_before),
        counted_noun(done.files_after, "file"),
        bytes(done.bytes_after),
        done.version,
        if done.budget_spent { "; the budget is spent, there is more to join" } else { "" },
        if done.given_up > 0 { "; some were changed by another writer meanwhile, run it again" } else { "" },
    ))?;
    Ok(Outcome::Done)
}

fn vacuum(options: &VacuumOptions) -> anyhow::Result<Outcome> {
    if options.older_than < VACUUM_HOURS_MIN && !options.force && !options.dry_run {
        anyhow::bail!(
            "less than {VACUUM_HOURS_MIN} hours could take files from a writer or a query that is at work\n  hint: --older-than {VACUUM_HOURS_MIN}, or \
             --force when nothing else uses the table"
        );
    }
    let vacuumed = Table::open(options.lake.place()?.lake())?.vacuum(options.older_than, options.dry_run)?;
    let mut out = std::io::stdout().lock();
    vacuumed.files.iter().try_for_each(|file| writeln!(out, "{}", show::safe(file)))?;
    let what = if vacuumed.dry_run { "would be removed" } else { "removed" };
    anstream::eprintln!("{} {what}", counted_noun(vacuumed.files.len() as u64, "file"));
    Ok(Outcome::Done)
}

fn retain(options: &RetainOptions) -> anyhow::Result<Outcome> {
    let retained = Table::open(options.lake.place()?.lake())?.retain(options.before)?;
    show::text(&format!(
        "{} with {} taken out; version {}; `watchfire lake vacuum` frees the space once no recent version needs them",
        counted_noun(retained.days, "day"),
        counted_noun(retained.rows, "row"),
        retained.version,
    ))?;
    Ok(Outcome::Done)
}

/// What verify found.
#[derive(Serialize)]
struct Verdict {
    table: Verified,
    /// What is wrong with the state.
    state: Vec<String>,
}

fn verify(options: &StatusOptions) -> anyhow::Result<Outcome> {
    let place = options.lake.place()?;
    let table = Table::open(place.lake())?.verify()?;
    let problems = match state_beside(&place)? {
        Some(state) => state.verify()?,
        None => Vec::new(),
    };
    let verdict = Verdict { table, state: problems.into_iter().map(|problem| problem.0).collect() };
    let is_whole = verdict.table.faults.is_empty() && verdict.state.is_empty();
    if options.format == Format::Table {
        print_verdict(&verdict)?;
    } else {
        show::json(options.format == Format::Jsonl, &[verdict])?;
    }
    Ok(if is_whole { Outcome::Done } else { Outcome::BadNews })
}

fn print_verdict(verdict: &Verdict) -> anyhow::Result<()> {
    let Verified { version, commits, files, bytes: size, rows, faults } = &verdict.table;
    let mut text = String::new();
    for fault in faults {
        text += &format!("{}: {}\n  hint: {}\n", show::safe(&fault.file), show::safe(&fault.reason), fault.hint);
    }
    for problem in &verdict.state {
        text += &format!("state.db: {}\n", show::safe(problem));
    }
    let read = format!(
        "read {}, {} ({}), {}, at version {version}",
        counted_noun(*commits, "commit"),
        counted_noun(*files, "file"),
        bytes(*size),
        counted_noun(*rows, "row"),
    );
    let count = (faults.len() + verdict.state.len()) as u64;
    show::text(&format!("{text}{read}: {}", if count == 0 { "no fault".to_owned() } else { counted_noun(count, "fault") }))
}
