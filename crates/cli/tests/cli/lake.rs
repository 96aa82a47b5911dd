//! The table, kept in shape.

use std::fs;

use crate::support::watchfire;
use crate::table::{assert_holds, assert_whole, simulate, text, truth};

#[test]
fn maintenance_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (logs, data) = (simulate(folder.path(), 2_000, 50), folder.path().join("data"));
    let lake = |arguments: &[&str]| watchfire(&[&["lake"], arguments, &["--lake", text(&data)]].concat());
    let run = watchfire(&["ingest", &logs, "--lake", text(&data), "--epoch-records", "300"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let status = lake(&["status"]);
    assert!(status.stdout.contains("2,0") && status.stdout.contains("rows on"), "{}", status.stdout);
    let joined = lake(&["optimize"]);
    assert!(joined.code == 0 && joined.stdout.contains("became"), "{}{}", joined.stdout, joined.stderr);
    let refused = lake(&["vacuum", "--older-than", "0"]);
    assert!(refused.code == 2 && refused.stderr.contains("hint:"), "{}", refused.stderr);
    let asked = lake(&["vacuum", "--older-than", "0", "--dry-run"]);
    let removed = lake(&["vacuum", "--older-than", "0", "--force"]);
    assert!(removed.code == 0 && removed.stdout.lines().count() > 3, "{}", removed.stderr);
    assert_eq!(asked.stdout.lines().count(), removed.stdout.lines().count());
    let truth = truth(&logs);
    assert_holds(&data, &truth);
    assert_whole(&data);
    let cut = lake(&["retain", "--before", "2026-03-03"]);
    assert_eq!(cut.code, 0, "{}", cut.stderr);
    let kept = truth.into_iter().filter(|(_, record)| record["eventTime"].as_str().is_some_and(|time| time >= "2026-03-03"));
    assert_holds(&data, &kept.collect());
}

#[test]
fn damage_is_bad_news() {
    let folder = tempfile::tempdir().expect("a folder");
    let (logs, data) = (simulate(folder.path(), 1_000, 100), folder.path().join("data"));
    assert_eq!(watchfire(&["ingest", &logs, "--lake", text(&data)]).code, 0);
    let day = fs::read_dir(data.join("cloudtrail")).expect("listed").map(|entry| entry.expect("listed").path());
    let day = day.filter(|path| text(path).contains("day=")).min().expect("a day");
    let file = fs::read_dir(day).expect("listed").next().expect("a file").expect("listed").path();
    let mut bytes = fs::read(&file).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    fs::write(&file, bytes).expect("written");
    let run = watchfire(&["lake", "verify", "--lake", text(&data)]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stdout.contains("checksum") && run.stdout.contains("hint:"), "{}", run.stdout);
}
