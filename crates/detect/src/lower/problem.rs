//! What a rule asks that cannot be answered.

use watchfire_model::Schema;

use super::nearest;
use crate::derive::Derived;
use crate::rule::Lists;

/// Something a rule asks that cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) code: &'static str,
    /// The text in the rule to point at.
    pub(crate) needle: String,
    pub(crate) message: String,
    pub(crate) help: String,
    /// The rule cannot be used at all.
    pub(crate) fatal: bool,
}

/// A field that no record of the source can have.
pub(crate) fn unknown_field(field: &str, schema: &Schema) -> Problem {
    let first = field.split('.').next().unwrap_or(field);
    let known = schema.fields.iter().map(|field| field.path).chain(Derived::ALL.iter().map(|derived| derived.path()));
    Problem {
        code: "unknown_field",
        needle: field.to_owned(),
        message: format!("{} records have no field {first:?}, so this can only be absent", schema.name),
        help: near_field(field, known).map_or_else(String::new, |near| format!("did you mean {near:?}?")),
        fatal: false,
    }
}

/// The field that may be meant: below a nested field the first part is compared, and the rest kept.
fn near_field<'c>(field: &str, known: impl Iterator<Item = &'c str> + Clone) -> Option<String> {
    if let Some(near) = nearest(field, known.clone()) {
        return Some(near.to_owned());
    }
    let (first, rest) = field.split_once('.')?;
    let near = nearest(first, known.filter(|known| !known.contains('.')))?;
    Some(format!("{near}.{rest}"))
}

pub(super) fn unknown_list(list: &str, lists: &Lists) -> Problem {
    Problem {
        code: "unknown_list",
        needle: format!("%{list}%"),
        message: format!("no list gives values for the placeholder %{list}%"),
        help: nearest(list, lists.names()).map_or_else(
            || "add a file with this name to your lists folder".to_owned(),
            |near| format!("did you mean %{near}%? Otherwise add a file with this name to your lists folder"),
        ),
        fatal: true,
    }
}
