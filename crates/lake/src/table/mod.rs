//! The table: opened, read at a version, committed to.

mod bucket;
mod commit;
mod day;
mod dictionary;
mod file;
mod location;
mod session;
mod shape;
mod upload;

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::prelude::SessionContext;
use deltalake_core::operations::create::CreateBuilder;
use deltalake_core::protocol::SaveMode;
use deltalake_core::{DeltaTable, DeltaTableError};
use watchfire_model::EventTime;

pub use self::bucket::{Bucket, BucketAccess, BucketKeys, KeySource, Location};
pub(crate) use self::commit::{Committed, now_millis};
use self::commit::{DOUBT_PAUSE, DOUBTS_MAX};
pub use self::day::Day;
pub(crate) use self::file::Batches;
pub use self::file::{DataFile, LiveFile};
pub(crate) use self::location::{Place, commit_path, make_durable};
pub use self::session::{SessionLimits, session};
pub(crate) use self::upload::upload;
use crate::Error;
use crate::columns::{DAY, STATED};
use crate::schema::delta_columns;

/// The name of the table in SQL, and of its folder in a lake.
pub const TABLE: &str = "cloudtrail";

/// Commits after which the log is gathered in one file. Whoever opens the table reads that file and the commits since, each a file.
const CHECKPOINT_COMMITS: u32 = 10;

/// The `cloudtrail` table at one version. Clones are cheap and move on by themselves.
#[derive(Debug, Clone)]
pub struct Lake {
    pub(crate) place: Place,
    pub(crate) table: DeltaTable,
    /// Commits in a row of which nobody knows whether they came to be.
    doubts: u32,
}

impl Lake {
    /// Opens the table in a local folder, named by a path or a `file://` URL, or in a bucket.
    ///
    /// # Errors
    /// [`Error::NoTable`] when there is none, [`Error::Newer`] when this version may not read it, [`Error::Damaged`] when its log
    /// is torn, [`Error::Location`] when the place makes no sense.
    pub async fn open(location: impl Into<Location>) -> Result<Lake, Error> {
        let place = Place::existing(&location.into())?;
        let mut lake = Lake { table: place.table()?, place, doubts: 0 };
        // Loading would find out as well, and complain loudly.
        if lake.place.is_remote() && !lake.table.log_store().is_delta_table_location().await.map_err(|error| lake.place.failed(error))? {
            return Err(Error::NoTable { location: lake.place.location });
        }
        lake.load(None).await?;
        Ok(lake)
    }

    /// Opens the table, or creates an empty one when the place has none.
    ///
    /// # Errors
    /// As [`open`](Self::open), and [`Error::Storage`] when it cannot be created.
    pub async fn open_or_create(location: impl Into<Location>) -> Result<Lake, Error> {
        let location = location.into();
        let mut attempt = 0;
        loop {
            attempt += 1;
            match Lake::open(&location).await {
                Err(Error::NoTable { .. }) => {}
                other => return other,
            }
            let error = match Lake::create(&location).await {
                Ok(lake) => return Ok(lake),
                Err(error) => error,
            };
            // Another writer may have created it in the meantime, or the answer was lost and the table was not.
            if let Ok(lake) = Lake::open(&location).await {
                return Ok(lake);
            }
            if attempt >= DOUBTS_MAX || !location.is_remote() || !error.may_pass() {
                return Err(error);
            }
            tokio::time::sleep(DOUBT_PAUSE).await;
        }
    }

    async fn create(location: &Location) -> Result<Lake, Error> {
        let place = Place::created(location)?;
        let table = place.table()?;
        let created = CreateBuilder::new()
            .with_log_store(table.log_store())
            .with_table_name(TABLE)
            .with_comment("CloudTrail records, one row each")
            .with_columns(delta_columns())
            .with_partition_columns([DAY])
            .with_save_mode(SaveMode::Ignore)
            .with_configuration([
                ("delta.dataSkippingStatsColumns", Some(STATED.join(","))),
                ("delta.checkpointInterval", Some(CHECKPOINT_COMMITS.to_string())),
            ])
            .await
            .map_err(|error| place.failed(error))?;
        let mut lake = Lake { place, table: created, doubts: 0 };
        lake.load(None).await?;
        lake.place.make_commit_durable(0)?;
        Ok(lake)
    }

