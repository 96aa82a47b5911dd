//! The table and the findings of a data folder, read beside the binary.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use serde_json::Value;
use watchfire_lake::{Lake, Location, SessionLimits, session, to_json};

use crate::support::{Run, watchfire};

/// Simulated logs in many small files; the folder that holds them.
pub fn simulate(folder: &Path, records: u32, records_per_file: u32) -> String {
    let out = folder.join("simulated");
    let (records, per_file) = (records.to_string(), records_per_file.to_string());
    let run =
        watchfire(&["simulate", text(&out), "--records", &records, "--records-per-file", &per_file, "--days", "3", "--accounts", "6"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    text(&out.join("AWSLogs")).to_owned()
}

pub fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// Every record of the logs below a folder, by event id.
pub fn truth(logs: &str) -> BTreeMap<String, Value> {
    let mut records = BTreeMap::new();
    let mut waiting = vec![std::path::PathBuf::from(logs)];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(fs::read_dir(path).expect("listed").map(|entry| entry.expect("listed").path()));
            continue;
        }
        let mut json = String::new();
        flate2::read::GzDecoder::new(fs::File::open(path).expect("opened")).read_to_string(&mut json).expect("gzip");
        let mut file: Value = serde_json::from_str(&json).expect("JSON");
        for record in file["Records"].as_array_mut().expect("records").drain(..) {
            let id = record["eventID"].as_str().expect("an id").to_owned();
            assert!(records.insert(id, record).is_none(), "the simulation writes each event once");
        }
    }
    records
}

/// Every row of a data folder's table as the record that it was, and the table's version.
pub fn rows(data: &Path) -> (Vec<Value>, u64) {
    rows_of(&text(&data.join("cloudtrail")).into())
}

/// The same of a table anywhere.
pub fn rows_of(table: &Location) -> (Vec<Value>, u64) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads");
    runtime.block_on(async {
        let lake = Lake::open(table).await.expect("a table");
        let context = session(SessionLimits::default()).expect("a session");
        lake.register(&context).await.expect("registered");
        let batches = context.sql("SELECT * FROM cloudtrail").await.expect("planned").collect().await.expect("read");
        let rows = batches.iter().flat_map(|batch| to_json(batch).expect("the table's columns"));
        (rows.map(|json| serde_json::from_str(&json).expect("JSON")).collect(), lake.version())
    })
}

/// The table of a data folder holds exactly these records, each once and as it was.
pub fn assert_holds(data: &Path, truth: &BTreeMap<String, Value>) {
    assert_are(rows(data).0, truth);
}

/// The rows are exactly these records, each once and as it was.
pub fn assert_are(rows: Vec<Value>, truth: &BTreeMap<String, Value>) {
    let mut found = BTreeMap::new();
    for row in rows {
        let id = row["eventID"].as_str().expect("an id").to_owned();
        assert!(found.insert(id.clone(), row).is_none(), "{id} is there twice");
    }
    assert_eq!(found.len(), truth.len(), "records in the table and in the logs");
    for (id, record) in truth {
        assert_eq!(found.get(id), Some(record), "{id}");
    }
}

/// `lake verify` has nothing to say.
pub fn assert_whole(data: &Path) {
    let run = watchfire(&["lake", "verify", "--lake", text(data)]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
}

/// All findings, without what tells when and in how many steps they were made: their dates.
pub fn findings(data: &Path) -> Vec<Value> {
    comparable(&watchfire(&["findings", "export", "--lake", text(data)]))
}

/// The findings of an export, the same way.
pub fn comparable(run: &Run) -> Vec<Value> {
    assert_eq!(run.code, 0, "{}", run.stderr);
    let mut findings = run.findings();
    for finding in &mut findings {
        let members = finding.as_object_mut().expect("an object");
        ["created", "updated"].iter().for_each(|member| drop(members.remove(*member).expect("documented")));
    }
    findings.sort_by_key(|finding| finding["id"].as_str().map(str::to_owned));
    findings
}
