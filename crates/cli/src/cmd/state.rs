//! `watchfire state`: what was read and found, looked at and put back.

use std::path::PathBuf;

use clap::{Args, Subcommand};

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
    /// Put the newest whole copy in its place; what stood there is kept beside it. Stop the service first
    Restore {
        /// Another copy
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
    },
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let place = serve::load(options.config.as_deref())?.place()?;
    match &options.command {
        Command::Check => {
            let problems = place.check_state()?;
            if problems.is_empty() {
                show::text(&format!("{} is whole", place.state_file().display()))?;
                return Ok(Outcome::Done);
            }
            show::text(&problems.join("\n"))?;
            anstream::eprintln!("hint: `watchfire state restore` goes back to the newest whole copy");
            Ok(Outcome::BadNews)
        }
        Command::Restore { from } => {
            let (copy, aside) = place.restore_state(from.as_deref())?;
            show::text(&format!("{} is in place; what stood there is {}", copy.display(), aside.display()))?;
            Ok(Outcome::Done)
        }
    }
}
