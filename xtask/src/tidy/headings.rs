//! Files that open a crate or a folder of modules say what is inside.

use super::{Complaint, Rule};
use crate::repository::{File, Repository};

pub(super) static RULE: Rule = Rule {
    name: "headings",
    why: "a file that opens a crate or a folder begins with //!; a library also shows a ten-line example and says what is not there",
    check,
};

fn check(repository: &Repository) -> Vec<Complaint> {
    repository.rust_files().filter(|file| opens(file, repository)).filter_map(judge).collect()
}

/// `lib.rs`, `main.rs`, `mod.rs`, and `name.rs` beside a folder `name/`.
fn opens(file: &File, repository: &Repository) -> bool {
    let folder = file.path.trim_end_matches(".rs");
    matches!(file.stem(), "lib" | "main" | "mod") || repository.below(folder, ".rs").next().is_some()
}

fn judge(file: &File) -> Option<Complaint> {
    let text = file.text().unwrap_or_default();
    let heading: String = text.lines().take_while(|line| line.starts_with("//!")).map(|line| format!("{line}\n")).collect();
    if heading.len() < 12 {
        return Some(Complaint::line(&file.path, 1, "does not begin with //! and a sentence"));
    }
    if !(file.path.starts_with("crates/") && file.path.ends_with("/src/lib.rs")) {
        return None;
    }
    if !heading.contains("//! ```") {
        return Some(Complaint::line(&file.path, 1, "shows no example"));
    }
    let limits = ["Not here", "not here", "does not", "not do"].iter().any(|words| heading.contains(words));
    (!limits).then(|| Complaint::line(&file.path, 1, "does not say what is not there (a paragraph that begins \"Not here\")"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openers_introduce_themselves() {
        let bad = Repository::of(&[
            ("crates/a/src/lib.rs", "//! Only a purpose, long enough.\n"),
            ("crates/a/src/leaf.rs", "fn f() {}\n"),
            ("crates/a/src/tree.rs", "fn f() {}\n"),
            ("crates/a/src/tree/leaf.rs", "fn f() {}\n"),
        ]);
        let paths: Vec<_> = check(&bad).into_iter().map(|complaint| complaint.path).collect();
        assert_eq!(paths, ["crates/a/src/lib.rs", "crates/a/src/tree.rs"]);
    }

    #[test]
    fn a_whole_front_page_is_fine() {
        let text = "//! Purpose.\n//!\n//! ```\n//! f();\n//! ```\n//!\n//! Not here: the rest.\n";
        assert_eq!(check(&Repository::of(&[("crates/a/src/lib.rs", text)])), []);
    }
}
