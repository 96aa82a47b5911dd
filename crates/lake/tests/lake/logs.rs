//! Logs for the tests: decoded, kept as rows, read back.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use watchfire_decode::{Decoder, Input, Limits, Sink};
use watchfire_lake::{Epoch, INGEST, Lake, LakeWriter, Outcome, RowBuilder, Rows, SessionLimits, session, to_json};
use watchfire_model::{Record, Reject};

/// The real logs beside the repository.
pub const REAL_LOGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/cloudtrail");

/// Records as rows, and as they were.
#[derive(Default)]
pub struct Kept {
    pub builder: RowBuilder,
    pub batches: Vec<Rows>,
    pub originals: Vec<String>,
    pub rejects: Vec<String>,
}

impl Sink for Kept {
    fn record(&mut self, _source: &Arc<str>, record: Record<'_>) {
        self.originals.push(record.raw().into());
        self.builder.push(&record);
        if self.builder.is_full() {
            self.batches.push(self.builder.finish());
        }
    }

    fn reject(&mut self, reject: Reject) {
        self.rejects.push(reject.detail.to_string());
    }
}

impl Kept {
    pub fn decode(&mut self, content: &[u8]) {
        Decoder::new(Limits::default()).decode(&Arc::from("log.json"), Input::Bytes(content), self);
    }

    pub fn finish(mut self) -> Kept {
        if !self.builder.is_empty() {
            self.batches.push(self.builder.finish());
        }
        self
    }

    pub fn of(records: &[String]) -> Kept {
        let mut kept = Kept::default();
        kept.decode(format!("{{\"Records\":[{}]}}", records.join(",")).as_bytes());
        assert_eq!(kept.rejects, [] as [String; 0]);
        kept.finish()
    }

    pub fn epoch(&self, number: i64) -> Epoch {
        let mut epoch = Epoch::new(number);
        self.batches.iter().for_each(|rows| epoch.push(rows.clone()));
        epoch
    }
}

/// The real logs, or nothing, said aloud, where they are not.
pub fn real() -> Option<Kept> {
    if !Path::new(REAL_LOGS).is_dir() {
        eprintln!("skipped: no real logs at {REAL_LOGS}");
        return None;
    }
    let mut kept = Kept::default();
    let mut folders = vec![Path::new(REAL_LOGS).to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                kept.decode(&std::fs::read(&path).unwrap());
            }
        }
    }
    Some(kept.finish())
}

/// A record with an id and a time, and further members.
pub fn record(id: &str, time: &str, more: &str) -> String {
    let more = if more.is_empty() { String::new() } else { format!(",{more}") };
    format!(
        r#"{{"eventVersion":"1.09","eventTime":"{time}","eventSource":"s3.amazonaws.com","eventName":"GetObject","eventID":"{id}","recipientAccountId":"111122223333"{more}}}"#
    )
}

/// Many records over some days, by a few principals.
pub fn many(count: usize, from: usize) -> Vec<String> {
    let one = |n: usize| {
        let time = format!("2026-03-{:02}T{:02}:{:02}:{:02}Z", 1 + n % 3, n / 7 % 24, n % 60, n / 3 % 60);
        let key = format!("AKIA{:012}", n % 17);
        let more = format!(
            r#""userIdentity":{{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/u{}","accessKeyId":"{key}"}},"sourceIPAddress":"10.0.{}.{}","requestParameters":{{"bucketName":"b{n}"}},"responseElements":null"#,
            n % 17,
            n % 5,
            n % 251
        );
        record(&format!("event-{n}"), &time, &more)
    };
    (from..from + count).map(one).collect()
}

pub fn place(folder: &tempfile::TempDir) -> String {
    folder.path().join("cloudtrail").to_str().unwrap().into()
}

/// Writes records as one epoch.
pub async fn write(place: &str, number: i64, records: &[String]) -> Outcome {
    let lake = Lake::open_or_create(place).await.unwrap();
    LakeWriter::new(lake, INGEST).close(&mut Kept::of(records).epoch(number)).await.unwrap()
}

/// All records of the table.
pub async fn all(lake: &Lake) -> Vec<Value> {
    let context = session(SessionLimits::default()).unwrap();
    lake.register(&context).await.unwrap();
    let batches = context.sql("SELECT * FROM cloudtrail").await.unwrap().collect().await.unwrap();
    batches.iter().flat_map(|batch| to_json(batch).unwrap()).map(|json| serde_json::from_str(&json).unwrap()).collect()
}

/// One number that a query answers.
pub async fn number(lake: &Lake, sql: &str) -> i64 {
    let context = session(SessionLimits::default()).unwrap();
    lake.register(&context).await.unwrap();
    let batches = context.sql(sql).await.unwrap().collect().await.unwrap();
    let text = datafusion::arrow::util::display::array_value_to_string(batches[0].column(0), 0).unwrap();
    text.parse().unwrap()
}

/// Values in an order of their own, to be compared as sets that count.
pub fn in_order(values: impl IntoIterator<Item = Value>) -> Vec<String> {
    fn sorted(value: Value) -> Value {
        match value {
            Value::Object(members) => {
                let mut members: Vec<_> = members.into_iter().map(|(key, value)| (key, sorted(value))).collect();
                members.sort_by(|a, b| a.0.cmp(&b.0));
                Value::Object(members.into_iter().collect())
            }
            Value::Array(elements) => Value::Array(elements.into_iter().map(sorted).collect()),
            other => other,
        }
    }
    let mut texts: Vec<String> = values.into_iter().map(|value| sorted(value).to_string()).collect();
    texts.sort();
    texts
}

pub fn values(texts: &[String]) -> Vec<Value> {
    texts.iter().map(|text| serde_json::from_str(text).unwrap()).collect()
}

/// Removes a folder when the test ends.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// The data files on the disk, whether the table lists them or not.
pub fn data_files(place: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for day in
        std::fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir() && !path.ends_with("_delta_log"))
    {
        let inside = std::fs::read_dir(day).unwrap().map(|entry| entry.unwrap().path());
        files.extend(inside.filter(|path| path.extension().is_some_and(|kind| kind == "parquet")));
    }
    files.sort();
    files
}

/// Verify finds nothing wrong.
pub async fn clean(lake: &Lake) {
    let verified = lake.verify().await.unwrap();
    assert_eq!(verified.faults, []);
}
