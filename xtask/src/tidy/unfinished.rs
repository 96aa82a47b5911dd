//! Nothing is left for later in the code: no placeholders, no tests that do not run.

use super::{Complaint, Rule};
use crate::repository::Repository;

pub(super) static RULE: Rule = Rule {
    name: "unfinished",
    why: "nothing unfinished is committed; a test that fails today asserts today's wrong answer instead of being ignored",
    check,
};

const MARKS: &[&str] = &["todo!(", "unimplemented!(", "dbg!(", "#[ignore"];

fn check(repository: &Repository) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in repository.rust_files() {
        for (index, line) in file.rust().lines.iter().enumerate() {
            let found = MARKS.iter().filter(|mark| line.code.contains(**mark));
            complaints.extend(found.map(|mark| Complaint::line(&file.path, index + 1, *mark)));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_and_ignored_tests_are_seen() {
        let text = "fn f() {\n    todo!()\n}\n// todo!()\n#[ignore = \"slow\"]\nfn g() {}\n";
        let lines: Vec<_> = check(&Repository::of(&[("crates/a/tests/b.rs", text)])).into_iter().map(|one| one.line).collect();
        assert_eq!(lines, [Some(2), Some(5)]);
    }
}
