//! What Sigma forbids although it can be written down: modifiers that exclude each other, values of the wrong type, names of
//! selections that do not exist. Source: the Sigma specification 2.1 and its modifiers appendix.

use std::collections::BTreeMap;
use std::net::IpAddr;

use rsigma_parser::{ConditionExpr, Detection, DetectionItem, Detections, Modifier, SelectorPattern, SigmaValue, detection_name_matches};

use super::{Problem, near::nearest};
use crate::expr::Expr;
use crate::predicate::Number;

/// Modifiers of which an item may have one: they say how field and value compare. A part of a time may be compared besides.
const OPERATORS: [Modifier; 16] = [
    Modifier::Contains,
    Modifier::StartsWith,
    Modifier::EndsWith,
    Modifier::Re,
    Modifier::Cidr,
    Modifier::Exists,
    Modifier::Gt,
    Modifier::Gte,
    Modifier::Lt,
    Modifier::Lte,
    Modifier::Minute,
    Modifier::Hour,
    Modifier::Day,
    Modifier::Week,
    Modifier::Month,
    Modifier::Year,
];

/// Modifiers that change the value: they go with plain text comparison only.
const TRANSFORMATIONS: [Modifier; 7] =
    [Modifier::Base64, Modifier::Base64Offset, Modifier::Wide, Modifier::Utf16, Modifier::Utf16be, Modifier::WindAsh, Modifier::Expand];

/// Modifiers that compare numbers.
const COMPARISONS: [Modifier; 4] = [Modifier::Gt, Modifier::Gte, Modifier::Lt, Modifier::Lte];

/// Modifiers that take a part of a time, which is a number.
const TIME_PARTS: [Modifier; 6] = [Modifier::Minute, Modifier::Hour, Modifier::Day, Modifier::Week, Modifier::Month, Modifier::Year];

/// Whether an item may be asked as written. A keyword is asked of the whole record, which no modifier about one field can mean.
pub(super) fn item(item: &DetectionItem, is_keyword: bool) -> Result<(), Problem> {
    let subject = item.field.name.as_deref().unwrap_or_default();
    let problem =
        |code, message: String, help: &str| Problem { code, needle: subject.to_owned(), message, help: help.to_owned(), fatal: true };
    modifiers(&item.field.modifiers).map_err(|(message, help)| problem("bad_modifier", message, help))?;
    if item.field.has_modifier(Modifier::Exists) && !matches!(item.values.as_slice(), [SigmaValue::Bool(_)]) {
        return Err(problem("bad_value", "`exists` takes true or false".to_owned(), "write true without quotes, or false"));
    }
    if is_keyword && (item.field.has_modifier(Modifier::Exists) || item.values.contains(&SigmaValue::Null)) {
        return Err(problem(
            "bad_value",
            "a keyword is a text to look for anywhere in the record".to_owned(),
            "presence is asked of a field",
        ));
    }
    for value in &item.values {
        self::value(&item.field.modifiers, value).map_err(|(message, help)| problem("bad_value", message, help))?;
    }
    Ok(())
}

