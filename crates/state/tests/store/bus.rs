//! What the bus keeps: its things, deliveries and loans, archives.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use watchfire_bus::deliver::{Delivery, DeliveryId, Ledger, Matched, Origin, Rulebook, Scratch, Stage};
use watchfire_bus::event::{Event, EventId};
use watchfire_bus::retry::{Backoff, ErrorCode, Failure};
use watchfire_bus::rules::{Change, Context, Quotas, State as Rules, call};
use watchfire_bus::store::{Archived, DeliveryFilter, StageKind, Store as _, StoreError, Weight};
use watchfire_model::EventTime;
use watchfire_model::arn::Home;
use watchfire_state::{Committed, Epoch, EpochId, State, Store};

use crate::build::assert_sound;

fn home() -> Home {
    Home::new("111122223333", "eu-central-1")
}

fn arn(target: &str) -> String {
    format!("arn:aws:sqs:eu-central-1:111122223333:{target}")
}

/// Changes that make one rule for each target, which wants events with the target's name as source, and an archive for all.
fn changes(targets: &[&str]) -> Vec<Change> {
    let mut rules = Rules::new(home(), Quotas::default());
    let mut all = Vec::new();
    let mut apply = |operation: &str, body: serde_json::Value| {
        let mut chance = || 7u64;
        let mut context = Context { now: EventTime(0), chance: &mut chance };
        let (changes, _) = call(&rules, operation, &body.to_string(), &mut context).expect(operation);
        rules.apply(changes.clone());
        all.extend(changes);
    };
    for target in targets {
        let pattern = serde_json::json!({ "source": [target] }).to_string();
        apply("PutRule", serde_json::json!({ "Name": target, "EventPattern": pattern }));
        apply("PutTargets", serde_json::json!({ "Rule": target, "Targets": [{ "Id": "t", "Arn": arn(target) }] }));
    }
    apply("CreateArchive", serde_json::json!({ "ArchiveName": "all", "EventSourceArn": home().bus_arn("default") }));
    all
}

fn book(changes: Vec<Change>) -> Rulebook {
    let mut rules = Rules::new(home(), Quotas::default());
    rules.apply(changes);
    Rulebook::new(&rules)
}

fn event(source: &str, number: i64) -> Event {
    let run = Event::scheduled(&home(), "arn:x", EventTime(number * 1000));
    Event { source: source.to_owned(), id: EventId::of("test", &[source, &number.to_string()]), ..run }
}

/// What an event gives at an instant.
fn matched(source: &str, number: i64, now: i64) -> Matched {
    let book = book(changes(&[source]));
    book.matched("default", &event(source, number), &Origin::default(), EventTime(now), &mut Scratch::default())
}

fn delivery(target: &str, number: i64, due: i64) -> Delivery {
    matched(target, number, due).deliveries.remove(0)
}

fn at(millis: i64) -> EventTime {
    EventTime(millis)
}

/// Events of deliveries, for comparing.
fn numbers(deliveries: &[Delivery]) -> Vec<(String, i64)> {
    let of = |one: &Delivery| (one.rule_name.clone(), one.event().expect("an event").time.millis() / 1000);
    deliveries.iter().map(of).collect()
}

#[test]
fn things_come_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("state.db");
    let all = changes(&["a", "b"]);
    State::open(&path).expect("new").keep(&all).expect("kept");
    let state = State::open(&path).expect("again");
    let (mut before, mut after) = (Rules::new(home(), Quotas::default()), Rules::new(home(), Quotas::default()));
    before.apply(all);
    after.apply(state.changes().expect("read"));
    assert_eq!((&before.rules, &before.archives), (&after.rules, &after.archives));
    state.keep(&[Change::Rule { bus: "default".into(), name: "a".into(), now: None }]).expect("kept");
    let left: Vec<_> = state.changes().expect("read").iter().map(Change::key).collect();
    assert_eq!(left, [("archive", "all".to_owned()), ("rule", "default/b".to_owned())]);
    assert_eq!(state.scheduled_until().expect("read"), None);
    state.set_scheduled_until(at(5)).expect("kept");
    state.set_scheduled_until(at(7)).expect("kept");
    assert_eq!(state.scheduled_until().expect("read"), Some(at(7)));
}

