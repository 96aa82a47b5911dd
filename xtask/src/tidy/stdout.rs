//! Standard output and standard error belong to the command line.

use super::{Complaint, Rule};
use crate::repository::Repository;
use crate::workspace::Crate;

pub(super) static RULE: Rule = Rule {
    name: "stdout",
    why: "stdout is data and stderr is talk, and both belong to cli; below it, return a value or use tracing",
    check,
};

const CALLS: &[&str] = &["println!(", "print!(", "io::stdout(", "io::stderr("];

/// The floor of the command line.
const SPEAKING_FLOOR: u64 = 6;

fn check(repository: &Repository) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in repository.rust_files().filter(|file| !file.is_test()) {
        let silent = |one: &Crate| one.floor.is_some_and(|floor| floor < SPEAKING_FLOOR) && !repository.serves_tests(one);
        if !repository.crate_of(file).is_some_and(silent) {
            continue;
        }
        for (number, code) in file.rust().product_lines() {
            // `eprintln!(` holds `println!(`, so both are found.
            let found = CALLS.iter().find(|call| code.contains(**call));
            complaints.extend(found.map(|call| Complaint::line(&file.path, number, *call)));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::{Need, NeedKind};

    fn house(floor: u64) -> Repository {
        let mut repository = Repository::of(&[("crates/a/src/lib.rs", "//! println!(1)\nfn f() {\n    eprintln!(\"x\");\n}\n")]);
        repository.crates = vec![Crate { name: "a".into(), folder: "crates/a".into(), floor: Some(floor), needs: vec![] }];
        repository
    }

    #[test]
    fn only_the_top_floor_speaks() {
        assert_eq!(check(&house(5)), [Complaint::line("crates/a/src/lib.rs", 3, "println!(")]);
        assert_eq!(check(&house(6)), []);
    }

    #[test]
    fn what_serves_tests_may_speak() {
        let mut repository = house(0);
        let needs = vec![Need { name: "a".into(), kind: NeedKind::Development }];
        repository.crates.push(Crate { name: "b".into(), needs, ..Crate::default() });
        assert_eq!(check(&repository), []);
    }
}
