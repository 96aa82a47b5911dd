//! Sources that go on: what they bring, and how they are told what became of it.

mod arrival;
mod health;
mod settings;
mod span;

use std::path::Path;
use std::time::Duration;

use watchfire_aws::Aws;

pub use self::arrival::{Arrival, Outcome, Receipt};
pub use self::health::{Health, Last};
pub use self::settings::{BucketSettings, FolderSettings, Foreign, PushSettings, QueueSettings, Role, SourceSettings, StdinSettings};
use crate::Error;

/// A source that goes on. Each has a thread of its own: calls wait.
///
/// What a source brings stays its own until it is settled: after a crash it brings it again, and may bring it again at other times. A
/// source brings nothing new while so much of it is unsettled that it would have to remember too much, so whoever settles slowly is
/// served slowly.
pub trait Source: Send {
    /// The name it has in the configuration.
    fn name(&self) -> &str;

    /// What has arrived; waits for the first at most so long, and for nothing else.
    ///
    /// # Errors
    /// The world fails: the same may work later. What had arrived until then is not lost.
    fn arrivals(&mut self, patience: Duration) -> Result<Vec<Arrival>, Error>;

    /// Tells what became of arrivals. A receipt that is not known any more is passed over.
    ///
    /// # Errors
    /// The source could not be told, and will bring again what it was to be told of.
    fn settle(&mut self, settled: &[(Receipt, Outcome)]) -> Result<(), Error>;

    /// How it fares.
    fn health(&self) -> Health;
}

/// What sources need around them.
pub struct Surroundings<'a> {
    /// The folder for dead letters; made when there are some.
    pub dead_letters: &'a Path,
    /// A connection to AWS, made when a source needs one.
    pub connect: &'a dyn Fn() -> Result<Aws, watchfire_aws::Error>,
}