#[test]
fn connections_lie_sealed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("state.db");
    let key = || watchfire_trust::SealKey::new([7; 32]);
    let mut chance = || 7u64;
    let auth = serde_json::json!({ "BasicAuthParameters": { "Username": "me", "Password": "open-sesame" } });
    let body = serde_json::json!({ "Name": "c", "AuthorizationType": "BASIC", "AuthParameters": auth }).to_string();
    let rules = Rules::new(home(), Quotas::default());
    let (made, _) = call(&rules, "CreateConnection", &body, &mut Context { now: at(0), chance: &mut chance }).expect("made");
    State::open(&path).expect("new").sealed_with(key()).keep(&made).expect("kept");
    for file in std::fs::read_dir(folder.path()).expect("read") {
        let bytes = std::fs::read(file.expect("read").path()).expect("read");
        assert!(!bytes.windows(11).any(|window| window == b"open-sesame"));
    }
    assert_eq!(State::open(&path).expect("again").sealed_with(key()).changes().expect("read"), made);
    let says = |state: State| state.changes().expect_err("sealed").to_string();
    assert!(says(State::open(&path).expect("again")).contains("no key was given"));
    let other = watchfire_trust::SealKey::new([8; 32]);
    assert!(says(State::open(&path).expect("again").sealed_with(other)).contains("another key file"));
}

/// It holds secrets of connections.
#[cfg(unix)]
#[test]
fn the_file_is_its_owners() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let state = State::open(folder.path().join("state.db")).expect("new");
    state.keep(&changes(&["a"])).expect("kept");
    for file in std::fs::read_dir(folder.path()).expect("read") {
        let file = file.expect("read");
        assert_eq!(file.metadata().expect("read").permissions().mode() & 0o777, 0o600, "{:?}", file.file_name());
    }
}

#[test]
fn what_is_due_is_lent_fairly() {
    let state = State::in_memory().expect("memory");
    let all: Vec<Delivery> = (0..50).map(|number| delivery("slow", number, number)).chain([delivery("quick", 1, 40)]).collect();
    assert_eq!(state.append(all.clone(), vec![]).expect("written"), 51);
    assert_eq!(state.append(all, vec![]).expect("written"), 0, "all are known");
    let lent = state.lend(at(45), at(100), &mut |_| 3).expect("lent");
    assert_eq!(numbers(&lent), [("slow", 0), ("slow", 1), ("slow", 2), ("quick", 1)].map(|(name, number)| (name.to_owned(), number)));
    let more = state.lend(at(45), at(100), &mut |target| if target == arn("slow") { 2 } else { 9 }).expect("lent");
    assert_eq!(numbers(&more), [("slow".to_owned(), 3), ("slow".to_owned(), 4)], "the others are lent");
    assert_eq!(state.next_due(&mut |_| true).expect("read"), Some(at(5)));
    assert_eq!(state.next_due(&mut |target| target == arn("quick")).expect("read"), Some(at(100)), "when its loan is over");
    assert_eq!(state.next_due(&mut |_| false).expect("read"), None);
    let again = state.lend(at(100), at(200), &mut |target| usize::from(target == arn("quick"))).expect("lent");
    assert_eq!(again, [lent[3].clone()], "nobody settled it");
}

#[test]
fn what_came_of_attempts_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = State::open(folder.path().join("state.db")).expect("new");
    state.append(vec![delivery("a", 1, 0), delivery("a", 2, 0), delivery("a", 3, 0)], vec![]).expect("written");
    let courier = watchfire_bus::deliver::Courier::new(&state, Backoff::default(), std::time::Duration::from_secs(9));
    let lent = courier.take(at(0), &mut |_| 9).expect("lent");
    let later = Failure::later(ErrorCode::Timeout, "late");
    let never = Failure::never(ErrorCode::NoResource, "gone");
    let verdicts = [Ok(()), Err(later), Err(never)];
    courier.settle(lent.iter().cloned().zip(verdicts).collect(), at(1), &mut || 0u64).expect("settled");
    let stages = |state: &State| lent.iter().map(|one| state.get(&one.id).expect("read").expect("there").stage.kind()).collect::<Vec<_>>();
    assert_eq!(stages(&state), [StageKind::Delivered, StageKind::Due, StageKind::Dead]);
    let again = courier.take(at(5000), &mut |_| 9).expect("lent");
    assert_eq!((again.len(), again[0].attempts), (1, 1));
    let dead = state.get(&lent[2].id).expect("read").expect("there");
    assert!(matches!(&dead.stage, Stage::Dead { letter, .. } if letter.body == lent[2].event));
    drop(state);
    let state = State::open(folder.path().join("state.db")).expect("again");
    assert_eq!(stages(&state), [StageKind::Delivered, StageKind::Due, StageKind::Dead]);
    assert_eq!(state.lend(at(5000), at(9000), &mut |_| 9).expect("lent").len(), 1, "a loan ends with the process");
    let tally = state.tallies().expect("read");
    assert_eq!((tally.len(), tally[0].due, tally[0].delivered, tally[0].dead), (1, 1, 1, 1));
    assert_eq!(state.forget_deliveries(StageKind::Delivered, at(2)).expect("forgotten"), 1);
    assert_eq!(state.forget_deliveries(StageKind::Due, at(i64::MAX)).expect("nothing"), 0);
    assert_eq!(state.forget_deliveries(StageKind::Dead, at(1)).expect("none is that old"), 0);
    assert_sound(&state);
}

