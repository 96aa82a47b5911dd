//! The pattern language, as `watchfire_detect` reads and matches it, with the reasons of a refusal in AWS's words.
//!
//! One function of the language each; many patterns at once are the [`Rulebook`](crate::deliver::Rulebook)'s.

use watchfire_detect::event_pattern::{EventPattern, PatternError};

/// A text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PatternFault(
    /// The reason in AWS's words, such as `Empty arrays are not allowed`.
    pub String,
);

impl From<PatternError> for PatternFault {
    fn from(error: PatternError) -> PatternFault {
        PatternFault(error.reason().to_owned())
    }
}

/// Reads a pattern.
///
/// # Errors
/// Why it is none, in AWS's words.
pub fn parse(pattern: &str) -> Result<EventPattern, PatternFault> {
    Ok(EventPattern::parse(pattern)?)
}

/// Whether the JSON text of an event satisfies a pattern; an event that cannot be judged, because it is nested too deep, does not.
///
/// # Errors
/// Why the pattern is none, in AWS's words.
pub fn matches(pattern: &str, event: &str) -> Result<bool, PatternFault> {
    Ok(parse(pattern)?.matches(event).unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_awss() {
        let says = |pattern: &str| parse(pattern).map(|_| ()).expect_err(pattern).to_string();
        assert_eq!(says("{}"), "Empty objects are not allowed");
        assert_eq!(says("[]"), "Filter is not an object");
        assert!(says(r#"{"source":"a"}"#).contains("\"source\" must be an object or an array"));
        assert_eq!(matches(r#"{"source":[{"prefix":"a"}]}"#, r#"{"source":"ab"}"#), Ok(true));
        assert_eq!(matches(r#"{"source":[{"prefix":"a"}]}"#, r#"{"source":"b"}"#), Ok(false));
    }
}
