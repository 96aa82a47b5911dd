//! A lake in a bucket that answers late, badly or not at all, and writers that are killed.

use std::fs;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use watchfire_moto::{Fate, Proxy, Reply, Request};

use crate::bucket::{Cloud, keys, with_keys};
use crate::crash::{Moments, RULES, ended_within};
use crate::s3_lake::{LAKE, Setting, ok};
use crate::support::{Run, envelope, stop_logging, watchfire_with};
use crate::table::{assert_are, comparable, findings, rows_of, simulate, text, truth};

/// Kills in all.
const KILLS_MIN: u32 = 24;

/// Ingests through a proxy; the client gives up after so many attempts.
fn ingest_through(setting: &Setting, proxy: &Proxy, logs: &str, attempts: &str) -> Run {
    let state = setting.path().join("state");
    let arguments = ["ingest", logs, "--lake", LAKE, "--state", text(&state), "--epoch-records", "300"];
    watchfire_with(&arguments, |command| {
        with_keys(command, proxy.endpoint());
        command.env("AWS_MAX_ATTEMPTS", attempts);
    })
}

/// Decides about requests.
type Judge = fn(&Request) -> Fate;

fn is_put(request: &Request) -> bool {
    request.method == "PUT"
}

#[test]
fn trouble_that_passes_costs_time_and_nothing_else() {
    let setting = Setting::new();
    let logs = simulate(setting.path(), 2_000, 100);
    let count = AtomicU64::new(0);
    let proxy = setting.cloud.behind(move |request| {
        let at = count.fetch_add(1, Ordering::Relaxed);
        match at {
            // Carried out, and nobody hears of it: commits too.
            _ if is_put(request) && at % 4 == 1 => Fate::Unanswered,
            _ if at % 9 == 4 => Fate::Answer(Reply::fault(503, "SlowDown", "")),
            _ if at % 11 == 5 => Fate::Lost,
            _ if at % 13 == 6 => Fate::Answer(Reply::new(500, "")),
            _ if at % 17 == 7 => Fate::Late(Duration::from_millis(300)),
            _ => Fate::Pass,
        }
    });
    ok(ingest_through(&setting, &proxy, &logs, "8"));
    let unanswered = proxy.seen().iter().filter(|request| request.headers.contains_key("if-none-match")).count();
    assert!(unanswered > 7, "epochs, and some of them twice");
    assert_are(setting.rows(), &truth(&logs));
    setting.assert_whole();
    let calm = setting.path().join("calm");
    ok(setting.cloud.watchfire(&["ingest", &logs, "--lake", text(&calm)]));
    let found = comparable(&setting.with_state(&["findings", "export"]));
    assert_eq!(found.len(), findings(&calm).len());
    // What an answer that was lost had put there is part of the table: nothing lies about.
    assert_eq!(ok(setting.run(&["lake", "vacuum", "--older-than", "0", "--dry-run"])).stdout, "");
}

#[test]
fn trouble_that_stays_is_told_and_the_table_is_whole() {
    let setting = Setting::new();
    let logs = simulate(setting.path(), 2_000, 100);
    let faults: [(&str, Judge); 5] = [
        ("busy, broken or out of reach", |request| match is_put(request) {
            true => Fate::Answer(Reply::fault(503, "SlowDown", "")),
            false => Fate::Pass,
        }),
        ("busy, broken or out of reach", |request| if is_put(request) { Fate::Lost } else { Fate::Pass }),
        ("busy, broken or out of reach", |request| match request.headers.contains_key("if-none-match") {
            true => Fate::Lost,
            false => Fate::Pass,
        }),
        ("s3:PutObject", |request| match is_put(request) {
            true => Fate::Answer(Reply::fault(403, "AccessDenied", "")),
            false => Fate::Pass,
        }),
        ("s3:ListBucket", |_| Fate::Answer(Reply::fault(403, "AccessDenied", ""))),
    ];
    for (words, fault) in faults {
        let proxy = setting.cloud.behind(fault);
        let run = ingest_through(&setting, &proxy, &logs, "2");
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(run.stderr.contains(words) && run.stderr.contains("hint:"), "{words}: {}", run.stderr);
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
        ok(ingest_one(&setting));
        setting.assert_whole();
    }
    ok(setting.with_state(&["ingest", &logs]));
    let mut truth = truth(&logs);
    truth.insert("one".into(), stop_logging("one"));
    assert_are(setting.rows(), &truth);
    setting.assert_whole();
    let proxy = setting.cloud.behind(|request| match request.target.contains(".parquet") {
        true => Fate::Answer(Reply::fault(503, "SlowDown", "")),
        false => Fate::Pass,
    });
    for arguments in [&["query", "SELECT count(DISTINCT eventname) FROM cloudtrail"][..], &["lake", "optimize"], &["lake", "verify"]] {
        let run = watchfire_with(&[arguments, &["--lake", LAKE]].concat(), |command| {
            with_keys(command, proxy.endpoint());
            command.env("AWS_MAX_ATTEMPTS", "2");
        });
        assert!(run.code == 2 && run.stderr.contains("hint: the object store is busy"), "{arguments:?}: {}", run.stderr);
    }
    setting.assert_whole();
}

