//! `watchfire findings`: what was found in everything that was ingested.

use clap::{Args, Subcommand};
use watchfire_model::{EventTime, Severity};
use watchfire_state::{Filter, State, Store, StoredFinding};

use crate::args::{Format, LakeArgs, begin, end, severity};
use crate::outcome::Outcome;
use crate::show;

/// What was found.
#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Findings, most urgent first
    List(ListOptions),
    /// One finding with all of its records and its evidence
    Show(ShowOptions),
    /// All findings with all of their records, one JSON object a line
    Export(ExportOptions),
}

#[derive(Debug, Args)]
struct ListOptions {
    #[command(flatten)]
    which: Which,
    /// How findings are printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Findings at most
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    limit: usize,
    #[command(flatten)]
    lake: LakeArgs,
}

#[derive(Debug, Args)]
struct ShowOptions {
    /// The finding's id, or its beginning
    id: String,
    /// How the finding is printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    lake: LakeArgs,
}

#[derive(Debug, Args)]
struct ExportOptions {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    lake: LakeArgs,
}

/// Which findings.
#[derive(Debug, Args)]
struct Which {
    /// Of this severity and above
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    min_severity: Option<Severity>,
    /// Of this rule, by its id or name
    #[arg(long, value_name = "RULE")]
    rule: Option<String>,
    /// With this entity, by its whole id: an ARN, an access key, an address, an account
    #[arg(long, value_name = "ID")]
    entity: Option<String>,
    /// With something at or after this time
    #[arg(long, value_name = "TIME", value_parser = begin)]
    from: Option<EventTime>,
    /// With something at or before this time; a date alone means its end
    #[arg(long, value_name = "TIME", value_parser = end)]
    to: Option<EventTime>,
}

impl Which {
    fn filter(&self) -> Filter {
        let Which { min_severity, rule, entity, from, to } = self;
        Filter { severity: *min_severity, rule: rule.clone(), entity: entity.clone(), from: *from, to: *to, ..Filter::default() }
    }
}

/// Records listed in each finding of a list; `show` and `export` have all.
const RECORDS_LISTED: usize = 20;

/// Findings that are held at once.
const PAGE: usize = 100;

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    match &options.command {
        Command::List(options) => list(options),
        Command::Show(options) => show_one(options),
        Command::Export(options) => export(options),
    }
}

fn list(options: &ListOptions) -> anyhow::Result<Outcome> {
    let state = options.lake.place()?.state()?;
    let filter = Filter { records_max: RECORDS_LISTED, ..options.which.filter() };
    let mut found = Vec::new();
    let mut more = false;
    pages(&state, filter, |page| {
        found.extend(page);
        more = found.len() > options.limit;
        found.truncate(options.limit);
        Ok(!more)
    })?;
    show::stored::list(options.format, &found)?;
    if more {
        anstream::eprintln!("there are more; --limit N shows more of them, `watchfire findings export` all");
    }
    Ok(Outcome::Done)
}

fn show_one(options: &ShowOptions) -> anyhow::Result<Outcome> {
    let state = options.lake.place()?.state()?;
    show::stored::one(options.format, &state.finding(&options.id).map_err(hinted)?)?;
    Ok(Outcome::Done)
}

fn export(options: &ExportOptions) -> anyhow::Result<Outcome> {
    let state = options.lake.place()?.state()?;
    pages(&state, options.which.filter(), |page| {
        show::stored::list(Format::Jsonl, &page)?;
        Ok(true)
    })?;
    Ok(Outcome::Done)
}

/// Gives page after page until `each` has enough.
fn pages(state: &State, filter: Filter, mut each: impl FnMut(Vec<StoredFinding>) -> anyhow::Result<bool>) -> anyhow::Result<()> {
    let mut filter = Filter { limit: PAGE, ..filter };
    loop {
        let page = state.findings(&filter).map_err(hinted)?;
        let wants_more = each(page.items)?;
        filter.token = page.next;
        if filter.token.is_none() || !wants_more {
            return Ok(());
        }
    }
}

fn hinted(error: watchfire_state::Error) -> anyhow::Error {
    match error.hint() {
        Some(hint) => anyhow::anyhow!("{error}\n  hint: {hint}"),
        None => error.into(),
    }
}
