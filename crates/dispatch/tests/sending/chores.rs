//! Schedules, archives, replays: what happens by the clock, with the clock in the test's hands.

use std::time::Duration;

use serde_json::json;
use watchfire_bus::store::{StageKind, Store as _};
use watchfire_dispatch::{Bus, Outside, Settings};
use watchfire_moto::{Reply, Stub};

use crate::world::{World, own, settings, webhook};

fn world() -> (Stub, World) {
    let stub = Stub::start(|_| Reply::new(200, ""));
    let world = World::new(Settings { targets: [("hook".to_owned(), webhook(stub.endpoint()))].into(), ..settings() });
    (stub, world)
}

fn schedule(world: &World, name: &str, expression: &str) {
    world.call("PutRule", json!({ "Name": name, "ScheduleExpression": expression }));
    world.call("PutTargets", json!({ "Rule": name, "Targets": [{ "Id": "t", "Arn": own("hook") }] }));
}

/// Turns the clock on in steps; the thread that keeps time is woken by a change of rules, as it would be by time.
fn pass(world: &World, minutes: u64) {
    for _ in 0..minutes {
        world.hands.turn(Duration::from_secs(60));
        world.call("PutRule", json!({ "Name": "bell", "EventPattern": r#"{"source":["nobody"]}"# }));
        std::thread::sleep(Duration::from_millis(30));
    }
}

#[test]
fn schedules_run_once_a_slot() {
    let (stub, world) = world();
    schedule(&world, "tick", "rate(2 minutes)");
    pass(&world, 20);
    world.until("ten runs", || world.deliveries("tick", Some(StageKind::Delivered)).len() >= 10);
    let runs = world.deliveries("tick", None).len();
    assert!((10..=11).contains(&runs), "{runs}");
    let body: serde_json::Value = serde_json::from_slice(&stub.seen()[0].body).expect("JSON");
    assert_eq!((&body["detail-type"], &body["source"]), (&json!("Scheduled Event"), &json!("aws.events")));
    world.call("DisableRule", json!({ "Name": "tick" }));
    pass(&world, 6);
    assert_eq!(world.deliveries("tick", None).len(), runs);
}

/// A night that the bus was off is not made up for; a run that fell into a restart is.
#[test]
fn runs_that_were_missed() {
    let (_stub, world) = world();
    schedule(&world, "tick", "rate(1 hour)");
    pass(&world, 61);
    world.await_stage("tick", StageKind::Delivered, 1);
    assert!(world.bus.shutdown(Duration::from_secs(5)));
    let again = |hands: Duration| {
        world.hands.turn(hands);
        let outside = Outside { clock: world.hands.clone(), ..Outside::default() };
        let bus = Bus::start(world.state.clone(), settings(), outside).expect("started");
        std::thread::sleep(Duration::from_millis(300));
        bus.shutdown(Duration::from_secs(5));
        world.deliveries("tick", None).len()
    };
    // Ten hours and a half: the last run would have been half an hour ago.
    assert_eq!(again(Duration::from_secs(10 * 3600 + 1800)), 1);
    // Written down until now; the next run falls into the half hour and a minute that follows.
    world.state.set_scheduled_until(watchfire_dispatch::Clock::now(&*world.hands)).expect("kept");
    assert_eq!(again(Duration::from_secs(1800)), 2);
}

#[test]
fn an_archive_comes_back() {
    let (stub, world) = world();
    world.rule("app", &own("hook"), json!({}));
    let bus = "arn:aws:events:eu-central-1:111122223333:event-bus/default";
    world.call("CreateArchive", json!({ "ArchiveName": "all", "EventSourceArn": bus, "RetentionDays": 1 }));
    world.put("app", 0..700);
    world.await_stage("app", StageKind::Delivered, 700);
    let described = world.call("DescribeArchive", json!({ "ArchiveName": "all" }));
    assert_eq!(described["EventCount"], 700);
    let now = watchfire_dispatch::Clock::now(&*world.hands).millis() / 1000;
    let archive = "arn:aws:events:eu-central-1:111122223333:archive/all";
    let start = |name: &str| {
        let body = json!({ "ReplayName": name, "EventSourceArn": archive, "EventStartTime": now - 86_400 * 365, "EventEndTime": now + 60,
            "Destination": { "Arn": bus } });
        world.call("StartReplay", body);
        world.until("the replay", || world.call("DescribeReplay", json!({ "ReplayName": name }))["State"] == "COMPLETED");
    };
    start("again");
    world.await_stage("app", StageKind::Delivered, 1400);
    let replayed = stub.seen().iter().filter(|request| String::from_utf8_lossy(&request.body).contains(r#""replay-name":"again""#)).count();
    assert_eq!(replayed, 700);
    assert_eq!(world.call("DescribeArchive", json!({ "ArchiveName": "all" }))["EventCount"], 700, "what is replayed is not kept again");
    // A day later the archive has nothing any more.
    world.hands.turn(Duration::from_secs(86_400 + 3600));
    world.call("PutRule", json!({ "Name": "bell", "EventPattern": r#"{"source":["nobody"]}"# }));
    world.until("forgetting", || world.call("DescribeArchive", json!({ "ArchiveName": "all" }))["EventCount"] == 0);
    start("nothing");
    assert_eq!(stub.seen().len(), 1400);
}

#[test]
fn a_deleted_archive_is_gone_for_good() {
    let (_stub, world) = world();
    let bus = "arn:aws:events:eu-central-1:111122223333:event-bus/default";
    let make = || world.call("CreateArchive", json!({ "ArchiveName": "all", "EventSourceArn": bus }));
    make();
    world.put("app", 0..10);
    assert_eq!(world.call("DescribeArchive", json!({ "ArchiveName": "all" }))["EventCount"], 10);
    world.call("DeleteArchive", json!({ "ArchiveName": "all" }));
    make();
    assert_eq!(world.call("DescribeArchive", json!({ "ArchiveName": "all" }))["EventCount"], 0);
}

#[test]
fn old_deliveries_are_forgotten() {
    let (_stub, world) = world();
    world.rule("app", &own("hook"), json!({}));
    world.put("app", 0..10);
    world.await_stage("app", StageKind::Delivered, 10);
    world.hands.turn(Duration::from_secs(2 * 86_400));
    pass(&world, 1);
    world.until("forgetting", || world.deliveries("app", None).is_empty());
}
