//! Dotted paths into an event, tried in every way they can be read.

use serde_json::Value;
use watchfire_model::cloudtrail;

/// One step of a path.
pub(super) enum Segment {
    Name(String),
    /// Negative counts from the end.
    Index(i64),
}

pub(super) fn segments(path: &str) -> Vec<Segment> {
    let name = |text: &str| Segment::Name(text.replace("\\[", "[").replace("\\]", "]"));
    let both = |text: &str| match indexed(text) {
        Some((before, index)) => vec![name(before), Segment::Index(index)],
        None => vec![name(text)],
    };
    path.split('.').flat_map(both).collect()
}

fn indexed(segment: &str) -> Option<(&str, i64)> {
    let head = segment.strip_suffix(']').filter(|head| !head.ends_with('\\'))?;
    let (name, index) = head.rsplit_once('[').filter(|(name, _)| !name.ends_with('\\'))?;
    Some((name, index.parse().ok()?))
}

fn joined(segments: &[Segment]) -> Option<String> {
    let names = segments.iter().map(|segment| if let Segment::Name(name) = segment { Some(name.as_str()) } else { None });
    Some(names.collect::<Option<Vec<_>>>()?.join("."))
}

/// Fields that the source's table names stand where the table says, in objects; only what lies below may be an array or a text.
pub(super) fn known<'e, 's>(root: &'e Value, segments: &'s [Segment]) -> (Option<&'e Value>, &'s [Segment]) {
    for taken in (1..=segments.len()).rev() {
        let Some(path) = joined(&segments[..taken]).filter(|path| cloudtrail::SCHEMA.field(path).is_some()) else { continue };
        return (path.split('.').try_fold(root, |value, name| value.as_object()?.get(name)), &segments[taken..]);
    }
    (Some(root), segments)
}

pub(super) fn reach(value: &Value, segments: &[Segment], found: &mut Vec<Value>) {
    match (value, segments) {
        (value, []) => found.push(value.clone()),
        (Value::Array(items), [Segment::Index(index), rest @ ..]) => {
            let at = if *index < 0 { items.len().checked_sub(index.unsigned_abs() as usize) } else { Some(*index as usize) };
            at.and_then(|at| items.get(at)).into_iter().for_each(|item| reach(item, rest, found));
        }
        (Value::Array(items), _) => items.iter().for_each(|item| reach(item, segments, found)),
        (Value::String(text), _) => inner(text).iter().for_each(|inner| reach(inner, segments, found)),
        (Value::Object(members), _) => {
            for taken in 1..=segments.len() {
                let Some(name) = joined(&segments[..taken]) else { break };
                members.get(&name).into_iter().for_each(|member| reach(member, &segments[taken..], found));
            }
        }
        _ => {}
    }
}

pub(super) fn inner(text: &str) -> Option<Value> {
    let json = crate::tree::inner_json(text)?;
    serde_json::from_str(&json).ok().filter(|value: &Value| value.is_object() || value.is_array())
}

/// The texts that a value is judged by: scalars as text, objects as compact JSON, the elements of arrays.
pub(super) fn flatten(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(flatten).collect(),
        other => vec![other.to_string()],
    }
}

/// Every scalar in a value.
pub(super) fn scalars(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(scalars).collect(),
        Value::Object(members) => members.values().flat_map(scalars).collect(),
        scalar => flatten(scalar),
    }
}
