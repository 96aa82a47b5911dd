//! What becomes true together.

use std::fmt;

use sha2::{Digest, Sha256};
use watchfire_bus::deliver::Delivery;
use watchfire_bus::store::Archived;
use watchfire_model::{EventTime, Rejects};

use crate::KeyedFinding;

/// The number of an epoch: 1, 2, 3 and so on without a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EpochId(pub u64);

impl fmt::Display for EpochId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A source object as a listing shows it. The same name with another size or fingerprint is another text, to be read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark<'m> {
    /// Key, path or URI: whatever names the object for good.
    pub name: &'m str,
    /// Bytes as stored.
    pub size: u64,
    /// Its etag, or when it was changed, as text.
    pub fingerprint: &'m str,
}

/// A source object that was read whole in an epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// As in [`Mark::name`].
    pub name: String,
    /// As in [`Mark::size`].
    pub size: u64,
    /// As in [`Mark::fingerprint`], from the listing and not from a later look: what grew while it was read is read again.
    pub fingerprint: String,
    /// Records in it.
    pub records: u64,
    /// Rejects in it.
    pub rejects: u64,
}

/// How much an epoch read. Objects, rejects and findings are counted from the epoch itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EpochCounts {
    /// Records judged and kept.
    pub records: u64,
    /// Records that were known already.
    pub duplicates: u64,
    /// Records outside the scope.
    pub out_of_scope: u64,
    /// Bytes read.
    pub bytes_in: u64,
    /// Bytes after decompression.
    pub bytes_inflated: u64,
}

/// Everything an epoch makes true.
#[derive(Debug, Clone)]
pub struct Epoch {
    /// From [`begin_epoch`](crate::Store::begin_epoch).
    pub id: EpochId,
    /// When it closed, by the caller's clock.
    pub at: EventTime,
    /// What was read whole.
    pub objects: Vec<Object>,
    /// What was found, each with what it is upserted by.
    pub findings: Vec<KeyedFinding>,
    /// What could not be read.
    pub rejects: Rejects,
    /// How much was read.
    pub counts: EpochCounts,
    /// The engines' state, opaque here; the last one committed is kept. None leaves the one before.
    pub engine: Option<Vec<u8>>,
    /// What its records gave on the bus; those known already stay as they are.
    pub deliveries: Vec<Delivery>,
    /// Its records that archives keep, as events.
    pub archived: Vec<Archived>,
}

impl Epoch {
    /// An epoch without content.
    pub fn new(id: EpochId, at: EventTime) -> Epoch {
        Epoch {
            id,
            at,
            objects: Vec::new(),
            findings: Vec::new(),
            rejects: Rejects::default(),
            counts: EpochCounts::default(),
            engine: None,
            deliveries: Vec::new(),
            archived: Vec::new(),
        }
    }

    /// What tells this epoch from another that was given the same number: a hash of its objects and findings, in any order.
    pub(crate) fn digest(&self) -> [u8; 16] {
        let mut objects: Vec<_> = self.objects.iter().map(|object| (&*object.name, object.size, &*object.fingerprint)).collect();
        objects.sort_unstable();
        let mut findings: Vec<_> = self.findings.iter().map(|keyed| (keyed.id().to_string(), keyed.finding.count)).collect();
        findings.sort_unstable();
        let mut hash = Sha256::new();
        for (name, size, fingerprint) in objects {
            add_text(&mut hash, name);
            add_text(&mut hash, fingerprint);
            hash.update(size.to_le_bytes());
        }
        hash.update((findings.len() as u64).to_le_bytes());
        for (id, count) in findings {
            add_text(&mut hash, &id);
            hash.update(count.to_le_bytes());
        }
        truncated(&hash.finalize())
    }
}

/// With its length, so that no two rows of texts look alike.
fn add_text(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text);
}

/// The first half of a SHA-256: nobody finds two texts with the same one.
pub(crate) fn truncated(hash: &[u8]) -> [u8; 16] {
    hash.first_chunk().copied().expect("a SHA-256 has 32 bytes")
}

/// What became of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    /// It is true now, and will be after a power loss.
    Now,
    /// It was true already; nothing changed.
    Before,
}

/// An epoch as it is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommittedEpoch {
    /// Its number.
    pub id: EpochId,
    /// When it closed.
    pub at: EventTime,
    /// Objects read.
    pub objects: u64,
    /// How much was read.
    pub counts: EpochCounts,
    /// Rejects counted.
    pub rejects: u64,
    /// Findings that it made or changed.
    pub findings: u64,
}
