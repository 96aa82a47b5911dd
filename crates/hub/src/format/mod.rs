//! Formats in which findings come and go, one file or folder each.
//!
//! Our own findings are rendered from what rules say ([`asff()`], [`guardduty()`], [`told_by_us`]). Every finding of the hub goes out by a
//! [`Writer`] and comes in by [`read`].

mod asff;
mod csv;
mod guardduty;
mod ocsf;
mod place;
mod read;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
mod writer;

pub use asff::{asff, told_by_us};
pub use guardduty::guardduty;
pub use ocsf::{VERSION, ocsf};
pub use place::FindingPlace;
pub use read::{Reading, read};
pub use writer::{Format, Writer};
