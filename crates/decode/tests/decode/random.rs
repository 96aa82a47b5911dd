//! Random documents, and random damage to them, from a seed.

use watchfire_model::cloudtrail;

/// A small generator of pseudo-random numbers (xorshift).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound.max(1)
    }

    pub fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }

    pub fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    pub fn space(&mut self) -> &'static str {
        if self.one_in(3) { self.pick(&[" ", "\n", "\t", "\r\n", "    "]) } else { "" }
    }

    fn text(&mut self) -> String {
        let parts = ["a", "arn:aws:iam::123456789012:role/x", "é", "🦀", "{", "}", "[", "]", ",", ":", " ", "0"];
        let escapes = ["\\\"", "\\\\", "\\u00e9", "\\n", "\\/"];
        let count = if self.one_in(20) { self.below(120) } else { self.below(6) };
        let inside: String = (0..count).map(|_| if self.one_in(4) { self.pick(&escapes) } else { self.pick(&parts) }).collect();
        format!("\"{inside}\"")
    }

    fn scalar(&mut self) -> String {
        match self.below(3) {
            0 => self.text(),
            1 => self.pick(&["true", "false", "null", "\"\""]).to_owned(),
            _ => self.pick(&["0", "-1", "1.5e3", "12345678901234567890", "1E-2"]).to_owned(),
        }
    }

    fn value(&mut self, depth: usize) -> String {
        if depth == 0 || self.one_in(2) {
            return self.scalar();
        }
        if self.one_in(2) {
            let count = self.below(4);
            let values: Vec<_> = (0..count).map(|_| self.value(depth - 1)).collect();
            return self.join(values, "[", "]");
        }
        let count = self.below(4);
        let keys = ["\"k\"", "\"ARN\"", "\"type\"", "\"x\\\"y\""];
        let members = (0..count).map(|_| (self.pick(&keys).to_owned(), self.value(depth - 1))).collect();
        self.object(members)
    }

    fn object(&mut self, members: Vec<(String, String)>) -> String {
        let members = members.into_iter().map(|(key, value)| format!("{key}{}:{}{value}", self.space(), self.space())).collect();
        self.join(members, "{", "}")
    }

    fn join(&mut self, parts: Vec<String>, open: &str, close: &str) -> String {
        let mut text = open.to_owned();
        for (number, part) in parts.iter().enumerate() {
            let comma = if number > 0 { "," } else { "" };
            text += &format!("{comma}{}{part}{}", self.space(), self.space());
        }
        if parts.is_empty() {
            text += self.space();
        }
        text + close
    }

    /// Members of one level of the schema below a prefix, in random order, some of them twice.
    fn members(&mut self, prefix: &str) -> Vec<(String, String)> {
        let mut members = Vec::new();
        let below = cloudtrail::SCHEMA.fields.iter().filter_map(|field| field.path.strip_prefix(prefix));
        let mut names: Vec<&str> = below.filter_map(|rest| rest.split('.').next()).collect();
        names.dedup();
        for name in names {
            let path = format!("{prefix}{name}");
            if self.one_in(2) || (prefix.is_empty() && ["eventName", "eventSource", "eventTime"].contains(&name)) {
                continue;
            }
            let nests = cloudtrail::SCHEMA.fields.iter().any(|field| field.path.starts_with(&format!("{path}.")));
            for _ in 0..if self.one_in(8) { 2 } else { 1 } {
                let value = if nests && !self.one_in(6) {
                    let members = self.members(&format!("{path}."));
                    self.object(members)
                } else {
                    self.value(3)
                };
                members.push((format!("\"{name}\""), value));
            }
        }
        for _ in 0..self.below(3) {
            let key = self.pick(&["\"x\"", "\"eventNames\"", "\"\"", "\"aVeryLongKeyThatNoSchemaEverHadAPlaceFor\"", "\"arn\""]);
            members.push((key.to_owned(), self.value(3)));
        }
        for at in (1..members.len()).rev() {
            members.swap(at, self.below(at + 1));
        }
        members
    }

    /// A record with everything that makes it one.
    pub fn record(&mut self, name: &str) -> String {
        let mut members = self.members("");
        for (key, value) in [("\"eventName\"", name), ("\"eventSource\"", "s3.amazonaws.com"), ("\"eventTime\"", "2026-03-02T09:14:07Z")] {
            let at = self.below(members.len() + 1);
            members.insert(at, (key.to_owned(), format!("\"{value}\"")));
        }
        self.object(members)
    }

    /// A record on one line.
    pub fn line(&mut self, name: &str) -> String {
        self.record(name).replace(['\n', '\r', '\t'], " ")
    }

    /// Rubbish that may stand before a record and leaves it whole.
    pub fn rubbish(&mut self) -> &'static [u8] {
        self.pick(&[&b"]"[..], b"}", b"\0", b"x", b"\xfe", b"\xc3\x28", b"\"", b"[[\"", b"\\", b"<?xml?>"])
    }

    /// One fault somewhere in a text: the bytes that stand there instead.
    pub fn damage(&mut self, text: &str) -> Vec<u8> {
        let mut bytes = text.as_bytes().to_vec();
        let at = 1 + self.below(bytes.len() - 1);
        match self.below(7) {
            0 => bytes[at] = self.pick(b"\"{}[],:\0\x01\xff\\x"),
            1 => bytes.insert(at, self.pick(b"\"{}[],:\0\x01\xff\\x")),
            2 => drop(bytes.remove(at)),
            3 => bytes.truncate(at),
            4 => drop(bytes.drain(at..(at + self.below(40)).min(text.len()))),
            5 => drop(bytes.splice(at..at, self.pick(&[&b",,"[..], b"}}", b"\xc3\x28", b"{\"a\":", b"[[[", b"\0\0\0"]).iter().copied())),
            _ => drop(bytes.splice(at..at, b"[".repeat(self.below(500)))),
        }
        bytes
    }
}
