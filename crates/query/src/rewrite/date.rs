//! Comparisons of the day of an event with a day: said of its text, so that files can be ruled out by it.

use sqlparser::ast::{BinaryOperator, DataType, Expr, TypedString, Value};

use super::Rewriter;
use crate::build;
use crate::instant::{Instant, is_day};
use crate::names::Kind;
use crate::scope::{argument, call_name};

impl Rewriter<'_> {
    /// `CAST(from_iso8601_timestamp(eventtime) AS DATE) >= DATE '…'` and its like, for days that are written out.
    pub(super) fn compare_day(&self, expr: &Expr) -> Option<Expr> {
        match expr {
            Expr::BinaryOp { left, op, right } => {
                let moment = self.moment_of_day(left)?;
                let day = day(right)?;
                let from = |op| day.start().map(|text| build::binary(moment.clone(), op, build::text(text)));
                let next = |op| day.end().map(|text| build::binary(moment.clone(), op, build::text(text)));
                match op {
                    BinaryOperator::GtEq => from(BinaryOperator::GtEq),
                    BinaryOperator::Lt => from(BinaryOperator::Lt),
                    BinaryOperator::Gt => next(BinaryOperator::GtEq),
                    BinaryOperator::LtEq => next(BinaryOperator::Lt),
                    BinaryOperator::Eq => Some(both(from(BinaryOperator::GtEq)?, next(BinaryOperator::Lt)?)),
                    _ => None,
                }
            }
            Expr::Between { expr, negated: false, low, high } => {
                let moment = self.moment_of_day(expr)?;
                let from = build::binary(moment.clone(), BinaryOperator::GtEq, build::text(day(low)?.start()?));
                Some(both(from, build::binary(moment, BinaryOperator::Lt, build::text(day(high)?.end()?))))
            }
            _ => None,
        }
    }

    /// The text of the moment whose day this is.
    fn moment_of_day(&self, expr: &Expr) -> Option<Expr> {
        let Expr::Cast { expr: inner, data_type: DataType::Date, .. } = expr else { return None };
        let Expr::Function(function) = &**inner else { return None };
        let moment = argument(function, 0).filter(|_| call_name(function) == "from_iso8601_timestamp")?;
        (self.scopes.kind_of(moment) == Kind::Moment).then(|| moment.clone())
    }
}

/// A day that is written out.
struct Day(Instant);

impl Day {
    fn start(&self) -> Option<String> {
        Some(self.0.floor())
    }

    fn end(&self) -> Option<String> {
        self.0.next_day().map(Instant::floor)
    }
}

fn day(expr: &Expr) -> Option<Day> {
    let text = match expr {
        Expr::TypedString(TypedString { data_type: DataType::Date, value, .. }) => value.value.clone().into_string()?,
        Expr::Cast { expr, data_type: DataType::Date, .. } => return day(expr),
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => text.clone(),
            _ => return None,
        },
        _ => return None,
    };
    is_day(&text).then(|| Instant::parse(&text)).flatten().map(Day)
}

fn both(left: Expr, right: Expr) -> Expr {
    Expr::Nested(Box::new(build::binary(left, BinaryOperator::And, right)))
}
