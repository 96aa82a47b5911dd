//! What the repository holds: files as git sees them (committed, and new ones that are not ignored), and crates.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use std::{fs, io};

use anyhow::Context;

use crate::rust::Rust;
use crate::workspace::{self, Crate, NeedKind};

/// Above this a file's content is not read; a rule complains about it anyway.
pub const FILE_BYTES_MAX: u64 = 1_000_000;

/// Folders that are never part of the repository, for copies without git.
const NOT_OURS: [&str; 4] = [".git", ".tools", "node_modules", "target"];

#[derive(Debug, Default)]
pub struct Repository {
    /// Sorted by path.
    pub files: Vec<File>,
    pub crates: Vec<Crate>,
}

#[derive(Debug)]
pub struct File {
    /// Relative to the root, with forward slashes.
    pub path: String,
    pub size: u64,
    pub bytes: Vec<u8>,
    rust: OnceLock<Rust>,
}

impl Repository {
    /// Reads the repository at a folder.
    pub fn read(root: &Path) -> anyhow::Result<Self> {
        let mut paths = match listed_by_git(root) {
            Some(paths) => paths,
            None => walked(root).with_context(|| format!("walk {}", root.display()))?,
        };
        paths.sort();
        paths.dedup();
        let mut files = Vec::with_capacity(paths.len());
        for path in paths {
            // Git also lists what was deleted but not committed yet, and links; neither holds text of ours.
            let full = root.join(&path);
            let Ok(meta) = fs::symlink_metadata(&full) else { continue };
            if !meta.is_file() {
                continue;
            }
            let bytes = if meta.len() > FILE_BYTES_MAX { Vec::new() } else { fs::read(&full).with_context(|| path.clone())? };
            files.push(File { path, size: meta.len(), bytes, rust: OnceLock::new() });
        }
        Ok(Repository { files, crates: workspace::crates(root)? })
    }

    /// A repository made up for a test.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| File::new(path, text.as_bytes())).collect();
        Repository { files, crates: Vec::new() }
    }

    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Files below a folder that end in a suffix.
    pub fn below<'r>(&'r self, folder: &'r str, suffix: &'r str) -> impl Iterator<Item = &'r File> {
        self.files
            .iter()
            .filter(move |file| file.path.ends_with(suffix) && file.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
    }

    /// Every file of Rust.
    pub fn rust_files(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    /// The crate a file belongs to.
    pub fn crate_of(&self, file: &File) -> Option<&Crate> {
        self.crates.iter().find(|one| file.path.strip_prefix(&one.folder).is_some_and(|rest| rest.starts_with('/')))
    }

    /// Whether a crate is there for the tests of others: some need it, and only there.
    pub fn serves_tests(&self, one: &Crate) -> bool {
        let mut kinds =
            self.crates.iter().flat_map(|other| &other.needs).filter(|need| need.name == one.name).map(|need| need.kind).peekable();
        kinds.peek().is_some() && kinds.all(|kind| kind == NeedKind::Development)
    }
}

impl File {
    #[cfg(test)]
    pub fn new(path: &str, bytes: &[u8]) -> Self {
        File { path: path.to_owned(), size: bytes.len() as u64, bytes: bytes.to_owned(), rust: OnceLock::new() }
    }

    /// The content, when it is text.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes).ok().filter(|text| !text.contains('\0'))
    }

    /// The content, read as Rust.
    pub fn rust(&self) -> &Rust {
        self.rust.get_or_init(|| Rust::read(self.text().unwrap_or_default()))
    }

    /// File name without folders and without what follows its first dot.
    pub fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.split('.').next().unwrap_or(name)
    }

    /// Whether all of it serves tests, benches or examples.
    pub fn is_test(&self) -> bool {
        self.path.split('/').any(|part| matches!(part, "tests" | "benches" | "examples" | "tests.rs"))
    }
}

fn listed_by_git(root: &Path) -> Option<Vec<String>> {
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git").args(arguments).current_dir(root).output().ok().filter(|output| output.status.success())?;
    let list = String::from_utf8(output.stdout).ok()?;
    Some(list.split_terminator('\0').map(str::to_owned).collect())
}

fn walked(root: &Path) -> io::Result<Vec<String>> {
    let mut paths = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            match entry.file_type()? {
                kind if kind.is_dir() && !NOT_OURS.contains(&name.as_str()) => folders.push(path),
                kind if kind.is_file() => paths.push(path),
                _ => {}
            }
        }
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_without_git_is_walked() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("a/target")).unwrap();
        fs::write(folder.path().join("a/b.rs"), "").unwrap();
        fs::write(folder.path().join("a/target/c.rs"), "").unwrap();
        assert_eq!(walked(folder.path()).unwrap(), ["a/b.rs"]);
    }

    #[test]
    fn text_is_told_from_bytes() {
        assert_eq!(File::new("a.in", b"abc\0").text(), None);
        assert_eq!(File::new("a.in", "é".as_bytes()).text(), Some("é"));
    }
}
