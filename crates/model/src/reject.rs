//! Log text that could not become a record.

use std::fmt;
use std::sync::Arc;

/// Why text was rejected. Each reason is counted by its [`code`](RejectReason::code).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RejectReason {
    /// The object could not be opened or read.
    Unreadable,
    /// The compressed stream ends early or is damaged.
    BrokenCompression,
    /// Inflating would pass the limit on size or ratio.
    TooLargeInflated,
    /// The archive is damaged, encrypted or nested too deeply.
    BrokenArchive,
    /// The record is no well-formed JSON.
    BrokenJson,
    /// The record ends before it is complete.
    Truncated,
    /// The record nests deeper than the limit.
    TooDeep,
    /// The record is longer than the limit.
    TooLong,
    /// The bytes are not UTF-8.
    NotUtf8,
    /// Well-formed, but not a record of this log format.
    NotARecord,
    /// A known field has a type it cannot have, so that the record cannot be placed (its time, its id).
    WrongType,
}

impl RejectReason {
    /// A stable word for tables, counters and `--rejects` files.
    pub fn code(self) -> &'static str {
        match self {
            RejectReason::Unreadable => "unreadable",
            RejectReason::BrokenCompression => "broken_compression",
            RejectReason::TooLargeInflated => "too_large_inflated",
            RejectReason::BrokenArchive => "broken_archive",
            RejectReason::BrokenJson => "broken_json",
            RejectReason::Truncated => "truncated",
            RejectReason::TooDeep => "too_deep",
            RejectReason::TooLong => "too_long",
            RejectReason::NotUtf8 => "not_utf8",
            RejectReason::NotARecord => "not_a_record",
            RejectReason::WrongType => "wrong_type",
        }
    }
}

impl fmt::Display for RejectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// One piece of log text that was not processed: what was wrong, where it stands, how it begins.
#[derive(Debug, Clone)]
pub struct Reject {
    /// What was wrong.
    pub reason: RejectReason,
    /// File path, S3 URL or archive member (`logs.zip!a/b.json`).
    pub source: Arc<str>,
    /// Byte offset in the inflated text, where known.
    pub offset: u64,
    /// What exactly, in words, for a person.
    pub detail: String,
    /// The text as far as it is kept (at most [`Reject::EXCERPT_BYTES_MAX`] bytes).
    pub excerpt: Vec<u8>,
}

impl Reject {
    /// A megabyte record that breaks should be kept whole; a gigabyte of noise should not.
    pub const EXCERPT_BYTES_MAX: usize = 64 * 1024;
}
