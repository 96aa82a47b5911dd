//! Counters by text, bounded in keys and in bytes whatever the log says.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use serde::Serialize;
use watchfire_model::EventTime;

use crate::text::cut;

/// Distinct texts kept in one dimension. An organisation has tens of thousands of sessions a day at most; a log with
/// more distinct names than this is being flooded, and the busiest half still tells the story.
pub(crate) const KEYS_MAX: usize = 100_000;

/// Bytes of text kept in one dimension: a hundred thousand ARNs of usual length.
pub(crate) const BYTES_MAX: usize = 12 * 1024 * 1024;

/// Longer texts are counted under their beginning. Real user agents and ARNs stay below; a megabyte of one must not be kept.
pub(crate) const KEY_BYTES_MAX: usize = 512;

/// What a record's call came to.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Outcome {
    /// It failed, for whatever reason.
    pub failed: bool,
    /// It failed because the caller was not allowed.
    pub refused: bool,
    /// It was meant to change something.
    pub write: bool,
}

/// How often something was seen, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// Records.
    pub count: u64,
    /// Records of calls that failed.
    pub errors: u64,
    /// Records of calls that failed because the caller was not allowed.
    pub refused: u64,
    /// Records of calls meant to change something.
    pub writes: u64,
    /// First record.
    pub first: EventTime,
    /// Last record.
    pub last: EventTime,
}

impl Default for Seen {
    fn default() -> Self {
        Seen { count: 0, errors: 0, refused: 0, writes: 0, first: EventTime(i64::MAX), last: EventTime(i64::MIN) }
    }
}

impl Seen {
    #[inline]
    pub(crate) fn observe(&mut self, outcome: Outcome, time: EventTime) {
        self.count += 1;
        self.errors += u64::from(outcome.failed);
        self.refused += u64::from(outcome.refused);
        self.writes += u64::from(outcome.write);
        self.first = self.first.min(time);
        self.last = self.last.max(time);
    }

    pub(crate) fn absorb(&mut self, other: &Seen) {
        self.count += other.count;
        self.errors += other.errors;
        self.refused += other.refused;
        self.writes += other.writes;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }
}

#[derive(Debug)]
struct Row {
    hash: u64,
    text: Box<str>,
    seen: Seen,
}

/// Counters by text. A text's number is stable until [`Table::prune`], so that pairs of numbers can stand for pairs of texts.
#[derive(Debug, Default)]
pub(crate) struct Table {
    index: HashTable<u32>,
    rows: Vec<Row>,
    bytes: usize,
    /// The row touched last: neighbours in a log often share account, region and caller.
    last: u32,
    others: Seen,
    dropped: u64,
}

impl Table {
    /// Counts `text` once and gives its number.
    #[inline]
    pub(crate) fn observe(&mut self, hasher: &RandomState, text: &str, outcome: Outcome, time: EventTime) -> u32 {
        let text = shortened(text);
        let id = match self.rows.get(self.last as usize) {
            Some(row) if *row.text == *text => self.last,
            _ => self.id(hasher, text),
        };
        self.last = id;
        if let Some(row) = self.rows.get_mut(id as usize) {
            row.seen.observe(outcome, time);
        }
        id
    }

    fn id(&mut self, hasher: &RandomState, text: &str) -> u32 {
        let hash = hasher.hash_one(text);
        let rows = &self.rows;
        let same = |id: &u32| rows.get(*id as usize).is_some_and(|row| row.hash == hash && *row.text == *text);
        if let Some(id) = self.index.find(hash, same) {
            return *id;
        }
        let id = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        self.bytes += text.len();
        self.rows.push(Row { hash, text: text.into(), seen: Seen::default() });
        let rows = &self.rows;
        self.index.insert_unique(hash, id, |id| rows.get(*id as usize).map_or(0, |row| row.hash));
        id
    }

    /// Whether it is time to [`prune`](Table::prune).
    #[inline]
    pub(crate) fn is_crowded(&self) -> bool {
        self.rows.len() >= KEYS_MAX || self.bytes >= BYTES_MAX
    }

