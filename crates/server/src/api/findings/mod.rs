//! Findings: ours, and those of other products that were imported.

mod change;
mod detail;
mod facets;
mod query;
mod row;
mod transfer;

use serde_json::json;
use watchfire_hub::asff::Asff;
use watchfire_hub::filter::Filters;
use watchfire_hub::query::Query;
use watchfire_hub::{AwsError, Code};
use watchfire_state::HubStore;
use watchfire_trust::Permission;

use crate::answer::{self, Page};
use crate::call::Call;
use crate::findings::Refused;
use crate::problem::Problem;
use crate::route::{Outcome, Route};

pub(in crate::api) use detail::asked;
pub(crate) use row::Row;

use query::{Asked, Wanted};

const TAG: &str = "findings";

pub(super) fn routes() -> Vec<Route> {
    let lists = vec![
        Route::get("/api/v1/findings", list)
            .needs(Permission::ReadFindings)
            .told(TAG, "Lists findings.")
            .query::<Wanted>()
            .gives::<Page<Row>>(),
        Route::post("/api/v1/findings/query", list_asked)
            .needs(Permission::ReadFindings)
            .told(TAG, "Lists findings by the filters that AWS's GetFindings has.")
            .takes::<Asked>()
            .gives::<Page<Row>>(),
    ];
    [lists, facets::routes(), detail::routes(), change::routes(), transfer::routes()].into_iter().flatten().collect()
}

fn list(call: &Call) -> Outcome {
    page(call, &call.query::<Wanted>()?.asked()?)
}

fn list_asked(call: &Call) -> Outcome {
    page(call, &call.json()?)
}

fn page(call: &Call, asked: &Asked) -> Outcome {
    let home = &call.app.parts.home;
    let (documents, next) = query::page(call, asked)?;
    answer::json(&Page { items: documents.iter().map(|document| Row::of(document, home)).collect(), next })
}

/// A refusal of the hub as a problem.
pub(super) fn problem(refused: Refused) -> Problem {
    match refused {
        Refused::Aws(AwsError { code: Code::ResourceNotFound, message }) => Problem::not_found(message),
        Refused::Aws(AwsError { code: Code::ResourceConflict, message }) => Problem::conflict(message, "look at what there is"),
        Refused::Aws(AwsError { code: Code::LimitExceeded, message }) => {
            Problem::new(http::StatusCode::UNPROCESSABLE_ENTITY, "over_limit", message, "remove what is not needed")
        }
        Refused::Aws(AwsError { code: Code::InvalidAccess, message }) => {
            Problem::conflict(message, "Security Hub was disabled here by an API call; EnableSecurityHub enables it again")
        }
        Refused::Aws(AwsError { message, .. }) => Problem::unfit(message),
        Refused::Failed(error) => Problem::failed("findings cannot be read or kept", error),
    }
}

/// The finding that a path names.
fn named(call: &Call) -> Result<Asff, Problem> {
    let id = call.part("id");
    find(call, id)?.ok_or_else(|| Problem::not_found(format!("there is no finding {id}")))
}

/// A finding by our id of it.
fn find(call: &Call, id: &str) -> Result<Option<Asff>, Problem> {
    let state = &call.app.parts.state;
    let failed = |error| problem(Refused::Failed(error));
    if let Some(id) = row::own_id(id) {
        return Ok(state.hub_finding(id).map_err(failed)?.map(|held| held.document));
    }
    let Some(key) = row::key_of(id) else { return Ok(None) };
    let equals = |value: &str| json!([{"Value": value, "Comparison": "EQUALS"}]);
    let filters = Filters::read(&json!({"Id": equals(&key.id), "ProductArn": equals(&key.product_arn)}));
    // What no filter takes is the key of no finding.
    let Ok(filters) = filters else { return Ok(None) };
    let found = state.hub_find(&Query::latest(filters, 1), call.now()).map_err(failed)?;
    Ok(found.items.into_iter().map(|(_, held)| held.document).find(|document| document.key() == key))
}
