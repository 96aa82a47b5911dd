//! Access keys for AWS's tools.

use http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use watchfire_state::TrustStore;
use watchfire_trust::{AccessKey, AccessKeyId, Permission, Role};

use super::{OwnedQuery, RoleWord, TAG, act, bad_wish, fault, may_manage, oneself, owner, page};
use crate::answer::{self, Page};
use crate::call::Call;
use crate::chance;
use crate::problem::Problem;
use crate::route::{Outcome, Route};

pub(in crate::api) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/access-keys", access_keys)
            .needs(Permission::ManageSelf)
            .told(TAG, "Lists access keys for AWS's tools: one's own, or a user's for who manages users.")
            .query::<OwnedQuery>()
            .gives::<Page<KeyView>>(),
        Route::post("/api/v1/access-keys", add_access_key)
            .needs(Permission::ManageSelf)
            .told(TAG, "Makes an access key of one's own for AWS's tools; its secret is shown this once.")
            .takes::<KeyToAdd>()
            .gives_as::<KeyMade>(201, "application/json"),
        Route::patch("/api/v1/access-keys/{id}", switch_access_key)
            .needs(Permission::ManageSelf)
            .told(TAG, "Lets an access key count, or not.")
            .takes::<KeyToChange>()
            .gives::<KeyView>(),
        Route::delete("/api/v1/access-keys/{id}", remove_access_key)
            .needs(Permission::ManageSelf)
            .told(TAG, "Removes an access key.")
            .gives_nothing(),
    ]
}

/// An access key.
#[derive(Serialize, JsonSchema)]
struct KeyView {
    /// Its id, `AKWF…`.
    id: String,
    /// What it is for.
    label: String,
    /// The most it may do.
    role: RoleWord,
    /// Whether it counts.
    is_active: bool,
    /// When it was made.
    created: String,
    /// When it was last used, to the minute or so.
    #[serde(skip_serializing_if = "Option::is_none")]
    used: Option<String>,
}

impl From<&AccessKey> for KeyView {
    fn from(key: &AccessKey) -> KeyView {
        KeyView {
            id: key.id.to_string(),
            label: key.label.clone(),
            role: key.role.into(),
            is_active: key.is_active,
            created: key.created.to_string(),
            used: key.used.map(|time| time.to_string()),
        }
    }
}

/// An access key to be made.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct KeyToAdd {
    /// What it is for.
    #[schemars(length(min = 1, max = 100))]
    label: String,
    /// The most it may do; the caller's own role when nothing is said.
    role: Option<RoleWord>,
}

/// An access key with its secret.
#[derive(Serialize, JsonSchema)]
struct KeyMade {
    #[serde(flatten)]
    view: KeyView,
    /// Its secret, shown this once.
    secret: String,
}

/// What becomes of an access key.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct KeyToChange {
    /// Whether it counts.
    is_active: bool,
}

fn access_keys(call: &Call) -> Outcome {
    let query: OwnedQuery = call.query()?;
    let owner = owner(call, query.user.as_deref())?;
    let keys = call.app.parts.state.access_keys(Some(owner)).map_err(fault)?;
    page(keys.iter().map(KeyView::from), &query, |key| key.id.clone())
}

fn add_access_key(call: &Call) -> Outcome {
    let wanted: KeyToAdd = call.json()?;
    let mut user = oneself(call)?;
    let caller = call.who.caller()?;
    user.role = user.role.min(caller.role());
    // A key has no scopes: a credential that has some must not get rid of them so.
    if !user.role.permissions().all(|permission| caller.may(permission).is_ok()) {
        return Err(Problem::forbidden("the key would do more than the token that asks for it"));
    }
    let role = wanted.role.map_or(user.role, Role::from);
    let issued = AccessKey::issue(&user, &wanted.label, role, app_seal(call), chance::bytes(), call.now());
    let (key, secret) = issued.map_err(bad_wish)?;
    call.app.parts.state.add_access_key(&key, act(call, "access_key.add")?.on(&key.id)).map_err(fault)?;
    answer::json_with(StatusCode::CREATED, &KeyMade { view: KeyView::from(&key), secret: secret.reveal().to_owned() })
}

fn app_seal(call: &Call) -> &watchfire_trust::SealKey {
    call.app.gate.seal()
}

/// The access key that a path names, if the caller may manage it.
fn access_key(call: &Call) -> Result<AccessKey, Problem> {
    let missing = || Problem::not_found("there is no such access key");
    let id = AccessKeyId::parse(call.part("id")).ok_or_else(missing)?;
    let key = call.app.parts.state.access_keys(None).map_err(fault)?.into_iter().find(|key| key.id == id).ok_or_else(missing)?;
    may_manage(call, key.owner).map_err(|_| missing())?;
    Ok(key)
}

fn switch_access_key(call: &Call) -> Outcome {
    let KeyToChange { is_active } = call.json()?;
    let key = access_key(call)?;
    let action = if is_active { "access_key.activate" } else { "access_key.deactivate" };
    call.app.parts.state.switch_access_key(&key.id, is_active, act(call, action)?.on(&key.id)).map_err(fault)?;
    answer::json(&KeyView::from(&AccessKey { is_active, ..key }))
}

fn remove_access_key(call: &Call) -> Outcome {
    let key = access_key(call)?;
    call.app.parts.state.remove_access_key(&key.id, act(call, "access_key.remove")?.on(&key.id)).map_err(fault)?;
    answer::done()
}