fn modifiers(modifiers: &[Modifier]) -> Result<(), (String, &'static str)> {
    let has = |modifier: Modifier| modifiers.contains(&modifier);
    let word = |modifier: &Modifier| format!("{modifier:?}").to_lowercase();
    let of = |set: &[Modifier]| modifiers.iter().filter(|modifier| set.contains(modifier)).map(word).collect::<Vec<_>>();
    let operators = of(&OPERATORS);
    let is_compared_part = operators.len() == 2 && of(&COMPARISONS).len() == 1 && of(&TIME_PARTS).len() == 1;
    if operators.len() > 1 && !is_compared_part {
        return Err((format!("`{}` exclude each other", operators.join("` and `")), "an item compares in one way; write two items"));
    }
    let transformations = of(&TRANSFORMATIONS);
    let texts = [Modifier::Contains, Modifier::StartsWith, Modifier::EndsWith].iter().any(|modifier| has(*modifier));
    let networks_of_a_list = has(Modifier::Cidr) && transformations == ["expand"];
    if !transformations.is_empty() && !networks_of_a_list && ((!operators.is_empty() && !texts) || has(Modifier::FieldRef)) {
        return Err((
            format!("`{}` cannot change this kind of value", transformations.join("`, `")),
            "it goes with plain text, contains, startswith and endswith",
        ));
    }
    if has(Modifier::Base64) && has(Modifier::Base64Offset) {
        return Err((
            "`base64` and `base64offset` exclude each other".to_owned(),
            "base64offset finds the text inside a longer one, base64 the whole",
        ));
    }
    if of(&[Modifier::Wide, Modifier::Utf16, Modifier::Utf16be]).len() > 1 {
        return Err(("a text has one UTF-16 form".to_owned(), "use one of wide, utf16 and utf16be"));
    }
    let flags = of(&[Modifier::IgnoreCase, Modifier::Multiline, Modifier::DotAll]);
    if !flags.is_empty() && !has(Modifier::Re) {
        return Err((
            "the flags i, m and s belong to `re`".to_owned(),
            "write field|re|i; other texts compare without case unless `cased`",
        ));
    }
    Ok(())
}

fn value(modifiers: &[Modifier], value: &SigmaValue) -> Result<(), (String, &'static str)> {
    let has = |modifier: Modifier| modifiers.contains(&modifier);
    if is_nested(value) {
        return Err((
            "a value is one text, number, true, false or null".to_owned(),
            "write a nested field with its whole path, such as requestParameters.bucketName",
        ));
    }
    if modifiers.iter().any(|modifier| COMPARISONS.contains(modifier) || TIME_PARTS.contains(modifier)) {
        let is_number = match value {
            SigmaValue::Float(value) => value.is_finite(),
            SigmaValue::Integer(_) => true,
            SigmaValue::String(text) => Number::parse(&text.original).is_some(),
            SigmaValue::Bool(_) | SigmaValue::Null => false,
        };
        return if is_number { Ok(()) } else { Err((format!("{value} is no number"), "this modifier compares numbers")) };
    }
    let SigmaValue::String(text) = value else {
        let wants_text = has(Modifier::Re) || has(Modifier::Cidr) || has(Modifier::FieldRef);
        return if wants_text { Err((format!("{value} is no text"), "quote it")) } else { Ok(()) };
    };
    if has(Modifier::Cidr) && !has(Modifier::Expand) {
        network(&text.original)?;
    }
    if (has(Modifier::Base64) || has(Modifier::Base64Offset)) && text.contains_wildcards() {
        return Err((format!("{text} has wildcards, which base64 cannot keep"), r"write \* and \? for the characters themselves"));
    }
    Ok(())
}

/// The parser hands on a mapping or list inside a value as its own debug text.
fn is_nested(value: &SigmaValue) -> bool {
    let SigmaValue::String(text) = value else { return false };
    ["Mapping {", "Sequence [", "TaggedValue"].iter().any(|begin| text.original.starts_with(begin))
}

/// Reads a network: its address and the length of its prefix.
pub(super) fn network(text: &str) -> Result<(IpAddr, u8), (String, &'static str)> {
    let bad = |why: &str| (format!("{text} is no network: {why}"), "write an address and a prefix length, such as 10.0.0.0/8 or fe80::/10");
    let (address, prefix) = text.split_once('/').ok_or_else(|| bad("it has no prefix length"))?;
    let address: IpAddr = address.parse().map_err(|_| bad("its address cannot be read"))?;
    let bits = if address.is_ipv4() { 32 } else { 128 };
    let prefix = prefix.parse::<u8>().ok().filter(|prefix| *prefix <= bits).ok_or_else(|| bad("its prefix length is out of range"))?;
    Ok((address, prefix))
}

