//! The rows that rules may hold on: what a backtest reads of the table.

use datafusion::common::ScalarValue;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::functions::string::expr_fn::{contains, ends_with, lower, starts_with};
use datafusion::prelude::{Expr, SessionContext, col, lit};
use watchfire_detect::{Necessary, Shape};
use watchfire_model::EventTime;

use crate::columns::DAY;
use crate::{Error, Lake, NO_DAY};

impl Lake {
    /// Every row that has what is necessary and lies in the days from `from` to `to`, in as many streams as the session has threads.
    /// Rows that have no time are always among them. [`to_json`](crate::to_json) makes records of them.
    ///
    /// # Errors
    /// [`Error::Engine`] when the engine cannot plan it, otherwise as [`Lake::provider`].
    pub async fn candidates(
        &self,
        session: &SessionContext,
        necessary: &Necessary,
        from: Option<EventTime>,
        to: Option<EventTime>,
    ) -> Result<Vec<SendableRecordBatchStream>, Error> {
        let failed = |error| Error::datafusion("reading rows for rules", error);
        let mut frame = session.read_table(self.provider().await?).map_err(failed)?;
        for filter in days(from, to).into_iter().chain(filter(necessary)) {
            frame = frame.filter(filter).map_err(failed)?;
        }
        frame.execute_stream_partitioned().await.map_err(failed)
    }
}

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

fn date(days: i32) -> Expr {
    lit(ScalarValue::Date32(Some(days)))
}

/// The days of a span, and the day of rows without a time.
fn days(from: Option<EventTime>, to: Option<EventTime>) -> Option<Expr> {
    let day = |time: EventTime| date(time.millis().div_euclid(DAY_MILLIS) as i32);
    let from = from.map(|from| col(DAY).gt_eq(day(from)));
    let to = to.map(|to| col(DAY).lt_eq(day(to)));
    let span = from.into_iter().chain(to).reduce(Expr::and)?;
    Some(span.or(col(DAY).eq(date(NO_DAY))))
}

/// The condition as the engine evaluates it; nothing when any row may do.
fn filter(necessary: &Necessary) -> Option<Expr> {
    match necessary {
        Necessary::Nothing => None,
        Necessary::Never => Some(lit(false)),
        Necessary::All(parts) => parts.iter().filter_map(filter).reduce(Expr::and),
        Necessary::Any(parts) => parts.iter().map(filter).collect::<Option<Vec<_>>>()?.into_iter().reduce(Expr::or),
        Necessary::Text { path, shapes } => Some(text(path, shapes)),
    }
}

/// A column's text fits a shape. A row whose member had another type has nothing there: the matcher looks at it.
fn text(path: &str, shapes: &[Shape]) -> Expr {
    let column = col(path.to_ascii_lowercase());
    let folded = || lower(column.clone());
    let exact: Vec<Expr> =
        shapes.iter().filter_map(|shape| if let Shape::Exact(text) = shape { Some(lit(text.as_str())) } else { None }).collect();
    let others = shapes.iter().filter_map(|shape| match shape {
        Shape::Exact(_) => None,
        Shape::Prefix(text) => Some(starts_with(folded(), lit(text.as_str()))),
        Shape::Suffix(text) => Some(ends_with(folded(), lit(text.as_str()))),
        Shape::Contains(text) => Some(contains(folded(), lit(text.as_str()))),
    });
    let exact = (!exact.is_empty()).then(|| folded().in_list(exact, false));
    exact.into_iter().chain(others).fold(column.clone().is_null(), Expr::or)
}
