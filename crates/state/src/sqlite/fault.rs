//! What goes wrong inside, before it is said where.

use std::path::Path;

use rusqlite::ErrorCode;

use crate::Error;

/// An error that does not know the file yet.
#[derive(Debug)]
pub(super) enum Fault {
    /// SQLite's.
    Sql(rusqlite::Error),
    /// The file holds what this crate never writes.
    Damage(String),
    /// Newer than what is known here: found, known.
    Newer(i64, i64),
    /// Somebody else's database.
    Foreign,
    /// The system's.
    World(std::io::Error),
    /// Complete.
    Said(Error),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Fault {
        Fault::Sql(error)
    }
}

impl From<rusqlite::types::FromSqlError> for Fault {
    fn from(error: rusqlite::types::FromSqlError) -> Fault {
        Fault::Damage(error.to_string())
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Fault {
        Fault::Damage(error.to_string())
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Fault {
        Fault::World(error)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        Fault::Said(error)
    }
}

impl Fault {
    /// Says where it was.
    pub(super) fn at(self, path: &Path) -> Error {
        let path = path.to_path_buf();
        match self {
            Fault::Said(error) => error,
            Fault::Newer(found, known) => Error::Newer { path, found, known },
            Fault::Foreign => Error::Foreign { path },
            Fault::Damage(detail) => Error::Corrupt { path, detail },
            Fault::World(error) => of_world(error, path),
            Fault::Sql(error) => of_sql(error, path),
        }
    }
}

fn of_world(error: std::io::Error, path: std::path::PathBuf) -> Error {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Error::Full { path },
        ErrorKind::NotFound | ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem | ErrorKind::NotADirectory => {
            Error::CannotOpen { path, detail: error.to_string() }
        }
        _ => Error::Failed { path, source: error.into() },
    }
}

fn of_sql(error: rusqlite::Error, path: std::path::PathBuf) -> Error {
    use rusqlite::Error as Sql;
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Busy { path, pid: None },
        Some(ErrorCode::DiskFull) => Error::Full { path },
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            Error::CannotOpen { path, detail: error.to_string() }
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Error::Corrupt { path, detail: error.to_string() },
        Some(_) => Error::Failed { path, source: error.into() },
        None => match error {
            Sql::FromSqlConversionFailure(..) | Sql::IntegralValueOutOfRange(..) | Sql::InvalidColumnType(..) | Sql::Utf8Error(..) => {
                Error::Corrupt { path, detail: error.to_string() }
            }
            error => Error::Failed { path, source: error.into() },
        },
    }
}
