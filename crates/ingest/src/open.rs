//! An object handed to a worker.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

/// One object, opened or not. Every object of a listing comes out of the reader exactly once.
#[derive(Debug)]
pub struct Opened {
    /// The path or the `s3://` address.
    pub source: Arc<str>,
    /// Its content, or why there is none.
    pub body: Result<Body, Unreadable>,
}

/// The content of an object.
pub enum Body {
    /// All of it.
    Bytes(Vec<u8>),
    /// A local file too big to hold. Whoever reads it tells [`crate::Progress::add_bytes`].
    File {
        /// Opened, at its beginning.
        file: File,
        /// Its length when it was opened.
        bytes: u64,
    },
    /// Standard input, not yet touched.
    Stdin,
    /// A pipe, or an object too big to hold, to be read once from the beginning. A break midway is an error of `read`.
    Stream(Box<dyn Read + Send>),
}

/// Why an object could not be read. The others are read all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// One line for a person.
    pub detail: String,
    /// What that means for another attempt.
    pub cause: Cause,
}

/// What it means for another attempt that an object could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// It is not there, or not there any more.
    Gone,
    /// Somebody has to allow it first.
    Refused,
    /// It may work another time.
    Passing,
    /// Anything else; another attempt will hardly fare better.
    Other,
}

impl Unreadable {
    /// A reason, on one line.
    pub fn new(cause: Cause, detail: impl Into<String>) -> Unreadable {
        Unreadable { detail: detail.into().replace('\n', "; "), cause }
    }
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Unreadable {
        let cause = match error.kind() {
            io::ErrorKind::NotFound => Cause::Gone,
            io::ErrorKind::PermissionDenied => Cause::Refused,
            io::ErrorKind::Interrupted | io::ErrorKind::TimedOut | io::ErrorKind::OutOfMemory => Cause::Passing,
            _ => Cause::Other,
        };
        Unreadable::new(cause, error.to_string())
    }
}

impl From<watchfire_aws::Error> for Unreadable {
    fn from(error: watchfire_aws::Error) -> Unreadable {
        use watchfire_aws::Error;
        let cause = match &error {
            // A bucket that is not there is a mistake of somebody's, and may be put right.
            Error::Missing { code, .. } if code == "NoSuchBucket" => Cause::Refused,
            Error::Missing { .. } => Cause::Gone,
            Error::Refused { .. } | Error::Credentials { .. } | Error::Region { .. } | Error::Settings { .. } => Cause::Refused,
            error if error.may_pass() => Cause::Passing,
            // KMS says that a key is disabled or gone with a status of its own.
            Error::Fault { code, .. } if code.starts_with("KMS") || code.starts_with("Kms") => Cause::Refused,
            _ => Cause::Other,
        };
        Unreadable::new(cause, error.to_string())
    }
}

impl Opened {
    pub(crate) fn failed(source: Arc<str>, reason: impl Into<Unreadable>) -> Self {
        Opened { source, body: Err(reason.into()) }
    }
}

impl Body {
    /// Opens a local file: whole up to `whole_bytes_max`, handed over above.
    pub(crate) fn open(path: &Path, whole_bytes_max: u64) -> io::Result<Self> {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            // A folder put in the file's place since the listing fails at the first read, here rather than in the worker.
            return if metadata.is_dir() { fs::read(path).map(Body::Bytes) } else { Ok(Body::Stream(Box::new(file))) };
        }
        if metadata.len() > whole_bytes_max {
            return Ok(Body::File { bytes: metadata.len(), file });
        }
        Self::read_whole(file, metadata.len(), whole_bytes_max)
    }

    /// Reads a file that may still grow, but never past the limit.
    fn read_whole(file: File, bytes: u64, whole_bytes_max: u64) -> io::Result<Self> {
        let mut content = Vec::new();
        content.try_reserve_exact(usize::try_from(bytes).unwrap_or(usize::MAX).saturating_add(1))?;
        let mut limited = file.take(whole_bytes_max);
        limited.read_to_end(&mut content)?;
        let file = limited.into_inner();
        let now = file.metadata()?.len();
        if now <= content.len() as u64 {
            return Ok(Body::Bytes(content));
        }
        // It outgrew the limit while it was read: hand over what was read and the rest as one stream.
        Ok(Body::Stream(Box::new(io::Cursor::new(content).chain(file))))
    }
}

impl fmt::Debug for Body {
    /// Lengths only: log content does not belong in anybody's debug output.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Body::Bytes(content) => write!(f, "Bytes({})", content.len()),
            Body::File { bytes, .. } => write!(f, "File({bytes})"),
            Body::Stdin => write!(f, "Stdin"),
            Body::Stream(_) => write!(f, "Stream"),
        }
    }
}
