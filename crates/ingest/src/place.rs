//! Where to read, as a person names it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::Error;

/// One place to read: `-` is standard input, `s3://bucket/prefix` is S3, everything else is a path.
///
/// ```
/// use watchfire_ingest::Place;
///
/// let place: Place = "s3://trail-bucket/AWSLogs/".parse()?;
/// assert_eq!(place, Place::S3 { bucket: "trail-bucket".into(), prefix: "AWSLogs/".into() });
/// # Ok::<(), watchfire_ingest::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A file, or a folder read recursively.
    Path(PathBuf),
    /// Standard input, once.
    Stdin,
    /// Every object of a bucket whose key starts with the prefix, taken literally: `logs` also means `logs-old/`.
    S3 {
        /// The bucket's name.
        bucket: String,
        /// The beginning of the keys; may be empty.
        prefix: String,
    },
}

impl FromStr for Place {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong = |detail: &str, hint| Err(Error::Place { place: text.to_owned(), detail: detail.to_owned(), hint });
        if text == "-" {
            return Ok(Place::Stdin);
        }
        if let Some(rest) = text.strip_prefix("s3://") {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
            if bucket.is_empty() || !bucket.bytes().all(legal) {
                return wrong("no bucket name after s3://", "write s3://BUCKET or s3://BUCKET/PREFIX");
            }
            return Ok(Place::S3 { bucket: bucket.to_owned(), prefix: prefix.to_owned() });
        }
        if text.is_empty() {
            return wrong("an empty path", "name a file, a folder, s3://BUCKET/PREFIX, or - for standard input");
        }
        let scheme = text.split_once("://").map(|(scheme, _)| scheme);
        if scheme.is_some_and(|scheme| !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
            return wrong("not a kind of address that can be read", "only s3:// addresses, paths and - (standard input) can be read");
        }
        Ok(Place::Path(PathBuf::from(text)))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Path(path) => write!(f, "{}", path.display()),
            Place::Stdin => write!(f, "-"),
            Place::S3 { bucket, prefix } => write!(f, "s3://{bucket}/{prefix}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_read_as_written() {
        for (text, expect) in [
            ("-", Some(Place::Stdin)),
            ("logs", Some(Place::Path("logs".into()))),
            ("./-", Some(Place::Path("./-".into()))),
            ("s3://b", Some(Place::S3 { bucket: "b".into(), prefix: String::new() })),
            ("s3://b/", Some(Place::S3 { bucket: "b".into(), prefix: String::new() })),
            ("s3://b/a//b c", Some(Place::S3 { bucket: "b".into(), prefix: "a//b c".into() })),
            ("", None),
            ("s3://", None),
            ("s3:///key", None),
            ("s3://a b/", None),
            ("https://example.com/x", None),
        ] {
            assert_eq!(text.parse::<Place>().ok(), expect, "{text}");
        }
    }
}
