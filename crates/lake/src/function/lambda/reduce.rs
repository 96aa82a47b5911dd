//! `reduce`: an array brought to one value, element by element.

use datafusion::arrow::array::{Array, ArrayRef, UInt32Array};
use datafusion::arrow::compute::{interleave, nullif};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};

use super::list::{element, lists, span};
use super::{Invocation, Line, Slot, in_type, pick};

pub(super) const LINES: &[Line] = &[Line {
    name: "reduce",
    signature: "reduce(array, start, (state, x) -> state, state -> value)",
    meaning: "what becomes of a state when the elements of an array are taken in one after the other",
    takes: &[Slot::List, Slot::Any, Slot::Lambda, Slot::Lambda],
    parameters,
    settle: |values, lambdas| match (values, lambdas) {
        ([list, _], [state, _]) => vec![list.clone(), state.clone()],
        _ => values.to_vec(),
    },
    gives: |_, lambdas| match lambdas {
        [_, value] => Ok(value.clone()),
        _ => plan_err!("reduce takes two lambdas"),
    },
    run: reduce,
}];

/// The state is of the type that the first lambda gives once it is known: `0` and then halves is a number with a fraction.
fn parameters(values: &[DataType], lambdas: &[Option<DataType>]) -> Result<Vec<Option<Vec<DataType>>>> {
    let [list, start] = values else { return plan_err!("reduce takes an array and a start") };
    let state = lambdas.first().cloned().flatten();
    let known = state.clone().unwrap_or_else(|| start.clone());
    Ok(vec![Some(vec![known, element(list)?]), state.map(|state| vec![state])])
}

fn reduce(call: &Invocation<'_>) -> Result<ArrayRef> {
    let lists = lists(call, 0)?;
    let mut state = std::sync::Arc::clone(call.value(1)?);
    let wanted = state.data_type().clone();
    let spans: Vec<(usize, usize)> = (0..call.rows).map(|row| span(&lists, row)).collect();
    let longest = spans.iter().map(|(_, length)| *length).max().unwrap_or_default();
    for at in 0..longest {
        // Rows whose list still has an element at this place.
        let rows: UInt32Array =
            spans.iter().enumerate().filter(|(_, span)| span.1 > at).map(|(row, _)| row as u32).collect::<Vec<_>>().into();
        let places: UInt32Array = rows.values().iter().map(|row| (spans[*row as usize].0 + at) as u32).collect::<Vec<_>>().into();
        let next = call.ask(0, &[pick(&state, &rows)?, pick(lists.values(), &places)?], &rows)?;
        let next = in_type(next, &wanted)?;
        let mut from: Vec<(usize, usize)> = (0..call.rows).map(|row| (0, row)).collect();
        rows.values().iter().enumerate().for_each(|(new, row)| from[*row as usize] = (1, new));
        state = interleave(&[&state, &next], &from)?;
    }
    let all: UInt32Array = (0..call.rows as u32).collect::<Vec<_>>().into();
    let answer = call.ask(1, &[state], &all)?;
    match lists.nulls() {
        Some(known) => Ok(nullif(&answer, &(!known.inner()).into_iter().collect::<Vec<_>>().into())?),
        None => Ok(answer),
    }
}
