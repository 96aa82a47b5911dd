//! Finding and counting.

use std::collections::BTreeMap;

use rusqlite::{Connection, params_from_iter};
use watchfire_hub::attribute::{Attribute, Kind};
use watchfire_hub::filter::Filters;
use watchfire_hub::most;
use watchfire_hub::query::{Found, Query};
use watchfire_model::EventTime;

use super::condition::{Where, order};
use super::held;
use super::row::{compared_by, list_of};
use crate::sqlite::fault::Fault;

/// A page. The database finds those that may pass, in order and without their documents; the filter itself has the last word.
pub(super) fn page(connection: &Connection, query: &Query, now: EventTime) -> Result<Found, Fault> {
    let mut holds = Where::of(&query.filters, now);
    if let Some(place) = &query.after {
        holds.behind(query, place);
    }
    let sql = format!("SELECT number FROM hub_finding WHERE {} ORDER BY {}", holds.text, order(query));
    let mut find = connection.prepare(&sql)?;
    let mut rows = find.query(params_from_iter(holds.values))?;
    let mut found = Found { items: Vec::new(), is_more: false };
    while let Some(row) = rows.next()? {
        if holds.is_exact && found.items.len() == query.limit {
            found.is_more = true;
            break;
        }
        let number = row.get(0)?;
        let held = held::by_number(connection, number)?;
        if query.filters.hold(&held.document, now) {
            if found.items.len() == query.limit {
                found.is_more = true;
                break;
            }
            found.items.push((number, held));
        }
    }
    Ok(found)
}

/// How many findings have each value: by the columns where they say all that is asked, else by the documents.
pub(super) fn count_by(
    connection: &Connection,
    filters: &Filters,
    attribute: &'static Attribute,
    limit: usize,
    now: EventTime,
) -> Result<Vec<(String, u64)>, Fault> {
    let holds = Where::of(filters, now);
    let source = match (compared_by(attribute), list_of(attribute)) {
        (Some(column), _) if attribute.kind == Kind::Text => Some((column, "hub_finding".to_owned())),
        (_, Some(list)) => {
            let source = format!("hub_finding JOIN hub_value ON hub_value.finding = hub_finding.number AND hub_value.attribute = {list}");
            Some(("value", source))
        }
        _ => None,
    };
    match source.filter(|_| holds.is_exact) {
        Some((column, source)) => by_columns(connection, column, &source, holds, limit),
        None => by_documents(connection, filters, holds, attribute, limit, now),
    }
}

fn by_columns(connection: &Connection, column: &str, source: &str, holds: Where, limit: usize) -> Result<Vec<(String, u64)>, Fault> {
    let sql = format!(
        "SELECT {column} AS counted, count(*) FROM {source} WHERE {column} <> '' AND {}
         GROUP BY counted ORDER BY count(*) DESC, counted LIMIT {limit}",
        holds.text
    );
    let mut find = connection.prepare(&sql)?;
    let mut rows = find.query(params_from_iter(holds.values))?;
    let mut counts = Vec::new();
    while let Some(row) = rows.next()? {
        counts.push((row.get(0)?, row.get(1)?));
    }
    Ok(counts)
}

fn by_documents(
    connection: &Connection,
    filters: &Filters,
    holds: Where,
    attribute: &Attribute,
    limit: usize,
    now: EventTime,
) -> Result<Vec<(String, u64)>, Fault> {
    let sql = format!("SELECT number FROM hub_finding WHERE {}", holds.text);
    let mut find = connection.prepare(&sql)?;
    let mut rows = find.query(params_from_iter(holds.values))?;
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let held = held::by_number(connection, row.get(0)?)?;
        if filters.hold(&held.document, now) {
            for text in attribute.texts(&held.document) {
                *counts.entry(text).or_default() += 1;
            }
        }
    }
    Ok(most(counts, limit))
}
