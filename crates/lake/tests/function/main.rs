//! The functions as SQL sees them: tables of expressions and the text of their answers.

mod aggregates;
mod arrays;
mod json;
mod messages;
mod queries;
mod referee;
mod rows;
mod texts;
mod times;

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, LargeStringArray, RecordBatch, StringArray, StringViewArray};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;

/// A session with the functions and one small table of hostile and usual rows, its texts in all the shapes that files have.
pub fn session() -> SessionContext {
    let session = SessionContext::new();
    watchfire_lake::function::register(&session);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from(vec![1, 2, 3, 4]))),
        ("json", Arc::new(StringViewArray::from(vec![Some(USUAL), Some("{\"bucketName\": \"cut\", \"k"), None, Some("[1, \"two\"]")]))),
        ("path", Arc::new(StringArray::from(vec![Some("$.bucketName"), Some("$.bucketName"), Some("$.a"), Some("$[1]")]))),
        (
            "eventtime",
            Arc::new(StringViewArray::from(vec![
                Some("2023-07-19T21:35:03Z"),
                Some("2024-02-29T00:00:00Z"),
                None,
                Some("2023-01-01T12:30:15.250+02:00"),
            ])),
        ),
        ("agent", Arc::new(LargeStringArray::from(vec![Some("aws-cli/2.13"), Some("Boto3/1.26 Botocore/1.29"), None, Some("")]))),
        ("pattern", Arc::new(StringArray::from(vec![Some("^aws-(\\w+)"), Some("(\\d+)\\.(\\d+)"), Some("x"), Some("x*")]))),
        ("address", Arc::new(StringViewArray::from(vec![Some("10.1.2.3"), Some("cloudtrail.amazonaws.com"), None, Some("2001:db8::1")]))),
    ];
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)))
        .expect("the columns are of one length");
    session.register_batch("t", batch).expect("a fresh session has no t");
    session
}

const USUAL: &str = r#"{"bucketName": "logs", "tags": {"a.b": 1}, "items": [{"id": 7}, {"id": 8}], "none": null, "ok": true}"#;

/// The answers of a query, one text a row.
pub async fn answers(session: &SessionContext, sql: &str) -> Result<Vec<String>, DataFusionError> {
    let batches = session.sql(sql).await?.collect().await?;
    let options = FormatOptions::default().with_null("NULL");
    let mut rows = Vec::new();
    for batch in &batches {
        let formatter = ArrayFormatter::try_new(batch.column(0), &options)?;
        rows.extend((0..batch.num_rows()).map(|row| formatter.value(row).to_string()));
    }
    Ok(rows)
}

/// Every expression alone gives its text; all that do not are told at once.
pub async fn check(cases: &[(&str, &str)]) {
    let session = session();
    let mut wrong = Vec::new();
    for (expression, expected) in cases {
        let sql = format!("SELECT {expression}");
        match answers(&session, &sql).await {
            Ok(rows) if rows == [*expected] => {}
            Ok(rows) => wrong.push(format!("{expression}\n  expected {expected}\n  got      {}", rows.join(" | "))),
            Err(error) => wrong.push(format!("{expression}\n  expected {expected}\n  failed   {}", error.strip_backtrace())),
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// Every expression over the table gives its texts, row by row in the order of `id`.
pub async fn check_rows(cases: &[(&str, &str)]) {
    let session = session();
    let mut wrong = Vec::new();
    for (expression, expected) in cases {
        let sql = format!("SELECT {expression} FROM t ORDER BY id");
        match answers(&session, &sql).await.map(|rows| rows.join(" | ")) {
            Ok(rows) if rows == *expected => {}
            Ok(rows) => wrong.push(format!("{expression}\n  expected {expected}\n  got      {rows}")),
            Err(error) => wrong.push(format!("{expression}\n  expected {expected}\n  failed   {}", error.strip_backtrace())),
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
