//! Functions that are another function of the engine, put differently: `count_if`, `set_agg`.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, internal_err, plan_err};
use datafusion::functions_aggregate::{array_agg::array_agg_udaf, count::count_udaf};
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::function::{AccumulatorArgs, AggregateFunctionSimplification};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Expr, Signature, Volatility, lit, when};

use crate::function::kind::{list_of, sql_name};

/// `count_if(condition)`, which is `count(CASE WHEN condition THEN 1 END)`.
pub(super) fn count_if() -> AggregateUDF {
    AggregateUDF::new_from_impl(Written { name: "count_if", signature: Signature::user_defined(Volatility::Immutable) })
}

/// `set_agg(value)`, which is `array_agg(DISTINCT value)`.
pub(super) fn set_agg() -> AggregateUDF {
    AggregateUDF::new_from_impl(Written { name: "set_agg", signature: Signature::user_defined(Volatility::Immutable) })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Written {
    name: &'static str,
    signature: Signature,
}

impl Written {
    fn counts(&self) -> bool {
        self.name == "count_if"
    }
}

impl AggregateUDFImpl for Written {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        match given {
            [DataType::Boolean | DataType::Null] if self.counts() => Ok(vec![DataType::Boolean]),
            [given] if self.counts() => plan_err!("count_if counts where a condition holds; it was given {}", sql_name(given)),
            [_] => Ok(given.to_vec()),
            _ => plan_err!("{} takes one argument", self.name),
        }
    }

    fn return_type(&self, given: &[DataType]) -> Result<DataType> {
        Ok(if self.counts() { DataType::Int64 } else { list_of(given.first().cloned().unwrap_or(DataType::Null)) })
    }

    fn is_nullable(&self) -> bool {
        !self.counts()
    }

    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        let counts = self.counts();
        Some(Box::new(move |mut written: AggregateFunction, _| {
            if counts {
                let condition = written.params.args.pop();
                let Some(condition) = condition else { return internal_err!("count_if without a condition") };
                written.params.args.push(when(condition, lit(1i64)).end()?);
                written.func = count_udaf();
            } else {
                written.params.distinct = true;
                written.func = array_agg_udaf();
            }
            Ok(Expr::AggregateFunction(written))
        }))
    }

    fn accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        internal_err!("{} is rewritten before it runs", self.name)
    }
}
