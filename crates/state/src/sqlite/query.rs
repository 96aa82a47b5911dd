//! Finding findings.

use std::borrow::Cow;
use std::sync::Arc;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};
use watchfire_model::{Entity, EntityKind, EventTime, Evidence, Finding, Occurrence, Severity};

use super::column::{Words, kind_of, kind_rank, matched_of, severity_of, severity_rank, status_of};
use super::fault::Fault;
use crate::{Error, Filter, FindingId, Order, Page, StoredFinding};

/// Of several findings that are meant, so many are named.
const CANDIDATES_MAX: usize = 10;

const COLUMNS: &str =
    "key, id, about, (SELECT workflow FROM hub_finding WHERE hub_finding.finding = finding.key), created, updated, rule, name,
    type, severity, title, summary, first, last, count, words, next";

/// Conditions with their values, in order of their question marks.
#[derive(Default)]
struct Conditions {
    texts: Vec<Cow<'static, str>>,
    values: Vec<Value>,
}

impl Conditions {
    fn add(&mut self, text: impl Into<Cow<'static, str>>, values: impl IntoIterator<Item = Value>) {
        self.texts.push(text.into());
        self.values.extend(values);
    }

    /// All of them as one.
    fn all(&self) -> String {
        if self.texts.is_empty() { "true".to_owned() } else { self.texts.join(" AND ") }
    }

    fn of(filter: &Filter) -> Result<Conditions, Fault> {
        let text = |text: &String| Value::from(text.clone());
        let mut all = Conditions::default();
        if let Some(severity) = filter.severity {
            all.add("severity >= ?", [Value::from(severity_rank(severity))]);
        }
        if let Some(rule) = &filter.rule {
            all.add("(rule = ? OR name = ?)", [text(rule), text(rule)]);
        }
        if let Some(finding_type) = &filter.finding_type {
            all.add("type = ?", [text(finding_type)]);
        }
        if let Some(entity) = &filter.entity {
            all.add("key IN (SELECT finding FROM entity WHERE entity.id = ?)", [text(entity)]);
        }
        if let Some(account) = &filter.account {
            let kind = Value::from(kind_rank(EntityKind::Account));
            all.add("key IN (SELECT finding FROM entity WHERE entity.id = ? AND kind = ?)", [text(account), kind]);
        }
        if let Some(principal) = &filter.principal {
            let kinds = [EntityKind::Principal, EntityKind::SessionIssuer].map(|kind| Value::from(kind_rank(kind)));
            let sql = r"key IN (SELECT finding FROM entity WHERE kind IN (?, ?) AND entity.id LIKE ? ESCAPE '\')";
            all.add(sql, kinds.into_iter().chain([Value::from(containing(principal))]));
        }
        if !filter.statuses.is_empty() {
            let marks = vec!["?"; filter.statuses.len()].join(", ");
            let sql = format!("(SELECT workflow FROM hub_finding WHERE hub_finding.finding = finding.key) IN ({marks})");
            all.add(sql, filter.statuses.iter().map(|status| Value::from(status.as_str().to_owned())));
        }
        if let Some(from) = filter.from {
            all.add("last >= ?", [Value::from(from.millis())]);
        }
        if let Some(to) = filter.to {
            all.add("first <= ?", [Value::from(to.millis())]);
        }
        if let Some(part) = &filter.text {
            let pattern = Value::from(containing(part));
            all.add(
                r"(title LIKE ? ESCAPE '\' OR summary LIKE ? ESCAPE '\' OR name LIKE ? ESCAPE '\' OR type LIKE ? ESCAPE '\'
                   OR rule LIKE ? ESCAPE '\' OR key IN (SELECT finding FROM entity WHERE entity.id LIKE ? ESCAPE '\'))",
                std::iter::repeat_n(pattern, 6),
            );
        }
        if let Some(token) = &filter.token {
            let columns = columns_of(filter.order);
            let (text, values) = behind(columns, &numbers(token, columns.len() + 1)?);
            all.add(text, values);
        }
        Ok(all)
    }
}

/// The columns of an order, each with whether the greatest stands first; the key comes last of all, the least first.
fn columns_of(order: Order) -> &'static [(&'static str, bool)] {
    match order {
        Order::Urgency => &[("severity", true), ("last", true)],
        Order::Latest => &[("last", true)],
        Order::Earliest => &[("first", false)],
        Order::Count => &[("count", true)],
    }
}

/// The condition that a row stands behind a place in an order, and its values.
fn behind(columns: &[(&str, bool)], place: &[i64]) -> (String, Vec<Value>) {
    let (mut text, mut values) = ("key > ?".to_owned(), Vec::new());
    for ((name, is_descending), value) in columns.iter().zip(place).rev() {
        let sign = if *is_descending { '<' } else { '>' };
        text = format!("({name} {sign} ? OR ({name} = ? AND {text}))");
        values.splice(0..0, [Value::from(*value), Value::from(*value)]);
    }
    values.extend(place.last().map(|key| Value::from(*key)));
    (text, values)
}

