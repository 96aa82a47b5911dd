//! Findings on their way in and out.

use std::convert::Infallible;

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderValue, Response, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use watchfire_hub::asff::Asff;
use watchfire_trust::Permission;

use super::TAG;
use super::detail::asked;
use super::query::{Wanted, page};
use super::row::Row;
use crate::answer;
use crate::call::Call;
use crate::harmless::harmless_json;
use crate::problem::Problem;
use crate::route::{Outcome, Route};
use crate::trail;

/// Findings of one import, at most, and bytes of it.
const IMPORT_MAX: usize = 10_000;
const IMPORT_BYTES_MAX: usize = 32 << 20;

/// Findings that Security Hub takes together.
const BATCH: usize = 100;

/// Findings that are read together for an export.
const EXPORT_PAGE: u32 = 500;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/findings/export", export)
            .needs(Permission::ReadFindings)
            .told(TAG, "Gives all findings that are asked for, a line each. `limit` and `cursor` do not matter.")
            .query::<Export>()
            .gives_as::<String>(200, "application/x-ndjson"),
        Route::post("/api/v1/findings/import", import)
            .needs(Permission::ImportFindings)
            .body_max(IMPORT_BYTES_MAX)
            .told(TAG, "Takes in findings in ASFF. Those that are not in order are told, the others are kept.")
            .takes::<Import>()
            .gives::<Imported>(),
    ]
}

/// In whose form findings are told.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum ExportForm {
    /// As this API lists them, JSON lines.
    #[default]
    Jsonl,
    /// Security Hub's documents, JSON lines.
    Asff,
    /// A table for spreadsheets.
    Csv,
}

/// What to give.
#[derive(Deserialize, JsonSchema)]
struct Export {
    /// In whose form.
    #[serde(default)]
    format: ExportForm,
    #[serde(flatten)]
    wanted: Wanted,
}

/// Findings to take in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Import {
    /// Documents in ASFF.
    #[schemars(length(min = 1, max = 10_000))]
    findings: Vec<Value>,
}

/// What became of them.
#[derive(Serialize, JsonSchema)]
struct Imported {
    /// Findings that are kept, or were as new already.
    imported: u64,
    /// Those that are not in order.
    failed: Vec<NotImported>,
}

/// A finding that is not in order.
#[derive(Serialize, JsonSchema)]
struct NotImported {
    /// Its id.
    id: String,
    /// What is wrong.
    problem: String,
}

fn import(call: &Call) -> Outcome {
    let Import { findings } = call.json()?;
    let count = findings.len();
    if !(1..=IMPORT_MAX).contains(&count) {
        return Err(Problem::unfit(format!("findings has to have 1 to {IMPORT_MAX} entries")));
    }
    let mut done = Imported { imported: 0, failed: Vec::new() };
    for batch in findings.chunks(BATCH) {
        let answer = asked(call, "BatchImportFindings", json!({"Findings": batch}))?;
        done.imported += answer["SuccessCount"].as_u64().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let failed = answer["FailedFindings"].as_array().into_iter().flatten();
        done.failed.extend(failed.map(|one| NotImported { id: text(&one["Id"]), problem: text(&one["ErrorMessage"]) }));
    }
    trail::note(call, "finding.import", format_args!("{} of {count} findings", done.imported))?;
    answer::json(&done)
}

