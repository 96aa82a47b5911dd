//! Users with what is theirs: sessions, tokens, access keys; and the audit log of what they did.

use std::time::Duration;

use http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use watchfire_state::{AuditFilter, Error, TrustFault, TrustStore};
use watchfire_trust::audit::{Act, Head};
use watchfire_trust::{
    AccessKey, AccessKeyId, BadWish, Digest, NewToken, NewUser, Permission, Role, Scopes, Secret, Session, Token, TokenId, TokenWish, User,
    UserChange, UserId, UserName,
};

use super::session::{hash, judge};
use crate::answer::{self, Page, PageQuery, limit_usual};
use crate::call::Call;
use crate::chance;
use crate::problem::Problem;
use crate::route::{Outcome, Route};
use crate::who::refused;

pub(super) fn routes() -> Vec<Route> {
    use Permission::{ManageSelf, ManageUsers, ReadAudit, ReadUsers};
    [user_routes(ReadUsers, ManageUsers), own_routes(ManageSelf), audit_routes(ReadAudit)].into_iter().flatten().collect()
}

fn user_routes(reads: Permission, manages: Permission) -> Vec<Route> {
    const TAG: &str = "users";
    vec![
        Route::get("/api/v1/users", users).needs(reads).told(TAG, "Lists users.").query::<PageQuery>().gives::<Page<UserView>>(),
        Route::post("/api/v1/users", add_user)
            .needs(manages)
            .told(TAG, "Makes a user.")
            .takes::<UserToAdd>()
            .gives_as::<UserView>(201, "application/json"),
        Route::get("/api/v1/users/{name}", |call| answer::thing(call, &UserView::from(&user(call)?)))
            .needs(reads)
            .told(TAG, "Shows a user.")
            .etag()
            .gives::<UserView>(),
        Route::patch("/api/v1/users/{name}", change_user)
            .needs(manages)
            .told(TAG, "Changes a user's role, lets it in or keeps it out, or gives it another password.")
            .etag()
            .takes::<UserToChange>()
            .gives::<UserView>(),
        Route::delete("/api/v1/users/{name}", remove_user)
            .needs(manages)
            .told(TAG, "Removes a user with all that is its own.")
            .etag()
            .gives_nothing(),
    ]
}

fn own_routes(manages: Permission) -> Vec<Route> {
    const TAG: &str = "credentials";
    vec![
        Route::get("/api/v1/sessions", sessions)
            .needs(manages)
            .told(TAG, "Lists sessions: one's own, or a user's for who manages users.")
            .query::<OwnedQuery>()
            .gives::<Page<SessionView>>(),
        Route::delete("/api/v1/sessions/{id}", close_session).needs(manages).told(TAG, "Ends a session.").query::<Owned>().gives_nothing(),
        Route::get("/api/v1/tokens", tokens)
            .needs(manages)
            .told(TAG, "Lists tokens: one's own, or a user's for who manages users.")
            .query::<OwnedQuery>()
            .gives::<Page<TokenView>>(),
        Route::post("/api/v1/tokens", add_token)
            .needs(manages)
            .told(TAG, "Makes a token of one's own; its text is shown this once.")
            .takes::<TokenToAdd>()
            .gives_as::<TokenMade>(201, "application/json"),
        Route::delete("/api/v1/tokens/{id}", remove_token).needs(manages).told(TAG, "Takes a token back.").gives_nothing(),
        Route::get("/api/v1/access-keys", access_keys)
            .needs(manages)
            .told(TAG, "Lists access keys for AWS's tools: one's own, or a user's for who manages users.")
            .query::<OwnedQuery>()
            .gives::<Page<KeyView>>(),
        Route::post("/api/v1/access-keys", add_access_key)
            .needs(manages)
            .told(TAG, "Makes an access key of one's own for AWS's tools; its secret is shown this once.")
            .takes::<KeyToAdd>()
            .gives_as::<KeyMade>(201, "application/json"),
        Route::patch("/api/v1/access-keys/{id}", switch_access_key)
            .needs(manages)
            .told(TAG, "Lets an access key count, or not.")
            .takes::<KeyToChange>()
            .gives::<KeyView>(),
        Route::delete("/api/v1/access-keys/{id}", remove_access_key).needs(manages).told(TAG, "Removes an access key.").gives_nothing(),
    ]
}

fn audit_routes(reads: Permission) -> Vec<Route> {
    vec![
        Route::get("/api/v1/audit", audit)
            .needs(reads)
            .told("audit", "Lists what was done, the latest first.")
            .query::<AuditQuery>()
            .gives::<Page<EntryView>>(),
        Route::get("/api/v1/audit/verify", verify)
            .needs(reads)
            .told("audit", "Says whether the audit log is whole: no entry changed, missing or put in.")
            .query::<Remembered>()
            .gives::<Verified>(),
    ]
}

/// What went wrong with what is kept of users.
pub(super) fn fault(error: Error) -> Problem {
    let Error::Trust(fault) = error else { return Problem::failed("users cannot be read or kept", error) };
    let hint = fault.hint();
    match fault {
        TrustFault::NoUser(_) => Problem { hint: hint.into(), ..Problem::not_found(fault.to_string()) },
        TrustFault::TooMany { .. } => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "over_limit", fault.to_string(), hint),
        _ => Problem::conflict(fault.to_string(), hint),
    }
}

