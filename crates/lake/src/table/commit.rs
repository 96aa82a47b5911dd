//! The one way a new version of the table comes to be.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use deltalake_core::kernel::Action;
use deltalake_core::kernel::Transaction;
use deltalake_core::kernel::transaction::{CommitBuilder, CommitProperties, TransactionError};
use deltalake_core::logstore::object_store::ObjectStoreExt;
use deltalake_core::protocol::DeltaOperation;
use deltalake_core::{DeltaTableError, ObjectStore, ObjectStoreError, Path};

use super::Lake;
use super::location::commit_path;
use crate::Error;
use crate::error::in_store;

/// Commits in a row whose answers are lost before it is given up. Each has been tried again by the store's client as far as that is
/// allowed to.
pub(super) const DOUBTS_MAX: u32 = 4;

/// The pause after one.
pub(super) const DOUBT_PAUSE: Duration = Duration::from_secs(1);

/// What became of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Committed {
    /// It is this version.
    At(u64),
    /// Another writer was faster, or the answer was lost: what was decided on the old version must be decided again on the newest.
    Overtaken,
}

/// Milliseconds since 1970, for the dates that Delta's log asks for.
pub(crate) fn now_millis() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_millis()).unwrap_or(i64::MAX)
}

impl Lake {
    /// Commits actions as the version that follows the one looked at, and only as that one: whoever commits has looked at all that
    /// the table holds.
    pub(crate) async fn commit(
        &mut self,
        actions: Vec<Action>,
        operation: DeltaOperation,
        epoch: Option<Transaction>,
    ) -> Result<Committed, Error> {
        let state = self.table.snapshot().map_err(|error| self.place.failed(error))?;
        let mut properties = CommitProperties::default().with_max_retries(0);
        if let Some(epoch) = epoch {
            properties = properties.with_application_transaction(epoch);
        }
        let commit = CommitBuilder::from(properties).with_actions(actions).build(Some(state), self.table.log_store(), operation).await;
        let commit = match commit {
            Ok(commit) => commit,
            Err(error) if is_overtaken(&error) => return Ok(Committed::Overtaken),
            Err(error) if self.is_worth_another_look(&error) => {
                tracing::info!(%error, "nobody knows whether a commit came to be, looking again");
                tokio::time::sleep(DOUBT_PAUSE).await;
                return Ok(Committed::Overtaken);
            }
            Err(error) => return Err(self.place.failed(error)),
        };
        self.doubts = 0;
        self.place.make_commit_durable(commit.version())?;
        self.table.state = Some(commit.snapshot());
        Ok(Committed::At(commit.version()))
    }

    /// Gathers the log up to the version looked at in one file, so that the table opens faster. Without it nothing is lost.
    pub(crate) async fn gather_log(&self) {
        let gathered = deltalake_core::checkpoints::create_checkpoint(&self.table, None).await;
        let durable = gathered.map_err(|error| self.place.failed(error)).and_then(|()| self.place.make_checkpoint_durable(self.version()));
        if let Err(error) = durable {
            tracing::warn!(%error, version = self.version(), "the log could not be gathered, opening the table takes longer");
        }
    }

    /// Whether a commit over a network may have come to be although its answer was lost. Looking tells, and trying again is safe: a
    /// version is put only where none is, and the files are the same.
    fn is_worth_another_look(&mut self, error: &DeltaTableError) -> bool {
        if !self.place.is_remote() || !matches!(in_store(error), Some(ObjectStoreError::Generic { .. })) {
            return false;
        }
        self.doubts += 1;
        self.doubts < DOUBTS_MAX
    }

    /// When the oldest commit that is still kept was made.
    pub(crate) async fn first_commit_millis(&self) -> Result<i64, Error> {
        let store = self.table.object_store();
        for version in 0..=self.version() {
            if let Some(millis) = written_millis(store.as_ref(), &commit_path(version)).await? {
                return Ok(millis);
            }
        }
        Ok(i64::MAX)
    }
}

pub(super) fn is_overtaken(error: &DeltaTableError) -> bool {
    match error {
        DeltaTableError::VersionAlreadyExists(_) => true,
        DeltaTableError::Transaction { source } => matches!(
            source,
            TransactionError::VersionAlreadyExists(_) | TransactionError::MaxCommitAttempts(_) | TransactionError::CommitConflict(_)
        ),
        _ => false,
    }
}

/// When an object was written; nothing when it is not there.
async fn written_millis(store: &dyn ObjectStore, path: &str) -> Result<Option<i64>, Error> {
    match store.head(&Path::from(path)).await {
        Ok(meta) => Ok(Some(meta.last_modified.timestamp_millis())),
        Err(ObjectStoreError::NotFound { .. }) => Ok(None),
        Err(error) => Err(Error::storage(format!("reading {path}"), error)),
    }
}
