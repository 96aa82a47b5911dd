//! Words that stay out of the repository: places of one machine, and promises to do something later.

use super::{Complaint, Rule};
use crate::repository::Repository;

pub(super) static RULE: Rule = Rule {
    name: "words",
    why: "no paths of somebody's machine (pass a path in, or skip nothing and carry the data), no notes to do something later",
    check,
};

/// Each in two halves, so that this file does not break its own rule.
const WORDS: &[(&str, &str)] =
    &[("/wo", "rk/"), ("/tmp", "/wf"), ("/ro", "ot/"), ("/.car", "go/registry"), ("TO", "DO"), ("FIX", "ME"), ("XX", "X:")];

fn check(repository: &Repository) -> Vec<Complaint> {
    let words: Vec<String> = WORDS.iter().map(|(start, end)| format!("{start}{end}")).collect();
    let mut complaints = Vec::new();
    for file in &repository.files {
        for (index, line) in file.text().unwrap_or_default().lines().enumerate() {
            let found = words.iter().filter(|word| has_word(line, word));
            complaints.extend(found.map(|word| Complaint::line(&file.path, index + 1, word.as_str())));
        }
    }
    complaints
}

/// Whether a word stands in a line and does not continue another; a path may go on.
fn has_word(line: &str, word: &str) -> bool {
    let continues = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | '~');
    line.match_indices(word).any(|(at, _)| {
        let fresh = !line[..at].ends_with(continues) || word.starts_with("/.");
        let whole = word.starts_with('/') || !line[at + word.len()..].starts_with(char::is_alphanumeric);
        fresh && whole
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_promises_are_found() {
        let place = format!("open(\"{}{}shared/x\")", "/wo", "rk/");
        let promise = format!("// {}{}: later", "TO", "DO");
        let fine = "https://example.org/a/work/b\nTODOS\n";
        let repository = Repository::of(&[("a.rs", &place), ("b.md", &promise), ("c.md", fine)]);
        let paths: Vec<_> = check(&repository).into_iter().map(|complaint| complaint.path).collect();
        assert_eq!(paths, ["a.rs", "b.md"]);
    }
}
