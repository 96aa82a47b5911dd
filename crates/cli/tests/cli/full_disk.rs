//! A disk that fills up in the middle of an ingest: it says so and which disk, nothing is half done, and with room again the same
//! command ends with every record.
//!
//! The disk is a small tmpfs in a mount namespace of its own, which needs no rights where users may have namespaces. Where they may
//! not, files are kept from growing instead (`ulimit -f`), and the test says so.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::watchfire;
use crate::table::{assert_holds, assert_whole, findings, simulate, text, truth};

/// What is small, how small, and what the error then names. The table, its log and the signals each get a disk of their own, so that
/// it is known what fills it; `all` is one disk, as people have it.
const CASES: [(&str, &str, &str); 12] = [
    ("cloudtrail", "60k", "/part-"),
    ("cloudtrail", "300k", "/part-"),
    ("cloudtrail/_delta_log", "20k", "log of "),
    ("cloudtrail/_delta_log", "32k", "log of "),
    ("signals", "4k", "/signals"),
    ("signals", "100k", ".run"),
    (".", "60k", "state.db"),
    (".", "250k", "state.db"),
    (".", "900k", "state.db"),
    ("all", "300k", ""),
    ("all", "700k", ""),
    ("all", "1500k", ""),
];

/// Prints what ingest said, its exit code, what verify said, its exit code, and what a repetition said once there is room.
const SCRIPT: &str = r#"
set -u
watchfire=$1 logs=$2 data=$3 small=$4 size=$5 kept=$6
mkdir -p "$data"
mount -t tmpfs -o size=100m tmpfs "$data" || exit 77
disk=$data
case $small in
  all) ;;
  .) for part in cloudtrail signals; do mkdir "$data/$part"; mount -t tmpfs -o size=64m tmpfs "$data/$part"; done ;;
  *) disk=$data/$small; mkdir -p "$disk"; mount -t tmpfs -o size=64m tmpfs "$disk" ;;
esac
mount -o remount,size="$size" "$disk"
"$watchfire" ingest "$logs" --lake "$data" --epoch-records 400 >/dev/null 2>"$kept/first"; echo "first $?"
"$watchfire" lake verify --lake "$data" >"$kept/verified" 2>&1; echo "verified $?"
mount -o remount,size=100m "$disk"
"$watchfire" ingest "$logs" --lake "$data" --epoch-records 400 >/dev/null 2>"$kept/second"; echo "second $?"
cp -r "$data" "$kept/data"
"#;

/// The same without namespaces: no file may grow beyond so many KiB. A write beyond is an error, and no signal.
const SCRIPT_OF_LIMITS: &str = r#"
set -u
watchfire=$1 logs=$2 data=$3 size=$4 kept=$5
trap '' XFSZ
(ulimit -f "$size"; exec "$watchfire" ingest "$logs" --lake "$data" --epoch-records 400 >/dev/null 2>"$kept/first"); echo "first $?"
"$watchfire" lake verify --lake "$data" >"$kept/verified" 2>&1; echo "verified $?"
"$watchfire" ingest "$logs" --lake "$data" --epoch-records 400 >/dev/null 2>"$kept/second"; echo "second $?"
cp -r "$data" "$kept/data"
"#;

fn read(kept: &Path, name: &str) -> String {
    fs::read_to_string(kept.join(name)).expect("said")
}

/// Runs a case and checks what was said; the data folder as it is at the end is below `kept`.
fn check(mut command: Command, kept: &Path, names: &str, disk: Option<&str>) -> bool {
    let output = command.output().expect("bash");
    if output.status.code() == Some(77) || !output.status.success() {
        return false;
    }
    let codes = String::from_utf8(output.stdout).expect("UTF-8");
    let (first, verified) = (read(kept, "first"), read(kept, "verified"));
    assert!(codes.contains("first 2\n"), "{command:?}: {codes}{first}");
    // SQLite does not say why a file may not grow, and what is temporary is elsewhere.
    let otherwise = ["disk I/O error", "temporary folder"];
    let is_told = first.contains("no room left") || disk.is_none() && otherwise.iter().any(|words| first.contains(words));
    assert!(is_told && first.contains(names) && first.matches("hint:").count() == 1, "{names}: {first}");
    assert!(disk.is_none_or(|disk| first.contains(&format!("on the disk at {disk}"))), "{disk:?}: {first}");
    assert_eq!(first.matches("os error").count().max(1), 1, "{first}");
    // It may have filled before there was a table.
    let is_none = verified.contains("no table here");
    assert!(codes.contains(if is_none { "verified 2\n" } else { "verified 0\n" }), "{names}: {codes}{first}{verified}");
    assert!(codes.contains("second 0\n"), "{names}: {}", read(kept, "second"));
    true
}

#[test]
fn a_full_disk_is_said_and_nothing_is_half_done() {
    let folder = tempfile::tempdir().expect("a folder");
    let logs = simulate(folder.path(), 2_000, 100);
    let truth = truth(&logs);
    let calm = folder.path().join("calm");
    assert_eq!(watchfire(&["ingest", &logs, "--lake", text(&calm)]).code, 0);
    let expected = findings(&calm);
    let data = folder.path().canonicalize().expect("there").join("data");
    let mut filled = 0;
    for (at, (small, size, names)) in CASES.into_iter().enumerate() {
        let kept = folder.path().join(format!("kept-{at}"));
        fs::create_dir(&kept).expect("made");
        let mut command = Command::new("unshare");
        command.args(["-Urm", "bash", "-c", SCRIPT, "bash", env!("CARGO_BIN_EXE_watchfire"), &logs]);
        command.args([text(&data), small, size, text(&kept)]).env("NO_COLOR", "1");
        let disk = if matches!(small, "all" | ".") { data.clone() } else { data.join(small) };
        // The log of a table may be on another disk than the table, and only here it is.
        let disk = if small.ends_with("_delta_log") { None } else { Some(text(&disk)) };
        if !check(command, &kept, names, disk) {
            break;
        }
        assert_same(&kept.join("data"), &truth, &expected);
        filled += 1;
    }
    if filled > 0 {
        assert_eq!(filled, CASES.len());
        return;
    }
    eprintln!("no small disk can be mounted here (unshare -Urm is refused): files are kept from growing instead");
    for (at, size) in ["40", "100", "400"].into_iter().enumerate() {
        let kept = folder.path().join(format!("limited-{at}"));
        fs::create_dir(&kept).expect("made");
        let mut command = Command::new("bash");
        command.args(["-c", SCRIPT_OF_LIMITS, "bash", env!("CARGO_BIN_EXE_watchfire"), &logs]);
        command.args([text(&folder.path().join(format!("data-{at}"))), size, text(&kept)]).env("NO_COLOR", "1");
        assert!(check(command, &kept, "", None), "bash cannot limit files here");
        assert_same(&kept.join("data"), &truth, &expected);
    }
}

fn assert_same(data: &Path, truth: &std::collections::BTreeMap<String, serde_json::Value>, expected: &[serde_json::Value]) {
    assert_holds(data, truth);
    assert_whole(data);
    let found = findings(data);
    assert_eq!(found.len(), expected.len());
    found.iter().zip(expected).for_each(|(found, expected)| assert_eq!(found, expected));
}
