//! Targets that misbehave, and addresses that must not be reached.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::json;
use watchfire_bus::retry::ErrorCode;
use watchfire_bus::store::StageKind;
use watchfire_dispatch::Settings;
use watchfire_moto::{Reply, Stub};

use crate::world::{World, own, settings, webhook};

fn world_of(targets: &[(&str, &str)]) -> World {
    let targets = targets.iter().map(|(name, url)| ((*name).to_owned(), webhook(url))).collect();
    World::new(Settings { targets, ..settings() })
}

#[test]
fn what_fails_comes_again_with_the_same_id() {
    let stub = Stub::start(|request| Reply::new(if request.earlier < 3 { 500 } else { 200 }, "<html>"));
    let world = world_of(&[("hook", stub.endpoint())]);
    world.rule("app", &own("hook"), json!({}));
    world.put("app", 0..1);
    world.await_stage("app", StageKind::Delivered, 1);
    let seen = stub.seen();
    assert_eq!(seen.len(), 4);
    assert!(seen.iter().all(|request| request.headers["webhook-id"] == seen[0].headers["webhook-id"]));
    assert_eq!(world.deliveries("app", None)[0].attempts, 4);
}

#[test]
fn a_wait_that_is_asked_for_is_kept() {
    let times = Arc::new(Mutex::new(Vec::new()));
    let log = times.clone();
    let stub = Stub::start(move |request| {
        log.lock().expect("whole").push(Instant::now());
        if request.earlier == 0 { Reply::new(429, "slow down").with("Retry-After", "1") } else { Reply::new(204, "") }
    });
    let world = world_of(&[("hook", stub.endpoint())]);
    world.rule("app", &own("hook"), json!({}));
    world.put("app", 0..1);
    world.await_stage("app", StageKind::Delivered, 1);
    let times = times.lock().expect("whole").clone();
    assert!(times[1] - times[0] >= Duration::from_millis(990), "{:?}", times[1] - times[0]);
    let health = world.bus.health().expect("read");
    let (_, failure) = health.targets[0].last_failure.clone().expect("noted");
    assert_eq!(failure.code, ErrorCode::Throttling);
}

#[test]
fn garbage_is_no_yes_where_a_yes_has_a_form() {
    let stub = Stub::start(|_| Reply::new(200, "<html>welcome to the hotel</html>"));
    let splunk = json!({ "kind": "splunk", "url": stub.endpoint(), "token": "t" });
    let targets = [("splunk".to_owned(), serde_json::from_value(splunk).expect("settings")), ("hook".to_owned(), webhook(stub.endpoint()))];
    let world = World::new(Settings { targets: targets.into(), ..settings() });
    world.rule("siem", &own("splunk"), json!({ "RetryPolicy": { "MaximumRetryAttempts": 2 } }));
    world.rule("hook", &own("hook"), json!({}));
    world.put("siem", 0..1);
    world.put("hook", 0..1);
    world.await_stage("siem", StageKind::Dead, 1);
    world.await_stage("hook", StageKind::Delivered, 1);
    assert_eq!(world.deliveries("siem", None)[0].attempts, 3);
}

#[test]
fn redirects_are_not_followed() {
    let inner = Stub::start(|_| Reply::new(200, "secret"));
    let place = inner.endpoint().to_owned();
    let stub = Stub::start(move |request| match request.target.as_str() {
        "/in" => Reply::new(307, "").with("Location", &place),
        _ => Reply::new(302, "").with("Location", "http://169.254.169.254/latest/meta-data/iam/security-credentials/"),
    });
    let world = World::new(settings());
    for name in ["in", "out"] {
        let arn = world.destination(name, &format!("{}/{name}", stub.endpoint()), json!({}));
        world.rule(name, &arn, json!({}));
        world.put(name, 0..1);
        world.await_stage(name, StageKind::Dead, 1);
        assert!(world.deliveries(name, None)[0].failure.as_ref().expect("why").message.starts_with("HTTP 30"));
    }
    assert!(inner.seen().is_empty());
}

