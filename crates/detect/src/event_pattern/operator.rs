//! Match expressions: from one element of a field's array to an alternative.

use super::address;
use super::alternatives::{Alternative, Alternatives, Gathered};
use super::error::PatternError;
use super::ignore_case::{AnyCase, Stands};
use super::json::{Kind, Member, Value};
use super::number::{Numeral, Range};
use crate::predicate::{Pattern, Piece};

type Parsed<T> = Result<T, PatternError>;

fn refuse<T>(at: usize, reason: impl Into<String>) -> Parsed<T> {
    Err(PatternError::new(at, reason))
}

/// Reads a field's array.
pub(super) fn alternatives(array: &Value, items: &[Value]) -> Parsed<Alternatives> {
    if items.is_empty() {
        return refuse(array.at, "Empty arrays are not allowed");
    }
    let mut gathered = Gathered::default();
    for item in items {
        match &item.kind {
            Kind::Null => gathered.others.push(Alternative::Null),
            Kind::Bool(value) => gathered.others.push(Alternative::Bool(*value)),
            Kind::Number(json) => gathered.others.push(Alternative::Number(Numeral::parse(json))),
            Kind::Text(text) => gathered.exactly(text),
            Kind::Object(members) => operator(item.at, members, &mut gathered)?,
            Kind::Array(_) => return refuse(item.at, "Match value must be String, number, true, false, or null"),
        }
    }
    Ok(gathered.finish())
}

/// The only member of an object; of double keys the last one counts.
fn only(at: usize, members: &[Member]) -> Parsed<&Member> {
    let Some(last) = members.last() else { return refuse(at, "Match expression name not found") };
    match members.iter().find(|member| member.name != last.name) {
        None => Ok(last),
        Some(_) => refuse(members.get(1).map_or(at, |second| second.at), "Only one key allowed in match expression"),
    }
}

fn operator(at: usize, members: &[Member], gathered: &mut Gathered) -> Parsed<()> {
    if let Some(first) = members.first().filter(|first| !is_operator(&first.name)) {
        return refuse(first.at, format!("Unrecognized match type {}", first.name));
    }
    let Member { name, value, .. } = only(at, members)?;
    match &**name {
        "exactly" => gathered.exactly(text(value, "exact match pattern must be a string")?),
        "equals-ignore-case" => {
            let text = text(value, "equals-ignore-case match pattern must be a string")?;
            gathered.others.push(Alternative::AnyCase(AnyCase::new(text, Stands::Whole)));
        }
        "prefix" => end(value, "prefix", Stands::First, gathered)?,
        "suffix" => end(value, "suffix", Stands::Last, gathered)?,
        "wildcard" => gathered.texts.push(wildcard(value)?),
        "cidr" => {
            let text = text(value, "prefix match pattern must be a string")?;
            let (network, bits) = address::network(text).map_err(|reason| PatternError::new(value.at, reason))?;
            gathered.others.push(Alternative::Network(network, bits));
        }
        "numeric" => gathered.others.push(numeric(value)?),
        "exists" => match value.kind {
            Kind::Bool(true) => gathered.others.push(Alternative::Present),
            Kind::Bool(false) => gathered.absent = true,
            _ => return refuse(value.at, "exists match pattern must be either true or false."),
        },
        _ => gathered.others.push(Alternative::Except(Box::new(anything_but(value)?.finish()))),
    }
    Ok(())
}

fn is_operator(name: &str) -> bool {
    const OPERATORS: [&str; 9] =
        ["exactly", "equals-ignore-case", "prefix", "suffix", "wildcard", "cidr", "numeric", "exists", "anything-but"];
    OPERATORS.contains(&name)
}

fn text<'v>(value: &'v Value, reason: &str) -> Parsed<&'v str> {
    match &value.kind {
        Kind::Text(text) => Ok(text),
        _ => refuse(value.at, reason),
    }
}

/// `prefix` and `suffix`: a text, or one ignoring case.
fn end(value: &Value, operator: &str, stands: Stands, gathered: &mut Gathered) -> Parsed<()> {
    match &value.kind {
        Kind::Text(text) => {
            gathered.texts.push(if stands == Stands::First { Pattern::Prefix(text.clone()) } else { Pattern::Suffix(text.clone()) })
        }
        Kind::Object(members) => {
            if let Some(first) = members.first().filter(|first| &*first.name != "equals-ignore-case") {
                return refuse(first.at, format!("Unsupported {operator} pattern: {}", first.name));
            }
            let text = text(&only(value.at, members)?.value, "equals-ignore-case match pattern must be a string")?;
            gathered.others.push(Alternative::AnyCase(AnyCase::new(text, stands)));
        }
        _ => return refuse(value.at, format!("{operator} match pattern must be a string")),
    }
    Ok(())
}

/// A text with `*`; positions in reasons count bytes from 1.
fn wildcard(value: &Value) -> Parsed<Pattern> {
    let text = text(value, "wildcard match pattern must be a string")?;
    let mut pieces: Vec<Piece> = Vec::new();
    let mut plain = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '*' if chars.peek().is_some_and(|(_, next)| *next == '*') => {
                return refuse(value.at, format!("Consecutive wildcard characters at pos {}", at + 1));
            }
            '*' => {
                if !plain.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut plain).into()));
                }
                pieces.push(Piece::Many);
            }
            '\\' => match chars.next() {
                Some((_, escaped @ ('*' | '\\'))) => plain.push(escaped),
                _ => return refuse(value.at, format!("Invalid escape character at pos {}", at + 1)),
            },
            other => plain.push(other),
        }
    }
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain.into()));
    }
    Ok(Pattern::from_pieces(pieces))
}

