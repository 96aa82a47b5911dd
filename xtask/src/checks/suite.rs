//! The tests, by cargo-nextest where it is installed and by `cargo test` otherwise.

use std::collections::BTreeSet;

use super::Extent;
use super::shell::Shell;
use crate::repository::{File, Repository};
use crate::workspace;

/// The examples in the documentation; nextest does not run them.
pub fn examples(shell: &Shell) -> anyhow::Result<bool> {
    by_cargo(shell, &["--doc", "--workspace"])
}

/// Unit, integration and end-to-end tests.
pub fn tests(shell: &Shell) -> anyhow::Result<bool> {
    let repository = Repository::read(shell.root())?;
    let programs = TestPrograms::of(&repository);
    let fast = shell.extent() == Extent::Fast;
    if shell.has(workspace::cargo(), &["nextest", "--version"]) {
        let arguments = programs.nextest(fast, std::env::var_os("CI").is_some());
        return shell.run(shell.command(workspace::cargo()).args(arguments));
    }
    println!("cargo-nextest is not installed: `cargo test` runs the tests, one program after another");
    let arguments = programs.cargo_test(fast);
    by_cargo(shell, &arguments.iter().map(String::as_str).collect::<Vec<_>>())
}

/// `cargo test` says how each program went; this adds what they come to.
fn by_cargo(shell: &Shell, arguments: &[&str]) -> anyhow::Result<bool> {
    let mut tally = Tally::default();
    let mut command = shell.command(workspace::cargo());
    let succeeded = shell.heed(command.arg("test").args(arguments), &mut |line| tally.add(line))?;
    println!("test result, all programs: {} passed; {} failed; {} ignored", tally.passed, tally.failed, tally.ignored);
    Ok(succeeded)
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: usize,
    failed: usize,
    ignored: usize,
}

impl Tally {
    /// `test result: ok. 3 passed; 0 failed; 1 ignored; …`
    fn add(&mut self, line: &str) {
        let Some((_, counts)) = line.strip_prefix("test result: ").and_then(|line| line.split_once(". ")) else { return };
        for count in counts.split("; ") {
            let Some((number, what)) = count.split_once(' ') else { continue };
            let number = number.parse().unwrap_or(0);
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }
}

/// The integration tests of the workspace.
#[derive(Debug, Default)]
struct TestPrograms {
    /// Package and name of those that start the whole binary or a stand-in for AWS.
    end_to_end: BTreeSet<(String, String)>,
    others: BTreeSet<(String, String)>,
}

impl TestPrograms {
    fn of(repository: &Repository) -> Self {
        let mut programs = TestPrograms::default();
        for file in repository.rust_files() {
            let Some(package) = repository.crate_of(file) else { continue };
            let path = file.path.strip_prefix(&package.folder).and_then(|path| path.strip_prefix("/tests/"));
            let Some(program) = path.and_then(|path| program(path, repository, file)) else { continue };
            let key = (package.name.clone(), program.to_owned());
            if package.folder == "crates/cli" || file.text().is_some_and(|text| text.contains("Moto::start")) {
                programs.end_to_end.insert(key);
            } else {
                programs.others.insert(key);
            }
        }
        // A folder is one program, whichever of its files needs the stand-in.
        programs.others.retain(|program| !programs.end_to_end.contains(program));
        programs
    }

    fn nextest(&self, fast: bool, ci: bool) -> Vec<String> {
        let mut arguments = vec!["nextest".to_owned(), "run".to_owned(), "--workspace".to_owned()];
        if ci {
            arguments.extend(["--profile".to_owned(), "ci".to_owned()]);
        }
        if fast && !self.end_to_end.is_empty() {
            let ids = self.end_to_end.iter().map(|(package, program)| format!("binary_id(={package}::{program})"));
            arguments.extend(["--filterset".to_owned(), format!("not ({})", ids.collect::<Vec<_>>().join(" | "))]);
        }
        arguments
    }

    fn cargo_test(&self, fast: bool) -> Vec<String> {
        let mut arguments: Vec<String> = ["--workspace", "--lib", "--bins"].map(str::to_owned).to_vec();
        if fast {
            // By name: `cargo test` cannot tell two programs of one name apart.
            let names: BTreeSet<_> = self.others.iter().map(|(_, program)| program.clone()).collect();
            arguments.extend(names.into_iter().flat_map(|name| ["--test".to_owned(), name]));
        } else {
            arguments.extend(["--tests".to_owned(), "--no-fail-fast".to_owned()]);
        }
        arguments
    }
}

/// The test program that a path below `tests/` belongs to: `a.rs`, or `a/…` when there is `a/main.rs`.
fn program<'p>(path: &'p str, repository: &Repository, file: &File) -> Option<&'p str> {
    match path.split_once('/') {
        None => path.strip_suffix(".rs"),
        Some((folder, rest)) => {
            let main = format!("{}main.rs", file.path.strip_suffix(rest)?);
            repository.file(&main).map(|_| folder)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Crate;

    fn programs() -> TestPrograms {
        let mut repository = Repository::of(&[
            ("crates/cli/tests/help.rs", ""),
            ("crates/ingest/tests/buckets.rs", "let moto = Moto::start();"),
            ("crates/ingest/tests/folders.rs", ""),
            ("crates/decode/tests/decode/main.rs", "mod golden;"),
            ("crates/decode/tests/decode/golden.rs", ""),
            ("crates/decode/tests/rig/mod.rs", ""),
        ]);
        let named = |name: &str| Crate { name: format!("watchfire-{name}"), folder: format!("crates/{name}"), ..Crate::default() };
        repository.crates = ["cli", "decode", "ingest"].map(named).to_vec();
        TestPrograms::of(&repository)
    }

    #[test]
    fn end_to_end_programs_are_found() {
        assert_eq!(programs().nextest(true, false)[4], "not (binary_id(=watchfire-cli::help) | binary_id(=watchfire-ingest::buckets))");
        assert_eq!(programs().nextest(false, true), ["nextest", "run", "--workspace", "--profile", "ci"]);
    }

    #[test]
    fn cargo_test_is_given_the_others() {
        assert_eq!(programs().cargo_test(true)[3..], ["--test", "decode", "--test", "folders"]);
    }

    #[test]
    fn results_add_up() {
        let mut tally = Tally::default();
        tally.add("running 3 tests");
        tally.add("test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s");
        tally.add("test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s");
        assert_eq!(tally, Tally { passed: 4, failed: 2, ignored: 1 });
    }
}
