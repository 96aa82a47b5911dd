//! Events that archives keep.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use watchfire_bus::event::{Event, EventId};
use watchfire_bus::store::{Archived, Weight};
use watchfire_model::EventTime;

use super::super::fault::Fault;
use super::PART;

pub(super) fn add(transaction: &Transaction<'_>, archived: &[Archived]) -> Result<(), Fault> {
    let sql = "INSERT INTO archived (archive, time, id, at, event) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
    let mut add = transaction.prepare_cached(sql)?;
    let mut new: BTreeMap<&str, Weight> = BTreeMap::new();
    for one in archived {
        let (event, text) = (&one.event, one.event.to_json());
        let rows = add.execute(params![one.archive, event.time.millis(), event.id.as_str(), one.at.millis(), text])?;
        if rows > 0 {
            let weight = new.entry(&one.archive).or_default();
            *weight = Weight { events: weight.events + 1, bytes: weight.bytes + text.len() as u64 };
        }
    }
    for (archive, weight) in new {
        let sql = "INSERT INTO archive_weight (archive, events, bytes) VALUES (?1, ?2, ?3)
                   ON CONFLICT DO UPDATE SET events = events + ?2, bytes = bytes + ?3";
        transaction.prepare_cached(sql)?.execute(params![archive, weight.events, weight.bytes])?;
    }
    Ok(())
}

/// In the order of time and id, after a place in it.
pub(super) fn between(
    connection: &Connection,
    archive: &str,
    from: EventTime,
    until: EventTime,
    after: Option<&(EventTime, EventId)>,
    most: usize,
) -> Result<Vec<Event>, Fault> {
    let mut find = connection.prepare_cached(
        "SELECT event FROM archived WHERE archive = ?1 AND time >= ?2 AND time < ?3 AND (time, id) > (?4, ?5) ORDER BY time, id LIMIT ?6",
    )?;
    let (time, id) = after.map_or((i64::MIN, ""), |(time, id)| (time.millis(), id.as_str()));
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut rows = find.query(params![archive, from.millis(), until.millis(), time, id, most])?;
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        events.push(Event::from_json(row.get_ref(0)?.as_str()?).map_err(|fault| Fault::Damage(fault.to_string()))?);
    }
    Ok(events)
}

pub(super) fn next(connection: &Connection, archive: &str, from: EventTime) -> Result<Option<EventTime>, Fault> {
    let mut find = connection.prepare_cached("SELECT min(time) FROM archived WHERE archive = ?1 AND time >= ?2")?;
    let time: Option<i64> = find.query_row(params![archive, from.millis()], |row| row.get(0))?;
    Ok(time.map(EventTime))
}

/// Forgets some of what was taken in before an instant, and says how many.
pub(super) fn forget(transaction: &Transaction<'_>, archive: &str, before: EventTime) -> Result<u64, Fault> {
    let sql = "DELETE FROM archived WHERE rowid IN (SELECT rowid FROM archived WHERE archive = ?1 AND at < ?2 LIMIT ?3)
               RETURNING octet_length(event)";
    let mut forget = transaction.prepare_cached(sql)?;
    let mut rows = forget.query(params![archive, before.millis(), PART])?;
    let mut gone = Weight::default();
    while let Some(row) = rows.next()? {
        gone = Weight { events: gone.events + 1, bytes: gone.bytes + row.get::<_, u64>(0)? };
    }
    let sql = "UPDATE archive_weight SET events = events - ?2, bytes = bytes - ?3 WHERE archive = ?1";
    transaction.prepare_cached(sql)?.execute(params![archive, gone.events, gone.bytes])?;
    Ok(gone.events)
}

pub(super) fn weigh(connection: &Connection, archive: &str) -> Result<Weight, Fault> {
    let mut find = connection.prepare_cached("SELECT events, bytes FROM archive_weight WHERE archive = ?1")?;
    let weight = find.query_row([archive], |row| Ok(Weight { events: row.get(0)?, bytes: row.get(1)? })).optional()?;
    Ok(weight.unwrap_or_default())
}
