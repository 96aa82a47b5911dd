//! Epochs: all of one, or nothing.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};
use watchfire_model::EventTime;

use super::fault::Fault;
use super::findings::Findings;
use super::{bus, objects, rejects};
use crate::{Committed, CommittedEpoch, Epoch, EpochCounts, EpochId, Error, Phrase, Pruned};

/// One after the last committed.
pub(super) fn next_id(connection: &Connection) -> rusqlite::Result<EpochId> {
    connection.query_row("SELECT coalesce(max(id), 0) + 1 FROM epoch", [], |row| Ok(EpochId(row.get(0)?)))
}

pub(super) fn commit(connection: &mut Connection, epoch: &Epoch, phrase: Phrase<'_>, occurrences_max: u64) -> Result<Committed, Fault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let next = next_id(&transaction)?;
    if epoch.id < next {
        is_the_same(&transaction, epoch)?;
        return Ok(Committed::Before);
    }
    if epoch.id > next {
        let detail = format!("the next one is {next}");
        return Err(Error::Conflict { id: epoch.id, detail }.into());
    }
    objects::add(&transaction, epoch.id, &epoch.objects)?;
    rejects::add(&transaction, epoch.id, &epoch.rejects)?;
    let changed = Findings::new(&transaction, epoch.id, epoch.at, occurrences_max)?.join(&epoch.findings, phrase)?;
    if let Some(engine) = &epoch.engine {
        let sql = "INSERT INTO engine (only, epoch, state) VALUES (1, ?1, ?2) ON CONFLICT DO UPDATE SET epoch = ?1, state = ?2";
        transaction.prepare_cached(sql)?.execute(params![epoch.id.0, engine])?;
    }
    bus::add(&transaction, &epoch.deliveries, &epoch.archived)?;
    add_row(&transaction, epoch, changed)?;
    transaction.commit()?;
    Ok(Committed::Now)
}

/// A repetition holds what is remembered; one whose epoch is forgotten is of long ago, and its caller is not where it thinks it is.
fn is_the_same(transaction: &Transaction<'_>, epoch: &Epoch) -> Result<(), Fault> {
    let mut find = transaction.prepare_cached("SELECT digest FROM epoch WHERE id = ?1")?;
    let known: Option<[u8; 16]> = find.query_row([epoch.id.0], |row| row.get(0)).optional()?;
    match known {
        Some(digest) if digest == epoch.digest() => Ok(()),
        Some(_) => Err(Error::Conflict { id: epoch.id, detail: "it was committed already, with another content".into() }.into()),
        None => Err(Error::Conflict { id: epoch.id, detail: "it is long past".into() }.into()),
    }
}

fn add_row(transaction: &Transaction<'_>, epoch: &Epoch, findings: u64) -> Result<(), Fault> {
    let counts = &epoch.counts;
    transaction
        .prepare_cached(
            "INSERT INTO epoch (id, at, digest, objects, records, duplicates, out_of_scope, bytes_in, bytes_inflated, rejects, findings)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            epoch.id.0,
            epoch.at.millis(),
            epoch.digest(),
            epoch.objects.len(),
            counts.records,
            counts.duplicates,
            counts.out_of_scope,
            counts.bytes_in,
            counts.bytes_inflated,
            epoch.rejects.total(),
            findings,
        ])?;
    Ok(())
}

pub(super) fn last(connection: &Connection) -> Result<Option<CommittedEpoch>, Fault> {
    let mut find = connection.prepare_cached(
        "SELECT id, at, objects, records, duplicates, out_of_scope, bytes_in, bytes_inflated, rejects, findings
         FROM epoch ORDER BY id DESC LIMIT 1",
    )?;
    Ok(find.query_row([], of_row).optional()?)
}

fn of_row(row: &Row<'_>) -> rusqlite::Result<CommittedEpoch> {
    let counts = EpochCounts {
        records: row.get(3)?,
        duplicates: row.get(4)?,
        out_of_scope: row.get(5)?,
        bytes_in: row.get(6)?,
        bytes_inflated: row.get(7)?,
    };
    Ok(CommittedEpoch {
        id: EpochId(row.get(0)?),
        at: EventTime(row.get(1)?),
        objects: row.get(2)?,
        counts,
        rejects: row.get(8)?,
        findings: row.get(9)?,
    })
}

pub(super) fn engine(connection: &Connection) -> Result<Option<(EpochId, Vec<u8>)>, Fault> {
    let found = connection.query_row("SELECT epoch, state FROM engine", [], |row| Ok((EpochId(row.get(0)?), row.get(1)?)));
    Ok(found.optional()?)
}

/// The last epoch stays, for the next number is made from it. Epochs before a time are those before a number: numbers stay without a gap
/// even where a clock was set back.
pub(super) fn prune(connection: &mut Connection, before: EventTime) -> Result<Pruned, Fault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let sql = "SELECT coalesce((SELECT min(id) FROM epoch WHERE at >= ?1), (SELECT max(id) FROM epoch), 0)";
    let first_kept: i64 = transaction.query_row(sql, [before.millis()], |row| row.get(0))?;
    let sql = "DELETE FROM object WHERE epoch < ?1 OR epoch IN (SELECT id FROM epoch WHERE at < ?2)";
    let objects = transaction.execute(sql, params![first_kept, before.millis()])? as u64;
    let epochs = transaction.execute("DELETE FROM epoch WHERE id < ?1", [first_kept])? as u64;
    transaction.execute("DELETE FROM reject WHERE epoch < ?1", [first_kept])?;
    transaction.execute("DELETE FROM reject_sample WHERE epoch < ?1", [first_kept])?;
    transaction.commit()?;
    Ok(Pruned { objects, epochs })
}
