//! Values of any type: which is the greatest, and of what type one is.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, StringViewArray};
use datafusion::arrow::compute::{is_null, nullif, or};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::type_coercion::binary::comparison_coercion;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF};

use super::call::Call;
use super::kind::{Gives, Kind, sql_name};
use super::scalar::Scalar;

const fn of_values(name: &'static str, signature: &'static str, meaning: &'static str) -> Scalar {
    Scalar {
        name,
        signature,
        meaning,
        takes: &[Kind::Any],
        variadic: true,
        meet: Some(meet),
        gives: Gives::By(|given, _| Ok(given.first().cloned().unwrap_or(DataType::Null))),
        ..Scalar::PLAIN
    }
}

/// The functions of this family.
pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar {
        run: |call| extreme(call, &datafusion::functions::core::greatest()),
        ..of_values("greatest", "greatest(value, …)", "the greatest of several values; null when one of them is null")
    },
    Scalar {
        run: |call| extreme(call, &datafusion::functions::core::least()),
        ..of_values("least", "least(value, …)", "the least of several values; null when one of them is null")
    },
    Scalar {
        takes: &[Kind::Any],
        variadic: false,
        meet: None,
        gives: Gives::Text,
        run: type_of,
        ..of_values("typeof", "typeof(value)", "the type of a value, as SQL writes it")
    },
];

fn meet(types: &mut [DataType]) -> bool {
    let mut given = types.iter();
    let first = given.next().cloned();
    let common = first.and_then(|first| given.try_fold(first, |common, next| comparison_coercion(&common, next)));
    match common {
        Some(common) => types.iter_mut().for_each(|given| *given = common.clone()),
        None => return false,
    }
    true
}

/// The engine's own answer, which passes over nulls, made null where a value is null.
fn extreme(call: &Call<'_>, engine: &ScalarUDF) -> Result<ArrayRef> {
    let arrays = (0..call.arguments.len()).map(|at| call.array(at)).collect::<Result<Vec<_>>>()?;
    let [first, rest @ ..] = arrays.as_slice() else { return internal_err!("{} of nothing", call.name) };
    let mut unknown = is_null(first)?;
    for array in rest {
        unknown = or(&unknown, &is_null(array)?)?;
    }
    let return_field: FieldRef = Arc::new(Field::new(call.name, call.gives.clone(), true));
    let answer = engine.invoke_with_args(ScalarFunctionArgs {
        args: arrays.iter().map(|array| ColumnarValue::Array(Arc::clone(array))).collect(),
        arg_fields: call.given.arg_fields.clone(),
        number_rows: call.rows,
        return_field,
        config_options: Arc::clone(&call.given.config_options),
    })?;
    Ok(nullif(&answer.to_array(call.rows)?, &unknown)?)
}

fn type_of(call: &Call<'_>) -> Result<ArrayRef> {
    let name = sql_name(&call.argument(0)?.data_type());
    Ok(Arc::new(StringViewArray::from_iter_values(std::iter::repeat_n(name, call.rows))))
}
