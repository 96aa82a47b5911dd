//! Standard output and standard error belong to the command line.

use super::{Complaint, Rule};
use crate::repository::Repository;

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
        let low = repository.crate_of(file).and_then(|one| one.floor).is_some_and(|floor| floor < SPEAKING_FLOOR);
        for (number, code) in file.rust().product_lines().filter(|_| low) {
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
    use crate::workspace::Crate;

    fn at(floor: u64) -> Vec<Complaint> {
        let mut repository = Repository::of(&[("crates/a/src/lib.rs", "//! println!(1)\nfn f() {\n    eprintln!(\"x\");\n}\n")]);
        repository.crates = vec![Crate { name: "a".into(), folder: "crates/a".into(), floor: Some(floor), needs: vec![] }];
        check(&repository)
    }

    #[test]
    fn only_the_top_floor_speaks() {
        assert_eq!(at(5), [Complaint::line("crates/a/src/lib.rs", 3, "println!(")]);
        assert_eq!(at(6), []);
    }
}
