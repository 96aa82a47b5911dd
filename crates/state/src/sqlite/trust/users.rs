//! Users.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use watchfire_model::EventTime;
use watchfire_trust::{NewUser, PasswordHash, Role, User, UserChange, UserId, UserName};

use super::role_of;
use crate::sqlite::fault::Fault;
use crate::trust::TrustFault;

/// The columns that [`of_row`] reads, for selects that join users.
pub(super) const COLUMNS: &str = "user.id, user.name, user.role, user.is_active, user.password, user.created, user.changed";

/// Reads a user from the columns of a row that begin at a place.
pub(super) fn of_row(row: &Row<'_>, at: usize) -> Result<User, Fault> {
    let name = row.get_ref(at + 1)?.as_str()?;
    let name: UserName = name.parse().map_err(|_| Fault::Damage(format!("a user with the name {name:?}")))?;
    let password = row.get_ref(at + 4)?.as_str_or_null()?;
    let hash = |text: &str| PasswordHash::parse(text).ok_or_else(|| Fault::Damage(format!("{name} with a password of no known form")));
    Ok(User {
        id: UserId(row.get(at)?),
        role: role_of(row.get_ref(at + 2)?.as_str()?)?,
        is_active: row.get(at + 3)?,
        password: password.map(hash).transpose()?,
        created: EventTime(row.get(at + 5)?),
        changed: EventTime(row.get(at + 6)?),
        name,
    })
}

pub(super) fn all(connection: &Connection) -> Result<Vec<User>, Fault> {
    let mut find = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM user ORDER BY name"))?;
    find.query_and_then([], |row| of_row(row, 0))?.collect()
}

pub(super) fn of(connection: &Connection, id: UserId) -> Result<Option<User>, Fault> {
    let mut find = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM user WHERE id = ?1"))?;
    find.query_and_then([id.0], |row| of_row(row, 0))?.next().transpose()
}

pub(super) fn of_name(connection: &Connection, name: &UserName) -> Result<Option<User>, Fault> {
    let mut find = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM user WHERE name = ?1"))?;
    find.query_and_then([name.as_str()], |row| of_row(row, 0))?.next().transpose()
}

/// The user, who must be there.
pub(super) fn found(connection: &Connection, id: UserId) -> Result<User, Fault> {
    of(connection, id)?.ok_or_else(|| TrustFault::NoUser(id).into())
}

/// Admins that may come in.
pub(super) fn admins(connection: &Connection) -> Result<u64, Fault> {
    let mut count = connection.prepare_cached("SELECT count(*) FROM user WHERE role = 'admin' AND is_active = 1")?;
    Ok(count.query_row([], |row| row.get(0))?)
}

pub(super) fn add(transaction: &Transaction<'_>, user: &NewUser, role: Role, now: EventTime) -> Result<User, Fault> {
    let sql = "INSERT INTO user (name, role, is_active, password, created, changed) VALUES (?1, ?2, 1, ?3, ?4, ?4)
               ON CONFLICT (name) DO NOTHING RETURNING id";
    let password = user.password.as_ref().map(PasswordHash::as_phc);
    let id: Option<i64> = transaction
        .prepare_cached(sql)?
        .query_row(params![user.name.as_str(), role.as_str(), password, now.millis()], |row| row.get(0))
        .optional()?;
    match id {
        Some(id) => found(transaction, UserId(id)),
        None => Err(TrustFault::NameTaken(user.name.clone()).into()),
    }
}

/// The user as it is then, and whether it was otherwise before.
pub(super) fn change(transaction: &Transaction<'_>, id: UserId, change: &UserChange, now: EventTime) -> Result<(User, bool), Fault> {
    let before = found(transaction, id)?;
    let mut after = before.clone();
    after.role = change.role.unwrap_or(before.role);
    after.is_active = change.is_active.unwrap_or(before.is_active);
    after.password = change.password.clone().or(before.password.clone());
    if after == before {
        return Ok((before, false));
    }
    after.changed = now;
    let sql = "UPDATE user SET role = ?2, is_active = ?3, password = ?4, changed = ?5 WHERE id = ?1";
    let password = after.password.as_ref().map(PasswordHash::as_phc);
    transaction.prepare_cached(sql)?.execute(params![id.0, after.role.as_str(), after.is_active, password, now.millis()])?;
    if after.password != before.password || !after.is_active {
        transaction.prepare_cached("DELETE FROM session WHERE user = ?1")?.execute([id.0])?;
    }
    keep_an_admin(transaction, &before)?;
    Ok((after, true))
}

/// After a change of a user: whether somebody can still administrate, if that user could.
fn keep_an_admin(transaction: &Transaction<'_>, before: &User) -> Result<(), Fault> {
    let was_admin = before.role == Role::Admin && before.is_active;
    match was_admin && admins(transaction)? == 0 {
        true => Err(TrustFault::LastAdmin(before.name.clone()).into()),
        false => Ok(()),
    }
}

pub(super) fn rehash(connection: &Connection, id: UserId, before: &PasswordHash, after: &PasswordHash) -> Result<(), Fault> {
    let mut set = connection.prepare_cached("UPDATE user SET password = ?3 WHERE id = ?1 AND password = ?2")?;
    set.execute(params![id.0, before.as_phc(), after.as_phc()])?;
    Ok(())
}

pub(super) fn remove(transaction: &Transaction<'_>, id: UserId) -> Result<(), Fault> {
    let before = found(transaction, id)?;
    transaction.prepare_cached("DELETE FROM user WHERE id = ?1")?.execute([id.0])?;
    keep_an_admin(transaction, &before)
}
