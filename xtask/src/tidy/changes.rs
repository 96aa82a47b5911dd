//! A change a user can see is one small file in `changelog.d/`.

use super::{Complaint, Rule};
use crate::repository::{File, Repository};

pub(super) static RULE: Rule = Rule { name: "changes", why: "changelog.d/<slug>.<kind>.md holds one or two sentences for the user", check };

/// What a change can be; also the order of a release's sections.
pub const KINDS: &[&str] = &["added", "changed", "fixed", "removed", "security"];

const BYTES_MAX: usize = 600;

fn check(repository: &Repository) -> Vec<Complaint> {
    let entries = repository.below("changelog.d", "").filter(|file| file.path != "changelog.d/README.md");
    entries.filter_map(|file| judge(file).map(|says| Complaint::file(&file.path, says))).collect()
}

fn judge(file: &File) -> Option<String> {
    let name = file.path.strip_prefix("changelog.d/")?;
    let kind = name.strip_suffix(".md").and_then(|name| name.split_once('.')).map(|(_, kind)| kind);
    if !kind.is_some_and(|kind| KINDS.contains(&kind)) {
        return Some(format!("expected <slug>.<kind>.md with a kind of {}", KINDS.join(", ")));
    }
    let text = file.text().unwrap_or_default().trim();
    match () {
        () if text.contains("FILL-IN") => Some("still the scaffold: FILL-IN is to be replaced".to_owned()),
        () if !text.ends_with('.') => Some("not a sentence".to_owned()),
        () if text.len() > BYTES_MAX => Some("longer than a few sentences; the rest belongs to docs/".to_owned()),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_sentences_are_checked() {
        let repository = Repository::of(&[
            ("changelog.d/README.md", "How"),
            ("changelog.d/demo.added.md", "`watchfire demo` is there.\n"),
            ("changelog.d/empty.fixed.md", "\n"),
            ("changelog.d/speed.md", "Faster.\n"),
        ]);
        let paths: Vec<_> = check(&repository).into_iter().map(|complaint| complaint.path).collect();
        assert_eq!(paths, ["changelog.d/empty.fixed.md", "changelog.d/speed.md"]);
    }
}
