//! Transports and positions: which objects to read, in which order, opened on demand by several worker threads.
//!
//! [`list`] turns places (folders, files, standard input, `s3://bucket/prefix`) and a [`Selection`] into a [`Listing`]: every
//! object to read, oldest first, and a count of everything left out. A [`Reader`] over that listing is shared by the workers;
//! each call of [`Reader::next`] hands one [`Opened`] object to one worker, exactly once. Objects in S3 are fetched ahead.
//!
//! What cannot be read is a value, never the end: it comes out of the reader as [`Unreadable`] and the neighbours are read.
//! Only what makes the whole question senseless is an [`Error`]: a path that is not there, a bucket that refuses its listing.
//!
//! ```
//! use watchfire_ingest::{Body, Place, ReadOptions, Reader, Selection, list};
//!
//! let folder = tempfile::tempdir()?;
//! std::fs::write(folder.path().join("events.json"), br#"{"Records":[]}"#)?;
//!
//! let listing = list(&[Place::Path(folder.path().to_owned())], &Selection::default())?;
//! let reader = Reader::new(listing, ReadOptions::default());
//! while let Some(opened) = reader.next() {
//!     match opened.body {
//!         Ok(Body::Bytes(bytes)) => assert_eq!(bytes, br#"{"Records":[]}"#),
//!         Ok(_) => unreachable!("a small file is handed over as bytes"),
//!         Err(unreadable) => eprintln!("{}: {}", opened.source, unreadable.detail),
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Source`] goes on bringing what there is to read: each [`Arrival`] is settled when everything in it is durable. [`SourceSettings`]
//! says which sources there are; [`Listing::of`] makes what a [`Reader`] reads of what they bring.
//!
//! Not here: decompression, record splitting and the judgement whether an object is a log (`decode`); what was read already (`state`
//! keeps marks); the HTTP that pushed batches arrive by (`server`).

mod ahead;
mod bucket;
mod error;
mod folder;
mod key;
mod listing;
mod open;
mod place;
mod progress;
mod push;
mod queue;
mod reader;
mod relist;
mod seen;
mod selection;
mod source;
mod spool;
mod stdin;
mod watched;

pub use error::Error;
pub use listing::{Listing, Object, Skipped, check, list, list_in};
pub use open::{Body, Cause, Opened, Unreadable};
pub use place::Place;
pub use progress::Progress;
pub use push::{Firehose, PushBounds, PushError, Pushed, firehose, firehose_answer, records};
pub use queue::notice::{Notice, Noticed, parse as parse_notice};
pub use reader::{ReadOptions, Reader};
pub use selection::Selection;
pub use source::{
    Arrival, BucketSettings, FolderSettings, Foreign, Health, Last, Outcome, PushProtocol, PushSettings, QueueSettings, Receipt, Role,
    Source, SourceSettings, StdinSettings, Surroundings,
};
pub use spool::{Spool, SpoolSource};
