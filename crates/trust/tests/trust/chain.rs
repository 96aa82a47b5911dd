//! The audit log: whatever is done to it shows, and where.

use std::convert::Infallible;

use proptest::prelude::*;
use watchfire_model::EventTime;
use watchfire_trust::Digest;
use watchfire_trust::audit::{Act, Breach, Break, Details, Entry, Head, Outcome, Verifier, verify};

use crate::register::NOW;

fn log(count: u64) -> Vec<Entry> {
    let mut head = None;
    (1..=count)
        .map(|number| {
            let entry = Act::by(&format!("user{}", number % 3), "user.change", EventTime(NOW.millis() + number as i64))
                .from(Some("192.0.2.1".parse().expect("an address")))
                .on(number)
                .went(Outcome::ALL[number as usize % 3])
                .with(Details::of([("role", "admin".to_owned())]))
                .after(head);
            head = Some(entry.head());
            entry
        })
        .collect()
}

fn broken(entries: &[Entry], remembered: &[Head]) -> Result<Option<Head>, Break> {
    let Ok(verdict) = verify(entries.iter().cloned().map(Ok::<_, Infallible>), remembered);
    verdict
}

fn at(number: u64, breach: Breach) -> Result<Option<Head>, Break> {
    Err(Break { number, breach })
}

#[test]
fn a_whole_log_is_whole() {
    let entries = log(20);
    let head = entries[19].head();
    assert_eq!(broken(&[], &[]), Ok(None));
    assert_eq!(broken(&entries, &[]), Ok(Some(head)));
    assert_eq!(broken(&entries, &[head, entries[3].head(), entries[0].head()]), Ok(Some(head)), "heads of any time");
    assert_eq!(Head::parse(&head.to_string()), Some(head));
    assert!(["", "1", "0:", "x:y", &format!("0:{}", head.hash)].iter().all(|text| Head::parse(text).is_none()));
}

type Change = fn(&mut Entry);

#[test]
fn every_field_is_part_of_the_hash() {
    let entries = log(3);
    let changes: [(&str, Change); 9] = [
        ("time", |entry| entry.at = EventTime(entry.at.millis() + 1)),
        ("actor", |entry| entry.actor.push('x')),
        ("address", |entry| entry.address.clear()),
        ("action", |entry| entry.action.push('x')),
        ("object", |entry| entry.object.push('x')),
        ("outcome", |entry| entry.outcome = Outcome::Done),
        ("details", |entry| entry.details = Details::none()),
        ("previous", |entry| entry.previous.0[0] ^= 1),
        ("hash", |entry| entry.hash.0[31] ^= 1),
    ];
    for (field, change) in changes {
        let mut changed = entries.clone();
        change(&mut changed[1]);
        assert_eq!(broken(&changed, &[]), at(2, Breach::Changed), "{field}");
    }
    // A text that moves from one field to the next is another entry.
    let mut moved = entries.clone();
    moved[1].action = format!("{}{}", moved[1].address, moved[1].action);
    moved[1].address.clear();
    assert_eq!(broken(&moved, &[]), at(2, Breach::Changed));
}

#[test]
fn what_is_taken_out_put_in_or_moved_shows() {
    let entries = log(10);
    let mut removed = entries.clone();
    removed.remove(4);
    assert_eq!(broken(&removed, &[]), at(5, Breach::Missing));
    assert_eq!(broken(&entries[1..], &[]), at(1, Breach::Missing));
    let mut doubled = entries.clone();
    doubled.insert(5, entries[4].clone());
    assert_eq!(broken(&doubled, &[]), at(5, Breach::Misplaced));
    let mut swapped = entries.clone();
    swapped.swap(4, 5);
    assert_eq!(broken(&swapped, &[]), at(5, Breach::Missing));
    let mut forged = entries.clone();
    forged[4] = Act::by("mallory", "user.add", NOW).after(Some(entries[3].head()));
    assert_eq!(broken(&forged, &[]), at(6, Breach::Unlinked), "whole by itself, but the next one knows another");
    let mut renumbered = removed.clone();
    renumbered[4].number = 5;
    assert_eq!(broken(&renumbered, &[]), at(5, Breach::Changed));
}

