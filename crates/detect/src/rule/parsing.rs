//! What the Sigma parser says, as diagnostics: its kind is told by how a message begins, its place by what it quotes.

use std::borrow::Cow;

use serde::Deserialize;

use super::diagnostic::{Diagnostic, Weight};
use super::locate::{Document, Source};

/// How the parser's messages begin, the code they get here, the section they are about, and what to do.
const KINDS: [(&str, &str, &str, &str); 17] = [
    ("YAML", "yaml_syntax", "", "indentation and quotes decide YAML: quote texts that begin with *, &, %, @, ` or hold `: `"),
    ("Document is not", "not_a_mapping", "", "a rule is a mapping that begins with title:"),
    (
        "Condition",
        "bad_condition",
        "condition",
        "a condition joins selection names with and, or, not, brackets, `1 of name*` and `all of them`",
    ),
    (
        "Unknown modifier",
        "unknown_modifier",
        "detection",
        "Sigma's modifiers: contains, startswith, endswith, all, cased, re, i, m, s, cidr, base64, base64offset, wide, utf16, utf16be, windash, lt, lte, gt, gte, neq, exists, fieldref, expand, minute, hour, day, week, month, year",
    ),
    ("`not` is not", "bad_modifier", "detection", "write `not selection` in the condition"),
    ("Invalid field", "bad_field", "detection", "array selectors are [any], [all], [all_or_empty], [none] and a position such as [0]"),
    ("Missing required", "missing_field", "detection", "a rule needs title, logsource and detection with a condition"),
    (
        "Invalid detection",
        "bad_detection",
        "detection",
        "a selection is a mapping of fields, a list of such mappings, or a list of keywords",
    ),
    (
        "Invalid correlation",
        "bad_correlation",
        "correlation",
        "a correlation has type, rules, timespan and a condition; docs/detections.md shows one",
    ),
    ("Invalid timespan", "bad_timespan", "correlation", "a timespan is a number and one of s, m, h, d, w, M, y, such as 10m"),
    ("Invalid value", "bad_value", "detection", "a value is one text, number, true, false or null"),
    ("Invalid collection", "bad_action", "action", ACTIONS),
    ("Unknown collection", "bad_action", "action", ACTIONS),
    ("collection 'action'", "bad_action", "action", ACTIONS),
    ("'action", "bad_action", "action", ACTIONS),
    ("invalid ", "bad_metadata", "title", "the rule is loaded without it"),
    ("related", "bad_metadata", "related", "each entry needs an id and a type: derived, obsolete, merged, renamed or similar"),
];

const ACTIONS: &str = "Sigma's collection actions are global, reset and repeat";

/// A message of the Sigma parser about a document.
pub(super) fn diagnostic(source: &Source<'_>, document: &Document, message: &str) -> Diagnostic {
    let plain = message.trim_start_matches('\'');
    let kind = KINDS.iter().find(|(begin, ..)| message.starts_with(begin) || plain.starts_with(begin));
    let (code, section, help) = kind
        .map_or(("bad_rule", "logsource", "docs/detections.md shows a whole rule"), |(_, code, section, help)| (*code, *section, *help));
    let help = if message.starts_with("invalid level") {
        "levels are informational, low, medium, high and critical; until then it counts as medium"
    } else {
        help
    };
    let weight = if code == "bad_metadata" { Weight::Warning } else { Weight::Error };
    match code {
        "yaml_syntax" => syntax(source, document, message, help),
        "bad_condition" => condition(source, document, message, help),
        _ => {
            let (section, needle) = match (code, quoted(message)) {
                // What is missing cannot be pointed at; where it should be, can.
                ("missing_field", Some("title")) => ("", ""),
                ("missing_field", _) => (section, ""),
                _ => (section, mentioned(source, document, message)),
            };
            source.diagnostic(weight, code, source.spot(document, section, needle), sentence(message), help.to_owned())
        }
    }
}

/// The longest text of a message that stands in the document: something quoted, or what comes last.
fn mentioned<'m>(source: &Source<'_>, document: &Document, message: &'m str) -> &'m str {
    let last = message.rsplit(": ").next().filter(|rest| *rest != message);
    let quoted = ['\'', '"', '`'].into_iter().flat_map(|quote| message.split(quote).skip(1).step_by(2));
    quoted.chain(last).filter(|needle| source.holds(document, needle)).max_by_key(|needle| needle.len()).unwrap_or_default()
}

