//! Callers that are slow, greedy or gone.

use std::io::{Read, Write};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde_json::json;
use watchfire_trust::Role;

use super::World;
use super::client::read;

fn hasty() -> World {
    World::with(|settings| {
        settings.limits.head_time_max = Duration::from_millis(400);
        settings.limits.body_pause_max = Duration::from_millis(300);
        settings.limits.body_time_max = Duration::from_millis(900);
    })
}

/// Heads that come a letter at a time are cut off; others are served meanwhile.
#[test]
fn slow_heads_are_cut_off() {
    let world = hasty();
    let begun = Instant::now();
    let mut slow: Vec<_> = (0..50)
        .map(|_| {
            let mut line = world.client.line();
            line.write_all(b"GET /healthz HTT").expect("sent");
            line
        })
        .collect();
    world.client.get("/healthz").expect(200);
    for line in &mut slow {
        let mut rest = Vec::new();
        drop(line.read_to_end(&mut rest));
        assert!(!String::from_utf8_lossy(&rest).contains("200 OK"));
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    world.client.get("/healthz").expect(200);
}

/// Bodies that stop, or that come for ever in small pieces, are told so.
#[test]
fn slow_bodies_are_cut_off() {
    let world = hasty();
    let admin = world.as_role(Role::Admin).with("content-type", "application/json");
    let head = |length: &str| {
        let request = admin.request("POST", "/api/v1/search", None);
        let text = String::from_utf8(request).expect("a head is text");
        text.replace("\r\n\r\n", &format!("\r\n{length}\r\n\r\n")).into_bytes()
    };
    let mut stuck = admin.line();
    stuck.write_all(&head("content-length: 100")).expect("sent");
    stuck.write_all(b"{\"sql\"").expect("sent");
    assert_eq!(read(&mut stuck).expect(408)["type"], "urn:watchfire:problem:too_slow");
    let mut trickle = admin.line();
    trickle.write_all(&head("transfer-encoding: chunked")).expect("sent");
    let begun = Instant::now();
    let mut writer = trickle.try_clone().expect("a line");
    let feeder = std::thread::spawn(move || {
        while writer.write_all(b"1\r\nx\r\n").is_ok() {
            std::thread::sleep(Duration::from_millis(100))
        }
    });
    assert_eq!(read(&mut trickle).status, 408);
    assert!(begun.elapsed() < Duration::from_secs(4));
    drop(trickle);
    feeder.join().expect("it ends with the line");
}

#[test]
fn too_large_is_said_before_all_of_it_came() {
    let world = World::new();
    let admin = world.as_role(Role::Admin).with("content-type", "application/json");
    let large = vec![b' '; 600 << 10];
    assert_eq!(admin.send("POST", "/api/v1/search", Some(&large)).expect(413)["type"], "urn:watchfire:problem:too_large");
    let mut chunked = admin.line();
    let text = String::from_utf8(admin.request("POST", "/api/v1/search", None)).expect("text");
    chunked.write_all(text.replace("\r\n\r\n", "\r\ntransfer-encoding: chunked\r\n\r\n").as_bytes()).expect("sent");
    for _ in 0..10 {
        let piece = [b"10000\r\n".as_slice(), &[b' '; 0x10000], b"\r\n"].concat();
        if chunked.write_all(&piece).is_err() {
            break;
        }
    }
    drop(chunked.write_all(b"0\r\n\r\n"));
    assert_eq!(read(&mut chunked).status, 413);
    let nested = format!("{{\"sql\": {}1{}}}", "[".repeat(5000), "]".repeat(5000));
    assert_eq!(admin.send("POST", "/api/v1/search", Some(nested.as_bytes())).status, 400, "nesting is bounded");
    let long = format!("/api/v1/findings?text={}", "x".repeat(100_000));
    assert!(matches!(world.client.send("GET", &long, None).status, 414 | 431));
}

/// A list with a number of so many digits.
fn digits(count: usize) -> Vec<u8> {
    let mut text = vec![b'7'; count];
    (text[0], text[count - 1]) = (b'[', b']');
    text
}

/// Bodies over all requests are bounded: what has no room is told to come again.
#[test]
fn bodies_share_their_room() {
    let world = World::with(|settings| settings.limits.bodies_bytes_max = 64 << 10);
    let admin = world.as_role(Role::Admin);
    let answer = admin.send("POST", "/ingest/json/js", Some(&digits(200 << 10)));
    answer.expect(503);
    assert!(answer.header("retry-after").is_some());
    admin.send("POST", "/ingest/json/js", Some(&digits(20 << 10))).expect(202);
    admin.send("POST", "/ingest/json/js", Some(&digits(60 << 10))).expect(202);
}

/// Noise on the line harms nobody.
#[test]
fn noise_and_half_requests_harm_nobody() {
    let world = World::new();
    for noise in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"GET",
        b"\r\n\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /api/v1/session HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{",
        b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: localhost\r\nx: a\x00b\r\n\r\n",
    ] {
        let mut line = world.client.line();
        line.write_all(noise).expect("sent");
        drop(line);
    }
    world.client.get("/healthz").expect(200);
}

/// Lines beyond the limit wait; they are served when others end.
#[test]
fn lines_are_bounded() {
    let world = World::with(|settings| {
        settings.limits.lines_max = 4;
        settings.limits.head_time_max = Duration::from_millis(500);
    });
    let _held: Vec<_> = (0..8).map(|_| world.client.line()).collect();
    world.client.get("/healthz").expect(200);
}

/// A question that nobody waits for any more is stopped.
#[test]
fn who_goes_stops_the_question() {
    let world = World::new();
    let analyst = world.as_role(Role::Analyst).with("content-type", "application/json");
    let mut line = analyst.line();
    line.write_all(&analyst.request("POST", "/api/v1/search", Some(br#"{"sql": "slow"}"#))).expect("sent");
    std::thread::sleep(Duration::from_millis(200));
    drop(line);
    let until = Instant::now() + Duration::from_secs(5);
    while !world.node.stopped.load(Ordering::SeqCst) {
        assert!(Instant::now() < until, "the question went on");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn bugs_are_answered() {
    let world = World::new();
    let analyst = world.as_role(Role::Analyst);
    assert_eq!(analyst.post("/api/v1/search", &json!({"sql": "panic"})).expect(500)["type"], "urn:watchfire:problem:failed");
    analyst.post("/api/v1/search", &json!({"sql": "select 1"})).expect(200);
}

/// When the server stops, open requests end and live streams too.
#[test]
fn stopping_lets_requests_end() {
    let mut world = World::new();
    let viewer = world.as_role(Role::Viewer);
    let mut live = viewer.line();
    live.write_all(&viewer.request("GET", "/api/v1/live", None)).expect("sent");
    std::thread::sleep(Duration::from_millis(200));
    drop(world.stop.take());
    let begun = Instant::now();
    let mut rest = Vec::new();
    live.read_to_end(&mut rest).expect("it ends in order");
    assert!(String::from_utf8_lossy(&rest).ends_with("0\r\n\r\n"), "{}", String::from_utf8_lossy(&rest));
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
}
