//! `watchfire init`: the configuration of the service, with every setting explained.

use std::path::PathBuf;

use clap::Args;

use crate::outcome::Outcome;
use crate::show;

/// Write a commented watchfire.toml; it asks nothing and works as it is.
#[derive(Debug, Args)]
pub struct Options {
    /// The file
    #[arg(value_name = "FILE", default_value = watchfire_node::config::FILE)]
    file: PathBuf,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    watchfire_node::config::init(&options.file)?;
    let file = options.file.display();
    show::text(&format!(
        "{file} is written; every setting in it is commented out and shows what holds anyway\n\n  \
         watchfire serve --config {file} --check   names every mistake, starts nothing\n  \
         watchfire serve --config {file}           collects, detects, tells and answers until Ctrl-C"
    ))?;
    Ok(Outcome::Done)
}
