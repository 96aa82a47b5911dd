//! Calls that are written differently in the engine. Functions that only need to exist under their name are the engine's affair.

use std::ops::ControlFlow;

use sqlparser::ast::{
    CaseWhen, CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, ObjectName, Spanned,
    visit_expressions_mut,
};

use super::{Flow, Rewriter, lambda, order, timestamp_of};
use crate::build;
use crate::diagnostic::Code;
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

impl Rewriter<'_> {
    pub(super) fn call(&mut self, expr: &mut Expr) -> Flow {
        let Expr::Function(function) = expr else { return ControlFlow::Continue(()) };
        order::order_call(function);
        lower_name(function);
        if lambda::takes_lambda(function) {
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
        let given: Vec<Expr> = arguments(function).cloned().collect();
        let replacement = match (name.as_str(), given.as_slice()) {
            ("if", [condition, then, rest @ ..]) if rest.len() < 2 => Some(case(condition, then, rest.first())),
            ("try", [inner]) => Some(self.forgiving(inner.clone())),
            ("date", [inner]) => Some(self.date(inner)),
            ("approx_percentile", _) => return self.percentile(function, &given),
            ("approx_distinct", [_, _]) => {
                keep(function, 1);
                None
            }
            ("contains", [network, address]) if is_network(network) => {
                Some(build::call("ip_in_network", [network.clone(), address.clone()]))
            }
            ("cast", _) => None,
            _ => None,
        };
        if let Some(replacement) = replacement {
            *expr = replacement;
        }
        ControlFlow::Continue(())
    }

    /// What `TRY` holds, with casts and functions that answer null where they cannot.
    fn forgiving(&self, mut expr: Expr) -> Expr {
        let _: ControlFlow<()> = visit_expressions_mut(&mut expr, |expr| {
            match expr {
                Expr::Cast { kind, .. } => *kind = CastKind::TryCast,
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

    /// The engine has other names for it, one for each number of arguments, and answers one percentage at a time.
    fn percentile(&self, function: &mut Function, given: &[Expr]) -> Flow {
        if given.iter().any(|argument| matches!(argument, Expr::Array(_))) {
            let help = "write approx_percentile(x, 0.5), approx_percentile(x, 0.9)";
            return self.refuse(
                Code::Unsupported,
                function.name.span(),
                "approx_percentile of several percentages at once is not supported",
                help,
            );
        }
        let name = if given.len() == 3 { "approx_percentile_cont_with_weight" } else { "approx_percentile_cont" };
        function.name = ObjectName::from(vec![Ident::new(name)]);
        ControlFlow::Continue(())
    }
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
