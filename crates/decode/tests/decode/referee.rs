//! A slow, obvious decoder over a whole text judges the fast one.

use std::collections::HashMap;

use proptest::prelude::*;
use serde_json::value::RawValue;
use watchfire_decode::{Input, Limits};
use watchfire_model::cloudtrail;

use crate::collect::{Kept, decode, decode_with};
use crate::random::Random;
use crate::streams::Drip;

type Object<'a> = HashMap<String, &'a RawValue>;

fn object(text: &str) -> Option<Object<'_>> {
    serde_json::from_str(text).ok()
}

/// The text at a dotted path; of keys that come twice the last one counts.
fn at_path(text: &str, path: &str) -> Option<String> {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let value = object(text)?.get(name)?.get().to_owned();
    rest.map_or(Some(value.clone()), |rest| at_path(&value, rest))
}

fn kept(raw: &str) -> Kept {
    let fields = cloudtrail::SCHEMA.fields.iter();
    let fields = fields.filter_map(|field| Some((field.path, at_path(raw, field.path)?))).collect();
    Kept { raw: raw.to_owned(), fields }
}

/// All records of a text without damage, in order.
fn walk(text: &str, records: &mut Vec<Kept>) {
    for value in serde_json::Deserializer::from_str(text).into_iter::<&RawValue>() {
        walk_value(value.expect("no damage here").get(), records);
    }
}

fn walk_value(text: &str, records: &mut Vec<Kept>) {
    if let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(text) {
        list.iter().for_each(|value| walk_value(value.get(), records));
        return;
    }
    let Some(members) = object(text) else { return };
    let has = |name| members.contains_key(name);
    if has("eventName") && has("eventSource") {
        records.push(kept(text));
    } else if let Some(list) = ["Records", "Events", "logEvents"].iter().find_map(|name| members.get(*name)) {
        walk_value(list.get(), records);
    } else if let Some(quoted) = ["CloudTrailEvent", "message"].iter().find_map(|name| members.get(*name)) {
        walk_value(&serde_json::from_str::<String>(quoted.get()).unwrap(), records);
    } else if let Some(detail) = members.get("detail") {
        walk_value(detail.get(), records);
    }
}

/// Records in one of the shapes in which they come.
fn document(random: &mut Random, records: &[String]) -> String {
    let quoted = |key: &str, record: &String| format!("{{\"id\":\"1\",\"{key}\":{}}}", serde_json::to_string(record).unwrap());
    let envelope = |record: &String| format!("{{\"version\":\"0\",\"detail-type\":\"x\",\"resources\":[],\"detail\":{record}}}");
    let comma = format!("{},{}", random.space(), random.space());
    let list = |records: Vec<String>| records.join(&comma);
    match random.below(9) {
        0 => format!("{{\"Records\":[{}]}}", list(records.to_vec())),
        1 => format!("{{\"a\":[{{}}],\"Records\" : [ {} ] , \"NextToken\":\"x\"}}", list(records.to_vec())),
        2 => format!("[{}]", list(records.to_vec())),
        3 => records.join("\n"),
        4 => records.concat(),
        5 => format!(
            "{{\"NextToken\":null,\"Events\":[{}]}}",
            list(records.iter().map(|record| quoted("CloudTrailEvent", record)).collect())
        ),
        6 => records.iter().map(envelope).collect::<Vec<_>>().join("\n"),
        7 => format!("[{}]", list(records.iter().map(envelope).collect())),
        _ => {
            let list = list(records.iter().map(|record| quoted("message", record)).collect());
            format!("{{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"1\",\"logEvents\":[{list}]}}")
        }
    }
}

fn records(random: &mut Random) -> Vec<String> {
    let count = random.below(6);
    (0..count).map(|number| random.record(&format!("Event{number}"))).collect()
}

/// Whether a value still stands at the beginning of damaged text, or a smaller record inside: then that is what stands there.
fn holds_a_value(damaged: &[u8]) -> bool {
    let first = |from: usize| serde_json::Deserializer::from_slice(&damaged[from..]).into_iter::<&RawValue>().next()?.ok();
    let braces = damaged.iter().enumerate().skip(1).filter(|(_, byte)| **byte == b'{');
    let has = |text: &RawValue, key| object(text.get()).is_some_and(|members| members.contains_key(key));
    let record = |text: &RawValue| has(text, "eventName") || has(text, "insightDetails");
    first(0).is_some() || braces.filter_map(|(at, _)| first(at)).any(record)
}

