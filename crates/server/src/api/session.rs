//! Logging in and out, the first run, and one's own password.

use std::net::SocketAddr;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Body;
use http::{HeaderValue, Response, StatusCode, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use watchfire_model::EventTime;
use watchfire_state::TrustStore;
use watchfire_trust::audit::{Act, Outcome as Went};
use watchfire_trust::{
    Admitted, NewUser, PasswordHash, Permission, Proof, Role, Secret, Session, SessionSecret, Setup, User, UserChange, UserName, Verdict,
    judge_password,
};

use super::people::{act, fault};
use crate::answer;
use crate::app::App;
use crate::call::Call;
use crate::chance;
use crate::problem::Problem;
use crate::route::{Outcome, Route};

/// Logins that wait for their turn to be looked at; further ones are told to come again.
const WAITING_MAX: usize = 16;

pub(super) fn routes() -> Vec<Route> {
    const TAG: &str = "session";
    vec![
        Route::post("/api/v1/session", log_in)
            .told(TAG, "Logs in: a cookie comes back, and the text that changes need in the header X-CSRF-Token.")
            .takes::<Login>()
            .gives::<Current>(),
        Route::get("/api/v1/session", current)
            .needs(Permission::ManageSelf)
            .told(TAG, "Says who is logged in, and what that may do.")
            .gives::<Current>(),
        Route::delete("/api/v1/session", log_out).needs(Permission::ManageSelf).told(TAG, "Logs out.").gives_nothing(),
        Route::put("/api/v1/session/password", change_password)
            .needs(Permission::ManageSelf)
            .told(TAG, "Changes one's own password; all other sessions end.")
            .takes::<NewPassword>()
            .gives::<Current>(),
        Route::post("/api/v1/setup", set_up)
            .told(TAG, "Makes the first admin, with the code of the link that was printed at the first start.")
            .takes::<FirstAdmin>()
            .gives::<Current>(),
    ]
}

/// A login.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Login {
    /// The user's name.
    name: String,
    /// Its password.
    password: String,
}

/// Another password.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    /// The one until now.
    old: String,
    /// The one from now on: 12 letters or more.
    new: String,
}

/// The first admin.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FirstAdmin {
    /// What stands in the printed link after the `#`.
    code: String,
    /// The admin's name.
    name: String,
    /// Its password: 12 letters or more.
    password: String,
}

/// Who is logged in.
#[derive(Serialize, JsonSchema)]
struct Current {
    /// The user's name.
    name: String,
    /// `viewer`, `analyst`, `responder` or `admin`.
    role: &'static str,
    /// What that may do.
    permissions: Vec<&'static str>,
    /// What changes need in the header X-CSRF-Token; only for sessions.
    #[serde(skip_serializing_if = "Option::is_none")]
    csrf: Option<String>,
}

/// Somebody who has just logged in.
pub(crate) struct Opened {
    user: User,
    secret: SessionSecret,
}

impl Opened {
    /// The cookie to set.
    pub fn cookie(&self, app: &App) -> HeaderValue {
        let settings = app.gate.settings();
        HeaderValue::from_str(&settings.cookie.set(&self.secret, settings.sessions.absolute)).expect("letters and digits")
    }

    fn answer(self, app: &App) -> Outcome {
        let cookie = self.cookie(app);
        let mut answer = answer::json(&Current {
            name: self.user.name.to_string(),
            role: self.user.role.as_str(),
            permissions: self.user.role.permissions().map(Permission::as_str).collect(),
            csrf: Some(self.secret.csrf().reveal().to_owned()),
        })?;
        answer.headers_mut().insert(header::SET_COOKIE, cookie);
        Ok(answer)
    }
}

fn log_in(call: &Call) -> Outcome {
    let login: Login = call.json()?;
    open(call, &login.name, &Secret::new(login.password))?.answer(&call.app)
}

fn set_up(call: &Call) -> Outcome {
    let first: FirstAdmin = call.json()?;
    first_admin(call, &first.code, &first.name, Secret::new(first.password))?.answer(&call.app)
}

