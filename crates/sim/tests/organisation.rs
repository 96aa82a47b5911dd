//! The written folder as a reader finds it: complete, well-formed, the same again.

#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Read;
use std::path::{Path, PathBuf};
use watchfire_sim::{Error, Plan, Story, Written, write};

/// Every file below a folder, by its path relative to it.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(root).unwrap().to_owned(), std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn inflate(gz: &[u8]) -> Vec<u8> {
    let mut body = vec![0; u32::from_le_bytes(gz[gz.len() - 4..].try_into().unwrap()) as usize];
    libdeflater::Decompressor::new().gzip_decompress(gz, &mut body).unwrap();
    body
}

/// The records of every log file, by path.
fn records(files: &BTreeMap<PathBuf, Vec<u8>>) -> Vec<(&Path, Vec<Value>)> {
    let logs = files.iter().filter(|(path, _)| path.starts_with("AWSLogs"));
    logs.map(|(path, gz)| {
        let Value::Object(mut body) = serde_json::from_slice(&inflate(gz)).unwrap() else { panic!("{path:?} is no object") };
        assert_eq!(body.len(), 1, "{path:?}");
        let Value::Array(records) = body.remove("Records").unwrap() else { panic!("{path:?} has no Records") };
        (path.as_path(), records)
    })
    .collect()
}

fn carried_out(plan: &Plan) -> (Written, BTreeMap<PathBuf, Vec<u8>>) {
    let out = tempfile::tempdir().unwrap();
    let written = write(plan, out.path(), &|_| {}).unwrap();
    (written, files(out.path()))
}

fn plan() -> Plan {
    Plan { seed: 11, records: 12_000, threads: 2, ..Plan::default() }
}

fn text<'a>(record: &'a Value, path: &str) -> &'a str {
    record.pointer(path).and_then(Value::as_str).unwrap_or_else(|| panic!("no {path} in {record}"))
}

fn seconds(iso: &str) -> i64 {
    iso.parse::<jiff::Timestamp>().unwrap().as_second()
}

#[test]
fn the_same_plan_gives_the_same_bytes_with_any_number_of_threads() {
    let short = Plan { records: 4_000, days: 4, ..plan() };
    let (once, files_once) = carried_out(&short);
    let (again, files_again) = carried_out(&short);
    let (alone, files_alone) = carried_out(&Plan { threads: 1, ..short.clone() });
    assert_eq!(once, again);
    assert_eq!(once, alone);
    assert!(files_once == files_again && files_once == files_alone);
    let (_, other) = carried_out(&Plan { seed: 12, ..short.clone() });
    assert!(files_once != other);
}

#[test]
fn every_record_is_counted_unique_and_has_what_cloudtrail_promises() {
    let (written, files) = carried_out(&plan());
    let logs = records(&files);
    let mut ids = BTreeSet::new();
    let mut pairs = BTreeSet::new();
    for record in logs.iter().flat_map(|(_, records)| records) {
        for field in [
            "eventVersion",
            "eventTime",
            "eventSource",
            "eventName",
            "awsRegion",
            "sourceIPAddress",
            "userAgent",
            "eventID",
            "eventType",
            "recipientAccountId",
            "eventCategory",
        ] {
            assert!(record[field].is_string(), "{field} in {record}");
        }
        assert!(record["userIdentity"].is_object() && record["readOnly"].is_boolean() && record["managementEvent"].is_boolean());
        for field in ["requestParameters", "responseElements"] {
            assert!(record.get(field).is_some_and(|value| value.is_null() || value.is_object()), "{field} in {record}");
        }
        assert!(ids.insert(text(record, "/eventID").to_owned()), "an eventID stands twice");
        pairs.insert((text(record, "/eventSource").to_owned(), text(record, "/eventName").to_owned()));
    }
    assert_eq!(ids.len() as u64, written.records);
    assert_eq!(written.records, plan().records);
    assert_eq!(logs.len() as u64, written.files);
    assert!(pairs.len() >= 120, "{} pairs", pairs.len());
    let mean = written.bytes / written.records;
    assert!((1_100..1_600).contains(&mean), "{mean} bytes a record");
    assert!(written.bytes_compressed / written.records < 400);
}

#[test]
fn files_lie_where_aws_puts_them_and_come_two_to_fifteen_minutes_late() {
    let layout = regex::Regex::new(
        r"^AWSLogs/o-[a-z0-9]{10}/(\d{12})/CloudTrail/([a-z0-9-]+)/(\d{4})/(\d\d)/(\d\d)/(\d{12})_CloudTrail_([a-z0-9-]+)_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z_[A-Za-z0-9]{16}\.json\.gz$",
    )
    .unwrap();
    let (_, files) = carried_out(&Plan { stories: Vec::new(), ..plan() });
    let mut unordered = 0;
    for (path, records) in records(&files) {
        let parts = layout.captures(path.to_str().unwrap()).unwrap_or_else(|| panic!("{path:?}"));
        assert_eq!((&parts[1], &parts[2], &parts[3], &parts[4], &parts[5]), (&parts[6], &parts[7], &parts[8], &parts[9], &parts[10]));
        let delivered = seconds(&format!("{}-{}-{}T{}:{}:00Z", &parts[8], &parts[9], &parts[10], &parts[11], &parts[12]));
        for record in &records {
            assert_eq!(text(record, "/recipientAccountId"), &parts[1]);
            assert_eq!(text(record, "/awsRegion"), &parts[2]);
            let late = delivered - seconds(text(record, "/eventTime"));
            assert!((120..=900).contains(&late), "{path:?} is {late} s late");
        }
        unordered += usize::from(!records.is_sorted_by_key(|record| text(record, "/eventTime").to_owned()));
    }
    assert!(unordered > 0, "files are not all in order of time");
}

