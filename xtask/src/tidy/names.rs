//! No names that say nothing.

use super::{Complaint, Rule};
use crate::repository::Repository;

pub(super) static RULE: Rule =
    Rule { name: "names", why: "these names say nothing; a function that fits nowhere lacks a noun, so find the noun", check };

/// Words that no file, folder, crate or module is named by.
const PLACES: &[&str] = &["common", "helper", "helpers", "manager", "misc", "shared", "stuff", "util", "utilities", "utils"];

/// Endings that no type is named by.
const TYPE_ENDINGS: &[&str] = &["Common", "Helper", "Helpers", "Info", "Manager", "Misc", "Util", "Utils"];

/// Words before the name of a type.
const TYPE_WORDS: &[&str] = &["enum", "struct", "trait", "type", "union"];

fn check(repository: &Repository) -> Vec<Complaint> {
    let ours = repository.files.iter().filter(|file| !file.path.starts_with("content/"));
    let mut complaints: Vec<_> = ours.filter_map(|file| place(&file.path)).collect();
    for file in repository.rust_files() {
        for (index, line) in file.rust().lines.iter().enumerate() {
            let named = type_name(&line.code).filter(|name| TYPE_ENDINGS.iter().any(|ending| name.ends_with(ending)));
            complaints.extend(named.map(|name| Complaint::line(&file.path, index + 1, format!("type {name}"))));
        }
    }
    complaints
}

fn place(path: &str) -> Option<Complaint> {
    let stems = path.split('/').map(|part| part.split('.').next().unwrap_or(part));
    let mut words = stems.flat_map(|stem| stem.split(['_', '-']));
    words.find(|word| PLACES.contains(word)).map(|word| Complaint::file(path, format!("named \"{word}\"")))
}

/// The type a line declares.
fn type_name(code: &str) -> Option<&str> {
    let mut words = code.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty());
    let declares = words.by_ref().find(|word| !matches!(*word, "pub" | "crate" | "super" | "in" | "unsafe"))?;
    TYPE_WORDS.contains(&declares).then(|| words.next()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_types_are_seen() {
        let text = "//! X.\npub(crate) struct FileInfo;\n/// struct BucketInfo\nenum Informed {}\n";
        let bad = Repository::of(&[("crates/a/src/string_utils.rs", ""), ("crates/common/src/lib.rs", text)]);
        let says: Vec<_> = check(&bad).into_iter().map(|complaint| complaint.to_string()).collect();
        assert_eq!(
            says,
            [
                "crates/a/src/string_utils.rs: named \"utils\"",
                "crates/common/src/lib.rs: named \"common\"",
                "crates/common/src/lib.rs:2: type FileInfo"
            ]
        );
    }

    #[test]
    fn names_in_content_are_what_aws_calls_things() {
        let content = Repository::of(&[("content/detections/ssm/session-manager.yaml", ""), ("docs/commons.md", "")]);
        assert_eq!(check(&content), []);
    }
}
