//! Configuration, wiring and the running loops; the only crate that knows everyone.
//!
//! [`scan`] runs the way of a log line once over a set of places: list → open → decode → judge → findings, with tallies and
//! sessions for a report where one is asked for. [`Rules`] says which rules are loaded: the pack inside the binary and any
//! folders. [`Ingestion`] keeps records and findings in a [`DataPlace`], whose [`Table`] it is; [`backtest`] runs rules over it.
//! [`demo`] simulates a breach and scans it.
//! [`Queries`] puts SQL to a lake.
//!
//! ```
//! let rules = watchfire_node::Rules::default().load()?;
//! assert!(rules.rules.len() > 150);
//! # Ok::<(), anyhow::Error>(())
//! ```
//!
//! Not here: what anything means. Each engine lives in its own crate; this one connects them.

mod backtest;
pub mod config;
mod data;
mod demo;
mod ingest;
mod lake;
mod living;
mod pack;
mod people;
mod query;
mod room;
mod rules;
mod scan;
mod serve;

pub use backtest::{Backtest, BacktestOptions, Removed, Tested, backtest, backtest_exception};
pub use data::{DataPlace, LakePlace};
pub use demo::{Demo, demo};
pub use ingest::{Feed, IngestOptions, Ingested, Ingestion, Next, ObjectRead, Passing, Taken};
pub use lake::Table;
pub use living::Living;
pub use people::People;
pub use query::{Ended, Queries, Reader};
pub use rules::Rules;
pub use scan::{Depth, Meter, Scan, ScanOptions, scan};
pub use serve::{Service, Stopper};
