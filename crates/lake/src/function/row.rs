//! `row_cast`: what `CAST(value AS ROW(…))`, and casts to arrays and maps of rows, mean for values that are no JSON. Fields are taken by
//! their place, as in Trino.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, ListArray, MapArray, StructArray, new_null_array};
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};

use super::json::encode::encode_rows;
use super::kind::{Gives, Kind, constant_text, sql_name};
use super::scalar::Scalar;
use super::time::clock;
use super::typename::SqlType;

/// The functions of this family.
pub(super) const FUNCTIONS: &[Scalar] = &[Scalar {
    name: "row_cast",
    signature: "row_cast(value, 'row(name varchar, count bigint)')",
    meaning: "a row, or an array or map of rows, with fields of the named types; CAST(value AS ROW(…)) is short for it",
    takes: &[Kind::Any, Kind::Constant],
    gives: Gives::By(target),
    run: |call| {
        let named = ScalarValue::try_from_array(&call.array(1)?, 0)?;
        convert(&call.array(0)?, &named_type(&[None, Some(&named)])?)
    },
    ..Scalar::PLAIN
}];

fn named_type(constants: &[Option<&ScalarValue>]) -> Result<SqlType> {
    let Some(name) = constant_text(constants, 1) else { return plan_err!("row_cast needs the name of a type, written out in the query") };
    match SqlType::parse(name) {
        Some(sql) => Ok(sql),
        None => plan_err!("'{name}' is not a type: write row(a varchar, b bigint), array(row(…)) and such"),
    }
}

fn target(given: &[DataType], constants: &[Option<&ScalarValue>]) -> Result<DataType> {
    let wanted = named_type(constants)?;
    match given.first() {
        Some(given) if !fits(given, &wanted) => plan_err!("{} cannot become {}", sql_name(given), sql_name(&wanted.engine())),
        _ => Ok(wanted.engine()),
    }
}

/// Whether values of a type can become those of another, as far as their shapes go.
fn fits(given: &DataType, wanted: &SqlType) -> bool {
    match (given, wanted) {
        (DataType::Null, _) | (_, SqlType::Json) => true,
        (DataType::Struct(fields), SqlType::Row(wanted)) => {
            fields.len() == wanted.len() && fields.iter().zip(wanted).all(|(field, (_, wanted))| fits(field.data_type(), wanted))
        }
        (DataType::List(item), SqlType::Array(wanted)) => fits(item.data_type(), wanted),
        (DataType::Map(entries, _), SqlType::Map(key, value)) => match entries.data_type() {
            DataType::Struct(pair) => pair.iter().zip([key, value]).all(|(field, wanted)| fits(field.data_type(), wanted)),
            _ => false,
        },
        (given, wanted) => !given.is_nested() && !matches!(wanted, SqlType::Row(_) | SqlType::Array(_) | SqlType::Map(..)),
    }
}

fn convert(values: &ArrayRef, wanted: &SqlType) -> Result<ArrayRef> {
    let engine = wanted.engine();
    Ok(match (values.data_type(), wanted) {
        (DataType::Null, _) => new_null_array(&engine, values.len()),
        (_, SqlType::Json) => encode_rows(values)?,
        (DataType::Struct(_), SqlType::Row(fields)) => {
            let given = values.as_struct();
            let columns = given.columns().iter().zip(fields).map(|(column, (_, wanted))| convert(column, wanted));
            let DataType::Struct(fields) = engine else { return internal_err!("a row has fields") };
            Arc::new(StructArray::try_new(fields, columns.collect::<Result<_>>()?, given.nulls().cloned())?)
        }
        (DataType::List(_), SqlType::Array(item)) => {
            let given = values.as_list::<i32>();
            let DataType::List(field) = engine else { return internal_err!("an array has elements") };
            Arc::new(ListArray::try_new(field, given.offsets().clone(), convert(given.values(), item)?, given.nulls().cloned())?)
        }
        (DataType::Map(..), SqlType::Map(key, value)) => {
            let given = values.as_map();
            let DataType::Map(field, sorted) = engine else { return internal_err!("a map has entries") };
            let DataType::Struct(pair) = field.data_type() else { return internal_err!("the entries of a map are pairs") };
            let entries = StructArray::try_new(pair.clone(), vec![convert(given.keys(), key)?, convert(given.values(), value)?], None)?;
            Arc::new(MapArray::try_new(field, given.offsets().clone(), entries, given.nulls().cloned(), sorted)?)
        }
        (DataType::Timestamp(..), SqlType::Text) => clock(values)?.texts(),
        (number, SqlType::Integer) if number.is_floating() || matches!(number, DataType::Decimal128(..)) => {
            // A number with a fraction becomes the nearest whole one, as in every cast.
            let doubles = strict(values, &DataType::Float64)?;
            let rounded: ArrayRef = Arc::new(doubles.as_primitive::<Float64Type>().unary::<_, Float64Type>(f64::round));
            strict(&rounded, &engine)?
        }
        _ => strict(values, &engine)?,
    })
}

/// A cast that fails for a value that does not fit.
fn strict(values: &ArrayRef, wanted: &DataType) -> Result<ArrayRef> {
    Ok(cast_with_options(values, wanted, &CastOptions { safe: false, ..CastOptions::default() })?)
}
