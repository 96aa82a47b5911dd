//! The house rules. One rule, one file: a [`Rule`] with a check and a test that breaks it.
//!
//! A check is a function of the repository's text: it opens nothing, so a test hands it a made-up one.

mod budget;
mod changes;
mod content;
mod decisions;
mod doors;
mod file_length;
mod floors;
mod function_length;
mod goldens;
mod headings;
mod names;
mod orphans;
mod stdout;
mod unfinished;
mod unwraps;
mod weight;
mod words;

pub use changes::KINDS as CHANGE_KINDS;

use std::fmt;
use std::path::Path;

use crate::repository::Repository;

/// Every rule, sorted by name.
static RULES: &[&Rule] = &[
    &changes::RULE,
    &content::RULE,
    &decisions::RULE,
    &doors::RULE,
    &file_length::RULE,
    &floors::RULE,
    &function_length::RULE,
    &goldens::RULE,
    &headings::RULE,
    &names::RULE,
    &orphans::RULE,
    &stdout::RULE,
    &unfinished::RULE,
    &unwraps::RULE,
    &weight::RULE,
    &words::RULE,
];

/// One rule of the house.
struct Rule {
    name: &'static str,
    /// What it asks for, and why.
    why: &'static str,
    check: fn(&Repository) -> Vec<Complaint>,
}

/// One place that breaks a rule.
#[derive(Debug, PartialEq, Eq)]
struct Complaint {
    path: String,
    /// From 1; absent when the whole file is meant.
    line: Option<usize>,
    says: String,
}

impl Complaint {
    fn file(path: &str, says: impl Into<String>) -> Self {
        Complaint { path: path.to_owned(), line: None, says: says.into() }
    }

    fn line(path: &str, line: usize, says: impl Into<String>) -> Self {
        Complaint { path: path.to_owned(), line: Some(line), says: says.into() }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(to, "{}:{line}: {}", self.path, self.says),
            None => write!(to, "{}: {}", self.path, self.says),
        }
    }
}

/// Checks every rule and prints what breaks them; true when nothing does.
pub fn run(root: &Path) -> anyhow::Result<bool> {
    let repository = Repository::read(root)?;
    let mut broken = 0;
    for rule in RULES {
        let complaints = (rule.check)(&repository);
        if !complaints.is_empty() {
            broken += 1;
            println!("{} ({}): {}", rule.name, complaints.len(), rule.why);
            complaints.iter().for_each(|complaint| println!("  {complaint}"));
        }
    }
    println!("{} files, {} rules, {} broken", repository.files.len(), RULES.len(), broken);
    Ok(broken == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_sorted_and_say_why() {
        assert!(RULES.is_sorted_by_key(|rule| rule.name));
        assert!(RULES.iter().all(|rule| rule.why.len() > 20));
    }

    #[test]
    fn the_repository_is_tidy() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        assert!(run(root).unwrap(), "`cargo xtask tidy` says what is not");
    }

    #[test]
    fn an_empty_repository_is_tidy() {
        for rule in RULES {
            assert_eq!((rule.check)(&Repository::default()), [], "{}", rule.name);
        }
    }
}
