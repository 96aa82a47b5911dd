//! Findings in OCSF: Detection Finding, and the classes of vulnerabilities and compliance.

mod import;
mod render;

pub(super) use import::to_asff;
pub use render::{VERSION, ocsf};
