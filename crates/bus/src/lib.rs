//! The event bus: rules, targets, retries, dead letters, schedules, archive and replay, with EventBridge's semantics. Pure logic: what
//! the network, the disk and the clock do is passed in and comes out as values.
//!
//! Main types, in the order an event travels: [`event::Event`] (the envelope; made of PutEvents entries, CloudTrail records, findings),
//! [`rules::State`] (buses, rules, targets and the operations of the `events` API over them), [`deliver::Rulebook`] (one version of the
//! rules, compiled), [`deliver::Courier`] over a [`deliver::Ledger`] (the life of each delivery), [`input::Input`] (what a target gets),
//! [`target::Kind`] (the request to be sent and the judgement of its answer), [`retry`] and [`schedule`].
//!
//! ```
//! use watchfire_model::arn::Home;
//! use watchfire_bus::event::{Limits, PutRequest, put_events};
//! use watchfire_bus::schedule::Schedule;
//! use watchfire_model::EventTime;
//!
//! let text = r#"{"Entries": [{"Source": "my.app", "DetailType": "order", "Detail": "{\"total\": 300.0}"}, {"Source": "my.app"}]}"#;
//! let request: PutRequest = serde_json::from_str(text).expect("a request");
//! let (mut number, now) = (0, EventTime(1_772_442_847_000));
//! let mut chance = || { number += 1; number };
//! let home = Home::new("111122223333", "eu-central-1");
//! let (accepted, response) = put_events(request, &home, &Limits::default(), now, &mut chance).expect("within the limits");
//! assert_eq!((accepted.len(), response.failed_entry_count), (1, 1));
//! assert_eq!(&*accepted[0].event.detail, r#"{"total":300.0}"#);
//!
//! let noon: Schedule = "cron(0 12 ? * MON-FRI *)".parse().expect("a schedule");
//! assert_eq!(noon.next(now, now).map(|run| run.to_string()).as_deref(), Some("2026-03-02T12:00:00Z"));
//! ```
//!
//! Not here: how patterns are matched (`watchfire_detect` does that; [`patterns`] says it in AWS's words), sending anything, keeping
//! anything ([`store`] says what has to be kept), routes and signatures of HTTP.

mod chance;
pub mod deliver;
mod error;
pub mod event;
pub mod input;
mod instant;
mod json;
pub mod patterns;
pub mod retry;
pub mod rules;
pub mod schedule;
pub mod store;
pub mod target;

pub use chance::Chance;
pub use error::AwsError;
pub use instant::Instant;
pub use patterns::PatternFault;
