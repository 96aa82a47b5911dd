//! From an event to its deliveries, and the life of each.
//!
//! A [`Rulebook`] is one version of all rules, compiled: an event is matched against exactly one. Each target of each matching rule
//! gives one [`Delivery`], which knows all it needs and lives on its own. The [`Courier`] writes deliveries down before anybody is told
//! that the event was accepted, hands out those that are due, and writes down what came of each attempt. What is written down is in a
//! [`Ledger`]; whatever happens between two calls of it, nothing is lost, and what is sent twice has the same ids.

mod bus_rules;
mod courier;
mod delivery;
mod ledger;
mod matched;
mod rulebook;
mod step;

pub use courier::{Accepted, Courier, Seen, Settled};
pub use delivery::{Delivery, DeliveryId, Parcel, Stage};
pub use ledger::Ledger;
pub use matched::{Matched, Origin, Scratch};
pub use rulebook::Rulebook;
pub use step::{Step, step};

#[cfg(test)]
mod call_tests;
#[cfg(test)]
mod compat_tests;
#[cfg(test)]
mod tests;
