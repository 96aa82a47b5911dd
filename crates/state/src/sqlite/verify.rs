//! Looking at everything; counting; copying.

use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;

use rusqlite::Connection;

use super::fault::Fault;
use super::trust;
use crate::{Error, Numbers, Problem};

/// What always holds, each as what is wrong and a query for the places where it does not.
const INVARIANTS: &[(&str, &str)] = &[
    (
        "findings whose count is not that of their occurrences and of those omitted",
        "SELECT id FROM finding WHERE count <> omitted
             + (SELECT coalesce(sum(times), 0) FROM occurrence WHERE occurrence.finding = finding.key)",
    ),
    (
        "findings that keep another number of occurrences than they say",
        "SELECT id FROM finding WHERE kept <> (SELECT count(*) FROM occurrence WHERE occurrence.finding = finding.key)",
    ),
    (
        "findings with occurrences before their first or after their last",
        "SELECT id FROM finding WHERE (SELECT min(time) FROM occurrence WHERE occurrence.finding = finding.key) < first
             OR (SELECT max(time) FROM occurrence WHERE occurrence.finding = finding.key) > last",
    ),
    ("findings of an epoch that was never committed", "SELECT id FROM finding WHERE epoch > (SELECT coalesce(max(id), 0) FROM epoch)"),
    ("occurrences without a finding", "SELECT event_id FROM occurrence WHERE finding NOT IN (SELECT key FROM finding)"),
    (
        "findings whose status is not the last one that they were given",
        "SELECT id FROM hub_finding WHERE workflow <> coalesce(
             (SELECT status FROM hub_history WHERE hub_history.finding = hub_finding.number AND status IS NOT NULL
              ORDER BY number DESC LIMIT 1), 'NEW')",
    ),
    (
        "findings that the hub does not have",
        "SELECT id FROM finding WHERE key NOT IN (SELECT finding FROM hub_finding WHERE finding IS NOT NULL)",
    ),
    (
        "findings that the hub has alone",
        "SELECT id FROM hub_finding WHERE finding IS NOT NULL AND finding NOT IN (SELECT key FROM finding)",
    ),
    (
        "findings of the hub whose document is missing or speaks of another one",
        "SELECT id FROM hub_finding WHERE NOT EXISTS (
             SELECT 1 FROM hub_document WHERE hub_document.number = hub_finding.number AND json_valid(document)
             AND document ->> '$.Id' = id AND document ->> '$.ProductArn' = product
             AND document ->> '$.Workflow.Status' = workflow AND coalesce(document ->> '$.RecordState', '') = record_state)",
    ),
    ("documents without a finding of the hub", "SELECT number FROM hub_document WHERE number NOT IN (SELECT number FROM hub_finding)"),
    ("values without a finding of the hub", "SELECT value FROM hub_value WHERE finding NOT IN (SELECT number FROM hub_finding)"),
    ("changes without a finding of the hub", "SELECT number FROM hub_history WHERE finding NOT IN (SELECT number FROM hub_finding)"),
    ("entities without a finding", "SELECT id FROM entity WHERE finding NOT IN (SELECT key FROM finding)"),
    ("evidence without a finding", "SELECT event_id FROM evidence WHERE finding NOT IN (SELECT key FROM finding)"),
    ("objects of an epoch that is not remembered", "SELECT name FROM object WHERE epoch NOT IN (SELECT id FROM epoch)"),
    ("rejects of an epoch that is not remembered", "SELECT reason FROM reject WHERE epoch NOT IN (SELECT id FROM epoch)"),
    ("samples of an epoch that is not remembered", "SELECT reason FROM reject_sample WHERE epoch NOT IN (SELECT id FROM epoch)"),
    (
        "epochs whose rejects are not all counted",
        "SELECT id FROM epoch WHERE rejects <> (SELECT coalesce(sum(count), 0) FROM reject WHERE reject.epoch = epoch.id)",
    ),
    (
        "epochs that are missing between others",
        "SELECT id - 1 FROM epoch WHERE id > (SELECT min(id) FROM epoch) AND id - 1 NOT IN (SELECT id FROM epoch)",
    ),
    ("deliveries that cannot be read", "SELECT id FROM delivery WHERE NOT json_valid(event) OR rest ->> '$.id' IS NOT id"),
    ("engines of an epoch that was never committed", "SELECT epoch FROM engine WHERE epoch > (SELECT coalesce(max(id), 0) FROM epoch)"),
];

