//! Keeping the table in shape: compaction, clean-up, retention, and saying how it is.

mod compact;
mod log;
mod merge;
mod retain;
mod status;
mod verify;

pub use self::compact::{Compacted, Compaction};
pub(crate) use self::log::first_log_fault;
pub use self::retain::{Retained, Vacuumed};
pub use self::status::Status;
pub use self::verify::{Fault, Verified};
