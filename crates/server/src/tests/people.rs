//! Logging in, CSRF, throttling, first run, users and their credentials, the audit log.

use std::sync::atomic::Ordering;

use serde_json::json;
use watchfire_state::TrustStore;
use watchfire_trust::audit::Act;
use watchfire_trust::{Permission, Role, Scopes, Setup};

use super::world::PASSWORD;
use super::{Client, World};
use crate::chance;

/// Logs in; the caller with the cookie, and the text against CSRF.
fn logged_in(world: &World, name: &str) -> (Client, String) {
    let answer = world.client.post("/api/v1/session", &json!({"name": name, "password": PASSWORD}));
    let csrf = answer.expect(200)["csrf"].as_str().expect("a text").to_owned();
    let cookie = answer.header("set-cookie").expect("a cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && cookie.contains("Path=/"), "{cookie}");
    let pair = cookie.split(';').next().expect("a pair").to_owned();
    (world.client.with("cookie", &pair), csrf)
}

#[test]
fn sessions_open_change_and_end() {
    let world = World::new();
    world.user("alice", Role::Responder);
    let (alice, csrf) = logged_in(&world, "Alice");
    let me = alice.get("/api/v1/session").expect(200);
    assert_eq!((me["name"].as_str(), me["role"].as_str(), me["csrf"].as_str()), (Some("alice"), Some("responder"), Some(csrf.as_str())));
    // Without the page's text, with another session's, or from another page nothing changes.
    let wish = json!({"label": "x"});
    assert_eq!(alice.post("/api/v1/tokens", &wish).expect(403)["type"], "urn:watchfire:problem:no_csrf_token");
    let (_, other) = logged_in(&world, "alice");
    assert_eq!(alice.with("x-csrf-token", &other).post("/api/v1/tokens", &wish).status, 403);
    let page = alice.with("x-csrf-token", &csrf);
    assert_eq!(page.with("origin", "https://evil.example").post("/api/v1/tokens", &wish).status, 403);
    assert_eq!(page.with("sec-fetch-site", "cross-site").post("/api/v1/tokens", &wish).status, 403);
    assert_eq!(page.post("/api/v1/tokens", &wish).status, 201);
    let sessions = alice.get("/api/v1/sessions").expect(200);
    assert_eq!(sessions["items"].as_array().map(Vec::len), Some(2));
    // Another password ends every session but the new one.
    let change = json!({"old": PASSWORD, "new": "another sentence to remember"});
    assert_eq!(page.json("PUT", "/api/v1/session/password", &json!({"old": "wrong", "new": "another sentence to remember"})).status, 403);
    assert_eq!(page.json("PUT", "/api/v1/session/password", &json!({"old": PASSWORD, "new": "short"})).status, 422);
    let answer = page.json("PUT", "/api/v1/session/password", &change);
    answer.expect(200);
    assert_eq!(alice.get("/api/v1/session").status, 401);
    let pair = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next()).expect("a cookie").to_owned();
    let csrf = answer.json()["csrf"].as_str().expect("a text").to_owned();
    let again = world.client.with("cookie", &pair).with("x-csrf-token", &csrf);
    assert_eq!(again.delete("/api/v1/session").status, 204);
    assert_eq!(again.get("/api/v1/session").status, 401);
}

#[test]
fn sessions_end_by_themselves() {
    let world = World::new();
    world.user("alice", Role::Viewer);
    let (alice, _) = logged_in(&world, "alice");
    world.now.fetch_add(31 * 60 * 1000, Ordering::SeqCst);
    assert_eq!(alice.get("/api/v1/session").status, 401);
}

/// Names that are there and names that are not get the same words; guesses are slowed down.
#[test]
fn guesses_tell_nothing_and_are_slowed_down() {
    let world = World::new();
    world.user("alice", Role::Viewer);
    let guess = |name: &str| world.client.post("/api/v1/session", &json!({"name": name, "password": "guess guess guess"}));
    let (known, unknown) = (guess("alice"), guess("mallory"));
    assert_eq!((known.status, unknown.status), (401, 401));
    assert_eq!(known.json()["detail"], unknown.json()["detail"]);
    let throttled = (0..40).map(|_| guess("alice")).find(|answer| answer.status == 429).expect("slowed down");
    let wait: u64 = throttled.header("retry-after").and_then(|after| after.parse().ok()).expect("seconds");
    assert!((1..=3600).contains(&wait));
    assert_eq!(throttled.json()["type"], "urn:watchfire:problem:too_often");
    let refused = |world: &World| world.state.audit(&watchfire_state::AuditFilter::default()).expect("a log");
    assert!(refused(&world).iter().any(|entry| entry.action == "session.open" && entry.outcome.as_str() == "refused"));
    world.now.fetch_add(24 * 3600 * 1000, Ordering::SeqCst);
    logged_in(&world, "alice");
}

