//! What is given up is written down first.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::Error;
use crate::source::now;

/// A file of dead letters, one JSON object a line: `at`, `source`, `why`, `receives`, `id`, `body`.
#[derive(Debug)]
pub(super) struct Letters {
    file: PathBuf,
    source: String,
}

/// A message that is given up.
#[derive(Debug)]
pub(super) struct Letter<'a> {
    pub id: &'a str,
    pub body: &'a str,
    pub receives: u32,
    pub why: &'a str,
}

impl Letters {
    pub(super) fn new(folder: &Path, source: &str) -> Letters {
        Letters { file: folder.join(format!("{source}.jsonl")), source: source.to_owned() }
    }

    /// Writes a letter down; it is on the disk when this returns.
    pub(super) fn write(&self, letter: &Letter<'_>) -> Result<(), Error> {
        let Letter { id, body, receives, why } = letter;
        let line = json!({ "at": now().to_string(), "source": self.source, "why": why, "receives": receives, "id": id, "body": body });
        let write = || {
            let folder = self.file.parent().unwrap_or(Path::new("."));
            fs::create_dir_all(folder)?;
            let is_new = !self.file.exists();
            let mut file = OpenOptions::new().append(true).create(true).open(&self.file)?;
            file.write_all(format!("{line}\n").as_bytes())?;
            file.sync_data()?;
            if is_new { File::open(folder)?.sync_all() } else { Ok(()) }
        };
        write().map_err(|cause| Error::Disk { place: self.file.display().to_string(), cause })
    }
}
