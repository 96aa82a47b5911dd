//! The sources of logs, and how they do.

use watchfire_trust::Permission;

use crate::answer::{self, PageQuery};
use crate::call::Call;
use crate::outside::sources::SourceHealth;
use crate::route::{Outcome, Route};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/sources", list)
            .needs(Permission::ReadStatus)
            .told("sources", "Lists the sources of logs and how they do.")
            .query::<PageQuery>()
            .gives::<answer::Page<SourceHealth>>(),
    ]
}

fn list(call: &Call) -> Outcome {
    answer::json(&answer::page_of(call.app.parts.sources.health(), &call.query()?, |source| source.name.clone())?)
}
