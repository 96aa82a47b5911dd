//! SQL over the lake.

use std::time::Duration;

use http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use watchfire_trust::Permission;

use crate::answer;
use crate::call::Call;
use crate::outside::search::{Question, Rows, SearchError, Table};
use crate::problem::Problem;
use crate::route::{Outcome, Route};

/// Seconds that a question may take.
const SECONDS_MAX: u32 = 300;

/// Rows that an answer may have.
const ROWS_MAX: u32 = 100_000;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/search", run)
            .needs(Permission::Search)
            .told("search", "Answers SQL over the lake. Closing the line stops the question.")
            .takes::<Asked>()
            .gives::<Rows>(),
        Route::get("/api/v1/search/tables", tables)
            .needs(Permission::Search)
            .told("search", "Lists the tables and columns that can be asked about.")
            .gives::<Tables>(),
    ]
}

/// A question.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// One statement, in the SQL of Athena.
    sql: String,
    /// Rows of the answer, at most.
    #[serde(default = "rows_usual")]
    #[schemars(range(min = 1, max = 100_000))]
    rows_max: u32,
    /// Seconds it may take.
    #[serde(default = "seconds_usual")]
    #[schemars(range(min = 1, max = 300))]
    seconds_max: u32,
}

fn rows_usual() -> u32 {
    1000
}

fn seconds_usual() -> u32 {
    60
}

/// The tables.
#[derive(Serialize, JsonSchema)]
struct Tables {
    /// They, sorted by name.
    tables: Vec<Table>,
}

fn run(call: &Call) -> Outcome {
    let asked: Asked = call.json()?;
    if !(1..=ROWS_MAX).contains(&asked.rows_max) || !(1..=SECONDS_MAX).contains(&asked.seconds_max) {
        return Err(Problem::unfit(format!("rows_max has to be 1 to {ROWS_MAX}, and seconds_max 1 to {SECONDS_MAX}")));
    }
    let time_max = Duration::from_secs(asked.seconds_max.into());
    let question = Question { sql: &asked.sql, rows_max: asked.rows_max as usize, time_max };
    answer::json(&call.app.parts.search.run(&question, &call.stop).map_err(problem)?)
}

fn tables(call: &Call) -> Outcome {
    let mut tables = call.app.parts.search.tables().map_err(problem)?;
    tables.sort_by(|one, other| one.name.cmp(&other.name));
    answer::json(&Tables { tables })
}

fn problem(error: SearchError) -> Problem {
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    match error {
        SearchError::Text { message, line, column, hint } => {
            let hint = hint.unwrap_or_else(|| "GET /api/v1/search/tables lists tables and columns".to_owned());
            Problem::new(unprocessable, "bad_sql", message, hint).with("line", line).with("column", column)
        }
        error @ SearchError::TooLong => {
            Problem::new(unprocessable, "too_long", error.to_string(), "narrow it by time or account, or raise seconds_max")
        }
        error @ SearchError::TooLarge(_) => {
            Problem::new(unprocessable, "over_limit", error.to_string(), "narrow it by time or account, or ask for fewer columns")
        }
        error @ SearchError::Stopped => Problem::new(unprocessable, "stopped", error.to_string(), "ask again"),
        SearchError::Failed(error) => Problem::failed("the lake cannot be read", error),
    }
}
