//! Every route against every role.

use http::Method;
use watchfire_trust::{Role, Scopes};

use super::World;
use crate::api;
use crate::route::Access;

/// A path with something in its braces.
fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{source}" => "js",
        "{bus}" => "default",
        part if part.starts_with('{') => "zz",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// What is refused is refused by the table of permissions, and nothing else is; before anything of the request is looked at.
#[test]
fn routes_let_in_whom_the_table_lets_in() {
    let world = World::new();
    let callers: Vec<(Option<Role>, super::Client)> =
        std::iter::once((None, world.client.clone())).chain(Role::ALL.map(|role| (Some(role), world.as_role(role)))).collect();
    let mut walked = 0;
    for route in api::routes() {
        for (role, client) in &callers {
            // A live stream does not end, and no log-out is wanted in the middle.
            if route.path == "/api/v1/live" && role.is_some() {
                continue;
            }
            let path = filled(route.path);
            let body = (route.method != Method::GET && route.method != Method::DELETE).then_some(&b"not json"[..]);
            let answer = client.send(route.method.as_str(), &path, body);
            let allowed = match (route.access, role) {
                (Access::Open, _) => Ok(()),
                (_, None) => Err(401),
                (Access::Needs(permission), Some(role)) => {
                    if role.may(permission) {
                        Ok(())
                    } else {
                        Err(403)
                    }
                }
                (Access::Pushes, Some(role)) => {
                    if role.may(watchfire_trust::Permission::PushLogs) {
                        Ok(())
                    } else {
                        Err(403)
                    }
                }
            };
            let told = format!("{} {path} as {role:?}: {} {}", route.method, answer.status, answer.text());
            match allowed {
                Err(status) => assert_eq!(answer.status, status, "{told}"),
                Ok(()) if route.path == "/api/v1/session" && route.method == Method::POST => assert_eq!(answer.status, 415, "{told}"),
                Ok(()) => assert!(!matches!(answer.status, 401 | 403 | 405 | 500..), "{told}"),
            }
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{told}");
            assert!(answer.header("content-security-policy").is_some_and(|policy| !policy.contains("unsafe")), "{told}");
            walked += 1;
        }
    }
    assert!(walked > 400, "{walked}");
}

/// A token with one scope opens that and nothing else.
#[test]
fn scopes_narrow_every_route() {
    let world = World::new();
    let admin = world.user("root", Role::Admin);
    for held in [watchfire_trust::Permission::ReadFindings, watchfire_trust::Permission::PushLogs] {
        let client = world.client.token(&world.token(&admin, Scopes::only([held])));
        for route in api::routes() {
            let needed = match route.access {
                Access::Open => continue,
                Access::Needs(permission) => permission,
                Access::Pushes => watchfire_trust::Permission::PushLogs,
            };
            if route.path == "/api/v1/live" && needed == held {
                continue;
            }
            let body = (route.method != Method::GET && route.method != Method::DELETE).then_some(&b"not json"[..]);
            let answer = client.send(route.method.as_str(), &filled(route.path), body);
            assert_eq!(answer.status == 403, needed != held, "{} {}: {}", route.method, route.path, answer.text());
        }
    }
}

/// Each way to call is told apart from ways that there are not.
#[test]
fn unknown_paths_and_methods_are_problems() {
    let world = World::new();
    let answer = world.client.get("/api/v1/nothing");
    let problem = answer.expect(404);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert_eq!(
        (problem["type"].as_str(), problem["instance"].as_str()),
        (Some("urn:watchfire:problem:not_found"), Some("/api/v1/nothing"))
    );
    assert!(problem["hint"].as_str().is_some_and(|hint| hint.contains("openapi.json")), "{problem}");
    let answer = world.client.send("PATCH", "/api/v1/findings", None);
    assert_eq!(answer.expect(405)["title"], "Method not allowed");
    assert_eq!(answer.header("allow"), Some("GET, HEAD"));
    let answer = world.client.send("BREW", "/api/v1/session", None);
    assert_eq!(answer.status, 405);
    assert_eq!(world.client.send("HEAD", "/healthz", None).status, 200);
    for path in
        ["/../etc/passwd", "/style.css/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/api/v1/findings/..%2f..%2fx"]
    {
        let answer = world.as_role(Role::Admin).get(path);
        assert_eq!(answer.status, 404, "{path}: {}", answer.text());
        assert!(!answer.text().contains("root:"), "{path}");
    }
}