/// A selection that asks nothing would match everything.
pub(super) fn is_empty(detection: &Detection) -> bool {
    match detection {
        Detection::AllOf(items) => items.is_empty(),
        Detection::Keywords(values) => values.is_empty(),
        Detection::AnyOf(parts) | Detection::And(parts) => parts.is_empty() || parts.iter().any(is_empty),
        Detection::ArrayMatch { body, .. } => is_empty(body),
        Detection::Conditional { named, .. } => named.values().any(is_empty),
    }
}

/// Selections that no condition names: most likely a filter that was forgotten. A name that begins with `_` says that this is meant.
pub(super) fn unused(detections: &Detections, problems: &mut Vec<Problem>) {
    let is_used = |name: &str| name.starts_with('_') || detections.conditions.iter().any(|condition| names(condition, name));
    let mut unused: Vec<&String> = detections.named.keys().filter(|name| !is_used(name)).collect();
    unused.sort();
    problems.extend(unused.into_iter().map(|name| Problem {
        code: "unused_selection",
        needle: name.clone(),
        message: format!("no condition names the selection {name:?}"),
        help: "name it in the condition, remove it, or begin its name with `_`".to_owned(),
        fatal: false,
    }));
}

fn names(condition: &ConditionExpr, name: &str) -> bool {
    match condition {
        ConditionExpr::And(parts) | ConditionExpr::Or(parts) => parts.iter().any(|part| names(part, name)),
        ConditionExpr::Not(part) => names(part, name),
        ConditionExpr::Identifier(identifier) => identifier == name,
        ConditionExpr::Selector { pattern: SelectorPattern::Them, .. } => !name.starts_with('_'),
        ConditionExpr::Selector { pattern: SelectorPattern::Pattern(pattern), .. } => detection_name_matches(pattern, name),
    }
}

/// Event sources that no service has: `s3` where `s3.amazonaws.com` is meant.
pub(super) fn event_sources(item: &DetectionItem, problems: &mut Vec<Problem>) {
    let is_exact = |modifier: &Modifier| matches!(modifier, Modifier::Neq | Modifier::Cased | Modifier::All);
    if item.field.name.as_deref() != Some("eventSource") || !item.field.modifiers.iter().all(is_exact) {
        return;
    }
    for value in &item.values {
        let SigmaValue::String(text) = value else { continue };
        if !text.contains_wildcards() && !text.original.to_ascii_lowercase().ends_with(".amazonaws.com") {
            problems.push(Problem {
                code: "odd_event_source",
                needle: text.original.clone(),
                message: format!("no service calls itself {:?} in eventSource", text.original),
                help: "it ends in .amazonaws.com, such as s3.amazonaws.com".to_owned(),
                fatal: false,
            });
        }
    }
}

/// Reports names and patterns of a condition that fit no selection.
pub(super) fn selections(condition: &ConditionExpr, named: &BTreeMap<String, Expr>, problems: &mut Vec<Problem>) {
    let help = |name: &str| match nearest(name, named.keys().map(String::as_str)) {
        _ if ["AND", "OR", "NOT"].contains(&name) => "the words and, or and not are written in lower case".to_owned(),
        Some(near) => format!("did you mean {near:?}?"),
        None => format!("its selections are {}", named.keys().map(String::as_str).collect::<Vec<_>>().join(", ")),
    };
    let unknown = |name: &str| Problem {
        code: "unknown_selection",
        needle: name.to_owned(),
        message: format!("the condition names {name:?}, but the rule has no such selection"),
        help: help(name),
        fatal: true,
    };
    match condition {
        ConditionExpr::And(parts) | ConditionExpr::Or(parts) => parts.iter().for_each(|part| selections(part, named, problems)),
        ConditionExpr::Not(part) => selections(part, named, problems),
        ConditionExpr::Identifier(name) if !named.contains_key(name) => problems.push(unknown(name)),
        ConditionExpr::Selector { pattern: SelectorPattern::Pattern(pattern), .. }
            if !named.keys().any(|name| detection_name_matches(pattern, name)) =>
        {
            problems.push(unknown(pattern));
        }
        ConditionExpr::Identifier(_) | ConditionExpr::Selector { .. } => {}
    }
}
