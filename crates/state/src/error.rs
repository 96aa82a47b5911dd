//! What can go wrong, by what the caller does next.

use std::path::PathBuf;

use crate::{EpochId, FindingId, TrustFault};

/// Why something could not be done. [`Error::hint`] says what to try.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Somebody else holds the file: try again later.
    #[error("{} is in use by another process{}", path.display(), pid.map(|pid| format!(" (pid {pid})")).unwrap_or_default())]
    Busy {
        /// The file.
        path: PathBuf,
        /// The process, where it said so.
        pid: Option<u32>,
    },
    /// No room left: free some, then repeat what was asked; nothing of it was done.
    #[error("no room left to write {}", path.display())]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be opened or written: mend the path or its permissions.
    #[error("cannot open {} for writing: {detail}", path.display())]
    CannotOpen {
        /// The file.
        path: PathBuf,
        /// What the system says.
        detail: String,
    },
    /// The file was written by a newer version: use that one.
    #[error("{} was written by a newer version of watchfire (format {found}, this one knows {known})", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The format it has.
        found: i64,
        /// The newest format known here.
        known: i64,
    },
    /// A database of somebody else: choose another path.
    #[error("{} is a database, but not watchfire's", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged: take a backup, or build it anew from the lake and the logs.
    #[error("{} is damaged: {detail}", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What was seen.
        detail: String,
    },
    /// Something stands where a new file was to be written.
    #[error("{} exists already", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// No copy can be put back: none was made, or none is sound. Build the file anew.
    #[error("no sound backup in {}", folder.display())]
    NoBackup {
        /// Where copies were looked for.
        folder: PathBuf,
    },
    /// Another epoch has this number: two writers are at work, or the caller has lost count. Stop.
    #[error("epoch {id} cannot be committed: {detail}")]
    Conflict {
        /// The epoch.
        id: EpochId,
        /// What is in its place.
        detail: String,
    },
    /// No finding has an id that begins so.
    #[error("no finding {prefix:?}")]
    NotFound {
        /// What was asked for.
        prefix: String,
    },
    /// Several findings have ids that begin so.
    #[error("{prefix:?} is the beginning of several findings: {}", list(candidates))]
    Ambiguous {
        /// What was asked for.
        prefix: String,
        /// The first of those meant.
        candidates: Vec<FindingId>,
    },
    /// The page token is not one that was given out.
    #[error("not a page token: {0:?}")]
    BadToken(String),
    /// Something about users and their credentials cannot be done so: choose otherwise.
    #[error(transparent)]
    Trust(TrustFault),
    /// Anything else: give up and show it.
    #[error("{} failed: {source}", path.display())]
    Failed {
        /// The file.
        path: PathBuf,
        /// What the database or the system says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// What a person can try, where there is something.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Error::Busy { .. } => Some("wait for the other watchfire that works on this folder, or end it"),
            Error::Full { .. } => Some("free some space and run the same command again; nothing of it was half done"),
            Error::CannotOpen { .. } => Some("check that the folder exists and may be written by this user, or choose another one"),
            Error::Newer { .. } => Some("use the newer watchfire, or another data folder; this file was left as it was"),
            Error::Foreign { .. } => Some("choose another data folder; this file was left as it was"),
            Error::Corrupt { .. } => {
                Some("run `watchfire state restore` to put the latest backup in its place, or move the file away and ingest again")
            }
            Error::NoBackup { .. } => Some("move the damaged file away and ingest again: the lake drops what it has already"),
            Error::Exists { .. } => Some("choose a path where nothing stands yet"),
            Error::Conflict { .. } => Some("let only one watchfire ingest into a data folder"),
            Error::NotFound { .. } => Some("list the findings to see their ids"),
            Error::Ambiguous { .. } => Some("give more of the id"),
            Error::BadToken(_) => Some("pass the token exactly as the page before gave it"),
            Error::Trust(fault) => Some(fault.hint()),
            Error::Failed { .. } => {
                Some("look at the disk that holds this file: its room, its quota, its health; then run the same command again")
            }
        }
    }
}

fn list(candidates: &[FindingId]) -> String {
    candidates.iter().map(|id| id.short()).collect::<Vec<_>>().join(", ")
}
