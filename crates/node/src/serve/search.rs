//! SQL for callers of the API: always over the newest version of the table.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::Context;
use tokio::runtime::{Builder, Runtime};
use watchfire_lake::query::{Answer, Database, Moment, QueryError, tables};
use watchfire_lake::{Error, SessionLimits};
use watchfire_server::Stop;
use watchfire_server::outside::search::{Column, Question, Rows, Search, SearchError, Table};

use crate::LakePlace;
use crate::query::STACK_BYTES;

/// A lake that may grow while it is asked.
#[derive(Debug)]
pub(super) struct LakeSearch {
    place: LakePlace,
    limits: SessionLimits,
    /// There until the end.
    runtime: Option<Runtime>,
    /// The last version that was asked.
    open: Mutex<Option<Arc<Database>>>,
    /// The version that was written last, so that the table need not be looked at for each question.
    newest: Arc<AtomicU64>,
}

impl LakeSearch {
    pub fn new(place: LakePlace, limits: SessionLimits, newest: Arc<AtomicU64>) -> anyhow::Result<LakeSearch> {
        let runtime = Builder::new_multi_thread().enable_all().thread_stack_size(STACK_BYTES).build().context("starting threads")?;
        Ok(LakeSearch { place, limits, runtime: Some(runtime), open: Mutex::default(), newest })
    }

    fn runtime(&self) -> &Runtime {
        self.runtime.as_ref().expect("there until the end")
    }

    fn database(&self) -> Result<Arc<Database>, SearchError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(database) = open.as_ref().filter(|database| database.version() >= self.newest.load(Ordering::Acquire)) {
            return Ok(database.clone());
        }
        let table = self.place.table().map_err(|error| SearchError::Failed(format!("{error:#}")))?;
        let opened = self.runtime().block_on(Database::open_at(table, Moment::Newest, self.limits));
        let database = Arc::new(opened.map_err(|error| failed(error.into()))?);
        *open = Some(database.clone());
        Ok(database)
    }
}

impl Drop for LakeSearch {
    /// It ends where nobody may wait. A statement that was given up may still compute; nobody waits for its next pause.
    fn drop(&mut self) {
        self.runtime.take().into_iter().for_each(Runtime::shutdown_background);
    }
}

impl Search for LakeSearch {
    fn tables(&self) -> Result<Vec<Table>, SearchError> {
        let table = |doc: watchfire_lake::query::TableDoc| Table {
            name: doc.name.to_owned(),
            columns: doc.columns.into_iter().map(|column| Column { name: column.name, kind: column.kind.to_owned() }).collect(),
        };
        Ok(tables().into_iter().map(table).collect())
    }

    fn run(&self, question: &Question<'_>, stop: &Stop) -> Result<Rows, SearchError> {
        let begin = Instant::now();
        let database = self.database()?;
        let answered = self.runtime().block_on(async {
            tokio::select! {
                rows = answer(&database, question) => rows,
                () = stop.stopped() => Err(SearchError::Stopped),
            }
        });
        let mut rows = answered?;
        rows.elapsed_ms = u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(rows)
    }
}

async fn answer(database: &Database, question: &Question<'_>) -> Result<Rows, SearchError> {
    let mut answer: Answer = database.query(question.sql, Some(question.time_max)).await.map_err(failed)?;
    let columns = answer.columns().iter().map(|column| Column { name: column.name.clone(), kind: column.kind.clone() }).collect();
    let mut rows = Rows { columns, ..Rows::default() };
    while let Some(page) = answer.next().await.map_err(failed)? {
        for text in page.json().map_err(|error| failed(error.into()))? {
            if rows.rows.len() == question.rows_max {
                rows.is_truncated = true;
                return Ok(rows);
            }
            rows.rows.push(values(&text)?);
        }
    }
    Ok(rows)
}

/// The values of a row in the order of its columns, of which several may have one name.
fn values(text: &str) -> Result<Vec<serde_json::Value>, SearchError> {
    struct Values;
    impl<'de> serde::de::Visitor<'de> for Values {
        type Value = Vec<serde_json::Value>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a row")
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut values = Vec::new();
            while let Some((_, value)) = map.next_entry::<serde::de::IgnoredAny, serde_json::Value>()? {
                values.push(value);
            }
            Ok(values)
        }
    }
    let read = serde::Deserializer::deserialize_map(&mut serde_json::Deserializer::from_str(text), Values);
    read.map_err(|error| SearchError::Failed(format!("a row that is no JSON: {error}")))
}

fn failed(error: QueryError) -> SearchError {
    match error {
        QueryError::Statement(wrong) => SearchError::Text {
            message: wrong.message,
            line: wrong.place.as_ref().map_or(0, |place| place.line),
            column: wrong.place.as_ref().map_or(0, |place| place.column),
            hint: wrong.help,
        },
        QueryError::Resources { reason } => SearchError::TooLarge(reason),
        QueryError::TimedOut(_) => SearchError::TooLong,
        QueryError::Lake(Error::NoTable { .. }) => SearchError::Failed("nothing was ingested yet".to_owned()),
        QueryError::Lake(error) => SearchError::Failed(error.to_string()),
    }
}
