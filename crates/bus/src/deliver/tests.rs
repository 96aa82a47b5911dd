//! What an event gives, and that no crash loses a delivery.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use proptest::prelude::*;
use watchfire_model::EventTime;

use super::*;
use crate::chance::Chance;
use crate::event::{Event, EventId, cloudtrail};
use crate::retry::{Backoff, ErrorCode, Exhausted, Failure};
use crate::rules::{Context, Quotas, State, call};
use crate::store::{Archived, StageKind, StoreError};
use watchfire_model::arn::Home;

const MINUTE: i64 = 60_000;

pub(super) fn home() -> Home {
    Home::new("111122223333", "eu-central-1")
}

/// A state after operations, each a name and a request.
fn state(operations: &[(&str, &str)]) -> State {
    let mut state = State::new(home(), Quotas::default());
    for (operation, body) in operations {
        let mut number = 0;
        let mut chance = || {
            number += 1;
            number
        };
        let mut context = Context { now: EventTime(0), chance: &mut chance };
        let (changes, response) = call(&state, operation, body, &mut context).unwrap_or_else(|error| panic!("{operation}: {error}"));
        assert!(!response.contains("\"FailedEntryCount\":1"), "{response}");
        state.apply(changes);
    }
    state
}

fn event(source: &str, number: u64) -> Event {
    Event { source: source.to_owned(), id: EventId::of("test", &[&number.to_string()]), ..Event::scheduled(&home(), "arn:x", EventTime(0)) }
}

fn matched(book: &Rulebook, bus: &str, event: &Event) -> Matched {
    book.matched(bus, event, &Origin::default(), EventTime(0), &mut Scratch::default())
}

fn targets(matched: &Matched) -> Vec<&str> {
    matched.deliveries.iter().map(|delivery| delivery.target.id.as_str()).collect()
}

