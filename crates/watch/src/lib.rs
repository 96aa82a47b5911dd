//! Drives the engines over batches, keeps their state, publishes findings.
//!
//! One [`Engine`] (compiled rules) is shared; each thread has a [`Worker`] that decodes objects, asks the engine about every
//! record and gathers what it says in a [`Gathered`]. When all objects are read, the gathered parts are joined and
//! [`Gathered::findings`] runs the correlations over event time and closes the book. The order in which objects were read does
//! not show in the result.
//!
//! ```
//! use std::sync::Arc;
//! use watchfire_decode::Input;
//! use watchfire_detect::{RuleSet, RuleText};
//! use watchfire_watch::{Engine, Scope, Worker};
//!
//! let rule = "
//! title: Trail stopped
//! logsource: {product: aws, service: cloudtrail}
//! detection: {selection: {eventName: StopLogging}, condition: selection}
//! ";
//! let engine = Arc::new(Engine::new(RuleSet::load([RuleText::new("trail.yaml", rule)], &Default::default())));
//! let mut worker = Worker::new(engine.clone(), Scope::default(), 1);
//! let log = br#"{"Records":[{"eventID":"1","eventName":"StopLogging","eventSource":"cloudtrail.amazonaws.com","eventTime":"2026-03-02T09:14:07Z"}]}"#;
//! worker.take(&Arc::from("a.json"), Input::Bytes(log), None);
//! let (findings, _) = worker.finish().findings(&engine)?;
//! assert_eq!(&*findings[0].title, "Trail stopped");
//! # Ok::<(), watchfire_watch::Error>(())
//! ```
//!
//! Not here: reading objects (`ingest`), keeping findings (`state`), reports (`investigate`).

mod book;
mod draft;
mod engine;
mod entity;
mod event;
mod evidence;
mod keyed;
mod live;
mod look;
mod proof;
mod signals;
mod summary;
mod worker;

pub use engine::Engine;
pub use evidence::{Wanted, attach, wanted};
pub use keyed::Keyed;
pub use live::Live;
pub use look::Own;
pub use proof::{Failure, ProofReport, prove};
pub use signals::{Counted, StoredRun, correlate, merge};
pub use summary::phrase;
pub use worker::{Counts, Gathered, Scope, Worker};

/// What stops the watch.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Signals that do not fit in memory could not be written to, or read back from, the temporary folder.
    #[error("cannot keep signals in the temporary folder: {0}\n  hint: set TMPDIR to a folder with free space")]
    Spill(#[from] std::io::Error),
    /// The file that signals were to be kept in could not be written.
    #[error("cannot write signals: {0}")]
    Store(#[source] std::io::Error),
}
