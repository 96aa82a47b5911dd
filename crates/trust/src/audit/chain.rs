//! Looking for the first place where the chain is broken.

use std::fmt;

use super::{Entry, Head};
use crate::Digest;

/// How the chain is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breach {
    /// The entry is not what it was when it was written.
    Changed,
    /// An entry is missing before this one.
    Missing,
    /// The entry stands where another should: put in, or moved.
    Misplaced,
    /// The entry does not follow the one before: one of the two was written anew.
    Unlinked,
    /// The log ends before the head that is remembered.
    Cut,
    /// The log was written anew: the entry is whole, but not the one that is remembered.
    Rewritten,
    /// The log goes on after the head that is remembered as its last: somebody else has written.
    Beyond,
}

/// The first place where the chain is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub struct Break {
    /// The number of the entry where it shows.
    pub number: u64,
    /// How.
    pub breach: Breach,
}

impl fmt::Display for Break {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.number;
        match self.breach {
            Breach::Changed => write!(formatter, "audit entry {number} was changed after it was written"),
            Breach::Missing => write!(formatter, "audit entry {number} is missing, and later ones are there"),
            Breach::Misplaced => write!(formatter, "audit entry {number} stands in a place that is not its own"),
            Breach::Unlinked => write!(formatter, "audit entry {number} does not follow the one before it"),
            Breach::Cut => write!(formatter, "the audit log was cut: entry {number} is remembered and not there"),
            Breach::Rewritten => write!(formatter, "the audit log was written anew: entry {number} is another than the one remembered"),
            Breach::Beyond => write!(formatter, "audit entry {number} stands after the remembered end of the log"),
        }
    }
}

impl Break {
    /// What a person can try.
    pub fn hint(&self) -> &'static str {
        "keep this file as evidence and compare it with the last backup; entries before that number are as they were written"
    }
}

/// Takes entries in the order of the log.
#[derive(Debug, Default)]
pub struct Verifier {
    last: Option<Head>,
    remembered: Vec<Head>,
    is_last: Option<Head>,
}

impl Verifier {
    /// One that also wants heads, noted down at any time, to be where they were.
    pub fn new(remembered: impl IntoIterator<Item = Head>) -> Verifier {
        Verifier { remembered: remembered.into_iter().collect(), ..Verifier::default() }
    }

    /// One that also knows which entry is the last.
    pub fn ending_at(self, head: Head) -> Verifier {
        Verifier { is_last: Some(head), ..self }
    }

    /// The next entry.
    ///
    /// # Errors
    /// [`Break`] when the chain is broken here.
    pub fn take(&mut self, entry: &Entry) -> Result<(), Break> {
        let at = |number, breach| Err(Break { number, breach });
        let (expected, previous) = self.last.map_or((1, Digest([0; 32])), |head| (head.number.saturating_add(1), head.hash));
        let is_itself = entry.computed() == entry.hash;
        match () {
            () if entry.number > expected => return at(expected, Breach::Missing),
            () if entry.number < expected => return at(entry.number, Breach::Misplaced),
            () if !is_itself => return at(entry.number, Breach::Changed),
            () if entry.previous != previous => return at(entry.number, Breach::Unlinked),
            () => {}
        }
        let head = entry.head();
        if self.remembered.iter().chain(&self.is_last).any(|remembered| remembered.number == head.number && *remembered != head) {
            return at(head.number, Breach::Rewritten);
        }
        if self.is_last.is_some_and(|last| last.number < head.number) {
            return at(head.number, Breach::Beyond);
        }
        self.last = Some(head);
        Ok(())
    }

    /// There are no more; the head of the log, none when it is empty.
    ///
    /// # Errors
    /// [`Break`] when a remembered entry was not among them.
    pub fn finish(self) -> Result<Option<Head>, Break> {
        let end = self.last.map_or(0, |head| head.number);
        let beyond = self.remembered.iter().chain(&self.is_last).map(|head| head.number).filter(|number| *number > end).min();
        match beyond {
            Some(_) => Err(Break { number: end + 1, breach: Breach::Cut }),
            None => Ok(self.last),
        }
    }
}

/// Looks at a whole log; its head, where all is well.
///
/// # Errors
/// The source's own, and inside it the first [`Break`].
pub fn verify<E>(entries: impl IntoIterator<Item = Result<Entry, E>>, remembered: &[Head]) -> Result<Result<Option<Head>, Break>, E> {
    let mut verifier = Verifier::new(remembered.iter().copied());
    for entry in entries {
        if let Err(broken) = verifier.take(&entry?) {
            return Ok(Err(broken));
        }
    }
    Ok(verifier.finish())
}
