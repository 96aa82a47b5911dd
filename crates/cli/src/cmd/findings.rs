//! `watchfire findings`: what was found in everything that was ingested.

mod exchange;

use clap::{Args, Subcommand, ValueEnum};
use watchfire_hub::format;
use watchfire_model::{EventTime, Severity};
use watchfire_state::{Filter, FindingStatus, Order, State, Store, StoredFinding};

use crate::args::{Format, LakeArgs, begin, end, severity};
use crate::outcome::Outcome;
use crate::show;
use crate::show::progress::counted_noun;
use crate::show::stored::Export;

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
    /// All findings with all of their records, to be read by other programs
    Export(ExportOptions),
    /// Take in findings of others: Security Hub's, GuardDuty's or OCSF's
    Import(exchange::ImportOptions),
    /// Say where findings stand: new, notified, suppressed or resolved
    Set(SetOptions),
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FindingFormat {
    /// For people
    Table,
    /// One JSON document
    Json,
    /// One JSON object a line
    Jsonl,
    /// A line a finding for spreadsheets, without records and evidence
    Csv,
}

/// What stands first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Sort {
    /// The most urgent, then the last seen
    Severity,
    /// The last seen
    Latest,
    /// The first seen
    Earliest,
    /// Those with the most records
    Count,
}

#[derive(Debug, Args)]
struct ListOptions {
    #[command(flatten)]
    which: Which,
    /// How findings are printed
    #[arg(long, value_enum, default_value = "table")]
    format: FindingFormat,
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
struct SetOptions {
    /// What they become: new, notified (somebody is told), suppressed (not wanted), resolved (dealt with)
    #[arg(value_name = "STATUS")]
    status: FindingStatus,
    /// The findings' ids, or their beginnings
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// Why, for whoever reads it later
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    note: String,
    #[command(flatten)]
    lake: LakeArgs,
}

#[derive(Debug, Args)]
struct ExportOptions {
    #[command(flatten)]
    which: Which,
    /// How findings are written. asff, guardduty and ocsf tell of imported findings too, and of all that there are
    #[arg(long, value_enum, default_value = "jsonl")]
    format: ExportFormat,
    #[command(flatten)]
    lake: LakeArgs,
}

/// How findings are written for other programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ExportFormat {
    /// One JSON document
    Json,
    /// One JSON object a line
    Jsonl,
    /// A line a finding for spreadsheets, without records and evidence
    Csv,
    /// Security Hub's
    Asff,
    /// GuardDuty's, a finding a line
    Guardduty,
    /// OCSF's Detection Finding, a finding a line
    Ocsf,
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
    /// About this account
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// About an identity with this in its name, such as alice or assumed-role/Admin
    #[arg(long, value_name = "TEXT")]
    principal: Option<String>,
    /// With this text in title, sentence, rule, type or an entity
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// With this status: new, notified, suppressed or resolved (may be given more than once)
    #[arg(long, value_name = "STATUS", value_delimiter = ',')]
    status: Vec<FindingStatus>,
    /// With something at or after this time
    #[arg(long, value_name = "TIME", value_parser = begin)]
    from: Option<EventTime>,
    /// With something at or before this time; a date alone means its end
    #[arg(long, value_name = "TIME", value_parser = end)]
    to: Option<EventTime>,
    /// What stands first
    #[arg(long, value_enum, value_name = "ORDER", default_value = "severity")]
    sort: Sort,
}

impl Which {
    fn filter(&self) -> Filter {
        let order = match self.sort {
            Sort::Severity => Order::Urgency,
            Sort::Latest => Order::Latest,
            Sort::Earliest => Order::Earliest,
            Sort::Count => Order::Count,
        };
        Filter {
            severity: self.min_severity,
            rule: self.rule.clone(),
            entity: self.entity.clone(),
            account: self.account.clone(),
            principal: self.principal.clone(),
            text: self.text.clone(),
            statuses: self.status.clone(),
            from: self.from,
            to: self.to,
            order,
            ..Filter::default()
        }
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
        Command::Import(options) => exchange::import(options),
        Command::Set(options) => set(options),
    }
}

fn list(options: &ListOptions) -> anyhow::Result<Outcome> {
    let state = options.lake.place()?.state()?;
    let filter = Filter { records_max: RECORDS_LISTED, ..options.which.filter() };
    let tally = state.tally(&filter).map_err(hinted)?;
    let mut found = Vec::new();
    pages(&state, filter, |page| {
        found.extend(page);
        Ok(found.len() < options.limit)
    })?;
    found.truncate(options.limit);
    if options.format == FindingFormat::Table {
        show::stored::table(&found, &tally)?;
    } else {
        let mut export = Export::new(options.format);
        export.page(&found)?;
        export.finish()?;
    }
    if tally.iter().map(|(_, count)| count).sum::<u64>() > found.len() as u64 {
        anstream::eprintln!("there are more; --limit N shows more of them, `watchfire findings export` all");
    }
    Ok(Outcome::Done)
}

fn show_one(options: &ShowOptions) -> anyhow::Result<Outcome> {
    let state = options.lake.place()?.state()?;
    let found = state.finding(&options.id).map_err(hinted)?;
    let changes = state.status_changes(found.id).map_err(hinted)?;
    show::stored::one(options.format, &found, &changes)?;
    Ok(Outcome::Done)
}

fn export(options: &ExportOptions) -> anyhow::Result<Outcome> {
    let state = options.lake.place()?.state()?;
    let format = match options.format {
        ExportFormat::Json => FindingFormat::Json,
        ExportFormat::Jsonl => FindingFormat::Jsonl,
        ExportFormat::Csv => FindingFormat::Csv,
        ExportFormat::Asff => return exchange::export(&state, format::Format::Asff),
        ExportFormat::Guardduty => return exchange::export(&state, format::Format::GuardDuty),
        ExportFormat::Ocsf => return exchange::export(&state, format::Format::Ocsf),
    };
    let mut export = Export::new(format);
    pages(&state, options.which.filter(), |page| {
        export.page(&page)?;
        Ok(true)
    })?;
    export.finish()?;
    Ok(Outcome::Done)
}

fn set(options: &SetOptions) -> anyhow::Result<Outcome> {
    let state = options.lake.place()?.state()?;
    let ids = options.ids.iter().map(|id| state.finding(id).map(|found| found.id)).collect::<Result<Vec<_>, _>>().map_err(hinted)?;
    let changed = state.set_status(&ids, options.status, &options.note, now()).map_err(hinted)?;
    let asked = counted_noun(ids.len() as u64, "finding");
    let already = ids.len() as u64 - changed;
    let already = if already > 0 { format!(", {already} of them already") } else { String::new() };
    anstream::eprintln!("{asked} {}{already}", options.status.as_str().to_lowercase());
    Ok(Outcome::Done)
}

fn now() -> EventTime {
    EventTime(jiff::Timestamp::now().as_millisecond())
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
