//! The way of a request: whose name it calls, who calls, what it brings, what is done, what goes back. Every route goes this way.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::RequestExt;
use axum::Router;
use axum::body::Body;
use axum::extract::RawPathParams;
use axum::routing::{MethodFilter, MethodRouter};
use http::request::Parts as Head;
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};

use crate::app::App;
use crate::call::Call;
use crate::line::Peer;
use crate::problem::Problem;
use crate::route::{Outcome, Route};
use crate::stop::{Stop, StopOnDrop};
use crate::{auth, aws, body, openapi};

/// How long a request waits for others to be done.
const WORK_WAIT_MAX: Duration = Duration::from_secs(10);

/// Pages may use what this server itself gives, and nothing else; nothing inline runs.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The table of routes, as something that can be called.
pub(crate) fn router(app: Arc<App>, routes: Vec<Route>) -> Router {
    let mut paths: BTreeMap<&'static str, Vec<Route>> = BTreeMap::new();
    for route in routes {
        paths.entry(route.path).or_default().push(route);
    }
    let mut router = Router::new();
    for (path, routes) in paths {
        let mut allowed: Vec<String> = routes.iter().map(|route| route.method.to_string()).collect();
        if routes.iter().any(|route| route.method == Method::GET) {
            allowed.push("HEAD".to_owned());
        }
        let allowed = HeaderValue::from_str(&allowed.join(", ")).expect("names of methods");
        let mut methods = MethodRouter::new();
        for route in routes {
            let filter = MethodFilter::try_from(route.method.clone()).expect("an ordinary method");
            let (app, route) = (app.clone(), Arc::new(route));
            methods = methods
                .on(filter, move |request: Request<Body>| respond(app.clone(), Some(route.clone()), HeaderValue::from_static(""), request));
        }
        let app = app.clone();
        router = router.route(path, methods.fallback(move |request: Request<Body>| respond(app.clone(), None, allowed.clone(), request)));
    }
    router.fallback(move |request: Request<Body>| respond(app.clone(), None, HeaderValue::from_static(""), request))
}

/// Answers a request of a route; without one, of a path that is unknown, or known for `allowed` methods alone.
async fn respond(app: Arc<App>, route: Option<Arc<Route>>, allowed: HeaderValue, request: Request<Body>) -> Response<Body> {
    let begun = Instant::now();
    let (method, instance) = (request.method().clone(), request.uri().path().to_owned());
    let peer = request.extensions().get::<Peer>().copied().expect("every line has another end").0;
    if let Some(service) = aws::meant(&request)
        && called(&app, request.uri(), request.headers()).is_ok()
    {
        let mut answer = aws::answer(&app, service, peer, request).await;
        guard(answer.headers_mut(), &app);
        app.metrics.answered(&method, "aws", answer.status(), begun.elapsed());
        return answer;
    }
    let path = route.as_ref().map_or("", |route| route.path);
    let outcome = match route {
        Some(route) => answer(&app, route, peer, request).await,
        None => called(&app, &request.uri().clone(), request.headers()).and_then(|_| Err(nothing_here(&method, &instance, allowed))),
    };
    let mut answer = outcome.unwrap_or_else(|problem| problem.answer(&instance));
    guard(answer.headers_mut(), &app);
    app.metrics.answered(&method, path, answer.status(), begun.elapsed());
    answer
}

/// Why there is no route.
fn nothing_here(method: &Method, path: &str, allowed: HeaderValue) -> Problem {
    if allowed.is_empty() {
        return Problem::new(
            StatusCode::NOT_FOUND,
            "not_found",
            format!("there is nothing at {path}"),
            "GET /api/v1/openapi.json lists what there is",
        );
    }
    let detail = format!("{path} does not take {method}");
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail, "the header Allow says what it takes")
        .header(header::ALLOW, allowed)
}

/// The name that a request calls, where it is ours.
fn called(app: &App, uri: &http::Uri, headers: &HeaderMap) -> Result<Authority, Problem> {
    app.hosts.called(uri, headers).ok_or_else(|| {
        let hint = "call it by an address or localhost, or add the name to `hosts` in watchfire.toml";
        Problem::new(StatusCode::MISDIRECTED_REQUEST, "unknown_host", "this server does not go by the name in the header Host", hint)
    })
}

async fn answer(app: &Arc<App>, route: Arc<Route>, peer: SocketAddr, mut request: Request<Body>) -> Outcome {
    let called = called(app, request.uri(), request.headers())?;
    let parts = match route.path.contains('{') {
        true => {
            let parts = request.extract_parts::<RawPathParams>().await.map_err(|error| Problem::unfit(error.to_string()))?;
            parts.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
        }
        false => Vec::new(),
    };
    let parts: Vec<(String, String)> = parts;
    let unfit = parts.iter().find(|(name, text)| !openapi::fits(name, text));
    let (head, body) = request.into_parts();
    let head = Arc::new(head);
    if let Some((name, _)) = unfit {
        let problem = Problem::not_found(format!("nothing can have this {name}: the path holds what no {name} has"));
        return Ok((route.refuses)(problem, &head, app.now()));
    }
    let outcome = go_on(app, &route, Asked { called, parts, peer, head: head.clone(), body }).await;
    // Some protocols have a form of their own for what goes wrong.
    Ok(outcome.unwrap_or_else(|problem| (route.refuses)(problem, &head, app.now())))
}

/// A request on its way.
struct Asked {
    /// The name that it calls.
    called: Authority,
    parts: Vec<(String, String)>,
    peer: SocketAddr,
    head: Arc<Head>,
    body: Body,
}

async fn go_on(app: &Arc<App>, route: &Arc<Route>, asked: Asked) -> Outcome {
    let Asked { called, parts, peer, head, body } = asked;
    let who = {
        let (app, route, head) = (app.clone(), route.clone(), head.clone());
        work(app.clone(), move || auth::admit(&app, &route, &called, &head, peer)).await?
    };
    let taken = body::take(body, &head.headers, route.body_max, &app.limits, &app.bodies).await?;
    let stop = Stop::default();
    let _guard = StopOnDrop(stop.clone());
    let call = Call {
        app: app.clone(),
        who,
        method: head.method.clone(),
        uri: head.uri.clone(),
        parts,
        headers: head.headers.clone(),
        body: taken.bytes.clone(),
        peer,
        stop,
    };
    let route = route.clone();
    work(app.clone(), move || {
        let _taken = taken;
        (route.does)(&call)
    })
    .await
}

/// Does something on a thread that may block, when there is room for it.
pub(crate) async fn work<T: Send + 'static>(
    app: Arc<App>,
    does: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let room = tokio::time::timeout(WORK_WAIT_MAX, app.work.clone().acquire_owned()).await;
    let room = room.map_err(|_| Problem::busy("too many requests are being worked on", 5))?.expect("never closed");
    let done = tokio::task::spawn_blocking(move || {
        let _room = room;
        std::panic::catch_unwind(AssertUnwindSafe(does))
    });
    match done.await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(Problem::failed("this request met a bug", "a handler panicked")),
        Err(error) => Err(Problem::failed("this request could not be worked on", error)),
    }
}

/// What every answer says to browsers.
fn guard(headers: &mut HeaderMap, app: &App) {
    let always = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in always {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if app.is_tls {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
}
