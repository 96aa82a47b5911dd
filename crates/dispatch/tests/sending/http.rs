//! What HTTP targets get, and when.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use watchfire_bus::rules::Secret;
use watchfire_bus::store::StageKind;
use watchfire_bus::target::Splunk;
use watchfire_dispatch::Settings;
use watchfire_moto::{Reply, Stub};

use crate::world::{World, own, settings, webhook};

#[test]
fn an_api_destination_gets_the_event() {
    let stub = Stub::start(|_| Reply::new(200, "thanks"));
    let world = World::new(settings());
    let arn = world.destination("d", &format!("{}/hook/*", stub.endpoint()), json!({}));
    let http =
        json!({ "HttpParameters": { "PathParameterValues": ["a b"], "HeaderParameters": { "x-more": "1", "Content-Length": "3" } } });
    world.rule("app", &arn, http);
    world.put("app", 0..1);
    world.await_stage("app", StageKind::Delivered, 1);
    let seen = stub.seen();
    assert_eq!((seen.len(), seen[0].method.as_str(), seen[0].target.as_str()), (1, "POST", "/hook/a%20b"));
    assert_eq!((seen[0].headers["x-key"].as_str(), seen[0].headers["x-more"].as_str()), ("k", "1"));
    let body: serde_json::Value = serde_json::from_slice(&seen[0].body).expect("JSON");
    assert_eq!((&body["source"], &body["detail"]), (&json!("app"), &json!({ "n": 0 })));
    let health = world.bus.health().expect("read");
    let of = health.targets.iter().find(|target| target.target == arn).expect("known");
    assert!((of.delivered, of.queued, of.in_flight) == (1, 0, 0) && of.last_success.is_some(), "{of:?}");
    assert_eq!((health.counts.attempts, health.counts.delivered, health.in_flight), (1, 1, 0));
}

#[test]
fn a_token_is_fetched_once_and_again_when_it_is_refused() {
    let (tokens, refusals) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let stub = Stub::start(move |request| match request.target.as_str() {
        "/token" => {
            let number = tokens.fetch_add(1, Ordering::SeqCst);
            Reply::new(200, json!({ "access_token": format!("t{number}"), "expires_in": 3600 }).to_string())
        }
        _ if request.headers["authorization"] == "Bearer t0" && refusals.fetch_add(1, Ordering::SeqCst) > 4 => Reply::new(401, ""),
        _ => Reply::new(200, ""),
    });
    let world = World::new(settings());
    let client = json!({ "ClientID": "me", "ClientSecret": "secret" });
    let oauth = json!({ "AuthorizationEndpoint": format!("{}/token", stub.endpoint()), "HttpMethod": "POST", "ClientParameters": client });
    let auth = json!({ "OAuthParameters": oauth });
    let made =
        world.call("CreateConnection", json!({ "Name": "c", "AuthorizationType": "OAUTH_CLIENT_CREDENTIALS", "AuthParameters": auth }));
    let arn = world.destination_over(made["ConnectionArn"].as_str().expect("an ARN"), "d", &format!("{}/x", stub.endpoint()), json!({}));
    world.rule("app", &arn, json!({}));
    world.put("app", 0..30);
    world.await_stage("app", StageKind::Delivered, 30);
    let seen = stub.seen();
    let asked: Vec<_> = seen.iter().filter(|request| request.target == "/token").collect();
    assert_eq!(asked.len(), 2, "once at first, once after the refusal");
    assert!(String::from_utf8_lossy(&asked[0].body).contains("grant_type=client_credentials&client_id=me&client_secret=secret"));
    world.hands.turn(Duration::from_secs(3600));
    world.put("app", 30..31);
    world.await_stage("app", StageKind::Delivered, 31);
    assert_eq!(stub.seen().iter().filter(|request| request.target == "/token").count(), 3, "once more when it ends");
}

