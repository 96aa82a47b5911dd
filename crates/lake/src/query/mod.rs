//! The SQL of the field over the lake: [`Database`] opens a lake to read, [`Database::query`] translates a statement of Athena, Trino or
//! CloudTrail Lake, plans it, and answers with [`Page`]s of rows.
//!
//! What a person got wrong comes back as a `Diagnostic` that points into the text as it was typed. Memory, temporary files and time of a
//! query are bounded; dropping the answer ends it.
//!
//! ```
//! # use watchfire_lake::query::{Database, Moment, QueryError};
//! # use watchfire_lake::{Lake, SessionLimits};
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # Lake::open_or_create(folder.path().join("cloudtrail").to_str().expect("UTF-8")).await?;
//! let database = Database::open(folder.path(), Moment::Newest, SessionLimits::default()).await?;
//! let mut answer = database.query("SELECT useridentity.arn, count(*) AS calls FROM cloudtrail_logs GROUP BY 1", None).await?;
//! while let Some(page) = answer.next().await? {
//!     println!("{:?}", page.texts()?);
//! }
//! assert!(matches!(database.query("SELECT useridentiti FROM cloudtrail", None).await, Err(QueryError::Statement(_))));
//! # Ok(())
//! # }
//! ```
//!
//! Deliberately not here: what SQL means (the `query` crate), and how answers look.

mod answer;
mod catalogue;
mod database;
mod days;
mod error;
mod names;
mod ocsf;
mod page;
mod parquet;
mod plan;
mod scanned;
mod tables;
mod view;

pub use answer::Answer;
pub use database::{Database, Moment};
pub use error::QueryError;
pub use page::{OutColumn, Page};
pub use parquet::ParquetOut;
pub use scanned::Scanned;
pub use tables::{TableDoc, tables};
