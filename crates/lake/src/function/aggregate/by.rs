//! `max_by` and `min_by`: the value that came with the greatest or the least of another.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::arrow::compute::{SortOptions, sort_to_indices};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility};

/// The function of the name.
pub(super) fn function(greatest: bool) -> AggregateUDF {
    AggregateUDF::new_from_impl(By { greatest, signature: Signature::any(2, Volatility::Immutable) })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct By {
    greatest: bool,
    signature: Signature,
}

impl AggregateUDFImpl for By {
    fn name(&self) -> &str {
        if self.greatest { "max_by" } else { "min_by" }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, given: &[DataType]) -> Result<DataType> {
        match given.first() {
            Some(value) => Ok(value.clone()),
            None => internal_err!("{} takes two arguments", self.name()),
        }
    }

    fn accumulator(&self, arguments: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let [value, by] = arguments.expr_fields else { return internal_err!("{} takes two arguments", self.name()) };
        Ok(Box::new(Best {
            greatest: self.greatest,
            value: ScalarValue::try_from(value.data_type())?,
            by: ScalarValue::try_from(by.data_type())?,
        }))
    }

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let names = ["value", "by"].into_iter().zip(arguments.input_fields);
        Ok(names
            .map(|(name, field)| Arc::new(Field::new(format!("{}[{name}]", arguments.name), field.data_type().clone(), true)))
            .collect())
    }
}

#[derive(Debug)]
struct Best {
    greatest: bool,
    value: ScalarValue,
    by: ScalarValue,
}

impl Accumulator for Best {
    fn update_batch(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let [values, bys] = columns else { return internal_err!("two columns are wanted") };
        let order = SortOptions { descending: self.greatest, nulls_first: false };
        let first = sort_to_indices(bys, Some(order), Some(1))?;
        let Some(row) = first.iter().flatten().next().map(|row| row as usize).filter(|row| bys.is_valid(*row)) else { return Ok(()) };
        let by = ScalarValue::try_from_array(bys, row)?;
        let ahead = if self.greatest { std::cmp::Ordering::Greater } else { std::cmp::Ordering::Less };
        if self.by.is_null() || by.partial_cmp(&self.by) == Some(ahead) {
            self.by = by.compacted();
            self.value = ScalarValue::try_from_array(values, row)?.compacted();
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.value.clone(), self.by.clone()])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(self.value.clone())
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.value.size() + self.by.size()
    }
}
