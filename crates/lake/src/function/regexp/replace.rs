//! `regexp_replace`: every match, with `$1` and `${name}` for groups as Java writes them.

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;
use regex::Regex;

use super::of_pattern;
use super::pattern::Patterns;
use crate::function::call::{Bad, Call, Texts};
use crate::function::kind::Kind;
use crate::function::scalar::Scalar;

pub(super) const FUNCTIONS: &[Scalar] = &[Scalar {
    takes: &[Kind::Text, Kind::Text, Kind::Text],
    optional: 1,
    run: regexp_replace,
    ..of_pattern(
        "regexp_replace",
        "regexp_replace(text, pattern[, replacement])",
        "a text with every match of a pattern replaced, or removed; $1 stands for the first group",
    )
}];

/// One part of a replacement.
enum Part {
    Literal(String),
    Group(usize),
}

fn regexp_replace(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, mut patterns) = (call.texts(0)?, Patterns::of(call, 1)?);
    let replacements = if call.has(2) { call.texts(2)? } else { Texts::Same(Some("")) };
    let constant = matches!(replacements, Texts::Same(_)) && call.arguments.get(1).is_some_and(is_constant);
    let mut kept: Option<Vec<Part>> = None;
    call.give_texts(|row| {
        let (Some(pattern), Some(text), Some(replacement)) = (patterns.at(row)?, texts.at(row), replacements.at(row)) else {
            return Ok(None);
        };
        if kept.is_none() || !constant {
            kept = Some(parts(replacement, pattern)?);
        }
        Ok(kept.as_deref().map(|parts| replace(text, pattern, parts)))
    })
}

fn is_constant(argument: &datafusion::logical_expr::ColumnarValue) -> bool {
    matches!(argument, datafusion::logical_expr::ColumnarValue::Scalar(_))
}

fn replace(text: &str, pattern: &Regex, parts: &[Part]) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut from = 0;
    for found in pattern.captures_iter(text) {
        let Some(all) = found.get(0) else { continue };
        replaced.push_str(text.get(from..all.start()).unwrap_or_default());
        for part in parts {
            match part {
                Part::Literal(literal) => replaced.push_str(literal),
                Part::Group(group) => replaced.push_str(found.get(*group).map_or("", |found| found.as_str())),
            }
        }
        from = all.end();
    }
    replaced.push_str(text.get(from..).unwrap_or_default());
    replaced
}

/// Reads a replacement. `$12` is group 12 if the pattern has so many, otherwise group 1 and the letter 2.
fn parts(replacement: &str, pattern: &Regex) -> std::result::Result<Vec<Part>, Bad> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = replacement;
    while let Some(at) = rest.find(['$', '\\']) {
        let (before, special) = rest.split_at(at);
        literal.push_str(before);
        let after = special.get(1..).unwrap_or_default();
        if special.starts_with('\\') {
            let mut letters = after.chars();
            literal.extend(letters.next());
            rest = letters.as_str();
            continue;
        }
        let (group, after) = group(after, pattern)?;
        parts.push(Part::Literal(std::mem::take(&mut literal)));
        parts.push(Part::Group(group));
        rest = after;
    }
    literal.push_str(rest);
    parts.push(Part::Literal(literal));
    Ok(parts)
}

fn group<'t>(text: &'t str, pattern: &Regex) -> std::result::Result<(usize, &'t str), Bad> {
    if let Some((name, after)) = text.strip_prefix('{').and_then(|text| text.split_once('}')) {
        let by_name = pattern.capture_names().position(|known| known == Some(name));
        let by_number = name.parse().ok().filter(|group| *group < pattern.captures_len());
        return match by_name.or(by_number) {
            Some(group) => Ok((group, after)),
            None => Bad::because(format!("the pattern has no group named '{name}'")),
        };
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let known = (1..=digits).rev().find_map(|length| {
        let (digits, after) = text.split_at_checked(length)?;
        let group: usize = digits.parse().ok()?;
        (group < pattern.captures_len()).then_some((group, after))
    });
    match known {
        Some(known) => Ok(known),
        None => Bad::because("a $ in the replacement must name a group of the pattern, such as $1; write \\$ for the letter itself"),
    }
}
