//! Nothing is unwrapped outside tests.

use super::{Complaint, Rule};
use crate::repository::Repository;

pub(super) static RULE: Rule = Rule {
    name: "unwraps",
    why: "no unwrap outside tests: return the error, or `expect` with the invariant that makes it impossible",
    check,
};

const CALLS: &[&str] = &[".unwrap()", ".unwrap_err()", ".unwrap_unchecked()"];

fn check(repository: &Repository) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in repository.rust_files().filter(|file| !file.is_test()) {
        for (number, code) in file.rust().product_lines() {
            let found = CALLS.iter().filter(|call| code.contains(**call));
            complaints.extend(found.map(|call| Complaint::line(&file.path, number, *call)));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_product_is_meant() {
        let text = "/// a.unwrap()\nfn f() {\n    a.unwrap();\n}\n#[cfg(test)]\nmod tests {\n    fn g() {\n        a.unwrap();\n    }\n}\n";
        let repository = Repository::of(&[("crates/a/src/lib.rs", text), ("crates/a/tests/b.rs", "a.unwrap();")]);
        assert_eq!(check(&repository), [Complaint::line("crates/a/src/lib.rs", 3, ".unwrap()")]);
    }
}