/// Our messages begin small.
fn sentence(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// The first text that a message quotes.
pub(super) fn quoted(message: &str) -> Option<&str> {
    ['\'', '"', '`']
        .into_iter()
        .filter_map(|quote| Some((message.find(quote)?, quote)))
        .min()
        .and_then(|(_, quote)| message.split(quote).nth(1))
        .filter(|text| !text.is_empty())
}

/// A YAML error; its message holds the place within its document.
fn syntax(source: &Source<'_>, document: &Document, message: &str, help: &str) -> Diagnostic {
    let line = number_after(message, "line ").unwrap_or(1);
    let spot = (line + document.lines.start, number_after(message, "column ").unwrap_or(1), 1);
    if let Some(key) = message.split_once("duplicate entry with key \"").and_then(|(_, rest)| rest.split('"').next()) {
        let second = source.second_key(document, (spot.0, spot.1), key).unwrap_or(spot);
        let help = "a key stands once in a mapping: join the values in a list, or make two selections".to_owned();
        return source.diagnostic(Weight::Error, "yaml_syntax", second, format!("the key {key:?} stands here a second time"), help);
    }
    let said = message.split_once(": ").map_or(message, |(_, said)| said);
    let said = said.rsplit_once(" at line ").map_or(said, |(said, _)| said);
    source.diagnostic(Weight::Error, "yaml_syntax", spot, format!("this is no YAML: {said}"), help.to_owned())
}

/// The text with its merge keys (`<<: *base`) carried out, which the Sigma parser leaves as they are. What is no YAML is told by it.
pub(super) fn merged(text: &str) -> Result<Cow<'_, str>, String> {
    if !text.contains("<<") {
        return Ok(Cow::Borrowed(text));
    }
    let mut documents = String::new();
    for document in yaml_serde::Deserializer::from_str(text) {
        let Ok(mut value) = yaml_serde::Value::deserialize(document) else { return Ok(Cow::Borrowed(text)) };
        // What is merged in may itself merge something in, which then stands one level higher.
        for _ in 0..MERGES_DEEP_MAX {
            value.apply_merge().map_err(|error| error.to_string())?;
        }
        documents.push_str("---\n");
        documents.push_str(&yaml_serde::to_string(&value).map_err(|error| error.to_string())?);
    }
    Ok(Cow::Owned(documents))
}

/// Bases of bases of bases: nobody reads a rule that goes deeper.
const MERGES_DEEP_MAX: usize = 8;

pub(super) fn bad_merge(source: &Source<'_>, document: &Document, said: &str) -> Diagnostic {
    let help = "a merge key takes an anchored mapping, or a list of these: `<<: *base`".to_owned();
    source.diagnostic(Weight::Error, "yaml_syntax", source.spot(document, "<<", "<<"), format!("`<<` cannot be merged: {said}"), help)
}

fn number_after(message: &str, word: &str) -> Option<usize> {
    let (_, rest) = message.rsplit_once(word)?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// A condition that cannot be read: the grammar's own words turned into Sigma's.
fn condition(source: &Source<'_>, document: &Document, message: &str, help: &str) -> Diagnostic {
    const WORDS: [(&str, &str); 12] = [
        ("quantifier", "`1 of …`"),
        ("selector_target", "a name or `them`"),
        ("of_kw_inner", "`of`"),
        ("all_kw", "`all`"),
        ("any_kw", "`any`"),
        ("or_op", "`or`"),
        ("and_op", "`and`"),
        ("not_op", "`not`"),
        ("EOI", "the end"),
        ("selector", "`1 of …`"),
        ("ident_pattern", "a name"),
        ("ident", "a selection's name"),
    ];
    let place = message.strip_prefix("Condition parse error at ").and_then(|rest| {
        let mut numbers = rest.split(':');
        Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
    });
    let spot =
        place.and_then(|place| source.in_condition(document, place)).unwrap_or_else(|| source.spot(document, "condition", "condition"));
    let wanted = message.rsplit_once("= ").map(|(_, wanted)| wanted.trim());
    let said = wanted.map_or_else(
        || message.lines().next().unwrap_or_default().to_owned(),
        |wanted| WORDS.iter().fold(wanted.to_owned(), |text, (word, meaning)| replace_word(&text, word, meaning)),
    );
    let said = match said.rsplit_once("nesting exceeds maximum depth (") {
        Some((_, depth)) => format!("it nests deeper than {} brackets", depth.split(')').next().unwrap_or_default()),
        None => said.chars().take(SAID_CHARS_MAX).collect(),
    };
    let help = condition_help(&source.text_of(document, "condition")).unwrap_or(help).to_owned();
    source.diagnostic(Weight::Error, "bad_condition", spot, format!("the condition cannot be read here: {said}"), help)
}

/// The grammar quotes the whole condition; nobody reads on after so many characters.
const SAID_CHARS_MAX: usize = 200;

/// What a condition most likely meant, where it is written as Sigma once was, or as SQL is.
fn condition_help(condition: &str) -> Option<&'static str> {
    const AGGREGATIONS: [&str; 6] = ["count(", "sum(", "min(", "max(", "avg(", "near "];
    let aggregates = |part: &str| AGGREGATIONS.iter().any(|begin| part.trim_start().starts_with(begin));
    let is_upper = |word: &str| ["AND", "OR", "NOT", "OF", "ALL", "ANY", "THEM"].contains(&word);
    if condition.split('|').skip(1).any(aggregates) {
        Some("Sigma has given up aggregations in conditions: write a correlation over this rule, as docs/detections.md shows")
    } else if condition.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').any(is_upper) {
        Some("the words of a condition (and, or, not, of, all, any, them) are written in lower case")
    } else {
        None
    }
}

fn replace_word(text: &str, word: &str, meaning: &str) -> String {
    text.split(' ')
        .map(|part| if part.trim_end_matches(',') == word { part.replace(word, meaning) } else { part.to_owned() })
        .collect::<Vec<_>>()
        .join(" ")
}
