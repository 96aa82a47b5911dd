//! Rules, insights, suppressions and settings: few, and kept as JSON.

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use serde::de::DeserializeOwned;
use watchfire_model::arn::Home;

use crate::sqlite::column::json;
use crate::sqlite::fault::Fault;

/// All things of a kind.
pub(super) fn all<T: DeserializeOwned>(connection: &Connection, kind: &str) -> Result<Vec<T>, Fault> {
    let mut find = connection.prepare_cached("SELECT value FROM hub_thing WHERE kind = ?1 ORDER BY name")?;
    let mut rows = find.query([kind])?;
    let mut things = Vec::new();
    while let Some(row) = rows.next()? {
        things.push(serde_json::from_str(row.get_ref(0)?.as_str()?)?);
    }
    Ok(things)
}

pub(super) fn set(connection: &Connection, kind: &str, name: &str, thing: &impl Serialize) -> Result<(), Fault> {
    let sql = "INSERT INTO hub_thing (kind, name, value) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET value = ?3";
    connection.prepare_cached(sql)?.execute(params![kind, name, json(thing)])?;
    Ok(())
}

pub(super) fn remove(connection: &Connection, kind: &str, name: &str) -> Result<(), Fault> {
    connection.prepare_cached("DELETE FROM hub_thing WHERE kind = ?1 AND name = ?2")?.execute([kind, name])?;
    Ok(())
}

pub(super) fn setting<T: DeserializeOwned>(connection: &Connection, name: &str) -> Result<Option<T>, Fault> {
    let mut find = connection.prepare_cached("SELECT value FROM hub_setting WHERE name = ?1")?;
    let text: Option<String> = find.query_row([name], |row| row.get(0)).optional()?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

pub(super) fn set_setting(connection: &Connection, name: &str, value: &impl Serialize) -> Result<(), Fault> {
    let sql = "INSERT INTO hub_setting (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2";
    connection.prepare_cached(sql)?.execute([name, &json(value)])?;
    Ok(())
}

/// Where findings are told that name no account and no region, or several.
pub(super) fn home(connection: &Connection) -> Result<Home, Fault> {
    Ok(setting(connection, "home")?.unwrap_or_else(|| Home::new("000000000000", "us-east-1")))
}

pub(super) fn set_home(connection: &Connection, home: &Home) -> Result<(), Fault> {
    set_setting(connection, "home", home)
}
