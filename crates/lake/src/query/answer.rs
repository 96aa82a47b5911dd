//! The rows of a query, page by page.

use std::sync::Arc;
use std::time::{Duration, Instant};

use datafusion::arrow::array::{RecordBatch, StringArray};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::DataFusionError;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{ExecutionPlan, SendableRecordBatchStream};
use futures::StreamExt;

use super::error::{Interpreter, QueryError};
use super::page::{OutColumn, Page, columns};
use super::scanned::{Scanned, Totals};

/// The rows of a query as they are found. Dropping it ends the query.
pub struct Answer {
    columns: Vec<OutColumn>,
    stream: SendableRecordBatchStream,
    plan: Arc<dyn ExecutionPlan>,
    interpreter: Interpreter,
    /// When it must be done, and how long that is in all.
    deadline: Option<(Instant, Duration)>,
    totals: Totals,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("columns", &self.columns).finish_non_exhaustive()
    }
}

impl Answer {
    pub(super) fn new(
        stream: SendableRecordBatchStream,
        plan: Arc<dyn ExecutionPlan>,
        interpreter: Interpreter,
        deadline: Option<(Instant, Duration)>,
        totals: Totals,
    ) -> Answer {
        Answer { columns: columns(&stream.schema()), stream, plan, interpreter, deadline, totals }
    }

    /// The columns, in order.
    pub fn columns(&self) -> &[OutColumn] {
        &self.columns
    }

    pub(super) fn schema(&self) -> SchemaRef {
        self.stream.schema()
    }

    /// The next rows, at least one; nothing when there are no more. Dropping the future loses no rows.
    ///
    /// # Errors
    /// [`QueryError`]; the answer is over then.
    pub async fn next(&mut self) -> Result<Option<Page>, QueryError> {
        loop {
            let next = match self.deadline {
                None => self.stream.next().await,
                Some((end, whole)) => {
                    tokio::time::timeout_at(end.into(), self.stream.next()).await.map_err(|_| QueryError::TimedOut(whole))?
                }
            };
            match next {
                None => return Ok(None),
                Some(Ok(batch)) if batch.num_rows() == 0 => {}
                Some(Ok(batch)) => return Ok(Some(Page::new(batch))),
                Some(Err(error)) => return Err(self.interpreter.running(error)),
            }
        }
    }

    /// What has been read so far.
    pub fn scanned(&self) -> Scanned {
        Scanned::of(self.plan.as_ref(), self.totals)
    }

    /// The answer of an `EXPLAIN ANALYZE` with what was read in plain words before it.
    pub(super) async fn analysed(mut self) -> Result<Answer, QueryError> {
        let schema = self.schema();
        let mut batches = Vec::new();
        while let Some(page) = self.next().await? {
            batches.push(page.into_batch());
        }
        let row: [&str; 2] = ["Summary", &self.scanned().to_string()];
        let texts = row.map(|text| Arc::new(StringArray::from(vec![text])) as _);
        let head = RecordBatch::try_new(Arc::clone(&schema), texts.into()).map_err(|error| self.interpreter.running(error.into()))?;
        batches.insert(0, head);
        let batches = futures::stream::iter(batches.into_iter().map(Ok::<_, DataFusionError>));
        self.stream = Box::pin(RecordBatchStreamAdapter::new(schema, batches));
        Ok(self)
    }
}
