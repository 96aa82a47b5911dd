//! Firehose, JSON lines, API destinations.

use std::io::Write;
use std::sync::atomic::Ordering;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use watchfire_trust::{Permission, Role, Scopes};

use super::{Client, World};

/// A machine that may push and nothing else.
fn pusher(world: &World, header: &str) -> Client {
    let user = world.user("firehose", Role::Analyst);
    let token = world.token(&user, Scopes::only([Permission::PushLogs]));
    world.client.with(header, &token)
}

fn batch(id: &str, texts: &[&str]) -> Value {
    let records: Vec<Value> = texts.iter().map(|text| json!({"data": STANDARD.encode(text)})).collect();
    json!({"requestId": id, "timestamp": 1_578_090_901_599_u64, "records": records})
}

#[test]
fn firehose_is_told_when_it_is_durable() {
    let world = World::new();
    let firehose = pusher(&world, "X-Amz-Firehose-Access-Key").with("X-Amz-Firehose-Request-Id", "ed4acda5-034f-9f42-bba1-f29aea6d7d8f");
    let id = "ed4acda5-034f-9f42-bba1-f29aea6d7d8f";
    let done = firehose.post("/ingest/firehose/fh", &batch(id, &["{\"n\":1}", "{\"n\":2}\n"]));
    let receipt = done.expect(200);
    assert_eq!((receipt["requestId"].as_str(), receipt.get("errorMessage")), (Some(id), None));
    assert!(receipt["timestamp"].as_i64().is_some_and(|time| time > 1_700_000_000_000));
    assert_eq!(done.header("content-type"), Some("application/json"));
    let kept = world.node.batches.lock().expect("whole").clone();
    assert_eq!(kept, [("fh".to_owned(), id.to_owned(), vec![b"{\"n\":1}\n{\"n\":2}\n".to_vec()])]);
    // As gzip, which is how streams are set most often.
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zipped.write_all(batch(id, &["{\"n\":3}"]).to_string().as_bytes()).expect("in memory");
    let zipped = zipped.finish().expect("in memory");
    let gzip = firehose.with("content-encoding", "gzip").with("content-type", "application/json");
    gzip.send("POST", "/ingest/firehose/fh", Some(&zipped)).expect(200);
    gzip.send("POST", "/ingest/firehose/fh", Some(&zipped[..zipped.len() - 9])).expect(400);
    assert_eq!(world.node.batches.lock().expect("whole").len(), 2);
    assert_eq!(firehose.post("/ingest/firehose/fh", &batch(id, &[])).status, 200, "a test of the stream has no records");
}

/// What goes wrong is told in Firehose's own form, with its id.
#[test]
fn firehose_understands_refusals() {
    let world = World::new();
    let id = "ed4acda5-034f-9f42-bba1-f29aea6d7d8f";
    let anonymous = world.client.with("X-Amz-Firehose-Request-Id", id);
    let told = anonymous.post("/ingest/firehose/fh", &batch(id, &["x"])).expect(401);
    assert_eq!(told["requestId"], id);
    assert!(told["errorMessage"].as_str().is_some_and(|message| !message.is_empty()), "{told}");
    let firehose = pusher(&world, "X-Amz-Firehose-Access-Key").with("X-Amz-Firehose-Request-Id", id);
    assert_eq!(firehose.post("/ingest/firehose/js", &batch(id, &["x"])).status, 404, "a source of another protocol");
    assert_eq!(firehose.post("/ingest/firehose/fh", &batch("other", &["x"])).status, 400);
    assert_eq!(firehose.post("/ingest/firehose/fh", &json!([])).status, 400);
    world.node.is_full.store(true, Ordering::SeqCst);
    let full = firehose.post("/ingest/firehose/fh", &batch(id, &["x"]));
    assert_eq!(full.expect(503)["requestId"], id);
    assert_eq!(full.header("retry-after"), Some("7"));
    assert!(world.node.batches.lock().expect("whole").is_empty());
}

#[test]
fn lines_and_events_are_taken_in() {
    let world = World::new();
    let machine = pusher(&world, "x-api-key");
    let answer = machine.with("content-type", "application/x-ndjson").send("POST", "/ingest/json/js", Some(b"{}\n{}\n"));
    assert_eq!(answer.expect(202)["bytes"], 6);
    let event = json!({"detail-type": "x", "detail": {}});
    machine.post("/ingest/eventbridge/eb", &event).expect(202);
    machine.send("POST", "/ingest/eventbridge/eb", Some(b"[]")).expect(400);
    machine.send("POST", "/ingest/json/js", Some(b"")).expect(400);
    machine.send("POST", "/ingest/json/nobody", Some(b"{}")).expect(404);
    world.client.send("POST", "/ingest/json/js", Some(b"{}")).expect(401);
    assert_eq!(machine.get("/api/v1/findings").status, 401, "the key of a push opens nothing else");
    world.node.is_full.store(true, Ordering::SeqCst);
    let full = machine.send("POST", "/ingest/json/js", Some(b"{}"));
    assert_eq!((full.status, full.header("retry-after")), (503, Some("7")));
    assert_eq!(full.header("content-type"), Some("application/problem+json"));
    assert_eq!(world.node.batches.lock().expect("whole").len(), 2);
    assert_eq!(world.client.get("/readyz").expect(503)["problems"], 1);
}
