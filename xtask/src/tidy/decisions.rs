//! Decision notes are numbered without gaps, say what they are about, and are there when they are cited.

use super::{Complaint, Rule};
use crate::repository::{File, Repository};

pub(super) static RULE: Rule = Rule {
    name: "decisions",
    why: "docs/decisions/NNNN-slug.md, numbered from 0001 without gaps, headed \"# NNNN: Title\", so that code can cite a number for good",
    check,
};

fn check(repository: &Repository) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (index, file) in repository.below("docs/decisions", "").enumerate() {
        let number = format!("{:04}", index + 1);
        if file.path.strip_prefix("docs/decisions/").and_then(slug) != Some(&number) {
            complaints.push(Complaint::file(&file.path, format!("expected here: {number}-words-like-these.md")));
        } else if !is_headed(file, &number) {
            complaints.push(Complaint::line(&file.path, 1, format!("does not begin with \"# {number}: \" and a title")));
        }
    }
    for file in repository.files.iter().filter(|file| file.path.ends_with(".rs") || file.path.ends_with(".md")) {
        for (index, line) in file.text().unwrap_or_default().lines().enumerate() {
            let missing = cited(line).filter(|number| !repository.files.iter().any(|file| is_note(&file.path, number)));
            complaints.extend(missing.map(|number| Complaint::line(&file.path, index + 1, format!("decision {number} is not there"))));
        }
    }
    complaints
}

/// The numbers a line cites, as in "see decision 0001".
fn cited(line: &str) -> impl Iterator<Item = &str> {
    let after = line.match_indices("ecision ").map(|(at, words)| &line[at + words.len()..]);
    after.filter_map(|rest| rest.get(..4).filter(|number| number.bytes().all(|byte| byte.is_ascii_digit())))
}

fn is_note(path: &str, number: &str) -> bool {
    path.strip_prefix("docs/decisions/").and_then(slug) == Some(number)
}

/// The number of a well-formed file name.
fn slug(name: &str) -> Option<&str> {
    let (number, rest) = name.strip_suffix(".md")?.split_once('-')?;
    let words = !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    words.then_some(number)
}

fn is_headed(file: &File, number: &str) -> bool {
    file.text().unwrap_or_default().strip_prefix(&format!("# {number}: ")).is_some_and(|title| !title.starts_with('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_citation_leads_somewhere() {
        let (found, lost) = (format!("// decision {}", "0001"), format!("//! As decision {} says,", "0007"));
        let files = [("docs/decisions/0001-floors.md", "# 0001: Floors\n"), ("a.rs", found.as_str()), ("b.rs", lost.as_str())];
        assert_eq!(check(&Repository::of(&files)), [Complaint::line("b.rs", 1, format!("decision {} is not there", "0007"))]);
    }

    #[test]
    fn gaps_and_bare_files_are_found() {
        let repository = Repository::of(&[
            ("docs/decisions/0001-floors.md", "# 0001: Floors\n"),
            ("docs/decisions/0002-words.md", "# Words\n"),
            ("docs/decisions/0004-late.md", "# 0004: Late\n"),
        ]);
        let lines: Vec<_> = check(&repository).into_iter().map(|complaint| (complaint.path, complaint.line)).collect();
        assert_eq!(lines, [("docs/decisions/0002-words.md".into(), Some(1)), ("docs/decisions/0004-late.md".into(), None)]);
    }
}
