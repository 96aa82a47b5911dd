//! A column's texts as they were read.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, StringArray, StringViewArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int32Type};
use datafusion::arrow::error::ArrowError;

use super::field::Field;
use crate::columns::Shape;
use crate::rows::{quote, shaped, write_value};
use crate::schema::arrow_type;

pub(super) type Numbers = DictionaryArray<Int32Type>;

/// A column.
pub(super) enum Texts {
    /// Numbers, and what they stand for.
    Numbered(Numbers, StringArray),
    /// A text each row.
    Each(StringViewArray),
    /// Arrays of objects.
    Lists(ArrayRef),
}

impl Texts {
    pub fn of(field: &Field, array: &ArrayRef) -> Result<Texts, ArrowError> {
        if let Shape::List(_) = field.form.shape {
            return Ok(Texts::Lists(shaped(array, &arrow_type(field.form))?));
        }
        let numbers = array.as_dictionary_opt::<Int32Type>();
        match numbers.and_then(|numbers| Some((numbers, numbers.values().as_string_opt::<i32>()?))) {
            Some((numbers, texts)) => Ok(Texts::Numbered(numbers.clone(), texts.clone())),
            None => views(array).map(Texts::Each),
        }
    }

    pub fn is_null(&self, row: usize) -> bool {
        match self {
            Texts::Numbered(numbers, _) => numbers.is_null(row),
            Texts::Each(texts) => texts.is_null(row),
            Texts::Lists(lists) => lists.is_null(row),
        }
    }

    /// Whether two rows hold the same; lists are taken for different.
    pub fn is_same(&self, a: usize, b: usize) -> bool {
        match self {
            Texts::Numbered(numbers, _) => numbers.key(a) == numbers.key(b),
            Texts::Each(texts) => text(Some(texts), a) == text(Some(texts), b),
            Texts::Lists(lists) => lists.is_null(a) && lists.is_null(b),
        }
    }

    /// Adds a row's value as JSON. It is not null.
    pub fn write(&self, row: usize, field: &Field, json: &mut String) {
        let text = match self {
            Texts::Numbered(numbers, texts) => texts.value(numbers.key(row).unwrap_or_default()),
            Texts::Each(texts) => texts.value(row),
            Texts::Lists(lists) => return write_value(field.form, lists, row, json),
        };
        match field.form.shape {
            Shape::Json => json.push_str(text),
            Shape::Flag if matches!(text, "true" | "false") => json.push_str(text),
            _ => quote(text, json),
        }
    }
}

/// Texts of whatever type as views.
pub(super) fn views(array: &ArrayRef) -> Result<StringViewArray, ArrowError> {
    match array.as_string_view_opt() {
        Some(views) => Ok(views.clone()),
        None => Ok(cast(array, &DataType::Utf8View)?.as_string_view().clone()),
    }
}

/// The text of a row, if it has one.
pub(super) fn text(texts: Option<&StringViewArray>, row: usize) -> Option<&str> {
    texts.filter(|texts| texts.is_valid(row)).map(|texts| texts.value(row))
}
