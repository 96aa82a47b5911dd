//! Deliveries as rows: the event's text, which never changes, and the rest.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use watchfire_bus::deliver::Delivery;
use watchfire_bus::store::StageKind;
use watchfire_model::EventTime;

use super::super::fault::Fault;
use super::PART;

/// The number of a stage. It is written in files: none may ever mean something else.
pub(super) fn number_of(stage: StageKind) -> i64 {
    match stage {
        StageKind::Due => DUE,
        StageKind::Delivered => 1,
        StageKind::Dead => 2,
    }
}

/// The number of what is on its way.
pub(super) const DUE: i64 = 0;

/// Writes new deliveries; those that are known stay as they are. How many were new.
pub(super) fn add(transaction: &Transaction<'_>, deliveries: &[Delivery]) -> Result<usize, Fault> {
    let mut add = transaction.prepare_cached(
        "INSERT INTO delivery (id, stage, at, target, rule_arn, rule_name, event_id, event, rest) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (id) DO NOTHING",
    )?;
    let mut new = 0;
    for delivery in deliveries {
        new += add.execute(params![
            delivery.id.as_str(),
            number_of(delivery.stage.kind()),
            delivery.stage.at().millis(),
            delivery.target.arn,
            delivery.rule_arn,
            delivery.rule_name,
            delivery.event_id.as_str(),
            delivery.event,
            rest(delivery),
        ])?;
    }
    Ok(new)
}

/// Writes what deliveries became.
pub(super) fn set(transaction: &Transaction<'_>, deliveries: &[Delivery]) -> Result<(), Fault> {
    let mut set = transaction.prepare_cached("UPDATE delivery SET stage = ?2, at = ?3, rest = ?4 WHERE id = ?1")?;
    for delivery in deliveries {
        let (stage, at) = (number_of(delivery.stage.kind()), delivery.stage.at().millis());
        set.execute(params![delivery.id.as_str(), stage, at, rest(delivery)])?;
    }
    Ok(())
}

pub(super) fn get(connection: &Connection, id: &str) -> Result<Option<Delivery>, Fault> {
    let mut find = connection.prepare_cached("SELECT event, rest FROM delivery WHERE id = ?1")?;
    let found: Option<(String, String)> = find.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    found.map(|(event, rest)| of_texts(event, &rest)).transpose()
}

/// Forgets some that came to a stage before an instant, and says how many. What is on its way stays.
pub(super) fn forget(transaction: &Transaction<'_>, stage: StageKind, before: EventTime) -> Result<u64, Fault> {
    if stage == StageKind::Due {
        return Ok(0);
    }
    let sql = "DELETE FROM delivery WHERE number IN (SELECT number FROM delivery WHERE stage = ?1 AND at < ?2 LIMIT ?3)";
    Ok(transaction.prepare_cached(sql)?.execute(params![number_of(stage), before.millis(), PART])? as u64)
}

/// Everything but the event.
fn rest(delivery: &Delivery) -> String {
    let bare = Delivery { event: String::new(), ..delivery.clone() };
    serde_json::to_string(&bare).expect("deliveries have a JSON form")
}

/// A delivery of its two parts.
pub(super) fn of_texts(event: String, rest: &str) -> Result<Delivery, Fault> {
    let bare: Delivery = serde_json::from_str(rest)?;
    Ok(Delivery { event, ..bare })
}
