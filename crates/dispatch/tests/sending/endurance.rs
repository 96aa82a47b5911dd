//! A target that is down for an hour.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;
use watchfire_bus::deliver::Ledger as _;
use watchfire_bus::retry::Backoff;
use watchfire_bus::store::StageKind;
use watchfire_dispatch::{Clock as _, Settings};
use watchfire_moto::{Reply, Stub};

use crate::world::{World, own, settings, webhook};

/// Time is turned on to whenever something is due next, so an hour takes seconds. Nothing is lost, and the attempts are those that the
/// waits of the defaults allow: 2, 4, 8 … 256 seconds, then 480, less half of each at most.
#[test]
fn down_for_an_hour() {
    const EVENTS: usize = 50;
    let up = Arc::new(AtomicBool::new(false));
    let gate = up.clone();
    let stub = Stub::start(move |_| Reply::new(if gate.load(Ordering::SeqCst) { 200 } else { 503 }, ""));
    let targets = [("hook".to_owned(), webhook(stub.endpoint()))].into();
    let world = World::new(Settings { targets, backoff: Backoff::default(), ..settings() });
    world.rule("app", &own("hook"), json!({}));
    world.put("app", 0..EVENTS);
    let began = world.hands.now().millis();
    while world.hands.now().millis() < began + 3_600_000 {
        world.until("the bus has tried what is due", || {
            let due = world.state.next_due(&mut |_| true).expect("read").expect("nothing is lost");
            due > world.hands.now() && world.bus.health().expect("read").in_flight == 0
        });
        let due = world.state.next_due(&mut |_| true).expect("read").expect("nothing is lost");
        let wait = (due.millis() - world.hands.now().millis()).clamp(100, 10_000);
        world.hands.turn(Duration::from_millis(wait as u64));
        world.bus.wake();
    }
    let tried: Vec<u32> = world.deliveries("app", Some(StageKind::Due)).iter().map(|one| one.attempts).collect();
    assert_eq!(tried.len(), EVENTS, "none was given up");
    assert!(tried.iter().all(|attempts| (12..=30).contains(attempts)), "{tried:?}");
    up.store(true, Ordering::SeqCst);
    world.hands.turn(Duration::from_secs(480));
    world.bus.wake();
    world.await_stage("app", StageKind::Delivered, EVENTS);
    let counts = world.bus.health().expect("read").counts;
    println!("an hour down: {EVENTS} events, {} attempts, {} delivered, {} given up", counts.attempts, counts.delivered, counts.dead);
}
