//! Where findings stand with people, and how they came there.

use rusqlite::{CachedStatement, Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use watchfire_model::EventTime;

use super::column::status_of;
use super::fault::Fault;
use crate::{EpochId, Error, FindingId, FindingStatus, StatusChange};

/// What is noted of a finding that was resolved and is not over.
const AGAIN: &str = "it happened again";

/// Gives findings a status; how many had another one comes back.
pub(super) fn set(connection: &mut Connection, ids: &[FindingId], status: FindingStatus, note: &str, at: EventTime) -> Result<u64, Fault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut changed = 0;
    for id in ids {
        let key = key_of(&transaction, *id)?;
        let mut set = transaction.prepare_cached("UPDATE finding SET status = ?2 WHERE key = ?1 AND status <> ?2")?;
        changed += set.execute(params![key, status.as_str()])? as u64;
        add(&transaction, key, status, note, at, None)?;
    }
    transaction.commit()?;
    Ok(changed)
}

/// What became of a finding, oldest first.
pub(super) fn changes(connection: &Connection, id: FindingId) -> Result<Vec<StatusChange>, Fault> {
    let key = key_of(connection, id)?;
    let mut find = connection.prepare_cached("SELECT at, status, note, epoch FROM status_change WHERE finding = ?1 ORDER BY number")?;
    let mut rows = find.query([key])?;
    let mut changes = Vec::new();
    while let Some(row) = rows.next()? {
        let epoch: Option<u64> = row.get(3)?;
        let status = status_of(row.get_ref(1)?.as_str()?)?;
        changes.push(StatusChange { at: EventTime(row.get(0)?), status, note: row.get(2)?, epoch: epoch.map(EpochId) });
    }
    Ok(changes)
}

fn key_of(connection: &Connection, id: FindingId) -> Result<i64, Fault> {
    let mut find = connection.prepare_cached("SELECT key FROM finding WHERE id = ?1")?;
    let key = find.query_row([id.to_string()], |row| row.get(0)).optional()?;
    Ok(key.ok_or_else(|| Error::NotFound { prefix: id.to_string() })?)
}

fn add(connection: &Connection, key: i64, status: FindingStatus, note: &str, at: EventTime, epoch: Option<EpochId>) -> Result<(), Fault> {
    let sql = "INSERT INTO status_change (finding, at, status, note, epoch) VALUES (?1, ?2, ?3, ?4, ?5)";
    connection.prepare_cached(sql)?.execute(params![key, at.millis(), status.as_str(), note, epoch.map(|epoch| epoch.0)])?;
    Ok(())
}

/// Findings that were resolved and that new records come to.
pub(super) struct Reopened<'t> {
    transaction: &'t Transaction<'t>,
    set: CachedStatement<'t>,
}

impl<'t> Reopened<'t> {
    pub(super) fn new(transaction: &'t Transaction<'t>) -> Result<Reopened<'t>, Fault> {
        let set = transaction.prepare_cached("UPDATE finding SET status = 'NEW' WHERE key = ?1 AND status = 'RESOLVED'")?;
        Ok(Reopened { transaction, set })
    }

    /// New records came to a finding.
    pub(super) fn came_again(&mut self, key: i64, epoch: EpochId, at: EventTime) -> Result<(), Fault> {
        if self.set.execute([key])? > 0 {
            add(self.transaction, key, FindingStatus::New, AGAIN, at, Some(epoch))?;
        }
        Ok(())
    }
}
