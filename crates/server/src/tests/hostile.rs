//! Text of an attacker in every field: nothing becomes markup, a header, a line of the terminal, or a path.

use proptest::prelude::*;
use serde_json::{Value, json};
use watchfire_trust::Role;

use super::World;
use super::findings::{foreign, walk};
use super::world::source;

const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u{1b}[2J\u{9b}31m\u{202e}txt.exe\r\nSet-Cookie: a=b";

/// Every text of a document replaced.
fn poisoned(value: &mut Value) {
    for name in ["Title", "Description", "GeneratorId"] {
        value[name] = HOSTILE.into();
    }
    value["Resources"] = json!([{"Type": "Other", "Id": HOSTILE}]);
    value["Types"] = json!([format!("TTPs/{HOSTILE}")]);
}

#[test]
fn pages_show_text_and_never_run_it() {
    let world = World::new();
    let analyst = world.as_role(Role::Analyst);
    let mut finding = foreign("f", "t", "HIGH");
    poisoned(&mut finding);
    let done = analyst.post("/api/v1/findings/import", &json!({"findings": [finding]})).expect(200);
    // Types have a form; what has not is refused.
    if done["imported"] == 0 {
        finding["Types"] = json!(["TTPs"]);
        analyst.post("/api/v1/findings/import", &json!({"findings": [finding]})).expect(200);
    }
    let mut bad = source(HOSTILE);
    (bad.place, bad.problem, bad.last_object) = (HOSTILE.into(), Some(HOSTILE.into()), Some(HOSTILE.into()));
    *world.node.sources.lock().expect("whole") = vec![bad];
    let page = analyst.get("/");
    let text = page.text();
    assert!(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "it is there as text");
    assert!(!text.contains("<script>") && !text.contains("<img"), "{text}");
    assert!(!text.chars().any(|c| c != '\n' && c.is_control() || c == '\u{202e}'));
    assert_eq!(page.header("set-cookie"), None);
    for path in ["/api/v1/findings", "/api/v1/sources", "/api/v1/findings/export", "/api/v1/findings/export?format=csv"] {
        let answer = analyst.get(path);
        assert_eq!(answer.status, 200);
        assert!(!answer.text().chars().any(|c| matches!(c, '\u{1b}' | '\u{9b}')), "{path}");
        assert_eq!(answer.header("set-cookie"), None);
        assert!(!answer.header("content-type").is_some_and(|media| media.contains("html")));
    }
    assert_eq!(walk(&analyst, "/api/v1/findings", 10)[0]["title"], HOSTILE, "nothing of it is lost");
    let rows = analyst.post("/api/v1/search", &json!({"sql": "select 1"}));
    assert!(!rows.text().contains('\u{9b}') && rows.json()["rows"][1][0] == "\u{9b}31m<b>");
}

#[test]
fn headers_cannot_be_put_in() {
    let world = World::new();
    let admin = world.as_role(Role::Admin);
    for path in ["/api/v1/findings/x%0d%0aSet-Cookie:%20a=b", "/nothing%0d%0aSet-Cookie:%20a=b", "/api/v1/users/%0d%0aX:%20y"] {
        let answer = admin.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!((answer.header("set-cookie"), answer.header("x")), (None, None), "{path}");
    }
    admin.get("/api/v1/findings/%ff%fe").expect(400);
    admin.get("/api/v1/findings?text=%ff%fe");
    assert_eq!(world.client.with("cookie", "watchfire=\u{e9}\u{202e}").get("/").status, 303);
}

#[test]
fn what_people_write_comes_back_whole() {
    let world = World::new();
    let analyst = world.as_role(Role::Analyst);
    analyst.post("/api/v1/findings/import", &json!({"findings": [foreign("f", "t", "LOW")]})).expect(200);
    let id = walk(&analyst, "/api/v1/findings", 1)[0]["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/v1/findings/{id}");
    let said = json!({"note": HOSTILE, "user_defined_fields": {"<b>": HOSTILE}});
    let answer = analyst.json("PATCH", &path, &said);
    assert_eq!(answer.expect(200)["note"], HOSTILE);
    assert!(!answer.text().contains('\u{1b}') && !answer.text().contains('\u{9b}'));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever comes in a query, a path or a body: never a fault of ours.
    #[test]
    fn no_text_is_our_fault(text in "\\PC{0,40}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        thread_local!(static WORLD: (World, super::Client) = {
            let world = World::new();
            let admin = world.as_role(Role::Admin);
            (world, admin)
        });
        WORLD.with(|(_, admin)| {
            let encoded: String = percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC).to_string();
            for path in ["/api/v1/findings?text=", "/api/v1/findings?cursor=", "/api/v1/findings/", "/api/v1/users/", "/api/v1/bus/rules/",
                "/api/v1/detections/", "/api/v1/audit?cursor=", "/api/v1/deliveries?cursor=", "/api/v1/tokens/", "/api/v1/insights/"] {
                let answer = admin.get(&format!("{path}{encoded}"));
                prop_assert!(answer.status < 500, "{path}{encoded}: {}", answer.text());
            }
            for path in ["/api/v1/findings/import", "/api/v1/findings/query", "/api/v1/bus/events", "/api/v1/session", "/api/v1/users",
                "/api/v1/suppressions/test", "/ingest/firehose/fh", "/ingest/eventbridge/eb", "/api/v1/automation-rules"] {
                let answer = admin.with("content-type", "application/json").send("POST", path, Some(&bytes));
                prop_assert!(answer.status < 500, "{path}: {}", answer.text());
            }
            Ok(())
        })?;
    }
}
