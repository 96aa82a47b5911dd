//! Gzip, bounded.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::PushError;

const GZIP: &[u8] = &[0x1f, 0x8b];

/// A body as it was before it was packed. Firehose and agents say `gzip` in a header, or say nothing of what is gzip all the same.
pub(super) fn inflated<'b>(content_encoding: Option<&str>, body: &'b [u8], bytes_max: usize) -> Result<Cow<'b, [u8]>, PushError> {
    let encoding = content_encoding.unwrap_or_default().trim().to_ascii_lowercase();
    let said = match encoding.as_str() {
        "" | "identity" => false,
        "gzip" | "x-gzip" => true,
        _ => return Err(PushError::Encoding(encoding.chars().take(32).collect())),
    };
    if body.len() > bytes_max {
        return Err(PushError::TooLong(bytes_max));
    }
    if !said && !body.starts_with(GZIP) {
        return Ok(Cow::Borrowed(body));
    }
    gunzip(body, bytes_max).map(Cow::Owned)
}

/// Whole gzip, of one or more members.
pub(super) fn gunzip(packed: &[u8], bytes_max: usize) -> Result<Vec<u8>, PushError> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
    MultiGzDecoder::new(packed).take(limit).read_to_end(&mut bytes).map_err(|error| PushError::Broken(format!("gzip: {error}")))?;
    if bytes.len() > bytes_max { Err(PushError::TooLong(bytes_max)) } else { Ok(bytes) }
}

pub(super) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(GZIP)
}
