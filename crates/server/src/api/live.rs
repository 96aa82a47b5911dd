//! The live stream as server-sent events (WHATWG HTML, section 9.2).

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderValue, Response, header};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::error::RecvError;
use watchfire_trust::Permission;

use crate::app::App;
use crate::call::Call;
use crate::live::{Following, Message, Topic};
use crate::problem::Problem;
use crate::route::{Outcome, Route};

/// When a browser whose line broke comes again.
const RETRY: &str = "retry: 3000\n\n";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/live", follow)
            .needs(Permission::ReadFindings)
            .told(
                "live",
                "Follows what happens, as server-sent events. Each has an id; Last-Event-ID goes on after one. An event `missed` says that \
                 some are lost between: ask the lists again.",
            )
            .query::<Wanted>()
            .gives_as::<String>(200, "text/event-stream"),
    ]
}

/// What to follow.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// Topics with commas between; `finding` when nothing is said. `tail` shows records, and needs what searching needs.
    topics: Option<String>,
    /// The id of the last event that was seen, where the header Last-Event-ID cannot be sent.
    after: Option<String>,
}

/// A follower on its way.
struct Follower {
    app: Arc<App>,
    topics: Vec<Topic>,
    following: Following,
    /// Sent before anything else.
    first: Option<String>,
    replayed: usize,
    _room: OwnedSemaphorePermit,
}

fn follow(call: &Call) -> Outcome {
    let wanted: Wanted = call.query()?;
    let topics = topics(wanted.topics.as_deref().unwrap_or("finding"))?;
    for topic in &topics {
        call.who.may(match topic {
            Topic::Finding => Permission::ReadFindings,
            Topic::Tail => Permission::Search,
            Topic::Delivery | Topic::Source => Permission::ReadStatus,
        })?;
    }
    let room = call.app.followers.clone().try_acquire_owned();
    let room = room.map_err(|_| Problem::busy("as many follow already as may", 10))?;
    let after = call.named_header("last-event-id").map(str::to_owned).or(wanted.after);
    let following = call.app.parts.live.follow(after.as_deref());
    let missed = if following.is_gap { missed() } else { "" };
    let follower = Follower { app: call.app.clone(), topics, following, first: Some(format!("{RETRY}{missed}")), replayed: 0, _room: room };
    let events = stream::unfold(follower, |mut follower| async {
        let next = follower.next().await?;
        Some((Ok::<Bytes, Infallible>(Bytes::from(next)), follower))
    });
    let mut answer = Response::new(Body::from_stream(events));
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    answer.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(answer)
}

fn topics(text: &str) -> Result<Vec<Topic>, Problem> {
    let topic = |word: &str| {
        let found = Topic::ALL.into_iter().find(|topic| topic.as_str() == word.trim());
        found.ok_or_else(|| Problem::unfit(format!("{word:?} is no topic: there are finding, tail, delivery and source")))
    };
    text.split(',').map(topic).collect()
}

/// Tells a follower that it did not get everything.
fn missed() -> &'static str {
    "event: missed\ndata: {}\n\n"
}

impl Follower {
    /// The next text for the line; none ends it.
    async fn next(&mut self) -> Option<String> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        while let Some(message) = self.following.replay.get(self.replayed) {
            self.replayed += 1;
            if self.topics.contains(&message.topic) {
                return Some(self.event(message));
            }
        }
        self.following.replay = Vec::new();
        loop {
            let heard = tokio::select! {
                heard = self.following.receiver.recv() => heard,
                () = tokio::time::sleep(self.app.limits.heartbeat) => return Some(": still here\n\n".to_owned()),
                () = self.app.farewell.stopped() => return None,
            };
            match heard {
                Ok(message) if self.topics.contains(&message.topic) => return Some(self.event(&message)),
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => {
                    self.app.metrics.missed.fetch_add(1, Ordering::Relaxed);
                    return Some(missed().to_owned());
                }
                Err(RecvError::Closed) => return None,
            }
        }
    }

    fn event(&self, message: &Message) -> String {
        format!("id: {}\nevent: {}\ndata: {}\n\n", self.app.parts.live.id(message), message.topic.as_str(), message.data)
    }
}
