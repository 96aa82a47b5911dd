//! Comparisons with the time of an event, which is text. The other side becomes text too wherever it does not depend on the row: then
//! files and row groups are ruled out by their least and greatest text.

use std::ops::ControlFlow;

use sqlparser::ast::{BinaryOperator, CastKind, DataType, Expr, TimezoneInfo, TypedString, Value, visit_expressions};

use super::{Rewriter, timestamp_of};
use crate::build;
use crate::instant::{Instant, is_day};
use crate::names::Kind;
use crate::scope::{argument, arguments, call_name, in_utc};

/// How stored moments are written, for the engine's `to_char`.
const STORED_FORMAT: &str = "%Y-%m-%dT%H:%M:%SZ";

/// Formats of `date_parse` and `parse_datetime` that read a stored moment.
const MOMENT_FORMATS: [&str; 6] = [
    "%Y-%m-%dT%H:%i:%sZ",
    "%Y-%m-%dT%H:%i:%SZ",
    "%Y-%m-%dT%TZ",
    "yyyy-MM-dd'T'HH:mm:ss'Z'",
    "yyyy-MM-dd'T'HH:mm:ssZ",
    "%Y-%m-%dT%H:%m:%SZ",
];

/// Which whole second stands for a moment between two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rounding {
    Down,
    Up,
    /// None: the comparison is with exactly this moment.
    None,
}

