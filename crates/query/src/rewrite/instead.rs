//! Calls and words of Trino that are said by other calls.

use sqlparser::ast::{
    BinaryOperator, CastKind, DataType, DateTimeField, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
    FunctionArguments, Ident, LambdaFunction, ObjectName, OrderByExpr, OrderByOptions, TimezoneInfo,
};

use super::Rewriter;
use super::cast::as_json;
use crate::build;
use crate::names::Kind;
use crate::scope::{arguments, call_name};

/// Fields of a time that the engine counts otherwise, or does not know.
const FIELDS: [&str; 11] = [
    "dow",
    "day_of_week",
    "day_of_month",
    "day_of_year",
    "doy",
    "yow",
    "year_of_week",
    "week_of_year",
    "timezone_hour",
    "timezone_minute",
    "millisecond",
];

/// `EXTRACT(dow FROM time)`.
pub(super) fn extract(expr: &mut Expr) {
    let Expr::Extract { field, expr: time, .. } = expr else { return };
    let name = match field {
        DateTimeField::Custom(ident) => ident.value.to_ascii_lowercase(),
        DateTimeField::DayOfWeek => "day_of_week".to_owned(),
        DateTimeField::DayOfYear => "day_of_year".to_owned(),
        other => other.to_string().to_ascii_lowercase(),
    };
    if FIELDS.contains(&name.as_str()) {
        *expr = build::call(&name, [(**time).clone()]);
    }
}

/// The time that a clock in UTC shows.
fn local(name: &str) -> Option<Expr> {
    let now = |to| build::cast(CastKind::Cast, build::call("now", []), to);
    match name {
        "localtimestamp" => Some(now(DataType::Timestamp(None, TimezoneInfo::None))),
        "localtime" => Some(now(DataType::Time(None, TimezoneInfo::None))),
        _ => None,
    }
}

impl Rewriter<'_> {
    /// What a call of one of these functions is said by.
    pub(super) fn instead(&self, function: &Function) -> Option<Expr> {
        let given: Vec<Expr> = arguments(function).cloned().collect();
        let call = |name: &str, arguments: &[&Expr]| Some(build::call(name, arguments.iter().map(|argument| (*argument).clone())));
        match (call_name(function).as_str(), given.as_slice()) {
            (word @ ("localtimestamp" | "localtime"), []) => local(word),
            ("map", []) => call("empty_map", &[]),
            ("array_first", [list]) => call("element_at", &[list, &build::number(1)]),
            ("array_histogram", [list]) => call("array_frequency", &[list]),
            ("current_timezone", []) => Some(build::text("UTC")),
            ("max" | "min", [value, count]) => Some(first_of(function, value, value, count)),
            ("max_by" | "min_by", [value, by, count]) => Some(first_of(function, value, by, count)),
            ("geometric_mean", [number]) => {
                let logarithm = build::call(
                    "ln",
                    [build::cast(CastKind::Cast, number.clone(), DataType::Double(sqlparser::ast::ExactNumberInfo::None))],
                );
                Some(build::call("exp", [with_arguments(function, "avg", vec![logarithm])]))
            }
            ("approx_most_frequent", [count, value, _]) => {
                call("map_top_n", &[&with_arguments(function, "histogram", vec![value.clone()]), count])
            }
            ("set_union", [list]) => {
                let all = with_arguments(function, "array_agg", vec![list.clone()]);
                call("array_distinct", &[&build::call("flatten", [all])])
            }
            ("from_unixtime", [seconds, hours, minutes]) => {
                let number = |expr: &Expr| if let Expr::Value(value) = expr { value.value.to_string().parse::<i64>().ok() } else { None };
                let zone = format!("{:+03}:{:02}", number(hours)?, number(minutes)?.abs());
                call("from_unixtime", &[seconds, &build::text(zone)])
            }
            ("map_union", [map]) => {
                let all = with_arguments(function, "array_agg", vec![build::call("map_entries", [map.clone()])]);
                call("map_union_entries", &[&build::call("flatten", [all])])
            }
            ("random" | "rand", [most]) => Some(random(build::number(0), most.clone())),
            ("random" | "rand", [least, most]) => Some(random(least.clone(), most.clone())),
            ("timestampdiff", [unit, from, to]) => call("date_diff", &[unit, from, to]),
            _ => None,
        }
    }

    /// The values of `json_object` and `json_array` are JSON before they are put together.
    pub(super) fn json_parts(&self, function: &mut Function) {
        let name = call_name(function);
        let FunctionArguments::List(list) = &mut function.args else { return };
        for (at, argument) in list.args.iter_mut().enumerate() {
            let FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) = argument else { continue };
            if name.starts_with("json_object") && at.is_multiple_of(2) {
                continue;
            }
            let kind = self.scopes.kind_of(expr);
            if kind != Kind::Json {
                let value = std::mem::replace(expr, build::number(0));
                *expr = as_json(value, &Kind::Unknown);
            }
        }
    }

    /// Functions with lambdas over maps, arrays and groups, as functions over arrays.
    pub(super) fn lambda_instead(&self, function: &mut Function) {
        let name = call_name(function);
        let over = |function: &mut Function, parts: &str, now: &str| {
            let FunctionArguments::List(list) = &mut function.args else { return };
            if let Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(map))) = list.args.first_mut() {
                *map = build::call(parts, [std::mem::replace(map, build::number(0))]);
            }
            function.name = ObjectName::from(vec![Ident::new(now)]);
        };
        match name.as_str() {
            "any_keys_match" => over(function, "map_keys", "any_match"),
            "all_keys_match" => over(function, "map_keys", "all_match"),
            "no_keys_match" => over(function, "map_keys", "none_match"),
            "any_values_match" => over(function, "map_values", "any_match"),
            "no_values_match" => over(function, "map_values", "none_match"),
            "find_first" => function.name = ObjectName::from(vec![Ident::new("array_first")]),
            "regexp_replace" => function.name = ObjectName::from(vec![Ident::new("regexp_replace_by")]),
            "reduce_agg" => reduce_groups(function),
            _ => {}
        }
    }

    /// `find_first_index(array, x -> condition)`: where what becomes of the elements is first true.
    pub(super) fn first_index(&self, function: &Function) -> Option<Expr> {
        let [list, lambda] = arguments(function).collect::<Vec<_>>()[..] else { return None };
        let held = build::call("array_transform", [list.clone(), lambda.clone()]);
        let place = build::call("array_position", [held, Expr::value(sqlparser::ast::Value::Boolean(true))]);
        Some(build::call("nullif", [place, build::number(0)]))
    }
}

