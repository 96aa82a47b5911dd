//! One question about one field, in SQL.

use std::net::IpAddr;

use super::place::{self, Place};
use super::write::{any_pattern, joined, literal};
use super::{condition, variable};
use crate::derive::{CONSOLE, Derived};
use crate::path::{Path, Root, Step};
use crate::predicate::{Compare, Number, Pattern, Piece, Predicate, Relation, Subject, Test, TextTest, TimePart};

/// What the fields of a condition are looked up in.
#[derive(Debug, Clone, Copy)]
pub(super) enum Scope<'s> {
    /// The record.
    Record,
    /// One element of a JSON array, by its variable; how deep it is nested.
    Json(&'s str, usize),
    /// One resource.
    Resource(&'s str),
}

/// A predicate as SQL.
pub(super) fn predicate(predicate: &Predicate, scope: Scope<'_>) -> Result<String, String> {
    let Predicate { subject, test } = predicate;
    match (subject, scope) {
        (Subject::Anywhere, _) => keywords(test),
        (Subject::Element, Scope::Json(element, depth)) => json(&format!("json_format({element})"), &[], test, depth, "an array element"),
        (Subject::Element, _) => Err("a whole resource cannot be compared in SQL; name one of its members".to_owned()),
        (Subject::Path(path), Scope::Record) => at_place(path, test),
        (Subject::Path(path), Scope::Json(element, depth)) => {
            json(&format!("json_format({element})"), &path.steps, test, depth, &path.text)
        }
        (Subject::Path(path), Scope::Resource(resource)) => {
            let member = place::resource_member(&path.text).ok_or_else(|| place::absent(&format!("resources.{}", path.text)))?;
            text(&format!("{resource}.{member}"), test, &path.text)
        }
    }
}

fn at_place(path: &Path, test: &Test) -> Result<String, String> {
    if path.root == Root::Derived(Derived::AwsServiceCall) && !matches!(test, Test::Field { .. } | Test::Element { .. }) {
        // Its only value is `true`, so a test either asks for the judgement or can never hold.
        return Ok(if test.scalar("true") { service_call() } else { "FALSE".to_owned() });
    }
    match (place::of(path)?, test) {
        (Place::Text(column), test) => text(&column, test, &path.text),
        (Place::Struct(column), Test::Exists) => Ok(format!("{column} IS NOT NULL")),
        (Place::Struct(_), _) => Err(format!("{} is a struct, which cannot be compared as a whole in SQL", path.text)),
        (Place::Json(column, steps), Test::Exists) if steps.is_empty() => Ok(format!("NULLIF({column}, 'null') IS NOT NULL")),
        (Place::Json(column, steps), test) if steps.is_empty() && !matches!(test, Test::Element { .. }) => text(&column, test, &path.text),
        (Place::Json(column, steps), test) => json(&column, &steps, test, 0, &path.text),
        (Place::Resources(None), Test::Exists) => Ok("resources IS NOT NULL".to_owned()),
        (Place::Resources(None), Test::Element { expr, predicates }) => {
            let inner = condition(expr, predicates, Scope::Resource("r"))?;
            Ok(format!("any_match(resources, r -> {})", inner.line()))
        }
        (Place::Resources(Some(member)), test) => {
            Ok(format!("any_match(resources, r -> {})", text(&format!("r.{member}"), test, &path.text)?))
        }
        (Place::Resources(None), _) => Err("resources is an array; name a member, such as resources.ARN".to_owned()),
    }
}

/// `derived.aws_service_call`, as `derive/aws_service_call.rs` judges it.
fn service_call() -> String {
    let console = CONSOLE.map(literal).join(", ");
    let service = |column: &str| format!("({column} LIKE '%.amazonaws.com' AND {column} NOT IN ({console}))");
    let (invoked, source) = (service("useridentity.invokedby"), service("sourceipaddress"));
    let internal = "(COALESCE(useridentity.type, '') NOT IN ('IAMUser', 'Root') AND (sourceipaddress = 'AWS Internal' OR useridentity.invokedby = 'AWS Internal'))";
    format!("(useridentity.type = 'AWSService' OR {invoked} OR {source} OR {internal})")
}

/// A question about what steps reach in a JSON text.
fn json(json: &str, steps: &[Step], test: &Test, depth: usize, field: &str) -> Result<String, String> {
    let value = variable('v', depth);
    match test {
        Test::Exists => Ok(format!("any_match({}, {value} -> json_format({value}) <> 'null')", place::nodes(json, steps, false))),
        Test::Element { expr, predicates } => {
            let element = variable('e', depth);
            let inner = condition(expr, predicates, Scope::Json(&element, depth + 1))?;
            Ok(format!("any_match({}, {element} -> {})", place::elements(json, steps), inner.line()))
        }
        test => {
            let asked = text(&value, test, field)?;
            Ok(format!("any_match({}, {value} -> {asked})", place::texts(json, steps)))
        }
    }
}

/// A question about one text expression.
fn text(text: &str, test: &Test, field: &str) -> Result<String, String> {
    match test {
        Test::Exists => Ok(format!("{text} IS NOT NULL")),
        Test::Text(test) => texts(text, test),
        Test::Number(compare, number) => compared(text, *compare, number, field),
        Test::Cidr(networks) => Ok(joined(networks.iter().map(|network| within(text, network)).collect())),
        Test::Time(part, compare, wanted) => {
            let part = match part {
                TimePart::Minute => "minute",
                TimePart::Hour => "hour",
                TimePart::Day => "day",
                TimePart::Week => "week",
                TimePart::Month => "month",
                TimePart::Year => "year",
            };
            Ok(format!("{part}(TRY(from_iso8601_timestamp({text})) AT TIME ZONE 'UTC') {} {wanted}", operator(*compare)))
        }
        Test::Field { other, relation, cased } => referred(text, other, *relation, *cased),
        Test::Element { .. } => Err(format!("{field} is a text in the Athena table, not an array")),
    }
}

fn texts(text: &str, test: &TextTest) -> Result<String, String> {
    if test.expressions.is_empty() {
        return Ok(if test.cased {
            any_pattern(text, &test.patterns)
        } else {
            any_pattern(&format!("lower({text})"), &test.patterns.iter().map(Pattern::folded).collect::<Vec<_>>())
        });
    }
    let foreign = test.expressions.iter().find(|expression| expression.contains("(?P"));
    if let Some(expression) = foreign {
        return Err(format!("the regular expression {expression} names groups in a way that Athena does not read"));
    }
    Ok(joined(test.expressions.iter().map(|expression| format!("regexp_like({text}, {})", literal(expression))).collect()))
}

/// Only what reads as a decimal number is one; beyond 2^53 a double could not tell neighbours apart.
fn compared(text: &str, compare: Compare, number: &Number, field: &str) -> Result<String, String> {
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    if number.as_f64().abs() >= EXACT_MAX {
        return Err(format!("{field} is compared with {number}, which Athena cannot do exactly"));
    }
    let operator = operator(compare);
    let decimal = r"'^\s*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?\s*$'";
    Ok(format!("IF(regexp_like({text}, {decimal}), TRY_CAST(trim({text}) AS DOUBLE)) {operator} {number}"))
}

fn operator(compare: Compare) -> &'static str {
    match compare {
        Compare::Equal => "=",
        Compare::Less => "<",
        Compare::LessOrEqual => "<=",
        Compare::Greater => ">",
        Compare::GreaterOrEqual => ">=",
    }
}

