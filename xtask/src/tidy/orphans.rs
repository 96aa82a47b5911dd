//! Every file of Rust is reached from a `mod` line; one that is not compiles nowhere and rots unseen.

use super::{Complaint, Rule};
use crate::repository::{File, Repository};

pub(super) static RULE: Rule =
    Rule { name: "orphans", why: "a file without its `mod` line is never compiled; list it beside its neighbours or delete it", check };

fn check(repository: &Repository) -> Vec<Complaint> {
    let modules = repository.rust_files().filter(|file| file.path.contains("/src/") || in_test_folder(&file.path));
    modules.filter(|file| !is_root(file) && !is_listed(file, repository)).map(|file| Complaint::file(&file.path, "no `mod` line")).collect()
}

/// Modules of an integration test that has a folder of its own.
fn in_test_folder(path: &str) -> bool {
    path.split_once("/tests/").is_some_and(|(_, rest)| rest.contains('/') && !rest.starts_with("testdata/"))
}

/// Files that cargo itself compiles.
fn is_root(file: &File) -> bool {
    file.path.contains("/src/bin/") || matches!(file.stem(), "lib" | "main")
}

fn is_listed(file: &File, repository: &Repository) -> bool {
    let path = file.path.trim_end_matches(".rs").trim_end_matches("/mod");
    let Some((folder, name)) = path.rsplit_once('/') else { return true };
    let listed = |parent: &File| parent.rust().lines.iter().any(|line| declares(&line.code, name));
    if folder.ends_with("/tests") {
        // Any test program may take in what lies in a folder beside it.
        return repository.below(folder, ".rs").any(listed);
    }
    let parents = ["/mod.rs", "/lib.rs", "/main.rs", ".rs"].map(|ending| format!("{folder}{ending}"));
    parents.iter().filter_map(|parent| repository.file(parent)).any(listed)
}

fn declares(code: &str, name: &str) -> bool {
    let code = code.trim().trim_end_matches(';');
    code.rsplit_once("mod ").is_some_and(|(before, module)| module == name && before.split_whitespace().all(|word| word.starts_with("pub")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_nobody_names_is_found() {
        let repository = Repository::of(&[
            ("crates/a/src/lib.rs", "pub mod tree;\n// mod lost;\n"),
            ("crates/a/src/lost.rs", ""),
            ("crates/a/src/tree/mod.rs", "pub(crate) mod leaf;\n"),
            ("crates/a/src/tree/leaf.rs", ""),
            ("crates/a/src/tree/fallen.rs", ""),
            ("crates/a/tests/one.rs", "mod rig;\n"),
            ("crates/a/tests/rig/mod.rs", "mod part;\n"),
            ("crates/a/tests/rig/part.rs", ""),
        ]);
        let paths: Vec<_> = check(&repository).into_iter().map(|complaint| complaint.path).collect();
        assert_eq!(paths, ["crates/a/src/lost.rs", "crates/a/src/tree/fallen.rs"]);
    }
}
