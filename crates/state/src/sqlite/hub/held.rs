//! Findings as they are kept: rows, documents, lists of values.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};
use watchfire_hub::asff::{Asff, FindingKey};
use watchfire_hub::held::Held;
use watchfire_hub::history::Entry;

use super::history;
use super::row::{COLUMNS, listed, values};
use crate::EpochId;
use crate::sqlite::column::json;
use crate::sqlite::fault::Fault;

const HELD: &str = "SELECT number, triaged, suppression, document FROM hub_finding JOIN hub_document USING (number)";

fn of_row(row: &Row<'_>) -> Result<(i64, Held), Fault> {
    let number = row.get(0)?;
    let damage = |says: String| Fault::Damage(format!("finding {number} of the hub: {says}"));
    let document = Asff::kept(row.get_ref(3)?.as_str()?).map_err(|fault| damage(fault.to_string()))?;
    let triaged = serde_json::from_str(row.get_ref(1)?.as_str()?).map_err(|error| damage(error.to_string()))?;
    Ok((number, Held { document, triaged, suppression: row.get(2)? }))
}

/// A finding by its key, with its number.
pub(super) fn by_key(connection: &Connection, key: &FindingKey) -> Result<Option<(i64, Held)>, Fault> {
    let mut find = connection.prepare_cached(&format!("{HELD} WHERE product = ?1 AND id = ?2"))?;
    let mut rows = find.query([&key.product_arn, &key.id])?;
    rows.next()?.map(of_row).transpose()
}

/// A finding of our own, with its number.
pub(super) fn by_finding(connection: &Connection, finding: i64) -> Result<Option<(i64, Held)>, Fault> {
    let mut find = connection.prepare_cached(&format!("{HELD} WHERE finding = ?1"))?;
    let mut rows = find.query([finding])?;
    rows.next()?.map(of_row).transpose()
}

/// A finding that is there.
pub(super) fn by_number(connection: &Connection, number: i64) -> Result<Held, Fault> {
    let mut find = connection.prepare_cached(&format!("{HELD} WHERE number = ?1"))?;
    let mut rows = find.query([number])?;
    let row = rows.next()?.ok_or_else(|| Fault::Damage(format!("finding {number} of the hub has no document")))?;
    Ok(of_row(row)?.1)
}

pub(super) fn number_of(connection: &Connection, key: &FindingKey) -> Result<Option<i64>, Fault> {
    let mut find = connection.prepare_cached("SELECT number FROM hub_finding WHERE product = ?1 AND id = ?2")?;
    Ok(find.query_row([&key.product_arn, &key.id], |row| row.get(0)).optional()?)
}

pub(super) fn suppressed_by(connection: &Connection, suppression: &str, limit: usize) -> Result<Vec<Held>, Fault> {
    let mut find = connection.prepare_cached(&format!("{HELD} WHERE suppression = ?1 LIMIT ?2"))?;
    let mut rows = find.query(params![suppression, i64::try_from(limit).unwrap_or(i64::MAX)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(of_row(row)?.1);
    }
    Ok(found)
}

/// Keeps a finding in the row of a number, or in a new one, and adds to its history; its number comes back.
pub(super) fn hold(
    connection: &Connection,
    number: Option<i64>,
    held: &Held,
    entries: &[Entry],
    epoch: Option<EpochId>,
) -> Result<i64, Fault> {
    let mut all: Vec<Value> = vec![number.map_or(Value::Null, Value::from)];
    all.extend(values(&held.document));
    all.push(Value::from(json(&held.triaged)));
    all.push(held.suppression.clone().map_or(Value::Null, Value::from));
    connection.prepare_cached(&upsert())?.execute(params_from_iter(all))?;
    let number = number.unwrap_or_else(|| connection.last_insert_rowid());
    let sql = "INSERT INTO hub_document (number, document) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET document = ?2";
    connection.prepare_cached(sql)?.execute(params![number, held.document.to_json()])?;
    hold_lists(connection, number, &held.document)?;
    for entry in entries {
        history::add(connection, number, entry, epoch)?;
    }
    Ok(number)
}

/// Writes the row of a number, or one with a number of its own.
fn upsert() -> String {
    let names: Vec<&str> = COLUMNS.iter().map(|column| column.name).chain(["label", "triaged", "suppression"]).collect();
    let marks: Vec<String> = (1..=names.len() + 1).map(|at| format!("?{at}")).collect();
    let sets: Vec<String> = names.iter().map(|name| format!("{name} = excluded.{name}")).collect();
    format!(
        "INSERT INTO hub_finding (number, {}) VALUES ({}) ON CONFLICT (number) DO UPDATE SET {}",
        names.join(", "),
        marks.join(", "),
        sets.join(", ")
    )
}

/// Brings the lists of values up to date; mostly they are.
fn hold_lists(connection: &Connection, number: i64, document: &Asff) -> Result<(), Fault> {
    let mut find = connection.prepare_cached("SELECT attribute, value FROM hub_value WHERE finding = ?1 ORDER BY attribute, value")?;
    let known = find.query_map([number], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<Vec<(i64, String)>>>()?;
    let told = listed(document);
    if known == told {
        return Ok(());
    }
    connection.prepare_cached("DELETE FROM hub_value WHERE finding = ?1")?.execute([number])?;
    let mut add = connection.prepare_cached("INSERT INTO hub_value (finding, attribute, value) VALUES (?1, ?2, ?3)")?;
    for (attribute, value) in told {
        add.execute(params![number, attribute, value])?;
    }
    Ok(())
}