/// A random whole number from the first up to, and without, the second.
fn random(least: Expr, most: Expr) -> Expr {
    let (least, most) = (build::nested(least), build::nested(most));
    let width = build::nested(build::binary(most, BinaryOperator::Minus, least.clone()));
    let share = build::call("floor", [build::binary(build::call("random", []), BinaryOperator::Multiply, width)]);
    build::nested(build::binary(least, BinaryOperator::Plus, build::cast(CastKind::Cast, share, DataType::BigInt(None))))
}

/// `reduce_agg(value, start, (state, x) -> state, …)` reduces the array of all values.
fn reduce_groups(function: &mut Function) {
    let given: Vec<Expr> = arguments(function).cloned().collect();
    let [value, start, step, _] = given.as_slice() else { return };
    let all = with_arguments(function, "array_agg", vec![value.clone()]);
    let Expr::Lambda(shape) = step else { return };
    let parameter = sqlparser::ast::LambdaFunctionParameter { name: Ident::new("state"), data_type: None };
    let same = Expr::Lambda(LambdaFunction {
        params: sqlparser::ast::OneOrManyWithParens::One(parameter),
        body: Box::new(Expr::Identifier(Ident::new("state"))),
        syntax: shape.syntax,
    });
    if let Expr::Function(reduce) = build::call("reduce", [all, start.clone(), step.clone(), same]) {
        *function = reduce;
    }
}

/// The same call of another function, with its filter and its window.
fn with_arguments(function: &Function, name: &str, given: Vec<Expr>) -> Expr {
    let Expr::Function(Function { args: FunctionArguments::List(mut list), .. }) = build::call(name, given) else {
        return build::number(0);
    };
    if let FunctionArguments::List(written) = &function.args {
        list.duplicate_treatment = written.duplicate_treatment;
    }
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        args: FunctionArguments::List(list),
        filter: function.filter.clone(),
        over: function.over.clone(),
        within_group: Vec::new(),
        ..function.clone()
    })
}

/// The first values of a group by another: `max_by(value, by, count)`.
fn first_of(function: &Function, value: &Expr, by: &Expr, count: &Expr) -> Expr {
    let descending = call_name(function).starts_with("max");
    let options = OrderByOptions { asc: Some(!descending), nulls_first: Some(false) };
    let mut all = with_arguments(function, "array_agg", vec![value.clone()]);
    if let Expr::Function(all) = &mut all {
        let known = Expr::IsNotNull(Box::new(build::nested(by.clone())));
        all.filter = Some(Box::new(match all.filter.take() {
            Some(only) => build::binary(build::nested(*only), BinaryOperator::And, known),
            None => known,
        }));
        if let FunctionArguments::List(list) = &mut all.args {
            list.duplicate_treatment = None;
            list.clauses.push(FunctionArgumentClause::OrderBy(vec![OrderByExpr { expr: by.clone(), options, with_fill: None }]));
        }
    }
    build::call("slice", [all, build::number(1), count.clone()])
}
