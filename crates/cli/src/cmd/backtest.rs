//! `watchfire rules backtest`: what rules would have found in the lake.

use std::path::{Path, PathBuf};

use clap::Args;
use watchfire_model::EventTime;
use watchfire_node::{BacktestOptions, LakePlace, Rules, backtest, backtest_exception};

use crate::args::{Format, begin, end};
use crate::outcome::Outcome;
use crate::show;

/// What is tested, on what.
#[derive(Debug, Args)]
pub struct Options {
    /// Name or id of a rule or correlation of the pack, or a rule file, or a folder of them; without it, the whole pack
    #[arg(value_name = "RULE")]
    rule: Option<String>,
    /// Where the lake lies: a folder, or s3://bucket/prefix
    #[arg(long, value_name = "PLACE", default_value = "watchfire-data")]
    lake: LakePlace,
    /// Only what happened at or after this time, such as 2026-03-01 or 2026-03-01T12:00:00Z
    #[arg(long, value_name = "TIME", value_parser = begin)]
    from: Option<EventTime>,
    /// Only what happened at or before this time; a date alone means its end
    #[arg(long, value_name = "TIME", value_parser = end)]
    to: Option<EventTime>,
    /// Sigma filter to try: what it would take away is told
    #[arg(long, value_name = "FILE")]
    except: Vec<PathBuf>,
    /// Values for |expand placeholders: list files, or folders of them
    #[arg(long, value_name = "PATH")]
    lists: Vec<PathBuf>,
    /// Worker threads; one a core when not given
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    threads: usize,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let path = options.rule.as_deref().map(Path::new).filter(|path| path.exists());
    let chosen: Vec<String> = if path.is_some() { Vec::new() } else { options.rule.clone().into_iter().collect() };
    let rules =
        Rules { pack: path.is_none(), proof: false, folders: path.map(Path::to_owned).into_iter().collect(), lists: options.lists.clone() };
    let set = rules.load()?;
    show::diagnostics::tell(&set);
    let span = BacktestOptions { lake: options.lake.clone(), from: options.from, to: options.to, threads: options.threads };
    let result = if options.except.is_empty() {
        backtest(set, &chosen, &span)?
    } else {
        let folders = rules.folders.iter().chain(&options.except).cloned().collect();
        let with = Rules { folders, ..rules }.load()?;
        show::diagnostics::tell(&with);
        backtest_exception(set, with, &chosen, &span)?
    };
    show::backtest::print(options.format, &result)?;
    Ok(Outcome::Done)
}
