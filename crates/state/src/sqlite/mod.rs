//! The state in a SQLite file.

mod bus;
mod claim;
mod column;
mod commit;
mod evidence;
mod fault;
mod findings;
mod home;
mod hub;
mod objects;
mod occurrences;
mod open;
mod query;
mod rejects;
mod rescue;
mod row;
mod status;
mod told;
mod trust;
mod verify;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use watchfire_model::{EventTime, Occurrence, Severity};

pub use claim::Claim;
use fault::Fault;
pub use rescue::{Backup, Checked, Restored};

use crate::{
    Committed, CommittedEpoch, Epoch, EpochId, Error, Filter, FindingId, FindingStatus, Home, Mark, Numbers, Page, Phrase, Problem, Pruned,
    RejectCount, RejectSample, StatusChange, Store, StoredFinding,
};

/// What may be set otherwise, mostly by tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// How long to wait for another process that writes.
    pub busy_wait: Duration,
    /// Occurrences kept of one finding: the earliest; the others are counted.
    pub occurrences_max: u64,
    /// Bytes the file may grow to; none for as far as the disk goes.
    pub file_bytes_max: Option<u64>,
}

/// A commit takes well under a second; whoever holds the file for longer than this hangs.
const BUSY_WAIT: Duration = Duration::from_secs(10);

/// As many as the engines list in one finding, so that what one epoch knows is kept whole.
const OCCURRENCES_MAX: u64 = 10_000;

impl Default for Settings {
    fn default() -> Settings {
        Settings { busy_wait: BUSY_WAIT, occurrences_max: OCCURRENCES_MAX, file_bytes_max: None }
    }
}

/// The state in a SQLite file. May be used by several threads, which take turns, and by several processes: readers never wait; of
/// those that ingest only one at a time should have the [`claim`](State::claim).
#[derive(Debug)]
pub struct State {
    path: PathBuf,
    settings: Settings,
    /// More connections, which only read and wait for no writer; none for what is in memory. They close first: the last to close brings
    /// the write-ahead log into the file, and one that only reads cannot.
    readers: Option<Readers>,
    connection: Mutex<Connection>,
    loans: bus::Loans,
    seal: Option<watchfire_trust::SealKey>,
}

/// Connections that only read.
#[derive(Debug)]
struct Readers {
    urgent: Mutex<Connection>,
    patient: Mutex<Connection>,
}

/// Whether what is looked up may have to wait until something long is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Haste {
    /// A few rows by an index; somebody waits.
    Urgent,
    /// Lists and counts.
    Patient,
}

impl State {
    /// Opens the file, makes it where there is none (its folder must exist), and brings an older one up to date.
    ///
    /// [`Error::Newer`], [`Error::Foreign`] and [`Error::Corrupt`] leave it as it was.
    pub fn open(path: impl AsRef<Path>) -> Result<State, Error> {
        State::open_with(path, Settings::default())
    }

    /// Opens the file with other settings.
    pub fn open_with(path: impl AsRef<Path>, settings: Settings) -> Result<State, Error> {
        let path = path.as_ref().to_path_buf();
        let connection = open::file(&path, settings).map_err(|fault| fault.at(&path))?;
        let reader = || open::reader(&path, settings).map(Mutex::new).map_err(|fault| fault.at(&path));
        let readers = Some(Readers { urgent: reader()?, patient: reader()? });
        Ok(State { path, settings, connection: Mutex::new(connection), readers, loans: bus::Loans::default(), seal: None })
    }

    /// A state that ends with the process, for tests.
    pub fn in_memory() -> Result<State, Error> {
        State::in_memory_with(Settings::default())
    }

    /// A state that ends with the process, with other settings.
    pub fn in_memory_with(settings: Settings) -> Result<State, Error> {
        let path = PathBuf::from(":memory:");
        let connection = open::memory(settings).map_err(|fault| fault.at(&path))?;
        Ok(State { path, settings, connection: Mutex::new(connection), readers: None, loans: bus::Loans::default(), seal: None })
    }

    /// The file; `:memory:` for none.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The right to ingest, until it is dropped or the process ends in whatever way. [`Error::Busy`] while another process has it.
    pub fn claim(&self) -> Result<Claim, Error> {
        Claim::of(&self.path)
    }

