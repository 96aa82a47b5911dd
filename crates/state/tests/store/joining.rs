//! Whatever the split, the order and the repetitions in which occurrences come, the stored finding is the same.

use proptest::prelude::*;
use watchfire_model::{Occurrence, Severity};
use watchfire_state::{Filter, Settings, State, Store};

use crate::build::{assert_sound, commit, finding, keyed, occurrence, told};

/// Few ids, times and sources, so that much collides.
fn occurrences() -> impl Strategy<Value = Vec<Occurrence>> {
    let one = (0..6u8, 0..5i64, 0..3u8).prop_map(|(id, time, source)| {
        let id = if id == 0 { String::new() } else { format!("e{id}") };
        occurrence(&id, time, &format!("s{source}"))
    });
    prop::collection::vec(one, 1..40)
}

/// Parts that overlap, and each occurrence in at least one. Records without an id go where their object goes: an object belongs to one
/// epoch as a whole.
fn parts(occurrences: &[Occurrence], choices: &[u8], count: u8) -> Vec<Vec<Occurrence>> {
    let mut parts = vec![Vec::new(); usize::from(count)];
    for (occurrence, choice) in occurrences.iter().zip(choices.iter().cycle()) {
        let choice = if occurrence.event_id.is_empty() { occurrence.source.len() as u8 + occurrence.source.as_bytes()[1] } else { *choice };
        for (at, part) in (0..count).zip(&mut parts) {
            if choice % count == at || choice & (1 << at) != 0 {
                part.push(occurrence.clone());
            }
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn stored(parts: &[Vec<Occurrence>], occurrences_max: u64) -> String {
    let settings = Settings { occurrences_max, ..Settings::default() };
    let state = State::in_memory_with(settings).expect("memory");
    for part in parts {
        commit(&state, vec![keyed("x", finding("r", Severity::Low, part))]);
    }
    assert_sound(&state);
    told(&state.findings(&Filter::default()).expect("read").items[0])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_split_order_and_repetition(
        occurrences in occurrences(),
        choices in prop::collection::vec(any::<u8>(), 40),
        count in 1..5u8,
        again in prop::collection::vec(any::<prop::sample::Index>(), 0..3),
        order in Just(()).prop_perturb(|(), rng| rng),
    ) {
        let mut parts = parts(&occurrences, &choices, count);
        let repeated: Vec<_> = again.iter().map(|index| index.get(&parts).clone()).collect();
        parts.extend(repeated);
        shuffle(&mut parts, order);
        prop_assert_eq!(stored(&parts, 10_000), stored(&[occurrences], 10_000));
    }

    /// Where not all are kept, each record may come in one part only: those not kept are numbers.
    #[test]
    fn any_split_and_order_beyond_what_is_kept(
        occurrences in occurrences(),
        at in prop::collection::vec(0..4usize, 40),
        max in 1..12u64,
        order in Just(()).prop_perturb(|(), rng| rng),
    ) {
        let mut distinct = occurrences;
        distinct.sort_by(|a, b| (a.time, &a.event_id, &a.source).cmp(&(b.time, &b.event_id, &b.source)));
        distinct.dedup_by(|a, b| a.time == b.time && a.event_id == b.event_id && (!a.event_id.is_empty() || a.source == b.source));
        let mut parts = vec![Vec::new(); 4];
        distinct.iter().zip(&at).for_each(|(occurrence, at)| parts[*at].push(occurrence.clone()));
        parts.retain(|part| !part.is_empty());
        shuffle(&mut parts, order);
        prop_assert_eq!(stored(&parts, max), stored(&[distinct], max));
    }
}

fn shuffle<T>(items: &mut [T], mut rng: proptest::test_runner::TestRng) {
    for at in (1..items.len()).rev() {
        items.swap(at, rng.random_range(0..=at));
    }
}
