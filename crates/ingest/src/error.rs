//! What stops a listing, by what the caller does next.

/// The question as a whole cannot be answered. A single object that cannot be read is an [`crate::Unreadable`] instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A place is not there, or is written wrongly: the person who named it corrects it.
    #[error("{place}: {detail}\nhint: {hint}")]
    Place {
        /// The place as it was given.
        place: String,
        /// What is wrong with it.
        detail: String,
        /// What to do about it.
        hint: &'static str,
    },
    /// A bucket cannot be listed, or there is no connection to AWS; the cause says what to do.
    #[error(transparent)]
    Aws(#[from] watchfire_aws::Error),
    /// The selection leaves nothing to select: its end lies before its beginning.
    #[error("the time span ends before it begins ({from} to {to})\nhint: exchange the two times")]
    Span {
        /// The beginning asked for.
        from: watchfire_model::EventTime,
        /// The end asked for.
        to: watchfire_model::EventTime,
    },
    /// There is no room for what was pushed: whoever pushes comes again later.
    #[error(
        "{folder}: full: {bytes_max} bytes may wait there\nhint: what waits is read as fast as disk and processor allow; raise the bound, or give the disk more room"
    )]
    Full {
        /// The spool's folder.
        folder: String,
        /// Its bound.
        bytes_max: u64,
    },
    /// The disk, or the system, fails.
    #[error("{place}: {cause}\nhint: see to it that this can be written and that the disk is not full")]
    Disk {
        /// Where.
        place: String,
        /// What the system says.
        cause: std::io::Error,
    },
}
