//! `LATERAL (SELECT …)` that only computes: its values become columns of the table before it. Others are the engine's affair.

use sqlparser::ast::{Expr, GroupByExpr, Ident, Join, JoinConstraint, JoinOperator, SelectItem, SetExpr, TableFactor, TableWithJoins};

use super::Rewriter;
use super::unnest::{always, factor_mut, owner, rehome};
use crate::build;
use crate::names::Column;
use crate::scope::{Frame, Home, Scope, Unnested, label};

/// Values that stand aside of a table, under the name of their subquery.
pub(super) struct Aside {
    table: String,
    values: Vec<(Expr, String)>,
}

/// The values of a `LATERAL` that reads no table, where there is a table before it.
pub(super) fn aside(factor: &TableFactor, join: Option<&Join>, before: &Scope) -> Option<Aside> {
    let TableFactor::Derived { lateral: true, subquery, alias: Some(alias), .. } = factor else { return None };
    let joined = match join.map(|join| &join.join_operator) {
        None | Some(JoinOperator::CrossJoin(JoinConstraint::None)) => true,
        Some(JoinOperator::Join(on) | JoinOperator::Inner(on) | JoinOperator::Left(on) | JoinOperator::LeftOuter(on)) => always(on),
        _ => false,
    };
    let SetExpr::Select(select) = &*subquery.body else { return None };
    let ungrouped = matches!(&select.group_by, GroupByExpr::Expressions(by, _) if by.is_empty()) && select.having.is_none();
    let plain = subquery.with.is_none() && subquery.limit_clause.is_none() && subquery.fetch.is_none() && select.selection.is_none();
    if !joined || !ungrouped || !plain || !select.from.is_empty() || before.relations.is_empty() {
        return None;
    }
    let named = |at: usize, written: Option<String>| {
        let given = alias.columns.get(at).map(|column| column.name.value.to_ascii_lowercase());
        given.or(written).unwrap_or_else(|| format!("_col{at}"))
    };
    let values = select.projection.iter().enumerate().map(|(at, item)| match item {
        SelectItem::UnnamedExpr(expr) => Some((expr.clone(), named(at, label(expr)))),
        SelectItem::ExprWithAlias { expr, alias } => Some((expr.clone(), named(at, Some(alias.value.to_ascii_lowercase())))),
        _ => None,
    });
    Some(Aside { table: alias.name.value.to_ascii_lowercase(), values: values.collect::<Option<_>>()? })
}

impl Rewriter<'_> {
    /// Puts the values into a subquery round the table that they are computed from.
    pub(super) fn compute(&mut self, aside: Aside, kept: &mut [TableWithJoins], scope: &mut Scope) {
        let mut exprs: Vec<Expr> = aside.values.iter().map(|(expr, _)| expr.clone()).collect();
        self.scopes.frames.push(Frame::Select(scope.clone()));
        let kinds: Vec<_> = exprs.iter().map(|expr| self.scopes.kind_of(expr)).collect();
        self.scopes.frames.pop();
        exprs.iter_mut().for_each(|expr| rehome(expr, scope));
        let Some(owner) = owner(&exprs, scope) else { return };
        let home = scope.relations.get(owner).and_then(|relation| relation.name.clone());
        let mut items: Vec<(Expr, Ident)> = Vec::new();
        for ((expr, (_, wanted)), kind) in exprs.into_iter().zip(&aside.values).zip(kinds) {
            let used = |name: &String| scope.relations.iter().any(|relation| relation.columns.iter().any(|column| column.name == *name));
            let mut name = wanted.clone();
            while used(&name) {
                name = format!("{}_{name}", aside.table);
            }
            items.push((expr, build::ident(&name)));
            if let Some(relation) = scope.relations.get_mut(owner) {
                relation.columns.push(Column::new(&name, kind.clone()));
            }
            let path = home.iter().cloned().chain([name]).collect();
            scope.unnested.push(Unnested { table: Some(aside.table.clone()), column: Column::new(wanted, kind), home: Home(path) });
        }
        let mut nth = owner;
        if let Some(factor) = factor_mut(kept, &mut nth) {
            let inner = std::mem::replace(factor, super::table::table_factor(sqlparser::ast::ObjectName(Vec::new())));
            *factor = build::derived(items, inner, home.map(|home| build::ident(&home)));
        }
    }
}