/// Places named of one problem.
const PLACES_MAX: usize = 5;

pub(super) fn verify(connection: &mut Connection) -> Result<Vec<Problem>, Fault> {
    let transaction = connection.transaction()?;
    let mut problems = integrity(&transaction)?;
    for (wrong, places) in INVARIANTS {
        let mut find = transaction.prepare(&format!("WITH found (place) AS ({places}) SELECT CAST(place AS TEXT) FROM found"))?;
        let found: Vec<String> = find.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        if !found.is_empty() {
            let named = found.iter().take(PLACES_MAX).map(String::as_str).collect::<Vec<_>>().join(", ");
            problems.push(Problem(format!("{} {wrong}: {named}", found.len())));
        }
    }
    if let Err(broken) = trust::verify_audit(&transaction, &[])? {
        problems.push(Problem(broken.to_string()));
    }
    Ok(problems)
}

/// What the database itself says of the file.
pub(super) fn integrity(connection: &Connection) -> Result<Vec<Problem>, Fault> {
    let mut problems = Vec::new();
    let mut check = connection.prepare("PRAGMA integrity_check")?;
    let mut rows = check.query([])?;
    while let Some(row) = rows.next()? {
        let line = row.get_ref(0)?.as_str()?;
        if line != "ok" {
            problems.push(Problem(line.to_owned()));
        }
    }
    Ok(problems)
}

pub(super) fn numbers(connection: &mut Connection) -> Result<Numbers, Fault> {
    let numbers = connection.query_row(
        "SELECT (SELECT coalesce(max(id), 0) FROM epoch), (SELECT count(*) FROM object),
                (SELECT coalesce(sum(records), 0) FROM epoch), (SELECT coalesce(sum(rejects), 0) FROM epoch),
                (SELECT count(*) FROM finding), (SELECT coalesce(sum(kept), 0) FROM finding),
                (SELECT page_count * page_size FROM pragma_page_count, pragma_page_size)",
        [],
        |row| {
            Ok(Numbers {
                last_epoch: row.get(0)?,
                objects: row.get(1)?,
                records: row.get(2)?,
                rejects: row.get(3)?,
                findings: row.get(4)?,
                occurrences: row.get(5)?,
                bytes: row.get(6)?,
            })
        },
    )?;
    Ok(numbers)
}

/// Written beside its place, made safe, then put there, so that half a copy never passes for a whole one.
pub(super) fn backup(connection: &Connection, to: &Path) -> Result<(), Fault> {
    if to.exists() {
        return Err(Error::Exists { path: to.to_path_buf() }.into());
    }
    let partial = to.with_added_extension("partial");
    let copied = copy(connection, &partial).and_then(|()| Ok(std::fs::hard_link(&partial, to)?));
    // Also when it failed: half a copy is of no use.
    let removed = std::fs::remove_file(&partial);
    copied.map_err(|fault| match fault {
        Fault::World(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Error::Exists { path: to.to_path_buf() }.into(),
        fault => Fault::Said(fault.at(to)),
    })?;
    removed?;
    Ok(())
}

fn copy(connection: &Connection, partial: &Path) -> Result<(), Fault> {
    let name = partial.to_str().ok_or_else(|| std::io::Error::other("the path is not UTF-8"))?;
    connection.execute("VACUUM INTO ?1", [name])?;
    File::open(partial)?.sync_all()?;
    let folder = partial.parent().filter(|folder| folder.as_os_str() != OsStr::new("")).unwrap_or(Path::new("."));
    Ok(File::open(folder)?.sync_all()?)
}