#[test]
fn a_rate_is_kept() {
    let stub = Stub::start(|_| Reply::new(200, ""));
    let world = World::new(settings());
    let arn = world.destination("d", stub.endpoint(), json!({ "InvocationRateLimitPerSecond": 10 }));
    world.rule("app", &arn, json!({}));
    let began = Instant::now();
    world.put("app", 0..25);
    world.await_stage("app", StageKind::Delivered, 25);
    assert!(began.elapsed() > Duration::from_millis(1300), "{:?}", began.elapsed());
}

#[test]
fn splunk_confirms() {
    let polls = AtomicUsize::new(0);
    let stub = Stub::start(move |request| match request.target.as_str() {
        "/services/collector/event" => Reply::new(200, r#"{"text":"Success","code":0,"ackId":7}"#),
        _ => Reply::new(200, format!(r#"{{"acks":{{"7":{}}}}}"#, polls.fetch_add(1, Ordering::SeqCst) > 0)),
    });
    let channel = Some("0aeeac95-ac74-4aa9-b30d-6c4c0ac581ba".to_owned());
    let splunk = Splunk { url: stub.endpoint().into(), token: Secret("t".into()), index: None, sourcetype: "s".into(), channel };
    let world = World::new(Settings { targets: [("splunk".to_owned(), splunk.into())].into(), ..settings() });
    world.rule("app", &own("splunk"), json!({}));
    world.put("app", 0..3);
    world.await_stage("app", StageKind::Delivered, 3);
    let polls = stub.seen().iter().filter(|request| request.target.starts_with("/services/collector/ack?channel=")).count();
    assert!(polls >= 2, "{polls}");
}

#[test]
fn batches_and_single_verdicts() {
    let stub = Stub::start(|request| {
        let text = String::from_utf8_lossy(&request.body).into_owned();
        let documents: Vec<&str> = text.lines().skip(1).step_by(2).collect();
        let item = |document: &&str| match document.contains("\"n\":3") {
            true => json!({ "create": { "status": 400, "error": { "type": "mapper_parsing_exception", "reason": "no" } } }),
            false => json!({ "create": { "status": 201 } }),
        };
        Reply::new(200, json!({ "errors": true, "items": documents.iter().map(item).collect::<Vec<_>>() }).to_string())
    });
    let elastic = watchfire_bus::target::Elasticsearch {
        url: stub.endpoint().into(),
        index: "events".into(),
        mapping: Default::default(),
        api_key: None,
        user: None,
        password: None,
    };
    let world = World::new(Settings { targets: [("elastic".to_owned(), elastic.into())].into(), ..settings() });
    world.rule("app", &own("elastic"), json!({}));
    world.put("app", 0..10);
    world.await_stage("app", StageKind::Dead, 1);
    world.await_stage("app", StageKind::Delivered, 9);
    let dead = world.deliveries("app", Some(StageKind::Dead)).remove(0);
    assert!(dead.event.contains("\"n\":3") && dead.failure.expect("why").message.contains("mapper_parsing_exception"));
}

#[test]
fn a_bus_hands_on_once() {
    let stub = Stub::start(|_| Reply::new(200, ""));
    let world = World::new(Settings { targets: [("hook".to_owned(), webhook(stub.endpoint()))].into(), ..settings() });
    for bus in ["second", "third"] {
        world.call("CreateEventBus", json!({ "Name": bus }));
    }
    let bus = |name: &str| format!("arn:aws:events:eu-central-1:111122223333:event-bus/{name}");
    world.rule("app", &bus("second"), json!({}));
    world.call("PutRule", json!({ "Name": "on", "EventBusName": "second", "EventPattern": r#"{"source":["app"]}"# }));
    let targets = json!([{ "Id": "hook", "Arn": own("hook") }, { "Id": "bus", "Arn": bus("third") }]);
    world.call("PutTargets", json!({ "Rule": "on", "EventBusName": "second", "Targets": targets }));
    world.put("app", 0..1);
    world.await_stage("on", StageKind::Delivered, 1);
    assert_eq!(world.deliveries("on", None).len(), 1, "none to a third bus");
    assert_eq!(world.deliveries("on", None)[0].event_id, world.deliveries("app", None)[0].event_id);
}
