//! How soon and how fast. Bounds are for a loaded machine; what is printed is what was measured.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use watchfire_bus::store::StageKind;
use watchfire_dispatch::Settings;
use watchfire_moto::{Reply, Stub};
use watchfire_state::{Epoch, Store as _};

use crate::world::{World, own, settings, webhook};

/// From the moment an event is handed in until its first attempt arrives, while epochs are committed beside it.
#[test]
fn the_first_attempt_comes_at_once() {
    const EVENTS: usize = 300;
    let arrived: Arc<Mutex<HashMap<u64, Instant>>> = Arc::default();
    let log = arrived.clone();
    let stub = Stub::start(move |request| {
        let now = Instant::now();
        let event: Value = serde_json::from_slice(&request.body).expect("an event");
        log.lock().expect("whole").entry(event["detail"]["n"].as_u64().expect("a number")).or_insert(now);
        Reply::new(200, "")
    });
    let world = World::new(Settings { targets: [("hook".to_owned(), webhook(stub.endpoint()))].into(), ..settings() });
    world.rule("app", &own("hook"), json!({}));
    let (state, stop) = (world.state.clone(), Arc::new(std::sync::atomic::AtomicBool::new(false)));
    let stopping = stop.clone();
    let epochs = std::thread::spawn(move || {
        let mut count = 0;
        while !stopping.load(std::sync::atomic::Ordering::SeqCst) {
            let mut epoch = Epoch::new(state.begin_epoch().expect("a number"), watchfire_model::EventTime(count));
            let name = |at| format!("logs/{count}/{at}");
            let object = |at| watchfire_state::Object { name: name(at), size: 1, fingerprint: "f".into(), records: 0, rejects: 0 };
            epoch.objects = (0..2000).map(object).collect();
            state.commit_epoch(&epoch).expect("committed");
            count += 1;
            std::thread::sleep(Duration::from_millis(200));
        }
        count
    });
    let mut handed = HashMap::new();
    for number in 0..EVENTS {
        handed.insert(number as u64, Instant::now());
        world.put("app", number..number + 1);
        std::thread::sleep(Duration::from_millis(10));
    }
    world.await_stage("app", StageKind::Delivered, EVENTS);
    stop.store(true, std::sync::atomic::Ordering::SeqCst);
    let epochs = epochs.join().expect("ended");
    let arrived = arrived.lock().expect("whole").clone();
    let mut waits: Vec<Duration> = handed.iter().map(|(number, at)| arrived[number] - *at).collect();
    waits.sort();
    let (middle, late, last) = (waits[EVENTS / 2], waits[EVENTS * 99 / 100], waits[EVENTS - 1]);
    println!(
        "{EVENTS} events beside {epochs} epochs of 2000 objects: first attempt after {middle:?} (median), {late:?} (p99), {last:?} (last)"
    );
    assert!(late < Duration::from_secs(2), "{late:?}");
}

#[test]
fn many_deliveries() {
    const EVENTS: usize = 5000;
    let stub = Stub::start(|_| Reply::new(200, ""));
    let elastic: watchfire_bus::target::Settings =
        serde_json::from_value(json!({ "kind": "sumo_logic", "url": format!("{}/sumo", stub.endpoint()) })).expect("settings");
    let targets = [("hook".to_owned(), webhook(&format!("{}/hook", stub.endpoint()))), ("sumo".to_owned(), elastic)].into();
    let world = World::new(Settings { targets, requests_per_target: 16, ..settings() });
    for name in ["hook", "sumo"] {
        world.rule(name, &own(name), json!({}));
        let began = Instant::now();
        world.put(name, 0..EVENTS);
        let accepted = began.elapsed();
        world.await_stage(name, StageKind::Delivered, EVENTS);
        let requests = stub.seen().iter().filter(|request| request.target == format!("/{name}")).count();
        println!("{name}: {EVENTS} events accepted in {accepted:?} by tens, delivered in {requests} requests after {:?}", began.elapsed());
    }
}
