//! Bad input is counted and told; its neighbours are processed; 2 means that the job could not be done.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;

use crate::support::{Run, STOP_LOGGING, envelope, gzip, stop_logging, watchfire};

/// Scans a folder that holds one good file and one bad one.
fn beside_a_good_file(name: &str, bad: &[u8]) -> (Run, Vec<Value>) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("good.json"), envelope(&[stop_logging("good")])).expect("written");
    fs::write(folder.path().join(name), bad).expect("written");
    let rejects = folder.path().join("rejects.out");
    let run = scan(folder.path(), &["--rejects", rejects.to_str().expect("UTF-8")]);
    let kept = fs::read_to_string(&rejects).expect("the rejects were kept");
    let kept = kept.lines().map(|line| serde_json::from_str(line).expect("JSON lines")).collect();
    (run, kept)
}

fn scan(path: &Path, more: &[&str]) -> Run {
    watchfire(&[&["scan", path.to_str().expect("UTF-8"), "--format", "jsonl"], more].concat())
}

fn check(name: &str, bad: &[u8], reason: &str, noticed: &[&str]) {
    let (run, rejects) = beside_a_good_file(name, bad);
    assert_eq!(run.code, 0, "{name}: {}", run.stderr);
    assert_eq!(run.record_ids(STOP_LOGGING), noticed, "{name}");
    let reasons: Vec<&str> = rejects.iter().map(|reject| reject["reason"].as_str().expect("a reason")).collect();
    assert!(!reasons.is_empty() && reasons.iter().all(|found| *found == reason), "{name}: {reasons:?}");
    assert!(run.stderr.contains(reason), "{name}: {}", run.stderr);
}

#[test]
fn broken_containers() {
    let gz = gzip(envelope(&[stop_logging("first"), stop_logging("second")]).as_bytes());
    let (run, _) = beside_a_good_file("cut.json.gz", &gz[..gz.len() - 12]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.record_ids(STOP_LOGGING).contains(&"good".to_owned()));
    assert!(run.stderr.contains("broken_compression"), "{}", run.stderr);
    check("noise.json.gz", &[&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3][..], &[0xff; 200]].concat(), "broken_compression", &["good"]);
}

#[test]
fn a_bomb_is_given_up() {
    let mut bomb = Vec::new();
    let zeros = gzip(&vec![b' '; 8 << 20]);
    (0..512).for_each(|_| bomb.extend_from_slice(&zeros));
    check("bomb.json.gz", &bomb, "too_large_inflated", &["good"]);
}

#[test]
fn a_broken_record_between_good_ones() {
    let (before, after) = (stop_logging("before").to_string(), stop_logging("zafter").to_string());
    let around = |broken: &str| format!("{{\"Records\":[{before},{broken},{after}]}}");
    let deep = format!("{{\"eventName\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    for (name, broken, reason) in [
        ("comma.json", r#"{"eventName":"StopLogging",,"eventSource":"x"}"#, "broken_json"),
        ("literal.json", r#"{"eventName":"StopLogging","eventSource":tru}"#, "broken_json"),
        ("control.json", "{\"eventName\":\"Stop\u{1}Logging\",\"eventSource\":\"x\"}", "broken_json"),
        ("deep.json", &deep, "too_deep"),
        ("other.json", r#"{"hello":"world"}"#, "not_a_record"),
        ("types.json", r#"{"eventName":7,"eventSource":"s3.amazonaws.com","eventTime":"2026-03-02T09:14:07Z"}"#, "wrong_type"),
    ] {
        check(name, around(broken).as_bytes(), reason, &["before", "good", "zafter"]);
    }
    let mut bytes = around("@").into_bytes();
    let at = bytes.iter().position(|byte| *byte == b'@').expect("put there");
    bytes.splice(at..=at, br#"{"eventName":"A"#.iter().chain(b"\xff\xfe\"}").copied());
    check("utf8.json", &bytes, "not_utf8", &["before", "good", "zafter"]);
}

#[test]
fn broken_lines() {
    let lines = format!("{}\nnonsense\n{{\"eventName\":\n{}\n", stop_logging("before"), stop_logging("zafter"));
    let (run, rejects) = beside_a_good_file("lines.jsonl", lines.as_bytes());
    assert_eq!(run.record_ids(STOP_LOGGING), ["before", "good", "zafter"], "{}", run.stderr);
    assert!(!rejects.is_empty());
}

#[test]
fn unusual_but_whole_records_are_processed() {
    let mut long = stop_logging("long");
    long["requestParameters"]["note"] = Value::String("x".repeat(1 << 20));
    let mut version = stop_logging("version");
    version["eventVersion"] = Value::String("9.99".into());
    let mut types = stop_logging("types");
    types["userIdentity"] = Value::String("somebody".into());
    types["requestParameters"] = Value::Number(7.into());
    types["sourceIPAddress"] = serde_json::json!(["198.51.100.1"]);
    let mut null = stop_logging("null");
    null["userIdentity"] = Value::Null;
    null["userAgent"] = Value::String("a\u{0}b\u{202e}c".into());
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("unusual.json"), envelope(&[long, version, types, null])).expect("written");
    let run = scan(folder.path(), &[]);
    assert_eq!(run.record_ids(STOP_LOGGING), ["long", "null", "types", "version"], "{}", run.stderr);
    let table = watchfire(&["scan", folder.path().to_str().expect("UTF-8")]);
    assert!(!table.stdout.contains('\u{202e}') && !table.stdout.contains('\0'), "a log must not steer the terminal");
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("good.json"), envelope(&[stop_logging("good")])).expect("written");
    std::os::unix::fs::symlink("/nonexistent/log.json", folder.path().join("dangling.json")).expect("linked");
    std::os::unix::fs::symlink(folder.path(), folder.path().join("circle")).expect("linked");
    let run = scan(folder.path(), &[]);
    assert_eq!((run.code, run.record_ids(STOP_LOGGING)), (0, vec!["good".to_owned()]), "{}", run.stderr);
    assert!(run.stderr.contains("unreadable"), "{}", run.stderr);
}

#[test]
fn two_means_that_the_job_could_not_be_done() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = watchfire(&["scan", "/nonexistent/logs"]);
    assert_eq!(missing.code, 2);
    assert!(missing.stderr.contains("/nonexistent/logs") && missing.stderr.contains("hint:"), "{}", missing.stderr);
    fs::write(folder.path().join("only.json"), "no log at all").expect("written");
    let nothing = scan(folder.path(), &[]);
    assert_eq!(nothing.code, 2, "{}", nothing.stderr);
    let report = scan(folder.path(), &["--report", "/nonexistent/folder/report.html"]);
    assert_eq!(report.code, 2);
    assert!(report.stderr.contains("hint:"), "{}", report.stderr);
    let empty = tempfile::tempdir().expect("a folder");
    assert_eq!(scan(empty.path(), &["--fail-on", "low"]).code, 2, "a wrong folder must not look like a clean one");
    let rules = scan(folder.path(), &["--no-pack", "--rules", empty.path().to_str().expect("UTF-8")]);
    assert_eq!(rules.code, 2, "{}", rules.stderr);
}

#[test]
fn a_full_disk_and_a_read_only_folder_are_errors_with_a_place() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("good.json"), envelope(&[stop_logging("good")])).expect("written");
    let full = scan(folder.path(), &["--report", "/dev/full"]);
    assert_eq!(full.code, 2, "{}", full.stderr);
    assert!(full.stderr.contains("/dev/full"), "{}", full.stderr);
    assert_eq!(full.record_ids(STOP_LOGGING), ["good"], "a full disk must not cost the answer");
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).expect("made");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o500)).expect("closed");
    let target = closed.join("report.html");
    if fs::write(&target, "x").is_err() {
        let run = scan(folder.path(), &["--report", target.to_str().expect("UTF-8")]);
        assert_eq!(run.code, 2, "{}", run.stderr);
    }
}

