//! The right to ingest.

use std::fs::{File, TryLockError};
use std::path::Path;

use super::fault::Fault;
use crate::Error;

/// Held by the one process that ingests. The system lets it go when the process ends, however it ends.
#[derive(Debug)]
pub struct Claim {
    _file: Option<File>,
}

impl Claim {
    /// Takes it for a state file; a state in memory is nobody else's.
    pub(super) fn of(state: &Path) -> Result<Claim, Error> {
        if state == Path::new(":memory:") {
            return Ok(Claim { _file: None });
        }
        let path = state.with_added_extension("claim");
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(|error| Fault::World(error).at(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Claim { _file: Some(file) }),
            Err(TryLockError::WouldBlock) => Err(Error::Busy { path: state.to_path_buf() }),
            Err(TryLockError::Error(error)) => Err(Fault::World(error).at(&path)),
        }
    }
}
