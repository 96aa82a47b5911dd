//! Templates of an input transformer, read when the target is put and filled for each event.

use std::collections::BTreeMap;

use super::{Path, Surroundings, Unfit};
use crate::event::Event;
use crate::json::{self, Shape};

/// A template with its paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    kind: Kind,
    pieces: Vec<Piece>,
    paths: BTreeMap<String, Path>,
}

/// What a template begins with decides how values stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A JSON value with places in it.
    Json,
    /// One or more lines, each in quotes.
    Text,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// Letters that stay.
    Fixed(String),
    /// A name, and whether it stands inside quotes.
    Place { name: String, quoted: bool },
}

/// A text is no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateFault {
    /// A name stands for nothing.
    #[error("invalid placeholder {0}")]
    UnknownName(String),
    /// The key of an object is fixed.
    #[error("<{0}> stands as the key of an object")]
    Key(String),
    /// The whole event is no text.
    #[error("<{0}> is JSON and cannot stand inside quotes")]
    Quoted(String),
    /// A line of a text template without quotes around it.
    #[error("line {0} is not in quotes")]
    NoQuotes(usize),
    /// Not JSON, whatever comes into its places.
    #[error("{0}")]
    NotJson(String),
}

const RULE_ARN: &str = "aws.events.rule-arn";
const RULE_NAME: &str = "aws.events.rule-name";
const INGESTION_TIME: &str = "aws.events.event.ingestion-time";
const EVENT: &str = "aws.events.event";
const EVENT_JSON: &str = "aws.events.event.json";
const PREDEFINED: [&str; 5] = [RULE_ARN, RULE_NAME, INGESTION_TIME, EVENT, EVENT_JSON];

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(text: &str, paths: BTreeMap<String, Path>) -> Result<Template, TemplateFault> {
        let text = text.trim();
        let kind = if text.starts_with('"') { Kind::Text } else { Kind::Json };
        let pieces = cut(text);
        for piece in &pieces {
            let Piece::Place { name, quoted } = piece else { continue };
            match name.as_str() {
                EVENT | EVENT_JSON if *quoted => return Err(TemplateFault::Quoted(name.clone())),
                name if PREDEFINED.contains(&name) || paths.contains_key(name) => {}
                _ => return Err(TemplateFault::UnknownName(name.clone())),
            }
        }
        if let Some(name) = key(&pieces) {
            return Err(TemplateFault::Key(name));
        }
        let template = Template { kind, pieces, paths };
        template.check()?;
        Ok(template)
    }

    /// Fills the places with anything and looks whether JSON comes out.
    fn check(&self) -> Result<(), TemplateFault> {
        let filled = self.pieces.iter().map(|piece| match piece {
            Piece::Fixed(text) => text.as_str(),
            Piece::Place { quoted: true, .. } => "",
            Piece::Place { quoted: false, .. } => "0",
        });
        let filled: String = filled.collect();
        match self.kind {
            Kind::Json => match serde_json::from_str::<&serde_json::value::RawValue>(&filled) {
                Ok(_) => Ok(()),
                Err(fault) => Err(TemplateFault::NotJson(fault.to_string())),
            },
            Kind::Text => {
                let lines = filled.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
                let bad = lines.filter(|(_, line)| json::unquote(line).is_none()).map(|(number, _)| number + 1).next();
                bad.map_or(Ok(()), |number| Err(TemplateFault::NoQuotes(number)))
            }
        }
    }

    /// The text with its places filled.
    ///
    /// # Errors
    /// An array or object has to stand inside quotes of a JSON template.
    pub fn fill(&self, event: &Event, around: &Surroundings<'_>) -> Result<String, Unfit> {
        let whole = event.to_json();
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Fixed(text) => out.push_str(text),
                Piece::Place { name, quoted } => {
                    let value = self.value(name, event, &whole, around);
                    out.push_str(&self.place(name, value.as_deref(), *quoted)?);
                }
            }
        }
        Ok(out)
    }

    /// The JSON text that a name stands for.
    fn value(&self, name: &str, event: &Event, whole: &str, around: &Surroundings<'_>) -> Option<String> {
        match name {
            RULE_ARN => Some(json::quote(around.rule_arn)),
            RULE_NAME => Some(json::quote(around.rule_name)),
            INGESTION_TIME => Some(json::quote(&around.ingestion_time.to_string())),
            EVENT => Some(without_detail(event)),
            EVENT_JSON => Some(whole.to_owned()),
            _ => self.paths.get(name)?.find(whole),
        }
    }

    /// A value as it stands in its place.
    fn place(&self, name: &str, value: Option<&str>, quoted: bool) -> Result<String, Unfit> {
        let Some(value) = value else {
            return Ok(if quoted { String::new() } else { "\"\"".to_owned() });
        };
        match (quoted, json::shape(value), self.kind) {
            (false, ..) => Ok(value.to_owned()),
            // The letters between the quotes are escaped as they are: nothing can leave the string.
            (true, Shape::Text, _) => Ok(value[1..value.len() - 1].to_owned()),
            (true, Shape::Bare, _) => Ok(value.to_owned()),
            (true, _, Kind::Text) => Ok(without_quotes(value)),
            (true, _, Kind::Json) => Err(Unfit::NotOneText(name.to_owned())),
        }
    }
}

