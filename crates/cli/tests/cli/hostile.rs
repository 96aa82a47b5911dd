//! Hostile text in every column: it comes back as it was, and nothing of it speaks to a terminal.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Run, envelope, stop_logging, watchfire};
use crate::table::{assert_holds, assert_whole, text};

/// Sequences that move a cursor or set a title, marks and overrides of direction, what is invisible, what a spreadsheet would run, what
/// ends a line, a quote, a statement or a page, and what looks like a template.
const TEXTS: [&str; 16] = [
    "\u{1b}[2J\u{1b}]0;owned\u{7}red",
    "\u{9b}31m\u{7f}\u{8}",
    "nul\0nul",
    "\u{202e}lave\u{202c}\u{2066}x\u{2069}",
    "\u{200f}\u{200e}\u{61c}\u{200b}\u{feff}\u{e0041}",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "a\r\nb,\"c\";d\te",
    "\u{2028}\u{2029}\u{ffff}\u{10ffff}",
    "e\u{301}🦀",
    "'; DROP TABLE finding; --",
    "</script><b>%s%n{}{principal}{count}",
    "\\",
];

/// A record with a text as every value that a person can choose, and as a name.
fn hostile(at: usize, value: &str) -> Value {
    let mut record = stop_logging(&format!("{at:02}-{}", value.chars().take(60).collect::<String>()));
    for member in ["userAgent", "sourceIPAddress", "awsRegion", "errorMessage", "requestID", "apiVersion", "sharedEventID", "vpcEndpointId"]
    {
        record[member] = value.into();
    }
    for member in ["arn", "userName", "principalId", "accessKeyId", "accountId", "type"] {
        record["userIdentity"][member] = value.into();
    }
    record["requestParameters"] = json!({"name": value, value: {value: [value]}});
    record["responseElements"] = json!([value]);
    record["additionalEventData"] = json!({"deep": {"deeper": value}});
    record["resources"] = json!([{"ARN": value, "accountId": value, "type": value}]);
    record["tlsDetails"] = json!({"tlsVersion": value, "cipherSuite": value, "clientProvidedHostHeader": value});
    record["recipientAccountId"] = value.into();
    record[format!("unknown {value}")] = value.into();
    record
}

fn records() -> Vec<Value> {
    let mut records: Vec<Value> = TEXTS.iter().enumerate().map(|(at, value)| hostile(at, value)).collect();
    let (mut long, name) = (stop_logging("long"), "n".repeat(100_000));
    long["userAgent"] = "A".repeat(1_000_000).into();
    long["requestParameters"] = json!({&*name: "🦀".repeat(250_000)});
    long[&*name] = "x".into();
    records.push(long);
    records
}

/// What no terminal should be given: all but ends of lines.
fn is_harmful(c: char) -> bool {
    c.is_control() && c != '\n' || "\u{202e}\u{202c}\u{2066}\u{2069}\u{200f}\u{200e}\u{61c}\u{2028}\u{2029}\u{feff}\u{e0041}".contains(c)
}

fn on(data: &Path, arguments: &[&str]) -> Run {
    let run = watchfire(&[arguments, &["--lake", text(data)]].concat());
    assert_eq!(run.code, 0, "{arguments:?}: {}", run.stderr);
    assert!(!run.stderr.contains(is_harmful), "{arguments:?}: {:?}", run.stderr);
    run
}

/// Rows of comma-separated values.
fn parsed(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = csv.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            letter => cell.push(letter),
        }
    }
    rows
}

