//! The right to ingest.

use std::fs::{File, TryLockError};
use std::io::{Read, Write};
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
        let open = File::options().create(true).truncate(false).read(true).write(true).open(&path);
        let mut file = open.map_err(|error| Fault::World(error).at(&path))?;
        match file.try_lock() {
            Ok(()) => {
                // Who has it is for people to read; a full disk is no reason not to have it.
                let _not_said = file.set_len(0).and_then(|()| file.write_all(std::process::id().to_string().as_bytes()));
                Ok(Claim { _file: Some(file) })
            }
            Err(TryLockError::WouldBlock) => {
                let mut said = String::new();
                let pid = file.read_to_string(&mut said).ok().and_then(|_| said.parse().ok());
                Err(Error::Busy { path: state.to_path_buf(), pid })
            }
            Err(TryLockError::Error(error)) => Err(Fault::World(error).at(&path)),
        }
    }
}