impl Rewriter<'_> {
    /// The text of an address sorts otherwise than the address. Asked while the casts to addresses are still there.
    pub(super) fn order_addresses(&self, expr: &mut Expr) {
        let sides = match expr {
            Expr::BinaryOp { left, op, right } if rounding(op).is_some_and(|rounding| rounding != Rounding::None) => vec![left, right],
            Expr::Between { expr, low, high, .. } => vec![expr, low, high],
            _ => return,
        };
        if sides.iter().any(|side| self.scopes.kind_of(side) == Kind::Address) {
            for side in sides {
                let address = std::mem::replace(&mut **side, build::number(0));
                **side = build::call("ip_order", [address]);
            }
        }
    }

    pub(super) fn compare(&self, expr: &mut Expr) {
        if let Some(replacement) = self.compare_day(expr) {
            *expr = replacement;
            return;
        }
        match expr {
            Expr::BinaryOp { left, op, right } => {
                if let Some(rounding) = rounding(op) {
                    self.compare_two(left, op, right, rounding);
                } else if matches!(op, BinaryOperator::Plus | BinaryOperator::Minus) {
                    if *op == BinaryOperator::Minus && [&**left, &**right].iter().all(|side| self.scopes.kind_of(side) == Kind::Date) {
                        // Two days differ by a length of time, not by a number.
                        [left, right].into_iter().for_each(midnight);
                        return;
                    }
                    self.add(left, right);
                }
            }
            Expr::Between { expr: moment, low, high, .. } => self.between(moment, low, high),
            Expr::InList { expr: tested, list, .. } => {
                let plain = self.scopes.kind_of(tested);
                list.iter_mut().for_each(|one| self.settle_text(&plain, one, Rounding::None));
                self.day_of_month(tested, &mut list.iter_mut().collect::<Vec<_>>());
            }
            Expr::AtTimeZone { timestamp, .. } => self.read_moment(timestamp),
            Expr::Extract { expr, .. } => self.read_moment(expr),
            _ => {}
        }
    }

    fn compare_two(&self, left: &mut Box<Expr>, op: &BinaryOperator, right: &mut Box<Expr>, rounding: Rounding) {
        if self.is_time(left) && !self.is_time(right) {
            self.against(left, right, rounding);
        } else if self.is_time(right) && !self.is_time(left) {
            self.against(right, left, rounding_flipped(op).unwrap_or(rounding));
        } else if let (Some((first, _)), Some((second, _))) = (self.moment(left), self.moment(right)) {
            // Texts of moments sort as the moments do.
            let (first, second) = (first.clone(), second.clone());
            (**left, **right) = (first, second);
        } else {
            let (left_kind, right_kind) = (self.scopes.kind_of(left), self.scopes.kind_of(right));
            self.settle_text(&left_kind, right, Rounding::None);
            self.settle_text(&right_kind, left, Rounding::None);
            self.day_of_month(left, &mut [&mut **right]);
            self.day_of_month(right, &mut [&mut **left]);
        }
    }

    /// Whether it is the time of an event, as text or read as a timestamp.
    fn is_time(&self, expr: &Expr) -> bool {
        self.moment(expr).is_some()
    }

    /// The text behind what is compared, and whether it is compared as text.
    fn moment<'e>(&self, expr: &'e Expr) -> Option<(&'e Expr, bool)> {
        let expr = in_utc(expr);
        if self.scopes.kind_of(expr) == Kind::Moment {
            return Some((expr, true));
        }
        let inner = match expr {
            Expr::Cast { expr: inner, data_type: DataType::Timestamp(..), .. } => inner,
            Expr::Function(function) => match (call_name(function).as_str(), argument(function, 1)) {
                ("from_iso8601_timestamp" | "to_timestamp" | "timestamp", None) => argument(function, 0)?,
                ("date_parse" | "parse_datetime", Some(Expr::Value(format))) => {
                    let format = format.value.clone().into_string()?;
                    MOMENT_FORMATS.contains(&format.as_str()).then(|| argument(function, 0)).flatten()?
                }
                _ => return None,
            },
            _ => return None,
        };
        (self.scopes.kind_of(inner) == Kind::Moment).then_some((inner, false))
    }

    /// One side is the time of an event, the other is not.
    fn against(&self, side: &mut Expr, other: &mut Expr, rounding: Rounding) {
        let Some((moment, textual)) = self.moment(side) else { return };
        let moment = moment.clone();
        if let Some(text) = self.constant(other, textual, rounding) {
            *other = text;
            *side = moment;
        } else if textual && matches!(self.scopes.kind_of(other), Kind::Timestamp | Kind::Date) {
            *side = timestamp_of(moment);
        }
    }

    fn between(&self, tested: &mut Box<Expr>, low: &mut Box<Expr>, high: &mut Box<Expr>) {
        let Some((moment, textual)) = self.moment(tested) else {
            let kind = self.scopes.kind_of(tested);
            self.settle_text(&kind, low, Rounding::None);
            self.settle_text(&kind, high, Rounding::None);
            return self.day_of_month(tested, &mut [&mut **low, &mut **high]);
        };
        let moment = moment.clone();
        let texts = (self.constant(low, textual, Rounding::Up), self.constant(high, textual, Rounding::Down));
        let as_it_is = |this: &Self, expr: &Expr| textual && this.scopes.kind_of(expr).is_text();
        match texts {
            (None, None) if !textual || (as_it_is(self, low) && as_it_is(self, high)) => {}
            (low_text, high_text) if (low_text.is_some() || as_it_is(self, low)) && (high_text.is_some() || as_it_is(self, high)) => {
                if let Some(text) = low_text {
                    **low = text;
                }
                if let Some(text) = high_text {
                    **high = text;
                }
                **tested = moment;
            }
            _ if textual => {
                **tested = timestamp_of(moment);
                self.read_moment(low);
                self.read_moment(high);
            }
            _ => {}
        }
    }

    /// The text of a moment that is the same for every row.
    fn constant(&self, expr: &Expr, textual: bool, rounding: Rounding) -> Option<Expr> {
        let expr = in_utc(expr);
        if let Some((text, timestamp)) = literal(expr) {
            // A day alone is compared as the text it is, as it would be in Athena, unless it is called a timestamp.
            if textual && !timestamp && is_day(&text) {
                return None;
            }
            return Instant::parse(&text).map(|instant| {
                build::text(match rounding {
                    Rounding::Down => instant.floor(),
                    Rounding::Up => instant.ceil(),
                    Rounding::None if instant.is_whole() => instant.floor(),
                    Rounding::None => instant.exact(),
                })
            });
        }
        let timely = matches!(self.scopes.kind_of(expr), Kind::Timestamp | Kind::Date);
        (timely && rounding != Rounding::None && is_constant(expr)).then(|| stored(expr.clone(), rounding))
    }

    /// Reads the text of a moment as a timestamp.
    fn read_moment(&self, expr: &mut Box<Expr>) {
        if self.scopes.kind_of(expr) == Kind::Moment {
            let moment = std::mem::replace(&mut **expr, build::number(0));
            **expr = timestamp_of(moment);
        }
    }

    /// Time is added to, or taken from, a moment.
    fn add(&self, left: &mut Box<Expr>, right: &mut Box<Expr>) {
        self.read_moment(left);
        self.read_moment(right);
    }
}

