//! The table with its days: whatever a filter asks of the day alone is answered from the days there are, so that only files of those
//! days are read. Publications ask in many ways: `timestamp >= '2026/03/01'`, `year = '2026' AND month = '03'`, `day LIKE '2026-03-%'`.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{Array, AsArray, Date32Array, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, DFSchema, Result, ScalarValue, Statistics};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType, col, lit};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};

use crate::columns::DAY;
use crate::table::Day;

/// The table, and the days it holds.
#[derive(Debug)]
pub(super) struct Days {
    inner: Arc<dyn TableProvider>,
    /// Sorted, each once.
    days: Vec<Day>,
}

/// What a filter asks of the days.
enum Asked {
    /// Every day will do.
    All,
    /// None will.
    None,
    /// Those that this simpler filter names.
    Some(Expr),
}

impl Days {
    pub fn new(inner: Arc<dyn TableProvider>, mut days: Vec<Day>) -> Days {
        days.sort_unstable();
        days.dedup();
        Days { inner, days }
    }

    /// Asks a filter about every day.
    fn ask(&self, state: &dyn Session, filter: &Expr) -> Result<Asked> {
        let schema = Arc::new(Schema::new(vec![Field::new(DAY, DataType::Date32, true)]));
        let bare = filter.clone().transform(|expr| match expr {
            Expr::Column(column) => Ok(Transformed::yes(Expr::Column(Column::new_unqualified(column.name)))),
            other => Ok(Transformed::no(other)),
        })?;
        let asked = state.create_physical_expr(bare.data, &DFSchema::try_from(Arc::clone(&schema))?)?;
        let days = Date32Array::from_iter_values(self.days.iter().map(|day| day.0));
        let batch = RecordBatch::try_new(schema, vec![Arc::new(days)])?;
        let held = asked.evaluate(&batch)?.into_array(self.days.len())?;
        let held = held.as_boolean();
        let holds = |at: usize| held.is_valid(at) && held.value(at);
        Ok(named(&self.days, holds))
    }
}

/// The days that hold as a filter of ranges: days that are not there widen a range for nothing.
fn named(days: &[Day], holds: impl Fn(usize) -> bool) -> Asked {
    let mut ranges: Vec<(Day, Day)> = Vec::new();
    let mut open = false;
    for (at, day) in days.iter().enumerate() {
        match (holds(at), open, ranges.last_mut()) {
            (true, true, Some(range)) => range.1 = *day,
            (true, _, _) => ranges.push((*day, *day)),
            (false, _, _) => {}
        }
        open = holds(at);
    }
    let date = |day: Day| lit(ScalarValue::Date32(Some(day.0)));
    let one = |(from, to): (Day, Day)| match from == to {
        true => col(DAY).eq(date(from)),
        false => col(DAY).gt_eq(date(from)).and(col(DAY).lt_eq(date(to))),
    };
    match (ranges.as_slice(), days) {
        ([], _) => Asked::None,
        ([(from, to)], [first, .., last]) if from == first && to == last => Asked::All,
        ([_], [_]) => Asked::All,
        _ => ranges.into_iter().map(one).reduce(Expr::or).map_or(Asked::None, Asked::Some),
    }
}

/// Whether a filter asks of the day alone, the same for every row.
fn is_of_day(filter: &Expr) -> bool {
    let columns = filter.column_refs();
    let deeper = |expr: &Expr| {
        Ok(matches!(
            expr,
            Expr::ScalarSubquery(_) | Expr::InSubquery(_) | Expr::Exists(_) | Expr::OuterReferenceColumn(..) | Expr::Placeholder(_)
        ))
    };
    !columns.is_empty()
        && columns.iter().all(|column| column.name == DAY)
        && !filter.is_volatile()
        && !filter.exists(deeper).unwrap_or(true)
}

#[async_trait]
impl TableProvider for Days {
    fn schema(&self) -> SchemaRef {
        self.inner.schema()
    }

    fn table_type(&self) -> TableType {
        self.inner.table_type()
    }

    fn statistics(&self) -> Option<Statistics> {
        self.inner.statistics()
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        let mut supported = self.inner.supports_filters_pushdown(filters)?;
        for (filter, supported) in filters.iter().zip(&mut supported) {
            if is_of_day(filter) {
                *supported = TableProviderFilterPushDown::Exact;
            }
        }
        Ok(supported)
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mut settled = Vec::with_capacity(filters.len());
        for filter in filters {
            if !is_of_day(filter) {
                settled.push(filter.clone());
                continue;
            }
            match self.ask(state, filter)? {
                Asked::All => {}
                Asked::Some(simpler) => settled.push(simpler),
                Asked::None => {
                    let schema = match projection {
                        Some(projection) => Arc::new(self.schema().project(projection)?),
                        None => self.schema(),
                    };
                    return Ok(Arc::new(EmptyExec::new(schema)));
                }
            }
        }
        if limit.is_some() && projection.is_some_and(Vec::is_empty) {
            // Rows without columns are made of counts alone there, and a limit over them gets lost.
            let one = self.inner.scan(state, Some(&vec![0]), &settled, limit).await?;
            return Ok(Arc::new(ProjectionExec::try_new(Vec::<ProjectionExpr>::new(), one)?));
        }
        self.inner.scan(state, projection, &settled, limit).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(wanted: &[i32]) -> String {
        let days = [Day(1), Day(2), Day(3), Day(7), Day(9)];
        match named(&days, |at| wanted.contains(&days[at].0)) {
            Asked::All => "all".into(),
            Asked::None => "none".into(),
            Asked::Some(filter) => filter.to_string().replace("Date32(\"1970-01-", "(").replace("\")", ")"),
        }
    }

    #[test]
    fn days_become_few_ranges() {
        assert_eq!(shown(&[]), "none");
        assert_eq!(shown(&[1, 2, 3, 7, 9]), "all");
        assert_eq!(shown(&[2]), "day = (03)");
        assert_eq!(shown(&[2, 3, 7]), "day >= (03) AND day <= (08)");
        assert_eq!(shown(&[1, 3, 7]), "day = (02) OR day >= (04) AND day <= (08)");
    }

    #[test]
    fn only_the_day_alone_is_asked() {
        assert!(is_of_day(&col(DAY).eq(lit(1))));
        assert!(!is_of_day(&lit(true)));
        assert!(!is_of_day(&col(DAY).eq(lit(1)).or(col("eventname").eq(lit("x")))));
    }
}
