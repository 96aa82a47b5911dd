//! Amazon Data Firehose's HTTP endpoint delivery. Firehose looks at the request id in the answer; anything else it takes for a failure and
//! sends the batch again.

use axum::body::Body;
use bytes::Bytes;
use http::request::Parts as Head;
use http::{Response, header};
use schemars::JsonSchema;
use watchfire_ingest::{Firehose, firehose, firehose_answer};
use watchfire_model::EventTime;

use super::{bounded, bounds, keep, source, unfit};
use crate::answer;
use crate::call::Call;
use crate::harmless::harmless_json;
use crate::outside::intake::Protocol;
use crate::problem::Problem;
use crate::route::{Access, Outcome, Route};

/// Firehose's own limit for a request: 64 MiB.
const BODY_MAX: usize = 64 << 20;

/// Letters of a request id that are kept.
const ID_MAX: usize = 128;

pub(super) fn route() -> Route {
    Route::post("/ingest/firehose/{source}", deliver)
        .access(Access::Pushes)
        .refuses(refusal)
        .body_max(BODY_MAX)
        .told("push", "Takes in a batch of Amazon Data Firehose. 200 means that it is durable.")
        .takes::<Delivery>()
        .gives::<Receipt>()
        .refuses_as::<Receipt>("application/json")
}

/// A batch, as it is described; `watchfire_ingest` reads it.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is only described")]
struct Delivery {
    /// The same as in the header X-Amz-Firehose-Request-Id.
    request_id: String,
    /// The records.
    records: Vec<Record>,
}

/// A record of a batch.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "it is only described")]
struct Record {
    /// Base64 of what the producer sent.
    data: String,
}

/// What Firehose is told.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is only described")]
struct Receipt {
    /// Of the request.
    request_id: String,
    /// Milliseconds since 1970.
    timestamp: i64,
    /// What went wrong; absent when all went well.
    error_message: Option<String>,
}

const REQUEST_ID: &str = "x-amz-firehose-request-id";

fn deliver(call: &Call) -> Outcome {
    let source = source(call, Protocol::Firehose)?;
    let _room = bounded(call)?;
    let encoding = call.named_header(header::CONTENT_ENCODING.as_str());
    let read = firehose(call.named_header(REQUEST_ID), encoding, &call.body, &bounds());
    let Firehose { request_id: id, pushed } = read.map_err(unfit)?;
    if !(1..=ID_MAX).contains(&id.len()) || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Problem::unfit(format!("requestId has to be 1 to {ID_MAX} letters and digits")));
    }
    if !pushed.bytes.is_empty() {
        keep(call, source, &id, vec![Bytes::from(pushed.bytes)])?;
    }
    Ok(answer::text_of(http::StatusCode::OK, "application/json", firehose_answer(&id, call.now(), None)))
}

/// A problem in Firehose's form.
fn refusal(problem: Problem, head: &Head, now: EventTime) -> Response<Body> {
    let id = head.headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
    let id: String = id.chars().take(ID_MAX).collect();
    let text = firehose_answer(&id, now, Some(&format!("{} ({})", problem.detail, problem.hint)));
    let mut answer = answer::text_of(problem.status, "application/json", harmless_json(text));
    answer.headers_mut().extend(problem.headers);
    answer
}
