//! Comparisons with the text columns that name days, months and years, and with other text that people compare with numbers.

use sqlparser::ast::{Expr, Value};

use super::Rewriter;
use super::compare::Rounding;
use crate::build;
use crate::instant::Instant;
use crate::names::Kind;
use crate::scope::label;

impl Rewriter<'_> {
    /// A literal beside a column is written as the column's text is.
    pub(super) fn settle_text(&self, kind: &Kind, literal: &mut Expr, rounding: Rounding) {
        let Expr::Value(value) = literal else { return };
        let settled = match (kind, &value.value) {
            (Kind::Text | Kind::DashDay | Kind::SlashDay, Value::Number(number, _)) if number.bytes().all(|b| b.is_ascii_digit()) => {
                number.clone()
            }
            (Kind::Text, Value::Boolean(truth)) => truth.to_string(),
            (Kind::DashDay, Value::SingleQuotedString(text)) if is_dated(text, '/') => text.replace('/', "-"),
            (Kind::SlashDay, Value::SingleQuotedString(text)) if is_dated(text, '-') => text.replace('-', "/"),
            (Kind::Moment, Value::SingleQuotedString(text)) if rounding == Rounding::None && text.len() > 10 => {
                match Instant::parse(text) {
                    Some(instant) => instant.exact(),
                    None => return,
                }
            }
            _ => return,
        };
        *literal = build::text(settled);
    }

    /// `day = '01'` of year, month and day partitions means the day of the month, where `day` holds the whole date; and a month has
    /// two digits.
    pub(super) fn day_of_month(&self, column: &mut Expr, others: &mut [&mut Expr]) {
        let short = |expr: &Expr| text(expr).filter(|text| matches!(text.len(), 1 | 2) && text.bytes().all(|b| b.is_ascii_digit()));
        if others.is_empty() || others.iter().any(|other| short(other).is_none()) {
            return;
        }
        let kind = self.scopes.kind_of(column);
        let month = kind == Kind::Text && label(column).as_deref() == Some("month");
        if !month && kind != Kind::DashDay {
            return;
        }
        for other in others {
            if let Some(text) = short(other) {
                **other = build::text(format!("{text:0>2}"));
            }
        }
        if !month {
            let day = std::mem::replace(column, build::number(0));
            *column = Expr::Substring {
                expr: Box::new(day),
                substring_from: Some(Box::new(build::number(9))),
                substring_for: Some(Box::new(build::number(2))),
                special: true,
                shorthand: true,
            };
        }
    }
}

fn text(expr: &Expr) -> Option<String> {
    let Expr::Value(value) = expr else { return None };
    match &value.value {
        Value::SingleQuotedString(text) => Some(text.clone()),
        _ => None,
    }
}

/// Whether it is a day, or the beginning of one, written with this sign between its parts.
fn is_dated(text: &str, sign: char) -> bool {
    let mut parts = text.split(sign);
    let digits = |part: &str, length| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    parts.next().is_some_and(|year| digits(year, 4)) && text.contains(sign) && parts.all(|part| digits(part, 2))
}
