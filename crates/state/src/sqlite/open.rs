//! Opening the file, and bringing it up to date.

use std::path::Path;
use std::time::Instant;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::Settings;
use super::fault::Fault;
use super::hub;

/// What leads from one format to the next; the file's `user_version` counts those it has been through. Never edited, only added to.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/0001_first.sql"),
    include_str!("../../migrations/0002_home.sql"),
    include_str!("../../migrations/0003_status_changes.sql"),
    include_str!("../../migrations/0004_hub.sql"),
    include_str!("../../migrations/0005_trust.sql"),
    include_str!("../../migrations/0006_bus.sql"),
    include_str!("../../migrations/0007_told.sql"),
];

/// `WFST`, in the place SQLite keeps for telling whose a database is.
const APPLICATION_ID: i64 = 0x5746_5354;

/// Statements kept prepared: all that this crate has.
const STATEMENTS_MAX: usize = 128;

/// Memory for pages, in KiB: a seen-set of a million objects is some 150 MB and is walked in order, so little is enough.
const CACHE_KIB: i64 = 16 * 1024;

/// The same where epochs are committed: one with twenty thousand new findings changes 60 MB of pages in no order, and pages that do not fit
/// are written again and again.
const WRITER_CACHE_KIB: i64 = 64 * 1024;

/// Bytes that the write-ahead log is cut to after a commit that made it longer.
const LOG_BYTES_MAX: i64 = 16 << 20;

/// Opens a file.
pub(super) fn file(path: &Path, settings: Settings) -> Result<Connection, Fault> {
    make_private(path);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(settings.busy_wait)?;
    // Before anything is written: whose is it, and how new?
    inspect(&mut connection)?;
    use_write_ahead_log(&connection, settings)?;
    prepare(connection, settings)
}

/// Makes the file, where there is none, for its owner alone: it holds secrets of connections, and what SQLite puts beside it has the
/// same permissions. What goes wrong here is said when it is opened.
fn make_private(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    drop(options.open(path));
}

/// Opens a second connection to a file that [`file`] has opened, which only reads.
pub(super) fn reader(path: &Path, settings: Settings) -> Result<Connection, Fault> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(settings.busy_wait)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}

/// Opens one in memory.
pub(super) fn memory(settings: Settings) -> Result<Connection, Fault> {
    prepare(Connection::open_in_memory()?, settings)
}

fn prepare(mut connection: Connection, settings: Settings) -> Result<Connection, Fault> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    // FULL: a commit that was reported survives a power loss. With NORMAL the last epochs could be taken back after the lake has
    // them, their numbers would be given to other objects, and the lake would take those rows for written. One fsync an epoch is cheap.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
    connection.pragma_update_and_check(None, "journal_size_limit", LOG_BYTES_MAX, |_| Ok(()))?;
    // Views and triggers that somebody put into the file may not call anything with side effects.
    connection.pragma_update(None, "trusted_schema", false)?;
    migrate(&mut connection)?;
    hub::adopt(&mut connection)?;
    if let Some(bytes) = settings.file_bytes_max {
        let page: u64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
        connection.pragma_update_and_check(None, "max_page_count", bytes / page.max(1), |_| Ok(()))?;
    }
    Ok(connection)
}

/// The newest format that is known.
pub(super) fn known() -> i64 {
    MIGRATIONS.len() as i64
}

/// The format of the file; 0 of an empty one.
pub(super) fn inspect(connection: &mut Connection) -> Result<i64, Fault> {
    let transaction = connection.transaction()?;
    let tables: i64 = transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let owner: i64 = transaction.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = MIGRATIONS.len() as i64;
    match owner {
        APPLICATION_ID if version > known => Err(Fault::Newer(version, known)),
        APPLICATION_ID if version < 1 => Err(Fault::Damage(format!("its format is given as {version}"))),
        APPLICATION_ID => Ok(version),
        0 if version == 0 && tables == 0 => Ok(0),
        _ => Err(Fault::Foreign),
    }
}

/// With the write-ahead log readers and the writer never wait for each other. Whoever turns it on must be alone for a moment, and
/// SQLite does not wait for that by itself.
fn use_write_ahead_log(connection: &Connection, settings: Settings) -> Result<(), Fault> {
    let started = Instant::now();
    loop {
        let turned = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0));
        match turned {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(mode) => {
                let error = std::io::Error::other(format!("the file system allows no write-ahead log (journal mode is {mode})"));
                return Err(Fault::World(error));
            }
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && started.elapsed() < settings.busy_wait => {
                std::thread::yield_now();
            }
            Err(error) => return Err(error.into()),
        }
    }
}

fn migrate(connection: &mut Connection) -> Result<(), Fault> {
    let known = MIGRATIONS.len() as i64;
    if inspect(connection)? == known {
        return Ok(());
    }
    for (number, migration) in (1..).zip(MIGRATIONS) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another process may have been quicker.
        let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if version < number {
            transaction.execute_batch(migration)?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.pragma_update(None, "user_version", number)?;
        }
        transaction.commit()?;
    }
    Ok(())
}
