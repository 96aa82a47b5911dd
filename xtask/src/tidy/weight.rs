//! The repository stays small and readable: text, and little of it.

use super::{Complaint, Rule};
use crate::repository::{FILE_BYTES_MAX, File, Repository};

pub(super) static RULE: Rule = Rule {
    name: "weight",
    why: "no file over 1 MB and no binaries, so that a clone is quick and a review sees everything; make test data in the test",
    check,
};

/// Endings of what is made, packed or compiled.
const MADE: &[&str] = &[
    ".a", ".bin", ".bz2", ".db", ".dll", ".exe", ".gz", ".jar", ".o", ".parquet", ".pyc", ".so", ".sqlite", ".tar", ".tgz", ".whl", ".xz",
    ".zip", ".zst",
];

/// Pictures may be committed for the documentation and the web pages, up to this size.
const PICTURES: &[&str] = &[".ico", ".jpg", ".png", ".webp", ".woff2"];
const PICTURE_BYTES_MAX: u64 = 300_000;

/// Hostile and compressed examples for decoders are bytes, but few.
const EXAMPLE_BYTES_MAX: u64 = 32_000;

fn check(repository: &Repository) -> Vec<Complaint> {
    repository.files.iter().filter_map(judge).collect()
}

fn judge(file: &File) -> Option<Complaint> {
    let complaint = |says: &str| Some(Complaint::file(&file.path, says));
    let ends = |list: &[&str]| list.iter().any(|ending| file.path.ends_with(ending));
    let size = file.size;
    match () {
        () if size > FILE_BYTES_MAX => complaint(&format!("{size} bytes")),
        () if ends(MADE) => complaint("something made or packed"),
        () if ends(PICTURES) && (file.path.starts_with("docs/") || file.path.starts_with("ui/")) => {
            if size > PICTURE_BYTES_MAX {
                complaint("a picture over 300 kB")
            } else {
                None
            }
        }
        () if file.text().is_some() => None,
        () if file.path.contains("/testdata/") && file.path.ends_with(".in") && size <= EXAMPLE_BYTES_MAX => None,
        () => complaint("not text"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heavy_made_and_binary_files_are_found() {
        let mut repository = Repository::of(&[
            ("a/log.json.gz", ""),
            ("a/tool", "\0\x01"),
            ("a/src/lib.rs", "fn f() {}"),
            ("a/testdata/b/gzip.in", "\0"),
            ("docs/a.png", "\0"),
        ]);
        repository.files.push(File::new("big.json", &vec![b' '; 1_000_001]));
        let paths: Vec<_> = check(&repository).into_iter().map(|complaint| complaint.path).collect();
        assert_eq!(paths, ["a/log.json.gz", "a/tool", "big.json"]);
    }
}
