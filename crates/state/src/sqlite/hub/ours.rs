//! Findings of our own rules, as the hub has them.

use rusqlite::Connection;
use serde_json::json;
use watchfire_hub::asff::WorkflowStatus;
use watchfire_hub::format::{FindingPlace, told_by_us};
use watchfire_hub::history::{Entry, Source};
use watchfire_hub::import::{Import, Standing, Told, Whose, import};
use watchfire_hub::operation::{standing, sweep};
use watchfire_model::arn::Home;
use watchfire_model::{EventTime, Finding};

use super::{Shelf, held, things};
use crate::sqlite::fault::Fault;
use crate::sqlite::query;
use crate::{EpochId, FindingStatus};

/// Who tells our findings, in their histories.
const US: &str = "watchfire";

/// Tells the hub the findings of an epoch.
pub(in crate::sqlite) struct Ours<'c> {
    connection: &'c Connection,
    home: Home,
    standing: Standing,
    epoch: EpochId,
    at: EventTime,
}

/// A finding of ours, as far as the hub asks.
pub(in crate::sqlite) struct Own<'f> {
    /// The key of its row.
    pub(in crate::sqlite) key: i64,
    /// Its id.
    pub(in crate::sqlite) id: String,
    /// When it was first known.
    pub(in crate::sqlite) created: EventTime,
    /// What is known.
    pub(in crate::sqlite) finding: &'f Finding,
    /// Whether records came to it.
    pub(in crate::sqlite) came_again: bool,
}

impl<'c> Ours<'c> {
    /// Suppressions that are over give back what they held, so that the epoch meets what is true at its time.
    pub(in crate::sqlite) fn new(connection: &'c Connection, epoch: EpochId, at: EventTime) -> Result<Ours<'c>, Fault> {
        let mut shelf = Shelf { connection, epoch: Some(epoch) };
        sweep(&mut shelf, at)?;
        Ok(Ours { connection, home: things::home(connection)?, standing: standing(&shelf)?, epoch, at })
    }

    /// Tells one that is new or changed.
    pub(in crate::sqlite) fn tell(&self, own: &Own<'_>) -> Result<(), Fault> {
        let place = FindingPlace { id: &own.id, created: own.created, updated: self.at, home: &self.home };
        let document = told_by_us(own.finding, &place);
        let known = match held::by_finding(self.connection, own.key)? {
            Some(known) => Some(known),
            None => held::by_key(self.connection, &document.key())?,
        };
        let told = Told { document, source: Source::provider(US), whose: Whose::Ours { came_again: own.came_again } };
        let outcome = import(known.as_ref().map(|(_, held)| held), told, &self.standing, self.at);
        if let Import::Kept { held, entries, .. } = outcome {
            let number = held::hold(self.connection, known.map(|(number, _)| number), &held, &entries, Some(self.epoch))?;
            link(self.connection, number, own.key)?;
        }
        Ok(())
    }
}

fn link(connection: &Connection, number: i64, finding: i64) -> Result<(), Fault> {
    let sql = "UPDATE hub_finding SET finding = ?2 WHERE number = ?1 AND finding IS NOT ?2";
    connection.prepare_cached(sql)?.execute([number, finding])?;
    Ok(())
}

/// Gives documents to findings of before there was a hub; their workflow status and history are there already.
pub(in crate::sqlite) fn adopt(connection: &mut Connection) -> Result<(), Fault> {
    const WITHOUT: &str = "SELECT number, finding FROM hub_finding WHERE product = 'watchfire' AND number > ?1 ORDER BY number LIMIT 1";
    // Mostly there are none, and who opens the file waits for no writer.
    if !connection.prepare(WITHOUT)?.exists([0])? {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let home = things::home(&transaction)?;
    let mut last = 0;
    loop {
        let mut find = transaction.prepare_cached(WITHOUT)?;
        let mut rows = find.query([last])?;
        let Some(row) = rows.next()? else { break };
        let (number, finding): (i64, i64) = (row.get(0)?, row.get(1)?);
        drop(rows);
        let stored = query::by_key(&transaction, finding)?;
        let id = stored.id.to_string();
        let place = FindingPlace { id: &id, created: stored.created, updated: stored.updated, home: &home };
        let told =
            Told { document: told_by_us(&stored.finding, &place), source: Source::provider(US), whose: Whose::Ours { came_again: false } };
        if let Import::Kept { mut held, .. } = import(None, told, &Standing::default(), stored.updated) {
            held.document.set_workflow(workflow(stored.status));
            held::hold(&transaction, Some(number), &held, &[], None)?;
        }
        last = number;
    }
    transaction.commit()?;
    Ok(())
}

/// Gives one of our findings a status, with a note; whether it had another one comes back.
pub(in crate::sqlite) fn set_status(
    connection: &Connection,
    finding: i64,
    status: FindingStatus,
    note: &str,
    at: EventTime,
) -> Result<bool, Fault> {
    let Some((number, mut held)) = held::by_finding(connection, finding)? else {
        return Err(Fault::Damage(format!("finding {finding} is not in the hub")));
    };
    let before = held.document.workflow();
    held.document.set_workflow(workflow(status));
    held.suppression = None;
    if !note.trim().is_empty() {
        held.document.set("Note", Some(json!({ "Text": note, "UpdatedBy": US, "UpdatedAt": at.to_string() })));
    }
    let entry = Entry::of_status(before, workflow(status), note, Source::person(US), at);
    held::hold(connection, Some(number), &held, &[entry], None)?;
    Ok(before != workflow(status))
}

fn workflow(status: FindingStatus) -> WorkflowStatus {
    match status {
        FindingStatus::New => WorkflowStatus::New,
        FindingStatus::Notified => WorkflowStatus::Notified,
        FindingStatus::Suppressed => WorkflowStatus::Suppressed,
        FindingStatus::Resolved => WorkflowStatus::Resolved,
    }
}
