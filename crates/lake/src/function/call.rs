//! One call over one batch: its arguments row by row, its answers gathered.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BinaryViewArray, BinaryViewBuilder, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, ListArray,
    ListBuilder, StringViewArray, StringViewBuilder, TimestampMillisecondBuilder,
};
use datafusion::arrow::datatypes::{ArrowPrimitiveType, DataType, Field, Float64Type, Int64Type};
use datafusion::common::{Result, ScalarValue, exec_err, internal_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs};

/// Why a row has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bad(pub(super) String);

impl Bad {
    /// A complaint in words.
    pub(super) fn because<T>(reason: impl Into<String>) -> std::result::Result<T, Bad> {
        Err(Bad(reason.into()))
    }
}

/// The answer for one row: a value, null, or a complaint.
pub(super) type Outcome<T> = std::result::Result<Option<T>, Bad>;

/// One call over one batch.
pub(super) struct Call<'a> {
    /// The name under which it was called.
    pub(super) name: &'a str,
    /// Whether a complaint means null.
    pub(super) lenient: bool,
    /// How many answers are wanted.
    pub(super) rows: usize,
    /// The arguments, coerced to their kinds.
    pub(super) arguments: &'a [ColumnarValue],
    /// The type to answer in.
    pub(super) gives: &'a DataType,
    /// The call as the engine made it, for handing on.
    pub(super) given: &'a ScalarFunctionArgs,
}

/// The texts of an argument.
pub(super) enum Texts<'a> {
    Same(Option<&'a str>),
    Each(&'a StringViewArray),
}

impl<'a> Texts<'a> {
    #[inline]
    pub(super) fn at(&self, row: usize) -> Option<&'a str> {
        match self {
            Texts::Same(text) => *text,
            Texts::Each(texts) => texts.is_valid(row).then(|| texts.value(row)),
        }
    }
}

/// The byte strings of an argument.
pub(super) enum Bytes<'a> {
    Same(Option<&'a [u8]>),
    Each(&'a BinaryViewArray),
}

impl<'a> Bytes<'a> {
    #[inline]
    pub(super) fn at(&self, row: usize) -> Option<&'a [u8]> {
        match self {
            Bytes::Same(bytes) => *bytes,
            Bytes::Each(all) => all.is_valid(row).then(|| all.value(row)),
        }
    }
}

/// The numbers of an argument.
pub(super) enum Numbers<'a, T: ArrowPrimitiveType> {
    Same(Option<T::Native>),
    Each(&'a datafusion::arrow::array::PrimitiveArray<T>),
}

impl<T: ArrowPrimitiveType> Numbers<'_, T> {
    #[inline]
    pub(super) fn at(&self, row: usize) -> Option<T::Native> {
        match self {
            Numbers::Same(number) => *number,
            Numbers::Each(numbers) => numbers.is_valid(row).then(|| numbers.value(row)),
        }
    }
}

impl<'a> Call<'a> {
    /// The value of a complaint: null in a lenient call, otherwise the error that ends the query.
    #[inline]
    pub(super) fn settle<T>(&self, outcome: Outcome<T>) -> Result<Option<T>> {
        match outcome {
            Ok(value) => Ok(value),
            Err(_) if self.lenient => Ok(None),
            Err(Bad(reason)) => exec_err!("{}: {reason}", self.name),
        }
    }

    /// Whether the caller gave this argument.
    pub(super) fn has(&self, at: usize) -> bool {
        at < self.arguments.len()
    }