#[test]
fn a_remembered_head_shows_what_is_cut_or_written_anew() {
    let entries = log(10);
    let head = entries[9].head();
    assert_eq!(broken(&entries[..7], &[head]), at(8, Breach::Cut));
    assert_eq!(broken(&[], &[head]), at(1, Breach::Cut));
    let mut anew = entries[..5].to_vec();
    for number in 5..12 {
        let entry = Act::by("mallory", "nothing.happened", EventTime(number)).after(anew.last().map(Entry::head));
        anew.push(entry);
    }
    assert_eq!(broken(&anew, &[]).map(|head| head.map(|head| head.number)), Ok(Some(12)), "by itself it is whole");
    assert_eq!(broken(&anew, &[head]), at(10, Breach::Rewritten));
    let mut verifier = Verifier::default().ending_at(entries[7].head());
    let first = entries.iter().find_map(|entry| verifier.take(entry).err());
    assert_eq!(first, Some(Break { number: 9, breach: Breach::Beyond }));
}

/// The serialisation, written down a second time: a log of today must be verifiable by whoever reads the documentation.
#[test]
fn the_hash_is_what_the_documentation_says() {
    let entry = Act::by("é", "a", EventTime(-1)).on("o").with("{ \"x\":1.0 }".parse().expect("an object")).after(None);
    let mut bytes = b"watchfire audit 1\n".to_vec();
    bytes.extend([0; 32]);
    bytes.extend([0, 0, 0, 0, 0, 0, 0, 1]);
    bytes.extend([0xff; 8]);
    for text in ["é", "", "a", "o", "done", "{ \"x\":1.0 }"] {
        bytes.extend([0, 0, 0, 0, 0, 0, 0, text.len() as u8]);
        bytes.extend(text.as_bytes());
    }
    assert_eq!(entry.hash, Digest::of(bytes));
    let shown = serde_json::to_string(&entry).expect("JSON");
    assert!(shown.contains(r#""details":{ "x":1.0 }"#) && shown.contains(r#""time":"1969-12-31T23:59:59.999Z""#), "{shown}");
}

#[test]
fn texts_are_bounded() {
    let long = "é".repeat(100_000);
    let details = Details::of([("typed", long.clone())]);
    let entry = Act::by(&long, &long, NOW).on(&long).with(details).after(None);
    assert!([&entry.actor, &entry.action, &entry.object].iter().all(|text| text.len() < 1_100 && text.ends_with('…')));
    assert!(entry.details.as_str().len() < 1_200);
    let fields = (0..100).map(|_| ("n", long.clone()));
    assert!(Details::of(fields).as_str().len() < 17_000);
    for no in ["", "[]", "1", "{", "{}x", "{\n}", &format!("{{\"x\":\"{}\"}}", "x".repeat(20_000))] {
        assert!(no.parse::<Details>().is_err(), "{no:.20}");
    }
}

proptest! {
    /// Any one change to any log, at any place, shows, and not after the place.
    #[test]
    fn any_change_shows(count in 2..12u64, place in any::<prop::sample::Index>(), kind in 0..5u8, byte in any::<prop::sample::Index>()) {
        let entries = log(count);
        let head = entries.last().expect("some").head();
        let at = place.index(entries.len());
        let mut changed = entries.clone();
        match kind {
            0 => drop(changed.remove(at)),
            1 => changed.insert(at, entries[(at + 1) % entries.len()].clone()),
            2 => changed.swap(at, (at + 1) % entries.len()),
            3 => changed[at].hash.0[byte.index(32)] ^= 1,
            _ => changed.truncate(at),
        }
        prop_assume!(changed != entries);
        prop_assert!(broken(&changed, &[head]).is_err());
        if kind == 3 {
            prop_assert_eq!(broken(&changed, &[head]).map_err(|broken| broken.number), Err(at as u64 + 1));
        }
    }
}
