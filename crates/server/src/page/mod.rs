//! The pages for people: status, login, first run. Plain HTML that works without scripts, on a phone, by day and by night; everything that
//! comes from logs or from people is escaped.

mod frame;
mod status;

use std::collections::BTreeMap;

use axum::body::Body;
use http::{HeaderValue, Response, StatusCode, header};
use watchfire_state::TrustStore;
use watchfire_trust::{Permission, Secret};

use crate::answer;
use crate::api::session::{self, see_other};
use crate::call::Call;
use crate::harmless::html;
use crate::problem::Problem;
use crate::route::{Outcome, Route};
use frame::frame;

pub(crate) fn routes() -> Vec<Route> {
    let pages = vec![
        Route::get("/", home),
        Route::get("/login", login),
        Route::post("/login", log_in),
        Route::post("/logout", log_out),
        Route::get("/setup", setup),
        Route::post("/setup", set_up),
        Route::get("/style.css", |_| asset("text/css; charset=utf-8", include_str!("style.css"))),
        Route::get("/setup.js", |_| asset("text/javascript; charset=utf-8", include_str!("setup.js"))),
    ];
    pages.into_iter().map(Route::hidden).collect()
}

fn asset(media: &'static str, text: &'static str) -> Outcome {
    let mut answer = answer::text_of(StatusCode::OK, media, text.to_owned());
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("max-age=300"));
    Ok(answer)
}

fn page(status: StatusCode, title: &str, body: &str) -> Response<Body> {
    answer::text_of(status, "text/html; charset=utf-8", frame(title, body))
}

fn home(call: &Call) -> Outcome {
    if call.who.may(Permission::ReadStatus).is_ok() {
        return Ok(page(StatusCode::OK, "Status", &status::body(call)?));
    }
    if call.app.parts.state.needs_setup().map_err(|error| Problem::failed("users cannot be read", error))? {
        return Ok(see_other("/setup"));
    }
    Ok(see_other("/login"))
}

fn login(call: &Call) -> Outcome {
    if call.who.0.is_some() {
        return Ok(see_other("/"));
    }
    Ok(login_page(StatusCode::OK, None, ""))
}

fn login_page(status: StatusCode, fault: Option<&Problem>, name: &str) -> Response<Body> {
    let body = format!(
        "<main class=\"narrow\"><h1>Watchfire</h1>{}\
         <form method=\"post\" action=\"/login\">\
         <label>Name<input name=\"name\" autocomplete=\"username\" autofocus required maxlength=\"64\" value=\"{}\"></label>\
         <label>Password<input name=\"password\" type=\"password\" autocomplete=\"current-password\" required maxlength=\"1024\"></label>\
         <button>Log in</button></form></main>",
        notice(fault),
        html(name),
    );
    page(status, "Log in", &body)
}

fn notice(fault: Option<&Problem>) -> String {
    fault.map(|fault| format!("<p class=\"bad\" role=\"alert\">{}<br>{}</p>", html(&fault.detail), html(&fault.hint))).unwrap_or_default()
}

/// The members of a form.
fn form(call: &Call) -> Result<BTreeMap<String, String>, Problem> {
    if call.media() != "application/x-www-form-urlencoded" {
        let (kind, detail) = ("unsupported_media_type", "the body has to be a form");
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, kind, detail, "programs log in at POST /api/v1/session"));
    }
    Ok(form_urlencoded::parse(&call.body).into_owned().collect())
}

/// A form that comes again with what was wrong, and still refuses with the status of that.
fn again(fault: Problem, page: impl FnOnce(StatusCode, Option<&Problem>) -> Response<Body>) -> Outcome {
    let mut answer = page(fault.status, Some(&fault));
    answer.headers_mut().extend(fault.headers);
    Ok(answer)
}

fn log_in(call: &Call) -> Outcome {
    let form = form(call)?;
    let text = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let opened = match session::open(call, text("name"), &Secret::new(text("password"))) {
        Ok(opened) => opened,
        Err(fault) => return again(fault, |status, fault| login_page(status, fault, text("name"))),
    };
    let mut answer = see_other("/");
    answer.headers_mut().insert(header::SET_COOKIE, opened.cookie(&call.app));
    Ok(answer)
}

fn log_out(call: &Call) -> Outcome {
    let form = form(call)?;
    let session = call.who.0.as_ref().and_then(|admitted| admitted.session.as_ref());
    let is_ours = |csrf: &String| session.is_some_and(|session| session.accepts_csrf(csrf.as_bytes()));
    if session.is_some() && !form.get("csrf").is_some_and(is_ours) {
        return Err(crate::who::refused(&watchfire_trust::Refusal::Csrf));
    }
    let cookie = session::close(call)?;
    let mut answer = see_other("/login");
    answer.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(answer)
}

fn setup(call: &Call) -> Outcome {
    if !call.app.parts.state.needs_setup().map_err(|error| Problem::failed("users cannot be read", error))? {
        return Ok(see_other("/login"));
    }
    Ok(setup_page(StatusCode::OK, None, ""))
}

fn setup_page(status: StatusCode, fault: Option<&Problem>, name: &str) -> Response<Body> {
    let body = format!(
        "<main class=\"narrow\"><h1>Welcome to Watchfire</h1>\
         <p>Make the first admin. The code stands in the link that the program printed when it started, after the <code>#</code>; \
         it is good for an hour.</p>{}\
         <form method=\"post\" action=\"/setup\">\
         <label>Code<input name=\"code\" id=\"code\" autocomplete=\"off\" spellcheck=\"false\" required maxlength=\"128\"></label>\
         <label>Name<input name=\"name\" autocomplete=\"username\" required maxlength=\"64\" value=\"{}\"></label>\
         <label>Password, 12 letters or more<input name=\"password\" type=\"password\" autocomplete=\"new-password\" required \
         minlength=\"12\" maxlength=\"1024\"></label>\
         <button>Begin</button></form></main><script src=\"/setup.js\"></script>",
        notice(fault),
        html(name),
    );
    page(status, "First run", &body)
}

fn set_up(call: &Call) -> Outcome {
    let form = form(call)?;
    let text = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let opened = match session::first_admin(call, text("code"), text("name"), Secret::new(text("password"))) {
        Ok(opened) => opened,
        Err(fault) => return again(fault, |status, fault| setup_page(status, fault, text("name"))),
    };
    let mut answer = see_other("/");
    answer.headers_mut().insert(header::SET_COOKIE, opened.cookie(&call.app));
    Ok(answer)
}