/// A day as the time at which it begins.
fn midnight(side: &mut Box<Expr>) {
    let day = std::mem::replace(&mut **side, build::number(0));
    **side = build::cast(CastKind::Cast, day, DataType::Timestamp(None, TimezoneInfo::None));
}

/// How a moment between two seconds is rounded on the right of an operator; `None` for an operator that does not compare.
fn rounding(op: &BinaryOperator) -> Option<Rounding> {
    match op {
        BinaryOperator::Gt | BinaryOperator::LtEq => Some(Rounding::Down),
        BinaryOperator::Lt | BinaryOperator::GtEq => Some(Rounding::Up),
        BinaryOperator::Eq | BinaryOperator::NotEq => Some(Rounding::None),
        _ => None,
    }
}

/// The same for a moment on the left.
fn rounding_flipped(op: &BinaryOperator) -> Option<Rounding> {
    rounding(op).map(|rounding| match rounding {
        Rounding::Down => Rounding::Up,
        Rounding::Up => Rounding::Down,
        Rounding::None => Rounding::None,
    })
}

/// The text of a literal moment, and whether it is called a timestamp or date.
fn literal(expr: &Expr) -> Option<(String, bool)> {
    let text = |expr: &Expr| match expr {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    };
    match expr {
        Expr::TypedString(TypedString { data_type: DataType::Timestamp(..) | DataType::Date, value, .. }) => {
            value.value.clone().into_string().map(|text| (text, true))
        }
        Expr::Cast { expr, data_type: DataType::Timestamp(..), .. } => text(expr).map(|text| (text, true)),
        Expr::Cast { expr, data_type: DataType::Date, .. } => text(expr).filter(|text| is_day(text)).map(|text| (text, true)),
        Expr::Function(function) => {
            let reads =
                ["from_iso8601_timestamp", "from_iso8601_date", "to_timestamp", "timestamp"].contains(&call_name(function).as_str());
            let only = arguments(function).count() == 1;
            argument(function, 0).filter(|_| reads && only).and_then(text).map(|text| (text, true))
        }
        other => text(other).map(|text| (text, false)),
    }
}

/// Whether an expression is the same for every row.
fn is_constant(expr: &Expr) -> bool {
    let moves = |expr: &Expr| {
        matches!(
            expr,
            Expr::Identifier(_)
                | Expr::CompoundIdentifier(_)
                | Expr::Subquery(_)
                | Expr::Exists { .. }
                | Expr::InSubquery { .. }
                | Expr::Lambda(_)
        )
    };
    let rows = |expr: &Expr| matches!(expr, Expr::Function(function) if function.over.is_some());
    visit_expressions(expr, |expr| if moves(expr) || rows(expr) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }).is_continue()
}

/// The stored text of a timestamp that the engine computes once, before it looks at a row.
fn stored(expr: Expr, rounding: Rounding) -> Expr {
    let timestamp = build::cast(CastKind::Cast, expr, DataType::Timestamp(None, TimezoneInfo::None));
    let whole = match rounding {
        Rounding::Up => build::binary(timestamp, BinaryOperator::Plus, almost_a_second()),
        Rounding::Down | Rounding::None => timestamp,
    };
    build::call("to_char", [whole, build::text(STORED_FORMAT)])
}

/// What carries every moment between two seconds over the later one and leaves whole ones below the next.
fn almost_a_second() -> Expr {
    Expr::Interval(sqlparser::ast::Interval {
        value: Box::new(build::text("999999999 nanoseconds")),
        leading_field: None,
        leading_precision: None,
        last_field: None,
        fractional_seconds_precision: None,
    })
}
