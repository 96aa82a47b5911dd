//! What the events API keeps, as one row a thing, and how far schedules are.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use watchfire_bus::rules::Change;
use watchfire_model::EventTime;
use watchfire_trust::SealKey;

use super::super::column::json;
use super::super::fault::Fault;
use super::seal::{closed, opened};

/// Everything there is, as changes of an empty state. Archives go before replays of them; nothing else leans on an order.
pub(super) fn all(connection: &Connection, key: Option<&SealKey>) -> Result<Vec<Change>, Fault> {
    let mut find = connection.prepare_cached("SELECT value, kind, name FROM bus_thing ORDER BY kind, name")?;
    let mut rows = find.query([])?;
    let mut changes = Vec::new();
    while let Some(row) = rows.next()? {
        let name = format!("{} {}", row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str()?);
        changes.push(serde_json::from_str(&opened(key, &name, row.get_ref(0)?.as_str()?)?)?);
    }
    Ok(changes)
}

pub(super) fn keep(transaction: &Transaction<'_>, changes: &[Change], key: Option<&SealKey>) -> Result<(), Fault> {
    let sql = "INSERT INTO bus_thing (kind, name, value) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET value = ?3";
    let mut keep = transaction.prepare_cached(sql)?;
    let mut forget = transaction.prepare_cached("DELETE FROM bus_thing WHERE kind = ?1 AND name = ?2")?;
    for change in changes {
        let (kind, name) = change.key();
        let value = match (change, key) {
            _ if change.is_gone() => {
                forget.execute(params![kind, name])?;
                continue;
            }
            (Change::Connection { .. }, Some(key)) => closed(transaction, key, &format!("{kind} {name}"), json(change))?,
            _ => json(change),
        };
        keep.execute(params![kind, name, value])?;
    }
    Ok(())
}

pub(super) fn scheduled_until(connection: &Connection) -> Result<Option<EventTime>, Fault> {
    let mut find = connection.prepare_cached("SELECT until FROM bus_schedule")?;
    Ok(find.query_row([], |row| row.get(0)).optional()?.map(EventTime))
}

pub(super) fn set_scheduled_until(transaction: &Transaction<'_>, until: EventTime) -> Result<(), Fault> {
    let sql = "INSERT INTO bus_schedule (only, until) VALUES (1, ?1) ON CONFLICT DO UPDATE SET until = ?1";
    transaction.prepare_cached(sql)?.execute([until.millis()])?;
    Ok(())
}
