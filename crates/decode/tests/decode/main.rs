//! The decoder as its users see it.
#![allow(clippy::unwrap_used)]

mod collect;
mod containers;
mod envelopes;
mod golden;
mod hostile;
mod random;
mod real_logs;
mod referee;
mod streams;
mod truncated;
