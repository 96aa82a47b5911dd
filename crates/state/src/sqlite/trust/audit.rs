//! The audit log.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use watchfire_model::EventTime;
use watchfire_trust::Digest;
use watchfire_trust::audit::{Act, Breach, Break, Entry, Head, Outcome, Verifier};

use crate::sqlite::fault::Fault;
use crate::trust::AuditFilter;

/// Adds an entry after the last. Whoever calls holds the right to write, so nobody else adds one with the same number.
pub(super) fn append(transaction: &Transaction<'_>, act: Act) -> Result<Entry, Fault> {
    let entry = act.after(head(transaction)?);
    let sql = "INSERT INTO audit (number, at, actor, address, action, object, outcome, details, previous, hash)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    transaction.prepare_cached(sql)?.execute(params![
        entry.number,
        entry.at.millis(),
        entry.actor,
        entry.address,
        entry.action,
        entry.object,
        entry.outcome.as_str(),
        entry.details.as_str(),
        entry.previous.0,
        entry.hash.0,
    ])?;
    let sql = "INSERT INTO audit_head (only, number, hash) VALUES (1, ?1, ?2) ON CONFLICT DO UPDATE SET number = ?1, hash = ?2";
    transaction.prepare_cached(sql)?.execute(params![entry.number, entry.hash.0])?;
    Ok(entry)
}

pub(super) fn head(connection: &Connection) -> Result<Option<Head>, Fault> {
    let mut find = connection.prepare_cached("SELECT number, hash FROM audit_head")?;
    Ok(find.query_row([], |row| Ok(Head { number: row.get(0)?, hash: Digest(row.get(1)?) })).optional()?)
}

fn of_row(row: &Row<'_>) -> Result<Entry, Fault> {
    let number = row.get(0)?;
    let damage = |what: &str| Fault::Damage(format!("audit entry {number} has no {what}"));
    Ok(Entry {
        number,
        at: EventTime(row.get(1)?),
        actor: row.get(2)?,
        address: row.get(3)?,
        action: row.get(4)?,
        object: row.get(5)?,
        outcome: Outcome::parse(row.get_ref(6)?.as_str()?).ok_or_else(|| damage("outcome"))?,
        details: row.get_ref(7)?.as_str()?.parse().map_err(|_| damage("details"))?,
        previous: Digest(row.get(8)?),
        hash: Digest(row.get(9)?),
    })
}

const COLUMNS: &str = "number, at, actor, address, action, object, outcome, details, previous, hash";

pub(super) fn entries(connection: &Connection, filter: &AuditFilter) -> Result<Vec<Entry>, Fault> {
    let (beside, order) = if filter.is_latest_first { ("<", "DESC") } else { (">", "ASC") };
    let sql = format!(
        "SELECT {COLUMNS} FROM audit
         WHERE (?1 IS NULL OR number {beside} ?1) AND (?2 IS NULL OR substr(actor, 1, length(?2)) = ?2)
             AND (?3 IS NULL OR action = ?3 OR (?3 LIKE '%.' AND substr(action, 1, length(?3)) = ?3))
             AND (?4 IS NULL OR at >= ?4) AND (?5 IS NULL OR at < ?5)
         ORDER BY number {order} LIMIT ?6"
    );
    let mut find = connection.prepare_cached(&sql)?;
    let limit = i64::try_from(filter.limit).unwrap_or(i64::MAX);
    let beside = filter.beside.map(|number| i64::try_from(number).unwrap_or(i64::MAX));
    let (from, to) = (filter.from.map(EventTime::millis), filter.to.map(EventTime::millis));
    find.query_and_then(params![beside, filter.actor, filter.action, from, to, limit], of_row)?.collect()
}

/// Looks at the whole log, and at the head that is remembered with it.
pub(in crate::sqlite) fn verify(connection: &Connection, remembered: &[Head]) -> Result<Result<Option<Head>, Break>, Fault> {
    let last = head(connection)?;
    let mut verifier = Verifier::new(remembered.iter().copied());
    if let Some(last) = last {
        verifier = verifier.ending_at(last);
    }
    let mut find = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM audit ORDER BY number"))?;
    let mut rows = find.query([])?;
    while let Some(row) = rows.next()? {
        // What cannot be read is not what was written.
        let Ok(entry) = of_row(row) else {
            let number: i64 = row.get(0)?;
            return Ok(Err(Break { number: number.unsigned_abs(), breach: Breach::Changed }));
        };
        if let Err(broken) = verifier.take(&entry) {
            return Ok(Err(broken));
        }
    }
    Ok(match verifier.finish() {
        Ok(Some(end)) if last.is_none() => Err(Break { number: end.number, breach: Breach::Beyond }),
        finished => finished,
    })
}