#[test]
fn the_truth_names_records_that_stand_in_the_files_exactly_once() {
    let (written, files) = carried_out(&plan());
    assert_eq!(written.stories, Story::ALL);
    let mut times: HashMap<String, (String, String)> = HashMap::new();
    for (_, records) in records(&files) {
        for record in records {
            let place = (text(&record, "/eventTime").to_owned(), text(&record, "/recipientAccountId").to_owned());
            assert!(times.insert(text(&record, "/eventID").to_owned(), place).is_none());
        }
    }
    let truth = std::str::from_utf8(&files[Path::new("truth.jsonl")]).unwrap();
    let mut last = BTreeMap::new();
    let mut told = BTreeSet::new();
    for line in truth.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        let (time, account) = times.remove(text(&line, "/event_id")).expect("each record of the truth stands once in the files");
        assert_eq!((time.as_str(), account.as_str()), (text(&line, "/time"), text(&line, "/account")));
        let story: Story = text(&line, "/story").parse().unwrap();
        assert!(story.techniques().contains(&text(&line, "/technique")));
        told.insert(story);
        let step = line["step"].as_u64().unwrap();
        let before = last.insert(story, step).unwrap_or(1);
        assert!(step >= before, "{story} goes from step {before} back to {step}");
    }
    assert_eq!(told.len(), Story::ALL.len());
    let stories: Vec<Value> = serde_json::from_slice(&files[Path::new("stories.json")]).unwrap();
    assert_eq!(stories.len(), Story::ALL.len());
    assert!(stories.iter().all(|story| story["steps"].as_array().unwrap().iter().all(|step| step["records"].as_u64().unwrap() > 0)));
}

#[test]
fn keys_given_in_an_attack_are_used_in_it() {
    let (_, files) = carried_out(&Plan { stories: vec![Story::CryptoMining], ..plan() });
    let truth = std::str::from_utf8(&files[Path::new("truth.jsonl")]).unwrap();
    let ids: BTreeSet<String> = truth.lines().map(|line| text(&serde_json::from_str(line).unwrap(), "/event_id").to_owned()).collect();
    let own: Vec<Value> =
        records(&files).into_iter().flat_map(|(_, records)| records).filter(|record| ids.contains(text(record, "/eventID"))).collect();
    let given = own.iter().find_map(|record| record.pointer("/responseElements/credentials/accessKeyId")).unwrap().as_str().unwrap();
    let used = own.iter().filter(|record| record.pointer("/userIdentity/accessKeyId").is_some_and(|key| key == given)).count();
    assert!(used > 20, "the new key is used {used} times");
}

#[test]
fn a_plan_without_stories_has_no_truth() {
    let (written, files) = carried_out(&Plan { stories: Vec::new(), records: 3_000, days: 3, ..plan() });
    assert!(written.stories.is_empty());
    assert!(files[Path::new("truth.jsonl")].is_empty());
    assert_eq!(serde_json::from_slice::<Value>(&files[Path::new("stories.json")]).unwrap(), Value::Array(Vec::new()));
}

#[test]
fn files_are_no_larger_than_allowed_and_small_plans_work() {
    let small = Plan { records: 900, days: 1, records_per_file: 7, organization_trail: false, accounts: 6, threads: 2, ..Plan::default() };
    let (written, files) = carried_out(&small);
    assert_eq!(written.records, 900);
    assert!(records(&files).iter().all(|(path, records)| records.len() <= 7 && !path.to_str().unwrap().contains("/o-")));
}

#[test]
fn what_cannot_be_done_is_refused() {
    let out = tempfile::tempdir().unwrap();
    let few = Plan { records: 10, ..plan() };
    assert!(matches!(write(&few, out.path(), &|_| {}), Err(Error::Plan(words)) if words.contains("stories alone")));
    let quiet = Plan { records: 500, stories: Vec::new(), ..plan() };
    write(&quiet, out.path(), &|_| {}).unwrap();
    assert!(matches!(write(&quiet, out.path(), &|_| {}), Err(Error::OutputInUse(_))));
}

#[test]
fn bodies_end_as_aws_ends_them() {
    let (_, files) = carried_out(&Plan { records: 1_500, days: 1, ..plan() });
    let (_, gz) = files.iter().find(|(path, _)| path.starts_with("AWSLogs")).unwrap();
    let mut body = String::new();
    inflate(gz).as_slice().read_to_string(&mut body).unwrap();
    assert!(body.starts_with(r#"{"Records":[{"eventVersion":"#) && body.ends_with("}]}"));
}
