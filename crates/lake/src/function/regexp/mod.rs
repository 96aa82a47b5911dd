//! Functions over regular expressions. Matching takes time in proportion to the text, whatever the pattern.

mod pattern;
mod replace;

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;
use datafusion::logical_expr::{Expr, Operator, binary_expr};

use super::call::{Bad, Call, Numbers};
use super::kind::{Gives, Kind};
use super::scalar::Scalar;
use pattern::Patterns;

pub(super) use pattern::compile;

/// The functions of this family.
pub(super) const FUNCTIONS: &[&[Scalar]] = &[PLAIN, replace::FUNCTIONS];

/// A function of a text and a pattern.
const fn of_pattern(name: &'static str, signature: &'static str, meaning: &'static str) -> Scalar {
    Scalar { name, signature, meaning, takes: &[Kind::Text, Kind::Text], gives: Gives::Text, fails: true, ..Scalar::PLAIN }
}

const PLAIN: &[Scalar] = &[
    Scalar {
        gives: Gives::Boolean,
        rewrite: Some(as_operator),
        run: regexp_like,
        ..of_pattern("regexp_like", "regexp_like(text, pattern)", "whether a pattern matches somewhere in a text")
    },
    Scalar {
        takes: &[Kind::Text, Kind::Text, Kind::Integer],
        optional: 1,
        run: regexp_extract,
        ..of_pattern("regexp_extract", "regexp_extract(text, pattern[, group])", "the first match of a pattern, or of one of its groups")
    },
    Scalar {
        takes: &[Kind::Text, Kind::Text, Kind::Integer],
        optional: 1,
        gives: Gives::Texts,
        run: regexp_extract_all,
        ..of_pattern(
            "regexp_extract_all",
            "regexp_extract_all(text, pattern[, group])",
            "all matches of a pattern, or of one of its groups",
        )
    },
    Scalar {
        gives: Gives::Texts,
        run: regexp_split,
        ..of_pattern("regexp_split", "regexp_split(text, pattern)", "the pieces of a text between the matches of a pattern")
    },
    Scalar {
        gives: Gives::Integer,
        run: regexp_count,
        ..of_pattern("regexp_count", "regexp_count(text, pattern)", "how often a pattern matches in a text")
    },
    Scalar {
        takes: &[Kind::Text, Kind::Text, Kind::Integer, Kind::Integer],
        optional: 2,
        gives: Gives::Integer,
        run: regexp_position,
        ..of_pattern(
            "regexp_position",
            "regexp_position(text, pattern[, start[, occurrence]])",
            "the letter at which a pattern first matches, counted from 1; -1 when it does not",
        )
    },
];

/// With a constant pattern the engine's own operator says the same, and the optimizer turns many of those into comparisons.
fn as_operator(arguments: &[Expr]) -> Option<Expr> {
    let [text, Expr::Literal(pattern, metadata)] = arguments else { return None };
    let written = pattern.try_as_str()??;
    pattern::is_common(written).then(|| binary_expr(text.clone(), Operator::RegexMatch, Expr::Literal(pattern.clone(), metadata.clone())))
}

fn regexp_like(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, mut patterns) = (call.texts(0)?, Patterns::of(call, 1)?);
    call.give_booleans(|row| {
        let Some(pattern) = patterns.at(row)? else { return Ok(None) };
        Ok(texts.at(row).map(|text| pattern.is_match(text)))
    })
}

/// The group asked for; 0, the whole match, when none is.
fn group<'a>(call: &Call<'a>) -> Result<Numbers<'a, datafusion::arrow::datatypes::Int64Type>> {
    if call.has(2) { call.integers(2) } else { Ok(Numbers::Same(Some(0))) }
}

fn group_index(pattern: &regex::Regex, group: i64) -> std::result::Result<usize, Bad> {
    match usize::try_from(group).ok().filter(|group| *group < pattern.captures_len()) {
        Some(group) => Ok(group),
        None => Bad::because(format!("the pattern has {} groups, not {group}", pattern.captures_len() - 1)),
    }
}

fn regexp_extract(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, mut patterns, groups) = (call.texts(0)?, Patterns::of(call, 1)?, group(call)?);
    call.give_texts(|row| {
        let (Some(pattern), Some(text), Some(group)) = (patterns.at(row)?, texts.at(row), groups.at(row)) else { return Ok(None) };
        Ok(match group_index(pattern, group)? {
            0 => pattern.find(text).map(|found| found.as_str()),
            group => pattern.captures(text).and_then(|found| found.get(group)).map(|found| found.as_str()),
        })
    })
}

fn regexp_extract_all(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, mut patterns, groups) = (call.texts(0)?, Patterns::of(call, 1)?, group(call)?);
    call.give_text_lists(|row| {
        let (Some(pattern), Some(text), Some(group)) = (patterns.at(row)?, texts.at(row), groups.at(row)) else { return Ok(None) };
        Ok(Some(match group_index(pattern, group)? {
            0 => pattern.find_iter(text).map(|found| Some(found.as_str())).collect(),
            group => pattern.captures_iter(text).map(|found| found.get(group).map(|found| found.as_str())).collect::<Vec<_>>(),
        }))
    })
}

fn regexp_split(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, mut patterns) = (call.texts(0)?, Patterns::of(call, 1)?);
    call.give_text_lists(|row| {
        let (Some(pattern), Some(text)) = (patterns.at(row)?, texts.at(row)) else { return Ok(None) };
        Ok(Some(pattern.split(text).map(Some).collect()))
    })
}

fn regexp_count(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, mut patterns) = (call.texts(0)?, Patterns::of(call, 1)?);
    call.give_integers(|row| {
        let (Some(pattern), Some(text)) = (patterns.at(row)?, texts.at(row)) else { return Ok(None) };
        Ok(Some(pattern.find_iter(text).count() as i64))
    })
}

fn regexp_position(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, mut patterns) = (call.texts(0)?, Patterns::of(call, 1)?);
    let whole = |at| if call.has(at) { call.integers(at) } else { Ok(Numbers::Same(Some(1))) };
    let (starts, occurrences) = (whole(2)?, whole(3)?);
    call.give_integers(|row| {
        let (Some(pattern), Some(text)) = (patterns.at(row)?, texts.at(row)) else { return Ok(None) };
        let (Some(start), Some(occurrence)) = (starts.at(row), occurrences.at(row)) else { return Ok(None) };
        if start < 1 || occurrence < 1 {
            return Bad::because("start and occurrence are counted from 1");
        }
        // One letter past the last is a place to start from; further out there is nothing.
        let mut begins = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        let found = begins.nth((start - 1) as usize).and_then(|from| {
            let begins = pattern.find_iter(text).map(|found| found.start()).filter(|at| *at >= from);
            begins.into_iter().nth((occurrence - 1) as usize)
        });
        Ok(Some(found.and_then(|at| text.get(..at)).map_or(-1, |before| before.chars().count() as i64 + 1)))
    })
}