/// Something that the caller does, for the audit log.
pub(super) fn act(call: &Call, action: &str) -> Result<Act, Problem> {
    Ok(Act::new(call.who.caller()?, action, call.now()).from(Some(call.peer.ip())))
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

fn named(call: &Call, name: &str) -> Result<User, Problem> {
    let missing = || Problem::not_found(format!("there is no user {name}"));
    let name: UserName = name.parse().map_err(|_| missing())?;
    call.app.parts.state.user(&name).map_err(fault)?.ok_or_else(missing)
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

/// A session.
#[derive(Serialize, JsonSchema)]
struct SessionView {
    /// What it is called here.
    id: String,
    /// When it began.
    opened: String,
    /// When it was last used, to the minute or so.
    seen: String,
    /// Where it was opened from.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// What the browser calls itself.
    agent: String,
    /// Whether it is the one that asks.
    is_current: bool,
}

fn sessions(call: &Call) -> Outcome {
    let query: OwnedQuery = call.query()?;
    let owner = owner(call, query.user.as_deref())?;
    let current = call.who.0.as_ref().and_then(|admitted| admitted.session.as_ref()).map(|session| session.digest());
    let (limits, now) = (call.app.gate.settings().sessions, call.now());
    let sessions = call.app.parts.state.sessions(owner).map_err(fault)?;
    let live = sessions.into_iter().filter(|session| session.is_live(limits, now)).map(|session: Session| SessionView {
        id: session.digest.to_string(),
        opened: session.opened.to_string(),
        seen: session.seen.to_string(),
        address: session.address.map(|address| address.to_string()),
        is_current: current == Some(session.digest),
        agent: session.agent,
    });
    page(live, &query, |session| session.id.clone())
}

fn close_session(call: &Call) -> Outcome {
    let query: Owned = call.query()?;
    let owner = owner(call, query.user.as_deref())?;
    let missing = || Problem::not_found("there is no such session");
    let digest = Digest::parse(call.part("id")).ok_or_else(missing)?;
    let was = call.app.parts.state.close_session(owner, &digest, act(call, "session.close")?.on(digest)).map_err(fault)?;
    if was { answer::done() } else { Err(missing()) }
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
    #[schemars(range(min = 1, max = 3_000_000_000u64))]
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

/// The caller as a user.
fn oneself(call: &Call) -> Result<User, Problem> {
    let id = owner(call, None)?;
    let user = call.app.parts.state.user_of(id).map_err(fault)?;
    user.ok_or_else(|| Problem::not_found("the user is no longer there"))
}

fn bad_wish(wish: BadWish) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unfit_wish", wish.to_string(), "a credential may do at most what its owner may")
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

/// Which entries.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AuditQuery {
    /// Whose name begins so.
    actor: Option<String>,
    /// Whose action is this, or begins so where it ends with a dot.
    action: Option<String>,
    /// Items in a page, at most.
    #[serde(default = "limit_usual")]
    #[schemars(range(min = 1, max = 1000))]
    limit: u32,
    /// Where to go on: `next` of the page before.
    cursor: Option<String>,
}

/// An entry of the audit log.
#[derive(Serialize, JsonSchema)]
struct EntryView {
    /// Its place, from 1, without gaps.
    number: u64,
    /// When.
    time: String,
    /// Who, and how that was proved.
    actor: String,
    /// From where; empty for this machine's command line.
    address: String,
    /// What was done.
    action: String,
    /// To what.
    object: String,
    /// `done`, `refused` or `failed`.
    outcome: &'static str,
    /// What else there is to say.
    details: Map<String, Value>,
    /// The hash of the entry before.
    previous: String,
    /// Of all of the above.
    hash: String,
}

fn audit(call: &Call) -> Outcome {
    let query: AuditQuery = call.query()?;
    let limit = answer::limit(query.limit)?;
    let beside = query.cursor.as_deref().map(answer::cursor_text).transpose()?.map(|text| text.parse::<u64>());
    let beside = beside.transpose().map_err(|_| Problem::unfit("the cursor is not one of an earlier answer"))?;
    let filter = AuditFilter { beside, limit: limit + 1, actor: query.actor, action: query.action, ..AuditFilter::default() };
    let mut entries = call.app.parts.state.audit(&filter).map_err(fault)?;
    let is_more = entries.len() > limit;
    entries.truncate(limit);
    let next = entries.last().filter(|_| is_more).map(|entry| answer::cursor(&entry.number.to_string()));
    let items = entries.into_iter().map(|entry| EntryView {
        number: entry.number,
        time: entry.at.to_string(),
        details: serde_json::from_str(entry.details.as_str()).unwrap_or_default(),
        outcome: entry.outcome.as_str(),
        previous: entry.previous.to_string(),
        hash: entry.hash.to_string(),
        actor: entry.actor,
        address: entry.address,
        action: entry.action,
        object: entry.object,
    });
    answer::json(&Page { items: items.collect(), next })
}

/// An end of the log that was noted down.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Remembered {
    /// `head` of an earlier answer: the log must still have it.
    head: Option<String>,
}

/// Whether the log is whole.
#[derive(Serialize, JsonSchema)]
struct Verified {
    /// Whether it is.
    is_whole: bool,
    /// Its end, to be noted down elsewhere; absent when it is empty or broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    head: Option<String>,
    /// Where it is broken, and how.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

fn verify(call: &Call) -> Outcome {
    let query: Remembered = call.query()?;
    let remembered = query.head.map(|head| Head::parse(&head).ok_or_else(|| Problem::unfit("head is not one of an earlier answer")));
    let remembered: Vec<Head> = remembered.transpose()?.into_iter().collect();
    let verified = match call.app.parts.state.verify_audit(&remembered).map_err(fault)? {
        Ok(head) => Verified { is_whole: true, head: head.map(|head| head.to_string()), problem: None },
        Err(broken) => Verified { is_whole: false, head: None, problem: Some(broken.to_string()) },
    };
    answer::json(&verified)
}
