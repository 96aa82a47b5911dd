//! Repository chores, started as `cargo xtask`: every check and test, house rules, scaffolding.

mod checks;
mod new;
mod repository;
mod rust;
mod tidy;
mod workspace;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

const USAGE: &str = "\
Repository chores.

Usage: cargo xtask <COMMAND>

  test [--fast]         every check and test, in order; --fast leaves out clippy, cargo deny, doc examples and end-to-end tests
  tidy                  the house rules alone
  new <KIND> <NAME>     files for a new thing; without KIND, lists the kinds
";

/// Done (true) or bad news (false).
fn run(root: &Path, arguments: &[&str]) -> anyhow::Result<bool> {
    match arguments {
        ["test"] => checks::run(root, checks::Extent::Everything),
        ["test", "--fast"] => checks::run(root, checks::Extent::Fast),
        ["tidy"] => tidy::run(root),
        ["new", rest @ ..] => new::run(root, rest),
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(true)
        }
        other => anyhow::bail!("unknown command: {}\n\n{USAGE}", other.join(" ")),
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask has a parent folder");
    match root.and_then(|root| run(root, &arguments)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}
