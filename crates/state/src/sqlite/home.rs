//! The table that the epochs belong to.

use rusqlite::{Connection, OptionalExtension, params};

use super::fault::Fault;
use crate::Home;

pub(super) fn of(connection: &Connection) -> Result<Option<Home>, Fault> {
    let mut find = connection.prepare_cached("SELECT place, lake, writer FROM home")?;
    let of_row = |row: &rusqlite::Row<'_>| Ok(Home { place: row.get(0)?, lake: row.get(1)?, writer: row.get(2)? });
    Ok(find.query_row([], of_row).optional()?)
}

pub(super) fn settle(connection: &Connection, home: &Home) -> Result<(), Fault> {
    let sql = "INSERT INTO home (only, place, lake, writer) VALUES (1, ?1, ?2, ?3)
               ON CONFLICT DO UPDATE SET place = ?1, lake = ?2, writer = ?3";
    connection.prepare_cached(sql)?.execute(params![home.place, home.lake, home.writer])?;
    Ok(())
}
