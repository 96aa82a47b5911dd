//! `watchfire rules`: check, test, list, explain detections.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use serde_json::Value;
use watchfire_detect::{Meta, Rule, RuleSet, Weight, referee};
use watchfire_node::Rules;
use watchfire_watch::{Engine, prove};

use crate::args::{Format, RuleArgs};
use crate::cmd::backtest;
use crate::outcome::Outcome;
use crate::show;

/// Check, test, list and explain detections.
#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say what is wrong with rules, where, and how to mend it; without PATH, the pack
    Check(CheckOptions),
    /// Run the hits and misses that rules carry; without PATH, the pack
    Test(TestOptions),
    /// List the rules
    List(ListOptions),
    /// Show which parts of a rule hold on an event, and which do not
    Explain(ExplainOptions),
    /// Print a rule as SQL for Athena's CloudTrail table
    Sql(SqlOptions),
    /// Say what rules would have found in the lake: hits by day and principal, and what an exception takes away
    Backtest(backtest::Options),
}

#[derive(Debug, Args)]
struct CheckOptions {
    /// Rule files or folders
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How diagnostics are printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Values for |expand placeholders
    #[arg(long, value_name = "PATH")]
    lists: Vec<PathBuf>,
    /// Warnings fail the check too
    #[arg(long)]
    strict: bool,
}

#[derive(Debug, Args)]
struct TestOptions {
    /// Rule files or folders
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Values for |expand placeholders
    #[arg(long, value_name = "PATH")]
    lists: Vec<PathBuf>,
    /// How failures are printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Args)]
struct ListOptions {
    #[command(flatten)]
    rules: RuleArgs,
    /// Only rules whose name, title, type, technique or coverage holds this text
    #[arg(value_name = "TEXT")]
    filter: Option<String>,
    /// How the list is printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Args)]
struct ExplainOptions {
    /// Name, id or file of the rule
    #[arg(value_name = "RULE")]
    rule: String,
    /// File with one CloudTrail record as JSON, or - for standard input
    #[arg(value_name = "EVENT")]
    event: PathBuf,
    #[command(flatten)]
    rules: RuleArgs,
    /// How the verdicts are printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Args)]
struct SqlOptions {
    /// Name, id or file of the rule
    #[arg(value_name = "RULE")]
    rule: String,
    #[command(flatten)]
    rules: RuleArgs,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    match &options.command {
        Command::Check(options) => check(options),
        Command::Test(options) => test(options),
        Command::List(options) => list(options),
        Command::Explain(options) => explain(options),
        Command::Sql(options) => sql(options),
        Command::Backtest(options) => backtest::run(options),
    }
}

/// The rules at the paths. With the pack beside them when there are none.
fn load(paths: &[PathBuf], lists: &[PathBuf]) -> anyhow::Result<RuleSet> {
    Rules { pack: paths.is_empty(), proof: true, folders: paths.to_vec(), lists: lists.to_vec() }.load()
}

fn check(options: &CheckOptions) -> anyhow::Result<Outcome> {
    let set = load(&options.paths, &options.lists)?;
    show::diagnostics::print(options.format, &set)?;
    let failing = if options.strict { Weight::Warning } else { Weight::Error };
    let failed = set.diagnostics.iter().any(|diagnostic| diagnostic.weight >= failing);
    Ok(if failed { Outcome::BadNews } else { Outcome::Done })
}

fn test(options: &TestOptions) -> anyhow::Result<Outcome> {
    let set = load(&options.paths, &options.lists)?;
    let broken = set.diagnostics.iter().any(|diagnostic| diagnostic.weight == Weight::Error);
    show::diagnostics::tell(&set);
    let report = prove(&Engine::new(set), &|_| true);
    show::proof::print(options.format, &report)?;
    Ok(if report.failures.is_empty() && !broken { Outcome::Done } else { Outcome::BadNews })
}

fn list(options: &ListOptions) -> anyhow::Result<Outcome> {
    let set = options.rules.rules().load()?;
    show::diagnostics::tell(&set);
    let wanted = options.filter.as_deref().unwrap_or_default().to_lowercase();
    let rules = set.rules.iter().map(|rule| (&rule.meta, "rule"));
    let correlations = set.correlations.iter().map(|correlation| (&correlation.meta, "correlation"));
    let mut listed: Vec<_> = rules.chain(correlations).filter(|(meta, _)| holds(meta, &wanted)).collect();
    listed.sort_by(|(a, _), (b, _)| (b.severity, &a.name).cmp(&(a.severity, &b.name)));
    show::rules::print(options.format, &listed)?;
    Ok(Outcome::Done)
}

fn holds(meta: &Meta, wanted: &str) -> bool {
    let texts = [&meta.name, &meta.title, &meta.finding_type, &meta.id].into_iter().map(|text| text.to_lowercase());
    let more = meta.attack.techniques.iter().chain(&meta.attack.tactics).chain(&meta.covers).map(|text| text.to_lowercase());
    wanted.is_empty() || texts.chain(more).any(|text| text.contains(wanted))
}

fn explain(options: &ExplainOptions) -> anyhow::Result<Outcome> {
    let (set, at) = find(&options.rule, &options.rules)?;
    let rule = &set.rules[at];
    let text =
        if options.event == Path::new("-") { std::io::read_to_string(std::io::stdin()) } else { std::fs::read_to_string(&options.event) };
    let text = text.with_context(|| format!("cannot read the event {}", options.event.display()))?;
    let event = first_record(&text).with_context(|| format!("{} holds no CloudTrail record", options.event.display()))?;
    let matches = referee::matches(rule, &event);
    show::explain::print(options.format, rule, &referee::explain(rule, &event), matches)?;
    Ok(if matches { Outcome::Done } else { Outcome::BadNews })
}

/// The record in a text: itself, or the first of `Records` or of an array.
fn first_record(text: &str) -> anyhow::Result<Value> {
    let value: Value = serde_json::from_str(text).map_err(|error| anyhow::anyhow!("it is no JSON: {error}"))?;
    let inside = value.get("Records").or_else(|| value.get("detail")).unwrap_or(&value);
    let record = inside.as_array().map_or(Some(inside), |items| items.first());
    record.cloned().context("it is empty")
}

fn sql(options: &SqlOptions) -> anyhow::Result<Outcome> {
    let (set, at) = find(&options.rule, &options.rules)?;
    let text = watchfire_detect::sql::athena(&set.rules[at])
        .map_err(|reason| anyhow::anyhow!("{} cannot be said in SQL: {reason}", set.rules[at].meta.name))?;
    show::text(&text)?;
    Ok(Outcome::Done)
}

/// A rule by name, id or file; a file is loaded beside the pack.
fn find(wanted: &str, rules: &RuleArgs) -> anyhow::Result<(RuleSet, usize)> {
    let mut rules = rules.rules();
    let path = Path::new(wanted);
    let is_file = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    if is_file {
        rules.folders.push(path.to_owned());
    }
    let set = rules.load()?;
    let named = |rule: &Rule| *rule.meta.name == *wanted || *rule.meta.id == *wanted || (is_file && *rule.meta.file == *wanted);
    match set.rules.iter().position(named) {
        Some(at) => Ok((set, at)),
        None if set.correlations.iter().any(|correlation| *correlation.meta.name == *wanted || *correlation.meta.id == *wanted) => {
            anyhow::bail!("{wanted} is a correlation\n  hint: name one of the rules it correlates")
        }
        None => {
            show::diagnostics::tell(&set);
            anyhow::bail!("no rule {wanted:?} is loaded\n  hint: `watchfire rules list TEXT` finds names")
        }
    }
}
