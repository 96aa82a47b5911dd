//! `watchfire events`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::support::{outcome, watchfire};

const EVENT: &str = r#"{"version":"0","id":"1","detail-type":"AWS API Call via CloudTrail","source":"aws.cloudtrail","account":"111122223333",
"time":"2026-03-02T09:14:07Z","region":"eu-west-1","resources":[],"detail":{"eventName":"StopLogging"}}"#;

/// A file in a folder that lives as long as it is held.
fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("file.json");
    fs::write(&path, text).expect("written");
    (folder, path)
}

fn utf8(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[test]
fn an_event_satisfies_a_pattern_or_not() {
    let (_folder, event) = file(EVENT);
    let (_other, pattern) = file(r#"{"source":["aws.cloudtrail"],"detail":{"eventName":[{"prefix":"Stop"}]}}"#);
    let run = watchfire(&["events", "test-pattern", "--pattern", utf8(&pattern), "--event", utf8(&event)]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "true\n"), "{}", run.stderr);
    let run = watchfire(&["events", "test-pattern", "--pattern", r#"{"source":["aws.ec2"]}"#, "--event", utf8(&event)]);
    assert_eq!((run.code, run.stdout.as_str()), (1, "false\n"), "{}", run.stderr);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_watchfire"));
    command.args(["events", "test-pattern", "--pattern", r#"{"account":["111122223333"]}"#, "--event", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
    child.stdin.take().expect("piped").write_all(EVENT.as_bytes()).expect("taken");
    let run = outcome(child.wait_with_output().expect("it ends"));
    assert_eq!((run.code, run.stdout.as_str()), (0, "true\n"), "{}", run.stderr);
}

#[test]
fn a_pattern_is_refused_in_the_service_s_words() {
    let (_folder, event) = file(EVENT);
    let run = watchfire(&["events", "test-pattern", "--pattern", "{\n  \"source\": \"aws.ec2\"}", "--event", utf8(&event)]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    let told = r#"Event pattern is not valid. Reason: "source" must be an object or an array"#;
    assert!(run.stderr.contains(told) && run.stderr.contains("--pattern:2:13") && run.stderr.contains("hint:"), "{}", run.stderr);
}

#[test]
fn an_event_is_an_envelope() {
    for event in [r#"{"detail":{}}"#, "[]", "{", ""] {
        let (_folder, path) = file(event);
        let run = watchfire(&["events", "test-pattern", "--pattern", r#"{"source":["x"]}"#, "--event", utf8(&path)]);
        assert_eq!(run.code, 2, "{event}");
        assert!(run.stderr.contains("Parameter Event is not valid.") && run.stderr.contains("hint:"), "{}", run.stderr);
    }
    assert_eq!(watchfire(&["events", "test-pattern", "--pattern", r#"{"source":["x"]}"#]).code, 2);
}

#[test]
fn files_of_cases_pass_or_name_what_failed() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let own = here.join("../detect/testdata/event_patterns/cases.jsonl");
    let recorded = here.join("../../../shared/spec/eventbridge-cases.jsonl");
    for cases in [own, recorded].iter().filter(|path| path.exists()) {
        let run = watchfire(&["events", "test-pattern", "--cases", utf8(cases)]);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        assert!(run.stdout.ends_with(" cases, 0 failed\n"), "{}", run.stdout);
    }
    let (_folder, wrong) = file(concat!(
        r#"{"id":"good","pattern":"{\"a\":[1]}","event":"{\"a\":1.0}","expected":true}"#,
        "\n",
        r#"{"id":"bad","pattern":"{\"a\":[1]}","event":"{\"a\":1}","expected":false}"#,
        "\n"
    ));
    let run = watchfire(&["events", "test-pattern", "--cases", utf8(&wrong)]);
    assert_eq!((run.code, run.stdout.as_str()), (1, "bad: expected false, got true\n2 cases, 1 failed\n"), "{}", run.stderr);
    let (_folder, broken) = file("{}\n");
    let run = watchfire(&["events", "test-pattern", "--cases", utf8(&broken)]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("line 1 is no case") && run.stderr.contains("hint:"), "{}", run.stderr);
}
