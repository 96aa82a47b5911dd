//! Where everything is kept.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use watchfire_lake::TABLE;
use watchfire_state::State;

use super::room::{is_full, no_room};

/// The data folder: the table, the state, and signals that correlations still need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFolder(pub PathBuf);

impl DataFolder {
    /// The Delta table of CloudTrail records.
    pub fn table(&self) -> PathBuf {
        self.0.join(TABLE)
    }

    /// What was read and what was found.
    pub fn state_file(&self) -> PathBuf {
        self.0.join("state.db")
    }

    /// Signals of correlations, in files that the state names.
    pub fn signals(&self) -> PathBuf {
        self.0.join("signals")
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Opens the state of a folder that was ingested into.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn state(&self) -> anyhow::Result<State> {
        let file = self.state_file();
        if !file.is_file() {
            bail!("{} holds no findings\n  hint: `watchfire ingest PATH --lake {}` fills it", self.0.display(), self.0.display());
        }
        State::open(file).map_err(hinted)
    }

    /// Makes the folder where there is none, and sees that it can be written.
    pub(super) fn create(&self) -> anyhow::Result<()> {
        let cannot =
            || format!("cannot write to {}\n  hint: choose a folder that this user may write with --lake FOLDER", self.0.display());
        let made = std::fs::create_dir_all(self.signals()).and_then(|()| tempfile::tempfile_in(self.signals()));
        match made {
            Err(error) if is_full(&error) => Err(no_room(&format!("writing to {}", self.0.display()), &self.0)),
            made => made.with_context(cannot).map(drop),
        }
    }
}

/// An error of the state with what a person can try.
pub(super) fn hinted(error: watchfire_state::Error) -> anyhow::Error {
    if let watchfire_state::Error::Full { path } = &error {
        return no_room(&format!("writing {}", path.display()), path);
    }
    match error.hint() {
        Some(hint) => anyhow::anyhow!("{error}\n  hint: {hint}"),
        None => error.into(),
    }
}
