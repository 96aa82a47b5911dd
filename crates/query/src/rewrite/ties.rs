//! `FETCH FIRST n ROWS WITH TIES`, said by the rank of each row.

use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, Distinct, Expr, LimitClause, OrderByExpr, OrderByKind, Query, Select, SelectItem, SetExpr, Spanned, TableAlias,
    TableFactor, TableWithJoins, Value, WindowSpec, WindowType,
};

use super::{Flow, Rewriter};
use crate::build;
use crate::diagnostic::Code;

impl Rewriter<'_> {
    /// Rows that rank among the first ones, however many there are.
    pub(super) fn with_ties(&mut self, query: &mut Query) -> Flow {
        let Some(fetch) = query.fetch.take_if(|fetch| fetch.with_ties) else { return ControlFlow::Continue(()) };
        let span = query.span();
        let order = match query.order_by.as_ref().map(|order| &order.kind) {
            Some(OrderByKind::Expressions(order)) if !order.is_empty() => order.clone(),
            _ => return self.refuse(Code::Syntax, span, "WITH TIES needs an order", "write ORDER BY before FETCH FIRST … WITH TIES"),
        };
        if matches!(&query.limit_clause, Some(LimitClause::LimitOffset { offset: Some(_), .. })) {
            return self.refuse(Code::Unsupported, span, "OFFSET together with WITH TIES is not supported", "leave OFFSET out");
        }
        let plain =
            matches!(&*query.body, SetExpr::Select(select) if !matches!(select.distinct, Some(Distinct::Distinct | Distinct::On(_))));
        if !plain {
            let body = std::mem::replace(&mut query.body, Box::new(SetExpr::Select(Box::new(build::select(Vec::new(), Vec::new())))));
            let inner = Query { body, ..build::query(build::select(Vec::new(), Vec::new())) };
            let alias = Some(TableAlias { explicit: true, name: build::ident("ranked"), columns: Vec::new(), at: None });
            let relation = TableFactor::Derived { lateral: false, subquery: Box::new(inner), alias, sample: None };
            let all = SelectItem::Wildcard(Default::default());
            *query.body = SetExpr::Select(Box::new(build::select(vec![all], vec![TableWithJoins { relation, joins: Vec::new() }])));
        }
        let SetExpr::Select(select) = &mut *query.body else { return ControlFlow::Continue(()) };
        let order: Vec<OrderByExpr> = order.into_iter().map(|by| OrderByExpr { expr: meant(by.expr, select), ..by }).collect();
        let rank = ranked(order);
        let most = fetch.quantity.unwrap_or_else(|| build::number(1));
        select.qualify = Some(build::binary(rank, BinaryOperator::LtEq, most));
        ControlFlow::Continue(())
    }
}

/// What a number or a heading in `ORDER BY` stands for.
fn meant(expr: Expr, select: &Select) -> Expr {
    let item = match &expr {
        Expr::Value(value) => match &value.value {
            Value::Number(number, _) => number.parse::<usize>().ok().and_then(|at| select.projection.get(at.checked_sub(1)?)),
            _ => None,
        },
        Expr::Identifier(ident) => select
            .projection
            .iter()
            .find(|item| matches!(item, SelectItem::ExprWithAlias { alias, .. } if alias.value.eq_ignore_ascii_case(&ident.value))),
        _ => None,
    };
    match item {
        Some(SelectItem::ExprWithAlias { expr, .. } | SelectItem::UnnamedExpr(expr)) => expr.clone(),
        _ => expr,
    }
}

/// `rank() OVER (ORDER BY …)`.
fn ranked(order_by: Vec<OrderByExpr>) -> Expr {
    let mut rank = build::call("rank", []);
    if let Expr::Function(function) = &mut rank {
        function.over =
            Some(WindowType::WindowSpec(WindowSpec { window_name: None, partition_by: Vec::new(), order_by, window_frame: None }));
    }
    rank
}
