//! What can go wrong, by what the caller does next.

use datafusion::arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use datafusion::parquet::errors::ParquetError;
use deltalake_core::kernel::transaction::TransactionError;
use deltalake_core::{DeltaTableError, ObjectStoreError};

/// Why the lake could not do it. The table itself is as it was before.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The place was named wrongly: name another.
    #[error("{location}: {reason}")]
    Location {
        /// The place as it was named.
        location: String,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no table at this place: create one, or name another place.
    #[error("{location}: no table here\nhint: the folder of a table holds _delta_log; ingest creates it")]
    NoTable {
        /// The place as it was named.
        location: String,
    },
    /// The table asks for something that this version does not know: upgrade.
    #[error(
        "{location}: the table needs what this version does not know: {reason}\nhint: it was written by a newer program; upgrade before reading or writing it"
    )]
    Newer {
        /// Where the table is.
        location: String,
        /// The protocol version or feature that is asked for.
        reason: String,
    },
    /// A file of the table is damaged or gone: run verify, restore the file.
    #[error("{file}: {reason}\nhint: {hint}")]
    Damaged {
        /// The file, relative to the table.
        file: String,
        /// What is wrong with it.
        reason: String,
        /// What can be done.
        hint: String,
    },
    /// The table has no such version: choose another.
    #[error("the table has no version {wanted}; its versions go up to {latest}")]
    NoVersion {
        /// What was asked for.
        wanted: String,
        /// The newest version.
        latest: u64,
    },
    /// The epoch's number is already used up by other records: take a higher number; the records are kept in the epoch.
    #[error(
        "epoch {epoch} of {writer} is older than epoch {last} in the table, and {rows} of its rows are not there\nhint: number epochs from the table's last epoch on; two writers need two names"
    )]
    EpochTaken {
        /// The writer's name.
        writer: String,
        /// The epoch that was to be written.
        epoch: i64,
        /// The newest epoch of this writer in the table.
        last: i64,
        /// Rows that the table does not hold.
        rows: u64,
    },
    /// Other writers were faster, time after time: try again.
    #[error("another writer changed the table {attempts} times in a row\nhint: try again; nothing of this attempt is visible")]
    Contended {
        /// How often the commit was tried.
        attempts: u32,
    },
    /// No room left where the table is: free some, then do the same again.
    #[error(
        "no room left: {doing}: {}\nhint: free some space where the table is and try again; the table is as it was",
        with_causes(cause.as_ref())
    )]
    Full {
        /// What was being done.
        doing: String,
        /// What failed, as with storage.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Disk or object store failed: try again once it works.
    #[error("{doing}: {}{}", with_causes(cause.as_ref()), advice(cause.as_ref()))]
    Storage {
        /// What was being done.
        doing: String,
        /// What failed; told with the message, which is why it is not told again as its source.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A query or maintenance run failed in the engine.
    #[error("{doing}: {}{}", with_causes(cause.as_ref()), advice(cause.as_ref()))]
    Engine {
        /// What was being done.
        doing: String,
        /// What failed, as with storage.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// What verify is for, in the hints of damage.
pub(crate) const RESTORE_HINT: &str =
    "`lake verify` lists all damage; restore the file from a copy, or ingest its day's logs again after removing it";

impl Error {
    /// A failure of disk or object store.
    pub(crate) fn storage(doing: impl Into<String>, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        let (doing, cause) = (doing.into(), source.into());
        if is_full(cause.as_ref()) { Error::Full { doing, cause } } else { Error::Storage { doing, cause } }
    }

    /// A failure inside the engine.
    pub(crate) fn engine(doing: impl Into<String>, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        Error::Engine { doing: doing.into(), cause: source.into() }
    }

    /// Whether a store was busy or out of reach, rather than unwilling.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self, Error::Storage { cause, .. } if matches!(in_store(cause.as_ref()), Some(ObjectStoreError::Generic { .. })))
    }

    /// What Arrow says about rows that were built here.
    pub(crate) fn arrow(doing: &str, source: ArrowError) -> Error {
        Error::engine(doing, source)
    }

    /// What DataFusion says.
    pub(crate) fn datafusion(doing: &str, source: DataFusionError) -> Error {
        Error::engine(doing, source)
    }

    /// What Parquet says about a file of the table: an object store that fails is not damage.
    pub(crate) fn parquet(file: &str, source: ParquetError) -> Error {
        match source {
            ParquetError::External(source) if !is_missing(source.as_ref()) => Error::storage(format!("reading {file}"), source),
            ParquetError::External(_) => Error::missing(file),
            other => Error::damaged(file, other.to_string()),
        }
    }

    /// A file that cannot be read as what it should be.
    pub(crate) fn damaged(file: &str, reason: impl Into<String>) -> Error {
        Error::Damaged { file: file.into(), reason: reason.into(), hint: RESTORE_HINT.into() }
    }

    /// A file that the table lists and that is gone.
    pub(crate) fn missing(file: &str) -> Error {
        Error::damaged(file, "the table lists this file, and it is not there")
    }

    /// What Delta says about the log of the table at a location.
    pub(crate) fn delta(location: &str, source: DeltaTableError) -> Error {
        let text = source.to_string();
        match &source {
            DeltaTableError::NotATable(_) => Error::NoTable { location: location.into() },
            DeltaTableError::Transaction { source: TransactionError::UnsupportedTableFeatures(features) } => {
                Error::Newer { location: location.into(), reason: format!("{features:?}") }
            }
            DeltaTableError::Transaction { source: TransactionError::TableFeaturesRequired(feature) } => {
                Error::Newer { location: location.into(), reason: format!("{feature:?}") }
            }
            DeltaTableError::InvalidJsonLog { version, json_err, .. } => torn(*version, &json_err.to_string()),
            _ if speaks_of_newer(&text) => Error::Newer { location: location.into(), reason: text },
            _ => Error::storage(format!("reading or writing the log of {location}"), source),
        }
    }
}

/// A commit of the log that is no whole JSON.
pub(crate) fn torn(version: u64, reason: &str) -> Error {
    Error::Damaged {
        file: format!("_delta_log/{version:020}.json"),
        reason: format!("torn commit: {reason}"),
        hint: "if it is the newest commit, move it away and ingest again: its epoch is then written anew; otherwise restore it from a copy"
            .into(),
    }
}

fn speaks_of_newer(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.contains("unsupported") && ["feature", "protocol", "reader version", "writer version"].iter().any(|word| text.contains(word))
}

/// Whether what is at the bottom of an error is a disk without room, or a file that may not grow.
fn is_full(mut source: &(dyn std::error::Error + 'static)) -> bool {
    use std::io::ErrorKind;
    loop {
        if let Some(error) = source.downcast_ref::<std::io::Error>()
            && matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
        {
            return true;
        }
        match source.source() {
            Some(deeper) => source = deeper,
            None => return false,
        }
    }
}

/// An error with its causes, on one line.
fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        cause = error.source();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What can be done about an object store that does not do what it is asked.
fn advice(error: &(dyn std::error::Error + 'static)) -> &'static str {
    // Readers of files pass on some errors as their text only.
    let says = |words: &str| in_store(error).is_none() && error.to_string().contains(words);
    match in_store(error) {
        Some(ObjectStoreError::PermissionDenied { .. }) => DENIED_HINT,
        Some(ObjectStoreError::Unauthenticated { .. }) => {
            "\nhint: set AWS_PROFILE or log in again (aws sso login), then run the same command again"
        }
        Some(ObjectStoreError::Generic { store: "S3", .. }) => BUSY_HINT,
        _ if says("Generic S3 error") => BUSY_HINT,
        _ if says("lacked the necessary privileges") => DENIED_HINT,
        _ => "",
    }
}

const DENIED_HINT: &str = "\nhint: the identity in use needs s3:ListBucket on the bucket and s3:GetObject, s3:PutObject and s3:DeleteObject \
                           below the lake's prefix, and rights to its KMS key if it has one; `aws sts get-caller-identity` shows which \
                           identity that is";

const BUSY_HINT: &str = "\nhint: the object store is busy, broken or out of reach; the table is whole, so run the same command again later";

/// The object store's own error among the causes.
pub(crate) fn in_store<'e>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e ObjectStoreError> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// Whether an object store's error says that the object is not there.
fn is_missing(error: &(dyn std::error::Error + 'static)) -> bool {
    matches!(in_store(error), Some(ObjectStoreError::NotFound { .. }))
}
