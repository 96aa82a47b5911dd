//! Access keys.

use rusqlite::{Connection, Row, Transaction, params};
use watchfire_model::EventTime;
use watchfire_trust::{AccessKey, AccessKeyId, Sealed, User, UserId};

use super::{role_of, users};
use crate::sqlite::fault::Fault;
use crate::trust::TrustFault;

/// Access keys of one user. AWS allows two, to change from one to the other; here one user may stand for several machines.
const KEYS_MAX: u64 = 100;

const COLUMNS: &str = "access_key.id, access_key.owner, access_key.label, access_key.role, access_key.sealed, access_key.is_active,
                       access_key.created, access_key.used";

fn of_row(row: &Row<'_>) -> Result<AccessKey, Fault> {
    let id = row.get_ref(0)?.as_str()?;
    Ok(AccessKey {
        id: AccessKeyId::parse(id).ok_or_else(|| Fault::Damage(format!("an access key with the id {id:?}")))?,
        owner: UserId(row.get(1)?),
        label: row.get(2)?,
        role: role_of(row.get_ref(3)?.as_str()?)?,
        sealed: Sealed::new(row.get(4)?),
        is_active: row.get(5)?,
        created: EventTime(row.get(6)?),
        used: row.get::<_, Option<i64>>(7)?.map(EventTime),
    })
}

pub(super) fn with_owner(connection: &Connection, id: &AccessKeyId) -> Result<Option<(AccessKey, User)>, Fault> {
    let sql =
        format!("SELECT {COLUMNS}, {} FROM access_key JOIN user ON user.id = access_key.owner WHERE access_key.id = ?1", users::COLUMNS);
    let mut find = connection.prepare_cached(&sql)?;
    find.query_and_then([id.as_str()], |row| Ok((of_row(row)?, users::of_row(row, 8)?)))?.next().transpose()
}

pub(super) fn all(connection: &Connection, owner: Option<UserId>) -> Result<Vec<AccessKey>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM access_key WHERE ?1 IS NULL OR owner = ?1 ORDER BY created DESC, id");
    let mut find = connection.prepare_cached(&sql)?;
    find.query_and_then([owner.map(|owner| owner.0)], of_row)?.collect()
}

pub(super) fn add(transaction: &Transaction<'_>, key: &AccessKey) -> Result<(), Fault> {
    users::found(transaction, key.owner)?;
    let mut count = transaction.prepare_cached("SELECT count(*) FROM access_key WHERE owner = ?1")?;
    if count.query_row([key.owner.0], |row| row.get::<_, u64>(0))? >= KEYS_MAX {
        return Err(TrustFault::TooMany { of: "access keys", max: KEYS_MAX }.into());
    }
    let sql = "INSERT INTO access_key (id, owner, label, role, sealed, is_active, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let AccessKey { id, owner, label, role, sealed, is_active, created, .. } = key;
    let values = params![id.as_str(), owner.0, label, role.as_str(), sealed.as_bytes(), is_active, created.millis()];
    transaction.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

pub(super) fn switch(transaction: &Transaction<'_>, id: &AccessKeyId, is_active: bool) -> Result<bool, Fault> {
    let mut set = transaction.prepare_cached("UPDATE access_key SET is_active = ?2 WHERE id = ?1 AND is_active <> ?2")?;
    Ok(set.execute(params![id.as_str(), is_active])? > 0)
}

pub(super) fn remove(transaction: &Transaction<'_>, id: &AccessKeyId) -> Result<bool, Fault> {
    Ok(transaction.prepare_cached("DELETE FROM access_key WHERE id = ?1")?.execute([id.as_str()])? > 0)
}

pub(super) fn touch(connection: &Connection, id: &AccessKeyId, now: EventTime) -> Result<(), Fault> {
    let sql = "UPDATE access_key SET used = max(coalesce(used, ?2), ?2) WHERE id = ?1";
    connection.prepare_cached(sql)?.execute(params![id.as_str(), now.millis()])?;
    Ok(())
}
