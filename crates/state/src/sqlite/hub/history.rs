//! What became of findings.

use rusqlite::{Connection, params};
use watchfire_hub::asff::{FindingKey, WorkflowStatus};
use watchfire_hub::history::{Entry, Source, SourceKind};
use watchfire_hub::kept::Span;
use watchfire_model::EventTime;

use super::held;
use crate::sqlite::column::{json, status_of};
use crate::sqlite::fault::Fault;
use crate::{EpochId, StatusChange};

pub(super) fn add(connection: &Connection, number: i64, entry: &Entry, epoch: Option<EpochId>) -> Result<(), Fault> {
    let kind = match entry.source.kind {
        SourceKind::BatchImportFindings => IMPORT,
        SourceKind::BatchUpdateFindings => UPDATE,
    };
    let mut add = connection.prepare_cached(
        "INSERT INTO hub_history (finding, at, kind, identity, is_new, updates, status, note, epoch)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    add.execute(params![
        number,
        entry.at.millis(),
        kind,
        entry.source.identity,
        entry.is_new,
        json(&entry.updates),
        entry.status.map(WorkflowStatus::as_str),
        entry.note,
        epoch.map(|epoch| epoch.0),
    ])?;
    Ok(())
}

const IMPORT: &str = "BATCH_IMPORT_FINDINGS";
const UPDATE: &str = "BATCH_UPDATE_FINDINGS";

pub(super) fn entries(connection: &Connection, key: &FindingKey, span: Span) -> Result<Vec<Entry>, Fault> {
    let Some(number) = held::number_of(connection, key)? else { return Ok(Vec::new()) };
    let mut find = connection.prepare_cached(
        "SELECT at, kind, identity, is_new, updates, status, note FROM hub_history
         WHERE finding = ?1 AND at >= ?2 AND at <= ?3 ORDER BY number DESC LIMIT ?4 OFFSET ?5",
    )?;
    let whole = |size: usize| i64::try_from(size).unwrap_or(i64::MAX);
    let from = span.from.map_or(i64::MIN, EventTime::millis);
    let to = span.to.map_or(i64::MAX, EventTime::millis);
    let mut rows = find.query(params![number, from, to, whole(span.limit), whole(span.passed)])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        let kind = match row.get_ref(1)?.as_str()? {
            IMPORT => SourceKind::BatchImportFindings,
            UPDATE => SourceKind::BatchUpdateFindings,
            other => return Err(Fault::Damage(format!("a change of the kind {other:?}"))),
        };
        let status = row.get_ref(5)?.as_str_or_null()?;
        let unknown = || Fault::Damage(format!("a change to the status {status:?}"));
        entries.push(Entry {
            at: EventTime(row.get(0)?),
            source: Source { kind, identity: row.get(2)? },
            is_new: row.get(3)?,
            updates: serde_json::from_str(row.get_ref(4)?.as_str()?)?,
            status: status.map(|word| WorkflowStatus::of(word).ok_or_else(unknown)).transpose()?,
            note: row.get(6)?,
        });
    }
    Ok(entries)
}

/// What is said of the workflow status of one of our own findings, oldest first.
pub(in crate::sqlite) fn changes(connection: &Connection, finding: i64) -> Result<Vec<StatusChange>, Fault> {
    let mut find = connection.prepare_cached(
        "SELECT at, status, coalesce(note, ''), epoch FROM hub_history
         WHERE finding = (SELECT number FROM hub_finding WHERE hub_finding.finding = ?1) AND status IS NOT NULL ORDER BY number",
    )?;
    let mut rows = find.query([finding])?;
    let mut changes = Vec::new();
    while let Some(row) = rows.next()? {
        let epoch: Option<u64> = row.get(3)?;
        let status = status_of(row.get_ref(1)?.as_str()?)?;
        changes.push(StatusChange { at: EventTime(row.get(0)?), status, note: row.get(2)?, epoch: epoch.map(EpochId) });
    }
    Ok(changes)
}
