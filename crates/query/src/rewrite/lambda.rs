//! Functions over lists that take a lambda, and subqueries over a list, which become one.

use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, Function, GroupByExpr, Ident, LambdaFunction, LambdaFunctionParameter, LambdaSyntax, OneOrManyWithParens, Query, SetExpr,
    Spanned, TableFactor, visit_expressions_mut,
};

use super::{Flow, Rewriter};
use crate::build;
use crate::diagnostic::Code;
use crate::scope::{arguments, call_name, path};

/// Functions of Trino that take a lambda and are not there, with what to do instead.
const LACKING: [(&str, &str); 1] = [("reduce_agg", "an aggregate such as sum, max or array_agg")];

/// Functions with lambdas that the engine has under their own names.
const THERE: [&str; 9] = [
    "array_first",
    "array_sort_by",
    "map_filter",
    "map_zip_with",
    "reduce",
    "regexp_replace_by",
    "transform_keys",
    "transform_values",
    "zip_with",
];

/// Functions that are nothing without a lambda, and how they are written.
pub(super) const WANTS: [(&str, &str); 10] = [
    ("all_match", "all_match(array, x -> condition)"),
    ("any_match", "any_match(array, x -> condition)"),
    ("filter", "filter(array, x -> condition)"),
    ("map_filter", "map_filter(map, (key, value) -> condition)"),
    ("none_match", "none_match(array, x -> condition)"),
    ("reduce", "reduce(array, start, (state, x) -> state, state -> value)"),
    ("transform", "transform(array, x -> value)"),
    ("transform_keys", "transform_keys(map, (key, value) -> key)"),
    ("transform_values", "transform_values(map, (key, value) -> value)"),
    ("zip_with", "zip_with(array, array, (x, y) -> value)"),
];

impl Rewriter<'_> {
    /// A call that lacks its lambda.
    pub(super) fn without_lambda(&self, function: &Function) -> Flow {
        let name = call_name(function);
        let written = WANTS.iter().find(|(wanting, _)| *wanting == name).map_or("", |(_, written)| written);
        self.refuse(Code::Types, function.name.span(), format!("{name} takes a lambda"), &format!("it is written {written}"))
    }

    /// A call with a lambda: `any_match`, `filter` and `transform` are the engine's under other names, `all_match` and `none_match`
    /// are denials of `any_match`.
    pub(super) fn lambda_call(&mut self, function: &mut Function) -> Result<Option<Expr>, Flow> {
        let name = call_name(function);
        let rename = |function: &mut Function, name: &str| function.name = sqlparser::ast::ObjectName::from(vec![Ident::new(name)]);
        match name.as_str() {
            "any_match" | "array_any_match" | "list_any_match" => rename(function, "any_match"),
            "filter" | "array_filter" | "list_filter" => rename(function, "array_filter"),
            "transform" | "array_transform" | "list_transform" => rename(function, "array_transform"),
            "list_first" => rename(function, "array_first"),
            "map_filter" | "map_zip_with" | "transform_keys" | "transform_values" => self.read_maps(function),
            // What the engine has under this name takes no order of one's own.
            "array_sort" => rename(function, "array_sort_by"),
            there if THERE.contains(&there) => {}
            "none_match" | "all_match" => {
                rename(function, "any_match");
                let mut call = function.clone();
                if name == "all_match" {
                    deny_body(&mut call);
                }
                return Ok(Some(build::not(Expr::Function(call))));
            }
            other => {
                let instead = LACKING.iter().find(|(lacking, _)| *lacking == other).map(|(_, instead)| *instead);
                let help = instead.map_or_else(
                    || format!("lambdas go with any_match, all_match, none_match, filter, transform, {}", THERE.join(", ")),
                    |instead| format!("use {instead}"),
                );
                return Err(self.refuse(Code::Unsupported, function.name.span(), format!("{other} with a lambda is not supported"), &help));
            }
        }
        Ok(None)
    }

    /// `EXISTS (SELECT … FROM UNNEST(list) AS t(x) WHERE p)` asks what `any_match(list, x -> p)` asks; the engine answers only that.
    pub(super) fn exists_in_list(&mut self, expr: &mut Expr) -> Flow {
        let Expr::Exists { subquery, negated } = expr else { return ControlFlow::Continue(()) };
        let Some((list, parameter, table, condition)) = over_list(subquery) else { return ControlFlow::Continue(()) };
        let mut condition = condition.unwrap_or_else(|| Expr::value(sqlparser::ast::Value::Boolean(true)));
        let _: ControlFlow<()> = visit_expressions_mut(&mut condition, |expr| {
            if let Expr::CompoundIdentifier(idents) = expr
                && path(idents).starts_with(&[table.clone(), parameter.value.to_ascii_lowercase()])
            {
                let rest = idents.split_off(1);
                *expr = match <[Ident; 1]>::try_from(rest) {
                    Ok([only]) => Expr::Identifier(only),
                    Err(rest) => Expr::CompoundIdentifier(rest),
                };
            }
            ControlFlow::Continue(())
        });
        let lambda = Expr::Lambda(LambdaFunction {
            params: OneOrManyWithParens::One(LambdaFunctionParameter { name: parameter, data_type: None }),
            body: Box::new(condition),
            syntax: LambdaSyntax::Arrow,
        });
        let matched =
            build::call("coalesce", [build::call("any_match", [list, lambda]), Expr::value(sqlparser::ast::Value::Boolean(false))]);
        *expr = if *negated { build::not(matched) } else { matched };
        ControlFlow::Continue(())
    }
}

/// Whether a call has a lambda among its arguments.
pub(super) fn takes_lambda(function: &Function) -> bool {
    arguments(function).any(|argument| matches!(argument, Expr::Lambda(_)))
}

/// Turns `x -> p` into `x -> NOT p`.
fn deny_body(function: &mut Function) {
    let sqlparser::ast::FunctionArguments::List(list) = &mut function.args else { return };
    for argument in &mut list.args {
        if let sqlparser::ast::FunctionArg::Unnamed(sqlparser::ast::FunctionArgExpr::Expr(Expr::Lambda(lambda))) = argument {
            let body = std::mem::replace(&mut *lambda.body, Expr::value(sqlparser::ast::Value::Null));
            *lambda.body = build::not(body);
        }
    }
}

/// The list, its element's name, its table's name and the condition of a subquery that reads nothing but one list.
fn over_list(query: &Query) -> Option<(Expr, Ident, String, Option<Expr>)> {
    let Query { with: None, body, limit_clause: None, fetch: None, .. } = query else { return None };
    let SetExpr::Select(select) = &**body else { return None };
    let plain = select.having.is_none() && matches!(&select.group_by, GroupByExpr::Expressions(by, _) if by.is_empty());
    let [table] = select.from.as_slice() else { return None };
    let TableFactor::UNNEST { alias: Some(alias), array_exprs, with_ordinality: false, .. } = &table.relation else { return None };
    let ([list], [column], true, true) = (array_exprs.as_slice(), alias.columns.as_slice(), plain, table.joins.is_empty()) else {
        return None;
    };
    let table = alias.name.value.to_ascii_lowercase();
    Some((list.clone(), column.name.clone(), table, select.selection.clone()))
}
