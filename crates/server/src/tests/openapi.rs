//! The description of the API against the API.

use std::process::Command;

use serde_json::Value;
use watchfire_trust::Role;

use super::World;
use crate::api;

#[test]
fn every_route_is_described_once() {
    let world = World::new();
    let document = world.client.get("/api/v1/openapi.json").expect(200);
    assert_eq!(document["openapi"], "3.1.0");
    let mut ids = std::collections::BTreeSet::new();
    for route in api::routes().iter().filter(|route| !route.told.is_hidden) {
        let operation = &document["paths"][route.path][route.method.as_str().to_ascii_lowercase()];
        let told = format!("{} {}", route.method, route.path);
        assert!(operation["summary"].as_str().is_some_and(|summary| summary.ends_with('.')), "{told}");
        assert!(operation["tags"][0].as_str().is_some_and(|tag| !tag.is_empty()), "{told}");
        assert!(ids.insert(operation["operationId"].as_str().expect("an id").to_owned()), "{told}");
        assert!(
            operation["responses"].as_object().is_some_and(|responses| responses.keys().any(|status| status.starts_with('2'))),
            "{told}"
        );
    }
    assert!(ids.len() > 90, "{}", ids.len());
    // Whatever is named is there.
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(document.pointer(reference).is_some_and(Value::is_object), "{reference}");
    }
}

/// Schemathesis calls everything that is described, with what fits and what does not, and looks at what comes back.
#[test]
fn schemathesis_finds_nothing() {
    let world = World::new();
    let admin = world.user("schemathesis", Role::Admin);
    let token = world.token(&admin, watchfire_trust::Scopes::All);
    let environment = watchfire_moto::environment("schemathesis-venv", PACKAGE);
    let output = Command::new(environment.join("bin/schemathesis"))
        .args(["run", &format!("{}/api/v1/openapi.json", world.url)])
        .args(["-H", &format!("Authorization: Bearer {token}")])
        .args(ARGUMENTS)
        .env("NO_COLOR", "1")
        .current_dir(environment)
        .output()
        .expect("schemathesis runs");
    let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
}

const PACKAGE: &str = "schemathesis";

/// A bounded run that is the same every time. Following the stream does not end, the session would; schemathesis cannot write JSON lines;
/// and what texts fit cursors, SQL or patterns no schema can say, so that it cannot know what has to be accepted.
const ARGUMENTS: &[&str] = &[
    "--exclude-path=/api/v1/live",
    "--exclude-path=/api/v1/session",
    "--exclude-path=/ingest/json/{source}",
    "--exclude-checks=positive_data_acceptance",
    "--phases=examples,coverage,fuzzing",
    "--max-examples=8",
    "--seed=1",
    "--workers=1",
    "--request-timeout=20",
];