    pub(super) fn argument(&self, at: usize) -> Result<&'a ColumnarValue> {
        match self.arguments.get(at) {
            Some(argument) => Ok(argument),
            None => internal_err!("{} lacks argument {}", self.name, at + 1),
        }
    }

    /// An argument as an array with one element a row.
    pub(super) fn array(&self, at: usize) -> Result<ArrayRef> {
        self.argument(at)?.to_array(self.rows)
    }

    pub(super) fn texts(&self, at: usize) -> Result<Texts<'a>> {
        match self.argument(at)? {
            ColumnarValue::Scalar(ScalarValue::Utf8View(text) | ScalarValue::Utf8(text) | ScalarValue::LargeUtf8(text)) => {
                Ok(Texts::Same(text.as_deref()))
            }
            ColumnarValue::Array(array) if *array.data_type() == DataType::Utf8View => Ok(Texts::Each(array.as_string_view())),
            other => internal_err!("{} got {} for text", self.name, other.data_type()),
        }
    }

    pub(super) fn bytes(&self, at: usize) -> Result<Bytes<'a>> {
        match self.argument(at)? {
            ColumnarValue::Scalar(ScalarValue::BinaryView(bytes)) => Ok(Bytes::Same(bytes.as_deref())),
            ColumnarValue::Array(array) if *array.data_type() == DataType::BinaryView => Ok(Bytes::Each(array.as_binary_view())),
            other => internal_err!("{} got {} for bytes", self.name, other.data_type()),
        }
    }

    pub(super) fn integers(&self, at: usize) -> Result<Numbers<'a, Int64Type>> {
        match self.argument(at)? {
            ColumnarValue::Scalar(ScalarValue::Int64(number)) => Ok(Numbers::Same(*number)),
            ColumnarValue::Array(array) if *array.data_type() == DataType::Int64 => Ok(Numbers::Each(array.as_primitive())),
            other => internal_err!("{} got {} for a whole number", self.name, other.data_type()),
        }
    }

    pub(super) fn doubles(&self, at: usize) -> Result<Numbers<'a, Float64Type>> {
        match self.argument(at)? {
            ColumnarValue::Scalar(ScalarValue::Float64(number)) => Ok(Numbers::Same(*number)),
            ColumnarValue::Array(array) if *array.data_type() == DataType::Float64 => Ok(Numbers::Each(array.as_primitive())),
            other => internal_err!("{} got {} for a number", self.name, other.data_type()),
        }
    }

    pub(super) fn lists(&self, at: usize) -> Result<ListArray> {
        let array = self.array(at)?;
        match array.as_list_opt::<i32>() {
            Some(lists) => Ok(lists.clone()),
            None => internal_err!("{} got {} for an array", self.name, array.data_type()),
        }
    }

    pub(super) fn give_texts<T: AsRef<str>>(&self, mut one: impl FnMut(usize) -> Outcome<T>) -> Result<ArrayRef> {
        let mut answers = StringViewBuilder::with_capacity(self.rows);
        for row in 0..self.rows {
            answers.append_option(self.settle(one(row))?);
        }
        Ok(Arc::new(answers.finish()))
    }

    pub(super) fn give_bytes<T: AsRef<[u8]>>(&self, mut one: impl FnMut(usize) -> Outcome<T>) -> Result<ArrayRef> {
        let mut answers = BinaryViewBuilder::with_capacity(self.rows);
        for row in 0..self.rows {
            answers.append_option(self.settle(one(row))?);
        }
        Ok(Arc::new(answers.finish()))
    }

    pub(super) fn give_text_lists<T: AsRef<str>>(&self, mut one: impl FnMut(usize) -> Outcome<Vec<Option<T>>>) -> Result<ArrayRef> {
        let mut answers = ListBuilder::new(StringViewBuilder::new()).with_field(Field::new_list_field(DataType::Utf8View, true));
        for row in 0..self.rows {
            let answer = self.settle(one(row))?;
            let known = answer.is_some();
            answer.into_iter().flatten().for_each(|text| answers.values().append_option(text));
            answers.append(known);
        }
        Ok(Arc::new(answers.finish()))
    }

    pub(super) fn give_booleans(&self, mut one: impl FnMut(usize) -> Outcome<bool>) -> Result<ArrayRef> {
        let mut answers = BooleanBuilder::with_capacity(self.rows);
        for row in 0..self.rows {
            answers.append_option(self.settle(one(row))?);
        }
        Ok(Arc::new(answers.finish()))
    }

    pub(super) fn give_integers(&self, mut one: impl FnMut(usize) -> Outcome<i64>) -> Result<ArrayRef> {
        let mut answers = Int64Builder::with_capacity(self.rows);
        for row in 0..self.rows {
            answers.append_option(self.settle(one(row))?);
        }
        Ok(Arc::new(answers.finish()))
    }

    pub(super) fn give_doubles(&self, mut one: impl FnMut(usize) -> Outcome<f64>) -> Result<ArrayRef> {
        let mut answers = Float64Builder::with_capacity(self.rows);
        for row in 0..self.rows {
            answers.append_option(self.settle(one(row))?);
        }
        Ok(Arc::new(answers.finish()))
    }

    /// Days since 1970-01-01.
    pub(super) fn give_dates(&self, mut one: impl FnMut(usize) -> Outcome<i32>) -> Result<ArrayRef> {
        let mut answers = Date32Builder::with_capacity(self.rows);
        for row in 0..self.rows {
            answers.append_option(self.settle(one(row))?);
        }
        Ok(Arc::new(answers.finish()))
    }

    /// Milliseconds since 1970-01-01 in the zone of the answer's type.
    pub(super) fn give_times(&self, mut one: impl FnMut(usize) -> Outcome<i64>) -> Result<ArrayRef> {
        let mut answers = TimestampMillisecondBuilder::with_capacity(self.rows);
        for row in 0..self.rows {
            answers.append_option(self.settle(one(row))?);
        }
        Ok(Arc::new(answers.finish().with_data_type(self.gives.clone())))
    }
}
