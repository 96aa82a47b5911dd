//! What is pushed over HTTP, made into batches that the decoder reads. Pure: bytes in, bytes and counts out.
//!
//! [`firehose`] reads requests of the Firehose HTTP endpoint protocol, with records of CloudWatch Logs subscriptions among them;
//! [`records`] reads everything else that is JSON: lines, arrays, `{"Records":[…]}`, and the events of EventBridge API destinations.

mod firehose;
mod inflate;

pub use self::firehose::{Firehose, firehose, firehose_answer};
use self::inflate::inflated;

/// Bounds on what is pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PushBounds {
    /// Bytes of a body and of everything in it, inflated.
    pub bytes_max: usize,
}

impl Default for PushBounds {
    fn default() -> Self {
        // Firehose sends 64 MiB at most, in base64; logs inflate tenfold.
        PushBounds { bytes_max: 256 << 20 }
    }
}

/// A batch to keep.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pushed {
    /// What the decoder reads. Empty when there is nothing to keep.
    pub bytes: Vec<u8>,
    /// Parts that were sent: records of Firehose, or one body.
    pub parts: u64,
    /// Parts by which CloudWatch Logs only tries the line; they are in no batch.
    pub controls: u64,
    /// Parts that are no base64 or no gzip. They are in the batch as they came, where the decoder counts them as rejects.
    pub broken: u64,
}

/// Why a request is not taken; it will not be taken another time either.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PushError {
    /// It is longer than its bound, as it came or inflated.
    #[error("more than {0} bytes; send less at a time")]
    TooLong(usize),
    /// It is packed in a way that is not read.
    #[error("Content-Encoding {0:?} is not read; send it plain or with gzip")]
    Encoding(String),
    /// It is not what it says.
    #[error("{0}")]
    Broken(String),
}

impl PushError {
    /// The HTTP status that says so.
    pub fn status(&self) -> u16 {
        match self {
            PushError::TooLong(_) => 413,
            PushError::Encoding(_) => 415,
            PushError::Broken(_) => 400,
        }
    }
}

/// Reads a body of JSON: one value or many, with white space or nothing between them.
///
/// # Errors
/// When it is too long, packed unreadably, or not JSON at its first letter; what is wrong further on the decoder counts as rejects.
pub fn records(content_encoding: Option<&str>, body: &[u8], bounds: &PushBounds) -> Result<Pushed, PushError> {
    let bytes = inflated(content_encoding, body, bounds.bytes_max)?;
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    match text.trim_ascii_start().first() {
        None => Ok(Pushed { bytes: Vec::new(), parts: 1, ..Pushed::default() }),
        Some(b'{' | b'[') => Ok(Pushed { parts: 1, bytes: bytes.into_owned(), ..Pushed::default() }),
        Some(_) => Err(PushError::Broken("not JSON: a body begins with { or [".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: PushBounds = PushBounds { bytes_max: 1000 };

    #[test]
    fn bodies_that_begin_like_json_pass_as_they_are() {
        for body in ["{}", " [1]", "{\"a\":1}\n{\"b\":2}\n", "\u{feff}{}", "{ broken further on"] {
            assert_eq!(records(None, body.as_bytes(), &BOUNDS).expect(body).bytes, body.as_bytes());
        }
        assert_eq!(records(None, b" \n", &BOUNDS), Ok(Pushed { parts: 1, ..Pushed::default() }));
        for body in ["hello", "\"text\"", "<xml/>", "\0"] {
            assert_eq!(records(None, body.as_bytes(), &BOUNDS).map_err(|error| error.status()), Err(400), "{body}");
        }
    }

    #[test]
    fn gzip_is_read_whether_it_is_said_or_not_and_never_past_the_bound() {
        let packed = |text: &[u8]| {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            std::io::Write::write_all(&mut encoder, text).expect("memory");
            encoder.finish().expect("memory")
        };
        let body = packed(b"{\"a\":1}");
        for encoding in [Some("gzip"), Some("x-gzip"), Some("GZIP"), None, Some("identity")] {
            assert_eq!(records(encoding, &body, &BOUNDS).expect("gzip").bytes, b"{\"a\":1}", "{encoding:?}");
        }
        let bomb = packed(&vec![b'['; 10_000_000]);
        assert!(bomb.len() > BOUNDS.bytes_max || records(Some("gzip"), &bomb, &BOUNDS).map_err(|error| error.status()) == Err(413));
        let small_bomb = packed(&[b'['; 5000]);
        assert_eq!(records(Some("gzip"), &small_bomb, &BOUNDS).map_err(|error| error.status()), Err(413));
        assert_eq!(records(None, &[b'['; 1001], &BOUNDS).map_err(|error| error.status()), Err(413));
        assert_eq!(records(Some("gzip"), b"{}", &BOUNDS).map_err(|error| error.status()), Err(400), "not what it says");
        assert_eq!(records(Some("gzip"), &body[..body.len() - 4], &BOUNDS).map_err(|error| error.status()), Err(400), "cut off");
        assert_eq!(records(Some("br"), b"{}", &BOUNDS).map_err(|error| error.status()), Err(415));
    }
}
