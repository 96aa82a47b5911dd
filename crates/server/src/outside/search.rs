//! SQL over the lake.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use crate::stop::Stop;

/// Answers SQL. Implementations look at [`Stop`] between batches: the caller may have gone.
pub trait Search: Send + Sync {
    /// What can be asked about.
    ///
    /// # Errors
    /// The tables cannot be read.
    fn tables(&self) -> Result<Vec<Table>, SearchError>;

    /// Answers a question, or says what is wrong with it.
    ///
    /// # Errors
    /// The text is wrong, the bounds were met before there was any answer, or the lake cannot be read.
    fn run(&self, question: &Question<'_>, stop: &Stop) -> Result<Rows, SearchError>;
}

/// What is asked, and how much of an answer is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Question<'q> {
    /// One statement.
    pub sql: &'q str,
    /// Rows at most; the answer says whether there were more.
    pub rows_max: usize,
    /// Time at most.
    pub time_max: Duration,
}

/// A table that can be asked about.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Table {
    /// Its name in SQL.
    pub name: String,
    /// Its columns in their order.
    pub columns: Vec<Column>,
}

/// A column of a table or of an answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// The type of its values, in Athena's words.
    #[serde(rename = "type")]
    pub kind: String,
}

/// An answer.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Rows {
    /// What stands in each row.
    pub columns: Vec<Column>,
    /// The rows, each a list of values in the order of the columns.
    pub rows: Vec<Vec<serde_json::Value>>,
    /// Whether there was more than was asked for.
    pub is_truncated: bool,
    /// Thousandths of a second it took.
    pub elapsed_ms: u64,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SearchError {
    /// The text cannot be understood.
    #[error("{message}")]
    Text {
        /// What is wrong.
        message: String,
        /// Where, counted from 1; 0 where nobody knows.
        line: usize,
        /// Where in the line, counted from 1; 0 where nobody knows.
        column: usize,
        /// What to try.
        hint: Option<String>,
    },
    /// It took longer than it may.
    #[error("the question took longer than it may")]
    TooLong,
    /// The answer, or what is needed to find it, does not fit into memory.
    #[error("the question needs more memory than it may: {0}")]
    TooLarge(String),
    /// The caller has gone.
    #[error("the caller has gone")]
    Stopped,
    /// The lake cannot be read.
    #[error("{0}")]
    Failed(String),
}
