//! JSON as text: values are cut out and handed on with the spelling they came with, whatever their depth.
//!
//! Events carry numbers and keys that a tree of Rust values would not give back unchanged (`300.0`, `1e2`, integers beyond 64 bits,
//! a key twice), and AWS allows a thousand levels. So an event's detail stays text, and a path is followed through the text.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// What a JSON text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `{…}`
    Object,
    /// `[…]`
    Array,
    /// `"…"`
    Text,
    /// A number, `true`, `false` or `null`.
    Bare,
}

/// The shape of a valid JSON text, told by its first letter.
pub fn shape(text: &str) -> Shape {
    match text.trim_start().as_bytes().first() {
        Some(b'{') => Shape::Object,
        Some(b'[') => Shape::Array,
        Some(b'"') => Shape::Text,
        _ => Shape::Bare,
    }
}

/// Whether a text is one JSON value of at most `depth_max` levels. Needs no stack, so hostile nesting costs nothing.
pub fn is_valid(text: &str, depth_max: usize) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok() && depth(text) <= depth_max
}

/// The deepest nesting of arrays and objects.
fn depth(text: &str) -> usize {
    let (mut deepest, mut level) = (0usize, 0usize);
    outside_strings(text, |letter| match letter {
        '{' | '[' => {
            level += 1;
            deepest = deepest.max(level);
        }
        '}' | ']' => level = level.saturating_sub(1),
        _ => {}
    });
    deepest
}

/// A valid JSON text without the blanks between its parts.
pub fn compact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut quoted, mut escaped) = (false, false);
    for letter in text.chars() {
        if quoted {
            (quoted, escaped) = in_string(letter, escaped);
            out.push(letter);
        } else if !matches!(letter, ' ' | '\t' | '\r' | '\n') {
            quoted = letter == '"';
            out.push(letter);
        }
    }
    out
}

/// Whether the string goes on after a letter of it, and whether the letter escapes the next.
fn in_string(letter: char, escaped: bool) -> (bool, bool) {
    match letter {
        _ if escaped => (true, false),
        '\\' => (true, true),
        '"' => (false, false),
        _ => (true, false),
    }
}

fn outside_strings(text: &str, mut visit: impl FnMut(char)) {
    let (mut quoted, mut escaped) = (false, false);
    for letter in text.chars() {
        if quoted {
            (quoted, escaped) = in_string(letter, escaped);
        } else {
            quoted = letter == '"';
            visit(letter);
        }
    }
}

/// The members of an object with the text of each value, in order; a key that stands twice is there twice. `None` when the text is no
/// object, or a key of it is no Unicode text (half of a surrogate pair).
pub fn members(text: &str) -> Option<Vec<(String, &str)>> {
    serde_json::from_str::<Members<'_>>(text).ok().map(|members| members.0)
}

/// The last value under a key of an object.
pub fn member<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    members(text)?.into_iter().rev().find(|(name, _)| name == key).map(|(_, value)| value)
}

/// The value at the end of some keys.
pub fn at<'t>(text: &'t str, keys: &[&str]) -> Option<&'t str> {
    keys.iter().try_fold(text, |text, key| member(text, key))
}

/// The text of a string at the end of some keys.
pub fn text_at(text: &str, keys: &[&str]) -> Option<String> {
    unquote(at(text, keys)?)
}

/// The elements of an array as texts; `None` when it is none.
pub fn elements(text: &str) -> Option<Vec<&str>> {
    serde_json::from_str::<Vec<&RawValue>>(text).ok().map(|elements| elements.into_iter().map(RawValue::get).collect())
}

/// A text as a JSON string, with quotes.
pub fn quote(text: &str) -> String {
    serde_json::to_string(text).expect("a string has a JSON form")
}

/// What a JSON string says; `None` when the text is no string, or is half of a surrogate pair.
pub fn unquote(text: &str) -> Option<String> {
    serde_json::from_str(text).ok()
}

struct Members<'t>(Vec<(String, &'t str)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;

        impl<'de> Visitor<'de> for Pairs {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, &'de RawValue>()? {
                    pairs.push((key, value.get()));
                }
                Ok(Members(pairs))
            }
        }

        deserializer.deserialize_map(Pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_survives() {
        let text = r#" { "a" : [ 1.0 , 2e3 ], "b b" : "x \" y" , "a" : 123456789012345678901234567890 } "#;
        assert_eq!(compact(text), r#"{"a":[1.0,2e3],"b b":"x \" y","a":123456789012345678901234567890}"#);
        assert_eq!(member(text, "a"), Some("123456789012345678901234567890"));
        assert_eq!(text_at(text, &["b b"]).as_deref(), Some("x \" y"));
        assert_eq!(elements("[1, [2], \"3\"]"), Some(vec!["1", "[2]", "\"3\""]));
    }

    #[test]
    fn depth_is_bounded_without_a_stack() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(is_valid(&deep(1000), 1000));
        assert!(!is_valid(&deep(1001), 1000));
        assert!(!is_valid(&deep(1_000_000), 1000));
        assert!(is_valid(r#""[[[[""#, 0));
        for text in ["", "{", "{}{}", "nul", "{\"a\":1,}", "[1 2]"] {
            assert!(!is_valid(text, 10), "{text}");
        }
    }

    #[test]
    fn half_a_surrogate_pair_is_no_text() {
        assert_eq!(unquote(r#""\ud800""#), None);
        assert_eq!(members(r#"{"\ud800":1}"#), None);
    }
}
