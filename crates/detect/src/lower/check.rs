//! What Sigma forbids although it can be written down: modifiers that exclude each other, values of the wrong type, names of
//! selections that do not exist. Source: the Sigma specification 2.1 and its modifiers appendix.

use std::collections::BTreeMap;
use std::net::IpAddr;

use rsigma_parser::{ConditionExpr, Detection, DetectionItem, Modifier, SelectorPattern, SigmaValue, detection_name_matches};

use super::{Problem, near::nearest};
use crate::expr::Expr;
use crate::predicate::Number;

/// Modifiers of which an item may have one: they say how field and value compare.
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

/// Modifiers whose values are numbers.
const NUMERIC: [Modifier; 10] = [
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
    if operators.len() > 1 {
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
    if modifiers.iter().any(|modifier| NUMERIC.contains(modifier)) {
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

/// Reports names and patterns of a condition that fit no selection.
pub(super) fn selections(condition: &ConditionExpr, named: &BTreeMap<String, Expr>, problems: &mut Vec<Problem>) {
    let unknown = |name: &str| Problem {
        code: "unknown_selection",
        needle: name.to_owned(),
        message: format!("the condition names {name:?}, but the rule has no such selection"),
        help: nearest(name, named.keys().map(String::as_str)).map_or_else(
            || format!("its selections are {}", named.keys().map(String::as_str).collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean {near:?}?"),
        ),
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
