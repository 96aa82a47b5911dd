//! Where findings stand with people, and how they came there: the hub knows.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use watchfire_model::EventTime;

use super::fault::Fault;
use super::hub;
use crate::{Error, FindingId, FindingStatus, StatusChange};

/// Gives findings a status; how many had another one comes back.
pub(super) fn set(connection: &mut Connection, ids: &[FindingId], status: FindingStatus, note: &str, at: EventTime) -> Result<u64, Fault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut changed = 0;
    for id in ids {
        let key = key_of(&transaction, *id)?;
        changed += u64::from(hub::set_status(&transaction, key, status, note, at)?);
    }
    transaction.commit()?;
    Ok(changed)
}

/// What became of a finding, oldest first.
pub(super) fn changes(connection: &Connection, id: FindingId) -> Result<Vec<StatusChange>, Fault> {
    hub::changes(connection, key_of(connection, id)?)
}

fn key_of(connection: &Connection, id: FindingId) -> Result<i64, Fault> {
    let mut find = connection.prepare_cached("SELECT key FROM finding WHERE id = ?1")?;
    let key = find.query_row([id.to_string()], |row| row.get(0)).optional()?;
    Ok(key.ok_or_else(|| Error::NotFound { prefix: id.to_string() })?)
}
