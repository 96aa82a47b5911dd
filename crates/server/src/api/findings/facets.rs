//! How findings are spread: by severity, status, account and so on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use watchfire_hub::attribute::Attribute;
use watchfire_state::HubStore;
use watchfire_trust::Permission;

use super::query::Asked;
use super::{TAG, problem};
use crate::answer;
use crate::call::Call;
use crate::findings::Refused;
use crate::problem::Problem;
use crate::route::{Outcome, Route};

/// Values of one facet, at most.
const VALUES_MAX: usize = 100;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/findings/facets", facets)
            .needs(Permission::ReadFindings)
            .told(TAG, "Counts findings by the values of attributes.")
            .takes::<Question>()
            .gives::<Facets>(),
    ]
}

/// What to count.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Question {
    /// AWS's `AwsSecurityFindingFilters`: which findings.
    #[serde(default)]
    filters: serde_json::Map<String, serde_json::Value>,
    /// Attributes of these filters by which to count, such as `SeverityLabel`, `WorkflowStatus`, `AwsAccountId`, `Type`.
    #[schemars(length(min = 1, max = 10))]
    by: Vec<String>,
}

/// How findings are spread.
#[derive(Serialize, JsonSchema)]
struct Facets {
    /// One for each attribute that was asked for.
    facets: Vec<Facet>,
}

/// How findings are spread over an attribute.
#[derive(Serialize, JsonSchema)]
struct Facet {
    /// The attribute.
    by: String,
    /// Its values, the most frequent first.
    values: Vec<Counted>,
}

/// A value with how many findings have it.
#[derive(Serialize, JsonSchema)]
struct Counted {
    /// The value.
    value: String,
    /// So many.
    count: u64,
}

fn facets(call: &Call) -> Outcome {
    let question: Question = call.json()?;
    if !(1..=10).contains(&question.by.len()) {
        return Err(Problem::unfit("by has to name 1 to 10 attributes"));
    }
    let filters = Asked { filters: question.filters, ..Asked::default() }.filters()?;
    let attributes = question.by.iter().map(|name| Attribute::of(name).ok_or(name)).collect::<Result<Vec<_>, _>>();
    let attributes = attributes.map_err(|name| Problem::unfit(format!("{name:?} is no attribute of AwsSecurityFindingFilters")))?;
    let count = |attribute| call.app.parts.state.hub_count(&filters, attribute, VALUES_MAX, call.now());
    let counted: Result<Vec<_>, _> = attributes.into_iter().map(count).collect();
    let counted = counted.map_err(|error| problem(Refused::Failed(error)))?;
    let facets = question.by.into_iter().zip(counted).map(|(by, values)| {
        let values = values.into_iter().map(|(value, count)| Counted { value, count }).collect();
        Facet { by, values }
    });
    answer::json(&Facets { facets: facets.collect() })
}