pub(super) const RULES: &[(&str, &str)] = &[
    ("CreateEventBus", r#"{"Name":"other"}"#),
    ("PutRule", r#"{"Name":"a","EventPattern":"{\"source\":[\"a\",\"both\"]}"}"#),
    ("PutRule", r#"{"Name":"b","EventPattern":"{\"source\":[\"b\",\"both\"]}"}"#),
    (
        "PutTargets",
        r#"{"Rule":"a","Targets":[{"Id":"a2","Arn":"arn:aws:sqs:eu-central-1:111122223333:q"},{"Id":"a1","Arn":"arn:aws:events:eu-central-1:111122223333:event-bus/other"}]}"#,
    ),
    (
        "PutTargets",
        r#"{"Rule":"b","Targets":[{"Id":"b1","Arn":"arn:aws:sqs:eu-central-1:111122223333:q","DeadLetterConfig":{"Arn":"arn:aws:sqs:eu-central-1:111122223333:dead"},"RetryPolicy":{"MaximumRetryAttempts":2},"InputPath":"$.source"}]}"#,
    ),
];

#[test]
fn every_target_of_every_matching_rule() {
    let book = Rulebook::new(&state(RULES));
    let matched = |source: &str, bus: &str| book.matched(bus, &event(source, 1), &Origin::default(), EventTime(5), &mut Scratch::default());
    assert_eq!(targets(&matched("both", "default")), ["a1", "a2", "b1"]);
    assert_eq!(targets(&matched("a", "default")), ["a1", "a2"]);
    assert_eq!((targets(&matched("none", "default")).len(), targets(&matched("a", "other")).len()), (0, 0));
    assert_eq!(matched("a", "nowhere"), Matched::default());
    let (one, two) = (matched("both", "default"), matched("both", "default"));
    assert_eq!(one, two);
    let ids: BTreeSet<_> = one.deliveries.iter().map(|delivery| &delivery.id).collect();
    assert_eq!(ids.len(), 3);
    assert_eq!(one.deliveries[2].payload().as_deref(), Ok("\"both\""));
    assert_eq!(one.deliveries[0].payload(), Ok(event("both", 1).to_json()));
}

#[test]
fn one_hop_and_chosen_rules() {
    let book = Rulebook::new(&state(RULES));
    let hopped = book.matched("default", &event("a", 1), &Origin { hops: 1, only_rules: &[] }, EventTime(0), &mut Scratch::default());
    assert_eq!((targets(&hopped), hopped.held_back), (vec!["a2"], 1));
    let only = [home().rule_arn("default", "b")];
    let replayed = book.matched(
        "default",
        &event("both", 1).replayed("again"),
        &Origin { hops: 0, only_rules: &only },
        EventTime(0),
        &mut Scratch::default(),
    );
    assert_eq!(targets(&replayed), ["b1"]);
    let plain = book.matched("default", &event("both", 1), &Origin { hops: 0, only_rules: &only }, EventTime(0), &mut Scratch::default());
    assert_ne!(plain.deliveries[0].id, replayed.deliveries[0].id, "a replay is delivered though the event was before");
}

#[test]
fn reading_calls_are_seen_by_those_who_ask() {
    let mut operations = RULES.to_vec();
    operations.push(("PutRule", r#"{"Name":"a","EventPattern":"{\"source\":[\"aws.iam\"]}","State":"ENABLED"}"#));
    operations.push((
        "PutRule",
        r#"{"Name":"b","EventPattern":"{\"source\":[\"aws.iam\"]}","State":"ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"}"#,
    ));
    let record = |name: &str| {
        let text = format!(
            r#"{{"eventSource":"iam.amazonaws.com","eventName":"{name}","eventTime":"2026-03-02T09:14:07Z","eventType":"AwsApiCall","eventID":"{name}"}}"#
        );
        cloudtrail(&text, &home()).unwrap()
    };
    let book = Rulebook::new(&state(&operations));
    let seen = |name: &str| book.matched("default", &record(name), &Origin::default(), EventTime(0), &mut Scratch::default());
    assert_eq!(targets(&seen("ListUsers")), ["b1"]);
    assert_eq!(targets(&seen("CreateUser")), ["a1", "a2", "b1"]);
    operations.push(("DisableRule", r#"{"Name":"b"}"#));
    let book = Rulebook::new(&state(&operations));
    assert_eq!(book.matched("default", &record("ListUsers"), &Origin::default(), EventTime(0), &mut Scratch::default()).rules, 0);
}

#[test]
fn archives_take_what_they_want_once() {
    let mut operations = RULES.to_vec();
    let arn = home().bus_arn("default");
    let all = format!(r#"{{"ArchiveName":"all","EventSourceArn":"{arn}"}}"#);
    let some = format!(r#"{{"ArchiveName":"a-only","EventSourceArn":"{arn}","EventPattern":"{{\"source\":[\"a\"]}}"}}"#);
    operations.extend([("CreateArchive", all.as_str()), ("CreateArchive", some.as_str())]);
    let book = Rulebook::new(&state(&operations));
    let archives = |event: &Event| {
        book.matched("default", event, &Origin::default(), EventTime(0), &mut Scratch::default())
            .archived
            .into_iter()
            .map(|one| one.archive)
            .collect::<Vec<_>>()
    };
    assert_eq!(archives(&event("a", 1)), ["a-only", "all"]);
    assert_eq!(archives(&event("b", 1)), ["all"]);
    assert!(archives(&event("a", 1).replayed("again")).is_empty());
}

#[test]
fn schedules_run_once_a_slot() {
    let operations = [
        ("PutRule", r#"{"Name":"tick","ScheduleExpression":"rate(5 minutes)"}"#),
        ("PutTargets", r#"{"Rule":"tick","Targets":[{"Id":"t","Arn":"arn:aws:sqs:eu-central-1:111122223333:q"}]}"#),
    ];
    let book = Rulebook::new(&state(&operations));
    assert_eq!(book.next_run(EventTime(0)), Some(EventTime(5 * MINUTE)));
    assert_eq!(book.runs(EventTime(0), EventTime(5 * MINUTE - 1)).rules, 0);
    let first = book.runs(EventTime(0), EventTime(5 * MINUTE));
    assert_eq!(first.deliveries[0].event().unwrap().detail_type, "Scheduled Event");
    assert_eq!(first, book.runs(EventTime(4 * MINUTE), EventTime(6 * MINUTE)), "the same run is the same delivery");
    let late = book.runs(EventTime(0), EventTime(61 * MINUTE));
    assert_eq!(late.deliveries[0].event().unwrap().time, EventTime(60 * MINUTE));
}

pub(super) fn delivery(target: &str) -> Delivery {
    let book = Rulebook::new(&state(RULES));
    let matched = book.matched("default", &event("both", 1), &Origin::default(), EventTime(0), &mut Scratch::default());
    matched.deliveries.into_iter().find(|delivery| delivery.target.id == target).unwrap()
}

#[test]
fn an_attempt_is_judged() {
    let (backoff, mut most) = (Backoff::default(), || u64::MAX);
    let mut judge = |delivery: Delivery, result, now| step(delivery, result, &backoff, EventTime(now), &mut most);
    let done = judge(delivery("b1"), Ok(()), 7);
    assert_eq!((done.delivery.attempts, done.delivery.due(), done.letter), (1, None, None));
    let busy = || Failure::later(ErrorCode::Throttling, "busy");
    let again = judge(delivery("b1"), Err(busy()), 0).delivery;
    assert_eq!((again.attempts, again.due()), (1, Some(EventTime(2000))));
    let asked = judge(again, Err(busy().after(Some(Duration::from_secs(100)))), 2000).delivery;
    assert_eq!((asked.attempts, asked.due()), (2, Some(EventTime(102_000))), "the longer wait of the two");
    let dead = judge(asked, Err(busy()), 102_000);
    let Stage::Dead { letter, .. } = &dead.delivery.stage else { panic!("{:?}", dead.delivery.stage) };
    let attribute = |name: &str| letter.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    assert_eq!(attribute("EXHAUSTED_RETRY_CONDITION"), Some(Exhausted::Attempts.as_str()));
    assert_eq!((attribute("RETRY_ATTEMPTS"), attribute("ERROR_CODE")), (Some("2"), Some("THROTTLING")));
    assert_eq!(letter.body, event("both", 1).to_json());
    let letter = dead.letter.unwrap();
    assert_eq!(
        (letter.target.arn.as_str(), letter.payload()),
        ("arn:aws:sqs:eu-central-1:111122223333:dead", Ok(event("both", 1).to_json()))
    );
    let lost = judge(letter, Err(Failure::never(ErrorCode::NoResource, "no queue")), 103_000);
    assert!(matches!(lost.delivery.stage, Stage::Dead { .. }) && lost.letter.is_none(), "a letter has no letter");
}

#[test]
fn age_and_what_is_never_tried_again() {
    let (backoff, mut most) = (Backoff::default(), || u64::MAX);
    let old = step(delivery("a2"), Err(Failure::later(ErrorCode::Timeout, "late")), &backoff, EventTime(86_400_000), &mut most);
    let attributes = |step: &Step| match &step.delivery.stage {
        Stage::Dead { letter, .. } => letter.attributes.iter().map(|(_, value)| value.clone()).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert!(attributes(&old).contains(&"MaximumEventAgeInSeconds".to_owned()));
    assert_eq!(old.letter, None, "without a queue the ledger alone keeps it");
    let never = step(delivery("a2"), Err(Failure::never(ErrorCode::NoPermissions, "no")), &backoff, EventTime(0), &mut most);
    assert_eq!(attributes(&never).len(), 5);
    let text = serde_json::to_string(&never.delivery).unwrap();
    assert_eq!(serde_json::from_str::<Delivery>(&text).unwrap(), never.delivery);
}

/// What a ledger in memory knows; loans are forgotten in a crash, the rest is not.
#[derive(Default)]
struct Memory {
    kept: BTreeMap<DeliveryId, Delivery>,
    loans: BTreeMap<DeliveryId, EventTime>,
}

impl Memory {
    fn append(&mut self, deliveries: Vec<Delivery>) -> usize {
        let before = self.kept.len();
        for delivery in deliveries {
            self.kept.entry(delivery.id.clone()).or_insert(delivery);
        }
        self.kept.len() - before
    }

    fn lend(&mut self, now: EventTime, until: EventTime, share: &mut dyn FnMut(&str) -> usize) -> Vec<Delivery> {
        let lent = |id: &DeliveryId| self.loans.get(id).is_some_and(|until| *until > now);
        let mut due: Vec<_> = self.kept.values().filter(|one| one.due().is_some_and(|at| at <= now) && !lent(&one.id)).cloned().collect();
        due.sort_by_key(|delivery| (delivery.due(), delivery.id.clone()));
        let mut left: BTreeMap<String, usize> = due.iter().map(|one| (one.target.arn.clone(), share(&one.target.arn))).collect();
        due.retain(|one| {
            let left = left.get_mut(&one.target.arn).unwrap();
            let has_room = *left > 0;
            *left = left.saturating_sub(1);
            has_room
        });
        self.loans.extend(due.iter().map(|delivery| (delivery.id.clone(), until)));
        due
    }

    fn settle(&mut self, changed: Vec<Delivery>, new: Vec<Delivery>) {
        for delivery in changed {
            self.loans.remove(&delivery.id);
            self.kept.insert(delivery.id.clone(), delivery);
        }
        self.append(new);
    }

    fn next_due(&mut self, is_open: &mut dyn FnMut(&str) -> bool) -> Option<EventTime> {
        let at = |one: &Delivery| Some(one.due()?.max(self.loans.get(&one.id).copied().unwrap_or(EventTime(0))));
        self.kept.values().filter(|one| is_open(&one.target.arn)).filter_map(at).min()
    }
}

/// The process is gone.
#[derive(Debug, thiserror::Error)]
#[error("the process is gone")]
struct Crash;

/// A world in which every call of the ledger, every sending and every acknowledgement may be the last of a process, before or after it
/// had its effect.
#[derive(Default)]
struct World {
    memory: Memory,
    /// How many calls until each crash, and whether the call has its effect.
    fuses: Vec<(u32, bool)>,
    crashes: usize,
    /// How often each delivery arrived at its target.
    arrived: BTreeMap<(DeliveryId, String), usize>,
}

impl World {
    fn call<T>(&mut self, act: impl FnOnce(&mut Self) -> T) -> Result<T, StoreError> {
        match self.fuses.last_mut() {
            Some((0, effect)) => {
                let effect = *effect;
                self.fuses.pop();
                self.crashes += 1;
                if effect {
                    act(self);
                }
                Err(StoreError::new(Crash))
            }
            Some((left, _)) => {
                *left -= 1;
                Ok(act(self))
            }
            None => Ok(act(self)),
        }
    }
}

impl Ledger for RefCell<World> {
    fn append(&self, deliveries: Vec<Delivery>, _: Vec<Archived>) -> Result<usize, StoreError> {
        self.borrow_mut().call(|world| world.memory.append(deliveries))
    }

    fn lend(&self, now: EventTime, until: EventTime, share: &mut dyn FnMut(&str) -> usize) -> Result<Vec<Delivery>, StoreError> {
        self.borrow_mut().call(|world| world.memory.lend(now, until, share))
    }

    fn settle(&self, changed: Vec<Delivery>, new: Vec<Delivery>) -> Result<(), StoreError> {
        self.borrow_mut().call(|world| world.memory.settle(changed, new))
    }

    fn get(&self, id: &DeliveryId) -> Result<Option<Delivery>, StoreError> {
        self.borrow_mut().call(|world| world.memory.kept.get(id).cloned())
    }

    fn next_due(&self, is_open: &mut dyn FnMut(&str) -> bool) -> Result<Option<EventTime>, StoreError> {
        self.borrow_mut().call(|world| world.memory.next_due(is_open))
    }
}

/// One process: takes in what is not acknowledged, delivers until nothing is due any more.
fn live(
    world: &RefCell<World>,
    book: &Rulebook,
    unacknowledged: &mut Vec<Event>,
    now: &mut i64,
    chance: &mut dyn Chance,
) -> Result<(), StoreError> {
    let courier = Courier::new(world, Backoff::default(), Duration::from_secs(30));
    let mut scratch = Scratch::default();
    while let Some(event) = unacknowledged.last() {
        courier.accept(book, &[Seen { bus: "default", event, origin: Origin::default() }], EventTime(*now), &mut scratch)?;
        // The acknowledgement may be lost as well; the source sends again then.
        world.borrow_mut().call(|_| ())?;
        unacknowledged.pop();
        *now += 10;
    }
    while let Some(due) = courier.ledger().next_due(&mut |_| true)? {
        *now = due.millis().max(*now);
        let mut attempts = Vec::new();
        for delivery in courier.take(EventTime(*now), &mut |_| 2)? {
            let key = (delivery.id.clone(), delivery.target.arn.clone());
            let result = match chance.below(4) {
                0 => Err(Failure::later(ErrorCode::Timeout, "no answer")),
                1 if delivery.attempts > 0 => Err(Failure::never(ErrorCode::ErrorFromTarget, "no")),
                _ => world.borrow_mut().call(|world| *world.arrived.entry(key).or_default() += 1).map(|_| Ok(()))?,
            };
            attempts.push((delivery, result));
            if chance.below(2) == 0 {
                courier.settle(std::mem::take(&mut attempts), EventTime(*now), chance)?;
            }
        }
        courier.settle(attempts, EventTime(*now), chance)?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Crashes between any two calls: every delivery that the rules ask for arrives, or is given up and its letter arrives or is kept;
    /// what arrives more often than once has the same id; and nothing else arrives.
    #[test]
    fn nothing_is_lost(sources in prop::collection::vec(prop::sample::select(vec!["a", "b", "both", "none"]), 1..12),
        fuses in prop::collection::vec((0u32..25, any::<bool>()), 0..25), seed in any::<u64>()) {
        let book = Rulebook::new(&state(RULES));
        let events: Vec<Event> = sources.iter().enumerate().map(|(number, source)| event(source, number as u64)).collect();
        let asked = events.iter().flat_map(|event| matched(&book, "default", event).deliveries);
        let asked: BTreeMap<DeliveryId, Delivery> = asked.map(|delivery| (delivery.id.clone(), delivery)).collect();
        let mut random = seed | 1;
        let mut chance = || {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            random ^ (random >> 33)
        };
        let (mut unacknowledged, mut now) = (events, 0);
        let world = RefCell::new(World { fuses, ..World::default() });
        while live(&world, &book, &mut unacknowledged, &mut now, &mut chance).is_err() {
            world.borrow_mut().memory.loans.clear();
        }
        let world = world.into_inner();
        let arrived = |id: &DeliveryId| world.arrived.keys().any(|(found, _)| found == id);
        for (id, delivery) in &asked {
            match world.memory.kept.get(id).map(|kept| &kept.stage) {
                Some(Stage::Delivered { .. }) => prop_assert!(arrived(id), "called delivered, and did not arrive"),
                Some(Stage::Dead { letter, .. }) => {
                    prop_assert_eq!(&letter.body, &delivery.event);
                    let of_this = |one: &Delivery| one.event_id == delivery.event_id && one.rule_arn == delivery.rule_arn && one.target.id == delivery.target.id;
                    let letters: Vec<_> = world.memory.kept.values().filter(|one| matches!(&one.parcel, Parcel::DeadLetter(_)) && of_this(one)).collect();
                    prop_assert_eq!(letters.len(), usize::from(delivery.target.dead_letters().is_some()));
                    for one in letters {
                        let (delivered, dead) = (matches!(one.stage, Stage::Delivered { .. }), matches!(one.stage, Stage::Dead { .. }));
                        prop_assert!(dead || (delivered && arrived(&one.id)), "a letter is left behind");
                    }
                }
                other => prop_assert!(false, "left behind: {other:?}"),
            }
        }
        let letters = world.memory.kept.values().filter(|one| one.parcel != Parcel::Event).count();
        prop_assert_eq!(world.memory.kept.len(), asked.len() + letters);
        let repeats: usize = world.arrived.values().map(|count| count - 1).sum();
        // At most what was lent and not settled: two of each of the three targets, and the letters' queue.
        prop_assert!(repeats <= 8 * world.crashes, "{repeats} repeats after {} crashes", world.crashes);
        prop_assert!(world.arrived.keys().all(|(id, _)| world.memory.kept.contains_key(id)));
    }
}

#[test]
fn what_was_given_up_can_be_sent_again() {
    let book = Rulebook::new(&state(RULES));
    let world = RefCell::new(World::default());
    let courier = Courier::new(&world, Backoff::default(), Duration::from_secs(30));
    let mut scratch = Scratch::default();
    let event = event("b", 1);
    let seen = [Seen { bus: "default", event: &event, origin: Origin::default() }];
    let accepted = courier.accept(&book, &seen, EventTime(0), &mut scratch).unwrap();
    assert_eq!((accepted.deliveries, accepted.rules), (1, 1));
    assert_eq!(courier.accept(&book, &seen, EventTime(1), &mut scratch).unwrap().deliveries, 0, "the same event again is nothing new");
    let mut chance = || 0u64;
    let [delivery] = &courier.take(EventTime(0), &mut |_| 9).unwrap()[..] else { panic!("one is due") };
    assert!(courier.take(EventTime(29_999), &mut |_| 9).unwrap().is_empty(), "it is lent");
    let failure = Failure::never(ErrorCode::NoResource, "gone");
    let settled = courier.settle(vec![(delivery.clone(), Err(failure))], EventTime(1), &mut chance).unwrap();
    assert_eq!(settled, [Settled::Dead { letter: true }]);
    assert!(courier.redrive(&delivery.id, EventTime(2)).unwrap());
    assert!(!courier.redrive(&delivery.id, EventTime(2)).unwrap(), "it is on its way");
    let again = courier.take(EventTime(2), &mut |_| 9).unwrap();
    let again = again.iter().find(|one| one.id == delivery.id).unwrap();
    assert_eq!((again.attempts, again.since.0), (0, EventTime(2)));
    assert_eq!(courier.settle(vec![(again.clone(), Ok(()))], EventTime(3), &mut chance).unwrap(), [Settled::Delivered]);
    assert!(world.borrow().memory.kept.values().all(|one| one.stage.kind() != StageKind::Dead));
}
