//! Takes in the body of a request, within its bounds.

use std::sync::Arc;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout, timeout_at};

use crate::problem::Problem;
use crate::settings::Limits;

/// Bytes that are read and thrown away after a body was found too large, so that the caller gets to read why.
const DRAINED_MAX: usize = 8 << 20;

/// When a body is to be sent again that there was no room for, in seconds.
const BUSY_SECONDS: u64 = 5;

/// A body, and its place among those that are held.
pub(crate) struct Taken {
    pub bytes: Bytes,
    _room: Option<OwnedSemaphorePermit>,
}

/// Takes in a body of at most `bytes_max`.
pub(crate) async fn take(
    mut body: Body,
    headers: &HeaderMap,
    bytes_max: usize,
    limits: &Limits,
    room: &Arc<Semaphore>,
) -> Result<Taken, Problem> {
    if bytes_max == 0 {
        return Ok(Taken { bytes: Bytes::new(), _room: None });
    }
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > bytes_max) {
        drain(&mut body, limits).await;
        return Err(Problem::too_large(bytes_max));
    }
    let until = Instant::now() + limits.body_time_max;
    let (mut held, mut taken) = (None::<OwnedSemaphorePermit>, BytesMut::with_capacity(length.unwrap_or_default().min(64 << 10)));
    while let Some(piece) = piece(&mut body, until, limits).await? {
        if taken.len() + piece.len() > bytes_max {
            drain(&mut body, limits).await;
            return Err(Problem::too_large(bytes_max));
        }
        taken.extend_from_slice(&piece);
        let kib = taken.len().div_ceil(1024) - held.as_ref().map_or(0, |held| held.num_permits());
        if kib > 0 {
            let more = u32::try_from(kib).ok().and_then(|kib| room.clone().try_acquire_many_owned(kib).ok());
            let more = more.ok_or_else(|| Problem::busy("too many requests are held at once", BUSY_SECONDS))?;
            match &mut held {
                Some(held) => held.merge(more),
                None => held = Some(more),
            }
        }
    }
    Ok(Taken { bytes: taken.freeze(), _room: held })
}

/// The next piece of a body; none after its end.
async fn piece(body: &mut Body, until: Instant, limits: &Limits) -> Result<Option<Bytes>, Problem> {
    let slow = || {
        let detail = "the body did not come in time";
        Problem::new(StatusCode::REQUEST_TIMEOUT, "too_slow", detail, "send it in one go").header(header::CONNECTION, close())
    };
    loop {
        let frame = timeout_at(until, timeout(limits.body_pause_max, body.frame())).await;
        match frame.map_err(|_| slow())?.map_err(|_| slow())? {
            None => return Ok(None),
            Some(Err(error)) => return Err(Problem::unfit(format!("the body broke off: {error}"))),
            Some(Ok(frame)) => match frame.into_data() {
                Ok(data) if data.is_empty() => {}
                Ok(data) => return Ok(Some(data)),
                Err(_trailers) => {}
            },
        }
    }
}

fn close() -> http::HeaderValue {
    http::HeaderValue::from_static("close")
}

/// Reads on for a while without keeping anything.
async fn drain(body: &mut Body, limits: &Limits) {
    let (until, mut drained) = (Instant::now() + limits.body_pause_max, 0);
    while let Ok(Some(piece)) = piece(body, until, limits).await {
        drained += piece.len();
        if drained > DRAINED_MAX {
            break;
        }
    }
}
