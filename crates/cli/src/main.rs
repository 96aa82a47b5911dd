//! The one binary: parses, dispatches, prints.

mod args;
mod cmd;
mod outcome;
mod shell;
mod show;

use std::process::ExitCode;

use args::{Command, Watchfire};
use clap::Parser;

fn main() -> ExitCode {
    let watchfire = Watchfire::parse();
    show::log::start(watchfire.verbose);
    let result = match watchfire.command {
        Command::Demo(options) => cmd::demo::run(&options),
        Command::Scan(options) => cmd::scan::run(&options),
        Command::Init(options) => cmd::init::run(&options),
        Command::Serve(options) => cmd::serve::run(&options),
        Command::User(options) => cmd::user::run(&options),
        Command::State(options) => cmd::state::run(&options),
        Command::Audit(options) => cmd::audit::run(&options),
        Command::Ingest(options) => cmd::ingest::run(&options),
        Command::Events(options) => cmd::events::run(&options),
        Command::Findings(options) => cmd::findings::run(&options),
        Command::Lake(options) => cmd::lake::run(&options),
        Command::Simulate(options) => cmd::simulate::run(&options),
        Command::Rules(options) => cmd::rules::run(&options),
        Command::Query(options) => cmd::query::run(&options),
        Command::Schema(options) => cmd::schema::run(&options),
    };
    outcome::exit(result)
}
