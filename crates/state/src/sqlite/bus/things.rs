//! What the events API keeps, as one row a thing, and how far schedules are.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use watchfire_bus::rules::Change;
use watchfire_model::EventTime;

use super::super::column::json;
use super::super::fault::Fault;

/// Everything there is, as changes of an empty state. Archives go before replays of them; nothing else leans on an order.
pub(super) fn all(connection: &Connection) -> Result<Vec<Change>, Fault> {
    let mut find = connection.prepare_cached("SELECT value FROM bus_thing ORDER BY kind, name")?;
    let mut rows = find.query([])?;
    let mut changes = Vec::new();
    while let Some(row) = rows.next()? {
        changes.push(serde_json::from_str(row.get_ref(0)?.as_str()?)?);
    }
    Ok(changes)
}

pub(super) fn keep(transaction: &Transaction<'_>, changes: &[Change]) -> Result<(), Fault> {
    let sql = "INSERT INTO bus_thing (kind, name, value) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET value = ?3";
    let mut keep = transaction.prepare_cached(sql)?;
    let mut forget = transaction.prepare_cached("DELETE FROM bus_thing WHERE kind = ?1 AND name = ?2")?;
    for change in changes {
        let (kind, name) = change.key();
        match change.is_gone() {
            true => forget.execute(params![kind, name])?,
            false => keep.execute(params![kind, name, json(change)])?,
        };
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
