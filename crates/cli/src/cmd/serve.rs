//! `watchfire serve`: the program that is left running.

use std::path::PathBuf;

use clap::Args;
use watchfire_node::Service;
use watchfire_node::config::{Config, FILE};

use crate::outcome::Outcome;
use crate::show;

/// Collect logs as they come, detect, tell, and answer over HTTP.
#[derive(Debug, Args)]
pub struct Options {
    /// The configuration; without the file everything is as `watchfire init` explains it
    #[arg(long, short, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Read the configuration, name every mistake, and start nothing
    #[arg(long)]
    check: bool,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let config = load(options.config.as_deref())?;
    if options.check {
        config.place()?;
        let (sources, targets) = (config.sources.len(), config.targets.len());
        show::text(&format!("the configuration is right: {sources} sources, {targets} targets"))?;
        return Ok(Outcome::Done);
    }
    let service = Service::start(&config)?;
    anstream::eprintln!("listening on {}", service.url);
    if let Some(fingerprint) = &service.fingerprint {
        anstream::eprintln!("the certificate's SHA-256 is {fingerprint}");
    }
    match &service.setup_url {
        Some(url) => anstream::eprintln!("nobody can come in yet: open {url} once to make the first admin"),
        None => anstream::eprintln!("`watchfire user list` shows who may come in"),
    }
    if config.sources.is_empty() {
        anstream::eprintln!("no source is configured: nothing is read\n  hint: add a [[source]] to {FILE}; `watchfire init` shows how");
    }
    service.run()?;
    Ok(Outcome::Done)
}

/// The configuration that was named, or the one that is there, or none.
pub fn load(named: Option<&std::path::Path>) -> anyhow::Result<Config> {
    let there = std::path::Path::new(FILE);
    match named {
        Some(file) => Config::load(file),
        None if there.is_file() => Config::load(there),
        None => Ok(Config::default()),
    }
}
