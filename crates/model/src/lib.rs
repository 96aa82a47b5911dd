//! The nouns of Watchfire: what every other crate speaks, and nothing that acts.
//!
//! Glossary. An *event* happened; a *record* is a log's text about it; a *reject* is text that could not become a record;
//! a *rule* is text that says what to look for; a *finding* is what a rule says about records; an *entity* is whom or what a
//! finding is about; an *occurrence* is one record of a finding. (*Case*, *plan*, *step* and *action record* join with the crates
//! that first need them.)
//!
//! Main types: [`Schema`] and [`Field`] (the table of one log source, made by [`record!`]), [`Record`] (one record, borrowed,
//! with the places of its fields), [`Reject`], [`Finding`], [`EventTime`]; [`arn`] takes the names of AWS resources apart.
//!
//! ```
//! use watchfire_model::{cloudtrail, EventTime};
//!
//! let field = cloudtrail::SCHEMA.field("userIdentity.arn").expect("in the table");
//! assert_eq!(field.slot, cloudtrail::USER_IDENTITY_ARN);
//! let time: EventTime = "2026-03-02T09:14:07Z".parse().expect("CloudTrail's own form");
//! assert_eq!(time.to_string(), "2026-03-02T09:14:07Z");
//! ```
//!
//! Not here: parsing (`decode`), matching (`detect`), any input or output.

pub mod arn;
pub mod cloudtrail;
mod finding;
mod record;
mod reject;
mod rejects;
mod time;

pub use finding::{Attack, Entity, EntityKind, Evidence, Finding, MatchedPredicate, Occurrence, Severity};
pub use record::{Field, Kind, Record, SLOTS_MAX, Schema, Slot, Slots, Span, scalar_text};
pub use reject::{Reject, RejectReason};
pub use rejects::Rejects;
pub use time::{EventTime, TimeError};