    /// Keeps the busiest half and counts the rest as others. Gives each old number its new one.
    pub(crate) fn prune(&mut self) -> Vec<Option<u32>> {
        let mut order: Vec<u32> = (0..self.rows.len() as u32).collect();
        let rank = |id: &u32| self.rows.get(*id as usize).map(|row| (std::cmp::Reverse(row.seen.count), &row.text));
        order.sort_unstable_by(|a, b| rank(a).cmp(&rank(b)));
        let mut renumbered = vec![None; self.rows.len()];
        let mut kept_bytes = 0;
        let mut kept = 0u32;
        for id in order {
            let bytes = self.rows.get(id as usize).map_or(0, |row| row.text.len());
            if kept as usize >= KEYS_MAX / 2 || kept_bytes + bytes > BYTES_MAX / 2 {
                break;
            }
            kept_bytes += bytes;
            if let Some(place) = renumbered.get_mut(id as usize) {
                *place = Some(kept);
                kept += 1;
            }
        }
        self.renumber(&renumbered, kept as usize);
        renumbered
    }

    fn renumber(&mut self, renumbered: &[Option<u32>], kept: usize) {
        let mut rows: Vec<Option<Row>> = (0..kept).map(|_| None).collect();
        for (row, number) in std::mem::take(&mut self.rows).into_iter().zip(renumbered) {
            match number.and_then(|number| rows.get_mut(number as usize)) {
                Some(place) => *place = Some(row),
                None => {
                    self.others.absorb(&row.seen);
                    self.dropped += 1;
                }
            }
        }
        self.rows = rows.into_iter().flatten().collect();
        self.bytes = self.rows.iter().map(|row| row.text.len()).sum();
        self.last = 0;
        self.index.clear();
        let rows = &self.rows;
        for (id, row) in rows.iter().enumerate() {
            self.index.insert_unique(row.hash, id as u32, |id| rows.get(*id as usize).map_or(0, |row| row.hash));
        }
    }

    /// Adds another table's counters. Gives each number of `other` its number here.
    pub(crate) fn absorb(&mut self, hasher: &RandomState, other: &Table) -> Vec<Option<u32>> {
        self.others.absorb(&other.others);
        self.dropped += other.dropped;
        other
            .rows
            .iter()
            .map(|theirs| {
                let id = self.id(hasher, &theirs.text);
                if let Some(row) = self.rows.get_mut(id as usize) {
                    row.seen.absorb(&theirs.seen);
                }
                Some(id)
            })
            .collect()
    }

    /// The texts and their counters, by number.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&str, &Seen)> {
        self.rows.iter().map(|row| (&*row.text, &row.seen))
    }

    /// How many texts are kept.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// What was counted without a text of its own, and how often a text was given up.
    pub(crate) fn others(&self) -> (Seen, u64) {
        (self.others, self.dropped)
    }

    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

/// The text as far as it is kept.
#[inline]
pub(crate) fn shortened(text: &str) -> &str {
    cut(text, KEY_BYTES_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_crowd_a_table_before_many_do() {
        let hasher = RandomState::default();
        let mut table = Table::default();
        let mut number = 0;
        while !table.is_crowded() {
            table.observe(&hasher, &format!("{number:0500}"), Outcome::default(), EventTime(0));
            number += 1;
        }
        assert!(table.len() < KEYS_MAX && table.bytes() < BYTES_MAX + KEY_BYTES_MAX);
        let busy = table.observe(&hasher, &format!("{:0500}", number - 1), Outcome::default(), EventTime(1));
        let renumbered = table.prune();
        assert_eq!(renumbered.get(busy as usize).copied().flatten(), Some(0), "the busiest comes first");
        assert!(table.bytes() <= BYTES_MAX / 2);
        let counted: u64 = table.rows().map(|(_, seen)| seen.count).sum();
        assert_eq!(counted + table.others().0.count, number + 1);
    }
}
