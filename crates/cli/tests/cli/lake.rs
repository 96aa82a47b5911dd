//! The table, kept in shape and read by others.

use std::fs;
use std::process::Command;

use crate::support::watchfire;
use crate::table::{assert_holds, assert_whole, rows, simulate, text, truth};

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

/// The reference implementation of Delta Lake for Python reads what was written.
#[test]
fn python_reads_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let (logs, data) = (simulate(folder.path(), 1_000, 100), folder.path().join("data"));
    assert_eq!(watchfire(&["ingest", &logs, "--lake", text(&data), "--epoch-records", "300"]).code, 0);
    let script = "import os, sys\nfrom deltalake import DeltaTable\ntable = DeltaTable(sys.argv[1])\n\
        print(table.version())\nfor id in table.to_pyarrow_table(columns=['eventid'])['eventid'].to_pylist(): print(id)\n\
        sys.stdout.flush()\nos._exit(0)"; // pyarrow's threads now and then abort an orderly exit
    let python = watchfire_moto::environment("deltalake-venv", "deltalake pyarrow").join("bin/python");
    let output = Command::new(python).args(["-c", script, text(&data.join("cloudtrail"))]).output().expect("Python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    let mut lines = said.lines();
    let (own, version) = rows(&data);
    assert_eq!(lines.next().and_then(|line| line.parse().ok()), Some(version));
    let mut theirs: Vec<&str> = lines.collect();
    let mut own: Vec<&str> = own.iter().filter_map(|row| row["eventID"].as_str()).collect();
    theirs.sort_unstable();
    own.sort_unstable();
    assert_eq!(theirs, own);
    assert_eq!(theirs.len(), truth(&logs).len());
}
