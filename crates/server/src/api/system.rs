//! What machines ask: whether it lives, whether it works, numbers, and the description of the API.

use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use watchfire_trust::Permission;

use crate::answer;
use crate::call::Call;
use crate::route::{Outcome, Route};

pub(super) fn routes() -> Vec<Route> {
    const TAG: &str = "system";
    vec![
        Route::get("/healthz", |_| answer::json(&Health { status: "alive" }))
            .told(TAG, "Answers as long as the program lives.")
            .gives::<Health>(),
        Route::get("/readyz", ready)
            .told(TAG, "Says whether the program can do its work; 503 when it cannot.")
            .gives::<Readiness>()
            .gives_as::<Readiness>(503, "application/json"),
        Route::get("/metrics", metrics)
            .needs(Permission::ReadStatus)
            .told(TAG, "Numbers in the text format of Prometheus.")
            .gives_as::<String>(200, "text/plain"),
        Route::get("/api/v1/openapi.json", |call| {
            let text = call.app.openapi.clone();
            Ok(answer::text_of(StatusCode::OK, "application/json", text))
        })
        .told(TAG, "This description.")
        .gives::<serde_json::Map<String, serde_json::Value>>(),
    ]
}

/// Whether it lives.
#[derive(Serialize, JsonSchema)]
struct Health {
    /// `alive`.
    status: &'static str,
}

/// Whether it works.
#[derive(Serialize, JsonSchema)]
struct Readiness {
    /// Whether it can do its work.
    is_ready: bool,
    /// How many reasons there are that it cannot. What they are is told to who is logged in, at `/api/v1/sources` and on the status page.
    problems: usize,
}

fn ready(call: &Call) -> Outcome {
    let problems = call.app.parts.vitals.unready().len();
    let status = if problems == 0 { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    answer::json_with(status, &Readiness { is_ready: problems == 0, problems })
}

fn metrics(call: &Call) -> Outcome {
    let parts = &call.app.parts;
    let text = call.app.metrics.text(parts.live.followers(), parts.vitals.families());
    Ok(answer::text_of(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", text))
}
