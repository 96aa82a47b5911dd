//! What callers need of a state, whatever holds it.

use watchfire_model::{EventTime, Finding, Occurrence, Severity};

use crate::{
    Committed, CommittedEpoch, Epoch, EpochId, Error, Filter, FindingId, FindingStatus, Mark, Page, RejectCount, RejectSample,
    StatusChange, StoredFinding,
};

/// Words a finding from what is known of it.
pub type Phrase<'p> = &'p dyn Fn(&mut Finding);

/// The small mutable truth. Every implementation passes the same test suite.
pub trait Store: Send + Sync {
    /// Whether an object was read as it is now.
    fn is_seen(&self, mark: Mark<'_>) -> Result<bool, Error>;

    /// Which objects of a listing were not read as they are now: their places in `listed`, ascending. Fast for a million; fastest when
    /// the listing is sorted by name, which object stores do.
    fn unseen(&self, listed: &[Mark<'_>]) -> Result<Vec<usize>, Error>;

    /// The number of the next epoch: one after the last committed. Nothing is written, so asking twice gives the same number.
    fn begin_epoch(&self) -> Result<EpochId, Error>;

    /// Makes all of an epoch true, or nothing. An epoch that is true already is left alone;
    /// another one with its number is an [`Error::Conflict`].
    fn commit_epoch(&self, epoch: &Epoch) -> Result<Committed, Error> {
        self.commit_epoch_phrased(epoch, &|_| ())
    }

    /// The same. A finding that was known before is worded anew: what is known of it now is handed over, with its earliest record alone
    /// as evidence and without its list of records, and its `summary` and `next` are kept as they come back.
    fn commit_epoch_phrased(&self, epoch: &Epoch, phrase: Phrase<'_>) -> Result<Committed, Error>;

    /// The last epoch committed.
    fn last_epoch(&self) -> Result<Option<CommittedEpoch>, Error>;

    /// The engines' state, and the epoch it was committed with.
    fn engine(&self) -> Result<Option<(EpochId, Vec<u8>)>, Error>;

    /// The table that the epochs belong to; none before it was said.
    fn home(&self) -> Result<Option<Home>, Error>;

    /// Says which table the epochs belong to.
    fn settle(&self, home: &Home) -> Result<(), Error>;

    /// Findings in the filter's order.
    fn findings(&self, filter: &Filter) -> Result<Page<StoredFinding>, Error>;

    /// How many findings there are of each severity, most urgent first; those of none are left out. Order and bounds of the filter do not
    /// matter.
    fn tally(&self, filter: &Filter) -> Result<Vec<(Severity, u64)>, Error>;

    /// Gives findings a status, all or none; how many had another one comes back. The change is kept with its note, also where the
    /// status stays: a note may be all there is to say. A finding that was resolved becomes new again with its next record.
    fn set_status(&self, ids: &[FindingId], status: FindingStatus, note: &str, at: EventTime) -> Result<u64, Error>;

    /// What became of a finding, oldest first.
    fn status_changes(&self, id: FindingId) -> Result<Vec<StatusChange>, Error>;

    /// The one finding whose id begins so, with every record that is kept.
    fn finding(&self, prefix: &str) -> Result<StoredFinding, Error>;

    /// The kept occurrences of a finding, oldest first.
    fn occurrences(&self, id: FindingId, limit: usize, token: Option<&str>) -> Result<Page<Occurrence>, Error>;

    /// Rejects by reason and source, the most first.
    fn rejects(&self) -> Result<Vec<RejectCount>, Error>;

    /// Samples of rejects, the latest epoch first; of one reason, or of any.
    fn reject_samples(&self, reason: Option<&str>, limit: usize) -> Result<Vec<RejectSample>, Error>;

    /// Forgets objects, rejects and epochs of before an instant; only the number and date of the last epoch stay whatever its age.
    /// Objects that are still listed would be read again, so this is for those older than the logs are kept. Findings stay.
    fn prune(&self, before: EventTime) -> Result<Pruned, Error>;

    /// Looks at everything; no problem is the answer hoped for.
    fn verify(&self) -> Result<Vec<Problem>, Error>;

    /// How much there is.
    fn numbers(&self) -> Result<Numbers, Error>;
}

/// The table that a state belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// Where it was last, for messages.
    pub place: String,
    /// The table's own id, which stays when it is moved.
    pub lake: String,
    /// The name under which the table counts the epochs.
    pub writer: String,
}

/// What was forgotten.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Objects.
    pub objects: u64,
    /// Epochs.
    pub epochs: u64,
}

/// Something that should not be, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem(pub String);

/// How much there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Numbers {
    /// The last epoch's number; 0 before the first.
    pub last_epoch: u64,
    /// Objects seen.
    pub objects: u64,
    /// Records in epochs that are remembered.
    pub records: u64,
    /// Rejects in epochs that are remembered.
    pub rejects: u64,
    /// Findings.
    pub findings: u64,
    /// Occurrences that are kept.
    pub occurrences: u64,
    /// Bytes of the database, without its log.
    pub bytes: u64,
}
