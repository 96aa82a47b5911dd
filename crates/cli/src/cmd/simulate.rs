//! `watchfire simulate`: logs to test and tune with.

use std::path::PathBuf;

use clap::Args;
use watchfire_sim::{Plan, Story};

use crate::outcome::Outcome;
use crate::show;

/// Write labelled CloudTrail logs.
#[derive(Debug, Args)]
pub struct Options {
    /// Folder to write to; made when it is not there
    #[arg(value_name = "FOLDER", required_unless_present = "list")]
    out: Option<PathBuf>,
    /// How many records
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    records: u64,
    /// Same seed, same bytes
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How many days
    #[arg(long, value_name = "N", default_value_t = 14)]
    days: u32,
    /// First moment
    #[arg(long, value_name = "TIME", default_value = "2026-03-02T00:00:00Z")]
    start: jiff::Timestamp,
    /// Attacks to tell: names, `all` or `none`
    #[arg(long, value_name = "NAME", value_delimiter = ',', default_value = "all")]
    stories: Vec<String>,
    /// Records in a file at most
    #[arg(long, value_name = "N", default_value_t = 5_000)]
    records_per_file: u32,
    /// Accounts of the organisation
    #[arg(long, value_name = "N", default_value_t = 8)]
    accounts: u32,
    /// List the attacks that can be told
    #[arg(long)]
    list: bool,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    if options.list {
        let lines: Vec<String> = Story::ALL.iter().map(|story| format!("{:<32} {}", story.name(), story.description())).collect();
        show::text(&lines.join("\n"))?;
        return Ok(Outcome::Done);
    }
    let Some(out) = &options.out else { anyhow::bail!("no folder named") };
    let plan = Plan {
        seed: options.seed,
        records: options.records,
        start: options.start,
        days: options.days,
        stories: stories(&options.stories)?,
        records_per_file: options.records_per_file,
        accounts: options.accounts,
        ..Plan::default()
    };
    let written = show::progress::counted(plan.records, |tell| watchfire_sim::write(&plan, out, tell))?;
    anstream::eprintln!(
        "{} records in {} files below {}, {} attacks told; labels in {}",
        written.records,
        written.files,
        out.join("AWSLogs").display(),
        written.stories.len(),
        out.join("truth.jsonl").display(),
    );
    Ok(Outcome::Done)
}

/// Names into stories.
pub fn stories(names: &[String]) -> anyhow::Result<Vec<Story>> {
    match names {
        [all] if all == "all" => Ok(Story::ALL.to_vec()),
        [none] if none == "none" => Ok(Vec::new()),
        names => names.iter().map(|name| name.parse().map_err(anyhow::Error::from)).collect(),
    }
}
