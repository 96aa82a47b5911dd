//! A lake, opened to be asked.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use datafusion::catalog::TableProvider;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::physical_plan::common::spawn_buffered;
use datafusion::physical_plan::{ExecutionPlan, SendableRecordBatchStream, execute_stream};
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::Statement as Parsed;
use datafusion::sql::sqlparser::ast::Statement;
use tokio::runtime::Handle;
use watchfire_model::EventTime;
use watchfire_query::Names;

use super::answer::Answer;
use super::catalogue::{Catalogue, Refusal};
use super::error::{Interpreter, QueryError};
use super::plan::on_deep_stack;
use super::scanned::Totals;
use super::view;
use crate::table::{Location, TABLE};
use crate::{Error, Lake, SessionLimits, function};

/// The state of the table to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Moment {
    /// As it is now.
    #[default]
    Newest,
    /// As it was at a version.
    Version(u64),
    /// As it was at an instant.
    Time(EventTime),
}

/// A lake opened to be asked, at one version. It writes nothing.
///
/// Statements run on the runtime that it was opened on. Whoever wants to be heard while they compute waits on another one: a thread that
/// computes without a pause fires no timer.
pub struct Database {
    runtime: Handle,
    catalogue: Arc<Catalogue>,
    functions: Arc<Vec<String>>,
    totals: Totals,
    version: u64,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("version", &self.version).finish_non_exhaustive()
    }
}

impl Database {
    /// Opens the lake in a data folder, which holds the table in a folder of its name.
    ///
    /// # Errors
    /// As [`open_at`](Self::open_at).
    pub async fn open(folder: &Path, moment: Moment, limits: SessionLimits) -> Result<Database, Error> {
        Database::open_at(folder.join(TABLE).try_into()?, moment, limits).await
    }

    /// Opens the table at a place.
    ///
    /// # Errors
    /// As [`Lake::open`] and [`Lake::at_version`].
    pub async fn open_at(table: Location, moment: Moment, limits: SessionLimits) -> Result<Database, Error> {
        let newest = Lake::open(table).await?;
        let lake = match moment {
            Moment::Newest => newest,
            Moment::Version(version) => newest.at_version(version).await?,
            Moment::Time(time) => newest.at_time(time).await?,
        };
        Database::over(&lake, limits).await
    }

    /// Asks a table that is open.
    ///
    /// # Errors
    /// As [`Lake::open`].
    pub async fn over(lake: &Lake, limits: SessionLimits) -> Result<Database, Error> {
        let (runtime, context) = (Handle::current(), crate::session(limits)?);
        // Times without a zone are in UTC, as in the log.
        context.state_ref().write().config_mut().options_mut().execution.time_zone = Some("+00:00".into());
        function::register(&context);
        let failed = |error| Error::datafusion("preparing the tables", error);
        let cloudtrail = view::cloudtrail(lake, &context).await?;
        let schema = cloudtrail.schema();
        context.register_table(TABLE, Arc::new(cloudtrail)).map_err(failed)?;
        let functions = Arc::new(functions(&context));
        let catalogue = Arc::new(Catalogue::new(context, schema));
        Ok(Database { catalogue, functions, totals: Totals::of(lake)?, version: lake.version(), runtime })
    }

    /// The version of the table that is asked.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The tables and columns that statements may name, for completion.
    pub fn names(&self) -> &Names {
        self.catalogue.names()
    }

    /// The functions that statements may call, sorted.
    pub fn functions(&self) -> &[String] {
        &self.functions
    }

    /// Answers one statement. Rows come as they are found; dropping the answer, or the future of this call, ends the query. The time
    /// limit counts from here.
    ///
    /// # Errors
    /// [`QueryError`]; errors of single rows only show when the answer is read.
    pub async fn query(&self, sql: &str, timeout: Option<Duration>) -> Result<Answer, QueryError> {
        let deadline = timeout.and_then(|timeout| Some((Instant::now().checked_add(timeout)?, timeout)));
        let names = Arc::clone(self.catalogue.names());
        let interpreter = Interpreter { sql: sql.to_owned(), names, functions: Arc::clone(&self.functions) };
        let planned = on_deep_stack(self.runtime.clone(), plan(Arc::clone(&self.catalogue), interpreter));
        let planned = match deadline {
            None => planned.await?,
            Some((end, whole)) => tokio::time::timeout_at(end.into(), planned).await.map_err(|_| QueryError::TimedOut(whole))??,
        };
        let Planned { plan, stream, is_analysis, interpreter } = planned?;
        let answer = Answer::new(stream, plan, interpreter, deadline, self.totals);
        if is_analysis { answer.analysed().await } else { Ok(answer) }
    }
}

/// A query that has begun.
struct Planned {
    plan: Arc<dyn ExecutionPlan>,
    stream: SendableRecordBatchStream,
    /// Whether it answers with how it ran.
    is_analysis: bool,
    /// Who explains what goes wrong from here on.
    interpreter: Interpreter,
}

async fn plan(catalogue: Arc<Catalogue>, interpreter: Interpreter) -> Result<Planned, QueryError> {
    let (translated, names) = match catalogue.translate(&interpreter.sql).await {
        Ok(translated) => translated,
        Err(Refusal::Statement(wrong)) => return Err(QueryError::Statement(wrong)),
        Err(Refusal::View(error)) => return Err(QueryError::Lake(Error::datafusion("planning a view", error))),
    };
    let interpreter = Interpreter { names, ..interpreter };
    let context = &catalogue.context;
    tracing::debug!(tables = translated.tables.len(), "a statement was translated");
    let is_analysis = matches!(translated.statement, Statement::Explain { analyze: true, .. });
    let begin = async {
        let parsed = Parsed::Statement(Box::new(translated.statement));
        let plan = context.state().statement_to_plan(parsed).await?;
        SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false).verify_plan(&plan)?;
        let frame = context.execute_logical_plan(plan).await?;
        let task = Arc::new(frame.task_ctx());
        let plan = frame.create_physical_plan().await?;
        // On a thread of its own: an operator may compute for long without a pause, and whoever waits must be able to stop waiting.
        let stream = spawn_buffered(execute_stream(Arc::clone(&plan), task)?, 1);
        Ok::<_, DataFusionError>((plan, stream))
    };
    let (plan, stream) = begin.await.map_err(|error| interpreter.planning(error))?;
    Ok(Planned { plan, stream, is_analysis, interpreter })
}

fn functions(context: &SessionContext) -> Vec<String> {
    let state = context.state();
    let scalars = state.scalar_functions().keys();
    let others = state.aggregate_functions().keys().chain(state.window_functions().keys()).chain(state.table_functions().keys());
    let documented = function::catalogue().iter().flat_map(|doc| std::iter::once(&doc.name).chain(doc.aliases));
    let mut names: Vec<String> = scalars.chain(others).cloned().chain(documented.map(|name| (*name).to_owned())).collect();
    names.sort_unstable();
    names.dedup();
    names
}
