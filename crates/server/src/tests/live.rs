//! The live stream.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use watchfire_trust::Role;

use super::{Client, World};
use crate::live::Topic;

/// Opens the stream; its lines without the head and the sizes of chunks.
fn follow(client: &Client, path: &str) -> impl Iterator<Item = String> + use<> {
    let mut line: TcpStream = client.line();
    line.write_all(&client.request("GET", path, None)).expect("sent");
    let lines = BufReader::new(line).lines().map_while(Result::ok).skip_while(|line| !line.is_empty()).skip(1);
    lines.filter(|line| !line.is_empty() && !line.chars().all(|c| c.is_ascii_hexdigit()))
}

/// Waits until somebody follows.
fn followed(world: &World, count: usize) {
    for _ in 0..500 {
        if world.live.followers() >= count {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("nobody follows");
}

#[test]
fn followers_hear_what_they_asked_for_and_go_on_where_they_were() {
    let world = World::new();
    let viewer = world.as_role(Role::Viewer);
    let mut lines = follow(&viewer, "/api/v1/live");
    assert_eq!(lines.next().as_deref(), Some("retry: 3000"));
    followed(&world, 1);
    world.live.publish(Topic::Tail, "{\"t\":1}");
    world.live.publish(Topic::Finding, "{\"text\":\"\u{9b}31m\ndata: forged\"}");
    world.live.publish(Topic::Finding, "{\"n\":3}");
    let heard: Vec<String> = lines.by_ref().take(6).collect();
    let expect =
        ["id: run-2", "event: finding", "data: {\"text\":\"\\u009b31m data: forged\"}", "id: run-3", "event: finding", "data: {\"n\":3}"];
    assert_eq!(heard, expect);
    drop(lines);
    world.live.publish(Topic::Finding, "{\"n\":4}");
    let again = follow(&viewer.with("last-event-id", "run-2"), "/api/v1/live");
    let heard: Vec<String> = again.skip(1).take(6).collect();
    assert_eq!(heard, ["id: run-3", "event: finding", "data: {\"n\":3}", "id: run-4", "event: finding", "data: {\"n\":4}"]);
    let unknown: Vec<String> = follow(&viewer.with("last-event-id", "old-9"), "/api/v1/live").skip(1).take(2).collect();
    assert_eq!(unknown, ["event: missed", "data: {}"]);
}

#[test]
fn tails_need_what_searching_needs() {
    let world = World::new();
    let viewer = world.as_role(Role::Viewer);
    assert_eq!(viewer.get("/api/v1/live?topics=finding,tail").status, 403);
    assert_eq!(viewer.get("/api/v1/live?topics=gossip").status, 400);
    assert_eq!(viewer.get("/api/v1/live?what=x").status, 400);
    let analyst = world.as_role(Role::Analyst);
    let mut lines = follow(&analyst, "/api/v1/live?topics=tail");
    lines.next();
    followed(&world, 1);
    world.live.publish(Topic::Tail, "1");
    assert_eq!(lines.take(3).collect::<Vec<_>>(), ["id: run-1", "event: tail", "data: 1"]);
}

/// Whoever does not keep up is told what it missed, and nobody waits for it.
#[test]
fn slow_followers_are_told() {
    let world = World::with(|settings| settings.limits.heartbeat = Duration::from_millis(100));
    let viewer = world.as_role(Role::Viewer);
    let mut lines = follow(&viewer, "/api/v1/live");
    lines.next();
    followed(&world, 1);
    assert_eq!(lines.next().as_deref(), Some(": still here"));
    let large = format!("\"{}\"", "x".repeat(20_000));
    for _ in 0..2500 {
        world.live.publish(Topic::Finding, &large);
    }
    world.live.publish(Topic::Finding, "\"last\"");
    let mut has_missed = false;
    for line in lines {
        has_missed |= line == "event: missed";
        if line == "data: \"last\"" {
            break;
        }
    }
    assert!(has_missed);
}

#[test]
fn followers_are_bounded() {
    let world = World::with(|settings| settings.limits.followers_max = 1);
    let viewer = world.as_role(Role::Viewer);
    let mut lines = follow(&viewer, "/api/v1/live");
    lines.next();
    followed(&world, 1);
    assert_eq!(viewer.get("/api/v1/live").status, 503);
}
