//! Bytes of one log object into records and rejects.
//!
//! Main types: [`Decoder`] (one a worker, owns the buffers), [`Input`] (the bytes, or a reader that is passed in), [`Sink`]
//! (receives every [`Record`] and every [`Reject`]), [`Limits`], [`Outcome`].
//!
//! ```
//! use std::sync::Arc;
//! use watchfire_decode::{Decoder, Input, Limits, Sink};
//! use watchfire_model::{Record, Reject, cloudtrail};
//!
//! struct Names(Vec<String>);
//! impl Sink for Names {
//!     fn record(&mut self, _source: &Arc<str>, record: Record<'_>) {
//!         self.0.extend(record.text(cloudtrail::EVENT_NAME).map(|name| name.into_owned()));
//!     }
//!     fn reject(&mut self, reject: Reject) {
//!         eprintln!("{}: {}", reject.source, reject.detail);
//!     }
//! }
//!
//! let log = br#"{"Records":[{"eventName":"StopLogging","eventSource":"cloudtrail.amazonaws.com","eventTime":"2026-03-02T09:14:07Z"}]}"#;
//! let mut names = Names(Vec::new());
//! let outcome = Decoder::new(Limits::default()).decode(&Arc::from("log.json"), Input::Bytes(log), &mut names);
//! assert_eq!((outcome.records, outcome.rejects), (1, 0));
//! assert_eq!(names.0, ["StopLogging"]);
//! ```
//!
//! Not here: opening files or objects (`ingest`), judging records (`detect`), a tree of values: a record stays text, with the
//! places of its fields.

mod container;
mod decoder;
mod json;
mod limits;
mod report;
mod source;
mod text;

pub use decoder::{Decoder, Input, Outcome, ReadSeek, Sink};
pub use limits::Limits;
pub use source::{SOURCES, Source};
