//! An event in a few words, for channels where people read.

use serde_json::Value;

use super::Letter;
use crate::json;

/// What people are told.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Notice {
    /// One line.
    pub title: String,
    /// A sentence or two; may be empty.
    pub text: String,
    /// `critical`, `high`, `medium`, `low` or `informational`.
    pub level: &'static str,
    /// What else is worth a look.
    pub facts: Vec<(&'static str, String)>,
}

/// Letters of a title.
const TITLE_MAX: usize = 200;

impl Notice {
    /// The notice of a delivery. A target whose input is one text says that text; otherwise the event is put into words.
    pub fn of(letter: &Letter<'_>) -> Notice {
        let event = letter.event;
        let detail: Value = serde_json::from_str(&event.detail).unwrap_or_default();
        // Security Hub wraps its findings.
        let detail = detail.pointer("/findings/0").cloned().unwrap_or(detail);
        let text = |paths: &[&str]| paths.iter().find_map(|path| detail.pointer(path)?.as_str()).map(str::to_owned);
        let mut notice = Notice {
            title: text(&["/title", "/Title"]).unwrap_or_else(|| described(&event.detail_type, text(&["/eventName"]))),
            text: text(&["/description", "/Description", "/errorMessage"]).unwrap_or_default(),
            level: level(&detail),
            facts: vec![("account", event.account.clone()), ("region", event.region.clone()), ("time", event.time.to_string())],
        };
        notice.facts.extend(text(&["/type", "/Types/0"]).map(|kind| ("type", kind)));
        notice.facts.extend(text(&["/userIdentity/arn", "/resource/accessKeyDetails/userName"]).map(|who| ("who", who)));
        if let Some(said) = json::unquote(letter.payload) {
            let (title, rest) = said.split_once('\n').unwrap_or((&said, ""));
            (notice.title, notice.text) = (title.to_owned(), rest.to_owned());
        }
        notice.title = shortened(&notice.title.replace(['\r', '\n'], " "), TITLE_MAX);
        notice
    }
}

fn described(kind: &str, name: Option<String>) -> String {
    name.map_or_else(|| kind.to_owned(), |name| format!("{name} ({kind})"))
}

/// How urgent a finding is, by GuardDuty's number or Security Hub's label.
fn level(detail: &Value) -> &'static str {
    let label = detail.pointer("/Severity/Label").and_then(Value::as_str).unwrap_or_default();
    let number = detail.get("severity").and_then(Value::as_f64);
    match (label, number) {
        ("CRITICAL", _) => "critical",
        ("HIGH", _) => "high",
        ("MEDIUM", _) => "medium",
        ("LOW", _) => "low",
        (_, Some(number)) if number >= 9.0 => "critical",
        (_, Some(number)) if number >= 7.0 => "high",
        (_, Some(number)) if number >= 4.0 => "medium",
        (_, Some(number)) if number >= 2.0 => "low",
        _ => "informational",
    }
}

/// A text of at most so many letters.
pub(super) fn shortened(text: &str, letters_max: usize) -> String {
    match text.char_indices().nth(letters_max) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