fn wrong(app: &App) -> Problem {
    app.metrics.failed_logins.fetch_add(1, Ordering::Relaxed);
    let hint = "check both; an admin can set another password";
    Problem { hint: hint.into(), ..Problem::unauthenticated("name or password is wrong") }
}

fn throttled(wait: Duration) -> Problem {
    Problem::too_often("too many failed logins", wait.as_secs() + 1)
}

/// Logs in. Who there is and who is not takes the same time and the same words.
pub(crate) fn open(call: &Call, name: &str, password: &Secret) -> Result<Opened, Problem> {
    let (app, now) = (&call.app, call.now());
    let Ok(name) = name.parse::<UserName>() else { return Err(wrong(app)) };
    begin(app, &name, call.peer, now)?;
    let user = app.parts.state.user(&name).map_err(fault)?;
    let verdict = hashing(app, || app.passwords.check(user.as_ref(), password))?;
    let (Verdict::Right { is_stale }, Some(user)) = (verdict, user) else {
        let refused = Act::by(name.as_str(), "session.open", now).from(Some(call.peer.ip())).went(Went::Refused);
        crate::trail::write(app, refused);
        return Err(wrong(app));
    };
    app.throttle.lock().unwrap_or_else(PoisonError::into_inner).succeeded(&name, call.peer.ip(), now);
    if let Some(before) = user.password.as_ref().filter(|_| is_stale) {
        let after = hash(app, password)?;
        app.parts.state.rehash(user.id, before, &after).map_err(fault)?;
    }
    begin_session(call, user, "session.open")
}

/// Counts a try, and refuses it when there were too many.
fn begin(app: &App, name: &UserName, peer: SocketAddr, now: EventTime) -> Result<(), Problem> {
    let mut throttle = app.throttle.lock().unwrap_or_else(PoisonError::into_inner);
    throttle.begin(name, peer.ip(), now).map_err(|throttled_for| throttled(throttled_for.wait))
}

/// One password at a time: each takes megabytes and milliseconds.
fn hashing<T>(app: &App, does: impl FnOnce() -> T) -> Result<T, Problem> {
    let waiting = app.waiting.fetch_add(1, Ordering::SeqCst);
    let done = (waiting < WAITING_MAX).then(|| {
        let _alone = app.hashing.lock().unwrap_or_else(PoisonError::into_inner);
        does()
    });
    app.waiting.fetch_sub(1, Ordering::SeqCst);
    done.ok_or_else(|| Problem::busy("too many passwords are being checked", 2))
}

/// What is kept of a password.
pub(super) fn hash(app: &App, password: &Secret) -> Result<PasswordHash, Problem> {
    hashing(app, || app.passwords.hash(password, chance::bytes()))
}

/// Refuses a password that is not good enough.
pub(super) fn judge(name: &UserName, password: &Secret) -> Result<(), Problem> {
    judge_password(name, password).map_err(|weak| {
        Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "weak_password",
            weak.to_string(),
            "a sentence of five or six words is good and easily kept",
        )
    })
}

fn begin_session(call: &Call, user: User, action: &str) -> Result<Opened, Problem> {
    let now = call.now();
    let agent = call.header(&header::USER_AGENT);
    let (session, secret) = Session::open(&user, chance::bytes(), Some(call.peer.ip()), agent, now);
    let before = call.who.0.as_ref().and_then(|admitted| admitted.session.as_ref()).map(SessionSecret::digest);
    let act = Act::by(&format!("{} (password)", user.name), action, now).from(Some(call.peer.ip()));
    call.app.parts.state.open_session(&session, before.as_ref(), act).map_err(fault)?;
    Ok(Opened { user, secret })
}

