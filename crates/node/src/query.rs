//! One lake, asked from a program without a runtime of its own: statements in, rows handed to a reader, Ctrl-C ends the statement.

use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::runtime::{Builder, Runtime};
use watchfire_lake::query::{Answer, Database, Moment, Page, Scanned};
use watchfire_lake::{Error, SessionLimits};

use crate::LakePlace;

/// Stack of the threads that run queries: deep conditions are evaluated by functions that call themselves.
pub(crate) const STACK_BYTES: usize = 8 << 20;

/// How often a reader hears how far a query is.
const TICK: Duration = Duration::from_millis(200);

/// Takes the answer of a statement.
pub trait Reader {
    /// The columns are known; rows follow.
    ///
    /// # Errors
    /// Whatever keeps the rows from being taken: the statement ends.
    fn begin(&mut self, answer: &Answer) -> anyhow::Result<()>;

    /// Some rows.
    ///
    /// # Errors
    /// As `begin`.
    fn page(&mut self, page: &Page) -> anyhow::Result<()>;

    /// Time has passed.
    fn tick(&mut self, scanned: &Scanned, elapsed: Duration);
}

/// How a statement ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Every row was handed over.
    Done(Scanned),
    /// Ctrl-C came first.
    Cancelled,
}

/// A lake that statements are put to, one after the other.
#[derive(Debug)]
pub struct Queries {
    /// Where statements compute; there until the end.
    runtime: Option<Runtime>,
    /// Where they are waited for: timers and Ctrl-C are heard here, however busy the others are.
    waiting: Runtime,
    database: Database,
}

impl Drop for Queries {
    /// A statement that was given up may still compute; nobody waits for its next pause.
    fn drop(&mut self) {
        self.runtime.take().into_iter().for_each(Runtime::shutdown_background);
    }
}

impl Queries {
    /// Opens a lake.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn open(place: &LakePlace, moment: Moment, limits: SessionLimits) -> anyhow::Result<Queries> {
        let table = place.table()?;
        let runtime = Builder::new_multi_thread().enable_all().thread_stack_size(STACK_BYTES).build().context("starting threads")?;
        let database = runtime.block_on(Database::open_at(table, moment, limits)).map_err(|error| match error {
            Error::NoTable { .. } => {
                anyhow::anyhow!("{place}: no lake here\nhint: `watchfire ingest` fills one; --lake names another place")
            }
            other => other.into(),
        })?;
        let waiting = Builder::new_current_thread().enable_all().build().context("starting threads")?;
        Ok(Queries { runtime: Some(runtime), waiting, database })
    }

    /// The lake that is asked.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Puts one statement; its rows go to the reader as they are found.
    ///
    /// # Errors
    /// A `QueryError`, or what the reader says.
    pub fn run(&self, sql: &str, timeout: Option<Duration>, reader: &mut dyn Reader) -> anyhow::Result<Ended> {
        self.waiting.block_on(async {
            tokio::select! {
                ended = self.answer(sql, timeout, reader) => ended,
                heard = tokio::signal::ctrl_c() => heard.context("listening for Ctrl-C").map(|()| Ended::Cancelled),
            }
        })
    }

    async fn answer(&self, sql: &str, timeout: Option<Duration>, reader: &mut dyn Reader) -> anyhow::Result<Ended> {
        let begin = Instant::now();
        let mut answer = self.database.query(sql, timeout).await?;
        reader.begin(&answer)?;
        let mut ticks = tokio::time::interval(TICK);
        loop {
            let next = tokio::select! {
                next = answer.next() => next?,
                _ = ticks.tick() => {
                    reader.tick(&answer.scanned(), begin.elapsed());
                    continue;
                }
            };
            match next {
                Some(page) => reader.page(&page)?,
                None => return Ok(Ended::Done(answer.scanned())),
            }
        }
    }
}
