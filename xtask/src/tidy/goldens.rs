//! Golden pairs are pairs, and every log source has some.

use super::{Complaint, Rule};
use crate::repository::{File, Repository};

pub(super) static RULE: Rule = Rule {
    name: "goldens",
    why: "an example without its expected answer proves nothing; UPDATE_GOLDEN=1 writes the answer, review it",
    check,
};

const SOURCES: &str = "crates/decode/src/source";

fn check(repository: &Repository) -> Vec<Complaint> {
    let golden = repository.files.iter().filter(|file| file.path.contains("/testdata/"));
    let mut complaints = Vec::new();
    for file in golden {
        let Some((start, ending)) = file.path.rsplit_once('.') else { continue };
        let is_other =
            |other: &File| other.path.rsplit_once('.').is_some_and(|(other, kind)| other == start && (kind == "out") != (ending == "out"));
        // The answer is always `.out`; the example may carry the ending of its format.
        if matches!(ending, "in" | "out") && !repository.files.iter().any(is_other) {
            let missing = if ending == "in" { "no .out beside it" } else { "no example beside it" };
            complaints.push(Complaint::file(&file.path, missing));
        }
    }
    for source in repository.below(SOURCES, ".rs").filter(|file| file.stem() != "mod") {
        let folder = format!("crates/decode/testdata/{}", source.stem());
        if repository.below(&folder, ".in").next().is_none() {
            complaints.push(Complaint::file(&source.path, format!("no example in {folder}")));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_and_sources_without_examples_are_found() {
        let repository = Repository::of(&[
            ("crates/decode/src/source/mod.rs", ""),
            ("crates/decode/src/source/dns.rs", ""),
            ("crates/decode/testdata/flow/one.in", ""),
            ("crates/detect/testdata/diagnostics/unknown_field.yaml", ""),
            ("crates/detect/testdata/diagnostics/unknown_field.out", ""),
        ]);
        let paths: Vec<_> = check(&repository).into_iter().map(|complaint| complaint.path).collect();
        assert_eq!(paths, ["crates/decode/testdata/flow/one.in", "crates/decode/src/source/dns.rs"]);
    }
}
