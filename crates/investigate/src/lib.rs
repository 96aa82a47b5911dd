//! What findings and records add up to: tallies, sessions, role chains, the story in words, the report.
//!
//! [`Tally`] counts every record (one a worker thread, merged at the end); [`Sessions`] links each temporary access key to
//! the identity that opened it; [`Triage`] puts them beside the findings, and [`summary_words`], [`report::html`],
//! [`who`] and [`apis`] say what it all comes to.
//!
//! ```
//! use watchfire_investigate::{Inputs, Rejects, Sessions, Tally, Triage, report, summary_words};
//! use watchfire_model::EventTime;
//!
//! let (tally, sessions) = (Tally::default(), Sessions::default());
//! // for each record: tally.observe(&record, time); sessions.observe(&record);
//! let triage = Triage {
//!     title: "logs/", version: "0.1.0", generated_at: EventTime(0), findings: &[], tally: &tally,
//!     sessions: &sessions, rejects: &Rejects::default(), inputs: &Inputs::default(), rules: 0,
//! };
//! assert!(summary_words(&triage).to_string().contains("No record was read"));
//! assert!(report::html(&triage).starts_with("<!DOCTYPE html>"));
//! ```
//!
//! Not here: reading, matching, any input or output. Everything is a function of what it is given; the time of making is
//! passed in, so the same logs give the same report to the byte.

mod attack;
mod caller;
mod dangerous;
mod moment;
mod name;
pub mod report;
mod sessions;
mod story;
mod tally;
mod text;
mod triage;
mod who;

pub use dangerous::{Danger, danger};
pub use sessions::{Chain, ChainLink, Origin, Sessions, Sighting};
pub use story::{Paragraph, Story, Urgent, summary_words};
pub use tally::{Bucket, Dimension, Others, Seen, Tally, TallyRow, Timeline};
pub use triage::{Inputs, Triage};
pub use watchfire_model::Rejects;
pub use who::{ApiRow, WhoRow, apis, who};
