//! Events as records: text, and the places of fields.

use serde_json::Value;
use watchfire_model::{Record, Slots, Span, cloudtrail};

use crate::derive::{Derived, Facts};
use crate::rule::Lists;

/// The judgement functions are shared with the matcher: they have tests of their own.
pub(super) fn derived_values(event: &Value, derived: Derived, lists: &Lists) -> Vec<String> {
    let (raw, slots) = with_slots(event);
    derived.values(&Facts::of(&Record::new(&raw, &slots), lists)).texts().map(str::to_owned).collect()
}

/// An event as text, with the places of its fields: how tests and proofs make records without a decoder.
pub fn with_slots(event: &Value) -> (String, Slots) {
    let mut slots = Slots::default();
    let mut raw = String::new();
    write_value(event, Some(""), &mut raw, &mut slots);
    (raw, slots)
}

/// Writes a value that stands at a path of the source's table; a key that holds dots itself leads to none.
fn write_value(value: &Value, path: Option<&str>, raw: &mut String, slots: &mut Slots) {
    let start = raw.len() as u32;
    match (value, path) {
        (Value::Object(members), Some(path)) => {
            raw.push('{');
            for (at, (key, member)) in members.iter().enumerate() {
                if at > 0 {
                    raw.push(',');
                }
                raw.push_str(&Value::String(key.clone()).to_string());
                raw.push(':');
                let inner = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                write_value(member, Some(inner.as_str()).filter(|_| !key.contains('.')), raw, slots);
            }
            raw.push('}');
        }
        (other, _) => raw.push_str(&other.to_string()),
    }
    if let Some(field) = path.and_then(|path| cloudtrail::SCHEMA.field(path)) {
        slots.set(field.slot, Span { start, end: raw.len() as u32 });
    }
}
