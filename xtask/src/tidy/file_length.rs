//! A file has at most 400 lines of logic; tables, tests, comments and blank lines do not count.

use super::budget::{self, Measured};
use super::{Complaint, Rule};
use crate::repository::Repository;

pub(super) static RULE: Rule = Rule {
    name: "file length",
    why: "a file holds at most 400 lines of logic (tables, tests and comments do not count); split it where a second reason to change begins",
    check,
};

const LOGIC_LINES_MAX: usize = 400;

fn check(repository: &Repository) -> Vec<Complaint> {
    let measured = repository.rust_files().map(|file| {
        let rust = file.rust();
        Measured { key: file.path.clone(), path: file.path.clone(), line: None, length: rust.logic_length() }
    });
    budget::judge(&measured.collect::<Vec<_>>(), LOGIC_LINES_MAX, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logic_counts_and_tables_do_not() {
        let table = format!("const ROWS: &[u8] = &[\n{}];\n", "    1,\n".repeat(500));
        let logic = "fn f() {}\n".repeat(401);
        let repository = Repository::of(&[("crates/a/src/table.rs", &table), ("crates/a/src/logic.rs", &logic)]);
        let complaints = check(&repository);
        let about: Vec<_> = complaints.iter().filter(|complaint| complaint.path.starts_with("crates/a/")).collect();
        assert_eq!(about.len(), 1);
        assert_eq!(about[0].says, "logic.rs has 401 lines, 400 are allowed");
    }
}
