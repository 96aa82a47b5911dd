//! `x > ALL (SELECT …)` and its like, said by the greatest and the least that the subquery gives.

use sqlparser::ast::{BinaryOperator, Expr, Query, SelectItem, TableAlias, TableAliasColumnDef, TableFactor, TableWithJoins};

use super::Rewriter;
use crate::build;

/// The name of the one column of the subquery.
const COLUMN: &str = "quantified";

impl Rewriter<'_> {
    /// Puts a comparison with some or all rows of a subquery into plain words.
    pub(super) fn quantify(&self, expr: &mut Expr) {
        let (left, op, right, all) = match expr {
            Expr::AnyOp { left, compare_op, right, .. } => (left, compare_op, right, false),
            Expr::AllOp { left, compare_op, right } => (left, compare_op, right, true),
            _ => return,
        };
        let Expr::Subquery(query) = &**right else { return };
        let (left, op, query) = ((**left).clone(), op.clone(), query.clone());
        *expr = match (&op, all) {
            (BinaryOperator::Eq, false) => Expr::InSubquery { expr: Box::new(left), subquery: query, negated: false },
            (BinaryOperator::NotEq, true) => Expr::InSubquery { expr: Box::new(left), subquery: query, negated: true },
            (BinaryOperator::Eq, true) => {
                every(&query, build::binary(against(&left, &op, &query, "min"), BinaryOperator::And, against(&left, &op, &query, "max")))
            }
            (BinaryOperator::NotEq, false) => Expr::Nested(Box::new(build::binary(
                against(&left, &op, &query, "min"),
                BinaryOperator::Or,
                against(&left, &op, &query, "max"),
            ))),
            (BinaryOperator::Gt | BinaryOperator::GtEq, true) => every(&query, against(&left, &op, &query, "max")),
            (BinaryOperator::Lt | BinaryOperator::LtEq, true) => every(&query, against(&left, &op, &query, "min")),
            (BinaryOperator::Gt | BinaryOperator::GtEq, false) => against(&left, &op, &query, "min"),
            (BinaryOperator::Lt | BinaryOperator::LtEq, false) => against(&left, &op, &query, "max"),
            _ => return,
        };
    }
}

/// `left op (SELECT extreme(…) FROM (query))`.
fn against(left: &Expr, op: &BinaryOperator, query: &Query, extreme: &str) -> Expr {
    let extreme = build::call(extreme, [Expr::Identifier(build::ident(COLUMN))]);
    build::binary(left.clone(), op.clone(), of(query, extreme, None))
}

/// A condition that holds for every row: there is none, or none is null and the condition holds.
fn every(query: &Query, condition: Expr) -> Expr {
    let count = |only: Option<Expr>| {
        let one = build::call("count", [build::number(1)]);
        build::binary(of(query, one, only), BinaryOperator::Eq, build::number(0))
    };
    let known = count(Some(Expr::IsNull(Box::new(Expr::Identifier(build::ident(COLUMN))))));
    let holds = Expr::Nested(Box::new(build::binary(Expr::Nested(Box::new(condition)), BinaryOperator::And, known)));
    Expr::Nested(Box::new(build::binary(count(None), BinaryOperator::Or, holds)))
}

/// `(SELECT value FROM (query) AS rows (quantified) WHERE only)`.
fn of(query: &Query, value: Expr, only: Option<Expr>) -> Expr {
    let columns = vec![TableAliasColumnDef { name: build::ident(COLUMN), data_type: None }];
    let alias = Some(TableAlias { explicit: true, name: build::ident("compared"), columns, at: None });
    let relation = TableFactor::Derived { lateral: false, subquery: Box::new(query.clone()), alias, sample: None };
    let mut select = build::select(vec![SelectItem::UnnamedExpr(value)], vec![TableWithJoins { relation, joins: Vec::new() }]);
    select.selection = only;
    Expr::Subquery(Box::new(build::query(select)))
}