/// The envelope without its detail, as the name `aws.events.event` stands for it.
fn without_detail(event: &Event) -> String {
    let text = |text: &str| json::quote(text);
    format!(
        "{{\"id\":{},\"account\":{},\"detailType\":{},\"time\":{},\"source\":{},\"region\":{},\"resources\":{},\"version\":\"0\"}}",
        text(event.id.as_str()),
        text(&event.account),
        text(&event.detail_type),
        text(&event.time.to_string()),
        text(&event.source),
        text(&event.region),
        serde_json::to_string(&event.resources).expect("texts have a JSON form"),
    )
}

/// JSON with all its quotes taken away, fit to stand inside a string: escaped quotes go too, other escapes stay.
fn without_quotes(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut letters = json::compact(value).chars().collect::<Vec<_>>().into_iter();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => {}
            '\\' => match letters.next() {
                Some('"') | None => {}
                Some(escaped) => out.extend(['\\', escaped]),
            },
            _ => out.push(letter),
        }
    }
    out
}

/// Cuts a template at its places: `<name>`, the name of letters, digits and `_-.`.
fn cut(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut fixed = String::new();
    let (mut quoted, mut escaped) = (false, false);
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        if let Some(name) = (letter == '<' && !escaped).then(|| name_at(rest)).flatten() {
            pieces.push(Piece::Fixed(std::mem::take(&mut fixed)));
            pieces.push(Piece::Place { name: name.to_owned(), quoted });
            rest = &rest[name.len() + 2..];
            continue;
        }
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ => {}
        }
        fixed.push(letter);
        rest = &rest[letter.len_utf8()..];
    }
    pieces.push(Piece::Fixed(fixed));
    pieces
}

fn name_at(text: &str) -> Option<&str> {
    let (name, _) = text.strip_prefix('<')?.split_once('>')?;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
    (!name.is_empty() && name.chars().all(plain)).then_some(name)
}

/// The first name that stands in the key of an object: its string ends and a colon follows.
fn key(pieces: &[Piece]) -> Option<String> {
    let mut waiting: Option<&str> = None;
    for piece in pieces {
        match piece {
            Piece::Place { name, .. } => waiting = waiting.or(Some(name)),
            Piece::Fixed(text) => {
                let Some(name) = waiting else { continue };
                let Some(after) = after_string(text) else { continue };
                if after.trim_start().starts_with(':') {
                    return Some(name.to_owned());
                }
                if !after.trim().is_empty() || text.contains('"') {
                    waiting = None;
                }
            }
        }
    }
    None
}

/// What comes after the first quote that ends a string.
fn after_string(text: &str) -> Option<&str> {
    let mut escaped = false;
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(&text[at + 1..]),
            _ => {}
        }
    }
    None
}