#[test]
fn guarded_addresses_are_not_reached() {
    let stub = Stub::start(|_| Reply::new(200, ""));
    let port = stub.endpoint().rsplit(':').next().expect("a port").to_owned();
    let world = World::new(Settings { allowed: Vec::new(), ..settings() });
    let urls = [
        format!("http://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("http://[::1]:{port}/"),
        "https://169.254.169.254/latest/meta-data/".to_owned(),
        "https://[fd00:ec2::254]/latest/".to_owned(),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
        format!("https://2130706433:{port}/"),
        format!("https://0x7f.1:{port}/"),
        "https://10.0.0.1/".to_owned(),
        "https://0.0.0.0/".to_owned(),
    ];
    for (number, url) in urls.iter().enumerate() {
        let name = format!("d{number}");
        let arn = world.destination(&name, url, json!({}));
        world.rule(&name, &arn, json!({}));
        world.put(&name, 0..1);
        world.await_stage(&name, StageKind::Dead, 1);
        let dead = world.deliveries(&name, None).remove(0);
        let failure = dead.failure.expect("why");
        assert_eq!((failure.code, dead.attempts), (ErrorCode::NoPermissions, 1), "{url}: {}", failure.message);
    }
    assert!(stub.seen().is_empty(), "{:?}", stub.seen());
}

#[test]
fn tokens_are_asked_for_behind_the_guard_too() {
    let stub = Stub::start(|_| Reply::new(200, r#"{"access_token":"t"}"#));
    let world = World::new(Settings { allowed: Vec::new(), ..settings() });
    let client = json!({ "ClientID": "me", "ClientSecret": "secret" });
    let endpoint = stub.endpoint().replace("127.0.0.1", "localhost");
    let auth = json!({ "OAuthParameters": { "AuthorizationEndpoint": endpoint, "HttpMethod": "POST", "ClientParameters": client } });
    let made =
        world.call("CreateConnection", json!({ "Name": "c", "AuthorizationType": "OAUTH_CLIENT_CREDENTIALS", "AuthParameters": auth }));
    let arn = world.destination_over(made["ConnectionArn"].as_str().expect("an ARN"), "d", "https://example.invalid/", json!({}));
    world.rule("app", &arn, json!({}));
    world.put("app", 0..1);
    world.await_stage("app", StageKind::Dead, 1);
    assert!(stub.seen().is_empty());
}

/// A target that never answers, one that answers a byte at a time and one that is quick. The quick one does not wait for the others.
#[test]
fn slow_targets_hold_up_no_other() {
    let open = Arc::new(AtomicBool::new(false));
    let gate = open.clone();
    let slow = Stub::start(move |_| {
        while !gate.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(10));
        }
        Reply::new(200, "")
    });
    let quick = Stub::start(|_| Reply::new(200, ""));
    let world = world_of(&[("slow", slow.endpoint()), ("quick", quick.endpoint())]);
    for name in ["slow", "quick"] {
        world.rule(name, &own(name), json!({}));
    }
    world.put("slow", 0..200);
    world.until("the slow target is full", || world.bus.health().expect("read").in_flight == 8);
    let began = Instant::now();
    world.put("quick", 0..100);
    world.await_stage("quick", StageKind::Delivered, 100);
    let took = began.elapsed();
    assert!(took < Duration::from_secs(4), "{took:?}");
    assert!(slow.seen().len() <= 16, "{}", slow.seen().len());
    // Requests that get no answer end after their time, and come again.
    world.until("a timeout", || world.bus.health().expect("read").counts.postponed > 0);
    let health = world.bus.health().expect("read");
    let of_slow = health.targets.iter().find(|target| target.target == own("slow")).expect("known");
    assert_eq!(of_slow.last_failure.as_ref().map(|(_, failure)| failure.code), Some(ErrorCode::Timeout));
    open.store(true, Ordering::SeqCst);
    world.await_stage("slow", StageKind::Delivered, 200);
}

#[test]
fn long_answers_are_cut_and_broken_ones_are_tried_again() {
    let stub = Stub::start(|request| match (request.target.as_str(), request.earlier) {
        ("/long", _) => Reply::new(400, vec![b'x'; 64 << 20]),
        (_, 0) => Reply::new(200, "0123456789").cut_after(3),
        _ => Reply::new(200, ""),
    });
    let world = world_of(&[("long", &format!("{}/long", stub.endpoint())), ("cut", &format!("{}/cut", stub.endpoint()))]);
    for name in ["long", "cut"] {
        world.rule(name, &own(name), json!({}));
        world.put(name, 0..1);
    }
    world.await_stage("long", StageKind::Dead, 1);
    world.await_stage("cut", StageKind::Delivered, 1);
    assert_eq!(world.deliveries("cut", None)[0].attempts, 2);
    let failure = world.deliveries("long", None).remove(0).failure.expect("why");
    assert!(failure.message.len() < 4100, "{}", failure.message.len());
}

#[test]
fn what_was_given_up_is_sent_again_when_a_person_says_so() {
    let stub = Stub::start(|request| Reply::new(if request.earlier == 0 { 404 } else { 200 }, ""));
    let world = world_of(&[("hook", stub.endpoint())]);
    world.rule("app", &own("hook"), json!({}));
    world.put("app", 0..1);
    world.await_stage("app", StageKind::Dead, 1);
    let id = world.deliveries("app", None)[0].id.clone();
    assert!(world.bus.redrive(&id).expect("kept"));
    world.await_stage("app", StageKind::Delivered, 1);
    assert!(!world.bus.redrive(&id).expect("kept"), "it is not given up");
    assert_eq!(world.bus.redrive_all(None).expect("kept"), 0);
}

/// Says what it is told on each line, a byte every so often, and never hangs up.
fn dripping(says: &'static [u8], every: Duration) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("bound"));
    std::thread::spawn(move || {
        for mut line in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || {
                let mut heard = [0; 4096];
                drop(std::io::Read::read(&mut line, &mut heard));
                for byte in says.iter().chain(std::iter::repeat(&b'x')) {
                    if std::io::Write::write_all(&mut line, &[*byte]).is_err() {
                        return;
                    }
                    if byte == &b'x' {
                        std::thread::sleep(every);
                    }
                }
            });
        }
    });
    endpoint
}

