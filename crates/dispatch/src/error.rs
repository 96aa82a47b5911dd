//! What can go wrong, by what the caller does next.

use watchfire_bus::store::StoreError;

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing was kept, or it cannot be read: repeat it when the disk is well again.
    #[error("the bus cannot keep or read what it has to: {0}")]
    Store(#[from] StoreError),
    /// A setting makes no sense: correct it.
    #[error("{what}\nhint: {hint}")]
    Settings {
        /// What is wrong.
        what: String,
        /// What to do about it.
        hint: &'static str,
    },
    /// The system gives no threads or no folder: look at its limits.
    #[error("cannot start {what}: {source}")]
    System {
        /// What could not be started.
        what: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
}
