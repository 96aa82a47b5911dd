//! The first run.

use rusqlite::{OptionalExtension, Transaction, params};
use watchfire_model::EventTime;
use watchfire_trust::{Digest, NewUser, Role, Setup, User};

use super::users;
use crate::sqlite::fault::Fault;
use crate::trust::TrustFault;

pub(super) fn begin(transaction: &Transaction<'_>, setup: &Setup) -> Result<bool, Fault> {
    if users::admins(transaction)? > 0 {
        return Ok(false);
    }
    let sql = "INSERT INTO setup (only, digest, created) VALUES (1, ?1, ?2) ON CONFLICT DO UPDATE SET digest = ?1, created = ?2";
    transaction.prepare_cached(sql)?.execute(params![setup.digest.0, setup.created.millis()])?;
    Ok(true)
}

pub(super) fn finish(transaction: &Transaction<'_>, presented: &Digest, user: &NewUser, now: EventTime) -> Result<User, Fault> {
    let mut find = transaction.prepare_cached("SELECT digest, created FROM setup")?;
    let of_row = |row: &rusqlite::Row<'_>| Ok(Setup { digest: Digest(row.get(0)?), created: EventTime(row.get(1)?) });
    let setup = find.query_row([], of_row).optional()?;
    if users::admins(transaction)? > 0 || !setup.is_some_and(|setup| setup.accepts(*presented, now)) {
        return Err(TrustFault::SetupOver.into());
    }
    let user = users::add(transaction, user, Role::Admin, now)?;
    transaction.prepare_cached("DELETE FROM setup")?.execute([])?;
    Ok(user)
}
