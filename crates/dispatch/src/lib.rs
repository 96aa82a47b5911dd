//! Runs the bus: sends what it lends by HTTP, calls of AWS, mail and files, and does what it does by the clock.
//!
//! Main types: [`Bus`] (the handle; owns the threads), [`Settings`], [`Outside`] (clock and AWS, passed in), [`Health`],
//! [`sender::Guard`] (which addresses may be reached). What is kept is behind [`watchfire_bus::store::Store`], which
//! `watchfire_state::State` is.
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//! use watchfire_bus::store::DeliveryFilter;
//! use watchfire_dispatch::{Bus, Outside, Settings};
//! use watchfire_model::arn::Home;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let state = Arc::new(watchfire_state::State::in_memory()?);
//! let bus = Bus::start(state, Settings::new(Home::new("111122223333", "eu-central-1")), Outside::default())?;
//! bus.call("PutRule", r#"{"Name": "orders", "EventPattern": "{\"source\": [\"shop\"]}"}"#)?;
//! let target = "arn:aws:sqs:eu-central-1:111122223333:orders";
//! bus.call("PutTargets", &format!(r#"{{"Rule": "orders", "Targets": [{{"Id": "queue", "Arn": "{target}"}}]}}"#))?;
//! bus.call("PutEvents", r#"{"Entries": [{"Source": "shop", "DetailType": "order", "Detail": "{}"}]}"#)?;
//! // It is on the disk by now and on its way to the queue, to be tried again until there is a connection to AWS.
//! assert_eq!(bus.deliveries(&DeliveryFilter::default())?.items[0].target.arn, target);
//! assert!(bus.shutdown(Duration::from_secs(5)));
//! # Ok(())
//! # }
//! ```
//!
//! How a program uses it:
//!
//! 1. `Bus::start(Arc::new(state), settings, outside)` once, after the state was opened and claimed. From
//!    then on what is due is sent.
//! 2. CloudTrail records, in the worker that decoded them: `bus.rulebook()` for each object, [`Rulebook::matched_call`] for each record
//!    with the worker's own [`Scratch`], [`Matched::join`]. At the end of the epoch `matched.deliveries` and `matched.archived` go into
//!    the epoch of the same names; after its commit, [`Bus::wake`].
//! 3. Findings, after the commit that made them true: `watchfire_bus::event::guardduty_finding` and `security_hub_finding`, then
//!    [`Bus::accept`]. Doing it again after a crash does no harm: the same state of a finding has the same id.
//! 4. The `events` endpoint: [`Bus::call`] with the operation of `X-Amz-Target` and the body; PutEvents is one of them.
//! 5. [`Bus::health`], [`Bus::deliveries`], [`Bus::redrive`] for people; [`Bus::shutdown`] at the end.
//!
//! [`Rulebook::matched_call`]: watchfire_bus::deliver::Rulebook::matched_call
//! [`Scratch`]: watchfire_bus::deliver::Scratch
//! [`Matched::join`]: watchfire_bus::deliver::Matched::join
//!
//! What holds: a delivery is written down before anybody is told that its event was accepted, and what came of an attempt before the
//! delivery is out of the queue; so each arrives at least once or is given up and kept, and repeats have the same id. A slow target
//! holds up no other. No request follows a redirect or reaches an address that the guard does not let through.
//!
//! Not here: what a request looks like and what an answer means (`watchfire_bus::target`), keeping anything, routes and signatures.

mod attempt;
mod batch;
mod bell;
mod bus;
mod chores;
mod clerk;
mod clock;
mod engine;
mod error;
mod health;
mod in_flight;
mod paces;
mod replays;
mod rules;
pub mod sender;
mod settings;
mod tokens;

pub use bus::Bus;
pub use clock::{Clock, SystemClock};
pub use error::Error;
pub use health::{Counts, Health, TargetHealth};
pub use settings::{BATCHES, Encryption, Outside, Settings, Smtp};