/// Pages are read while the caller takes them: whatever there is, only some is held.
fn export(call: &Call) -> Outcome {
    let Export { format, wanted } = call.query()?;
    let mut asked = wanted.asked()?;
    (asked.limit, asked.cursor) = (EXPORT_PAGE, None);
    let (first, mut next) = page(call, &asked)?;
    let (sender, receiver) = mpsc::channel::<String>(2);
    let home = call.app.parts.home.clone();
    let copy = Call {
        app: call.app.clone(),
        who: call.who.clone(),
        method: call.method.clone(),
        uri: call.uri.clone(),
        parts: Vec::new(),
        headers: http::HeaderMap::new(),
        body: Bytes::new(),
        peer: call.peer,
        stop: crate::stop::Stop::default(),
    };
    tokio::task::spawn_blocking(move || {
        let head = if format == ExportForm::Csv { csv_line(&HEADS.map(str::to_owned)) } else { String::new() };
        let text = |documents: &[Asff]| documents.iter().map(|document| line(document, format, &home)).collect::<String>();
        if sender.blocking_send(head + &text(&first)).is_err() {
            return;
        }
        while let Some(cursor) = next.take() {
            asked.cursor = Some(cursor);
            match page(&copy, &asked) {
                Ok((documents, following)) => {
                    next = following;
                    // Who takes no more has gone.
                    if sender.blocking_send(text(&documents)).is_err() {
                        return;
                    }
                }
                // The line breaks in the middle: that is how the caller sees that something is missing.
                Err(problem) => return tracing::error!(problem = problem.detail, "an export broke off"),
            }
        }
    });
    let lines = stream::unfold(receiver, |mut receiver| async {
        let text = receiver.recv().await?;
        Some((Ok::<Bytes, Infallible>(Bytes::from(text)), receiver))
    });
    let media = if format == ExportForm::Csv { "text/csv; charset=utf-8" } else { "application/x-ndjson" };
    let mut answer = Response::new(Body::from_stream(lines));
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    let name = if format == ExportForm::Csv { "attachment; filename=\"findings.csv\"" } else { "attachment; filename=\"findings.jsonl\"" };
    answer.headers_mut().insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(name));
    Ok(answer)
}

fn line(document: &Asff, format: ExportForm, home: &watchfire_model::arn::Home) -> String {
    let json = match format {
        ExportForm::Asff => document.to_json(),
        ExportForm::Jsonl => serde_json::to_string(&Row::of(document, home)).expect("a row has a JSON form"),
        ExportForm::Csv => return csv_line(&cells(&Row::of(document, home))),
    };
    harmless_json(json) + "\n"
}

/// The columns of the table.
const HEADS: [&str; 14] = [
    "id",
    "status",
    "severity",
    "time",
    "last_time",
    "count",
    "rule",
    "type",
    "product",
    "account",
    "region",
    "title",
    "summary",
    "resources",
];

fn cells(row: &Row) -> [String; 14] {
    let resources: Vec<&str> = row.resources.iter().map(super::row::Resource::id).collect();
    [
        row.id.clone(),
        row.status.to_ascii_lowercase(),
        row.severity.clone(),
        row.time.clone().unwrap_or_default(),
        row.last_time.clone().unwrap_or_default(),
        row.count.map(|count| count.to_string()).unwrap_or_default(),
        row.rule.clone(),
        row.finding_type.clone(),
        row.product.clone(),
        row.account.clone(),
        row.region.clone().unwrap_or_default(),
        row.title.clone(),
        row.summary.clone(),
        resources.join(" "),
    ]
}

/// A line of RFC 4180. Spreadsheets take what begins with certain letters for a formula: it gets an apostrophe before it.
fn csv_line(cells: &[String]) -> String {
    let cells = cells.iter().map(|cell| {
        let cell: String = cell.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
        let is_formula = cell.starts_with(['=', '+', '-', '@']);
        let cell = if is_formula { format!("'{cell}") } else { cell };
        match cell.contains([',', '"']) || is_formula {
            true => format!("\"{}\"", cell.replace('"', "\"\"")),
            false => cell,
        }
    });
    cells.collect::<Vec<_>>().join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_no_formulas() {
        let cells = ["=1+1", "a,b", "say \"hi\"", "a\nb\u{1b}[2J", ""].map(str::to_owned);
        assert_eq!(csv_line(&cells), "\"'=1+1\",\"a,b\",\"say \"\"hi\"\"\",a\u{fffd}b\u{fffd}[2J,\r\n");
    }
}
