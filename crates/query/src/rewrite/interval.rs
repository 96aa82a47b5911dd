//! Intervals: fields from one to another, and intervals taken so many times.

use sqlparser::ast::{BinaryOperator, DateTimeField, Expr, Value};

use super::Rewriter;
use crate::build;
use crate::names::Kind;

impl Rewriter<'_> {
    /// `interval '3' day * 2` and `interval '3' day / 2`.
    pub(super) fn multiply(&self, expr: &mut Expr) {
        let Expr::BinaryOp { left, op, right } = expr else { return };
        let (is_left, is_right) = (self.scopes.kind_of(left) == Kind::Interval, self.scopes.kind_of(right) == Kind::Interval);
        *expr = match op {
            BinaryOperator::Multiply if is_left => build::call("interval_times", [(**left).clone(), (**right).clone()]),
            BinaryOperator::Multiply if is_right => build::call("interval_times", [(**right).clone(), (**left).clone()]),
            BinaryOperator::Divide if is_left => {
                let one = Expr::value(Value::Number("1.0".to_owned(), false));
                let share = build::binary(one, BinaryOperator::Divide, build::nested((**right).clone()));
                build::call("interval_times", [(**left).clone(), share])
            }
            _ => return,
        };
    }
}

/// `INTERVAL '1-2' YEAR TO MONTH` and `INTERVAL '2 03:04:05' DAY TO SECOND` become intervals in words.
pub(super) fn in_words(expr: &mut Expr) {
    let Expr::Interval(interval) = expr else { return };
    let (Some(first), Some(_)) = (&interval.leading_field, &interval.last_field) else { return };
    let Expr::Value(value) = &*interval.value else { return };
    let Some(text) = value.value.clone().into_string() else { return };
    let text = text.trim();
    let (sign, text) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let numbers: Vec<&str> = text.split(['-', ' ', ':']).filter(|number| !number.is_empty()).collect();
    let fields: &[&str] = match first {
        DateTimeField::Year => &["years", "months"],
        DateTimeField::Day => &["days", "hours", "minutes", "seconds"],
        DateTimeField::Hour => &["hours", "minutes", "seconds"],
        DateTimeField::Minute => &["minutes", "seconds"],
        _ => return,
    };
    if numbers.is_empty() || numbers.len() > fields.len() || numbers.iter().any(|number| number.parse::<f64>().is_err()) {
        return;
    }
    let words: Vec<String> = numbers.iter().zip(fields).map(|(number, field)| format!("{sign}{number} {field}")).collect();
    *interval.value = build::text(words.join(" "));
    (interval.leading_field, interval.last_field) = (None, None);
}
