//! Functions that SQL has a grammar of their own for, such as `SUBSTRING(a FROM 2)`: the engine plans its own for them, and ours is put
//! in their place.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result};
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{Expr, ScalarUDF};
use datafusion::prelude::SessionContext;

/// The functions with a grammar of their own whose meaning differs.
const SWAPPED: [&str; 1] = ["substr"];

#[derive(Debug)]
struct Swap {
    ours: Vec<Arc<ScalarUDF>>,
}

/// Puts our functions in the place of the engine's; called once ours are known to the session.
pub(super) fn register(session: &SessionContext) -> Result<()> {
    let state = session.state_ref();
    let ours = SWAPPED.iter().map(|name| state.read().udf(name)).collect::<Result<_>>()?;
    state.write().register_function_rewrite(Arc::new(Swap { ours }))
}

impl FunctionRewrite for Swap {
    fn name(&self) -> &str {
        "swap"
    }

    fn rewrite(&self, expression: Expr, _: &DFSchema, _: &ConfigOptions) -> Result<Transformed<Expr>> {
        let Expr::ScalarFunction(mut call) = expression else { return Ok(Transformed::no(expression)) };
        match self.ours.iter().find(|ours| ours.name() == call.func.name() && **ours != call.func) {
            Some(ours) => {
                call.func = Arc::clone(ours);
                Ok(Transformed::yes(Expr::ScalarFunction(call)))
            }
            None => Ok(Transformed::no(Expr::ScalarFunction(call))),
        }
    }
}