#[test]
fn long_names_and_many_identities_stay_bounded() {
    let mut records = Vec::new();
    for number in 0..4_000 {
        let mut record = stop_logging(&format!("{number:05}"));
        record["userIdentity"]["arn"] = format!("arn:aws:iam::111122223333:user/u{number}").into();
        if number % 1_000 == 0 {
            record["requestParameters"]["name"] = "n".repeat(1 << 20).into();
        }
        records.push(record);
    }
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("many.json.gz"), gzip(envelope(&records).as_bytes())).expect("written");
    let run = scan(folder.path(), &["--min-severity", "high"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let findings = run.findings();
    assert!(findings.len() <= 3_100, "{}", findings.len());
    let total: u64 =
        findings.iter().filter(|finding| finding["name"] == STOP_LOGGING).map(|finding| finding["count"].as_u64().expect("a number")).sum();
    assert_eq!(total, 4_000, "what is folded away is counted");
    assert!(run.stdout.len() < 40 << 20, "{} bytes", run.stdout.len());
    let single = scan(folder.path(), &["--min-severity", "high", "--threads", "1"]);
    assert!(single.stdout == run.stdout, "what is folded away does not depend on the order");
}

#[test]
fn outputs_that_refuse_are_errors_not_panics() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("good.json"), envelope(&[stop_logging("good")])).expect("written");
    let path = folder.path().to_str().expect("UTF-8");
    for arguments in [&["rules", "list"][..], &["scan", path], &["scan", "summary", path], &["simulate", "--list"]] {
        let full = fs::File::create("/dev/full").expect("a full device");
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_watchfire"));
        let output = command.args(arguments).stdout(full).output().expect("the binary starts");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(scan(folder.path(), &["--threads", "100000"]).code, 2);
}

#[test]
fn a_broken_rule_beside_good_ones_costs_only_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("log.json"), envelope(&[stop_logging("good")])).expect("written");
    let rules = folder.path().join("rules");
    fs::create_dir(&rules).expect("made");
    for number in 0..100 {
        let rule = format!(
            "title: Rule {number}\nname: rule_{number}\nlogsource: {{product: aws, service: cloudtrail}}\ndetection: {{s: {{eventName: StopLogging}}, condition: s}}\nlevel: high\n"
        );
        fs::write(rules.join(format!("{number}.yml")), rule).expect("written");
    }
    fs::write(rules.join("broken.yml"), "title: Broken\nlogsource: {product: aws\ndetection: [\n").expect("written");
    let run = scan(&folder.path().join("log.json"), &["--no-pack", "--rules", rules.to_str().expect("UTF-8")]);
    assert_eq!((run.code, run.findings().len()), (0, 100), "{}", run.stderr);
    assert!(run.stderr.contains("broken.yml") && run.stderr.contains("yaml_syntax"), "{}", run.stderr);
    let check = watchfire(&["rules", "check", rules.to_str().expect("UTF-8")]);
    assert_eq!(check.code, 1, "{}", check.stdout);
    assert!(check.stdout.contains("broken.yml:2"), "{}", check.stdout);
}
