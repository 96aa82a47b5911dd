//! `watchfire events`: event patterns tried before they are put into a rule.

mod test_pattern;

use clap::{Args, Subcommand};

use crate::outcome::Outcome;

/// Try event patterns.
#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say whether an event satisfies an EventBridge pattern: true or false
    TestPattern(test_pattern::Options),
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    match &options.command {
        Command::TestPattern(options) => test_pattern::run(options),
    }
}
