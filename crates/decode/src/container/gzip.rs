//! Gzip: CloudTrail's own compression.

use std::io::{BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use libdeflater::Decompressor;
use memchr::memmem;

/// Header and trailer of a member.
const FRAME_BYTES: usize = 18;
/// No deflate stream inflates to more than this many times its size.
const RATIO_MAX: usize = 1032;
const MAGIC: &[u8] = &[0x1f, 0x8b, 8];
const READ_BYTES: usize = 64 * 1024;

/// Inflates a gzip file of one member in one go, several times as fast as a stream; nothing when it is not surely that.
///
/// The decompressor stops behind the first member without a word. A second one is noticed by its header, which hardly stands in the
/// middle of compressed data by chance, and then costs only speed. Other text behind the member shows in the size.
pub(super) fn inflate_whole(inflater: &mut Decompressor, bytes: &[u8], buffer: &mut Vec<u8>, bytes_max: usize) -> Option<usize> {
    let size = u32::from_le_bytes(*bytes.last_chunk()?) as usize;
    let possible = bytes.len() > FRAME_BYTES && size <= bytes_max && size / RATIO_MAX <= bytes.len();
    if !possible || has_header(bytes.get(1..)?) {
        return None;
    }
    if buffer.len() < size {
        // Files of a trail differ a little in length: without slack the buffer would move for each longer one.
        *buffer = vec![0; (size + size / 4).min(bytes_max)];
    }
    let length = inflater.gzip_decompress(bytes, buffer.get_mut(..size)?).ok()?;
    (length == size).then_some(length)
}

/// Whether a member may begin somewhere: the magic, no reserved flag, a known compression note, a known system (RFC 1952).
fn has_header(bytes: &[u8]) -> bool {
    memmem::find_iter(bytes, MAGIC).any(|at| match bytes.get(at..at + 10) {
        Some(&[_, _, _, flags, _, _, _, _, note, system]) => {
            flags & 0xe0 == 0 && matches!(note, 0 | 2 | 4) && matches!(system, 0..=13 | 255)
        }
        _ => false,
    })
}

/// Inflates member after member. What follows the last one and is no gzip ends it with an error.
pub(super) fn stream<R: Read>(reader: R) -> impl Read {
    MultiGzDecoder::new(BufReader::with_capacity(READ_BYTES, reader))
}
