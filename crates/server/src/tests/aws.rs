//! AWS's own tools against the endpoints that speak as AWS does.

use std::process::Command;

use serde_json::json;
use watchfire_moto::Moto;
use watchfire_state::{AuditFilter, TrustStore};
use watchfire_trust::Role;

use super::World;

/// An access key of a new user.
fn key(world: &World, role: Role) -> (String, String) {
    let made = world.as_role(role).post("/api/v1/access-keys", &json!({"label": "boto3"})).expect(201);
    let text = |name: &str| made[name].as_str().expect("a text").to_owned();
    (text("id"), text("secret"))
}

#[test]
fn boto3_finds_what_it_expects() {
    let world = World::new();
    let ((id, secret), (viewer, viewer_secret)) = (key(&world, Role::Admin), key(&world, Role::Viewer));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/aws.py");
    let output = Command::new(Moto::python()).args([script, &world.url, &id, &secret, &viewer, &viewer_secret]).output();
    let output = output.expect("Python runs");
    let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && told.contains("all as AWS"), "{told}");
    let log = world.state.audit(&AuditFilter { limit: 1000, ..AuditFilter::default() }).expect("a log");
    for action in ["events.PutRule", "events.DeleteEventBus", "securityhub.BatchUpdateFindings", "request.refused"] {
        assert!(log.iter().any(|entry| entry.action == action), "{action}");
    }
    assert!(world.node.told.lock().expect("whole").len() >= 3, "the bus hears of findings");
}

/// Without a signature the answer is AWS's, not a page.
#[test]
fn unsigned_requests_are_refused_in_aws_words() {
    let world = World::new();
    let answer = world.client.with("x-amz-target", "AWSEvents.ListRules").send("POST", "/", Some(b"{}"));
    assert_eq!(answer.expect(400)["__type"], "MissingAuthenticationTokenException");
    assert_eq!(answer.header("content-type"), Some("application/x-amz-json-1.1"));
    assert!(answer.header("x-amzn-requestid").is_some_and(|id| id.len() == 36));
    let forged = "AWS4-HMAC-SHA256 Credential=AKWFAAAAAAAAAAAAAAAA/20260302/eu-central-1/securityhub/aws4_request, \
        SignedHeaders=host, Signature=00";
    let answer = world.client.with("authorization", forged).get("/accounts");
    assert!(matches!(answer.status, 400 | 403), "{}", answer.text());
    assert!(answer.header("x-amzn-errortype").is_some());
    // Told by its length before any of it is sent: whoever sends it may find the line closed.
    let large = world.client.with("x-amz-target", "AWSEvents.PutEvents").with("content-length", "9437184");
    assert_eq!(large.send("POST", "/", None).status, 413);
}
