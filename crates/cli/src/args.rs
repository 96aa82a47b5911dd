//! What can be typed.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use watchfire_ingest::{Place, Selection};
use watchfire_model::{EventTime, Severity};
use watchfire_node::{DataPlace, LakePlace, Rules};

use crate::cmd;

/// Detects and explains attacks in AWS, from the logs you already have, on your own machine.
#[derive(Debug, Parser)]
#[command(name = "watchfire", version, propagate_version = true, max_term_width = 110)]
pub struct Watchfire {
    /// Say more about what is done (-v, -vv)
    #[arg(short, long, action = ArgAction::Count, global = true)]
    pub verbose: u8,
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Simulate a breach, detect it, tell the story; needs nothing else
    Demo(cmd::demo::Options),
    /// Find attacks in CloudTrail logs: folders, files, archives, s3://bucket/prefix, or - for standard input
    Scan(Box<cmd::scan::Options>),
    /// Keep CloudTrail logs as a table to query, and what rules say about them; only what is new is read
    Ingest(Box<cmd::ingest::Options>),
    /// Write a commented watchfire.toml for the service
    Init(cmd::init::Options),
    /// Leave it running: collect logs as they come, detect, tell, answer over HTTP
    Serve(cmd::serve::Options),
    /// Who may come in, and with what: users, tokens, access keys
    User(cmd::user::Options),
    /// What was read and found: check the file, go back to a copy
    State(cmd::state::Options),
    /// What was done, and whether the record of it is whole
    Audit(cmd::audit::Options),
    /// What was found in everything that was ingested
    Findings(cmd::findings::Options),
    /// Try EventBridge event patterns on events
    Events(cmd::events::Options),
    /// Keep the table in shape: status, optimize, vacuum, retain, verify
    Lake(cmd::lake::Options),
    /// Write labelled CloudTrail logs of a living organisation, with chosen attacks
    Simulate(cmd::simulate::Options),
    /// Check, test, list and explain detections
    Rules(cmd::rules::Options),
    /// Ask the lake in SQL: Athena, Trino and CloudTrail Lake queries as published
    Query(cmd::query::Options),
    /// List tables, columns and functions that queries may use
    Schema(cmd::schema::Options),
}

/// How results are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Table,
    /// One JSON document
    Json,
    /// One JSON object a line
    Jsonl,
}

/// Which rules are loaded.
#[derive(Debug, Clone, Args)]
pub struct RuleArgs {
    /// Also load Sigma rules from this file or folder (may be given more than once)
    #[arg(long, short = 'r', value_name = "PATH", help_heading = "Rules")]
    pub rules: Vec<PathBuf>,
    /// Do not load the pack inside the program, only --rules
    #[arg(long, help_heading = "Rules", requires = "rules")]
    pub no_pack: bool,
    /// Values for |expand placeholders: list files, or folders of them
    #[arg(long, value_name = "PATH", help_heading = "Rules")]
    pub lists: Vec<PathBuf>,
}

impl RuleArgs {
    pub fn rules(&self) -> Rules {
        Rules { pack: !self.no_pack, proof: true, folders: self.rules.clone(), lists: self.lists.clone() }
    }
}

/// Which logs are read.
#[derive(Debug, Clone, Args)]
pub struct PlaceArgs {
    /// Folders, files, archives, s3://bucket/prefix, or - for standard input
    #[arg(value_name = "PATH", required = true)]
    pub places: Vec<Place>,
    /// Only what happened at or after this time, such as 2026-03-01 or 2026-03-01T12:00:00Z
    #[arg(long, value_name = "TIME", value_parser = begin, help_heading = "Selection")]
    pub from: Option<EventTime>,
    /// Only what happened at or before this time; a date alone means its end
    #[arg(long, value_name = "TIME", value_parser = end, help_heading = "Selection")]
    pub to: Option<EventTime>,
    /// Only this account (may be given more than once)
    #[arg(long, value_name = "ID", value_delimiter = ',', value_parser = account, help_heading = "Selection")]
    pub account: Vec<String>,
    /// Only this region (may be given more than once)
    #[arg(long, value_name = "REGION", value_delimiter = ',', value_parser = region, help_heading = "Selection")]
    pub region: Vec<String>,
    /// Worker threads; one a core when not given
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, value_parser = threads)]
    pub threads: usize,
}

impl PlaceArgs {
    pub fn selection(&self) -> Selection {
        Selection { from: self.from, to: self.to, accounts: self.account.clone(), regions: self.region.clone() }
    }
}

/// Where everything is kept.
#[derive(Debug, Clone, Args)]
pub struct LakeArgs {
    /// Where the tables lie: a folder, or s3://bucket/prefix
    #[arg(long, value_name = "PLACE", default_value = "watchfire-data")]
    pub lake: LakePlace,
    /// For a lake in s3://: the folder of what was read and what was found [default: watchfire-data]
    #[arg(long, value_name = "FOLDER")]
    pub state: Option<PathBuf>,
}

impl LakeArgs {
    pub fn place(&self) -> anyhow::Result<DataPlace> {
        DataPlace::new(self.lake.clone(), self.state.clone())
    }
}

/// A severity as typed.
pub fn severity(text: &str) -> Result<Severity, String> {
    text.parse()
}

fn account(text: &str) -> Result<String, String> {
    let is_id = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_id { Ok(text.to_owned()) } else { Err("an account id has 12 digits".to_owned()) }
}

fn region(text: &str) -> Result<String, String> {
    Ok(text.to_ascii_lowercase())
}

/// More threads than this only take memory from each other.
const THREADS_MAX: usize = 256;

fn threads(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|threads| *threads <= THREADS_MAX).ok_or_else(|| format!("expected a number up to {THREADS_MAX}"))
}

pub fn begin(text: &str) -> Result<EventTime, String> {
    moment(text, "T00:00:00Z")
}

pub fn end(text: &str) -> Result<EventTime, String> {
    moment(text, "T23:59:59.999Z")
}

/// A full instant, or a date that is completed.
fn moment(text: &str, completion: &str) -> Result<EventTime, String> {
    let completed = if text.len() == 10 { format!("{text}{completion}") } else { text.to_owned() };
    completed.parse().map_err(|_| "expected a time such as 2026-03-01 or 2026-03-01T12:00:00Z".to_owned())
}
