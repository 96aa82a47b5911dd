//! Deliveries as people list and count them.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use watchfire_bus::store::{DeliveryFilter, DeliveryPage, StageKind, StoreError, Tally};

use super::super::fault::Fault;
use super::deliveries::{number_of, of_texts};

/// The place a page token stands for: the number of the last delivery of the page before.
pub(super) fn place(token: Option<&str>) -> Result<i64, StoreError> {
    match token {
        None => Ok(i64::MAX),
        Some(token) => token.parse().map_err(|_| StoreError::BadToken(token.to_owned())),
    }
}

pub(super) fn page(connection: &Connection, filter: &DeliveryFilter, before: i64) -> Result<DeliveryPage, Fault> {
    let (mut conditions, mut values) = (vec!["number < ?"], vec![Value::Integer(before)]);
    if let Some(stage) = filter.stage {
        conditions.push("stage = ?");
        values.push(Value::Integer(number_of(stage)));
    }
    let texts = [("target = ?", &filter.target), ("event_id = ?", &filter.event)];
    for (condition, value) in texts.into_iter().filter_map(|(condition, value)| Some((condition, value.clone()?))) {
        conditions.push(condition);
        values.push(Value::Text(value));
    }
    if let Some(rule) = &filter.rule {
        conditions.push("? IN (rule_arn, rule_name)");
        values.push(Value::Text(rule.clone()));
    }
    // One more than asked for, to know whether another page follows.
    values.push(Value::Integer(i64::try_from(filter.limit.saturating_add(1)).unwrap_or(i64::MAX)));
    let sql = format!("SELECT number, event, rest FROM delivery WHERE {} ORDER BY number DESC LIMIT ?", conditions.join(" AND "));
    let mut find = connection.prepare_cached(&sql)?;
    let mut rows = find.query(params_from_iter(values))?;
    let (mut items, mut last, mut next) = (Vec::new(), None, None);
    while let Some(row) = rows.next()? {
        if items.len() == filter.limit {
            next = last.map(|number: i64| number.to_string());
            break;
        }
        last = Some(row.get(0)?);
        items.push(of_texts(row.get(1)?, row.get_ref(2)?.as_str()?)?);
    }
    Ok(DeliveryPage { items, next })
}

pub(super) fn tallies(connection: &Connection) -> Result<Vec<Tally>, Fault> {
    let mut find =
        connection.prepare_cached("SELECT target, stage, count(*) FROM delivery GROUP BY stage, target ORDER BY target, stage")?;
    let mut rows = find.query([])?;
    let mut all: Vec<Tally> = Vec::new();
    while let Some(row) = rows.next()? {
        let target = row.get_ref(0)?.as_str()?;
        if all.last().is_none_or(|tally| tally.target != target) {
            all.push(Tally { target: target.to_owned(), ..Tally::default() });
        }
        let (stage, count): (i64, u64) = (row.get(1)?, row.get(2)?);
        let tally = all.last_mut().expect("just put there");
        match StageKind::ALL.into_iter().find(|kind| number_of(*kind) == stage) {
            Some(StageKind::Due) => tally.due = count,
            Some(StageKind::Delivered) => tally.delivered = count,
            Some(StageKind::Dead) => tally.dead = count,
            None => return Err(Fault::Damage(format!("a delivery of stage {stage}"))),
        }
    }
    Ok(all)
}
