//! Amazon Data Firehose's HTTP endpoint delivery, as "Appendix - HTTP endpoint delivery request and response specifications" of its guide
//! has it. Firehose looks at the request id in the answer; anything else it takes for a failure and sends the batch again.

use std::borrow::Cow;
use std::io::Read;

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::request::Parts as Head;
use http::{HeaderValue, Response, StatusCode, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{keep, source};
use crate::answer;
use crate::call::Call;
use crate::outside::intake::Protocol;
use crate::problem::Problem;
use crate::route::{Access, Outcome, Route};

/// Firehose's own limit for a request: 64 MiB.
const BODY_MAX: usize = 64 << 20;

/// Bytes of a body after gzip. Records are base64 text, so their data is three quarters of it.
const INFLATED_MAX: usize = 128 << 20;

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
}

/// A batch. Data stays borrowed until it is decoded: a body is large.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Delivery<'b> {
    /// The same as in the header X-Amz-Firehose-Request-Id.
    #[serde(borrow)]
    request_id: Cow<'b, str>,
    /// The records.
    #[serde(borrow)]
    records: Vec<Record<'b>>,
}

/// A record of a batch.
#[derive(Deserialize, JsonSchema)]
struct Record<'b> {
    /// Base64 of what the producer sent.
    #[serde(borrow)]
    data: Cow<'b, str>,
}

/// What Firehose is told.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Receipt {
    /// Of the request.
    request_id: String,
    /// Milliseconds since 1970.
    timestamp: i64,
    /// What went wrong; absent when all went well.
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<String>,
}

fn deliver(call: &Call) -> Outcome {
    let source = source(call, Protocol::Firehose)?;
    let body = inflated(call)?;
    let delivery: Delivery<'_> =
        serde_json::from_slice(&body).map_err(|error| Problem::unfit(format!("the body is no batch of Firehose: {error}")))?;
    let id = delivery.request_id.into_owned();
    let is_id = (1..=ID_MAX).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_id || call.named_header(REQUEST_ID).is_some_and(|named| named != id) {
        return Err(Problem::unfit("requestId has to be that of the header X-Amz-Firehose-Request-Id"));
    }
    let decoded = delivery.records.iter().enumerate().map(|(number, record)| {
        let data = STANDARD.decode(record.data.as_bytes());
        data.map(Bytes::from).map_err(|error| Problem::unfit(format!("record {number} is no base64: {error}")))
    });
    let parts: Vec<Bytes> = decoded.collect::<Result<_, _>>()?;
    if !parts.is_empty() {
        keep(call, source, &id, parts)?;
    }
    answer::json(&Receipt { request_id: id, timestamp: call.now().millis(), error_message: None })
}

const REQUEST_ID: &str = "x-amz-firehose-request-id";

/// The body without its gzip, bounded.
fn inflated(call: &Call) -> Result<Cow<'_, [u8]>, Problem> {
    match call.header(&header::CONTENT_ENCODING).to_ascii_lowercase().as_str() {
        "" | "identity" => Ok(Cow::Borrowed(&call.body)),
        "gzip" => {
            let mut text = Vec::with_capacity(call.body.len().saturating_mul(4).min(INFLATED_MAX));
            let mut inflater = flate2::read::MultiGzDecoder::new(&call.body[..]).take(INFLATED_MAX as u64 + 1);
            inflater.read_to_end(&mut text).map_err(|error| Problem::unfit(format!("the gzip of the body is broken: {error}")))?;
            if text.len() > INFLATED_MAX {
                return Err(Problem::too_large(INFLATED_MAX));
            }
            Ok(Cow::Owned(text))
        }
        other => {
            let detail = format!("the body comes as {other:?}");
            Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                detail,
                "set the stream's encoding to gzip or none",
            ))
        }
    }
}

/// A problem in Firehose's form.
fn refusal(problem: Problem, head: &Head) -> Response<Body> {
    let id = head.headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
    let message: String = format!("{} ({})", problem.detail, problem.hint).chars().take(8192).collect();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let timestamp = i64::try_from(now.as_millis()).unwrap_or(i64::MAX);
    let receipt = Receipt { request_id: id.chars().take(ID_MAX).collect(), timestamp, error_message: Some(message) };
    let text = serde_json::to_string(&receipt).expect("a receipt has a JSON form");
    let mut answer = answer::text_of(problem.status, "application/json", crate::harmless::harmless_json(text));
    answer.headers_mut().extend(problem.headers);
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}
