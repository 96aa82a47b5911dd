//! Users with what is theirs: sessions, tokens, access keys; and the audit log of what they did.

mod access_keys;
mod audit;
mod sessions;
mod tokens;
mod users;

use http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use watchfire_state::{Error, TrustFault, TrustStore};
use watchfire_trust::audit::Act;
use watchfire_trust::{BadWish, Permission, Role, User, UserId, UserName};

use crate::answer::{self, PageQuery, limit_usual};
use crate::call::Call;
use crate::problem::Problem;
use crate::route::{Outcome, Route};
use crate::who::refused;

/// The noun of what belongs to somebody.
const TAG: &str = "credentials";

pub(super) fn routes() -> Vec<Route> {
    [users::routes(), sessions::routes(), tokens::routes(), access_keys::routes(), audit::routes()].into_iter().flatten().collect()
}

/// What went wrong with what is kept of users.
pub(in crate::api) fn fault(error: Error) -> Problem {
    let Error::Trust(fault) = error else { return Problem::failed("users cannot be read or kept", error) };
    let hint = fault.hint();
    match fault {
        TrustFault::NoUser(_) => Problem { hint: hint.into(), ..Problem::not_found(fault.to_string()) },
        TrustFault::TooMany { .. } => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "over_limit", fault.to_string(), hint),
        _ => Problem::conflict(fault.to_string(), hint),
    }
}

/// Something that the caller does, for the audit log.
pub(in crate::api) fn act(call: &Call, action: &str) -> Result<Act, Problem> {
    Ok(Act::new(call.who.caller()?, action, call.now()).from(Some(call.peer.ip())))
}

/// What a user is here.
#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum RoleWord {
    /// Looks.
    Viewer,
    /// Works on findings, searches the logs.
    Analyst,
    /// Changes what happens by itself.
    Responder,
    /// Decides who may do what.
    Admin,
}

impl From<Role> for RoleWord {
    fn from(role: Role) -> RoleWord {
        match role {
            Role::Viewer => RoleWord::Viewer,
            Role::Analyst => RoleWord::Analyst,
            Role::Responder => RoleWord::Responder,
            Role::Admin => RoleWord::Admin,
        }
    }
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Role {
        match word {
            RoleWord::Viewer => Role::Viewer,
            RoleWord::Analyst => Role::Analyst,
            RoleWord::Responder => Role::Responder,
            RoleWord::Admin => Role::Admin,
        }
    }
}

fn named(call: &Call, name: &str) -> Result<User, Problem> {
    let missing = || Problem::not_found(format!("there is no user {name}"));
    let name: UserName = name.parse().map_err(|_| missing())?;
    call.app.parts.state.user(&name).map_err(fault)?.ok_or_else(missing)
}

/// Whose, and which page.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OwnedQuery {
    /// The user; oneself when nothing is said.
    user: Option<String>,
    /// Items in a page, at most.
    #[serde(default = "limit_usual")]
    #[schemars(range(min = 1, max = 1000))]
    limit: u32,
    /// Where to go on: `next` of the page before.
    cursor: Option<String>,
}

/// Whose.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Owned {
    /// The user; oneself when nothing is said.
    user: Option<String>,
}

/// The user that is meant, if the caller may manage what is that user's.
fn owner(call: &Call, name: Option<&str>) -> Result<UserId, Problem> {
    let caller = call.who.caller()?;
    let nobody = || Problem::unfit("the command line has nothing of its own here: name a user");
    let owner = match name {
        Some(name) if name != caller.name() => {
            // Whether there is such a user is for those to know who manage users.
            call.who.may(Permission::ManageUsers)?;
            named(call, name)?.id
        }
        _ => caller.user().ok_or_else(nobody)?,
    };
    may_manage(call, owner)?;
    Ok(owner)
}

fn may_manage(call: &Call, owner: UserId) -> Result<(), Problem> {
    call.who.caller()?.may_manage(owner).map_err(|denied| refused(&watchfire_trust::Refusal::Denied(denied)))
}

fn page<T: Serialize>(items: impl Iterator<Item = T>, query: &OwnedQuery, key: impl Fn(&T) -> String) -> Outcome {
    let query = PageQuery { limit: query.limit, cursor: query.cursor.clone() };
    answer::json(&answer::page_of(items, &query, key)?)
}

/// The caller as a user.
fn oneself(call: &Call) -> Result<User, Problem> {
    let id = owner(call, None)?;
    let user = call.app.parts.state.user_of(id).map_err(fault)?;
    user.ok_or_else(|| Problem::not_found("the user is no longer there"))
}

fn bad_wish(wish: BadWish) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unfit_wish", wish.to_string(), "a credential may do at most what its owner may")
}
