//! Which findings are still to be told of.

use rusqlite::Connection;

use super::fault::Fault;
use crate::FindingId;

/// Findings that changed with an epoch after the one that was told of last.
pub(super) fn untold(connection: &Connection) -> Result<Vec<FindingId>, Fault> {
    let mut statement =
        connection.prepare_cached("SELECT id FROM finding WHERE epoch > coalesce((SELECT epoch FROM told), 0) ORDER BY key")?;
    let ids = statement.query_map([], |row| row.get::<_, String>(0))?;
    ids.map(|id| id?.parse().map_err(Fault::Damage)).collect()
}

/// Every finding there is was told of.
pub(super) fn set(connection: &Connection) -> Result<(), Fault> {
    let set = "INSERT INTO told (only, epoch) VALUES (1, coalesce((SELECT max(id) FROM epoch), 0)) \
               ON CONFLICT (only) DO UPDATE SET epoch = excluded.epoch";
    connection.prepare_cached(set)?.execute([])?;
    Ok(())
}
