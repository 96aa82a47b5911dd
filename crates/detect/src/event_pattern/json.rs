//! JSON as a person wrote it: strict, with the place of every value, numbers in their own spelling and double keys kept.

use crate::tree::scalar_text;

/// A value and where it begins.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Value {
    /// Byte of the text at which it begins.
    pub(crate) at: usize,
    /// What it is.
    pub(crate) kind: Kind,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as written.
    Number(Box<str>),
    /// A string without its escapes.
    Text(Box<str>),
    /// An array.
    Array(Vec<Value>),
    /// An object, members in the order written, double keys included.
    Object(Vec<Member>),
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Member {
    /// The key without its escapes.
    pub(crate) name: Box<str>,
    /// Byte of the text at which the key begins.
    pub(crate) at: usize,
    /// Its value.
    pub(crate) value: Value,
}

/// Why a text is no JSON, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Byte of the text.
    pub(crate) at: usize,
    /// What is wrong there.
    pub(crate) says: String,
}

/// Reads one JSON text; nothing may follow it. `depth_max` bounds how deep values may be nested.
pub(crate) fn parse(text: &str, depth_max: usize) -> Result<Value, Fault> {
    let mut reader = Reader { text, at: 0, depth_left: depth_max };
    let value = reader.value()?;
    match reader.next() {
        None => Ok(value),
        Some(found) => Err(reader.fault(format!("Unexpected character {}: the text should end here", shown(found)))),
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth_left: usize,
}

impl Reader<'_> {
    fn fault(&self, says: String) -> Fault {
        Fault { at: self.at, says }
    }

    /// The next character that is no white space, not taken.
    fn next(&mut self) -> Option<char> {
        let rest = self.text.get(self.at..)?;
        self.at = self.text.len() - rest.trim_start_matches([' ', '\n', '\r', '\t']).len();
        self.text.get(self.at..)?.chars().next()
    }

    fn value(&mut self) -> Result<Value, Fault> {
        let found = self.next();
        let at = self.at;
        let kind = match found {
            Some('{') => self.nested(|reader| reader.object().map(Kind::Object))?,
            Some('[') => self.nested(|reader| reader.array().map(Kind::Array))?,
            Some('"') => Kind::Text(self.string()?),
            Some('-' | '0'..='9') => self.number()?,
            Some(word) if word.is_alphabetic() => self.word()?,
            Some(other) => return Err(self.fault(format!("Unexpected character {}: was expecting a value", shown(other)))),
            None => return Err(self.fault("Unexpected end-of-input: was expecting a value".into())),
        };
        Ok(Value { at, kind })
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Result<Kind, Fault>) -> Result<Kind, Fault> {
        self.depth_left = self.depth_left.checked_sub(1).ok_or_else(|| self.fault("Values are nested too deep".into()))?;
        self.at += 1;
        let kind = read(self)?;
        self.depth_left += 1;
        Ok(kind)
    }

    fn array(&mut self) -> Result<Vec<Value>, Fault> {
        let mut items = Vec::new();
        if self.takes(']') {
            return Ok(items);
        }
        loop {
            items.push(self.value()?);
            if self.ends(']', "Array")? {
                return Ok(items);
            }
        }
    }

    fn object(&mut self) -> Result<Vec<Member>, Fault> {
        let mut members = Vec::new();
        if self.takes('}') {
            return Ok(members);
        }
        loop {
            match self.next() {
                Some('"') => {}
                Some(other) => return Err(self.fault(format!("Unexpected character {}: was expecting a field name", shown(other)))),
                None => return Err(self.fault("Unexpected end-of-input: was expecting a field name".into())),
            }
            let at = self.at;
            let name = self.string()?;
            if !self.takes(':') {
                return Err(self.fault("Was expecting a colon to separate field name and value".into()));
            }
            members.push(Member { name, at, value: self.value()? });
            if self.ends('}', "Object")? {
                return Ok(members);
            }
        }
    }

    fn takes(&mut self, wanted: char) -> bool {
        let is = self.next() == Some(wanted);
        self.at += usize::from(is);
        is
    }

    /// Takes a comma, or the closing bracket: true for that.
    fn ends(&mut self, close: char, of: &str) -> Result<bool, Fault> {
        match self.next() {
            Some(',') => {
                self.at += 1;
                Ok(false)
            }
            Some(found) if found == close => {
                self.at += 1;
                Ok(true)
            }
            Some(found @ (']' | '}')) => Err(self.fault(format!("Unexpected close marker '{found}': expected '{close}'"))),
            Some(found) => Err(self.fault(format!("Unexpected character {}: was expecting comma to separate {of} entries", shown(found)))),
            None => Err(self.fault(format!("Unexpected end-of-input: expected '{close}' of the {of}"))),
        }
    }

    /// The string at hand. Half a surrogate pair stands for U+FFFD.
    fn string(&mut self) -> Result<Box<str>, Fault> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut end = start + 1;
        loop {
            match bytes.get(end) {
                None => return Err(Fault { at: start, says: "Unexpected end-of-input in a String value".into() }),
                Some(b'"') => break,
                Some(b'\\') => end += 2,
                Some(control @ ..0x20) => {
                    return Err(Fault { at: end, says: format!("Illegal unquoted character (code {control}) in a String value") });
                }
                Some(_) => end += 1,
            }
        }
        let quoted = self.text.get(start..=end).unwrap_or_default();
        let text = scalar_text(quoted).ok_or_else(|| self.fault("Unrecognized character escape in a String value".into()))?;
        self.at = end + 1;
        Ok(text.into())
    }

    fn number(&mut self) -> Result<Kind, Fault> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))).unwrap_or(rest.len());
        let written = rest.get(..length).unwrap_or_default();
        if serde_json::from_str::<&serde_json::value::RawValue>(written).is_err() {
            return Err(self.fault(format!("Unrecognized number '{written}'")));
        }
        self.at += length;
        Ok(Kind::Number(written.into()))
    }

    fn word(&mut self) -> Result<Kind, Fault> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let kind = match rest.get(..length).unwrap_or_default() {
            "null" => Kind::Null,
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            word => {
                let says = format!(
                    "Unrecognized token '{word}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
                );
                return Err(self.fault(says));
            }
        };
        self.at += length;
        Ok(kind)
    }
}

