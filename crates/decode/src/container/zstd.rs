//! Zstandard, frame after frame.

use std::io::{self, Read};

/// The largest back-reference window, as a power of two: what a frame may make us keep in memory (128 MiB, zstd's own default).
const WINDOW_LOG_MAX: u32 = 27;

/// Inflates a stream of frames.
pub(super) fn stream<R: Read>(reader: R) -> io::Result<impl Read> {
    let mut decoder = zstd::stream::read::Decoder::new(reader)?;
    decoder.window_log_max(WINDOW_LOG_MAX)?;
    Ok(decoder)
}
