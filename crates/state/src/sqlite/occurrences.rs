//! Joining occurrences: each record once, the earliest kept, the others counted.
//!
//! A record with an id is the same wherever it was read. Records without one can only be told apart by where they were read; as many of
//! them as one object holds for one instant count as many, and reading that object again adds none. For that an object belongs to one
//! epoch as a whole.
//!
//! Beyond what is kept, records are numbers: one that comes again in a later epoch is counted again. So the count of a finding with
//! more than the limit is right for records that come once, and an upper bound otherwise.

use std::collections::BTreeMap;

use rusqlite::{CachedStatement, OptionalExtension, Transaction, params};
use watchfire_model::{Finding, Occurrence};

use super::fault::Fault;
use super::row::FindingRow;

/// What tells occurrences of a finding apart, in the order they are kept: time, event id, and the source where there is no id.
type Place<'o> = (i64, &'o str, &'o str);

/// The table of occurrences.
pub(super) struct Occurrences<'t> {
    max: u64,
    add: CachedStatement<'t>,
    find: CachedStatement<'t>,
    set: CachedStatement<'t>,
    last: CachedStatement<'t>,
    trim: CachedStatement<'t>,
}

impl<'t> Occurrences<'t> {
    pub(super) fn new(transaction: &'t Transaction<'t>, max: u64) -> Result<Occurrences<'t>, Fault> {
        Ok(Occurrences {
            max,
            add: transaction.prepare_cached(
                "INSERT INTO occurrence (finding, time, event_id, anonymous_source, source, times) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT DO NOTHING",
            )?,
            find: transaction.prepare_cached(
                "SELECT times FROM occurrence WHERE finding = ?1 AND time = ?2 AND event_id = ?3 AND anonymous_source = ?4",
            )?,
            set: transaction.prepare_cached(
                "UPDATE occurrence SET times = max(times, ?5), source = min(source, ?6)
                 WHERE finding = ?1 AND time = ?2 AND event_id = ?3 AND anonymous_source = ?4 AND (times < ?5 OR source > ?6)",
            )?,
            last: transaction.prepare_cached(
                "SELECT time, event_id, anonymous_source FROM occurrence WHERE finding = ?1
                 ORDER BY time DESC, event_id DESC, anonymous_source DESC LIMIT 1",
            )?,
            trim: transaction.prepare_cached(
                "DELETE FROM occurrence WHERE finding = ?1 AND (time, event_id, anonymous_source) IN (
                     SELECT time, event_id, anonymous_source FROM occurrence WHERE finding = ?1
                     ORDER BY time DESC, event_id DESC, anonymous_source DESC LIMIT ?2)
                 RETURNING times",
            )?,
        })
    }

    /// Joins the records of a finding, listed or not, and counts them on its row.
    pub(super) fn join(&mut self, key: i64, finding: &Finding, row: &mut FindingRow) -> Result<(), Fault> {
        row.omit(finding.count.saturating_sub(finding.records.len() as u64));
        // Once as many are kept as may be, what is later than all of them would be added only to be taken away again.
        let edge = if row.kept >= self.max { self.last_kept(key)? } else { None };
        for (place, (source, times)) in grouped(&finding.records) {
            let beyond = edge.as_ref().is_some_and(|(time, event_id, anonymous)| place > (*time, event_id, anonymous));
            if beyond {
                row.omit(times);
            } else {
                self.add_one(key, place, source, times, row)?;
            }
        }
        if row.kept > self.max {
            self.trim(key, row)?;
        }
        Ok(())
    }

    fn add_one(&mut self, key: i64, place: Place<'_>, source: &str, times: u64, row: &mut FindingRow) -> Result<(), Fault> {
        let (time, event_id, anonymous) = place;
        if self.add.execute(params![key, time, event_id, anonymous, source, times])? > 0 {
            row.kept += 1;
            row.count = row.count.saturating_add(times);
            return Ok(());
        }
        let known: u64 = self.find.query_row(params![key, time, event_id, anonymous], |row| row.get(0))?;
        row.count = row.count.saturating_add(times.saturating_sub(known));
        self.set.execute(params![key, time, event_id, anonymous, times, source])?;
        Ok(())
    }

    fn last_kept(&mut self, key: i64) -> Result<Option<(i64, String, String)>, Fault> {
        Ok(self.last.query_row([key], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?)
    }

    fn trim(&mut self, key: i64, row: &mut FindingRow) -> Result<(), Fault> {
        let mut trimmed = self.trim.query(params![key, row.kept - self.max])?;
        while let Some(one) = trimmed.next()? {
            row.kept -= 1;
            row.omitted = row.omitted.saturating_add(one.get(0)?);
        }
        Ok(())
    }
}

/// Each place once, in order: the first source by name, and how many records.
fn grouped(records: &[Occurrence]) -> BTreeMap<Place<'_>, (&str, u64)> {
    let mut groups: BTreeMap<Place<'_>, (&str, u64)> = BTreeMap::new();
    for record in records {
        let (source, event_id): (&str, &str) = (&record.source, &record.event_id);
        let is_anonymous = event_id.is_empty();
        let place = (record.time.millis(), event_id, if is_anonymous { source } else { "" });
        let (first, times) = groups.entry(place).or_insert((source, 0));
        *first = source.min(*first);
        *times = if is_anonymous { *times + 1 } else { 1 };
    }
    groups
}