/// The first admin is made once, by who has the code.
#[test]
fn the_first_run_happens_once() {
    let world = World::new();
    let answer = world.client.get("/");
    assert_eq!((answer.status, answer.header("location")), (303, Some("/setup")));
    assert!(world.client.get("/setup").text().contains("name=\"code\""));
    let (setup, code) = Setup::issue(chance::bytes(), world.now());
    assert!(world.state.begin_setup(&setup, Act::by("test", "setup.begin", world.now())).expect("kept"));
    let wanted = |code: &str| json!({"code": code, "name": "root", "password": PASSWORD});
    assert_eq!(world.client.post("/api/v1/setup", &wanted("wfs_guess")).status, 403);
    assert_eq!(world.client.with("origin", "http://evil.example").post("/api/v1/setup", &wanted(code.reveal())).status, 403);
    let done = world.client.post("/api/v1/setup", &wanted(code.reveal()));
    assert_eq!(done.expect(200)["role"], "admin");
    assert_eq!(world.client.post("/api/v1/setup", &wanted(code.reveal())).status, 403);
    assert_eq!(world.client.get("/").header("location"), Some("/login"));
}

/// The pages do all of it without scripts.
#[test]
fn pages_log_in_and_out() {
    let world = World::new();
    world.user("alice", Role::Viewer);
    world.user("root", Role::Admin);
    let form = world.client.with("content-type", "application/x-www-form-urlencoded");
    let wrong = form.send("POST", "/login", Some(b"name=%3Cb%3Ealice&password=x"));
    assert_eq!(wrong.status, 401);
    assert!(wrong.text().contains("&lt;b&gt;alice") && !wrong.text().contains("<b>"), "{}", wrong.text());
    let filled = format!("name=alice&password={}", PASSWORD.replace(' ', "+"));
    assert_eq!(form.with("origin", "https://evil.example").send("POST", "/login", Some(filled.as_bytes())).status, 403);
    let answer = form.send("POST", "/login", Some(filled.as_bytes()));
    assert_eq!((answer.status, answer.header("location")), (303, Some("/")), "{}", answer.text());
    let pair = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next()).expect("a cookie").to_owned();
    let page = world.client.with("cookie", &pair).get("/");
    assert!(page.text().contains("<h1>Status</h1>"), "{}", page.text());
    let csrf = page.text().split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a text").to_owned();
    let form = form.with("cookie", &pair);
    assert_eq!(form.send("POST", "/logout", Some(b"csrf=guess")).status, 403);
    let out = form.send("POST", "/logout", Some(format!("csrf={csrf}").as_bytes()));
    assert_eq!((out.status, out.header("location")), (303, Some("/login")));
    assert_eq!(world.client.with("cookie", &pair).get("/").header("location"), Some("/login"));
}

#[test]
fn users_are_made_changed_and_removed() {
    let world = World::new();
    let admin = world.as_role(Role::Admin);
    let made = admin.post("/api/v1/users", &json!({"name": "Bob", "role": "analyst", "password": PASSWORD}));
    assert_eq!(made.expect(201)["name"], "bob");
    assert_eq!(admin.post("/api/v1/users", &json!({"name": "bob", "role": "viewer"})).status, 409);
    assert_eq!(admin.post("/api/v1/users", &json!({"name": "carl", "role": "viewer", "password": "short"})).status, 422);
    assert_eq!(admin.post("/api/v1/users", &json!({"name": "x\r\ny", "role": "viewer"})).status, 400);
    assert_eq!(admin.post("/api/v1/users", &json!({"name": "carl", "role": "god"})).status, 400);
    assert_eq!(admin.post("/api/v1/users", &json!({"name": "carl", "role": "viewer", "extra": 1})).status, 400);
    let shown = admin.get("/api/v1/users/bob");
    let etag = shown.header("etag").expect("an ETag").to_owned();
    assert_eq!(admin.with("if-none-match", &etag).get("/api/v1/users/bob").status, 304);
    let (bob, _) = logged_in(&world, "bob");
    let change = json!({"role": "viewer"});
    assert_eq!(admin.with("if-match", "\"0\"").json("PATCH", "/api/v1/users/bob", &change).status, 412);
    assert_eq!(admin.with("if-match", &etag).json("PATCH", "/api/v1/users/bob", &change).expect(200)["role"], "viewer");
    assert_eq!(admin.with("if-match", &etag).json("PATCH", "/api/v1/users/bob", &change).status, 412);
    admin.json("PATCH", "/api/v1/users/bob", &json!({"is_active": false})).expect(200);
    assert_eq!(bob.get("/api/v1/session").status, 401, "who is kept out is out at once");
    assert_eq!(admin.with("if-match", &etag).delete("/api/v1/users/bob").status, 412);
    assert_eq!(admin.delete("/api/v1/users/bob").status, 204);
    assert_eq!(admin.get("/api/v1/users/bob").status, 404);
}

