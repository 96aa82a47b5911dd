//! Sources that go on: what they bring, and how they are told what became of it.

mod arrival;
mod check;
mod health;
mod settings;
mod span;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use watchfire_aws::Aws;

pub use self::arrival::{Arrival, Outcome, Receipt};
pub(crate) use self::check::is_name;
pub(crate) use self::health::now;
pub use self::health::{Health, Last};
pub use self::settings::{
    BucketSettings, FolderSettings, Foreign, PushProtocol, PushSettings, QueueSettings, Role, SourceSettings, StdinSettings,
};
use crate::queue::QueueSource;
use crate::relist::BucketSource;
use crate::watched::FolderSource;
use crate::{Error, Spool, stdin};

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
    /// Where pushed batches and standard input are kept until they are settled.
    pub spool: &'a Arc<Spool>,
    /// A connection to AWS, made when a source needs one.
    pub connect: &'a dyn Fn() -> Result<Aws, watchfire_aws::Error>,
}

impl SourceSettings {
    /// Opens the source. A queue or a bucket is not asked yet whether it is there: it may come to be while the program runs, and the
    /// source's health says what is wrong until then.
    ///
    /// # Errors
    /// What will not work later either: no connection can be made, the folder is not there.
    pub fn open(&self, surroundings: &Surroundings<'_>) -> Result<Box<dyn Source>, Error> {
        Ok(match self {
            SourceSettings::Sqs(settings) => Box::new(QueueSource::open(settings, surroundings)?),
            SourceSettings::S3(settings) => Box::new(BucketSource::open(settings, surroundings)?),
            SourceSettings::Folder(settings) => Box::new(FolderSource::open(settings)?),
            SourceSettings::Push(settings) => Box::new(surroundings.spool.source(&settings.name, settings.silent_after)),
            SourceSettings::Stdin(settings) => {
                let source = surroundings.spool.source(&settings.name, settings.silent_after);
                let cannot = |cause| Error::Disk { place: "threads".to_owned(), cause };
                stdin::start(std::io::stdin(), surroundings.spool.clone(), settings.name.clone()).map_err(cannot)?;
                Box::new(source)
            }
        })
    }
}
