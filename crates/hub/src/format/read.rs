//! Findings coming in.

use serde_json::{Map, Value};

use super::writer::Format;
use super::{guardduty, ocsf};
use crate::asff::Asff;

/// What was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// The findings, in their order.
    pub documents: Vec<Asff>,
    /// What is wrong with the others: which one, counted from 1, and why.
    pub faults: Vec<(usize, String)>,
}

/// Reads findings of a file: `{"Findings": […]}`, a list, one finding, a finding a line, or EventBridge events that hold them. What is no
/// finding is told, and the others are read.
///
/// # Errors
/// The text is none of these, or tables, which do not come in.
pub fn read(format: Format, text: &str) -> Result<Reading, String> {
    let convert: fn(Value) -> Result<Value, String> = match format {
        Format::Asff => Ok,
        Format::GuardDuty => guardduty::to_asff,
        Format::Ocsf => ocsf::to_asff,
        Format::Csv => return Err("findings cannot be read from tables; use asff, guardduty or ocsf".to_owned()),
    };
    let mut reading = Reading::default();
    for (number, value) in (1..).zip(values(text)?) {
        match convert(value).and_then(|value| Asff::read(value).map_err(|fault| fault.says.join("; "))) {
            Ok(document) => reading.documents.push(document),
            Err(says) => reading.faults.push((number, says)),
        }
    }
    Ok(reading)
}

/// The values of a file, unwrapped.
fn values(text: &str) -> Result<Vec<Value>, String> {
    let mut all = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        unwrap(value.map_err(|error| format!("not JSON, after {} findings: {error}", all.len()))?, &mut all);
    }
    Ok(all)
}

/// Takes findings out of lists, answers and events.
fn unwrap(value: Value, all: &mut Vec<Value>) {
    match value {
        Value::Array(list) => list.into_iter().for_each(|one| unwrap(one, all)),
        Value::Object(mut members) => match held(&mut members) {
            Some(list @ Value::Array(_)) => unwrap(list, all),
            Some(one) => all.push(one),
            None => all.push(members.into()),
        },
        other => all.push(other),
    }
}

/// What an answer or an event holds.
fn held(members: &mut Map<String, Value>) -> Option<Value> {
    let list = |members: &mut Map<String, Value>, name: &str| members.get_mut(name).filter(|value| value.is_array()).map(Value::take);
    if let Some(list) = list(members, "Findings").or_else(|| list(members, "findings")) {
        return Some(list);
    }
    if !members.contains_key("detail-type") {
        return None;
    }
    let detail = members.get_mut("detail")?;
    match detail.as_object_mut().and_then(|detail| list(detail, "findings")) {
        Some(list) => Some(list),
        None => Some(detail.take()),
    }
}

/// A text of a value, shortened to what ASFF takes.
pub(super) fn shortened(text: &str, letters_max: usize) -> String {
    if text.chars().count() <= letters_max {
        return text.to_owned();
    }
    text.chars().take(letters_max - 1).chain(['…']).collect()
}

/// The finding as it came, kept beside what was understood of it.
pub(super) fn original(format: &str, finding: Value) -> Value {
    serde_json::json!({ "Format": format, "Finding": finding })
}
