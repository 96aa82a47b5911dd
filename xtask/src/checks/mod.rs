//! Every check and test, in order, stopping at the first that fails.

mod deny;
mod shell;
mod suite;

use std::path::Path;
use std::time::{Duration, Instant};

use crate::tidy;
use shell::Shell;

/// How much is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    Everything,
    /// What answers within a minute or two once things are built.
    Fast,
}

/// One check.
struct Check {
    name: &'static str,
    does: &'static str,
    /// What to do when it fails.
    hint: &'static str,
    /// Part of the fast run too.
    fast: bool,
    run: fn(&Shell) -> anyhow::Result<bool>,
}

/// The quick ones come first; the tests come last, so that their summary is the last thing on the screen.
static CHECKS: &[Check] = &[
    Check {
        name: "format",
        does: "cargo fmt --all --check",
        hint: "run `cargo fmt --all`",
        fast: true,
        run: |shell| shell.cargo("fmt --all --check"),
    },
    Check {
        name: "clippy",
        does: "cargo clippy --workspace --all-targets -- -D warnings",
        hint: "mend what clippy names; its help says how",
        fast: false,
        run: |shell| shell.cargo("clippy --workspace --all-targets -- -D warnings"),
    },
    Check {
        name: "tidy",
        does: "the house rules (xtask/src/tidy)",
        hint: "each complaint names the place; the rule's line says why; `cargo xtask tidy` runs them alone",
        fast: true,
        run: |shell| tidy::run(shell.root()),
    },
    Check {
        name: "dependencies",
        does: "cargo deny: bans, licences, sources (no advisories: their database is not part of the repository)",
        hint: "deny.toml says what may come in; prefer a dependency that is there already",
        fast: false,
        run: deny::run,
    },
    Check {
        name: "rules check",
        does: "watchfire rules check content/detections",
        hint: "the diagnostic names file, line and remedy; docs/detections.md has the language",
        fast: true,
        run: |shell| shell.watchfire("rules check content/detections --lists content/lists"),
    },
    Check {
        name: "rules test",
        does: "watchfire rules test content/detections",
        hint: "`watchfire rules explain <name>` shows which part of a rule holds on an event",
        fast: true,
        run: |shell| shell.watchfire("rules test content/detections --lists content/lists"),
    },
    Check {
        name: "examples in docs",
        does: "cargo test --doc --workspace",
        hint: "the example at the head of a lib.rs is code like any other",
        fast: false,
        run: suite::examples,
    },
    Check {
        name: "tests",
        does: "unit, integration and end-to-end tests; without the last in a fast run",
        hint: "`cargo nextest run -p <crate> <name>` runs one; UPDATE_GOLDEN=1 rewrites goldens, review the diff",
        fast: true,
        run: suite::tests,
    },
];

/// How a check went.
#[derive(Debug, Clone, Copy)]
enum Went {
    Passed(Duration),
    Failed(Duration),
    NotRun,
}

/// Runs the checks and prints a summary; true when all passed.
pub fn run(root: &Path, extent: Extent) -> anyhow::Result<bool> {
    let shell = Shell::new(root, extent);
    let checks: Vec<&Check> = CHECKS.iter().filter(|check| check.fast || extent == Extent::Everything).collect();
    let start = Instant::now();
    let mut went = vec![Went::NotRun; checks.len()];
    for (index, check) in checks.iter().enumerate() {
        println!("\n=== {}/{} {}: {}", index + 1, checks.len(), check.name, check.does);
        went[index] = carry_out(check, &shell);
        if let Went::Failed(_) = went[index] {
            println!("hint: {}", check.hint);
            break;
        }
    }
    summarise(&checks, &went, start.elapsed());
    Ok(went.iter().all(|went| matches!(went, Went::Passed(_))))
}

fn carry_out(check: &Check, shell: &Shell) -> Went {
    let start = Instant::now();
    let passed = (check.run)(shell).unwrap_or_else(|error| {
        println!("error: {error:#}");
        false
    });
    let took = start.elapsed();
    println!("--- {} {} after {}", check.name, if passed { "passed" } else { "FAILED" }, seconds(took));
    if passed { Went::Passed(took) } else { Went::Failed(took) }
}

fn summarise(checks: &[&Check], went: &[Went], total: Duration) {
    println!("\n=== checks, {} in all", seconds(total));
    for (check, went) in checks.iter().zip(went) {
        match went {
            Went::Passed(took) => println!("  passed   {:>9}  {}", seconds(*took), check.name),
            Went::Failed(took) => println!("  FAILED   {:>9}  {}", seconds(*took), check.name),
            Went::NotRun => println!("  not run  {:>9}  {}", "", check.name),
        }
    }
    let passed = went.iter().filter(|went| matches!(went, Went::Passed(_))).count();
    let failed = went.iter().filter(|went| matches!(went, Went::Failed(_))).count();
    println!("{passed} passed, {failed} failed");
}

fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_in_the_machinery_is_a_failed_check() {
        let check = Check { name: "x", does: "x", hint: "x", fast: true, run: |_| anyhow::bail!("no such program") };
        assert!(matches!(carry_out(&check, &Shell::new(Path::new("."), Extent::Fast)), Went::Failed(_)));
    }

    #[test]
    fn the_tests_come_last() {
        assert_eq!(CHECKS.last().map(|check| check.name), Some("tests"));
    }
}
