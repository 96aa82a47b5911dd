//! Why a query has no answer.

use std::time::Duration;

use datafusion::error::DataFusionError;
use watchfire_query::{Code, Diagnostic, Names, explain};

use crate::Error;

/// Why a query has no answer, by what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The statement is wrong: correct it.
    #[error("{0}")]
    Statement(Diagnostic),
    /// The query wants more than it may take: narrow it, or allow more.
    #[error(
        "the query needs more than it may take: {reason}\nhint: ask for fewer days or columns, allow more memory, or free space for temporary files"
    )]
    Resources {
        /// What ran out, in the engine's words.
        reason: String,
    },
    /// It took too long.
    #[error("the query was ended after {} s\nhint: ask for fewer days or columns, or allow more time", .0.as_secs_f64())]
    TimedOut(Duration),
    /// The lake could not be read.
    #[error(transparent)]
    Lake(#[from] Error),
}

/// Turns what the engine says about a statement into what its author can use.
#[derive(Debug, Clone)]
pub(super) struct Interpreter {
    /// The statement as it was typed.
    pub sql: String,
    /// The tables it may name.
    pub names: std::sync::Arc<Names>,
    /// The functions it may call.
    pub functions: std::sync::Arc<Vec<String>>,
}

impl Interpreter {
    /// An error of planning: the statement is to blame, unless the lake is.
    pub fn planning(&self, error: DataFusionError) -> QueryError {
        self.settle(error, "planning the query")
    }

    /// An error of running: a row, the lake or the limits are to blame.
    pub fn running(&self, error: DataFusionError) -> QueryError {
        self.settle(error, "running the query")
    }

    fn settle(&self, error: DataFusionError, doing: &str) -> QueryError {
        if let Some(complaint) = predicate(&error.to_string()) {
            return QueryError::Statement(self.explain(&complaint));
        }
        match error.find_root() {
            DataFusionError::ResourcesExhausted(reason) => QueryError::Resources { reason: first_line(reason) },
            // Too many temporary files come as an error of input and output inside one of Arrow.
            full if full.to_string().contains("max_temp_directory_size") => {
                QueryError::Resources { reason: "temporary files reached their bound".into() }
            }
            DataFusionError::ObjectStore(_)
            | DataFusionError::IoError(_)
            | DataFusionError::ParquetError(_)
            | DataFusionError::ExecutionJoin(_)
            | DataFusionError::Internal(_) => QueryError::Lake(Error::datafusion(doing, error)),
            DataFusionError::External(source) if source.is::<deltalake_core::DeltaTableError>() => {
                QueryError::Lake(Error::datafusion(doing, error))
            }
            root => QueryError::Statement(self.explain(&root.strip_backtrace())),
        }
    }

    fn explain(&self, message: &str) -> Diagnostic {
        let functions: Vec<&str> = self.functions.iter().map(String::as_str).collect();
        let diagnostic = explain(message, &self.sql, &self.names, &functions);
        match signature(&diagnostic, &self.sql) {
            Some(signature) => diagnostic.help(format!("it is written {signature}")),
            None => diagnostic,
        }
    }
}

/// How the function is written that a complaint of the engine points at.
fn signature(diagnostic: &Diagnostic, sql: &str) -> Option<&'static str> {
    let place = diagnostic.place.as_ref().filter(|_| diagnostic.code == Code::Engine)?;
    let name = sql.get(place.bytes.clone())?.to_ascii_lowercase();
    let doc = crate::function::catalogue().iter().find(|doc| doc.name == name || doc.aliases.contains(&name.as_str()));
    doc.map(|doc| doc.signature)
}

/// What a filter complained of that was asked while a file was read: the reader wraps it up as an error of its own, in words.
fn predicate(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("Error evaluating filter predicate: Execution(\"")?;
    let (complaint, _) = rest.split_once("\")")?;
    Some(complaint.replace("\\\"", "\"").replace("\\'", "'").replace("\\\\", "\\"))
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