#[test]
fn an_epoch_brings_its_deliveries() {
    let state = State::in_memory().expect("memory");
    let mut epoch = Epoch::new(state.begin_epoch().expect("a number"), at(9));
    let Matched { deliveries, archived, .. } = matched("a", 1, 0);
    (epoch.deliveries, epoch.archived) = (deliveries, archived);
    assert_eq!(state.commit_epoch(&epoch).expect("committed"), Committed::Now);
    assert_eq!(state.commit_epoch(&epoch).expect("committed"), Committed::Before);
    assert_eq!(state.lend(at(0), at(9), &mut |_| 9).expect("lent"), epoch.deliveries);
    assert_eq!(state.weigh("all").expect("read").events, 1);
    let mut gap = Epoch::new(EpochId(7), at(9));
    gap.deliveries = vec![delivery("b", 1, 0)];
    state.commit_epoch(&gap).expect_err("a gap");
    assert_eq!(state.get(&gap.deliveries[0].id).expect("read"), None, "nothing of an epoch that failed is there");
}

#[test]
fn archives_keep_events_once() {
    let state = State::in_memory().expect("memory");
    let archived: Vec<Archived> = (0..10).flat_map(|number| matched("a", number, number).archived).collect();
    let bytes: u64 = archived.iter().map(|one| one.event.to_json().len() as u64).sum();
    state.append(vec![], archived.clone()).expect("written");
    state.append(vec![], archived.clone()).expect("written");
    assert_eq!(state.weigh("all").expect("read"), Weight { events: 10, bytes });
    let events: Vec<Event> = archived.into_iter().map(|one| one.event).collect();
    assert_eq!(state.archived("all", at(2000), at(8000), None, 3).expect("read"), events[2..5]);
    let after = (events[4].time, events[4].id.clone());
    assert_eq!(state.archived("all", at(2000), at(8000), Some(&after), 9).expect("read"), events[5..8]);
    assert_eq!(state.next_archived("all", at(3500)).expect("read"), Some(at(4000)));
    assert_eq!(state.next_archived("all", at(9001)).expect("read"), None);
    assert_eq!(state.archived("other", at(0), at(9000), None, 9).expect("read"), []);
    assert_eq!(state.forget_archived("all", at(4)).expect("forgotten"), 4);
    assert_eq!(state.next_archived("all", at(0)).expect("read"), Some(at(4000)));
    assert_eq!(state.weigh("all").expect("read").events, 6);
    assert_eq!(state.forget_archived("all", at(i64::MAX)).expect("forgotten"), 6);
    assert_eq!(state.weigh("all").expect("read"), Weight::default());
}

#[test]
fn people_list_deliveries() {
    let state = State::in_memory().expect("memory");
    let all: Vec<Delivery> = (0..7).map(|number| delivery(["a", "b"][number as usize % 2], number, number)).collect();
    state.append(all.clone(), vec![]).expect("written");
    let mut filter = DeliveryFilter { limit: 3, ..DeliveryFilter::default() };
    let mut seen = Vec::new();
    loop {
        let page = state.deliveries(&filter).expect("read");
        seen.extend(page.items);
        filter.token = page.next;
        if filter.token.is_none() {
            break;
        }
    }
    assert_eq!(seen, all.iter().rev().cloned().collect::<Vec<_>>());
    let some = |filter: DeliveryFilter| numbers(&state.deliveries(&filter).expect("read").items);
    let b = [("b".to_owned(), 5), ("b".to_owned(), 3), ("b".to_owned(), 1)];
    assert_eq!(some(DeliveryFilter { rule: Some("b".into()), ..DeliveryFilter::default() }), b);
    assert_eq!(some(DeliveryFilter { rule: Some(home().rule_arn("default", "b")), ..DeliveryFilter::default() }), b);
    assert_eq!(some(DeliveryFilter { target: Some(arn("b")), stage: Some(StageKind::Due), ..DeliveryFilter::default() }), b);
    assert_eq!(some(DeliveryFilter { event: Some(all[5].event_id.to_string()), ..DeliveryFilter::default() }), b[..1]);
    assert_eq!(some(DeliveryFilter { stage: Some(StageKind::Dead), ..DeliveryFilter::default() }), []);
    let wrong = state.deliveries(&DeliveryFilter { token: Some("x' OR 1".into()), ..DeliveryFilter::default() });
    assert!(matches!(wrong, Err(StoreError::BadToken(_))));
}

