//! Rows back into the records they were.

use std::borrow::Cow;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, ListArray, MapArray, RecordBatch, StructArray, new_null_array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::arrow::error::ArrowError;

use super::path;
use crate::Error;
use crate::columns::{COLUMNS, Column, EXTRA, Shape};
use crate::schema::file_schema;

/// A JSON value under construction.
#[derive(Debug)]
enum Tree<'a> {
    /// JSON text as it stands.
    Raw(&'a str),
    /// A string that is still to be quoted.
    Text(&'a str),
    Object(Vec<(Cow<'a, str>, Tree<'a>)>),
    Array(Vec<Tree<'a>>),
}

/// The record of each row as JSON text: the same members with the same values as the record that was pushed; their order and the
/// spacing may differ. Columns may be missing (their members are then, too) and may come in any of Arrow's text types.
///
/// # Errors
/// [`Error::Engine`] when a column is of another type than the table's.
pub fn to_json(batch: &RecordBatch) -> Result<Vec<String>, Error> {
    let batch = conform(batch)?;
    let extra = batch.column_by_name(EXTRA).and_then(|column| column.as_map_opt());
    Ok((0..batch.num_rows()).map(|row| record(&batch, extra, row)).collect())
}

/// The batch with exactly the columns of a data file, in their order and types.
pub(crate) fn conform(batch: &RecordBatch) -> Result<RecordBatch, Error> {
    let schema = file_schema();
    if batch.schema().fields() == schema.fields() {
        return Ok(batch.clone());
    }
    let column = |field: &Arc<datafusion::arrow::datatypes::Field>| -> Result<ArrayRef, Error> {
        match batch.column_by_name(field.name()) {
            Some(column) => {
                shaped(column, field.data_type()).map_err(|error| Error::arrow(&format!("reading column {}", field.name()), error))
            }
            None => Ok(new_null_array(field.data_type(), batch.num_rows())),
        }
    };
    let columns = schema.fields().iter().map(column).collect::<Result<_, _>>()?;
    RecordBatch::try_new(schema, columns).map_err(|error| Error::arrow("reading rows", error))
}

/// A column in another type of the same meaning. Fields of structures are found by name: files of older versions lack some.
pub(crate) fn shaped(column: &ArrayRef, wanted: &DataType) -> Result<ArrayRef, ArrowError> {
    match (column.data_type(), wanted) {
        (has, wanted) if has == wanted => Ok(column.clone()),
        (DataType::Struct(_), DataType::Struct(fields)) => {
            let whole = column.as_struct();
            let field = |field: &FieldRef| match whole.column_by_name(field.name()) {
                Some(inner) => shaped(inner, field.data_type()),
                None => Ok(new_null_array(field.data_type(), whole.len())),
            };
            let inner = fields.iter().map(field).collect::<Result<_, _>>()?;
            Ok(Arc::new(StructArray::try_new(fields.clone(), inner, whole.nulls().cloned())?))
        }
        (DataType::List(_), DataType::List(item)) => {
            let list = column.as_list::<i32>();
            let values = shaped(list.values(), item.data_type())?;
            Ok(Arc::new(ListArray::try_new(item.clone(), list.offsets().clone(), values, list.nulls().cloned())?))
        }
        _ => cast(column, wanted),
    }
}

fn record(batch: &RecordBatch, extra: Option<&MapArray>, row: usize) -> String {
    let entries = extra.filter(|extra| extra.is_valid(row)).map(|extra| entries(extra, row)).unwrap_or_default();
    if let [(path::WHOLE, json)] = entries[..] {
        return json.into();
    }
    let mut tree = Tree::Object(members(COLUMNS, batch.columns(), row));
    for (path, json) in entries {
        set(&mut tree, &path::names(path), Tree::Raw(json));
    }
    let mut text = String::new();
    write(&tree, &mut text);
    text
}

fn entries(map: &MapArray, row: usize) -> Vec<(&str, &str)> {
    let (keys, values) = (map.keys().as_string_opt::<i32>(), map.values().as_string_opt::<i32>());
    let (Some(keys), Some(values)) = (keys, values) else { return Vec::new() };
    let offsets = map.value_offsets();
    let rows = offsets[row] as usize..offsets[row + 1] as usize;
    rows.filter(|at| values.is_valid(*at)).map(|at| (keys.value(at), values.value(at))).collect()
}

fn members<'a>(columns: &'static [Column], arrays: &'a [ArrayRef], row: usize) -> Vec<(Cow<'a, str>, Tree<'a>)> {
    let member = |(column, array): (&'static Column, &'a ArrayRef)| Some((Cow::Borrowed(column.member), value(column, array, row)?));
    columns.iter().zip(arrays).filter_map(member).collect()
}

fn value<'a>(column: &'static Column, array: &'a ArrayRef, row: usize) -> Option<Tree<'a>> {
    if array.is_null(row) {
        return None;
    }
    Some(match column.shape {
        Shape::Text => Tree::Text(array.as_string_opt::<i32>()?.value(row)),
        Shape::Json => Tree::Raw(array.as_string_opt::<i32>()?.value(row)),
        Shape::Flag => match array.as_string_opt::<i32>()?.value(row) {
            flag @ ("true" | "false") => Tree::Raw(flag),
            other => Tree::Text(other),
        },
        Shape::Struct(fields) => object(fields, array.as_struct_opt()?, row),
        Shape::List(fields) => {
            let list = array.as_list_opt::<i32>()?;
            let elements = list.values().as_struct_opt()?;
            let rows = list.value_offsets()[row] as usize..list.value_offsets()[row + 1] as usize;
            Tree::Array(rows.map(|at| object(fields, elements, at)).collect())
        }
        Shape::Texts => {
            let entries = entries(array.as_map_opt()?, row);
            Tree::Object(entries.into_iter().map(|(key, text)| (Cow::Borrowed(key), Tree::Text(text))).collect())
        }
    })
}

/// Adds the JSON text of a column's value in a row; nothing when it has none. The column is of the table's type: see [`shaped`].
pub(crate) fn write_value(column: &'static Column, array: &ArrayRef, row: usize, text: &mut String) {
    if let Some(tree) = value(column, array, row) {
        write(&tree, text);
    }
}

fn object<'a>(fields: &'static [Column], array: &'a StructArray, row: usize) -> Tree<'a> {
    Tree::Object(members(fields, array.columns(), row))
}

/// Puts a value at a path; what stands there is replaced.
fn set<'a>(tree: &mut Tree<'a>, names: &[Cow<'a, str>], value: Tree<'a>) {
    let Some((name, rest)) = names.split_first() else {
        *tree = value;
        return;
    };
    match tree {
        Tree::Object(members) => match members.iter().position(|(key, _)| key == name) {
            Some(at) => set(&mut members[at].1, rest, value),
            None => {
                let mut inside = Tree::Object(Vec::new());
                set(&mut inside, rest, value);
                members.push((name.clone(), inside));
            }
        },
        Tree::Array(elements) => {
            if let Some(element) = name.parse().ok().and_then(|at: usize| elements.get_mut(at)) {
                set(element, rest, value);
            }
        }
        Tree::Raw(_) | Tree::Text(_) => {}
    }
}

fn write(tree: &Tree<'_>, text: &mut String) {
    match tree {
        Tree::Raw(json) => text.push_str(json),
        Tree::Text(plain) => quote(plain, text),
        Tree::Object(members) => {
            text.push('{');
            for (at, (key, value)) in members.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                quote(key, text);
                text.push(':');
                write(value, text);
            }
            text.push('}');
        }
        Tree::Array(elements) => {
            text.push('[');
            for (at, element) in elements.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write(element, text);
            }
            text.push(']');
        }
    }
}

/// Adds a text as a JSON string. Most have nothing to escape.
pub(crate) fn quote(plain: &str, text: &mut String) {
    // Without an early end, so that many bytes are looked at at once.
    if plain.bytes().fold(false, |found, byte| found | (byte < b' ') | (byte == b'"') | (byte == b'\\')) {
        text.push_str(&serde_json::to_string(plain).expect("text can be written as JSON"));
        return;
    }
    text.push('"');
    text.push_str(plain);
    text.push('"');
}
