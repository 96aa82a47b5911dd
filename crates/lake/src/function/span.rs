//! A difference of times compared with an interval, as in `now() - time > interval '1' day`. The engine would compare the days of the
//! one with the days of the other and find none in a difference; here both are lengths.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{Expr, ExprSchemable, Operator};
use datafusion::prelude::SessionContext;

const DAY_NANOS: i64 = 86_400_000_000_000;

#[derive(Debug)]
struct Span;

/// Lets a session compare differences of times with intervals.
pub(super) fn register(session: &SessionContext) -> Result<()> {
    session.state_ref().write().register_function_rewrite(std::sync::Arc::new(Span))
}

/// The length of an interval without months, in nanoseconds.
fn length(interval: &Expr) -> Option<Expr> {
    let Expr::Literal(ScalarValue::IntervalMonthDayNano(Some(interval)), metadata) = interval else { return None };
    let nanos = i64::from(interval.days).checked_mul(DAY_NANOS)?.checked_add(interval.nanoseconds)?;
    (interval.months == 0).then(|| Expr::Literal(ScalarValue::DurationNanosecond(Some(nanos)), metadata.clone()))
}

impl FunctionRewrite for Span {
    fn name(&self) -> &str {
        "span"
    }

    fn rewrite(&self, expression: Expr, schema: &DFSchema, _: &ConfigOptions) -> Result<Transformed<Expr>> {
        let is_difference = |side: &Expr| matches!(side.get_type(schema), Ok(DataType::Duration(_)));
        match expression {
            Expr::BinaryExpr(mut comparison) if is_comparison(comparison.op) => {
                let (left, right) = (length(&comparison.left), length(&comparison.right));
                let side = match (left, right) {
                    (None, Some(length)) if is_difference(&comparison.left) => Some((&mut comparison.right, length)),
                    (Some(length), None) if is_difference(&comparison.right) => Some((&mut comparison.left, length)),
                    _ => None,
                };
                let changed = side.map(|(side, length)| **side = length).is_some();
                let comparison = Expr::BinaryExpr(comparison);
                Ok(if changed { Transformed::yes(comparison) } else { Transformed::no(comparison) })
            }
            other => Ok(Transformed::no(other)),
        }
    }
}

fn is_comparison(operator: Operator) -> bool {
    matches!(operator, Operator::Eq | Operator::NotEq | Operator::Lt | Operator::LtEq | Operator::Gt | Operator::GtEq)
}
