//! Why a pattern is refused, in the words that users of EventBridge search for.

use std::fmt;

/// A pattern that is not valid: why, and where in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    reason: String,
    at: usize,
}

impl PatternError {
    pub(super) fn new(at: usize, reason: impl Into<String>) -> PatternError {
        PatternError { reason: reason.into(), at }
    }

    /// The reason alone, as EventBridge writes it behind `Event pattern is not valid. Reason: `.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The byte of the pattern's text that the reason is about.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Line and column of that byte, both from 1, the column in characters.
    pub fn line_and_column(&self, text: &str) -> (usize, usize) {
        let mut at = self.at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let before = text.get(..at).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before.get(line_start..).unwrap_or_default().chars().count() + 1)
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        HINTS.iter().find(|(begins, _)| self.reason.contains(begins)).map_or(GENERAL_HINT, |(_, hint)| hint)
    }
}

impl fmt::Display for PatternError {
    /// EventBridge's own message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Event pattern is not valid. Reason: {}", self.reason)
    }
}

impl std::error::Error for PatternError {}

const GENERAL_HINT: &str = "a pattern is a JSON object such as {\"source\": [\"aws.ec2\"]}";

/// What to do, by a part of the reason.
const HINTS: &[(&str, &str)] = &[
    ("must be an object or an array", "write the values it may have as an array: [\"value\"]"),
    ("Empty arrays are not allowed", "name at least one value; {\"exists\": true} stands for any"),
    ("Empty objects are not allowed", "name at least one field; {\"exists\": true} in an array stands for any value"),
    ("Filter is not an object", GENERAL_HINT),
    ("Unrecognized match type", "operators are exactly, prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, exists, cidr"),
    ("Only one key allowed", "write each operator as an object of its own in the array"),
    ("Match expression name not found", "name an operator, such as {\"prefix\": \"a\"}"),
    ("Match value must be", "arrays of values are not nested; write all values into one array"),
    ("Null prefix/suffix", "an empty text stands in front of every text"),
    ("match pattern must be a string", "the operator takes one text in quotes"),
    ("Inside anything", "write one list of texts or one list of numbers"),
    ("Value of anything-but", "anything-but takes a text, a number, a list, or one of prefix, suffix, equals-ignore-case, wildcard"),
    ("Unsupported anything-but pattern", "inside anything-but there may be prefix, suffix, equals-ignore-case or wildcard"),
    ("exists match pattern", "write {\"exists\": true} or {\"exists\": false}"),
    ("Bottom must be less than top", "for a single number write {\"numeric\": [\"=\", 5]}"),
    ("numeric", "write {\"numeric\": [\">\", 0, \"<=\", 5]}: the lower bound first"),
    ("Value of ", "write {\"numeric\": [\">\", 0, \"<=\", 5]}: the lower bound first"),
    ("Cannot compare number", "numbers are compared as doubles: write no more than 17 digits, and none beyond 1.7e308"),
    ("Malformed CIDR", "write a network such as 10.0.0.0/8 or 2001:db8::/32"),
    ("mask bits must be <", "write the address itself, without a mask"),
    ("IP address", "write a network such as 10.0.0.0/8 or 2001:db8::/32"),
    ("Consecutive wildcard", "one * stands for any run of characters"),
    ("Invalid escape", "only \\* and \\\\ are escapes; in JSON text each backslash is written twice"),
    ("in $or relationship", "write \"$or\": [{…}, {…}] with at least two objects"),
    ("branches of $or", "write several rules instead"),
    ("is reserved", "name the field outside of $or, or write the operator in an array: {\"field\": [{\"prefix\": \"a\"}]}"),
    ("fields", "write several rules instead"),
    ("nested too deep", "patterns are nested as deep as the events they describe"),
    ("Un", "a pattern is strict JSON: keys and texts in double quotes, nothing behind the last brace"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_characters() {
        let text = "{\n \"é\": 5}";
        assert_eq!(PatternError::new(text.find('5').expect("there"), "x").line_and_column(text), (2, 7));
        assert_eq!(PatternError::new(400, "x").line_and_column(text), (2, 9));
        assert_eq!(PatternError::new(0, "x").line_and_column(""), (1, 1));
    }
}
