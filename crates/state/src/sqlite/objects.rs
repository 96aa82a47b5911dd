//! The seen-set.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::fault::Fault;
use crate::{EpochId, Mark, Object};

pub(super) fn is_seen(connection: &Connection, mark: Mark<'_>) -> Result<bool, Fault> {
    let mut find = connection.prepare_cached("SELECT 1 FROM object WHERE name = ?1 AND size = ?2 AND fingerprint = ?3")?;
    Ok(find.query_row(params![mark.name, mark.size, mark.fingerprint], |_| Ok(())).optional()?.is_some())
}

/// Rows passed over before the next name is looked up instead: about what a look-up costs.
const ROWS_PASSED_MAX: usize = 24;

/// Walks the listing and the table beside each other, both by name. Where many rows lie between two listed names it jumps, so that
/// neither a short listing nor a long one costs more than its own length.
pub(super) fn unseen(connection: &mut Connection, listed: &[Mark<'_>]) -> Result<Vec<usize>, Fault> {
    let mut order: Vec<usize> = (0..listed.len()).collect();
    if !listed.is_sorted_by_key(|mark| mark.name) {
        order.sort_by_key(|&at| listed[at].name);
    }
    let transaction = connection.transaction()?;
    let mut from = transaction.prepare_cached("SELECT name, size, fingerprint FROM object WHERE name >= ?1 ORDER BY name")?;
    let mut unseen = Vec::new();
    let mut rest = order.as_slice();
    'jump: while let Some(&first) = rest.first() {
        let mut rows = from.query([listed[first].name])?;
        let mut passed = 0;
        while passed < ROWS_PASSED_MAX {
            let Some(row) = rows.next()? else { break 'jump };
            let name = row.get_ref(0)?.as_str()?;
            let before = rest.iter().take_while(|&&at| listed[at].name < name).count();
            let same = rest[before..].iter().take_while(|&&at| listed[at].name == name).count();
            unseen.extend_from_slice(&rest[..before]);
            if same > 0 {
                let (size, fingerprint) = (row.get::<_, u64>(1)?, row.get_ref(2)?.as_str()?);
                let changed = |mark: &Mark<'_>| mark.size != size || mark.fingerprint != fingerprint;
                unseen.extend(rest[before..before + same].iter().filter(|&&at| changed(&listed[at])));
            }
            rest = &rest[before + same..];
            if rest.is_empty() {
                break 'jump;
            }
            passed = if same > 0 { 0 } else { passed + 1 };
        }
    }
    unseen.extend_from_slice(rest);
    unseen.sort_unstable();
    Ok(unseen)
}

/// Remembers what was read in an epoch.
pub(super) fn add(transaction: &Transaction<'_>, id: EpochId, objects: &[Object]) -> Result<(), Fault> {
    let mut add = transaction.prepare_cached(
        "INSERT INTO object (name, size, fingerprint, epoch, records, rejects) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (name) DO UPDATE SET size = ?2, fingerprint = ?3, epoch = ?4, records = ?5, rejects = ?6",
    )?;
    let mut sorted: Vec<&Object> = objects.iter().collect();
    sorted.sort_by_key(|object| &object.name);
    for object in sorted {
        add.execute(params![object.name, object.size, object.fingerprint, id.0, object.records, object.rejects])?;
    }
    Ok(())
}
