//! Functions over arrays and maps; JSON text that holds an array or an object stands for one.

mod access;
mod build;
mod element;
mod order;

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, ListArray};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::arrow::row::{RowConverter, Rows, SortField};
use datafusion::common::Result;
use datafusion::logical_expr::type_coercion::binary::comparison_coercion;

use super::kind::list_of;
use super::scalar::Scalar;

/// The functions of this family.
pub(super) const FUNCTIONS: &[&[Scalar]] = &[access::FUNCTIONS, element::FUNCTIONS, order::FUNCTIONS, build::FUNCTIONS];

/// The type of the elements of a list.
fn item_type(list: &DataType) -> Option<&DataType> {
    match list {
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => Some(item.data_type()),
        _ => None,
    }
}

/// Brings a list and something that might be its element to one type.
fn meet_element(types: &mut [DataType]) -> bool {
    let [list, element] = types else { return false };
    let Some(common) = item_type(list).and_then(|item| comparison_coercion(item, element)) else { return false };
    *list = list_of(common.clone());
    *element = common;
    true
}

/// Brings lists to one type.
fn meet_lists(types: &mut [DataType]) -> bool {
    let mut items = types.iter().filter(|given| !given.is_null()).map(item_type);
    let common = items.try_fold(None, |common: Option<DataType>, item| match (common, item?) {
        (None, item) => Some(Some(item.clone())),
        (Some(common), item) => comparison_coercion(&common, item).map(Some),
    });
    let Some(Some(common)) = common else { return false };
    types.iter_mut().for_each(|list| *list = list_of(common.clone()));
    true
}

/// The elements as byte strings that compare as the elements do.
fn rows(arrays: &[&ArrayRef]) -> Result<Vec<Rows>> {
    let Some(first) = arrays.first() else { return Ok(Vec::new()) };
    let converter = RowConverter::new(vec![SortField::new(first.data_type().clone())])?;
    arrays.iter().map(|array| Ok(converter.convert_columns(&[Arc::clone(array)])?)).collect()
}

/// The places of a list's elements among all elements; empty when the list is null.
fn places(lists: &ListArray, row: usize) -> std::ops::Range<usize> {
    if lists.is_null(row) {
        return 0..0;
    }
    let bound = |at: usize| lists.value_offsets().get(at).map_or(0, |offset| *offset as usize);
    bound(row)..bound(row + 1)
}

/// Lists of elements chosen by their places; none is a null list.
fn gather(lists: &ListArray, chosen: Vec<Option<Vec<usize>>>) -> Result<ArrayRef> {
    use datafusion::arrow::array::UInt64Array;
    use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
    let indices: UInt64Array = chosen.iter().flatten().flatten().map(|place| Some(*place as u64)).collect();
    let values = datafusion::arrow::compute::take(lists.values(), &indices, None)?;
    let offsets = OffsetBuffer::from_lengths(chosen.iter().map(|places| places.as_ref().map_or(0, Vec::len)));
    let known = NullBuffer::from_iter(chosen.iter().map(Option::is_some));
    let field = Arc::new(Field::new_list_field(lists.value_type(), true));
    Ok(Arc::new(ListArray::try_new(field, offsets, values, Some(known))?))
}
