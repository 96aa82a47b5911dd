//! `watchfire audit`: what was done, and whether anybody changed the record of it.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use watchfire_node::People;
use watchfire_state::{AuditFilter, TrustStore};
use watchfire_trust::audit::Entry;

use crate::cmd::serve;
use crate::outcome::Outcome;
use crate::show;

/// What was done, and whether anybody changed the record of it.
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
    /// Entries, the latest first
    List {
        /// Entries at most
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: usize,
        /// Of whoever's name begins so
        #[arg(long)]
        actor: Option<String>,
        /// Of this action, such as user.add, or of those that begin so: user.
        #[arg(long)]
        action: Option<String>,
    },
    /// Check that no entry was changed, removed or put in
    Verify,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let people = People::open(&serve::load(options.config.as_deref())?.place()?)?;
    match &options.command {
        Command::List { limit, actor, action } => {
            let filter = AuditFilter { limit: *limit, actor: actor.clone(), action: action.clone(), ..AuditFilter::default() };
            for entry in people.state().audit(&filter)? {
                let Entry { number, at, actor, address, action, object, outcome, details, .. } = entry;
                let from = if address.is_empty() { String::new() } else { format!(" from {address}") };
                show::text(&format!("{number:>6} {at} {action} {object} {outcome} by {actor}{from} {}", details.as_str()))?;
            }
            Ok(Outcome::Done)
        }
        Command::Verify => match people.state().verify_audit(&[])? {
            Ok(Some(head)) => {
                show::text(&format!("{head}: every entry follows from the one before"))?;
                Ok(Outcome::Done)
            }
            Ok(None) => {
                show::text("the audit log is empty")?;
                Ok(Outcome::Done)
            }
            Err(broken) => {
                show::text(&format!("the audit log is broken: {broken}"))?;
                Ok(Outcome::BadNews)
            }
        },
    }
}