/// One more record, without trouble.
fn ingest_one(setting: &Setting) -> Run {
    let log = setting.path().join("one.json");
    fs::write(&log, envelope(&[stop_logging("one")])).expect("written");
    setting.with_state(&["ingest", text(&log)])
}

#[test]
fn what_is_not_there_is_told_before_anything_is_made() {
    let setting = Setting::new();
    let (state, data) = (setting.path().join("state"), setting.path().join("data"));
    let log = setting.path().join("one.json");
    fs::write(&log, envelope(&[stop_logging("one")])).expect("written");
    let refused = |arguments: &[&str], words: &str| {
        let run = setting.cloud.watchfire(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(words) && run.stderr.contains("hint:"), "{arguments:?}: {}", run.stderr);
        assert!(!state.exists() && !data.exists(), "{arguments:?} left something");
    };
    refused(&["ingest", text(&log), "--lake", "s3://no-such-bucket/x", "--state", text(&state)], "NoSuchBucket");
    refused(&["ingest", "s3://no-such-bucket/x", "--lake", text(&data)], "NoSuchBucket");
    refused(&["ingest", "./nonexistent", "--lake", text(&data)], "no such file or folder");
    refused(&["scan", "./nonexistent", "--keep", text(&data)], "no such file or folder");
    refused(&["query", "SELECT 1", "--lake", "s3://lake/nothing"], "no lake here");
    refused(&["lake", "status", "--lake", "s3://lake/nothing"], "no table here");
    refused(&["findings", "list", "--lake", LAKE, "--state", text(&state)], "holds no findings");
    assert!(keys(&setting.lake, "").is_empty());
}

/// An ingest into a prefix of the lake's bucket, in small epochs.
fn ingest(cloud: &Cloud, logs: &str, prefix: &str, folder: &std::path::Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_watchfire"));
    let (state, rules) = (folder.join(prefix), folder.join("rules.yaml"));
    command.args(["ingest", logs, "--lake", &format!("s3://lake/{prefix}"), "--state", text(&state), "--no-pack", "--rules", text(&rules)]);
    command.args(["--min-severity", "informational", "--epoch-records", "150"]);
    with_keys(&mut command, cloud.endpoint());
    command.env("NO_COLOR", "1").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

#[test]
fn kills_lose_nothing_and_double_nothing_in_a_bucket() {
    let setting = Setting::new();
    let logs = simulate(setting.path(), 1_500, 30);
    let truth = truth(&logs);
    fs::write(setting.path().join("rules.yaml"), RULES).expect("written");
    let found = |prefix: &str| {
        let (lake, state) = (format!("s3://lake/{prefix}"), setting.path().join(prefix));
        ok(setting.cloud.watchfire(&["lake", "verify", "--lake", &lake, "--state", text(&state)]));
        assert_are(rows_of(&setting.cloud.table("lake", prefix)).0, &truth);
        comparable(&setting.cloud.watchfire(&["findings", "export", "--lake", &lake, "--state", text(&state)]))
    };
    let begin = Instant::now();
    assert!(ingest(&setting.cloud, &logs, "calm", setting.path()).status().expect("it ends").success());
    let whole = begin.elapsed();
    let expected = found("calm");
    assert!(expected.len() > 3);
    let (mut kills, mut moments, mut run) = (0, Moments(20_260_303), 0);
    while kills < KILLS_MIN {
        let prefix = format!("killed-{run}");
        let mut ended = false;
        while !ended {
            let mut child = ingest(&setting.cloud, &logs, &prefix, setting.path()).spawn().expect("the binary starts");
            ended = ended_within(&mut child, moments.next(whole.mul_f64(0.5)));
            kills += u32::from(!ended);
        }
        let found = found(&prefix);
        assert_eq!(found.len(), expected.len(), "findings after {kills} kills");
        found.iter().zip(&expected).for_each(|(found, expected)| assert_eq!(found, expected, "after {kills} kills"));
        run += 1;
    }
    eprintln!("{kills} kills over {run} lakes; undisturbed it takes {whole:?}");
}
