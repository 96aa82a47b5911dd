//! Tables and states as older and newer versions leave them: what is older is brought up to date, what is newer is refused or kept, and
//! said.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::others::python;
use crate::support::{Run, envelope, stop_logging, watchfire};
use crate::table::{assert_whole, rows, text};

fn on(data: &Path, arguments: &[&str]) -> Run {
    watchfire(&[arguments, &["--lake", text(data)]].concat())
}

/// A data folder with one record, and the log that holds it.
fn one_record() -> (tempfile::TempDir, std::path::PathBuf, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, data) = (folder.path().join("log.json"), folder.path().join("data"));
    fs::write(&log, envelope(&[stop_logging("one")])).expect("written");
    let run = on(&data, &["ingest", text(&log)]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let later = folder.path().join("later.json");
    fs::write(&later, envelope(&[stop_logging("one"), stop_logging("two")])).expect("written");
    let later = text(&later).to_owned();
    (folder, data, later)
}

fn refused(run: &Run, words: &[&str]) {
    assert_eq!(run.code, 2, "{}{}", run.stdout, run.stderr);
    words.iter().chain(&["hint:"]).for_each(|word| assert!(run.stderr.contains(word), "{word}: {}", run.stderr));
}

#[test]
fn a_table_that_asks_for_more_is_not_touched() {
    let (_folder, data, later) = one_record();
    let commit = data.join("cloudtrail/_delta_log/00000000000000000002.json");
    let protocols = [
        json!({"minReaderVersion": 99, "minWriterVersion": 99}),
        json!({"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": ["timeMachine"], "writerFeatures": ["timeMachine"]}),
    ];
    for protocol in protocols {
        fs::write(&commit, json!({"protocol": protocol}).to_string()).expect("written");
        for command in [
            &["ingest", &later][..],
            &["query", "SELECT count(*) FROM cloudtrail"],
            &["lake", "status"],
            &["lake", "verify"],
            &["lake", "optimize"],
            &["lake", "vacuum"],
            &["lake", "retain", "--before", "2026-03-03"],
        ] {
            refused(&on(&data, command), &["what this version does not know", "upgrade"]);
        }
        assert_eq!(on(&data, &["findings", "list"]).code, 0);
    }
    // What only writers must know is no harm to readers.
    let protocol = json!({"minReaderVersion": 1, "minWriterVersion": 7, "writerFeatures": ["timeMachine"]});
    fs::write(&commit, json!({"protocol": protocol}).to_string()).expect("written");
    refused(&on(&data, &["ingest", &later]), &["timeMachine", "upgrade"]);
    assert_eq!(on(&data, &["query", "SELECT eventid FROM cloudtrail", "--format", "csv"]).stdout, "eventid\none\n");
    assert_whole(&data);
    assert!(!data.join("cloudtrail/_delta_log/00000000000000000003.json").exists());
    fs::remove_file(&commit).expect("removed");
    assert_eq!(on(&data, &["ingest", &later]).code, 0);
    assert_eq!(rows(&data).0.len(), 2);
}

#[test]
fn columns_of_a_newer_version_are_kept() {
    let (_folder, data, later) = one_record();
    let log = data.join("cloudtrail/_delta_log");
    let first = fs::read_to_string(log.join("00000000000000000000.json")).expect("a log");
    let mut meta: Value = first
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .find(|action: &Value| action.get("metaData").is_some())
        .expect("columns");
    let mut schema: Value = serde_json::from_str(meta["metaData"]["schemaString"].as_str().expect("text")).expect("JSON");
    schema["fields"].as_array_mut().expect("columns").push(json!({"name": "invented", "type": "string", "nullable": true, "metadata": {}}));
    meta["metaData"]["schemaString"] = schema.to_string().into();
    fs::write(log.join("00000000000000000002.json"), meta.to_string()).expect("written");
    assert_eq!(on(&data, &["ingest", &later]).code, 0);
    let run = on(&data, &["query", "SELECT eventid, invented FROM cloudtrail ORDER BY 1", "--format", "csv"]);
    assert_eq!(run.stdout, "eventid,invented\none,\ntwo,\n", "{}", run.stderr);
    refused(&on(&data, &["lake", "optimize"]), &["column invented would be lost", "upgrade"]);
    assert_whole(&data);
}

