//! Findings on their way in and out.

use std::convert::Infallible;

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderValue, Response, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::mpsc;
use watchfire_hub::asff::Asff;
use watchfire_hub::format::{Format, Writer, read};
use watchfire_hub::history::Source;
use watchfire_state::HubStore;
use watchfire_trust::Permission;

use super::query::{Wanted, page};
use super::row::Row;
use super::{TAG, problem};
use crate::answer;
use crate::call::Call;
use crate::findings::{self, Refused};
use crate::harmless::harmless_json;
use crate::problem::Problem;
use crate::route::{Outcome, Route};
use crate::trail;

/// Findings of one import, at most, and bytes of it.
const IMPORT_MAX: usize = 10_000;
const IMPORT_BYTES_MAX: usize = 32 << 20;

/// Findings that are read together for an export.
const EXPORT_PAGE: u32 = 500;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/findings/export", export)
            .needs(Permission::ReadFindings)
            .told(TAG, "Gives all findings that are asked for. `limit` and `cursor` do not matter.")
            .query::<Export>()
            .gives_as::<String>(200, "*/*"),
        Route::post("/api/v1/findings/import", import)
            .needs(Permission::ImportFindings)
            .body_max(IMPORT_BYTES_MAX)
            .told(TAG, "Takes in findings. Those that are not in order are told, the others are kept.")
            .query::<Form>()
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
    /// Security Hub's, one document as GetFindings gives it.
    Asff,
    /// GuardDuty's, JSON lines.
    Guardduty,
    /// OCSF's Detection Finding, JSON lines.
    Ocsf,
    /// A table for spreadsheets.
    Csv,
}

impl ExportForm {
    /// How it is called over HTTP, and what a browser calls the file.
    fn media(self) -> (&'static str, &'static str) {
        match self {
            ExportForm::Jsonl | ExportForm::Guardduty | ExportForm::Ocsf => {
                ("application/x-ndjson", "attachment; filename=\"findings.jsonl\"")
            }
            ExportForm::Asff => ("application/json", "attachment; filename=\"findings.json\""),
            ExportForm::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"findings.csv\""),
        }
    }

    /// What writes it, where the hub does.
    fn writer(self) -> Option<Writer> {
        let format = match self {
            ExportForm::Jsonl => return None,
            ExportForm::Asff => Format::Asff,
            ExportForm::Guardduty => Format::GuardDuty,
            ExportForm::Ocsf => Format::Ocsf,
            ExportForm::Csv => Format::Csv,
        };
        Some(Writer::new(format))
    }
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

/// What is taken in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Form {
    /// In whose form.
    #[serde(default)]
    format: ImportForm,
}

/// In whose form findings come.
#[derive(Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum ImportForm {
    /// Security Hub's.
    #[default]
    Asff,
    /// GuardDuty's.
    Guardduty,
    /// OCSF's.
    Ocsf,
}

/// Findings to take in: `{"Findings": […]}`, a list, one finding, or a finding a line, in the form that `format` names.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "it is only described")]
struct Import(Value);

/// What became of them.
#[derive(Serialize, JsonSchema)]
struct Imported {
    /// Findings that are kept, or were as new already.
    imported: u64,
    /// Those of them that are new, or changed.
    changed: u64,
    /// Those that are not in order.
    failed: Vec<NotImported>,
}

/// A finding that is not in order.
#[derive(Serialize, JsonSchema)]
struct NotImported {
    /// Which one, counted from 1.
    number: usize,
    /// What is wrong.
    problem: String,
}

fn import(call: &Call) -> Outcome {
    let form: Form = call.query()?;
    let format = match form.format {
        ImportForm::Asff => Format::Asff,
        ImportForm::Guardduty => Format::GuardDuty,
        ImportForm::Ocsf => Format::Ocsf,
    };
    if call.body.is_empty() {
        return Err(Problem::unfit("there is no body"));
    }
    let text = std::str::from_utf8(&call.body).map_err(|_| Problem::unfit("the body is not UTF-8"))?;
    let reading = read(format, text).map_err(Problem::unfit)?;
    let (count, failed) = (reading.documents.len(), reading.faults);
    if count + failed.len() > IMPORT_MAX {
        return Err(Problem::unfit(format!("one import takes at most {IMPORT_MAX} findings")));
    }
    let source = Source::provider(call.who.caller()?.name());
    let changed = call.app.parts.state.hub_import(reading.documents, &source, call.now());
    let changed = changed.map_err(|error| problem(Refused::Failed(error)))?;
    findings::tell(&call.app, &changed);
    trail::note(call, "finding.import", format_args!("{count} findings"))?;
    let failed = failed.into_iter().map(|(number, problem)| NotImported { number, problem });
    answer::json(&Imported { imported: count as u64, changed: changed.len() as u64, failed: failed.collect() })
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
        let mut writer = format.writer();
        let mut text = |documents: &[Asff]| -> String {
            let text = documents.iter().map(|document| match &mut writer {
                Some(writer) if format == ExportForm::Csv => writer.write(document),
                Some(writer) => harmless_json(writer.write(document)),
                None => harmless_json(serde_json::to_string(&Row::of(document, &home)).expect("a row has a JSON form")) + "\n",
            });
            text.collect()
        };
        if sender.blocking_send(text(&first)).is_err() {
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
                // What is missing shows: the last line says so, and a document of Security Hub's stays without its end.
                Err(problem) => {
                    tracing::error!(problem = problem.detail, "an export broke off");
                    drop(sender.blocking_send("\n{\"problem\":\"the export broke off\"}\n".to_owned()));
                    return;
                }
            }
        }
        if let Some(writer) = writer {
            drop(sender.blocking_send(writer.end()));
        }
    });
    let lines = stream::unfold(receiver, |mut receiver| async {
        let text = receiver.recv().await?;
        Some((Ok::<Bytes, Infallible>(Bytes::from(text)), receiver))
    });
    let (media, name) = format.media();
    let mut answer = Response::new(Body::from_stream(lines));
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    answer.headers_mut().insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(name));
    Ok(answer)
}