#[test]
fn hostile_text_comes_back_and_stays_text() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, data) = (folder.path().join("log.json"), folder.path().join("data"));
    let records = records();
    fs::write(&log, envelope(&records)).expect("written");
    on(&data, &["ingest", text(&log)]);
    let truth: BTreeMap<String, Value> =
        records.iter().map(|record| (record["eventID"].as_str().expect("an id").to_owned(), record.clone())).collect();
    assert_holds(&data, &truth);
    assert_whole(&data);

    let question = "SELECT eventid, useragent, useridentity.arn AS arn, extra FROM cloudtrail WHERE eventid <> 'long' ORDER BY eventid";
    let agents: Vec<&str> = TEXTS.to_vec();
    let table = on(&data, &["query", question]).stdout;
    assert!(!table.contains(is_harmful), "{table:?}");
    assert_eq!(table.lines().count(), TEXTS.len() + 2, "a row is a line");
    let csv = parsed(&on(&data, &["query", question, "--format", "csv"]).stdout);
    assert_eq!(csv.iter().skip(1).map(|row| row[1].as_str()).collect::<Vec<_>>(), agents);
    for format in ["json", "jsonl"] {
        let run = on(&data, &["query", question, "--format", format]);
        assert!(!run.stdout.contains(is_harmful), "{format}: {:?}", run.stdout);
        let rows: Vec<Value> = if format == "json" { serde_json::from_str(&run.stdout).expect("JSON") } else { run.findings() };
        assert_eq!(rows.iter().map(|row| row["useragent"].as_str().expect("text")).collect::<Vec<_>>(), agents);
        assert_eq!(rows.iter().map(|row| row["arn"].as_str().expect("text")).collect::<Vec<_>>(), agents);
    }
    let long = on(&data, &["query", "SELECT length(useragent) AS n FROM cloudtrail WHERE eventid = 'long'", "--format", "csv"]);
    assert_eq!(long.stdout, "n\n1000000\n");
}

#[test]
fn findings_of_hostile_text_are_harmless() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, data) = (folder.path().join("log.json"), folder.path().join("data"));
    fs::write(&log, envelope(&records())).expect("written");
    on(&data, &["ingest", text(&log)]);
    let list = on(&data, &["findings", "list"]).stdout;
    assert!(!list.contains(is_harmful) && list.lines().count() > TEXTS.len(), "{list:?}");
    let found = on(&data, &["findings", "export"]);
    assert!(!found.stdout.contains(is_harmful), "{:?}", found.stdout);
    let found = found.findings();
    for value in TEXTS {
        let is_about = |finding: &&Value| finding["entities"].as_array().is_some_and(|all| all.iter().any(|entity| entity["id"] == value));
        assert!(found.iter().any(|finding| is_about(&finding)), "{value:?}");
    }
    for finding in &found {
        let id = finding["id"].as_str().expect("an id");
        let shown = on(&data, &["findings", "show", id]).stdout;
        assert!(!shown.contains(is_harmful) && shown.contains("StopLogging"), "{shown:?}");
    }
    let csv = on(&data, &["findings", "export", "--format", "csv"]).stdout;
    let rows = parsed(&csv);
    assert_eq!(rows.len(), found.len() + 1);
    let begins_formula = |cell: &&String| cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    assert_eq!(rows.iter().flatten().find(begins_formula), None);
}

/// JSON can write half of a surrogate pair, which no text can hold: the record is kept as it was, and its finding has its sentence.
#[test]
fn half_a_letter_hides_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, data) = (folder.path().join("log.json"), folder.path().join("data"));
    let record = envelope(&[stop_logging("half")]).replace("aws-cli/2.17.9", "x\\ud800y\\udc00");
    fs::write(&log, &record).expect("written");
    on(&data, &["ingest", text(&log)]);
    let kept = on(&data, &["query", "SELECT element_at(extra, 'userAgent') AS kept FROM cloudtrail", "--format", "jsonl"]);
    assert!(kept.findings()[0]["kept"].as_str().is_some_and(|kept| kept.contains("\\ud800y\\udc00")), "{}", kept.stdout);
    assert_whole(&data);
    let found = on(&data, &["findings", "list", "--format", "jsonl"]).findings();
    assert!(!found.is_empty());
    for finding in found {
        let summary = finding["summary"].as_str().expect("a sentence");
        assert!(summary.contains("mallory") && !summary.contains("not given"), "{summary}");
    }
    let again = on(&data, &["ingest", text(&log)]);
    assert!(again.stderr.contains("1 seen before"), "{}", again.stderr);
}
