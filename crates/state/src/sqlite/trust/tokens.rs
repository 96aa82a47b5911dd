//! API tokens.

use rusqlite::{Connection, Row, Transaction, params};
use watchfire_model::EventTime;
use watchfire_trust::{Digest, NewToken, Token, TokenId, User, UserId};

use super::{role_of, users};
use crate::sqlite::fault::Fault;
use crate::trust::TrustFault;

/// Tokens of one user: one for each of many machines.
const TOKENS_MAX: u64 = 1_000;

const COLUMNS: &str = "api_token.id, api_token.digest, api_token.owner, api_token.label, api_token.role, api_token.scopes,
                       api_token.created, api_token.expires, api_token.used";

fn of_row(row: &Row<'_>) -> Result<Token, Fault> {
    let scopes = row.get_ref(5)?.as_str()?;
    let time = |at: usize| -> Result<Option<EventTime>, Fault> { Ok(row.get::<_, Option<i64>>(at)?.map(EventTime)) };
    Ok(Token {
        id: TokenId(row.get(0)?),
        digest: Digest(row.get(1)?),
        owner: UserId(row.get(2)?),
        label: row.get(3)?,
        role: role_of(row.get_ref(4)?.as_str()?)?,
        scopes: scopes.parse().map_err(|error| Fault::Damage(format!("a token with the scopes {scopes:?}: {error}")))?,
        created: EventTime(row.get(6)?),
        expires: time(7)?,
        used: time(8)?,
    })
}

pub(super) fn with_owner(connection: &Connection, digest: &Digest) -> Result<Option<(Token, User)>, Fault> {
    let sql = format!("SELECT {COLUMNS}, {} FROM api_token JOIN user ON user.id = api_token.owner WHERE digest = ?1", users::COLUMNS);
    let mut find = connection.prepare_cached(&sql)?;
    find.query_and_then([digest.0], |row| Ok((of_row(row)?, users::of_row(row, 9)?)))?.next().transpose()
}

pub(super) fn all(connection: &Connection, owner: Option<UserId>) -> Result<Vec<Token>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM api_token WHERE ?1 IS NULL OR owner = ?1 ORDER BY id DESC");
    let mut find = connection.prepare_cached(&sql)?;
    find.query_and_then([owner.map(|owner| owner.0)], of_row)?.collect()
}

pub(super) fn add(transaction: &Transaction<'_>, token: &NewToken) -> Result<Token, Fault> {
    users::found(transaction, token.owner)?;
    let mut count = transaction.prepare_cached("SELECT count(*) FROM api_token WHERE owner = ?1")?;
    if count.query_row([token.owner.0], |row| row.get::<_, u64>(0))? >= TOKENS_MAX {
        return Err(TrustFault::TooMany { of: "tokens", max: TOKENS_MAX }.into());
    }
    let sql = "INSERT INTO api_token (digest, owner, label, role, scopes, created, expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let NewToken { digest, owner, label, role, scopes, created, expires } = token;
    let (role_word, ends) = (role.as_str(), expires.map(EventTime::millis));
    transaction.prepare_cached(sql)?.execute(params![digest.0, owner.0, label, role_word, scopes.to_string(), created.millis(), ends])?;
    let id = TokenId(transaction.last_insert_rowid());
    Ok(Token {
        id,
        digest: *digest,
        owner: *owner,
        label: label.clone(),
        role: *role,
        scopes: scopes.clone(),
        created: *created,
        expires: *expires,
        used: None,
    })
}

pub(super) fn remove(transaction: &Transaction<'_>, id: TokenId) -> Result<bool, Fault> {
    Ok(transaction.prepare_cached("DELETE FROM api_token WHERE id = ?1")?.execute([id.0])? > 0)
}

pub(super) fn touch(connection: &Connection, id: TokenId, now: EventTime) -> Result<(), Fault> {
    let sql = "UPDATE api_token SET used = max(coalesce(used, ?2), ?2) WHERE id = ?1";
    connection.prepare_cached(sql)?.execute(params![id.0, now.millis()])?;
    Ok(())
}

pub(super) fn forget_ended(connection: &Connection, now: EventTime) -> Result<u64, Fault> {
    Ok(connection.prepare_cached("DELETE FROM api_token WHERE expires <= ?1")?.execute([now.millis()])? as u64)
}
