//! Reading comparisons as AWS writes them.

use serde_json::Value;
use watchfire_model::EventTime;

use super::comparison::{Cidr, Comparison, DateComparison, MapComparison, NumberComparison, Operator, TextComparison};
use crate::AwsError;
use crate::attribute::{Attribute, Kind};

/// Days of a date range, at most: a thousand years.
const DAYS_MAX: i64 = 365_000;

/// The comparisons of an attribute.
pub(super) fn comparisons(attribute: &Attribute, asked: &[Value]) -> Result<Vec<Comparison>, AwsError> {
    let name = attribute.name;
    let all: Vec<Comparison> = asked.iter().map(|one| comparison(attribute, one)).collect::<Result<_, _>>()?;
    let has = |operator, is_negative| {
        all.iter().any(|one| match one {
            Comparison::Text(text) | Comparison::Map(MapComparison { value: text, .. }) => {
                (text.operator, text.is_negative) == (operator, is_negative)
            }
            _ => false,
        })
    };
    let contains = has(Operator::Contains, false) || has(Operator::ContainsWord, false);
    let is_mixed = contains && has(Operator::Contains, true)
        || has(Operator::Equals, false) && (has(Operator::Equals, true) || has(Operator::Prefix, true));
    if is_mixed {
        return Err(AwsError::invalid(format!("{name} has comparisons that cannot stand together: one asks for a value, one forbids it")));
    }
    Ok(all)
}

fn comparison(attribute: &Attribute, asked: &Value) -> Result<Comparison, AwsError> {
    let name = attribute.name;
    if !asked.is_object() {
        return Err(AwsError::invalid(format!("{name} has to be a list of objects")));
    }
    Ok(match attribute.kind {
        Kind::Text => Comparison::Text(text(name, asked, "EQUALS")?),
        Kind::Number => Comparison::Number(number(name, asked)?),
        Kind::Date => Comparison::Date(date(name, asked)?),
        Kind::Map => Comparison::Map(MapComparison { key: needed(name, asked, "Key")?, value: text(name, asked, "EQUALS")? }),
        Kind::Address => {
            let cidr = needed(name, asked, "Cidr")?;
            let cidr = Cidr::parse(&cidr).ok_or_else(|| AwsError::invalid(format!("{name} has {cidr:?}, which is no CIDR block")))?;
            Comparison::Address(cidr)
        }
        Kind::Flag => {
            let flag = asked.get("Value").and_then(Value::as_bool);
            Comparison::Flag(flag.ok_or_else(|| AwsError::invalid(format!("{name} has no Value of true or false")))?)
        }
        Kind::Keyword => Comparison::Keyword(needed(name, asked, "Value")?),
    })
}

fn needed(name: &str, asked: &Value, member: &str) -> Result<String, AwsError> {
    let text = asked.get(member).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    text.map(str::to_owned).ok_or_else(|| AwsError::invalid(format!("{name} has no {member}")))
}

fn text(name: &str, asked: &Value, default: &str) -> Result<TextComparison, AwsError> {
    let word = match asked.get("Comparison") {
        None | Some(Value::Null) => default,
        Some(word) => word.as_str().unwrap_or_default(),
    };
    let is_map = asked.get("Key").is_some();
    let (operator, is_negative) = match word {
        "EQUALS" => (Operator::Equals, false),
        "NOT_EQUALS" => (Operator::Equals, true),
        "CONTAINS" => (Operator::Contains, false),
        "NOT_CONTAINS" => (Operator::Contains, true),
        "PREFIX" if !is_map => (Operator::Prefix, false),
        "PREFIX_NOT_EQUALS" if !is_map => (Operator::Prefix, true),
        "CONTAINS_WORD" if !is_map => (Operator::ContainsWord, false),
        _ => return Err(AwsError::invalid(format!("{name} has the Comparison {word:?}, which is not known"))),
    };
    Ok(TextComparison { operator, is_negative, value: needed(name, asked, "Value")? })
}

fn number(name: &str, asked: &Value) -> Result<NumberComparison, AwsError> {
    let bound = |member: &str| match asked.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            value.as_f64().map(Some).ok_or_else(|| AwsError::invalid(format!("{name} has {member} {value}, which is no number")))
        }
    };
    let bounds = NumberComparison { gte: bound("Gte")?, lte: bound("Lte")?, eq: bound("Eq")?, gt: bound("Gt")?, lt: bound("Lt")? };
    match bounds == NumberComparison::default() {
        true => Err(AwsError::invalid(format!("{name} has none of Gte, Lte, Eq, Gt, Lt"))),
        false => Ok(bounds),
    }
}

fn date(name: &str, asked: &Value) -> Result<DateComparison, AwsError> {
    let instant = |member: &str| match asked.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let time: Option<EventTime> = value.as_str().and_then(|text| text.parse().ok());
            time.map(Some).ok_or_else(|| AwsError::invalid(format!("{name} has {member} {value}, which is no instant")))
        }
    };
    let (first, last) = (instant("Start")?, instant("End")?);
    match asked.get("DateRange").filter(|range| !range.is_null()) {
        Some(range) if first.is_none() && last.is_none() => date_range(name, range),
        None if first.is_some() || last.is_some() => Ok(DateComparison::Between(first, last)),
        _ => Err(AwsError::invalid(format!("{name} has to have a Start or End, or else a DateRange"))),
    }
}

fn date_range(name: &str, range: &Value) -> Result<DateComparison, AwsError> {
    let days = range.get("Value").and_then(Value::as_i64).filter(|days| (0..=DAYS_MAX).contains(days));
    let days = days.ok_or_else(|| AwsError::invalid(format!("{name} has a DateRange without a Value from 0 to {DAYS_MAX}")))?;
    if range.get("Unit").is_some_and(|unit| unit != "DAYS") {
        return Err(AwsError::invalid(format!("{name} has a DateRange whose Unit is not DAYS")));
    }
    match range.get("Comparison").map_or(Some("WITHIN"), Value::as_str) {
        Some("WITHIN") => Ok(DateComparison::Within(days)),
        Some("OLDER_THAN") => Ok(DateComparison::OlderThan(days)),
        _ => Err(AwsError::invalid(format!("{name} has a DateRange whose Comparison is neither WITHIN nor OLDER_THAN"))),
    }
}
