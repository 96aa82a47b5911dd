//! `approx_percentile`, with one share or an array of them, over the engine's sketch.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, FieldRef, Float64Type, Schema};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::functions_aggregate::approx_percentile_cont::approx_percentile_cont_udaf;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, ColumnarValue, Signature, Volatility};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Literal;

use crate::function::kind::list_of;

/// The function.
pub(super) fn function() -> AggregateUDF {
    AggregateUDF::new_from_impl(Percentile { signature: Signature::user_defined(Volatility::Immutable) })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Percentile {
    signature: Signature,
}

fn is_list(data_type: &DataType) -> bool {
    matches!(data_type, DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..))
}

impl AggregateUDFImpl for Percentile {
    fn name(&self) -> &str {
        "approx_percentile"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        match given {
            [value, share] if value.is_numeric() && (share.is_numeric() || is_list(share)) => {
                let share = if is_list(share) { list_of(DataType::Float64) } else { DataType::Float64 };
                // Whole numbers stay whole in the answer, as in Athena.
                Ok(vec![if value.is_integer() { DataType::Int64 } else { DataType::Float64 }, share])
            }
            _ => plan_err!("approx_percentile takes a number and a share from 0 to 1, or an array of shares"),
        }
    }

    fn return_type(&self, given: &[DataType]) -> Result<DataType> {
        let Some(value) = given.first() else { return internal_err!("approx_percentile without a value") };
        Ok(if given.get(1).is_some_and(is_list) { list_of(value.clone()) } else { value.clone() })
    }

    fn accumulator(&self, arguments: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let [value, shares] = arguments.exprs else { return internal_err!("approx_percentile takes two arguments") };
        let [value_field, _] = arguments.expr_fields else { return internal_err!("approx_percentile takes two arguments") };
        let number: FieldRef = Arc::new(value_field.as_ref().clone().with_data_type(DataType::Float64));
        let fields = [Arc::clone(&number), Arc::clone(&number)];
        let each = constant_shares(shares)?.into_iter().map(|share| {
            let share: Arc<dyn PhysicalExpr> = Arc::new(Literal::new(ScalarValue::Float64(Some(share))));
            approx_percentile_cont_udaf().accumulator(AccumulatorArgs {
                return_field: Arc::clone(&number),
                exprs: &[Arc::clone(value), share],
                expr_fields: &fields,
                schema: arguments.schema,
                ignore_nulls: arguments.ignore_nulls,
                order_bys: &[],
                is_reversed: false,
                name: arguments.name,
                is_distinct: false,
            })
        });
        Ok(Box::new(Sketches {
            each: each.collect::<Result<_>>()?,
            one_type: value_field.data_type().clone(),
            is_list: is_list(arguments.return_field.data_type()),
        }))
    }

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let number = |value: &FieldRef| -> FieldRef { Arc::new(value.as_ref().clone().with_data_type(DataType::Float64)) };
        let inputs: Vec<FieldRef> = arguments.input_fields.iter().take(1).flat_map(|value| [number(value), number(value)]).collect();
        let return_field = arguments.input_fields.first().map_or_else(|| Arc::clone(&arguments.return_field), number);
        approx_percentile_cont_udaf().state_fields(StateFieldsArgs { input_fields: &inputs, return_field, ..arguments })
    }
}

/// The shares, which must be written out in the query.
fn constant_shares(shares: &Arc<dyn PhysicalExpr>) -> Result<Vec<f64>> {
    let nothing = RecordBatch::new_empty(Arc::new(Schema::empty()));
    let Ok(ColumnarValue::Scalar(shares)) = shares.evaluate(&nothing) else {
        return plan_err!("the shares of approx_percentile must be written out in the query");
    };
    let shares = shares.to_array()?;
    let shares = shares.as_list_opt::<i32>().map_or_else(|| Arc::clone(&shares), |list| list.value(0));
    let shares = cast(&shares, &DataType::Float64)?;
    let shares = shares.as_primitive::<Float64Type>();
    if shares.null_count() > 0 || shares.values().iter().any(|share| !(0.0..=1.0).contains(share)) {
        return plan_err!("the shares of approx_percentile lie between 0 and 1");
    }
    Ok(shares.values().to_vec())
}

/// One sketch for each share; all see the same values, so the state of one is the state of all.
#[derive(Debug)]
struct Sketches {
    each: Vec<Box<dyn Accumulator>>,
    one_type: DataType,
    is_list: bool,
}

impl Accumulator for Sketches {
    fn update_batch(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let [values, ..] = columns else { return internal_err!("a column of values is wanted") };
        let values = cast(values, &DataType::Float64)?;
        self.each.iter_mut().try_for_each(|sketch| sketch.update_batch(&[Arc::clone(&values)]))
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.each.iter_mut().try_for_each(|sketch| sketch.merge_batch(states))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        match self.each.first_mut() {
            Some(sketch) => sketch.state(),
            None => plan_err!("approx_percentile needs a share"),
        }
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let whole = self.one_type == DataType::Int64;
        let answer = |sketch: &mut Box<dyn Accumulator>| match sketch.evaluate()? {
            ScalarValue::Float64(number) if whole => Ok(ScalarValue::Int64(number.map(|number| number.round() as i64))),
            other => Ok(other),
        };
        let mut answers = self.each.iter_mut().map(answer).collect::<Result<Vec<_>>>()?;
        if self.is_list {
            return Ok(ScalarValue::List(ScalarValue::new_list_nullable(&answers, &self.one_type)));
        }
        match answers.pop() {
            Some(answer) => Ok(answer),
            None => plan_err!("approx_percentile needs a share"),
        }
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.each.iter().map(|sketch| sketch.size()).sum::<usize>()
    }
}
