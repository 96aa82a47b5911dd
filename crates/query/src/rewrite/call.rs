//! Calls that are written differently in the engine. Functions that only need to exist under their name are the engine's affair.

use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, CaseWhen, CastKind, DataType, DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
    FunctionArguments, Ident, ObjectName, visit_expressions_mut,
};

use super::{Flow, Rewriter, lambda, order, timestamp_of};
use crate::build;
use crate::names::Kind;
use crate::scope::{arguments, call_name};

/// Functions whose arguments are timestamps: the text of a moment is read as one there.
const OF_TIMESTAMPS: [&str; 26] = [
    "date_trunc",
    "date_diff",
    "date_add",
    "date_format",
    "format_datetime",
    "to_unixtime",
    "to_iso8601",
    "year",
    "quarter",
    "month",
    "week",
    "week_of_year",
    "day",
    "day_of_month",
    "day_of_week",
    "day_of_year",
    "dow",
    "doy",
    "hour",
    "minute",
    "second",
    "millisecond",
    "at_timezone",
    "with_timezone",
    "last_day_of_month",
    "date_part",
];

/// Functions over maps, which take the documents that CloudTrail Lake has as maps too.
const OF_MAPS: [&str; 4] = ["map_keys", "map_values", "map_entries", "map_concat"];

impl Rewriter<'_> {
    pub(super) fn call(&mut self, expr: &mut Expr) -> Flow {
        let Expr::Function(function) = expr else { return ControlFlow::Continue(()) };
        order::order_call(function);
        lower_name(function);
        if lambda::takes_lambda(function) {
            self.lambda_instead(function);
            if call_name(function) == "find_first_index"
                && let Some(index) = self.first_index(function)
            {
                *expr = index;
                return ControlFlow::Continue(());
            }
            match self.lambda_call(function) {
                Ok(Some(replacement)) => *expr = replacement,
                Ok(None) => {}
                Err(flow) => return flow,
            }
            return ControlFlow::Continue(());
        }
        let name = call_name(function);
        if OF_TIMESTAMPS.contains(&name.as_str()) {
            self.read_moments(function);
            return ControlFlow::Continue(());
        }
        match name.as_str() {
            "approx_percentile" => {
                self.percentile(expr);
                return ControlFlow::Continue(());
            }
            name if lambda::WANTS.iter().any(|(wanting, _)| *wanting == name) => return self.without_lambda(function),
            "listagg" => order_of_texts(function),
            name if name.starts_with("json_object") || name.starts_with("json_array") => self.json_made(function),
            "count" => count_of_rows(function),
            name if OF_MAPS.contains(&name) => self.read_maps(function),
            _ => {}
        }
        if let Some(replacement) = self.instead(function) {
            *expr = replacement;
            return ControlFlow::Continue(());
        }
        let given: Vec<Expr> = arguments(function).cloned().collect();
        let replacement = match (name.as_str(), given.as_slice()) {
            ("if", [condition, then, rest @ ..]) if rest.len() < 2 => Some(case(condition, then, rest.first())),
            ("try", [inner]) => Some(self.forgiving(inner.clone())),
            ("date", [inner]) => Some(self.date(inner)),
            ("approx_distinct", [_, _]) => {
                keep(function, 1);
                None
            }
            ("contains", [network, address]) if is_network(network) => {
                Some(build::call("ip_in_network", [network.clone(), address.clone()]))
            }
            ("mod", [number, divisor]) => {
                let (number, divisor) = (build::nested(number.clone()), build::nested(divisor.clone()));
                Some(build::nested(build::binary(number, BinaryOperator::Modulo, divisor)))
            }
            ("replace", [text, part]) => Some(build::call("replace", [text.clone(), part.clone(), build::text("")])),
            ("repeat", [element, count]) => Some(build::call("array_repeat", [element.clone(), count.clone()])),
            ("zip", lists) => Some(build::call("arrays_zip", lists.to_vec())),
            ("concat_ws", [separator, list]) if matches!(self.scopes.kind_of(list), Kind::List(_)) => {
                Some(build::call("array_join", [list.clone(), separator.clone()]))
            }
            _ => None,
        };
        if let Some(replacement) = replacement {
            *expr = replacement;
        }
        ControlFlow::Continue(())
    }

    /// JSON that is put together; `json_array_get` and its like take JSON apart.
    fn json_made(&self, function: &mut Function) {
        if ["json_object", "json_object_absent", "json_array", "json_array_null"].contains(&call_name(function).as_str()) {
            self.json_parts(function);
        }
    }

    /// What `TRY` holds, with casts and functions that answer null where they cannot.
    fn forgiving(&self, mut expr: Expr) -> Expr {
        let _: ControlFlow<()> = visit_expressions_mut(&mut expr, |expr| {
            match expr {
                Expr::Cast { kind, .. } => *kind = CastKind::TryCast,
                Expr::BinaryOp { op: BinaryOperator::Divide | BinaryOperator::Modulo, right, .. } => {
                    let divisor = std::mem::replace(&mut **right, build::number(0));
                    **right = build::call("nullif", [divisor, build::number(0)]);
                }
                Expr::Function(function) => {
                    let name = call_name(function);
                    if self.scopes.names.forgiven.contains(&name) {
                        function.name = ObjectName::from(vec![Ident::new(format!("try_{name}"))]);
                    }
                }
                _ => {}
            }
            ControlFlow::Continue(())
        });
        build::nested(expr)
    }

    /// Reads the texts of moments among the arguments as timestamps.
    fn read_moments(&self, function: &mut Function) {
        let FunctionArguments::List(list) = &mut function.args else { return };
        for argument in &mut list.args {
            if let FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) = argument
                && self.scopes.kind_of(expr) == Kind::Moment
            {
                let moment = std::mem::replace(expr, build::number(0));
                *expr = timestamp_of(moment);
            }
        }
    }

    /// `date(x)` is `CAST(x AS DATE)`.
    fn date(&self, inner: &Expr) -> Expr {
        let inner = if self.scopes.kind_of(inner) == Kind::Moment { timestamp_of(inner.clone()) } else { inner.clone() };
        build::cast(CastKind::Cast, inner, DataType::Date)
    }

    /// The engine has other names for it, one for each number of arguments. Of several shares at once it is asked under Trino's name, and
    /// of weighed ones, one after the other.
    fn percentile(&self, expr: &mut Expr) {
        let Expr::Function(function) = expr else { return };
        let FunctionArguments::List(list) = &mut function.args else { return };
        let several = matches!(list.args.last(), Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Array(_)))));
        if several && list.args.len() == 2 {
            return;
        }
        let name = if list.args.len() == 3 { "approx_percentile_cont_with_weight" } else { "approx_percentile_cont" };
        function.name = ObjectName::from(vec![Ident::new(name)]);
        let Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Array(shares)))) = list.args.last_mut() else { return };
        let shares = std::mem::take(&mut shares.elem);
        let one = |share: Expr| {
            let mut asked = function.clone();
            if let FunctionArguments::List(list) = &mut asked.args
                && let Some(last) = list.args.last_mut()
            {
                *last = FunctionArg::Unnamed(FunctionArgExpr::Expr(share));
            }
            Expr::Function(asked)
        };
        *expr = build::call("make_array", shares.into_iter().map(one));
    }

    /// A document among the arguments of a function over maps is the map of its members.
    pub(super) fn read_maps(&self, function: &mut Function) {
        let FunctionArguments::List(list) = &mut function.args else { return };
        for argument in &mut list.args {
            let FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) = argument else { continue };
            let name = match self.scopes.kind_of(expr) {
                Kind::JsonText => "json_to_text_map",
                Kind::Json => "json_to_map",
                _ => continue,
            };
            let document = std::mem::replace(expr, build::number(0));
            *expr = build::call(name, [document]);
        }
    }
}

