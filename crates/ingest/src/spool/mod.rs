//! Batches that were pushed, on the disk until they are settled: whoever pushes is told yes when a batch is safe.
//!
//! One file a batch, in one folder a source. A file gets its name when it is whole, so one that a crash cut short is known by not having
//! got it. Bytes are bounded for all sources together; when they are used up, whoever pushes is told to come later.

mod source;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

pub use self::source::SpoolSource;
use crate::Error;
use crate::source::is_name;

/// A folder of batches. Shared between those who push and the sources that read.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    bytes_max: u64,
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Bytes of all batches, those on their way to the disk included.
    bytes: u64,
    last: u64,
    batches: BTreeMap<String, BTreeMap<u64, u64>>,
}

/// A batch by its number; numbers grow, over restarts too.
const WHOLE: &str = "batch";
const PART: &str = "part";

impl Spool {
    /// Opens a folder, made where there is none. Files that were not written to their end are removed: nobody was told that they are safe.
    ///
    /// # Errors
    /// The disk fails.
    pub fn open(folder: &Path, bytes_max: u64) -> Result<Arc<Spool>, Error> {
        let mut state = State::default();
        Self::look(folder, &mut state).map_err(|cause| disk(folder, cause))?;
        Ok(Arc::new(Spool { folder: folder.to_owned(), bytes_max, state: Mutex::new(state), arrived: Condvar::new() }))
    }

    fn look(folder: &Path, state: &mut State) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let Some(source) = entry.file_name().to_str().filter(|name| is_name(name)).map(str::to_owned) else { continue };
            if !entry.file_type()?.is_dir() {
                continue;
            }
            for entry in fs::read_dir(entry.path())? {
                let entry = entry?;
                let path = entry.path();
                let number = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse::<u64>().ok());
                match (number, path.extension().and_then(|end| end.to_str())) {
                    (Some(_), Some(PART)) => fs::remove_file(path)?,
                    (Some(number), Some(WHOLE)) => {
                        let bytes = entry.metadata()?.len();
                        state.bytes += bytes;
                        state.last = state.last.max(number);
                        state.batches.entry(source.clone()).or_default().insert(number, bytes);
                    }
                    _ => tracing::warn!(path = %path.display(), "a file that is no batch lies among them"),
                }
            }
        }
        Ok(())
    }

    /// Keeps a batch for a source. When this returns, the batch is on the disk and outlives a crash.
    ///
    /// # Errors
    /// [`Error::Full`] when the spool, or the disk, has no room: try later. [`Error::Disk`] when the disk fails.
    pub fn append(&self, source: &str, bytes: &[u8]) -> Result<(), Error> {
        if !is_name(source) {
            let (place, detail) = (source.to_owned(), "no name of a source".to_owned());
            return Err(Error::Place { place, detail, hint: "1 to 64 letters, digits, '-', '_' and '.'" });
        }
        let length = bytes.len() as u64;
        let number = {
            let mut state = self.lock();
            if state.bytes + length > self.bytes_max {
                return Err(Error::Full { folder: self.folder.display().to_string(), bytes_max: self.bytes_max });
            }
            state.bytes += length;
            let now = UNIX_EPOCH.elapsed().unwrap_or_default().as_nanos();
            state.last = u64::try_from(now).unwrap_or(u64::MAX).max(state.last + 1);
            state.last
        };
        let written = self.write(source, number, bytes);
        let mut state = self.lock();
        match written {
            Ok(()) => {
                state.batches.entry(source.to_owned()).or_default().insert(number, length);
                self.arrived.notify_all();
                Ok(())
            }
            Err(cause) => {
                state.bytes -= length;
                if matches!(cause.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
                    return Err(Error::Full { folder: self.folder.display().to_string(), bytes_max: self.bytes_max });
                }
                Err(disk(&self.folder, cause))
            }
        }
    }

    fn write(&self, source: &str, number: u64, bytes: &[u8]) -> io::Result<()> {
        let folder = self.folder.join(source);
        if !folder.is_dir() {
            fs::create_dir_all(&folder)?;
            File::open(&self.folder)?.sync_all()?;
        }
        let part = folder.join(format!("{number:020}.{PART}"));
        let write = || {
            let mut file = File::create_new(&part)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&part, self.path(source, number))?;
            File::open(&folder)?.sync_all()
        };
        write().inspect_err(|_| drop(fs::remove_file(&part)))
    }

    fn path(&self, source: &str, number: u64) -> PathBuf {
        self.folder.join(source).join(format!("{number:020}.{WHOLE}"))
    }

    /// Batches of a source behind a number, oldest first; waits for the first one that `wanted` wants.
    fn batches(&self, source: &str, patience: Duration, wanted: impl Fn(u64) -> bool, most: (usize, u64)) -> Vec<(u64, u64)> {
        let deadline = std::time::Instant::now() + patience;
        let mut state = self.lock();
        loop {
            let mut bytes = 0;
            let all = state.batches.get(source).into_iter().flatten();
            let found: Vec<(u64, u64)> = all
                .filter(|(number, _)| wanted(**number))
                .map(|(number, length)| (*number, *length))
                .take(most.0)
                .take_while(|(_, length)| {
                    let fits = bytes == 0 || bytes + length <= most.1;
                    bytes += length;
                    fits
                })
                .collect();
            let left = deadline.saturating_duration_since(std::time::Instant::now());
            if !found.is_empty() || left.is_zero() {
                return found;
            }
            state = self.arrived.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Removes a batch that is settled.
    fn remove(&self, source: &str, number: u64) -> Result<(), Error> {
        match fs::remove_file(self.path(source, number)) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(disk(&self.folder, cause)),
            _ => {}
        }
        let mut state = self.lock();
        if let Some(bytes) = state.batches.get_mut(source).and_then(|batches| batches.remove(&number)) {
            state.bytes -= bytes;
        }
        Ok(())
    }

    /// Batches and bytes that wait for a source.
    pub fn waiting(&self, source: &str) -> (u64, u64) {
        let state = self.lock();
        state.batches.get(source).map_or((0, 0), |batches| (batches.len() as u64, batches.values().sum()))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn disk(folder: &Path, cause: io::Error) -> Error {
    Error::Disk { place: folder.display().to_string(), cause }
}
