//! A record's JSON, line by line, with the fields that matched lit and the secrets hidden.

use maud::{Markup, html as markup};
use serde_json::Value;
use watchfire_model::MatchedPredicate;

use crate::text::{bytes, number, plain};

/// Lines shown of one record; real records have 40 to 120.
const LINES_MAX: usize = 300;

/// Characters shown of one value.
const VALUE_CHARS_MAX: usize = 1200;

/// JSON kept as text (policies) is opened up to this length.
const INNER_BYTES_MAX: usize = 64 * 1024;

/// Fields whose value must not travel with a report, lower case. CloudTrail hides most of them itself; session tokens it keeps.
const SECRETS: [&str; 14] = [
    "authtoken",
    "clientsecret",
    "masteruserpassword",
    "newpassword",
    "oldpassword",
    "password",
    "privatekey",
    "samlassertion",
    "secretaccesskey",
    "secretbinary",
    "secretstring",
    "sessiontoken",
    "token",
    "webidentitytoken",
];

/// The value as indented text.
pub(super) fn lit(value: &Value, matched: &[MatchedPredicate]) -> Markup {
    let mut page = Page { lines: Vec::new(), lit: paths(matched), keywords: keywords(matched), left_out: 0 };
    page.value(value, Place { path: String::new(), key: None, depth: 0, comma: false, inner: 0 });
    page.markup()
}

/// Paths to light, without the array words of Sigma (`Statement[any]`).
fn paths(matched: &[MatchedPredicate]) -> Vec<String> {
    let bare = |field: &str| {
        let mut out = String::new();
        let mut inside = false;
        for c in field.chars() {
            match c {
                '[' => inside = true,
                ']' => inside = false,
                c if !inside => out.push(c),
                _ => {}
            }
        }
        out
    };
    matched.iter().map(|predicate| bare(&predicate.field)).collect()
}

fn keywords(matched: &[MatchedPredicate]) -> Vec<String> {
    let keywords = matched.iter().filter(|predicate| predicate.field == "keyword" && predicate.actual.len() >= 3);
    keywords.map(|predicate| predicate.actual.to_lowercase()).collect()
}

/// Whether a field's value must not be shown.
pub(super) fn is_secret(path: &str) -> bool {
    let key = path.rsplit('.').next().unwrap_or(path).to_ascii_lowercase();
    SECRETS.binary_search(&key.as_str()).is_ok()
}

/// What is shown in a secret's place.
pub(super) fn hidden(value: &str) -> String {
    if value.is_empty() || value.starts_with("HIDDEN") {
        return plain(value, 60).into_owned();
    }
    format!("(hidden, {})", bytes(value.len() as u64))
}

struct Line {
    indent: usize,
    key: Option<String>,
    value: String,
    lit: bool,
}

struct Page {
    lines: Vec<Line>,
    lit: Vec<String>,
    keywords: Vec<String>,
    left_out: u64,
}

/// Where a value stands.
struct Place<'k> {
    /// Dotted, without array positions.
    path: String,
    key: Option<&'k str>,
    depth: usize,
    comma: bool,
    /// How many texts holding JSON it is inside of.
    inner: usize,
}

impl Page {
    fn push(&mut self, place: &Place<'_>, key: Option<&str>, value: String, lit: bool) {
        if self.lines.len() >= LINES_MAX {
            self.left_out += 1;
            return;
        }
        let key = key.map(|key| plain(&quoted(key), 200).into_owned());
        self.lines.push(Line { indent: place.depth, key, value, lit });
    }

