//! Batches that others push.

use std::time::Duration;

use bytes::Bytes;

/// Takes in what is pushed.
pub trait Intake: Send + Sync {
    /// How the source of this name in the configuration takes pushes; none where there is no such source, or it takes none.
    fn source(&self, name: &str) -> Option<Protocol>;

    /// Writes a batch down so that no crash loses it, and says so by returning. A batch whose id is known already is taken in once.
    ///
    /// # Errors
    /// Nothing was kept; the error says whether coming again can help.
    fn append(&self, batch: Batch<'_>) -> Result<(), IntakeError>;
}

/// How a batch is pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Amazon Data Firehose's HTTP endpoint delivery.
    Firehose,
    /// JSON lines, or one JSON array.
    Json,
    /// An API destination of EventBridge: one event a request.
    Eventbridge,
}

/// What was pushed.
#[derive(Debug, Clone)]
pub struct Batch<'b> {
    /// The name of the source.
    pub source: &'b str,
    /// Firehose's request id, or the hash of the body: the same batch has the same when it is sent again.
    pub id: &'b str,
    /// What was in the request, unpacked by `watchfire_ingest` already: texts that the decoder reads as they are.
    pub parts: Vec<Bytes>,
}

/// Why a batch was not taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IntakeError {
    /// There is no room now.
    #[error("there is no room for the batch now")]
    Full {
        /// When to come again.
        after: Duration,
    },
    /// It would never fit.
    #[error("the batch is larger than {bytes_max} bytes")]
    TooLarge {
        /// What fits.
        bytes_max: usize,
    },
    /// It is not what the source takes.
    #[error("{0}")]
    Unfit(String),
    /// The disk, the database.
    #[error("{0}")]
    Failed(String),
}
