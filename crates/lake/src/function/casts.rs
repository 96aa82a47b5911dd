//! Casts that mean something else in Trino: a number with a fraction becomes the nearest whole number, where the engine cuts it off, and
//! a timestamp becomes text with a blank between day and time.

use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result};
use datafusion::execution::FunctionRegistry;
use datafusion::functions::expr_fn::{concat, round, to_char};
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{Expr, ExprSchemable, cast, lit};
use datafusion::prelude::SessionContext;

#[derive(Debug)]
struct Casts;

/// Lets a session cast as Trino does.
pub(super) fn register(session: &SessionContext) -> Result<()> {
    session.state_ref().write().register_function_rewrite(std::sync::Arc::new(Casts))
}

impl FunctionRewrite for Casts {
    fn name(&self) -> &str {
        "casts"
    }

    fn rewrite(&self, expression: Expr, schema: &DFSchema, _: &ConfigOptions) -> Result<Transformed<Expr>> {
        let (inner, wanted) = match &expression {
            Expr::Cast(cast) => (&cast.expr, cast.field.data_type().clone()),
            Expr::TryCast(cast) => (&cast.expr, cast.field.data_type().clone()),
            _ => return Ok(Transformed::no(expression)),
        };
        let given = inner.get_type(schema)?;
        let changed = match (&given, &wanted) {
            (given, wanted) if wanted.is_integer() && has_fraction(given) => round(vec![(**inner).clone()]),
            (DataType::Timestamp(_, zone), wanted) if wanted.is_string() => {
                let local = cast((**inner).clone(), DataType::Timestamp(TimeUnit::Millisecond, None));
                let text = to_char(local, lit("%Y-%m-%d %H:%M:%S%.3f"));
                let text = zone.as_ref().map_or(text.clone(), |zone| concat(vec![text, lit(format!(" {zone}"))]));
                return Ok(Transformed::yes(cast(text, wanted.clone())));
            }
            _ => return Ok(Transformed::no(expression)),
        };
        let mut expression = expression;
        match &mut expression {
            Expr::Cast(cast) => *cast.expr = changed,
            Expr::TryCast(cast) => *cast.expr = changed,
            _ => {}
        }
        Ok(Transformed::yes(expression))
    }
}

fn has_fraction(given: &DataType) -> bool {
    match given {
        DataType::Decimal32(_, scale) | DataType::Decimal64(_, scale) | DataType::Decimal128(_, scale) | DataType::Decimal256(_, scale) => {
            *scale > 0
        }
        given => given.is_floating(),
    }
}