/// Whether text ends within an array, strings respected: cut there, the next record would stand in it by right.
fn ends_in_array(text: &[u8]) -> bool {
    let (mut open, mut in_string, mut escaped) = (Vec::new(), false, false);
    for byte in text {
        match (in_string, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_string = !in_string,
            (false, b'{' | b'[') => open.push(*byte),
            (false, b'}' | b']') => drop(open.pop()),
            _ => {}
        }
    }
    open.last() == Some(&b'[')
}

/// Whether a closing bracket behind these lines makes a whole value out of some of them: damage that heals is no damage.
fn heals(lines: &[Vec<u8>], bracket: &[u8]) -> bool {
    (0..lines.len()).any(|first| {
        let value = [&lines[first..].join(&b"\n"[..]), bracket].concat();
        serde_json::from_slice::<&RawValue>(&value).is_ok()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn the_referee_agrees(seed: u64, window in 64usize..4096, step in 1usize..700) {
        let mut random = Random::new(seed);
        let mut text = String::new();
        for _ in 0..=random.below(3) {
            let records = records(&mut random);
            if random.one_in(5) {
                text += "\u{feff}";
            }
            text += &document(&mut random, &records);
            text += random.space();
        }
        let mut expect = Vec::new();
        walk(&text.replace('\u{feff}', " "), &mut expect);
        let whole = decode(text.as_bytes());
        prop_assert_eq!(&whole.records, &expect, "{}", &text);
        prop_assert!(whole.rejects.is_empty(), "{:?} {}", &whole.rejects, &text);
        let limits = Limits { window_bytes: window, ..Limits::default() };
        let windowed = decode_with(limits, Input::Bytes(text.as_bytes()));
        prop_assert_eq!(&windowed.records, &expect);
        let streamed = decode_with(limits, Input::Stream(&mut Drip { bytes: text.as_bytes(), step }));
        prop_assert_eq!(&streamed.records, &expect);
        prop_assert_eq!(windowed.outcome.rejects + streamed.outcome.rejects, 0);
    }

    #[test]
    fn neighbours_of_damage_survive(seed: u64, window in 64usize..4096, lines: bool) {
        neighbours_survive(seed, window, lines)?;
    }
}

#[test]
fn seeds_that_once_failed() {
    // A line that ends behind a colon, a record, and a brace that closes what the first line opened: one well-formed object.
    for seed in [10591120331357705986, 5901333308528115189, 14010243148067394027, 7385798798418824580] {
        neighbours_survive(seed, 64, true).unwrap();
    }
}

/// Damages some records of a document, never two behind each other: all others must come out.
fn neighbours_survive(seed: u64, window: usize, lines: bool) -> Result<(), TestCaseError> {
    let mut random = Random::new(seed);
    let count = 2 + random.below(5);
    let mut parts: Vec<Vec<u8>> = Vec::new();
    let (mut expect, mut broken, mut brackets) = (Vec::new(), 0, 0);
    let mut after_damage = true;
    for number in 0..count {
        let name = format!("Event{number}");
        let record = if lines { random.line(&name) } else { random.record(&name) };
        let damaged = random.damage(&record);
        let harmless = holds_a_value(&damaged);
        if !after_damage && random.one_in(4) {
            let mut rubbish = random.rubbish();
            if lines && heals(&parts, rubbish) {
                rubbish = b"\0";
            }
            // A closing bracket may belong to an opening one that earlier damage took with it.
            let count = if matches!(rubbish, b"]" | b"}") { &mut brackets } else { &mut broken };
            *count += 1;
            expect.push(kept(&record));
            parts.push([rubbish, record.as_bytes()].concat());
        } else if after_damage || harmless || (!lines && ends_in_array(&damaged)) {
            after_damage = false;
            expect.push(kept(&record));
            parts.push(record.into_bytes());
        } else {
            after_damage = true;
            broken += 1;
            parts.push(damaged);
        }
    }
    let text = if lines { parts.join(&b"\n"[..]) } else { [&b"{\"Records\":["[..], &parts.join(&b","[..]), b"]}"].concat() };
    let shown = String::from_utf8_lossy(&text);
    for limits in [Limits::default(), Limits { window_bytes: window, ..Limits::default() }] {
        let decoded = decode_with(limits, Input::Bytes(&text));
        let rejects: Vec<_> = decoded.rejects.iter().map(|reject| (reject.offset, &reject.detail)).collect();
        let names = decoded.texts("eventName");
        prop_assert!(decoded.records == expect, "{shown}\n{rejects:?}\n{names:?}");
        let counted = (broken..=broken + brackets).contains(&rejects.len());
        prop_assert!(counted, "{broken} {shown}\n{rejects:?}\n{names:?}");
    }
    Ok(())
}
