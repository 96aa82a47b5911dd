//! `watchfire state`: what was read and found, looked at and put back.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use watchfire_state::State;

use crate::cmd::serve;
use crate::outcome::Outcome;
use crate::show;

/// What was read and found: look whether the file is whole, go back to a copy.
#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
    /// The configuration of the service; without the file the data folder is watchfire-data
    #[arg(long, short, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Look at all of it
    Check,
    /// Put the latest sound copy in its place; what stood there is set aside. Stop the service first
    Restore {
        /// Copies in another folder than `backups` in the data folder
        #[arg(long, value_name = "FOLDER")]
        from: Option<PathBuf>,
    },
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let place = serve::load(options.config.as_deref())?.place()?;
    let file = place.state_file();
    match &options.command {
        Command::Check => {
            let checked = State::check(&file)?;
            if checked.problems.is_empty() {
                show::text(&format!("{} is sound; it has format {}", file.display(), checked.format))?;
                return Ok(Outcome::Done);
            }
            let problems: Vec<&str> = checked.problems.iter().map(|problem| problem.0.as_str()).collect();
            show::text(&problems.join("\n"))?;
            anstream::eprintln!("hint: `watchfire state restore` goes back to the latest sound copy");
            Ok(Outcome::BadNews)
        }
        Command::Restore { from } => {
            let restored = State::restore(&file, from.clone().unwrap_or_else(|| place.backups()))?;
            let aside = restored.set_aside.map(|aside| format!("; what stood there is {}", aside.display())).unwrap_or_default();
            show::text(&format!("{} is in place{aside}", restored.from.path.display()))?;
            anstream::eprintln!("what was ingested since then is read again; the lake knows its records");
            Ok(Outcome::Done)
        }
    }
}
