//! API tokens.

use std::time::Duration;

use http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use watchfire_state::TrustStore;
use watchfire_trust::{NewToken, Permission, Role, Scopes, Token, TokenId, TokenWish};

use super::{OwnedQuery, RoleWord, TAG, act, bad_wish, fault, may_manage, oneself, owner, page};
use crate::answer::{self, Page};
use crate::call::Call;
use crate::chance;
use crate::problem::Problem;
use crate::route::{Outcome, Route};

pub(in crate::api) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/tokens", tokens)
            .needs(Permission::ManageSelf)
            .told(TAG, "Lists tokens: one's own, or a user's for who manages users.")
            .query::<OwnedQuery>()
            .gives::<Page<TokenView>>(),
        Route::post("/api/v1/tokens", add_token)
            .needs(Permission::ManageSelf)
            .told(TAG, "Makes a token of one's own; its text is shown this once.")
            .takes::<TokenToAdd>()
            .gives_as::<TokenMade>(201, "application/json"),
        Route::delete("/api/v1/tokens/{id}", remove_token).needs(Permission::ManageSelf).told(TAG, "Takes a token back.").gives_nothing(),
    ]
}

/// A token.
#[derive(Serialize, JsonSchema)]
struct TokenView {
    /// Its number.
    id: i64,
    /// What it is for.
    label: String,
    /// The most it may do.
    role: RoleWord,
    /// What of that; absent for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    scopes: Option<Vec<&'static str>>,
    /// When it was made.
    created: String,
    /// When it ends; absent for never.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    /// When it was last used, to the minute or so.
    #[serde(skip_serializing_if = "Option::is_none")]
    used: Option<String>,
}

impl From<&Token> for TokenView {
    fn from(token: &Token) -> TokenView {
        let scopes = match &token.scopes {
            Scopes::All => None,
            Scopes::Only(scopes) => Some(scopes.iter().map(|scope| scope.as_str()).collect()),
        };
        TokenView {
            id: token.id.0,
            label: token.label.clone(),
            role: token.role.into(),
            scopes,
            created: token.created.to_string(),
            expires: token.expires.map(|time| time.to_string()),
            used: token.used.map(|time| time.to_string()),
        }
    }
}

/// A token to be made.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TokenToAdd {
    /// What it is for.
    #[schemars(length(min = 1, max = 100))]
    label: String,
    /// The most it may do; the caller's own role when nothing is said.
    role: Option<RoleWord>,
    /// What of that, such as `logs:push`; all when nothing is said.
    scopes: Option<Vec<String>>,
    /// How long it lives; for ever when nothing is said.
    #[schemars(range(min = 1, max = 3_162_240_000u64))]
    lives_seconds: Option<u64>,
}

/// A token with its text.
#[derive(Serialize, JsonSchema)]
struct TokenMade {
    #[serde(flatten)]
    view: TokenView,
    /// Its text, shown this once.
    token: String,
}

fn tokens(call: &Call) -> Outcome {
    let query: OwnedQuery = call.query()?;
    let owner = owner(call, query.user.as_deref())?;
    let tokens = call.app.parts.state.tokens(Some(owner)).map_err(fault)?;
    page(tokens.iter().map(TokenView::from), &query, |token| format!("{:020}", token.id))
}

fn add_token(call: &Call) -> Outcome {
    let wanted: TokenToAdd = call.json()?;
    let mut user = oneself(call)?;
    let caller = call.who.caller()?;
    // A narrow credential must not make a wide one.
    user.role = user.role.min(caller.role());
    let scopes = wanted.scopes.map(|scopes| scopes.iter().map(|scope| scope.parse()).collect::<Result<Vec<Permission>, _>>()).transpose();
    let scopes = scopes.map_err(|error| Problem::unfit(error.to_string()))?.map_or(Scopes::All, Scopes::only);
    let held = |permission: &Permission| caller.may(*permission).is_ok();
    let is_wider = match &scopes {
        Scopes::All => !user.role.permissions().all(|permission| held(&permission)),
        Scopes::Only(scopes) => !scopes.iter().all(held),
    };
    if is_wider {
        return Err(Problem::forbidden("the token would do more than the one that asks for it"));
    }
    let role = wanted.role.map_or(user.role, Role::from);
    let wish = TokenWish { label: wanted.label, role, scopes, lives: wanted.lives_seconds.map(Duration::from_secs) };
    let (token, text) = NewToken::issue(&user, wish, chance::bytes(), call.now()).map_err(bad_wish)?;
    let act = act(call, "token.add")?.on(&token.label);
    let token = call.app.parts.state.add_token(&token, act).map_err(fault)?;
    answer::json_with(StatusCode::CREATED, &TokenMade { view: TokenView::from(&token), token: text.reveal().to_owned() })
}

fn remove_token(call: &Call) -> Outcome {
    let missing = || Problem::not_found("there is no such token");
    let id = TokenId(call.part("id").parse().map_err(|_| missing())?);
    let token = call.app.parts.state.tokens(None).map_err(fault)?.into_iter().find(|token| token.id == id).ok_or_else(missing)?;
    // Whose it is, and so that it is there, is for its owner to know and for those who manage users.
    may_manage(call, token.owner).map_err(|_| missing())?;
    let was = call.app.parts.state.remove_token(id, act(call, "token.remove")?.on(id)).map_err(fault)?;
    if was { answer::done() } else { Err(missing()) }
}
