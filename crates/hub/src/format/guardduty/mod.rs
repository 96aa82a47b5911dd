//! GuardDuty's JSON.

mod document;
mod finding;
mod import;

pub(super) use document::of_document;
pub use finding::guardduty;
pub(super) use import::to_asff;