/// What happens to a ledger.
#[derive(Debug, Clone)]
enum Act {
    Append(usize, i64, i64),
    Lend(i64, usize),
    Settle(bool, i64),
    Restart,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        3 => (0usize..3, 0i64..6, 0i64..20).prop_map(|(target, number, due)| Act::Append(target, number, due)),
        3 => (1i64..8, 0usize..3).prop_map(|(span, share)| Act::Lend(span, share)),
        3 => (any::<bool>(), 1i64..9).prop_map(|(done, wait)| Act::Settle(done, wait)),
        1 => Just(Act::Restart),
    ];
    prop::collection::vec(act, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// The file's ledger does what a plain list does: the same is due, nothing is lent twice at a time, nothing is lost.
    #[test]
    fn a_ledger_is_a_list(acts in acts()) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("state.db");
        let mut state = State::open(&path).expect("new");
        let (mut kept, mut loans): (BTreeMap<DeliveryId, Delivery>, BTreeMap<DeliveryId, i64>) = Default::default();
        let (mut now, mut held): (i64, Vec<Delivery>) = (0, Vec::new());
        for act in acts {
            now += 1;
            match act {
                Act::Append(target, number, due) => {
                    let new = delivery(["a", "b", "c"][target], number, now + due);
                    let known = kept.contains_key(&new.id);
                    prop_assert_eq!(state.append(vec![new.clone()], vec![]).expect("written"), usize::from(!known));
                    kept.entry(new.id.clone()).or_insert(new);
                }
                Act::Lend(span, share) => {
                    let lent = state.lend(at(now), at(now + span), &mut |_| share).expect("lent");
                    let free = |one: &&Delivery| one.due().is_some_and(|due| due.millis() <= now) && loans.get(&one.id).is_none_or(|until| *until <= now);
                    let mut by_target: BTreeMap<&str, BTreeSet<i64>> = BTreeMap::new();
                    let mut count = BTreeMap::new();
                    for one in kept.values().filter(free) {
                        by_target.entry(&one.rule_name).or_default().insert(one.due().expect("due").millis());
                        *count.entry(one.rule_name.clone()).or_insert(0usize) += 1;
                    }
                    for (name, free) in &count {
                        let got = lent.iter().filter(|one| one.rule_name == *name).count();
                        prop_assert_eq!(got, (*free).min(share), "{}", name);
                    }
                    prop_assert!(lent.iter().all(|one| kept.get(&one.id) == Some(one) && free(&one)));
                    let ids: BTreeSet<_> = lent.iter().map(|one| one.id.clone()).collect();
                    prop_assert_eq!(ids.len(), lent.len());
                    loans.extend(ids.into_iter().map(|id| (id, now + span)));
                    held.extend(lent);
                }
                Act::Settle(done, wait) => {
                    let Some(one) = held.pop() else { continue };
                    let instant = watchfire_bus::Instant(at(now + wait));
                    let stage = if done { Stage::Delivered { at: instant } } else { Stage::Due { at: instant } };
                    let after = Delivery { stage, attempts: one.attempts + 1, ..one };
                    Ledger::settle(&state, vec![after.clone()], vec![]).expect("settled");
                    loans.remove(&after.id);
                    kept.insert(after.id.clone(), after);
                }
                Act::Restart => {
                    drop(state);
                    state = State::open(&path).expect("again");
                    loans.clear();
                    held.clear();
                }
            }
            let due = |one: &Delivery| Some(one.due()?.millis().max(loans.get(&one.id).copied().unwrap_or(0)));
            let next = state.next_due(&mut |_| true).expect("read").map(EventTime::millis);
            prop_assert_eq!(next, kept.values().filter_map(due).min());
        }
        let page = state.deliveries(&DeliveryFilter { limit: 1000, ..DeliveryFilter::default() }).expect("read");
        let found: BTreeMap<DeliveryId, Delivery> = page.items.into_iter().map(|one| (one.id.clone(), one)).collect();
        prop_assert_eq!(found, kept);
    }
}
