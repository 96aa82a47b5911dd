//! Copies of the state, one a day, to go back to when the file is damaged.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use watchfire_state::{State, Store};

use crate::DataPlace;
use crate::data::hinted;

/// The name of a copy begins so; the day follows.
const PREFIX: &str = "state-";

/// Copies the state into a folder under today's name, unless that is there, and removes the oldest copies beyond so many.
///
/// # Errors
/// When the folder or the copy cannot be written.
pub(crate) fn rotate(state: &State, folder: &Path, keep: usize) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let today = folder.join(format!("{PREFIX}{}.db", jiff::Timestamp::now().strftime("%Y-%m-%d")));
    if !today.exists() {
        state.backup(&today).map_err(hinted)?;
    }
    let copies = copies(folder)?;
    for old in copies.iter().rev().skip(keep) {
        fs::remove_file(old).with_context(|| format!("cannot remove {}", old.display()))?;
    }
    Ok(())
}

/// The copies there are, the oldest first.
fn copies(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut copies = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(PREFIX) && name.ends_with(".db") {
            copies.push(path);
        }
    }
    copies.sort();
    Ok(copies)
}

impl DataPlace {
    /// Looks at the whole state; what is wrong with it, in words. Nothing is the answer hoped for.
    ///
    /// # Errors
    /// When it cannot even be opened.
    pub fn check_state(&self) -> anyhow::Result<Vec<String>> {
        let state = State::open(self.state_file()).map_err(hinted)?;
        Ok(state.verify().map_err(hinted)?.into_iter().map(|problem| problem.0).collect())
    }

    /// Puts a copy of the state in its place: the newest that is whole, or the one that is named. What stood there is kept beside it.
    /// What was ingested after the copy was made is read again and known by its records.
    ///
    /// # Errors
    /// When no copy is whole, somebody ingests, or a file cannot be moved.
    pub fn restore_state(&self, named: Option<&Path>) -> anyhow::Result<(PathBuf, PathBuf)> {
        let folder = self.folder().join("backups");
        let candidates = match named {
            Some(copy) => vec![copy.to_owned()],
            None => copies(&folder)?.into_iter().rev().collect(),
        };
        let is_whole = |copy: &&PathBuf| State::open(copy).and_then(|state| state.verify()).is_ok_and(|problems| problems.is_empty());
        let Some(copy) = candidates.iter().find(is_whole) else {
            bail!(
                "no copy in {} is whole\n  hint: move state.db away and ingest again: the lake drops what it has already",
                folder.display()
            )
        };
        let (file, aside) = (self.state_file(), self.folder().join(format!("state.db.damaged-{}", jiff::Timestamp::now().as_second())));
        for end in ["", "-wal", "-shm"] {
            let (from, to) = (with_end(&file, end), with_end(&aside, end));
            if from.exists() {
                fs::rename(&from, &to).with_context(|| format!("cannot move {}", from.display()))?;
            }
        }
        let new = self.folder().join("state.db.new");
        fs::copy(copy, &new).and_then(|_| fs::File::open(&new)?.sync_all()).with_context(|| format!("cannot copy {}", copy.display()))?;
        fs::rename(&new, &file).with_context(|| format!("cannot write {}", file.display()))?;
        Ok((copy.clone(), aside))
    }
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_state_goes_back_to_the_newest_whole_copy() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = DataPlace::new(crate::LakePlace::Folder(folder.path().to_owned()), None).expect("a place");
        let backups = folder.path().join("backups");
        {
            let state = State::open(place.state_file()).expect("made");
            rotate(&state, &backups, 2).expect("copied");
        }
        for day in ["2020-01-01", "2020-01-02", "2099-01-01"] {
            fs::write(backups.join(format!("state-{day}.db")), "no database").expect("written");
        }
        rotate(&State::open(place.state_file()).expect("open"), &backups, 3).expect("rotated");
        assert_eq!(copies(&backups).expect("listed").len(), 3, "the oldest is gone");
        fs::write(place.state_file(), "damaged").expect("written");
        assert!(place.check_state().is_err());
        let (copy, aside) = place.restore_state(None).expect("restored");
        assert!(!copy.ends_with("state-2099-01-01.db"), "that one is no database");
        assert_eq!(fs::read_to_string(aside).expect("kept"), "damaged");
        assert_eq!(place.check_state().expect("open"), Vec::<String>::new());
    }
}