/// The place of a finding in an order, as a page token.
fn token_of(order: Order, finding: &Finding, key: i64) -> String {
    let number = |name: &str| match name {
        "severity" => severity_rank(finding.severity),
        "last" => finding.last_time.millis(),
        "first" => finding.time.millis(),
        _ => i64::try_from(finding.count).unwrap_or(i64::MAX),
    };
    let numbers = columns_of(order).iter().map(|(name, _)| number(name)).chain([key]);
    numbers.map(|number| number.to_string()).collect::<Vec<_>>().join(".")
}

/// The pattern of a text somewhere.
fn containing(part: &str) -> String {
    format!("%{}%", part.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_"))
}

/// The numbers of a page token, so many.
fn numbers(token: &str, count: usize) -> Result<Vec<i64>, Error> {
    let numbers: Option<Vec<i64>> = token.split('.').map(|number| number.parse().ok()).collect();
    numbers.filter(|numbers| numbers.len() == count).ok_or_else(|| Error::BadToken(token.to_owned()))
}

/// How many findings there are of each severity.
pub(super) fn tally(connection: &Connection, filter: &Filter) -> Result<Vec<(Severity, u64)>, Fault> {
    let conditions = Conditions::of(&Filter { token: None, ..filter.clone() })?;
    let sql = format!("SELECT severity, count(*) FROM finding WHERE {} GROUP BY severity ORDER BY severity DESC", conditions.all());
    let mut find = connection.prepare(&sql)?;
    let mut rows = find.query(params_from_iter(conditions.values))?;
    let mut tally = Vec::new();
    while let Some(row) = rows.next()? {
        tally.push((severity_of(row.get(0)?)?, row.get(1)?));
    }
    Ok(tally)
}

pub(super) fn findings(connection: &mut Connection, filter: &Filter) -> Result<Page<StoredFinding>, Fault> {
    let transaction = connection.transaction()?;
    let mut conditions = Conditions::of(filter)?;
    let holds = conditions.all();
    // One more, to know whether there are more.
    let limit = i64::try_from(filter.limit).unwrap_or(i64::MAX).max(1);
    conditions.values.push(Value::from(limit.saturating_add(1)));
    let column = |(name, is_descending): &(&str, bool)| format!("{name} {}, ", if *is_descending { "DESC" } else { "ASC" });
    let order: String = columns_of(filter.order).iter().map(column).collect();
    let sql = format!("SELECT {COLUMNS} FROM finding WHERE {holds} ORDER BY {order}key LIMIT ?");
    let mut find = transaction.prepare(&sql)?;
    let mut rows = find.query(params_from_iter(conditions.values))?;
    let mut page = Page { items: Vec::new(), next: None };
    let mut place = None;
    while let Some(row) = rows.next()? {
        if page.items.len() as i64 == limit {
            page.next = place;
            break;
        }
        let (key, found) = of_row(row)?;
        place = Some(token_of(filter.order, &found.finding, key));
        page.items.push(filled(&transaction, key, found, filter.records_max)?);
    }
    Ok(page)
}

pub(super) fn finding(connection: &mut Connection, prefix: &str) -> Result<StoredFinding, Fault> {
    let transaction = connection.transaction()?;
    let wanted = prefix.to_ascii_lowercase();
    let mut candidates = candidates(&transaction, &wanted)?;
    let (Some(id), None) = (candidates.pop(), candidates.pop()) else {
        return Err(missed(&transaction, prefix, &wanted)?.into());
    };
    let mut find = transaction.prepare(&format!("SELECT {COLUMNS} FROM finding WHERE id = ?1"))?;
    let mut rows = find.query([id.to_string()])?;
    let row = rows.next()?.ok_or_else(|| Fault::Damage(format!("finding {id} is in the index alone")))?;
    let (key, found) = of_row(row)?;
    filled(&transaction, key, found, usize::MAX)
}

/// A finding by the key of its row, without its records.
pub(super) fn by_key(connection: &Connection, key: i64) -> Result<StoredFinding, Fault> {
    let mut find = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM finding WHERE key = ?1"))?;
    let mut rows = find.query([key])?;
    let row = rows.next()?.ok_or_else(|| Fault::Damage(format!("finding {key} is in the hub alone")))?;
    let (key, found) = of_row(row)?;
    filled(connection, key, found, 0)
}

/// The findings whose ids begin so, a few at most.
fn candidates(connection: &Connection, prefix: &str) -> Result<Vec<FindingId>, Fault> {
    if prefix.is_empty() || !prefix.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(Vec::new());
    }
    // After every digit comes `g`.
    let mut find = connection.prepare_cached("SELECT id FROM finding WHERE id >= ?1 AND id < ?1 || 'g' ORDER BY id LIMIT ?2")?;
    let mut rows = find.query(params![prefix, CANDIDATES_MAX])?;
    let mut candidates = Vec::new();
    while let Some(row) = rows.next()? {
        candidates.push(row.get_ref(0)?.as_str()?.parse().map_err(Fault::Damage)?);
    }
    Ok(candidates)
}