#[test]
fn credentials_never_widen_and_belong_to_somebody() {
    let world = World::new();
    let (alice, bob) = (world.user("alice", Role::Responder), world.user("bob", Role::Responder));
    let (a, b) = (world.client.token(&world.token(&alice, Scopes::All)), world.client.token(&world.token(&bob, Scopes::All)));
    let made =
        a.post("/api/v1/tokens", &json!({"label": "ci", "role": "analyst", "scopes": ["logs:push"], "lives_seconds": 60})).expect(201);
    let text = made["token"].as_str().expect("a text");
    assert!(text.starts_with("wf_"));
    assert_eq!(world.client.token(text).get("/api/v1/findings").status, 403);
    assert_eq!(a.post("/api/v1/tokens", &json!({"label": "ci", "role": "admin"})).status, 422);
    assert_eq!(a.post("/api/v1/tokens", &json!({"label": "ci", "scopes": ["audit:read"]})).status, 403);
    let narrow = world.client.token(&world.token(&alice, Scopes::only([Permission::ManageSelf])));
    assert_eq!(narrow.post("/api/v1/tokens", &json!({"label": "wide"})).status, 403);
    assert_eq!(narrow.post("/api/v1/tokens", &json!({"label": "same", "scopes": ["self:manage"]})).status, 201);
    assert_eq!(narrow.post("/api/v1/access-keys", &json!({"label": "wide"})).status, 403);
    let path = format!("/api/v1/tokens/{}", made["id"]);
    assert_eq!(b.delete(&path).status, 404, "somebody else's");
    assert_eq!(b.get("/api/v1/tokens?user=alice").status, 403);
    assert_eq!(b.get("/api/v1/tokens?user=nobody").status, 403, "who there is, is not told");
    assert_eq!(a.delete(&path).status, 204);
    assert_eq!(world.client.token(text).get("/api/v1/session").status, 401);
    let key = a.post("/api/v1/access-keys", &json!({"label": "cli"})).expect(201);
    let path = format!("/api/v1/access-keys/{}", key["id"].as_str().expect("an id"));
    assert!(key["secret"].as_str().is_some_and(|secret| secret.len() == 40));
    assert_eq!(b.json("PATCH", &path, &json!({"is_active": false})).status, 404);
    assert_eq!(a.json("PATCH", &path, &json!({"is_active": false})).expect(200)["is_active"], false);
    assert!(a.get("/api/v1/access-keys").expect(200)["items"][0].get("secret").is_none());
    assert_eq!(a.delete(&path).status, 204);
}

#[test]
fn what_was_done_is_told() {
    let world = World::new();
    let admin = world.as_role(Role::Admin);
    for number in 0..7 {
        admin.post("/api/v1/users", &json!({"name": format!("user{number}"), "role": "viewer"})).expect(201);
    }
    let viewer = world.as_role(Role::Viewer);
    assert_eq!(viewer.get("/api/v1/audit").status, 403);
    let (mut seen, mut path) = (Vec::new(), "/api/v1/audit?limit=3".to_owned());
    loop {
        let page = admin.get(&path).expect(200);
        seen.extend(page["items"].as_array().expect("a list").iter().map(|entry| entry["number"].as_u64().expect("a number")));
        match page["next"].as_str() {
            Some(next) => path = format!("/api/v1/audit?limit=3&cursor={next}"),
            None => break,
        }
    }
    let expect: Vec<u64> = (1..=seen.len() as u64).rev().collect();
    assert_eq!(seen, expect);
    let entries = admin.get("/api/v1/audit?action=user.add&limit=1000").expect(200);
    assert!(entries["items"].as_array().is_some_and(|entries| entries.iter().filter(|entry| entry["address"] == "127.0.0.1").count() == 7));
    assert!(admin.get("/api/v1/audit?action=request.refused").expect(200)["items"][0]["object"] == "audit:read");
    let verified = admin.get("/api/v1/audit/verify").expect(200);
    assert_eq!(verified["is_whole"], true);
    let head = verified["head"].as_str().expect("a head");
    assert_eq!(admin.get(&format!("/api/v1/audit/verify?head={head}")).expect(200)["is_whole"], true);
    let forged = format!("{}:{}", head.split(':').next().expect("a number"), "0".repeat(64));
    assert_eq!(admin.get(&format!("/api/v1/audit/verify?head={forged}")).expect(200)["is_whole"], false);
}