/// Makes the first admin.
pub(crate) fn first_admin(call: &Call, code: &str, name: &str, password: Secret) -> Result<Opened, Problem> {
    let (app, now) = (&call.app, call.now());
    let name: UserName = name.parse().map_err(|error: watchfire_trust::NoUserName| Problem::unfit(error.to_string()))?;
    begin(app, &name, call.peer, now)?;
    let over = || {
        let detail = "the setup code is not valid, or no longer";
        Problem::new(StatusCode::FORBIDDEN, "setup_over", detail, "start Watchfire again to get a new link, or use `watchfire user add`")
    };
    let digest = Setup::digest(code.trim()).ok_or_else(over)?;
    judge(&name, &password)?;
    let user = NewUser { name: name.clone(), role: Role::Admin, password: Some(hash(app, &password)?) };
    let act = Act::by(name.as_str(), "setup.finish", now).from(Some(call.peer.ip())).on(&name);
    let user = app.parts.state.finish_setup(&digest, &user, now, act).map_err(|error| match error {
        watchfire_state::Error::Trust(watchfire_state::TrustFault::SetupOver) => over(),
        error => fault(error),
    })?;
    app.throttle.lock().unwrap_or_else(PoisonError::into_inner).succeeded(&name, call.peer.ip(), now);
    begin_session(call, user, "session.open")
}

fn current(call: &Call) -> Outcome {
    let caller = call.who.caller()?;
    let session = call.who.0.as_ref().and_then(|admitted| admitted.session.as_ref());
    let permissions = Permission::ALL.iter().filter(|permission| caller.may(**permission).is_ok());
    answer::json(&Current {
        name: caller.name().to_owned(),
        role: caller.role().as_str(),
        permissions: permissions.map(|permission| permission.as_str()).collect(),
        csrf: session.map(|session| session.csrf().reveal().to_owned()),
    })
}

fn log_out(call: &Call) -> Outcome {
    let mut answer = answer::done()?;
    answer.headers_mut().insert(header::SET_COOKIE, close(call)?);
    Ok(answer)
}

/// Closes the session that a request came with; the cookie that takes the old one away comes back.
pub(crate) fn close(call: &Call) -> Result<HeaderValue, Problem> {
    if let Some(Admitted { caller, session: Some(session), .. }) = &call.who.0
        && let Some(user) = caller.user()
    {
        call.app.parts.state.close_session(user, &session.digest(), act(call, "session.close")?).map_err(fault)?;
    }
    Ok(HeaderValue::from_str(&call.app.gate.settings().cookie.clear()).expect("letters and digits"))
}

fn change_password(call: &Call) -> Outcome {
    let wanted: NewPassword = call.json()?;
    let (app, now) = (&call.app, call.now());
    let caller = call.who.caller()?;
    // Who has a token only must not get at the password.
    let id = caller.user().filter(|_| *caller.proof() == Proof::Session);
    let id = id.ok_or_else(|| Problem::forbidden("a password is changed by who is logged in with it, not with a token"))?;
    let user = app.parts.state.user_of(id).map_err(fault)?.ok_or_else(|| wrong(app))?;
    begin(app, &user.name, call.peer, now)?;
    let verdict = hashing(app, || app.passwords.check(Some(&user), &Secret::new(wanted.old)))?;
    if verdict == Verdict::Wrong {
        let refused = act(call, "user.password")?.on(&user.name).went(Went::Refused);
        crate::trail::write(app, refused);
        return Err(Problem::forbidden("the old password is wrong"));
    }
    app.throttle.lock().unwrap_or_else(PoisonError::into_inner).succeeded(&user.name, call.peer.ip(), now);
    let password = Secret::new(wanted.new);
    judge(&user.name, &password)?;
    let change = UserChange { password: Some(hash(app, &password)?), ..UserChange::default() };
    let user = app.parts.state.change_user(id, &change, now, act(call, "user.password")?.on(&user.name)).map_err(fault)?;
    begin_session(call, user, "session.open")?.answer(app)
}

/// An answer that leads elsewhere.
pub(crate) fn see_other(place: &'static str) -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::SEE_OTHER;
    answer.headers_mut().insert(header::LOCATION, HeaderValue::from_static(place));
    answer
}