fn missed(connection: &Connection, prefix: &str, wanted: &str) -> Result<Error, Fault> {
    let candidates = candidates(connection, wanted)?;
    let prefix = prefix.to_owned();
    Ok(if candidates.is_empty() { Error::NotFound { prefix } } else { Error::Ambiguous { prefix, candidates } })
}

/// A finding by its columns alone, with its key.
fn of_row(row: &Row<'_>) -> Result<(i64, StoredFinding), Fault> {
    let text = |at| Ok::<Arc<str>, Fault>(row.get_ref(at)?.as_str()?.into());
    let words: Words = serde_json::from_str(row.get_ref(15)?.as_str()?)?;
    let mut finding = Finding {
        rule: text(6)?,
        name: text(7)?,
        finding_type: text(8)?,
        severity: severity_of(row.get(9)?)?,
        title: text(10)?,
        summary: row.get(11)?,
        time: EventTime(row.get(12)?),
        last_time: EventTime(row.get(13)?),
        count: row.get(14)?,
        entities: Vec::new(),
        records: Vec::new(),
        records_omitted: 0,
        attack: Default::default(),
        why: "".into(),
        normal: "".into(),
        benign_causes: Vec::new(),
        next: serde_json::from_str(row.get_ref(16)?.as_str()?)?,
        evidence: Vec::new(),
    };
    words.give(&mut finding);
    let stored = StoredFinding {
        id: row.get_ref(1)?.as_str()?.parse().map_err(Fault::Damage)?,
        about: row.get_ref(2)?.as_str_or_null()?.map(Into::into),
        status: status_of(row.get_ref(3)?.as_str()?)?,
        created: EventTime(row.get(4)?),
        updated: EventTime(row.get(5)?),
        finding,
    };
    Ok((row.get(0)?, stored))
}

/// Adds what stands in other tables.
fn filled(connection: &Connection, key: i64, mut stored: StoredFinding, records_max: usize) -> Result<StoredFinding, Fault> {
    let finding = &mut stored.finding;
    let mut find = connection.prepare_cached("SELECT kind, id FROM entity WHERE finding = ?1 ORDER BY kind, id")?;
    let mut rows = find.query([key])?;
    while let Some(row) = rows.next()? {
        finding.entities.push(Entity { kind: kind_of(row.get(0)?)?, id: row.get_ref(1)?.as_str()?.into() });
    }
    let mut find =
        connection.prepare_cached("SELECT event_id, record, matched FROM evidence WHERE finding = ?1 ORDER BY time, event_id")?;
    let mut rows = find.query([key])?;
    while let Some(row) = rows.next()? {
        let matched = matched_of(row.get_ref(2)?.as_str()?)?;
        finding.evidence.push(Evidence { event_id: row.get_ref(0)?.as_str()?.into(), record: row.get(1)?, matched });
    }
    finding.records = records(connection, key, 0, records_max)?;
    finding.records_omitted = finding.count.saturating_sub(finding.records.len() as u64);
    Ok(stored)
}

fn records(connection: &Connection, key: i64, passed: i64, limit: usize) -> Result<Vec<Occurrence>, Fault> {
    let mut find = connection.prepare_cached(
        "SELECT event_id, time, source FROM occurrence WHERE finding = ?1
         ORDER BY time, event_id, anonymous_source LIMIT ?2 OFFSET ?3",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = find.query(params![key, limit, passed])?;
    let mut records: Vec<Occurrence> = Vec::new();
    while let Some(row) = rows.next()? {
        let source = row.get_ref(2)?.as_str()?;
        // Neighbours mostly come from one object.
        let source = match records.last() {
            Some(last) if &*last.source == source => last.source.clone(),
            _ => source.into(),
        };
        records.push(Occurrence { event_id: row.get_ref(0)?.as_str()?.into(), time: EventTime(row.get(1)?), source });
    }
    Ok(records)
}

/// The token is a number of occurrences passed: there are so few that passing over them costs nothing.
pub(super) fn occurrences(
    connection: &mut Connection,
    id: FindingId,
    limit: usize,
    token: Option<&str>,
) -> Result<Page<Occurrence>, Fault> {
    let transaction = connection.transaction()?;
    let key: Option<i64> = transaction.query_row("SELECT key FROM finding WHERE id = ?1", [id.to_string()], |row| row.get(0)).optional()?;
    let key = key.ok_or_else(|| Error::NotFound { prefix: id.to_string() })?;
    let passed = token.map_or(Ok(vec![0]), |token| numbers(token, 1))?.pop().unwrap_or(0);
    let limit = limit.max(1);
    let mut items = records(&transaction, key, passed.max(0), limit.saturating_add(1))?;
    let more = items.len() > limit;
    items.truncate(limit);
    let next = more.then(|| passed.max(0).saturating_add(items.len() as i64).to_string());
    Ok(Page { items, next })
}