    /// Recursion is as deep as the JSON, which the parser holds to 128.
    fn value(&mut self, value: &Value, place: Place<'_>) {
        let comma = if place.comma { "," } else { "" };
        match value {
            Value::Object(map) if !map.is_empty() => {
                self.push(&place, place.key, "{".to_owned(), self.is_lit(&place.path));
                for (number, (key, value)) in map.iter().enumerate() {
                    let path = if place.path.is_empty() { key.clone() } else { format!("{}.{key}", place.path) };
                    self.value(
                        value,
                        Place { path, key: Some(key), depth: place.depth + 1, comma: number + 1 < map.len(), inner: place.inner },
                    );
                }
                self.push(&place, None, format!("}}{comma}"), false);
            }
            Value::Array(items) if !items.is_empty() => {
                self.push(&place, place.key, "[".to_owned(), false);
                for (number, item) in items.iter().enumerate() {
                    let path = place.path.clone();
                    self.value(
                        item,
                        Place { path, key: None, depth: place.depth + 1, comma: number + 1 < items.len(), inner: place.inner },
                    );
                }
                self.push(&place, None, format!("]{comma}"), false);
            }
            Value::String(text) => self.text(text, comma, place),
            scalar => {
                let lit = self.is_lit_leaf(&place.path, &scalar.to_string());
                self.push(&place, place.key, format!("{scalar}{comma}"), lit);
            }
        }
    }

    fn text(&mut self, text: &str, comma: &str, place: Place<'_>) {
        if is_secret(&place.path) {
            let lit = self.is_lit(&place.path);
            return self.push(&place, place.key, format!("\"{}\"{comma}", hidden(text)), lit);
        }
        match inner_json(text).filter(|_| place.inner < 2) {
            Some(inner) => {
                self.push(&place, place.key, "JSON kept as text:".to_owned(), self.is_lit(&place.path));
                self.value(&inner, Place { key: None, depth: place.depth + 1, inner: place.inner + 1, ..place });
            }
            None => {
                let lit = self.is_lit_leaf(&place.path, text);
                self.push(&place, place.key, format!("{}{comma}", plain(&quoted(text), VALUE_CHARS_MAX)), lit);
            }
        }
    }

    fn is_lit(&self, path: &str) -> bool {
        self.lit.iter().any(|field| field == path)
    }

    /// A field that goes deeper than the record lights the last value on its way.
    fn is_lit_leaf(&self, path: &str, text: &str) -> bool {
        let deeper = |field: &String| field.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        if !path.is_empty() && self.lit.iter().any(deeper) {
            return true;
        }
        !self.keywords.is_empty() && text.len() < 64 * 1024 && {
            let text = text.to_lowercase();
            self.keywords.iter().any(|keyword| text.contains(keyword) || keyword.contains(&text) && text.len() >= 3)
        }
    }

    fn markup(&self) -> Markup {
        markup! {
            pre.json {
                @for line in &self.lines {
                    span.l.lit[line.lit] {
                        (indent(line.indent))
                        @if let Some(key) = &line.key { span.k { (key) } ": " }
                        @if line.lit { mark { (line.value) } } @else { (line.value) }
                    }
                }
                @if self.left_out > 0 { span.l { "… " (number(self.left_out)) " more lines" } }
            }
        }
    }
}

fn indent(depth: usize) -> &'static str {
    const SPACES: &str = "                                                                ";
    SPACES.get(..depth * 2).unwrap_or(SPACES)
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// Policies stand as JSON in a text, sometimes URL-encoded.
fn inner_json(text: &str) -> Option<Value> {
    if text.len() > INNER_BYTES_MAX {
        return None;
    }
    let decoded;
    let mut json = text.trim_start();
    if json.starts_with("%7B") || json.starts_with("%7b") {
        decoded = percent_decoded(json)?;
        json = &decoded;
    }
    if !json.starts_with(['{', '[']) {
        return None;
    }
    serde_json::from_str::<Value>(json).ok().filter(|value| match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    })
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, tail @ ..] = rest {
        match (byte, tail) {
            (b'%', [high, low, tail @ ..]) => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                out.push((digit(*high)? * 16 + digit(*low)?) as u8);
                rest = tail;
            }
            (b'+', _) => {
                out.push(b' ');
                rest = tail;
            }
            _ => {
                out.push(*byte);
                rest = tail;
            }
        }
    }
    String::from_utf8(out).ok()
}
