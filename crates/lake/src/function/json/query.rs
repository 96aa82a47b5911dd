//! `json_query`, `json_value` and `json_exists`: the paths of the SQL standard, with their optional clauses as a third text.

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;

use super::path::{JsonPath, Step};
use super::scan::{elements, members, whole};
use super::value::{compact, scalar_text};
use super::{Paths, of_json};
use crate::function::call::{Bad, Call};
use crate::function::kind::{Gives, Kind};
use crate::function::scalar::Scalar;

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar {
        takes: &[Kind::Text, Kind::Text, Kind::Text],
        optional: 1,
        fails: true,
        run: json_query,
        ..of_json(
            "json_query",
            "json_query(json, path[, 'with wrapper' | 'with conditional wrapper'])",
            "the parts of a JSON text at a path with wildcards, as JSON text",
        )
    },
    Scalar {
        takes: &[Kind::Text, Kind::Text],
        fails: true,
        run: json_value,
        ..of_json("json_value", "json_value(json, path)", "the one plain value at a path with wildcards, as text")
    },
    Scalar {
        takes: &[Kind::Text, Kind::Text],
        gives: Gives::Boolean,
        fails: true,
        run: json_exists,
        ..of_json("json_exists", "json_exists(json, path)", "whether a path with wildcards leads anywhere in a JSON text")
    },
];

/// How many parts one path may reach in one text: a hostile text must not make a row grow without end.
const PARTS_MAX: usize = 100_000;

/// The parts that a path reaches; none when the text is not JSON, or when a strict path meets what it did not expect.
fn select<'j>(json: &'j str, path: &JsonPath) -> std::result::Result<Option<Vec<&'j str>>, Bad> {
    let Some(root) = whole(json) else { return Ok(None) };
    let mut reached = vec![root];
    for step in &path.steps {
        let mut next = Vec::new();
        for part in reached {
            if !enter(part, step, path.lax, &mut next) && !path.lax {
                return Ok(None);
            }
        }
        if next.len() > PARTS_MAX {
            return Bad::because(format!("a path reaches more than {PARTS_MAX} parts"));
        }
        reached = next;
    }
    Ok(Some(reached))
}

/// One step from one part, false when there is nothing there.
fn enter<'j>(part: &'j str, step: &Step, lax: bool, next: &mut Vec<&'j str>) -> bool {
    let before = next.len();
    if let Some(items) = elements(part) {
        match step.index {
            Some(index) => next.extend(items.get(index)),
            None if step.every => next.extend(items),
            // A lax path looks for a member in each element.
            None if lax => {
                for item in items {
                    if !item.starts_with('[') {
                        enter(item, step, lax, next);
                    }
                }
            }
            None => {}
        }
    } else if let Some(all) = members(part) {
        match all.iter().find(|(key, _)| !step.every && *key == step.name) {
            Some((_, value)) => next.push(value),
            None if step.every => next.extend(all.iter().map(|(_, value)| *value)),
            None if lax && step.index == Some(0) => next.push(part),
            None => {}
        }
    } else if lax && (step.every || step.index == Some(0)) {
        next.push(part);
    }
    next.len() > before
}

fn json_query(call: &Call<'_>) -> Result<ArrayRef> {
    let (json, mut paths) = (call.texts(0)?, Paths::of(call, 1, JsonPath::sql)?);
    let wrappers = if call.has(2) { Some(call.texts(2)?) } else { None };
    call.give_texts(|row| {
        let (Some(text), Some(path)) = (json.at(row), paths.at(row)?) else { return Ok(None) };
        let wrapper = wrappers.as_ref().and_then(|wrappers| wrappers.at(row)).unwrap_or("without wrapper").to_ascii_lowercase();
        let Some(parts) = select(text, path)? else { return Ok(None) };
        let wrapped = wrapper.starts_with("with ") && !parts.is_empty();
        let conditional = wrapper.contains("conditional");
        match parts.as_slice() {
            [part] if !wrapped || (conditional && part.starts_with(['{', '['])) => Ok(Some(compact(part).into_owned())),
            _ if !wrapped => Ok(None),
            parts => Ok(Some(format!("[{}]", parts.iter().map(|part| compact(part)).collect::<Vec<_>>().join(",")))),
        }
    })
}

fn json_value(call: &Call<'_>) -> Result<ArrayRef> {
    let (json, mut paths) = (call.texts(0)?, Paths::of(call, 1, JsonPath::sql)?);
    call.give_texts(|row| {
        let (Some(text), Some(path)) = (json.at(row), paths.at(row)?) else { return Ok(None) };
        Ok(match select(text, path)?.as_deref() {
            Some([part]) => scalar_text(part),
            _ => None,
        })
    })
}

fn json_exists(call: &Call<'_>) -> Result<ArrayRef> {
    let (json, mut paths) = (call.texts(0)?, Paths::of(call, 1, JsonPath::sql)?);
    call.give_booleans(|row| {
        let (Some(text), Some(path)) = (json.at(row), paths.at(row)?) else { return Ok(None) };
        Ok(Some(select(text, path)?.is_some_and(|parts| !parts.is_empty())))
    })
}
