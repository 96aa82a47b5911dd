//! A process that takes events in and delivers them is killed, again and again. Every event that it said it had accepted arrives, what
//! arrives more often than once has the same id, and nothing arrives that nobody accepted or was about to.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use watchfire_bus::deliver::{Origin, Scratch};
use watchfire_bus::event::{Event, EventId};
use watchfire_bus::store::StageKind;
use watchfire_dispatch::{Bus, Outside, Settings};
use watchfire_moto::{Reply, Stub};
use watchfire_state::{Epoch, State, Store};

use crate::world::{home, own, settings, webhook};

/// Says to the test binary, started anew, that it is the process to be killed, where to work and whom to send to.
const FOLDER: &str = "WATCHFIRE_DISPATCH_KILLED_IN";
const RECEIVER: &str = "WATCHFIRE_DISPATCH_SENDS_TO";

const KILLS: usize = 220;

fn start(folder: &Path, receiver: &str) -> (Arc<State>, Bus) {
    let state = Arc::new(State::open(folder.join("state.db")).expect("opens after every kill"));
    let targets = [("hook".to_owned(), webhook(receiver))].into();
    let bus = Bus::start(state.clone(), Settings { targets, ..settings() }, Outside::default()).expect("starts after every kill");
    (state, bus)
}

/// The process to be killed; as a test among others it does nothing. What it says it has accepted is what a source would hear.
#[test]
fn child() {
    let (Ok(folder), Ok(receiver)) = (std::env::var(FOLDER), std::env::var(RECEIVER)) else { return };
    let folder = Path::new(&folder);
    let (state, bus) = start(folder, &receiver);
    let rule = json!({ "Name": "app", "EventPattern": r#"{"source":["app"]}"# });
    bus.call("PutRule", &rule.to_string()).expect("a rule");
    bus.call("PutTargets", &json!({ "Rule": "app", "Targets": [{ "Id": "t", "Arn": own("hook") }] }).to_string()).expect("a target");
    let mut accepted = File::options().create(true).append(true).open(folder.join("accepted")).expect("reports");
    let mut scratch = Scratch::default();
    for round in 0u64.. {
        let ids = if round % 2 == 0 { put(&bus) } else { commit(&state, &bus, &mut scratch) };
        accepted.write_all((ids.join("\n") + "\n").as_bytes()).expect("reported");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Events that a user hands in.
fn put(bus: &Bus) -> Vec<String> {
    let entry = |number: i32| json!({ "Source": "app", "DetailType": "put", "Detail": json!({ "n": number }).to_string() });
    let answer = bus.call("PutEvents", &json!({ "Entries": (0..5).map(entry).collect::<Vec<_>>() }).to_string()).expect("accepted");
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    let ids = answer["Entries"].as_array().expect("entries").iter();
    ids.map(|entry| entry["EventId"].as_str().expect("an id").to_owned()).collect()
}

/// Events of records, whose deliveries become true with an epoch. The number of the epoch says what they are.
fn commit(state: &State, bus: &Bus, scratch: &mut Scratch) -> Vec<String> {
    let id = state.begin_epoch().expect("a number");
    let mut epoch = Epoch::new(id, watchfire_model::EventTime(id.0 as i64));
    let mut ids = Vec::new();
    for number in 0..5 {
        let run = Event::scheduled(&home(), "arn:x", epoch.at);
        let event = Event { id: EventId::of("epoch", &[&id.to_string(), &number.to_string()]), source: "app".to_owned(), ..run };
        epoch.deliveries.extend(bus.rulebook().matched("default", &event, &Origin::default(), epoch_now(), scratch).deliveries);
        ids.push(event.id.to_string());
    }
    assert_eq!(epoch.deliveries.len(), 5);
    state.commit_epoch(&epoch).expect("committed");
    bus.wake();
    ids
}

fn epoch_now() -> watchfire_model::EventTime {
    watchfire_dispatch::Clock::now(&watchfire_dispatch::SystemClock)
}

#[test]
fn nothing_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let receiver = Stub::start(|request| Reply::new(if request.body.len() % 7 == 3 && request.earlier % 3 == 0 { 503 } else { 200 }, ""));
    let mut seed = 20_261_124u64;
    let mut chance = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    for kill in 0..KILLS {
        // Some kills meet the start itself, most meet work.
        run_and_kill(folder.path(), receiver.endpoint(), kill % 10 == 9, chance(30_000));
    }
    let accepted = fs::read_to_string(folder.path().join("accepted")).expect("reports");
    let whole = accepted.rsplit_once('\n').map_or("", |(whole, _)| whole);
    let accepted: BTreeSet<&str> = whole.lines().collect();
    drain(folder.path(), receiver.endpoint());

    let mut arrived: BTreeMap<String, usize> = BTreeMap::new();
    let mut deliveries: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for request in receiver.seen() {
        let event: Value = serde_json::from_slice(&request.body).expect("an event");
        let id = event["id"].as_str().expect("an id").to_owned();
        deliveries.entry(id.clone()).or_default().insert(request.headers["webhook-id"].clone());
        *arrived.entry(id).or_default() += 1;
    }
    let lost: Vec<_> = accepted.iter().filter(|id| !arrived.contains_key(**id)).collect();
    let repeated = arrived.values().filter(|count| **count > 1).count();
    let unreported = arrived.keys().filter(|id| !accepted.contains(id.as_str())).count();
    println!(
        "{KILLS} kills: {} events accepted, {} arrived, {} lost, {repeated} more often than once, {unreported} accepted but not reported",
        accepted.len(),
        arrived.len(),
        lost.len()
    );
    assert!(lost.is_empty(), "{lost:?}");
    assert!(accepted.len() > KILLS, "{}", accepted.len());
    assert!(deliveries.values().all(|ids| ids.len() == 1), "a repeat had another id");
    assert!(unreported <= KILLS * 5, "{unreported}: events that nobody handed in");
}

/// Lets a child work until it has reported something, or for a moment only, and kills it a moment later.
fn run_and_kill(folder: &Path, receiver: &str, is_early: bool, micros: u64) {
    let this = std::env::current_exe().expect("this test");
    let mut child = Command::new(this)
        .args(["--exact", "kill::child", "--nocapture"])
        .env(FOLDER, folder)
        .env(RECEIVER, receiver)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    let reports = || fs::metadata(folder.join("accepted")).map_or(0, |reports| reports.len());
    let (before, started) = (reports(), Instant::now());
    while !is_early && reports() == before && started.elapsed() < Duration::from_secs(60) {
        assert!(child.try_wait().expect("asked").is_none(), "the child ended by itself");
        std::thread::sleep(Duration::from_micros(200));
    }
    std::thread::sleep(Duration::from_micros(micros));
    child.kill().expect("killed");
    child.wait().expect("gone");
}

/// A last start, until nothing is on its way any more.
fn drain(folder: &Path, receiver: &str) {
    let (_, bus) = start(folder, receiver);
    let began = Instant::now();
    loop {
        let health = bus.health().expect("read");
        if health.targets.iter().all(|target| target.queued == 0) {
            assert!(health.targets.iter().all(|target| target.dead == 0), "{health:?}");
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(120), "{health:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
    let filter = watchfire_bus::store::DeliveryFilter { stage: Some(StageKind::Due), ..Default::default() };
    assert!(bus.deliveries(&filter).expect("read").items.is_empty());
    assert!(bus.shutdown(Duration::from_secs(10)));
}
