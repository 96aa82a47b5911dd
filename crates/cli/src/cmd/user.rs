//! `watchfire user`: who may come in, and with what.

use std::io::Read;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::{Args, Subcommand};
use watchfire_node::People;
use watchfire_state::TrustStore;
use watchfire_trust::{Role, Secret};

use crate::cmd::serve;
use crate::outcome::Outcome;
use crate::show;

/// Who may come in, and with what.
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
    /// All users
    List,
    /// One user with its tokens and access keys
    Show {
        /// Its name
        name: String,
    },
    /// Make a user
    Add {
        /// Its name
        name: String,
        /// What it may: viewer, analyst, responder, admin
        #[arg(long)]
        role: Role,
        /// Read a password from standard input; without one the user comes in with tokens and keys alone
        #[arg(long)]
        password_stdin: bool,
    },
    /// Change a user
    Set {
        /// Its name
        name: String,
        /// What it may from now on
        #[arg(long)]
        role: Option<Role>,
        /// Keep it out, or let it in again
        #[arg(long)]
        active: Option<bool>,
        /// Read a new password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Remove a user with all that is its own
    Remove {
        /// Its name
        name: String,
    },
    /// Issue a token for the API; it is shown this once
    Token {
        /// The user
        name: String,
        /// What it is for
        #[arg(long, default_value = "command line")]
        label: String,
        /// What it may, where that is less than the user may
        #[arg(long)]
        role: Option<Role>,
        /// Days until it ends; it does not end when not given
        #[arg(long, value_name = "N")]
        days: Option<u32>,
    },
    /// Issue an access key for boto3, the AWS CLI and others that sign; its secret is shown this once
    Key {
        /// The user
        name: String,
        /// What it is for
        #[arg(long, default_value = "command line")]
        label: String,
        /// What it may, where that is less than the user may
        #[arg(long)]
        role: Option<Role>,
    },
    /// Take back a token by its number, or an access key by its id
    Revoke {
        /// The number, or the id
        id: String,
    },
}

/// A day.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let people = People::open(&serve::load(options.config.as_deref())?.place()?)?;
    match &options.command {
        Command::List => list(&people)?,
        Command::Show { name } => show_one(&people, name)?,
        Command::Add { name, role, password_stdin } => {
            let user = people.add(name, *role, password(*password_stdin)?.as_ref())?;
            show::text(&format!("{} may come in as {}", user.name, user.role))?;
        }
        Command::Set { name, role, active, password_stdin } => {
            let user = people.change(name, *role, *active, password(*password_stdin)?.as_ref())?;
            let may = if user.is_active { "may come in" } else { "is kept out" };
            show::text(&format!("{} is {} and {may}", user.name, user.role))?;
        }
        Command::Remove { name } => {
            people.remove(name)?;
            show::text(&format!("{name} is removed"))?;
        }
        Command::Token { name, label, role, days } => {
            let (id, text) = people.issue_token(name, label, *role, days.map(|days| DAY * days))?;
            anstream::eprintln!("token {id} of {name}; it is shown this once");
            show::text(text.reveal())?;
        }
        Command::Key { name, label, role } => {
            let (id, secret) = people.issue_key(name, label, *role)?;
            anstream::eprintln!("access key of {name}; the secret is shown this once");
            show::text(&format!("AWS_ACCESS_KEY_ID={id}\nAWS_SECRET_ACCESS_KEY={}", secret.reveal()))?;
        }
        Command::Revoke { id } => {
            people.revoke(id)?;
            show::text(&format!("{id} is taken back"))?;
        }
    }
    Ok(Outcome::Done)
}

fn list(people: &People) -> anyhow::Result<()> {
    let users = people.users()?;
    if users.is_empty() {
        return show::text("there is no user yet: `watchfire user add NAME --role admin --password-stdin` makes one");
    }
    for user in users {
        let may = if user.is_active { "" } else { "  kept out" };
        show::text(&format!("{:<24} {:<10} since {}{may}", user.name.as_str(), user.role.as_str(), user.created))?;
    }
    Ok(())
}

fn show_one(people: &People, name: &str) -> anyhow::Result<()> {
    let user = people.user(name)?;
    show::text(&format!("{} is {} since {}", user.name, user.role, user.created))?;
    for token in people.state().tokens(Some(user.id))? {
        let used = token.used.map_or("never used".to_owned(), |used| format!("last used {used}"));
        show::text(&format!("token {:<20} {:<10} {:<24} {used}", token.id.to_string(), token.role.as_str(), token.label))?;
    }
    for key in people.state().access_keys(Some(user.id))? {
        let used = key.used.map_or("never used".to_owned(), |used| format!("last used {used}"));
        show::text(&format!("key   {:<20} {:<10} {:<24} {used}", key.id.as_str(), key.role.as_str(), key.label))?;
    }
    Ok(())
}

/// The first line of standard input.
fn password(is_wanted: bool) -> anyhow::Result<Option<Secret>> {
    if !is_wanted {
        return Ok(None);
    }
    const BYTES_MAX: u64 = 4096;
    let mut text = String::new();
    std::io::stdin().take(BYTES_MAX).read_to_string(&mut text).context("the password on standard input cannot be read")?;
    let line = text.lines().next().unwrap_or_default();
    Ok(Some(Secret::new(line.to_owned())))
}
