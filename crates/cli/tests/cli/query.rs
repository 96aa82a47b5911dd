//! `watchfire query` and `watchfire schema`.

use std::fs;

use serde_json::Value;

use crate::support::{watchfire, watchfire_with};

#[test]
fn the_schema_needs_no_lake() {
    let run = watchfire(&["schema", "cloudtrail"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for name in ["useridentity.accesskeyid", "requestparameters", "timestamp", "day"] {
        assert!(run.stdout.lines().any(|line| line.split_whitespace().next() == Some(name)), "{name}\n{}", run.stdout);
    }
    assert!(watchfire(&["schema"]).stdout.contains("ocsf_authentication: "));
    assert!(watchfire(&["schema", "--functions"]).stdout.contains("json_extract_scalar(json, "));
    let wrong = watchfire(&["schema", "nothing"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("hint: the tables are cloudtrail, "), "{}", wrong.stderr);
}

#[test]
fn without_a_lake_or_a_statement_it_says_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = folder.path().to_str().expect("UTF-8");
    let run = watchfire(&["query", "SELECT 1", "--lake", lake]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("no lake here\nhint: "), "{}", run.stderr);
    let run = watchfire(&["query", "--lake", lake]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("no statement given\nhint: "), "{}", run.stderr);
}

/// A lake of a few records, made by the library that writes lakes.
fn lake() -> tempfile::TempDir {
    use watchfire_lake::{Epoch, INGEST, Lake, LakeWriter, RowBuilder};
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("cloudtrail");
    let records: Vec<Value> = (0..3)
        .map(|n| {
            let mut record = crate::support::stop_logging(&format!("e{n}"));
            record["eventTime"] = format!("2026-03-0{}T00:00:00Z", n + 1).into();
            record
        })
        .collect();
    struct Keep(RowBuilder);
    impl watchfire_decode::Sink for Keep {
        fn record(&mut self, _: &std::sync::Arc<str>, record: watchfire_model::Record<'_>) {
            self.0.push(&record);
        }
        fn reject(&mut self, reject: watchfire_model::Reject) {
            panic!("{}", reject.detail);
        }
    }
    let mut rows = Keep(RowBuilder::new());
    let text = crate::support::envelope(&records);
    let name = std::sync::Arc::from("log.json");
    watchfire_decode::Decoder::new(Default::default()).decode(&name, watchfire_decode::Input::Bytes(text.as_bytes()), &mut rows);
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    runtime.block_on(async {
        let lake = Lake::open_or_create(place.to_str().expect("UTF-8")).await.expect("a lake");
        let mut epoch = Epoch::new(1);
        epoch.push(rows.0.finish());
        LakeWriter::new(lake, INGEST).close(&mut epoch).await.expect("written");
    });
    folder
}

#[test]
fn every_format_says_the_same() {
    let folder = lake();
    let lake = folder.path().to_str().expect("UTF-8");
    let sql = "SELECT eventID, count(*) AS n FROM cloudtrail_logs WHERE timestamp < '2026/03/03' GROUP BY eventid ORDER BY eventid";
    let run = |format: &str| watchfire(&["query", sql, "--lake", lake, "--format", format]);
    let table = run("table");
    assert_eq!((table.code, table.stdout.as_str()), (0, "eventid  n\n-------  -\ne0       1\ne1       1\n"), "{}", table.stderr);
    assert!(table.stderr.starts_with("2 rows; read 2 of 3 files, "), "{}", table.stderr);
    assert_eq!(run("csv").stdout, "eventid,n\ne0,1\ne1,1\n");
    assert_eq!(run("jsonl").stdout, "{\"eventid\":\"e0\",\"n\":1}\n{\"eventid\":\"e1\",\"n\":1}\n");
    let json: Value = serde_json::from_str(&run("json").stdout).expect("JSON");
    assert_eq!(json[1]["eventid"], "e1");
    let file = folder.path().join("out.parquet");
    let parquet = watchfire(&["query", sql, "--lake", lake, "--format", "parquet", "-o", file.to_str().expect("UTF-8")]);
    assert_eq!(parquet.code, 0, "{}", parquet.stderr);
    assert!(fs::read(&file).expect("written").starts_with(b"PAR1"));
    assert_eq!(run("parquet").code, 2);
}

#[test]
fn statements_come_from_files_and_standard_input() {
    let folder = lake();
    let lake = folder.path().to_str().expect("UTF-8");
    let file = folder.path().join("q.sql");
    fs::write(&file, "SELECT count(*) AS n FROM cloudtrail;\n").expect("written");
    let from_file = watchfire(&["query", "--file", file.to_str().expect("UTF-8"), "--lake", lake, "--format", "csv"]);
    assert_eq!(from_file.stdout, "n\n3\n", "{}", from_file.stderr);
    let piped = watchfire_with(&["query", "-", "--lake", lake, "--format", "csv", "--at", "1"], |command| {
        command.stdin(fs::File::open(&file).expect("just written"));
    });
    assert_eq!(piped.stdout, "n\n3\n", "{}", piped.stderr);
    let future = watchfire(&["query", "SELECT 1", "--lake", lake, "--at", "9"]);
    assert_eq!(future.code, 2);
    assert!(future.stderr.contains("no version 9"), "{}", future.stderr);
}

#[test]
fn mistakes_have_a_place_and_exit_2() {
    let folder = lake();
    let lake = folder.path().to_str().expect("UTF-8");
    let run = watchfire(&["query", "SELECT eventnam FROM cloudtrail", "--lake", lake]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("^^^^^^^^\nhelp: did you mean eventname?"), "{}", run.stderr);
    let late = "SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b";
    let run = watchfire(&["query", late, "--lake", lake, "--timeout", "200ms"]);
    assert_eq!(run.code, 2, "{}", run.stdout);
}

#[test]
fn a_closed_pipe_is_quiet_success() {
    let folder = lake();
    let script = format!(
        "{} query 'SELECT a.eventid FROM cloudtrail a' --lake {} --format csv 2>/dev/null | true; exit ${{PIPESTATUS[0]}}",
        env!("CARGO_BIN_EXE_watchfire"),
        folder.path().display()
    );
    let output = std::process::Command::new("bash").args(["-c", &script]).output().expect("bash");
    assert_eq!(output.status.code(), Some(0));
}
