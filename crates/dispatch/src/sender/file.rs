//! Lines at the end of files.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use watchfire_bus::target::{Answer, Trouble};

/// Files that are kept open; with more of them all are opened anew.
const OPEN_MAX: usize = 64;

/// The folder for such files. Nothing is written outside of it.
#[derive(Debug)]
pub(crate) struct Files {
    folder: PathBuf,
    open: Mutex<HashMap<PathBuf, File>>,
}

impl Files {
    pub(crate) fn new(folder: PathBuf) -> Files {
        Files { folder, open: Mutex::new(HashMap::new()) }
    }

    /// Writes lines to the end of a file; done means on the disk.
    pub(crate) fn append(&self, path: &str, lines: &str) -> Answer {
        let Some(below) = plain(path) else {
            return Answer::Trouble(Trouble::Forbidden(format!("the file {path:?} is not below the folder for files")));
        };
        let whole = self.folder.join(below);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        match write(&mut open, &whole, lines) {
            Ok(()) => Answer::Done,
            Err(error) => {
                // What is there now is not known: look again next time.
                open.remove(&whole);
                Answer::Trouble(Trouble::Local(format!("cannot write {}: {error}", whole.display())))
            }
        }
    }
}

fn write(open: &mut HashMap<PathBuf, File>, path: &Path, lines: &str) -> io::Result<()> {
    // A file that was moved away or deleted, as log rotation does, is begun anew.
    if !open.contains_key(path) || !path.exists() {
        if open.len() >= OPEN_MAX {
            open.clear();
        }
        open.insert(path.to_owned(), at_end(path)?);
    }
    let file = open.get_mut(path).expect("just put there");
    file.write_all(lines.as_bytes())?;
    file.sync_data()
}

/// Opens a file for appending. A line that a crash left without its end is ended, so that the next one is whole.
fn at_end(path: &Path) -> io::Result<File> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = OpenOptions::new().create(true).append(true).read(true).open(path)?;
    File::open(folder)?.sync_all()?;
    if file.metadata()?.len() > 0 {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            file.write_all(b"\n")?;
        }
    }
    Ok(file)
}

/// A path of plain names alone.
fn plain(path: &str) -> Option<PathBuf> {
    let path = Path::new(path);
    let is_plain = path.components().count() > 0 && path.components().all(|part| matches!(part, Component::Normal(_)));
    is_plain.then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_whole_and_below_the_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let files = Files::new(folder.path().join("logs"));
        assert_eq!(files.append("a/b.jsonl", "1\n"), Answer::Done);
        assert_eq!(files.append("a/b.jsonl", "2\n"), Answer::Done);
        let path = folder.path().join("logs/a/b.jsonl");
        assert_eq!(fs::read_to_string(&path).expect("read"), "1\n2\n");
        fs::write(&path, "1\n2\n{\"half").expect("written");
        let again = Files::new(folder.path().join("logs"));
        assert_eq!(again.append("a/b.jsonl", "3\n"), Answer::Done);
        assert_eq!(fs::read_to_string(&path).expect("read"), "1\n2\n{\"half\n3\n");
        fs::remove_file(&path).expect("removed");
        assert_eq!(again.append("a/b.jsonl", "4\n"), Answer::Done);
        assert_eq!(fs::read_to_string(&path).expect("begun anew"), "4\n");
        for outside in ["../x", "/etc/x", "a/../../x", "", "."] {
            assert!(matches!(files.append(outside, "x\n"), Answer::Trouble(Trouble::Forbidden(_))), "{outside}");
        }
        fs::create_dir(folder.path().join("logs/folder")).expect("made");
        assert!(matches!(files.append("folder", "x\n"), Answer::Trouble(Trouble::Local(_))));
    }
}
