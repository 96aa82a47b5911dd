//! What could not be read: counted by reason and source, with samples.

use std::collections::BTreeMap;

use rusqlite::{Connection, Transaction, params};
use watchfire_model::{Reject, Rejects};

use super::fault::Fault;
use crate::{EpochId, RejectCount, RejectSample};

/// Sources told apart for one reason in one epoch, those with the most rejects first. A bucket of a million broken objects is one story.
const SOURCES_MAX: usize = 100;

/// Bytes kept of a sample's text: enough to see what it is; the text itself is in its source.
const EXCERPT_BYTES_MAX: usize = 2 * 1024;

/// Counts the rejects of an epoch, whose samples are few already.
pub(super) fn add(transaction: &Transaction<'_>, id: EpochId, rejects: &Rejects) -> Result<(), Fault> {
    let mut count = transaction.prepare_cached("INSERT INTO reject (epoch, reason, source, count) VALUES (?1, ?2, ?3, ?4)")?;
    let mut keep = transaction
        .prepare_cached("INSERT INTO reject_sample (epoch, reason, source, offset, detail, excerpt) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    let kept = rejects.kept();
    for (reason, total, samples) in rejects.by_reason() {
        let mut untold = total;
        for (source, times) in by_source(kept.iter().copied().filter(|reject| reject.reason == reason)) {
            let times = times.min(untold);
            untold -= times;
            if times > 0 {
                count.execute(params![id.0, reason.code(), source, times])?;
            }
        }
        if untold > 0 {
            count.execute(params![id.0, reason.code(), "", untold])?;
        }
        for sample in samples {
            let excerpt = sample.excerpt.get(..EXCERPT_BYTES_MAX).unwrap_or(&sample.excerpt);
            keep.execute(params![id.0, reason.code(), &*sample.source, sample.offset, sample.detail, excerpt])?;
        }
    }
    Ok(())
}

fn by_source<'r>(rejects: impl Iterator<Item = &'r Reject>) -> Vec<(&'r str, u64)> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for reject in rejects.filter(|reject| !reject.source.is_empty()) {
        *counts.entry(&reject.source).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    counts.truncate(SOURCES_MAX);
    counts
}

pub(super) fn counts(connection: &Connection) -> Result<Vec<RejectCount>, Fault> {
    let mut find = connection.prepare_cached(
        "SELECT reason, source, sum(count), max(epoch) FROM reject GROUP BY reason, source ORDER BY sum(count) DESC, reason, source",
    )?;
    let counts = find.query_map([], |row| {
        Ok(RejectCount { reason: row.get(0)?, source: row.get(1)?, count: row.get(2)?, last_epoch: EpochId(row.get(3)?) })
    })?;
    Ok(counts.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn samples(connection: &Connection, reason: Option<&str>, limit: usize) -> Result<Vec<RejectSample>, Fault> {
    let mut find = connection.prepare_cached(
        "SELECT epoch, reason, source, offset, detail, excerpt FROM reject_sample
         WHERE ?1 IS NULL OR reason = ?1 ORDER BY epoch DESC, reason, rowid LIMIT ?2",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let samples = find.query_map(params![reason, limit], |row| {
        Ok(RejectSample {
            epoch: EpochId(row.get(0)?),
            reason: row.get(1)?,
            source: row.get(2)?,
            offset: row.get(3)?,
            detail: row.get(4)?,
            excerpt: row.get(5)?,
        })
    })?;
    Ok(samples.collect::<rusqlite::Result<_>>()?)
}