#[test]
fn slow_bodies_and_no_http_at_all() {
    let slow = dripping(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n", Duration::from_millis(100));
    let garbage = dripping(b"SSH-2.0-OpenSSH_9.2\r\n\r\n", Duration::from_millis(1));
    let world =
        world_of(&[("slow", &slow), ("garbage", &garbage), ("closed", "http://127.0.0.1:1/"), ("nowhere", "https://nowhere.invalid/")]);
    let expect = [("slow", ErrorCode::Timeout), ("garbage", ErrorCode::ConnectionFailure), ("closed", ErrorCode::ConnectionFailure)];
    for (name, _) in expect.iter().chain(&[("nowhere", ErrorCode::ConnectionFailure)]) {
        world.rule(name, &own(name), json!({ "RetryPolicy": { "MaximumRetryAttempts": 0 } }));
        world.put(name, 0..1);
    }
    for (name, code) in expect {
        world.await_stage(name, StageKind::Dead, 1);
        let failure = world.deliveries(name, None).remove(0).failure.expect("why");
        assert_eq!(failure.code, code, "{name}: {}", failure.message);
    }
    world.await_stage("nowhere", StageKind::Dead, 1);
    let failure = world.deliveries("nowhere", None).remove(0).failure.expect("why");
    assert!(failure.message.contains("nowhere.invalid"), "{}", failure.message);
}

#[test]
fn a_shutdown_waits_for_what_is_under_way() {
    let stub = Stub::start(|_| {
        std::thread::sleep(Duration::from_millis(700));
        Reply::new(200, "")
    });
    let world = world_of(&[("hook", stub.endpoint())]);
    world.rule("app", &own("hook"), json!({}));
    world.put("app", 0..3);
    world.until("requests", || stub.seen().len() == 3);
    let began = Instant::now();
    assert!(world.bus.shutdown(Duration::from_secs(20)));
    assert!(began.elapsed() < Duration::from_secs(10));
    assert_eq!(world.deliveries("app", Some(StageKind::Delivered)).len(), 3);
    world.put("app", 3..4);
    assert_eq!(world.deliveries("app", Some(StageKind::Due)).len(), 1, "accepted, and sent after the next start");
    assert!(world.bus.shutdown(Duration::ZERO), "twice does no harm");
}

#[test]
fn what_was_broken_off_is_sent_again() {
    let stub = Stub::start(|request| {
        std::thread::sleep(Duration::from_secs(if request.earlier == 0 { 4 } else { 0 }));
        Reply::new(200, "")
    });
    let world = world_of(&[("hook", stub.endpoint())]);
    world.rule("app", &own("hook"), json!({}));
    world.put("app", 0..1);
    world.until("a request", || stub.seen().len() == 1);
    assert!(!world.bus.shutdown(Duration::from_millis(50)));
    let state = world.state.clone();
    world.until("it is handed back", || world.deliveries("app", Some(StageKind::Due)).first().is_some_and(|one| one.attempts == 1));
    let targets = [("hook".to_owned(), webhook(stub.endpoint()))].into();
    let again = watchfire_dispatch::Bus::start(state, Settings { targets, ..settings() }, Default::default()).expect("started");
    world.await_stage("app", StageKind::Delivered, 1);
    let seen = stub.seen();
    assert_eq!(seen[0].headers["webhook-id"], seen[1].headers["webhook-id"]);
    assert!(again.shutdown(Duration::from_secs(5)));
}