fn numeric(value: &Value) -> Parsed<Alternative> {
    let Kind::Array(items) = &value.kind else { return refuse(value.at, "Value of numeric must be an array.") };
    let mut range = Range::default();
    let operator = |at: usize, reason: &str| match items.get(at) {
        Some(Value { kind: Kind::Text(text), at }) => Ok((&**text, *at)),
        other => refuse(other.map_or(value.at, |item| item.at), format!("{reason}: {}", other.map_or("]".to_owned(), shown))),
    };
    let number = |place: usize, operator: &str| match items.get(place) {
        Some(Value { kind: Kind::Number(json), at }) => match Numeral::parse(json) {
            Numeral::Value(number) => Ok(number),
            Numeral::Text(json) => refuse(*at, format!("Cannot compare number : {json}")),
        },
        other => refuse(other.map_or(value.at, |item| item.at), format!("Value of {operator} must be numeric")),
    };
    let (first, at) = operator(0, "Invalid member in numeric match")?;
    let too_many = |count: usize| match items.get(count) {
        Some(more) => refuse(more.at, "Too many elements in numeric expression"),
        None => Ok(()),
    };
    match first {
        "=" => {
            let number = number(1, "equals")?;
            too_many(2)?;
            return Ok(Alternative::Number(Numeral::Value(number)));
        }
        "<" | "<=" => {
            range.high = Some((number(1, first)?, first == "<="));
            too_many(2)?;
        }
        ">" | ">=" => {
            let low = number(1, first)?;
            range.low = Some((low, first == ">="));
            if items.len() > 2 {
                let (second, at) = operator(2, "Bad value in numeric range")?;
                if !matches!(second, "<" | "<=") {
                    return refuse(at, format!("Bad numeric range operator: {second}"));
                }
                let high = number(3, second)?;
                too_many(4)?;
                if low.order(high).is_ge() {
                    return refuse(value.at, "Bottom must be less than top");
                }
                range.high = Some((high, second == "<="));
            }
        }
        other => return refuse(at, format!("Unrecognized numeric range operator: {other}")),
    }
    Ok(Alternative::Range(range))
}

fn shown(value: &Value) -> String {
    match &value.kind {
        Kind::Null => "null".into(),
        Kind::Bool(value) => value.to_string(),
        Kind::Number(json) => json.to_string(),
        Kind::Text(text) => text.to_string(),
        Kind::Array(_) => "[".into(),
        Kind::Object(_) => "{".into(),
    }
}

const ANYTHING_BUT_VALUE: &str = "Value of anything-but must be an array or single string/number value.";

/// What a value may not be.
fn anything_but(value: &Value) -> Parsed<Gathered> {
    let mut but = Gathered::default();
    match &value.kind {
        Kind::Text(text) => but.exactly(text),
        Kind::Number(json) => but.others.push(Alternative::Number(Numeral::parse(json))),
        Kind::Array(items) => {
            for item in items {
                match &item.kind {
                    Kind::Text(text) => but.exactly(text),
                    Kind::Number(json) => but.others.push(Alternative::Number(Numeral::parse(json))),
                    _ => return refuse(item.at, "Inside anything but list, start|null|boolean is not supported."),
                }
            }
            let numbers = items.iter().filter(|item| matches!(item.kind, Kind::Number(_))).count();
            if items.is_empty() || (numbers != 0 && numbers != items.len()) {
                let reason = "Inside anything but list, either all values are number or string, mixed type is not supported";
                return refuse(value.at, reason);
            }
        }
        Kind::Object(members) => anything_but_operator(value.at, members, &mut but)?,
        Kind::Null | Kind::Bool(_) => return refuse(value.at, ANYTHING_BUT_VALUE),
    }
    Ok(but)
}

fn anything_but_operator(at: usize, members: &[Member], but: &mut Gathered) -> Parsed<()> {
    const ENDS: &str = "prefix/suffix match pattern must be a string";
    if let Some(first) = members.first().filter(|first| !matches!(&*first.name, "prefix" | "suffix" | "equals-ignore-case" | "wildcard")) {
        return refuse(first.at, format!("Unsupported anything-but pattern: {}", first.name));
    }
    let Member { name, value, .. } = only(at, members)?;
    let items = match &value.kind {
        Kind::Array(items) if items.is_empty() => return refuse(value.at, "Empty arrays are not allowed"),
        Kind::Array(items) => items.as_slice(),
        Kind::Object(_) | Kind::Null | Kind::Bool(_) => return refuse(value.at, ANYTHING_BUT_VALUE),
        Kind::Text(_) | Kind::Number(_) => std::slice::from_ref(value),
    };
    for item in items {
        match &**name {
            "equals-ignore-case" => {
                let reason = match &value.kind {
                    Kind::Array(_) => "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.",
                    _ => "equals-ignore-case match pattern must be a string",
                };
                but.others.push(Alternative::AnyCase(AnyCase::new(text(item, reason)?, Stands::Whole)));
            }
            "wildcard" => but.texts.push(wildcard(item)?),
            end => {
                let text = text(item, ENDS)?;
                if text.is_empty() {
                    return refuse(item.at, "Null prefix/suffix not allowed");
                }
                but.texts.push(if end == "prefix" { Pattern::Prefix(text.into()) } else { Pattern::Suffix(text.into()) });
            }
        }
    }
    Ok(())
}