fn shown(found: char) -> String {
    if found.is_control() { format!("(code {})", u32::from(found)) } else { format!("('{found}' (code {}))", u32::from(found)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_serde_json_takes_is_taken() {
        let texts = [
            "1",
            "-0",
            "01",
            "1.",
            "1e5",
            "1E+05",
            "tru",
            "true",
            "\"a\\u0041\"",
            "\"\\x\"",
            "\"a\nb\"",
            "[1,2]",
            "[1,]",
            "[,1]",
            "{}",
            "{\"a\":1}",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\" 1}",
            "[1 2]",
            "",
            " ",
            "[",
            "{\"a\":",
            "1 2",
            "{} x",
            "nul",
            "-",
            "--1",
            "+1",
            "\"\u{1F600}\"",
            "[[[]]]",
            "1\u{a0}",
            "\"\\\\\"",
            "\"\\\"",
            "\"",
            "1e400",
            "NaN",
        ];
        for text in texts {
            let expect = serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok();
            assert_eq!(parse(text, 8).is_ok(), expect, "{text}");
        }
    }

    #[test]
    fn spelling_places_and_double_keys_are_kept() {
        let value = parse(r#" {"a": 1.50, "a": [null, "x"]}"#, 8).expect("JSON");
        let Kind::Object(members) = value.kind else { panic!("an object") };
        assert_eq!((members[0].at, members[0].value.at, &members[0].value.kind), (2, 7, &Kind::Number("1.50".into())));
        assert_eq!((&*members[1].name, members[1].at), ("a", 13));
    }

    #[test]
    fn depth_is_bounded() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse(&deep(8), 8).is_ok());
        assert_eq!(parse(&deep(9), 8).expect_err("too deep").at, 8);
    }
}
