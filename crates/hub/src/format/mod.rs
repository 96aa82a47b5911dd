//! Formats in which findings come and go, one file each.

mod asff;
mod guardduty;
mod place;
#[cfg(test)]
mod sample;

pub use asff::asff;
pub use guardduty::guardduty;
pub use place::FindingPlace;
