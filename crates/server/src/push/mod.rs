//! What others push: Firehose, JSON lines, API destinations of EventBridge. Each is told that all is well once the batch is durable, and
//! never before.

mod firehose;
mod plain;

use std::sync::atomic::Ordering;

use bytes::Bytes;
use http::StatusCode;
use sha2::{Digest, Sha256};
use tokio::sync::SemaphorePermit;
use watchfire_ingest::{PushBounds, PushError};

use crate::call::Call;
use crate::outside::intake::{Batch, IntakeError, Protocol};
use crate::problem::Problem;
use crate::route::Route;

pub(crate) fn routes() -> Vec<Route> {
    vec![firehose::route(), plain::json(), plain::eventbridge()]
}

/// Refuses a path that names no source of this protocol.
fn source(call: &Call, protocol: Protocol) -> Result<&str, Problem> {
    let name = call.part("source");
    match call.app.parts.intake.source(name) {
        Some(source) if source == protocol => Ok(name),
        _ => Err(Problem::new(
            StatusCode::NOT_FOUND,
            "not_found",
            format!("no source {name:?} takes this"),
            "name it in watchfire.toml under [[source]], with the kind that pushes so",
        )),
    }
}

/// Keeps a batch.
fn keep(call: &Call, source: &str, id: &str, parts: Vec<Bytes>) -> Result<(), Problem> {
    let bytes: usize = parts.iter().map(Bytes::len).sum();
    call.app.parts.intake.append(Batch { source, id, parts }).map_err(|error| match error {
        IntakeError::Full { after } => Problem::busy(error.to_string(), after.as_secs().max(1)),
        IntakeError::TooLarge { bytes_max } => Problem::too_large(bytes_max),
        IntakeError::Unfit(detail) => Problem::unfit(detail),
        IntakeError::Failed(error) => Problem::failed("the batch could not be kept", error),
    })?;
    call.app.metrics.batches.fetch_add(1, Ordering::Relaxed);
    call.app.metrics.batch_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    Ok(())
}

/// Bytes of one batch after it was unpacked.
const UNPACKED_MAX: usize = 128 << 20;

/// What a batch may become when it is unpacked.
fn bounds() -> PushBounds {
    PushBounds { bytes_max: UNPACKED_MAX }
}

/// A place among the batches that are unpacked at once: each may become large.
fn bounded(call: &Call) -> Result<SemaphorePermit<'_>, Problem> {
    call.app.unpacking.try_acquire().map_err(|_| Problem::busy("too many batches are being taken in", 2))
}

/// What cannot be taken in, and will not be another time.
fn unfit(error: PushError) -> Problem {
    match error.status() {
        413 => Problem::too_large(UNPACKED_MAX),
        415 => Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", error.to_string(), "send it plain or with gzip"),
        _ => Problem::unfit(error.to_string()),
    }
}

/// The name of a batch that comes without one: the same text has the same.
fn name_of(body: &[u8]) -> String {
    Sha256::digest(body).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