/// Files of an older version lack columns; rows of theirs are known, read, and joined with newer ones.
#[test]
fn a_table_of_an_older_version_grows() {
    let (folder, data, later) = one_record();
    let old = folder.path().join("old");
    // Columns that came later are taken away, one of them inside of another.
    let script = r#"
import sys
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
rows = DeltaTable(sys.argv[1] + "/cloudtrail").to_pyarrow_table().drop_columns(["tlsdetails", "eventcontext"])
identity = rows["useridentity"].combine_chunks()
fields = [field for field in identity.type if field.name not in ("invokedby", "credentialid")]
identity = pa.StructArray.from_arrays([identity.field(field.name) for field in fields], fields=fields)
rows = rows.set_column(rows.schema.get_field_index("useridentity"), "useridentity", identity)
write_deltalake(sys.argv[2] + "/cloudtrail", rows, partition_by=["day"])
leave()
"#;
    python(script, &[text(&data), text(&old)]);
    let question = "SELECT useridentity.accesskeyid AS key, useridentity.username AS name, useridentity.invokedby AS invoker, \
        tlsdetails.tlsversion AS tls FROM cloudtrail WHERE useridentity.arn LIKE '%mallory'";
    let run = on(&old, &["query", question, "--format", "csv"]);
    assert_eq!(run.stdout, "key,name,invoker,tls\nAKIAEXAMPLE,mallory,,\n", "{}", run.stderr);
    assert_eq!(on(&old, &["query", "SELECT unmapped FROM ocsf_api_activity", "--format", "jsonl"]).code, 0);
    let mut newest = stop_logging("three");
    newest["tlsDetails"] = json!({"tlsVersion": "TLSv1.3"});
    fs::write(folder.path().join("newest.json"), envelope(&[newest.clone()])).expect("written");
    for log in [&later, text(&folder.path().join("newest.json"))] {
        let run = on(&old, &["ingest", log]);
        assert!(run.code == 0 && run.stderr.contains("1 row stored"), "{}", run.stderr);
    }
    let holds = || {
        let mut found = rows(&old).0;
        found.sort_by_key(|row| row["eventID"].to_string());
        assert_eq!(found, [stop_logging("one"), newest.clone(), stop_logging("two")]);
        assert_whole(&old);
    };
    holds();
    let run = on(&old, &["query", question, "--format", "csv"]);
    assert_eq!(run.stdout.lines().filter(|line| *line == "AKIAEXAMPLE,mallory,,TLSv1.3").count(), 1, "{}{}", run.stdout, run.stderr);
    let run = on(&old, &["lake", "optimize"]);
    assert!(run.stdout.contains("3 files") && run.stdout.contains("became 1 file"), "{}{}", run.stdout, run.stderr);
    holds();
}

#[test]
fn a_state_of_a_newer_version_is_left_alone() {
    let (_folder, data, later) = one_record();
    let state = data.join("state.db");
    let mut bytes = fs::read(&state).expect("a state");
    // SQLite keeps `user_version`, here the format, at this place of its header.
    bytes[60..64].copy_from_slice(&99_u32.to_be_bytes());
    fs::write(&state, &bytes).expect("written");
    for command in [&["ingest", &later][..], &["findings", "list"], &["findings", "export"], &["lake", "status"], &["lake", "verify"]] {
        refused(&on(&data, command), &["written by a newer version of watchfire (format 99"]);
    }
    assert_eq!(fs::read(&state).expect("a state"), bytes);
    assert_eq!(on(&data, &["query", "SELECT eventid FROM cloudtrail", "--format", "csv"]).stdout, "eventid\none\n");
}

/// What older versions kept in SQLite is brought up to date when it is opened; the texts are those that the state's own tests begin with.
#[test]
fn a_state_of_an_older_version_is_brought_up_to_date() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = "import sqlite3, sys\nsqlite3.connect(sys.argv[2]).executescript(open(sys.argv[1]).read())\nleave()";
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("../state/testdata/compat/0001.sql");
    python(script, &[text(&old), text(&folder.path().join("state.db"))]);
    let list = on(folder.path(), &["findings", "list"]);
    assert!(
        list.code == 0 && list.stdout.contains("r first at") && list.stdout.ends_with("1 finding: 1 high\n"),
        "{}{}",
        list.stdout,
        list.stderr
    );
    assert_eq!(on(folder.path(), &["findings", "set", "resolved", "0a00"]).code, 0);
    assert!(on(folder.path(), &["findings", "list", "--status", "new"]).stdout.ends_with("0 findings\n"));
}