    /// Writes a copy of what is true now, while others go on. The copy is whole or not there; what stands at `to` already stays.
    pub fn backup(&self, to: impl AsRef<Path>) -> Result<(), Error> {
        let to = to.as_ref();
        self.connected(|connection| verify::backup(connection, to))
    }

    /// Findings that became true and that nobody was told of yet, because the program ended in between.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn untold(&self) -> Result<Vec<FindingId>, Error> {
        self.connected(|connection| told::untold(connection))
    }

    /// Says that all findings there are were told of.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn set_told(&self) -> Result<(), Error> {
        self.connected(|connection| told::set(connection))
    }

    /// Does something with the connection. A panic of another thread has rolled back what it did, so its poison is no harm.
    fn connected<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T, Fault>) -> Result<T, Error> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut connection).map_err(|fault| fault.at(&self.path))
    }

    /// Looks something up, also while another thread writes.
    fn read<T>(&self, haste: Haste, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Error> {
        let connection = match (&self.readers, haste) {
            (None, _) => &self.connection,
            (Some(readers), Haste::Urgent) => &readers.urgent,
            (Some(readers), Haste::Patient) => &readers.patient,
        };
        work(&connection.lock().unwrap_or_else(PoisonError::into_inner)).map_err(|fault| fault.at(&self.path))
    }
}

impl Store for State {
    fn is_seen(&self, mark: Mark<'_>) -> Result<bool, Error> {
        self.connected(|connection| objects::is_seen(connection, mark))
    }

    fn unseen(&self, listed: &[Mark<'_>]) -> Result<Vec<usize>, Error> {
        self.connected(|connection| objects::unseen(connection, listed))
    }

    fn begin_epoch(&self) -> Result<EpochId, Error> {
        self.connected(|connection| Ok(commit::next_id(connection)?))
    }

    fn commit_epoch_phrased(&self, epoch: &Epoch, phrase: Phrase<'_>) -> Result<Committed, Error> {
        self.connected(|connection| commit::commit(connection, epoch, phrase, self.settings.occurrences_max))
    }

    fn last_epoch(&self) -> Result<Option<CommittedEpoch>, Error> {
        self.connected(|connection| commit::last(connection))
    }

    fn engine(&self) -> Result<Option<(EpochId, Vec<u8>)>, Error> {
        self.connected(|connection| commit::engine(connection))
    }

    fn home(&self) -> Result<Option<Home>, Error> {
        self.connected(|connection| home::of(connection))
    }

    fn settle(&self, home: &Home) -> Result<(), Error> {
        self.connected(|connection| home::settle(connection, home))
    }

    fn findings(&self, filter: &Filter) -> Result<Page<StoredFinding>, Error> {
        self.connected(|connection| query::findings(connection, filter))
    }

    fn tally(&self, filter: &Filter) -> Result<Vec<(Severity, u64)>, Error> {
        self.connected(|connection| query::tally(connection, filter))
    }

    fn set_status(&self, ids: &[FindingId], status: FindingStatus, note: &str, at: EventTime) -> Result<u64, Error> {
        self.connected(|connection| status::set(connection, ids, status, note, at))
    }

    fn status_changes(&self, id: FindingId) -> Result<Vec<StatusChange>, Error> {
        self.connected(|connection| status::changes(connection, id))
    }

    fn finding(&self, prefix: &str) -> Result<StoredFinding, Error> {
        self.connected(|connection| query::finding(connection, prefix))
    }

    fn occurrences(&self, id: FindingId, limit: usize, token: Option<&str>) -> Result<Page<Occurrence>, Error> {
        self.connected(|connection| query::occurrences(connection, id, limit, token))
    }

    fn rejects(&self) -> Result<Vec<RejectCount>, Error> {
        self.connected(|connection| rejects::counts(connection))
    }

    fn reject_samples(&self, reason: Option<&str>, limit: usize) -> Result<Vec<RejectSample>, Error> {
        self.connected(|connection| rejects::samples(connection, reason, limit))
    }

    fn prune(&self, before: EventTime) -> Result<Pruned, Error> {
        self.connected(|connection| commit::prune(connection, before))
    }

    fn verify(&self) -> Result<Vec<Problem>, Error> {
        self.connected(verify::verify)
    }

    fn numbers(&self) -> Result<Numbers, Error> {
        self.connected(verify::numbers)
    }
}