/// The order of the texts that `listagg` joins stands inside its brackets in the engine, which knows no bound for what they become.
fn order_of_texts(function: &mut Function) {
    let order = std::mem::take(&mut function.within_group);
    let FunctionArguments::List(list) = &mut function.args else { return };
    list.clauses.retain(|clause| !matches!(clause, FunctionArgumentClause::OnOverflow(_)));
    if !order.is_empty() {
        list.clauses.push(FunctionArgumentClause::OrderBy(order));
    }
    if list.args.len() == 1 {
        list.args.push(FunctionArg::Unnamed(FunctionArgExpr::Expr(build::text(""))));
    }
}

/// Rows are told apart by their text, `count(DISTINCT (a, b))`: the engine counts single values.
fn count_of_rows(function: &mut Function) {
    let FunctionArguments::List(list) = &mut function.args else { return };
    let distinct = list.duplicate_treatment == Some(DuplicateTreatment::Distinct);
    let [FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))] = list.args.as_mut_slice() else { return };
    let parts = match expr {
        Expr::Tuple(parts) if distinct => std::mem::take(parts),
        Expr::Function(row) if distinct && call_name(row) == "row" => arguments(row).cloned().collect(),
        _ => return,
    };
    *expr = build::call("to_json", [build::call("make_array", parts.into_iter().map(|part| build::call("to_json", [part])))]);
}

fn lower_name(function: &mut Function) {
    for part in &mut function.name.0 {
        if let sqlparser::ast::ObjectNamePart::Identifier(ident) = part {
            ident.value.make_ascii_lowercase();
            ident.quote_style = None;
        }
    }
}

/// Keeps so many arguments.
fn keep(function: &mut Function, count: usize) {
    if let FunctionArguments::List(list) = &mut function.args {
        list.args.truncate(count);
    }
}

/// `CASE WHEN condition THEN then ELSE otherwise END`.
fn case(condition: &Expr, then: &Expr, otherwise: Option<&Expr>) -> Expr {
    Expr::Case {
        case_token: sqlparser::ast::helpers::attached_token::AttachedToken::empty(),
        end_token: sqlparser::ast::helpers::attached_token::AttachedToken::empty(),
        operand: None,
        conditions: vec![CaseWhen { condition: condition.clone(), result: then.clone() }],
        else_result: otherwise.map(|otherwise| Box::new(otherwise.clone())),
    }
}

/// Whether it is the text of a network, `10.0.0.0/8`.
fn is_network(expr: &Expr) -> bool {
    let Expr::Value(value) = expr else { return false };
    let text = value.value.clone().into_string().unwrap_or_default();
    let Some((address, bits)) = text.split_once('/') else { return false };
    address.parse::<std::net::IpAddr>().is_ok() && bits.parse::<u8>().is_ok_and(|bits| bits <= 128)
}
