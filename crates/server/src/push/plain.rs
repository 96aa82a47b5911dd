//! Text as it is: JSON lines or an array, and single events.

use bytes::Bytes;
use http::{StatusCode, header};
use schemars::JsonSchema;
use serde::Serialize;
use watchfire_ingest::records;

use super::{bounded, bounds, keep, name_of, source, unfit};
use crate::answer;
use crate::call::Call;
use crate::outside::intake::Protocol;
use crate::problem::Problem;
use crate::route::{Access, Outcome, Route};

/// Bytes of a body as sent.
const BODY_MAX: usize = 32 << 20;

/// Bytes of one event; EventBridge has 1 MiB at most.
const EVENT_MAX: usize = 2 << 20;

/// A batch was kept.
#[derive(Serialize, JsonSchema)]
struct Kept {
    /// Its id: the same body has the same, and is taken in once.
    id: String,
    /// Bytes of it, as sent.
    bytes: usize,
}

pub(super) fn json() -> Route {
    Route::post("/ingest/json/{source}", |call| {
        let source = source(call, Protocol::Json)?;
        kept(call, source)
    })
    .access(Access::Pushes)
    .body_max(BODY_MAX)
    .told(
        "push",
        "Takes in log records: JSON lines or JSON documents, plain or with Content-Encoding gzip. 202 means that they are durable.",
    )
    .takes_as::<String>("application/x-ndjson")
    .gives_as::<Kept>(202, "application/json")
}

pub(super) fn eventbridge() -> Route {
    Route::post("/ingest/eventbridge/{source}", |call| {
        let source = source(call, Protocol::Eventbridge)?;
        let event: Result<serde_json::Map<String, serde_json::Value>, _> = serde_json::from_slice(&call.body);
        event.map_err(|error| Problem::unfit(format!("the body is no JSON object: {error}")))?;
        kept(call, source)
    })
    .access(Access::Pushes)
    .body_max(EVENT_MAX)
    .told("push", "Takes in one event, as API destinations of EventBridge send it. 202 means that it is durable.")
    .takes::<serde_json::Map<String, serde_json::Value>>()
    .gives_as::<Kept>(202, "application/json")
}

fn kept(call: &Call, source: &str) -> Outcome {
    if call.body.is_empty() {
        return Err(Problem::unfit("the body is empty"));
    }
    let _room = bounded(call)?;
    let encoding = call.named_header(header::CONTENT_ENCODING.as_str());
    let pushed = records(encoding, &call.body, &bounds()).map_err(unfit)?;
    let id = name_of(&call.body);
    if !pushed.bytes.is_empty() {
        keep(call, source, &id, vec![Bytes::from(pushed.bytes)])?;
    }
    answer::json_with(StatusCode::ACCEPTED, &Kept { id, bytes: call.body.len() })
}
