//! Fields that can be read by themselves: those that stand in a column, or in a field of a struct column.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::datatypes::{DataType, Field as ArrowField, FieldRef, Fields, Schema};
use watchfire_model::{Slot, cloudtrail};

use crate::columns::{COLUMNS, Column, Shape};
use crate::rows::scalars;

/// Fields that are texts of their own on nearly every row: a glance does not show them, and they have no dictionary.
const NOT_SHOWN: [Slot; 5] =
    [cloudtrail::EVENT_TIME, cloudtrail::EVENT_ID, cloudtrail::REQUEST_ID, cloudtrail::SHARED_EVENT_ID, cloudtrail::ERROR_MESSAGE];

/// What tells one row from another: findings and correlations need them of every row.
const OF_EACH_ROW: [Slot; 2] = [cloudtrail::EVENT_TIME, cloudtrail::EVENT_ID];

/// A field that can be read.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub slot: Slot,
    /// Its path in the record.
    pub path: &'static str,
    /// The column's dotted name.
    pub column: String,
    pub form: &'static Column,
    /// The objects that it stands in, and its key.
    pub parents: Vec<&'static str>,
    pub key: String,
}

static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| {
    let field = |slot, path: &'static str, form| {
        let mut parents: Vec<&str> = path.split('.').collect();
        let key = format!("\"{}\":", parents.pop().unwrap_or_default());
        Field { slot, path, column: path.to_ascii_lowercase(), form, parents, key }
    };
    let scalars = scalars().map(|(node, slot)| field(slot, &node.path, node.column));
    let other = |form: &'static Column| {
        let is_other = matches!(form.shape, Shape::Json | Shape::List(_));
        let slot = cloudtrail::SCHEMA.field(form.member).map(|field| field.slot).filter(|_| is_other)?;
        Some(field(slot, form.member, form))
    };
    let mut fields: Vec<Field> = scalars.chain(COLUMNS.iter().filter_map(other)).collect();
    fields.sort_by_key(|field| field.slot);
    fields
});

static READABLE: LazyLock<Vec<Slot>> = LazyLock::new(|| FIELDS.iter().map(|field| field.slot).collect());

static SHOWN: LazyLock<Vec<Slot>> = LazyLock::new(|| {
    let is_shown = |field: &&Field| matches!(field.form.shape, Shape::Text | Shape::Flag) && !NOT_SHOWN.contains(&field.slot);
    FIELDS.iter().filter(is_shown).map(|field| field.slot).collect()
});

/// The fields that a glance can show: each a text by itself, which is the same on many rows.
pub fn shown() -> &'static [Slot] {
    &SHOWN
}

/// The fields that can be read without the whole record.
pub fn readable() -> &'static [Slot] {
    &READABLE
}

/// Those of the fields that are named; without time and id, which are kept apart.
pub(super) fn named(slots: &[Slot]) -> Vec<&'static Field> {
    only(slots).into_iter().filter(|field| !OF_EACH_ROW.contains(&field.slot)).collect()
}

/// Those of the fields that are named.
pub(super) fn only(slots: &[Slot]) -> Vec<&'static Field> {
    FIELDS.iter().filter(|field| slots.contains(&field.slot)).collect()
}

/// A data file's schema with texts that repeat as numbers of a dictionary, and the others where they stand in the page.
pub(super) fn typed(schema: &Schema) -> Schema {
    let is_of_each_row = |name: &str| {
        let field = FIELDS.iter().find(|field| field.column == name);
        field.is_some_and(|field| field.form.shape == Shape::Json || NOT_SHOWN.contains(&field.slot))
    };
    let field = |field: &FieldRef| if is_of_each_row(field.name()) { as_view(field) } else { as_numbers(field) };
    Schema::new(schema.fields().iter().map(field).collect::<Fields>())
}

fn as_numbers(field: &FieldRef) -> FieldRef {
    let kind = match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
            DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
        }
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(as_numbers).collect()),
        DataType::Map(entries, sorted) => DataType::Map(entries_as(entries), *sorted),
        other => other.clone(),
    };
    Arc::new(ArrowField::clone(field).with_data_type(kind))
}

/// The keys of a map repeat, its values need not.
fn entries_as(entries: &FieldRef) -> FieldRef {
    match entries.data_type() {
        DataType::Struct(fields) if let [key, value] = &fields[..] => {
            let kind = DataType::Struct([as_numbers(key), as_view(value)].into_iter().collect());
            Arc::new(ArrowField::clone(entries).with_data_type(kind))
        }
        _ => entries.clone(),
    }
}

fn as_view(field: &FieldRef) -> FieldRef {
    match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 => Arc::new(ArrowField::clone(field).with_data_type(DataType::Utf8View)),
        _ => field.clone(),
    }
}