    /// Where the table is, as it was named.
    pub fn location(&self) -> &str {
        &self.place.location
    }

    /// The table's own id, which stays when it is moved to another place.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn id(&self) -> Result<String, Error> {
        let state = self.table.snapshot().map_err(|error| self.place.failed(error))?;
        Ok(state.metadata().id().to_owned())
    }

    /// The version that is looked at.
    pub fn version(&self) -> u64 {
        self.table.version().unwrap_or(0)
    }

    /// Moves on to the newest version.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn refresh(&mut self) -> Result<(), Error> {
        self.load(None).await
    }

    async fn load(&mut self, version: Option<u64>) -> Result<(), Error> {
        let loaded = match version {
            Some(version) => self.table.load_version(version).await,
            None => self.table.update_state().await,
        };
        let checked = match loaded {
            Ok(()) => self.check_protocol(),
            Err(error) => Err(error),
        };
        match checked {
            Ok(()) => self.check_shape(),
            Err(error) => Err(self.explain(error).await),
        }
    }

    fn check_protocol(&self) -> Result<(), DeltaTableError> {
        let snapshot = self.table.snapshot()?.snapshot();
        let checker = &deltalake_core::kernel::transaction::PROTOCOL;
        checker.can_read_from(snapshot).map_err(DeltaTableError::from)
    }

    /// Says which file of the log is to blame, when one is: the engine's own words name none.
    async fn explain(&self, error: DeltaTableError) -> Error {
        let said = self.place.failed(error);
        if matches!(said, Error::NoTable { .. } | Error::Newer { .. }) {
            return said;
        }
        match crate::maintain::first_log_fault(self).await {
            Ok(Some(fault)) => Error::Damaged { file: fault.file, reason: fault.reason, hint: fault.hint },
            Ok(None) | Err(_) => said,
        }
    }

    /// The table as it was at a version.
    ///
    /// # Errors
    /// [`Error::NoVersion`] when there is none such, or its log is no longer kept; otherwise as [`open`](Self::open).
    pub async fn at_version(&self, version: u64) -> Result<Lake, Error> {
        let mut past = self.clone();
        past.refresh().await?;
        let latest = past.version();
        if version > latest {
            return Err(Error::NoVersion { wanted: version.to_string(), latest });
        }
        past.load(Some(version)).await?;
        Ok(past)
    }

    /// The table as it was at an instant: the last version that was committed by then.
    ///
    /// # Errors
    /// [`Error::NoVersion`] when the table is younger; otherwise as [`open`](Self::open).
    pub async fn at_time(&self, time: EventTime) -> Result<Lake, Error> {
        let mut past = self.clone();
        past.refresh().await?;
        let too_early = || Error::NoVersion { wanted: time.to_string(), latest: past.version() };
        let instant = chrono::DateTime::from_timestamp_millis(time.millis()).ok_or_else(too_early)?;
        if past.first_commit_millis().await? > time.millis() {
            return Err(too_early());
        }
        let loaded = past.table.load_with_datetime(instant).await;
        match loaded {
            Ok(()) => Ok(past),
            Err(error) => Err(past.explain(error).await),
        }
    }

    /// The number of the last epoch that a writer committed; nothing when it never did.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn last_epoch(&self, writer: &str) -> Result<Option<i64>, Error> {
        let log = self.table.log_store();
        let state = self.table.snapshot().map_err(|error| self.place.failed(error))?;
        state.transaction_version(log.as_ref(), writer).await.map_err(|error| self.place.failed(error))
    }

    /// The table for DataFusion, at this version, reading as the session is set up to read: files are pruned by day and by what they
    /// state about their columns, then row groups and pages by statistics and bloom filters.
    pub(crate) async fn provider_in(&self, context: &SessionContext) -> Result<Arc<dyn TableProvider>, Error> {
        let builder = self.table.table_provider().with_session(Arc::new(context.state()));
        builder.await.map_err(|error| Error::datafusion("opening the table", error))
    }

    /// Makes the table known to a session as [`TABLE`], at this version. Files are pruned by day and by what they state about their columns,
    /// then row groups and pages by statistics and bloom filters.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn register(&self, context: &SessionContext) -> Result<(), Error> {
        let provider = self.provider_in(context).await?;
        context.register_table(TABLE, provider).map_err(|error| Error::datafusion("registering the table", error))?;
        Ok(())
    }
}
