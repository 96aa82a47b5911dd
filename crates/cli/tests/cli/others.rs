//! Other programs write to the table too: theirs and ours stay right, and nothing is doubled.

use std::fs;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::engines;
use crate::support::{envelope, stop_logging, watchfire};
use crate::table::{assert_holds, assert_whole, rows, simulate, text, truth};

/// Runs Python with the reference implementation of Delta Lake; `leave()` ends it.
pub fn python(script: &str, arguments: &[&str]) -> String {
    let output = command(script, arguments).output().expect("Python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn command(script: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(engines::python().join("bin/python"));
    command.args(["-c", &format!("{}\n{script}", engines::TELL)]).args(arguments);
    command
}

/// Writes rows under new ids, and joins all files into one.
const WRITE: &str = r#"
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
def write(place, name, count):
    rows = DeltaTable(place).to_pyarrow_table().slice(0, count)
    ids = pa.array([f"{name}-{at}" for at in range(rows.num_rows)])
    write_deltalake(place, rows.set_column(rows.schema.get_field_index("eventid"), "eventid", ids), mode="append")
"#;

#[test]
fn what_others_wrote_and_joined_is_known() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let ingest = |ids: &[&str]| {
        let log = folder.path().join(format!("{}.json", ids.join("-")));
        fs::write(&log, envelope(&ids.iter().map(|id| stop_logging(id)).collect::<Vec<_>>())).expect("written");
        let run = watchfire(&["ingest", text(&log), "--lake", text(&data)]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stderr
    };
    ingest(&["one", "two"]);
    let script =
        format!("{WRITE}\nimport sys\nwrite(sys.argv[1], 'theirs', 2)\nprint(DeltaTable(sys.argv[1]).optimize.compact())\nleave()");
    let said = python(&script, &[text(&data.join("cloudtrail"))]);
    assert!(said.contains("'numFilesRemoved': 2"), "{said}");
    // What others wrote is known as if it had been ingested, also in a file that they made of several.
    assert!(ingest(&["two", "theirs-0", "three"]).contains("1 row stored"));
    assert!(ingest(&["theirs-1", "three", "one"]).contains("0 rows stored"));
    let holds = || {
        let mut found = rows(&data).0;
        found.sort_by_key(|row| row["eventID"].to_string());
        assert_eq!(found, ["one", "theirs-0", "theirs-1", "three", "two"].map(stop_logging));
        assert_whole(&data);
    };
    holds();
    let run = watchfire(&["lake", "optimize", "--lake", text(&data)]);
    assert!(run.stdout.contains("2 files") && run.stdout.contains("became 1 file"), "{}{}", run.stdout, run.stderr);
    holds();
    assert!(ingest(&["one", "two", "three", "theirs-0", "theirs-1"]).contains("0 rows stored"));
}

/// Another program appends and joins files while an ingest of many epochs is at work.
#[test]
fn others_write_at_the_same_time() {
    const APPENDED: usize = 12;
    let folder = tempfile::tempdir().expect("a folder");
    let (logs, data) = (simulate(folder.path(), 3_000, 30), folder.path().join("data"));
    let first = watchfire(&["ingest", &logs, "--lake", text(&data), "--to", "2026-03-02", "--epoch-records", "300"]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    let script = format!(
        "{WRITE}\nimport sys\nfor at in range(int(sys.argv[2])):\n    write(sys.argv[1], f'theirs-{{at}}', 1)\n    try:\n        \
         DeltaTable(sys.argv[1]).optimize.compact()\n    except Exception as error:\n        print('overtaken', error)\nleave()"
    );
    let mut other = command(&script, &[text(&data.join("cloudtrail")), &APPENDED.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("Python");
    let mut epochs = 0;
    // Narrow selections let the same objects come again and again, so that there is always something to commit.
    for hour in 0..24 {
        let until = format!("2026-03-03T{hour:02}:59:59Z");
        let run = watchfire(&["ingest", &logs, "--lake", text(&data), "--to", &until, "--epoch-records", "20"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        epochs += 1;
        if other.try_wait().expect("a child").is_some() && hour > 2 {
            break;
        }
    }
    let output = other.wait_with_output().expect("Python");
    assert!(output.status.success(), "after {epochs} runs: {}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(watchfire(&["ingest", &logs, "--lake", text(&data)]).code, 0);
    let (found, _) = rows(&data);
    let is_theirs = |row: &&Value| row["eventID"].as_str().is_some_and(|id| id.starts_with("theirs-"));
    assert_eq!(found.iter().filter(is_theirs).count(), APPENDED);
    assert_whole(&data);
    let taken = python(
        "import sys\nfrom deltalake import DeltaTable\nprint(DeltaTable(sys.argv[1]).delete(\"eventid LIKE 'theirs-%'\"))\nleave()",
        &[text(&data.join("cloudtrail"))],
    );
    assert!(taken.contains(&format!("'num_deleted_rows': {APPENDED}")), "{taken}");
    assert_holds(&data, &truth(&logs));
    assert_whole(&data);
}
