//! Arrays put together, and arrays in an order of one's own.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, ListArray, UInt32Array};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::datatypes::{DataType, Field, Int64Type};
use datafusion::common::{Result, exec_err, internal_err, plan_err};

use super::{Invocation, Line, Slot, in_type, pick};
use crate::function::kind::list_of;

pub(super) const LINES: &[Line] = &[
    Line {
        name: "zip_with",
        signature: "zip_with(array, array, (x, y) -> value)",
        meaning: "an array of what becomes of the first elements of two arrays, of the second ones, and so on; the shorter ends in nulls",
        takes: &[Slot::List, Slot::List, Slot::Lambda],
        parameters: |values, _| Ok(vec![Some(values.iter().map(element).collect::<Result<_>>()?)]),
        settle: |values, _| values.to_vec(),
        gives: |_, lambdas| Ok(list_of(lambdas.first().cloned().unwrap_or(DataType::Null))),
        run: zip_with,
    },
    Line {
        name: "array_sort_by",
        signature: "array_sort(array, (x, y) -> -1 | 0 | 1)",
        meaning: "an array in the order that a comparison of two elements gives",
        takes: &[Slot::List, Slot::Lambda],
        parameters: |values, _| {
            let elements: Vec<DataType> = values.iter().map(element).collect::<Result<_>>()?;
            Ok(vec![Some([elements.clone(), elements].concat())])
        },
        settle: |values, _| values.to_vec(),
        gives: |values, _| Ok(values.first().cloned().unwrap_or(DataType::Null)),
        run: array_sort,
    },
];

/// The type of a list's elements.
pub(super) fn element(list: &DataType) -> Result<DataType> {
    match list {
        DataType::List(item) => Ok(item.data_type().clone()),
        other => plan_err!("{other} is no array"),
    }
}

pub(super) fn lists(call: &Invocation<'_>, at: usize) -> Result<ListArray> {
    match call.value(at)?.as_list_opt::<i32>() {
        Some(lists) => Ok(lists.clone()),
        None => internal_err!("a value is no array"),
    }
}

/// Where the elements of a row begin, and how many they are; none of a null list.
pub(super) fn span(lists: &ListArray, row: usize) -> (usize, usize) {
    if lists.is_null(row) {
        return (0, 0);
    }
    (lists.value_offsets()[row] as usize, lists.value_length(row) as usize)
}

fn zip_with(call: &Invocation<'_>) -> Result<ArrayRef> {
    let (first, second) = (lists(call, 0)?, lists(call, 1)?);
    let (mut of_first, mut of_second, mut row_numbers, mut lengths) = (Vec::new(), Vec::new(), Vec::new(), Vec::with_capacity(call.rows));
    for row in 0..call.rows {
        let both = first.is_valid(row) && second.is_valid(row);
        let ((a, a_length), (b, b_length)) = (span(&first, row), span(&second, row));
        let length = if both { a_length.max(b_length) } else { 0 };
        lengths.push(length);
        for at in 0..length {
            of_first.push((at < a_length).then_some((a + at) as u32));
            of_second.push((at < b_length).then_some((b + at) as u32));
            row_numbers.push(row as u32);
        }
    }
    let parameters = [pick(first.values(), &of_first.into())?, pick(second.values(), &of_second.into())?];
    let values = call.ask(0, &parameters, &row_numbers.into())?;
    let known = NullBuffer::union(first.nulls(), second.nulls());
    let field = Arc::new(Field::new_list_field(values.data_type().clone(), true));
    Ok(Arc::new(ListArray::try_new(field, OffsetBuffer::from_lengths(lengths), values, known)?))
}

/// Most elements of an array that is sorted by a comparison: all of them are compared with each other.
const COMPARED_MAX: usize = 1_000;

fn array_sort(call: &Invocation<'_>) -> Result<ArrayRef> {
    let lists = lists(call, 0)?;
    let mut places: Vec<u32> = Vec::with_capacity(lists.values().len());
    let mut lengths = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let (start, length) = span(&lists, row);
        lengths.push(length);
        if length > COMPARED_MAX {
            return exec_err!("array_sort: at most {COMPARED_MAX} elements are sorted by a comparison; this array has {length}");
        }
        let pairs = || (0..length).flat_map(|a| (0..length).map(move |b| (a, b)));
        let firsts: UInt32Array = pairs().map(|(a, _)| (start + a) as u32).collect::<Vec<_>>().into();
        let seconds: UInt32Array = pairs().map(|(_, b)| (start + b) as u32).collect::<Vec<_>>().into();
        let parameters = [pick(lists.values(), &firsts)?, pick(lists.values(), &seconds)?];
        let answer = in_type(call.ask(0, &parameters, &vec![row as u32; length * length].into())?, &DataType::Int64)?;
        let answer = answer.as_primitive::<Int64Type>();
        if answer.null_count() > 0 {
            return exec_err!("array_sort: the comparison must give -1, 0 or 1, and gave null");
        }
        let order = merged((0..length).collect(), &|a, b| answer.value(a * length + b) <= 0);
        places.extend(order.into_iter().map(|at| (start + at) as u32));
    }
    let values = pick(lists.values(), &places.into())?;
    let field = Arc::new(Field::new_list_field(values.data_type().clone(), true));
    Ok(Arc::new(ListArray::try_new(field, OffsetBuffer::from_lengths(lengths), values, lists.nulls().cloned())?))
}

/// Merge sort: whatever contradictions a comparison holds, it ends and loses nothing.
fn merged(mut items: Vec<usize>, in_order: &dyn Fn(usize, usize) -> bool) -> Vec<usize> {
    if items.len() < 2 {
        return items;
    }
    let right = items.split_off(items.len() / 2);
    let (left, right) = (merged(items, in_order), merged(right, in_order));
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    let mut sorted = Vec::with_capacity(left.len() + right.len());
    while let (Some(&a), Some(&b)) = (left.peek(), right.peek()) {
        sorted.extend(if in_order(a, b) { left.next() } else { right.next() });
    }
    sorted.extend(left.chain(right));
    sorted
}
