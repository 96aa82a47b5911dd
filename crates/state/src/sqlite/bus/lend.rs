//! What is due, fairly by target.

use rusqlite::{Connection, OptionalExtension, params};
use watchfire_bus::deliver::Delivery;
use watchfire_model::EventTime;

use super::super::fault::Fault;
use super::deliveries::{DUE, of_texts};
use super::loans::Lent;

/// Bytes of events that are lent to a target at once; one is lent whatever its size.
const BYTES_MAX: usize = 16 << 20;

/// The targets that something is due to, now or later. Each step goes to the next target in the index, so it takes as long as there are
/// targets, however many deliveries.
fn targets(connection: &Connection) -> Result<Vec<String>, Fault> {
    let mut find = connection.prepare_cached("SELECT min(target) FROM delivery WHERE stage = 0 AND target > ?1")?;
    let mut targets: Vec<String> = Vec::new();
    loop {
        let after = targets.last().map_or("", String::as_str);
        match find.query_row([after], |row| row.get::<_, Option<String>>(0))? {
            Some(target) => targets.push(target),
            None => return Ok(targets),
        }
    }
}

pub(super) fn lend(
    connection: &Connection,
    lent: &mut Lent,
    now: EventTime,
    until: EventTime,
    share: &mut dyn FnMut(&str) -> usize,
) -> Result<Vec<Delivery>, Fault> {
    let (mut all, mut targets) = (Vec::new(), targets(connection)?);
    // Whoever has little to share out begins with another target each time.
    lent.turn = lent.turn.wrapping_add(1);
    let first = lent.turn.checked_rem(targets.len()).unwrap_or(0);
    targets.rotate_left(first);
    for target in targets {
        let most = share(&target);
        if most > 0 {
            all.extend(of_target(connection, lent, &target, now, most)?);
        }
    }
    lent.begin(&all, until);
    all.sort_by_key(Delivery::due);
    Ok(all)
}

fn of_target(connection: &Connection, lent: &Lent, target: &str, now: EventTime, most: usize) -> Result<Vec<Delivery>, Fault> {
    let sql = "SELECT id, event, rest FROM delivery WHERE stage = ?1 AND target = ?2 AND at <= ?3 ORDER BY at, number LIMIT ?4";
    let mut find = connection.prepare_cached(sql)?;
    let limit = most.saturating_add(lent.count(target));
    let mut rows = find.query(params![DUE, target, now.millis(), i64::try_from(limit).unwrap_or(i64::MAX)])?;
    let (mut due, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let id = row.get_ref(0)?.as_str()?;
        if lent.until(target, id).is_some_and(|until| until > now) {
            continue;
        }
        let event: String = row.get(1)?;
        bytes += event.len();
        if due.len() >= most || (bytes > BYTES_MAX && !due.is_empty()) {
            break;
        }
        due.push(of_texts(event, row.get_ref(2)?.as_str()?)?);
    }
    Ok(due)
}

/// Of each open target the first that is not lent, or the end of the first loan.
pub(super) fn next_due(connection: &Connection, lent: &Lent, is_open: &mut dyn FnMut(&str) -> bool) -> Result<Option<EventTime>, Fault> {
    let mut next: Option<EventTime> = None;
    for target in targets(connection)?.into_iter().filter(|target| is_open(target)) {
        let first = if lent.count(&target) == 0 {
            let mut find = connection.prepare_cached("SELECT min(at) FROM delivery WHERE stage = 0 AND target = ?1")?;
            find.query_row([&target], |row| row.get::<_, Option<i64>>(0)).optional()?.flatten().map(EventTime)
        } else {
            beside_loans(connection, lent, &target)?
        };
        next = [next, first].into_iter().flatten().min();
    }
    Ok(next)
}

fn beside_loans(connection: &Connection, lent: &Lent, target: &str) -> Result<Option<EventTime>, Fault> {
    let mut find = connection.prepare_cached("SELECT id, at FROM delivery WHERE stage = 0 AND target = ?1 ORDER BY at, number")?;
    let mut rows = find.query([target])?;
    let mut over: Option<EventTime> = None;
    while let Some(row) = rows.next()? {
        let at = EventTime(row.get(1)?);
        match lent.until(target, row.get_ref(0)?.as_str()?) {
            Some(until) => over = Some(over.map_or(until, |known| known.min(until))),
            None => return Ok(Some(over.map_or(at, |over| over.min(at)))),
        }
    }
    Ok(over)
}
