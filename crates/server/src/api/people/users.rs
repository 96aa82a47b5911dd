//! Users.

use http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use watchfire_state::TrustStore;
use watchfire_trust::{NewUser, Permission, Role, Secret, User, UserChange, UserName};

use super::super::session::{hash, judge};
use super::{RoleWord, act, fault, named};
use crate::answer::{self, Page, PageQuery};
use crate::call::Call;
use crate::problem::Problem;
use crate::route::{Outcome, Route};

pub(in crate::api) fn routes() -> Vec<Route> {
    const TAG: &str = "users";
    vec![
        Route::get("/api/v1/users", users)
            .needs(Permission::ReadUsers)
            .told(TAG, "Lists users.")
            .query::<PageQuery>()
            .gives::<Page<UserView>>(),
        Route::post("/api/v1/users", add_user)
            .needs(Permission::ManageUsers)
            .told(TAG, "Makes a user.")
            .takes::<UserToAdd>()
            .gives_as::<UserView>(201, "application/json"),
        Route::get("/api/v1/users/{name}", |call| answer::thing(call, &UserView::from(&user(call)?)))
            .needs(Permission::ReadUsers)
            .told(TAG, "Shows a user.")
            .etag()
            .gives::<UserView>(),
        Route::patch("/api/v1/users/{name}", change_user)
            .needs(Permission::ManageUsers)
            .told(TAG, "Changes a user's role, lets it in or keeps it out, or gives it another password.")
            .etag()
            .takes::<UserToChange>()
            .gives::<UserView>(),
        Route::delete("/api/v1/users/{name}", remove_user)
            .needs(Permission::ManageUsers)
            .told(TAG, "Removes a user with all that is its own.")
            .etag()
            .gives_nothing(),
    ]
}

/// A user.
#[derive(Serialize, JsonSchema)]
struct UserView {
    /// What it logs in with.
    name: String,
    /// `viewer`, `analyst`, `responder` or `admin`.
    role: RoleWord,
    /// Whether it may come in.
    is_active: bool,
    /// Whether it can log in, or is for machines alone.
    has_password: bool,
    /// When it was made.
    created: String,
    /// When its role, password or activity last changed.
    changed: String,
}

impl From<&User> for UserView {
    fn from(user: &User) -> UserView {
        UserView {
            name: user.name.to_string(),
            role: user.role.into(),
            is_active: user.is_active,
            has_password: user.password.is_some(),
            created: user.created.to_string(),
            changed: user.changed.to_string(),
        }
    }
}

/// A user to be made.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UserToAdd {
    /// What it logs in with: 1 to 64 letters, digits and `. _ - @ +`.
    #[schemars(regex(pattern = "^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$"))]
    name: String,
    /// What it is here.
    role: RoleWord,
    /// 12 letters or more; without one the user is for machines alone.
    password: Option<String>,
}

/// What becomes of a user; what is not there stays.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UserToChange {
    /// What it is from now on.
    role: Option<RoleWord>,
    /// Whether it may come in.
    is_active: Option<bool>,
    /// Another password; all its sessions end.
    password: Option<String>,
}

fn users(call: &Call) -> Outcome {
    let users = call.app.parts.state.users().map_err(fault)?;
    answer::json(&answer::page_of(users.iter().map(UserView::from), &call.query()?, |user| user.name.clone())?)
}

fn user(call: &Call) -> Result<User, Problem> {
    named(call, call.part("name"))
}

fn add_user(call: &Call) -> Outcome {
    let wanted: UserToAdd = call.json()?;
    let name: UserName = wanted.name.parse().map_err(|error: watchfire_trust::NoUserName| Problem::unfit(error.to_string()))?;
    let password = wanted.password.map(Secret::new);
    let password = password.map(|password| judge(&name, &password).and_then(|()| hash(&call.app, &password))).transpose()?;
    let act = act(call, "user.add")?.on(&name);
    let user = NewUser { name, role: wanted.role.into(), password };
    let user = call.app.parts.state.add_user(&user, call.now(), act).map_err(fault)?;
    answer::json_with(StatusCode::CREATED, &UserView::from(&user))
}

fn change_user(call: &Call) -> Outcome {
    let wanted: UserToChange = call.json()?;
    let _alone = call.app.change();
    let user = user(call)?;
    answer::unchanged(call, &UserView::from(&user))?;
    let password = wanted.password.map(Secret::new);
    let password = password.map(|password| judge(&user.name, &password).and_then(|()| hash(&call.app, &password))).transpose()?;
    let change = UserChange { role: wanted.role.map(Role::from), is_active: wanted.is_active, password };
    let act = act(call, "user.change")?.on(&user.name);
    let user = call.app.parts.state.change_user(user.id, &change, call.now(), act).map_err(fault)?;
    answer::json(&UserView::from(&user))
}

fn remove_user(call: &Call) -> Outcome {
    let _alone = call.app.change();
    let user = user(call)?;
    answer::unchanged(call, &UserView::from(&user))?;
    call.app.parts.state.remove_user(user.id, act(call, "user.remove")?.on(&user.name)).map_err(fault)?;
    answer::done()
}
