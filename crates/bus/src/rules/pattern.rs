//! TestEventPattern.

use serde::{Deserialize, Serialize};

use super::{Context, Outcome, State};
use crate::error::AwsError;
use crate::event::DEPTH_MAX;
use crate::json;
use crate::patterns;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Test {
    event_pattern: String,
    event: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tested {
    result: bool,
}

/// What an event has to have; `resources` is asked for by the guide, but not by the service.
const NEEDED: [&str; 6] = ["id", "account", "source", "time", "region", "detail-type"];

pub(super) fn test(_: &State, request: Test, _: &mut Context<'_>) -> Outcome<Tested> {
    let pattern = patterns::parse(&request.event_pattern).map_err(AwsError::pattern)?;
    let members = json::is_valid(&request.event, DEPTH_MAX).then(|| json::members(&request.event)).flatten();
    let whole = members.is_some_and(|members| NEEDED.iter().all(|needed| members.iter().any(|(name, _)| name == needed)));
    if !whole {
        return Err(AwsError::validation("Parameter Event is not valid."));
    }
    Ok((vec![], Tested { result: pattern.matches(&request.event).unwrap_or(false) }))
}
