//! The members of an object and the elements of an array, read off a text that is known to be well-formed.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

/// Walks over the members of an object, or over the elements of an array. A text that is not well-formed ends the walk early.
#[derive(Debug, Clone)]
pub(crate) struct Members<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Members<'a> {
    /// The inside of the object or array that begins at `open`.
    pub fn new(text: &'a str, open: usize) -> Self {
        Members { text, at: open + 1 }
    }

    /// The next member's key, as it stands between its quotes; then [`value`](Self::value) must be called.
    #[inline]
    pub fn key(&mut self) -> Option<&'a str> {
        self.move_on();
        if byte(self.text, self.at) != b'"' {
            return None;
        }
        let end = string_end(self.text, self.at);
        let key = self.text.get(self.at + 1..end.checked_sub(1)?)?;
        self.at = skip_space(self.text, end);
        (byte(self.text, self.at) == b':').then(|| {
            self.at = skip_space(self.text, self.at + 1);
            key
        })
    }

    /// Whether an element follows in an array; then [`value`](Self::value) must be called.
    #[inline]
    pub fn element(&mut self) -> bool {
        self.move_on();
        !matches!(byte(self.text, self.at), b']' | b'}' | 0)
    }

    /// Where the value begins.
    #[inline]
    pub fn start(&self) -> usize {
        self.at
    }

    /// Reads over the value; `end` is where it is known to end.
    #[inline]
    pub fn value(&mut self, end: Option<usize>) -> (usize, usize) {
        let start = self.at;
        self.at = end.unwrap_or_else(|| value_end(self.text, start));
        (start, self.at)
    }

    fn move_on(&mut self) {
        self.at = skip_space(self.text, self.at);
        if byte(self.text, self.at) == b',' {
            self.at = skip_space(self.text, self.at + 1);
        }
    }
}

#[inline]
pub(crate) fn byte(text: &str, at: usize) -> u8 {
    text.as_bytes().get(at).copied().unwrap_or(0)
}

#[inline]
fn skip_space(text: &str, mut at: usize) -> usize {
    while matches!(byte(text, at), b' ' | b'\n' | b'\r' | b'\t') {
        at += 1;
    }
    at
}

/// One past the closing quote of the string that begins at `open`.
#[inline]
fn string_end(text: &str, open: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = open + 1;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        at += found;
        if byte(text, at) == b'"' {
            return at + 1;
        }
        at += 2;
    }
    bytes.len()
}

/// One past the value that begins at `start`.
fn value_end(text: &str, start: usize) -> usize {
    let mut at = start;
    let mut depth = 0usize;
    loop {
        match byte(text, at) {
            b'"' => at = string_end(text, at),
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
            0 if at >= text.len() => return text.len(),
            _ if depth == 0 => return scalar_end(text, at),
            _ => {
                at += 1;
                continue;
            }
        }
        if depth == 0 {
            return at;
        }
    }
}

fn scalar_end(text: &str, start: usize) -> usize {
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    start + rest.iter().position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t')).unwrap_or(rest.len())
}

/// What stands between the quotes of a JSON string, without escapes; nothing when an escape stands for no character.
#[inline]
pub(crate) fn unescaped(inside: &str) -> Option<Cow<'_, str>> {
    if memchr(b'\\', inside.as_bytes()).is_none() {
        return Some(Cow::Borrowed(inside));
    }
    serde_json::from_str(&format!("\"{inside}\"")).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<(&str, &str)> {
        let mut members = Members::new(text, 0);
        let mut found = Vec::new();
        while let Some(key) = members.key() {
            let (start, end) = members.value(None);
            found.push((key, &text[start..end]));
        }
        found
    }

    #[test]
    fn members_of_every_kind() {
        let text = r#" { "a" : {"x":"}\"{"} , "b":[1,[2],"]"] ,"c":-1.5e3,"d":null, "e\"f" : "" } "#.trim();
        assert_eq!(values(text), [("a", r#"{"x":"}\"{"}"#), ("b", r#"[1,[2],"]"]"#), ("c", "-1.5e3"), ("d", "null"), (r#"e\"f"#, "\"\"")]);
    }

    #[test]
    fn broken_texts_end_the_walk() {
        for text in ["{", "{\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":\"\\", "{\"a\":[[", "{\"a\":1,", "{\"a\" 1}", "", "{]"] {
            values(text);
        }
    }
}
