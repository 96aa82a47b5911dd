//! `json_extract_scalar` and `json_extract` against a slow and obvious walk over a parsed value.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, RecordBatch, StringViewArray};
use datafusion::prelude::{SessionConfig, SessionContext};
use proptest::prelude::*;
use serde_json::Value;

const KEYS: [&str; 6] = ["a", "b", "a.b", "x-y", "é", "q\"\\"];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e6..1e6f64).prop_map(Value::from),
        "[ -~é\\n\\t\"\\\\😀]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((0..KEYS.len(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().map(|(key, value)| (KEYS[key].to_owned(), value)).collect())),
        ]
    })
}

#[derive(Debug, Clone)]
enum Step {
    Key(&'static str),
    Index(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec(prop_oneof![(0..KEYS.len()).prop_map(|key| Step::Key(KEYS[key])), (0usize..4).prop_map(Step::Index)], 0..4)
}

fn path(steps: &[Step]) -> String {
    steps.iter().fold("$".to_owned(), |path, step| match step {
        Step::Key(key) => format!("{path}[\"{}\"]", key.replace('\\', "\\\\").replace('"', "\\\"")),
        Step::Index(index) => format!("{path}[{index}]"),
    })
}

fn walk<'v>(value: &'v Value, steps: &[Step]) -> Option<&'v Value> {
    steps.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.as_object()?.get(*key),
        Step::Index(index) => value.as_array()?.get(*index),
    })
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Array(_) | Value::Object(_) => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// Both functions over a column of texts and a column of paths.
fn extract(texts: &[String], paths: &[String]) -> Vec<(Option<String>, Option<String>)> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime of one thread");
    runtime.block_on(async {
        // One partition keeps the rows in their order.
        let session = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
        watchfire_lake::function::register(&session);
        let column = |texts: &[String]| Arc::new(StringViewArray::from_iter_values(texts)) as ArrayRef;
        let batch = RecordBatch::try_from_iter([("json", column(texts)), ("path", column(paths))]).expect("two columns of one length");
        session.register_batch("t", batch).expect("a fresh session has no t");
        let sql = "SELECT json_extract_scalar(json, path), json_extract(json, path) FROM t";
        let batches = session.sql(sql).await.expect("the query plans").collect().await.expect("bad JSON is null, not an error");
        let mut rows = Vec::new();
        for batch in &batches {
            let columns = [0, 1].map(|at| batch.column(at).as_string_view());
            rows.extend(columns[0].iter().zip(columns[1]).map(|(left, right)| (left.map(str::to_owned), right.map(str::to_owned))));
        }
        rows
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn extraction_finds_what_a_walk_finds(cases in proptest::collection::vec((value(), steps(), any::<bool>()), 1..64)) {
        let write = |(value, _, pretty): &(Value, Vec<Step>, bool)| {
            if *pretty { serde_json::to_string_pretty(value).unwrap() } else { value.to_string() }
        };
        let texts: Vec<String> = cases.iter().map(write).collect();
        let paths: Vec<String> = cases.iter().map(|(_, steps, _)| path(steps)).collect();
        for ((value, steps, _), (said, part)) in cases.iter().zip(extract(&texts, &paths)) {
            let expected = walk(value, steps);
            prop_assert_eq!(said, expected.and_then(scalar), "{} at {}", value, path(steps));
            prop_assert_eq!(part, expected.map(Value::to_string), "{} at {}", value, path(steps));
        }
    }

    /// A text with a letter changed: whatever is still JSON gives what a walk gives; nothing is found at the root of what is not.
    #[test]
    fn a_changed_letter_is_seen(value in value(), at in any::<prop::sample::Index>(), letter in "[\\[\\]{},:\"0-9a-z\\\\ ]") {
        let text = value.to_string();
        let at = text.char_indices().map(|(at, _)| at).nth(at.index(text.chars().count())).unwrap();
        let changed = format!("{}{letter}{}", &text[..at], &text[at..].chars().skip(1).collect::<String>());
        let found = extract(std::slice::from_ref(&changed), &["$".to_owned()]);
        match serde_json::from_str::<Value>(&changed) {
            Ok(now) => prop_assert_eq!(found[0].0.is_some(), scalar(&now).is_some(), "{}", changed),
            // A whole value with more behind it is found, as it is in Athena; numbers are text, so none is too large; and half a
            // surrogate pair becomes a replacement letter.
            Err(error) if ["trailing characters", "number out of range", "lone leading", "unexpected end of hex"].iter().any(|known| error.to_string().starts_with(known)) => {}
            Err(_) => prop_assert_eq!(&found[0], &(None, None), "{}", changed),
        }
    }
}

/// Every plain value in a JSON value, with the steps that lead to it.
fn leaves(value: &Value, before: &str, found: &mut Vec<(String, Option<String>)>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| leaves(value, &format!("{before}[\"{key}\"]"), found)),
        Value::Array(items) => items.iter().enumerate().for_each(|(at, value)| leaves(value, &format!("{before}[{at}]"), found)),
        plain => found.push((before.to_owned(), scalar(plain))),
    }
}

#[test]
fn every_value_in_the_parameters_of_real_records_is_found() {
    let folder = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/cloudtrail/invictus-stratus-run");
    if !folder.is_dir() {
        eprintln!("skipped: no real logs at {}", folder.display());
        return;
    }
    let (mut texts, mut paths, mut expected) = (Vec::new(), Vec::new(), Vec::new());
    for entry in std::fs::read_dir(folder).unwrap() {
        let object: Value = serde_json::from_slice(&std::fs::read(entry.unwrap().path()).unwrap()).unwrap();
        for record in object["Records"].as_array().unwrap() {
            for column in ["requestParameters", "responseElements", "additionalEventData", "userIdentity"] {
                let mut found = Vec::new();
                leaves(&record[column], "$", &mut found);
                for (path, said) in found.into_iter().filter(|(path, _)| !path.contains('\\')) {
                    texts.push(record[column].to_string());
                    paths.push(path);
                    expected.push(said);
                }
            }
        }
    }
    assert!(texts.len() > 20_000, "{}", texts.len());
    let wrong = extract(&texts, &paths).into_iter().zip(expected).filter(|((said, _), expected)| said != expected).count();
    assert_eq!(wrong, 0);
}
