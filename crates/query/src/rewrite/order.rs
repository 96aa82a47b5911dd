//! Names in lower case, and the order that Trino gives to what is null.

use sqlparser::ast::{
    Expr, Fetch, Function, FunctionArgumentClause, FunctionArguments, Ident, LimitClause, OrderBy, OrderByExpr, OrderByKind, Query, Select,
    SelectItem, SetExpr, TableAlias, WindowType,
};

use crate::build;

/// Makes a name what the engine finds: lower case, whether quoted or not, as Athena sees names.
pub(super) fn settle(ident: &mut Ident) {
    ident.value.make_ascii_lowercase();
    match ident.quote_style {
        None => ident.quote_style = build::ident(&ident.value).quote_style.filter(|_| ident.value.is_ascii()),
        Some(_) => ident.quote_style = Some('"'),
    }
}

pub(super) fn settle_alias(alias: &mut TableAlias) {
    settle(&mut alias.name);
    alias.columns.iter_mut().for_each(|column| settle(&mut column.name));
}

/// Trino puts nulls last whichever way it sorts; the engine puts them first when descending.
fn nulls_last(order: &mut [OrderByExpr]) {
    for by in order {
        if by.options.asc == Some(false) && by.options.nulls_first.is_none() {
            by.options.nulls_first = Some(false);
        }
    }
}

/// The clauses behind a query's body.
pub(super) fn order_query(query: &mut Query) {
    if let Some(Fetch { quantity, .. }) = query.fetch.take() {
        let limit = Some(quantity.unwrap_or_else(|| build::number(1)));
        match &mut query.limit_clause {
            Some(LimitClause::LimitOffset { limit: place, .. }) => *place = limit,
            clause => *clause = Some(LimitClause::LimitOffset { limit, offset: None, limit_by: Vec::new() }),
        }
    }
    let Some(OrderBy { kind: OrderByKind::Expressions(order), .. }) = &mut query.order_by else { return };
    nulls_last(order);
    let SetExpr::Select(select) = &*query.body else { return };
    for by in order {
        let same = |item: &SelectItem| matches!(item, SelectItem::ExprWithAlias { expr, .. } if *expr == by.expr);
        if !matches!(by.expr, Expr::Value(_))
            && let Some(SelectItem::ExprWithAlias { alias, .. }) = select.projection.iter().find(|item| same(item))
        {
            by.expr = Expr::Identifier(alias.clone());
        }
    }
}

/// The windows that a `SELECT` names.
pub(super) fn settle_select(select: &mut Select) {
    for window in &mut select.named_window {
        settle(&mut window.0);
        if let sqlparser::ast::NamedWindowExpr::WindowSpec(spec) = &mut window.1 {
            nulls_last(&mut spec.order_by);
        }
    }
}

/// The orders inside a call.
pub(super) fn order_call(function: &mut Function) {
    nulls_last(&mut function.within_group);
    match &mut function.over {
        Some(WindowType::WindowSpec(spec)) => {
            nulls_last(&mut spec.order_by);
            spec.window_name.iter_mut().for_each(settle);
        }
        Some(WindowType::NamedWindow(name)) => settle(name),
        None => {}
    }
    if let FunctionArguments::List(list) = &mut function.args {
        for clause in &mut list.clauses {
            if let FunctionArgumentClause::OrderBy(order) = clause {
                nulls_last(order);
            }
        }
    }
}
