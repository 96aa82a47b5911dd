//! Sessions.

use rusqlite::{Connection, Row, Transaction, params};
use watchfire_model::EventTime;
use watchfire_trust::{Digest, Session, SessionLimits, User, UserId};

use super::users;
use crate::sqlite::fault::Fault;

/// Sessions of one user at once: more than anybody has browsers.
const SESSIONS_MAX: u64 = 100;

const COLUMNS: &str = "session.digest, session.user, session.opened, session.seen, session.address, session.agent";

fn of_row(row: &Row<'_>) -> Result<Session, Fault> {
    let address = row.get_ref(4)?.as_str()?;
    let parsed = (!address.is_empty()).then(|| address.parse()).transpose();
    Ok(Session {
        digest: Digest(row.get(0)?),
        user: UserId(row.get(1)?),
        opened: EventTime(row.get(2)?),
        seen: EventTime(row.get(3)?),
        address: parsed.map_err(|_| Fault::Damage(format!("a session from the address {address:?}")))?,
        agent: row.get(5)?,
    })
}

pub(super) fn with_user(connection: &Connection, digest: &Digest) -> Result<Option<(Session, User)>, Fault> {
    let sql = format!("SELECT {COLUMNS}, {} FROM session JOIN user ON user.id = session.user WHERE digest = ?1", users::COLUMNS);
    let mut find = connection.prepare_cached(&sql)?;
    find.query_and_then([digest.0], |row| Ok((of_row(row)?, users::of_row(row, 6)?)))?.next().transpose()
}

pub(super) fn all(connection: &Connection, user: UserId) -> Result<Vec<Session>, Fault> {
    let mut find = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM session WHERE user = ?1 ORDER BY opened DESC, digest"))?;
    find.query_and_then([user.0], of_row)?.collect()
}

pub(super) fn open(transaction: &Transaction<'_>, session: &Session, replaced: Option<&Digest>) -> Result<(), Fault> {
    users::found(transaction, session.user)?;
    if let Some(replaced) = replaced {
        transaction.prepare_cached("DELETE FROM session WHERE digest = ?1")?.execute([replaced.0])?;
    }
    let address = session.address.map(|address| address.to_string()).unwrap_or_default();
    let sql = "INSERT INTO session (digest, user, opened, seen, address, agent) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let Session { digest, user, opened, seen, agent, .. } = session;
    transaction.prepare_cached(sql)?.execute(params![digest.0, user.0, opened.millis(), seen.millis(), address, agent])?;
    let sql = "DELETE FROM session WHERE user = ?1 AND digest <> ?2 AND digest NOT IN
                   (SELECT digest FROM session WHERE user = ?1 AND digest <> ?2 ORDER BY opened DESC, digest LIMIT ?3)";
    transaction.prepare_cached(sql)?.execute(params![user.0, digest.0, SESSIONS_MAX - 1])?;
    Ok(())
}

pub(super) fn close(transaction: &Transaction<'_>, user: UserId, digest: &Digest) -> Result<bool, Fault> {
    let mut remove = transaction.prepare_cached("DELETE FROM session WHERE user = ?1 AND digest = ?2")?;
    Ok(remove.execute(params![user.0, digest.0])? > 0)
}

pub(super) fn close_all(transaction: &Transaction<'_>, user: UserId, but: Option<&Digest>) -> Result<u64, Fault> {
    let mut remove = transaction.prepare_cached("DELETE FROM session WHERE user = ?1 AND digest IS NOT ?2")?;
    Ok(remove.execute(params![user.0, but.map(|digest| digest.0)])? as u64)
}

pub(super) fn touch(connection: &Connection, digest: &Digest, now: EventTime) -> Result<(), Fault> {
    connection.prepare_cached("UPDATE session SET seen = max(seen, ?2) WHERE digest = ?1")?.execute(params![digest.0, now.millis()])?;
    Ok(())
}

pub(super) fn forget_ended(connection: &Connection, limits: SessionLimits, now: EventTime) -> Result<u64, Fault> {
    let since = |span: std::time::Duration| now.millis().saturating_sub(i64::try_from(span.as_millis()).unwrap_or(i64::MAX));
    let mut remove = connection.prepare_cached("DELETE FROM session WHERE seen <= ?1 OR opened <= ?2")?;
    Ok(remove.execute(params![since(limits.idle), since(limits.absolute)])? as u64)
}
