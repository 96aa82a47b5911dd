//! The lake: every CloudTrail record kept as a row of a Delta table, nothing doubled, and read with SQL.
//!
//! Main types: [`RowBuilder`] (records into rows; one a thread), [`Epoch`] (rows that become visible together), [`LakeWriter`]
//! (closes epochs), [`Lake`] (the table: versions, maintenance, the provider for DataFusion), [`session`] (a bounded session to
//! query in), [`query`] (the SQL of the field over it), [`describe`] (the columns and their meaning), [`to_json`] (rows back into records).
//!
//! ```
//! use std::sync::Arc;
//! use watchfire_decode::{Decoder, Input, Limits, Sink};
//! use watchfire_lake::{Epoch, INGEST, Lake, LakeWriter, Outcome, RowBuilder, SessionLimits, session};
//! use watchfire_model::{Record, Reject};
//!
//! struct Keep(RowBuilder);
//! impl Sink for Keep {
//!     fn record(&mut self, _source: &Arc<str>, record: Record<'_>) {
//!         self.0.push(&record);
//!     }
//!     fn reject(&mut self, reject: Reject) {
//!         panic!("{}", reject.detail);
//!     }
//! }
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let place = folder.path().join("cloudtrail");
//! # let place = place.to_str().expect("UTF-8");
//! let log = br#"{"Records":[{"eventName":"StopLogging","eventSource":"cloudtrail.amazonaws.com","eventTime":"2026-03-02T09:14:07Z",
//!     "eventID":"7a1b","recipientAccountId":"111122223333","userIdentity":{"type":"Root"}}]}"#;
//! let mut rows = Keep(RowBuilder::new());
//! Decoder::new(Limits::default()).decode(&Arc::from("log.json"), Input::Bytes(log), &mut rows);
//!
//! let lake = Lake::open_or_create(place).await?;
//! let mut epoch = Epoch::new(lake.last_epoch(INGEST).await?.unwrap_or(0) + 1);
//! epoch.push(rows.0.finish());
//! let mut writer = LakeWriter::new(lake, INGEST);
//! assert!(matches!(writer.close(&mut epoch).await?, Outcome::Written(report) if report.rows == 1));
//!
//! let context = session(SessionLimits::default())?;
//! writer.lake().register(&context).await?;
//! let found = context.sql("SELECT eventname FROM cloudtrail WHERE useridentity['type'] = 'Root'").await?;
//! assert_eq!(found.count().await?, 1);
//! # Ok(())
//! # }
//! ```
//!
//! Not here: reading logs (`ingest`, `decode`), positions and findings (`state`), the dialects that people write SQL in (`query`).

mod chunk;
mod columns;
mod error;
pub mod function;
mod glance;
mod maintain;
pub mod query;
mod rows;
mod schema;
mod table;
mod write;

pub use columns::{BLOOMED, COLUMNS, Column, DAY, EXTRA, ORDER, STATED, Shape};
pub use error::Error;
pub use glance::{Glanced, Glances, KindTables, Line, Records, Run, Runs, alike, readable, shown};
pub use maintain::{Compacted, Compaction, Fault, Retained, Status, Vacuumed, Verified};
pub use rows::{BLOCK_BYTES, NO_DAY, RowBuilder, Rows, to_json};
pub use schema::{Described, delta_columns, describe, file_schema};
pub use table::{Bucket, BucketAccess, BucketKeys, DataFile, Day, KeySource, Lake, LiveFile, Location, SessionLimits, TABLE, session};
pub use write::{Epoch, INGEST, LakeWriter, Outcome, Report, SEEN_BYTES_MAX};
