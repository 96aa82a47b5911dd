//! Whether and where an array holds something: `contains`, `array_position`, `array_remove`.

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, internal_err};

use super::{gather, item_type, meet_element, places, rows};
use crate::function::address;
use crate::function::call::Call;
use crate::function::kind::{Gives, Kind};
use crate::function::scalar::Scalar;

const fn of_element(name: &'static str, signature: &'static str, meaning: &'static str) -> Scalar {
    Scalar { name, signature, meaning, takes: &[Kind::List, Kind::Any], meet: Some(meet_element), gives: Gives::Integer, ..Scalar::PLAIN }
}

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar {
        takes: &[Kind::Any, Kind::Any],
        meet: Some(meet_element_or_network),
        gives: Gives::Boolean,
        fails: true,
        run: contains,
        ..of_element(
            "contains",
            "contains(array | network, element | address)",
            "whether an array holds an element, or a network such as 10.0.0.0/8 an address",
        )
    },
    Scalar {
        run: array_position,
        ..of_element(
            "array_position",
            "array_position(array, element)",
            "where an array first holds an element, counted from 1; 0 when it does not",
        )
    },
    Scalar {
        gives: Gives::By(|given, _| match given.first() {
            Some(list) => Ok(list.clone()),
            None => internal_err!("array_remove without an array"),
        }),
        run: array_remove,
        ..of_element("array_remove", "array_remove(array, element)", "an array without an element")
    },
];

fn meet_element_or_network(types: &mut [DataType]) -> bool {
    if types.first().is_some_and(|first| first.is_string() || first.is_null()) {
        let fits = types.iter().all(|given| given.is_string() || given.is_null());
        types.iter_mut().for_each(|given| *given = DataType::Utf8View);
        return fits;
    }
    if let Some(list) = types.first().and_then(|first| Kind::List.coerce(first))
        && let Some(first) = types.first_mut()
    {
        *first = list;
    }
    meet_element(types)
}

fn contains(call: &Call<'_>) -> Result<ArrayRef> {
    if item_type(&call.argument(0)?.data_type()).is_none() {
        return address::is_within(call);
    }
    let (lists, wanted) = (call.lists(0)?, call.array(1)?);
    let all = rows(&[lists.values(), &wanted])?;
    let [items, elements] = all.as_slice() else { return internal_err!("contains without an array") };
    call.give_booleans(|row| {
        if lists.is_null(row) || wanted.is_null(row) {
            return Ok(None);
        }
        let mut places = places(&lists, row);
        let found = places.clone().any(|place| items.row(place) == elements.row(row));
        // An unknown element might be the one that is looked for.
        let unknown = !found && places.any(|place| lists.values().is_null(place));
        Ok((!unknown).then_some(found))
    })
}

fn array_position(call: &Call<'_>) -> Result<ArrayRef> {
    let (lists, wanted) = (call.lists(0)?, call.array(1)?);
    let all = rows(&[lists.values(), &wanted])?;
    let [items, elements] = all.as_slice() else { return internal_err!("array_position without an array") };
    call.give_integers(|row| {
        if lists.is_null(row) || wanted.is_null(row) {
            return Ok(None);
        }
        let at = places(&lists, row).position(|place| items.row(place) == elements.row(row));
        Ok(Some(at.map_or(0, |at| at as i64 + 1)))
    })
}

fn array_remove(call: &Call<'_>) -> Result<ArrayRef> {
    let (lists, wanted) = (call.lists(0)?, call.array(1)?);
    let all = rows(&[lists.values(), &wanted])?;
    let [items, elements] = all.as_slice() else { return internal_err!("array_remove without an array") };
    let kept = |row: usize| {
        let known = lists.is_valid(row) && wanted.is_valid(row);
        known.then(|| places(&lists, row).filter(|place| items.row(*place) != elements.row(row)).collect())
    };
    gather(&lists, (0..call.rows).map(kept).collect())
}