/// An address between the first and the last of a network.
fn within(text: &str, (network, prefix): &(IpAddr, u8)) -> String {
    let (first, last) = match network {
        IpAddr::V4(network) => {
            let mask = u32::MAX.checked_shr((*prefix).into()).unwrap_or(0);
            let bits = u32::from(*network);
            (IpAddr::V4((bits & !mask).into()), IpAddr::V4((bits | mask).into()))
        }
        IpAddr::V6(network) => {
            let mask = u128::MAX.checked_shr((*prefix).into()).unwrap_or(0);
            let bits = u128::from(*network);
            (IpAddr::V6((bits & !mask).into()), IpAddr::V6((bits | mask).into()))
        }
    };
    format!("TRY_CAST({text} AS IPADDRESS) BETWEEN IPADDRESS '{first}' AND IPADDRESS '{last}'")
}

fn referred(text: &str, other: &Path, relation: Relation, cased: bool) -> Result<String, String> {
    let case = |text: &str| if cased { text.to_owned() } else { format!("lower({text})") };
    let relate = |other: &str| {
        let (text, other) = (case(text), case(other));
        match relation {
            Relation::Equals => format!("{text} = {other}"),
            Relation::Contains => format!("strpos({text}, {other}) > 0"),
            Relation::StartsWith => format!("starts_with({text}, {other})"),
            Relation::EndsWith => format!("strpos(reverse({text}), reverse({other})) = 1"),
        }
    };
    match place::of(other)? {
        Place::Text(column) => Ok(relate(&column)),
        Place::Json(column, steps) if steps.is_empty() => Ok(relate(&column)),
        Place::Json(column, steps) => Ok(format!("any_match({}, w -> {})", place::texts(&column, &steps), relate("w"))),
        Place::Resources(Some(member)) => Ok(format!("any_match(resources, w -> {})", relate(&format!("w.{member}")))),
        Place::Struct(_) | Place::Resources(None) => Err(format!("{} cannot be compared as a whole in SQL", other.text)),
    }
}

/// Keywords are looked for in the texts that people and programs write; the words of JSON keys are among them.
fn keywords(test: &Test) -> Result<String, String> {
    const EVERYWHERE: &str = "concat_ws(chr(10), eventsource, eventname, useridentity.arn, useridentity.username, sourceipaddress, useragent, errorcode, errormessage, requestparameters, responseelements, additionaleventdata)";
    let Test::Text(test) = test else { return Err("a keyword that is no text cannot be looked for in SQL".to_owned()) };
    let is_inside = |pattern: &Pattern| match pattern {
        Pattern::Contains(_) => true,
        Pattern::Glob(pieces) => pieces.first() == Some(&Piece::Many) && pieces.last() == Some(&Piece::Many),
        Pattern::Exact(_) | Pattern::Prefix(_) | Pattern::Suffix(_) => false,
    };
    if !test.patterns.iter().all(is_inside) || test.expressions.iter().any(|expression| expression.contains(['^', '$'])) {
        return Err("a keyword tied to the beginning or end of a text cannot be looked for in SQL".to_owned());
    }
    Ok(format!("any_match(ARRAY[{EVERYWHERE}], t -> {})", texts("t", test)?))
}
