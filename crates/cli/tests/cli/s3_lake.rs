//! A lake whose tables lie in a bucket.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use watchfire_moto::Fate;

use crate::bucket::{Cloud, files, keys, put_all, with_keys};
use crate::support::{Run, envelope, outcome, stop_logging, watchfire_with};
use crate::table::{assert_are, comparable, findings, rows_of, simulate, text, truth};

pub const LAKE: &str = "s3://lake/watch/fire";

/// A lake in a bucket of its own, with the folder of its state.
pub struct Setting {
    pub cloud: Cloud,
    folder: tempfile::TempDir,
    pub lake: watchfire_aws::Store,
}

impl Setting {
    pub fn new() -> Setting {
        let cloud = Cloud::start();
        let lake = cloud.bucket("lake");
        Setting { cloud, folder: tempfile::tempdir().expect("a folder"), lake }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a command that keeps a state.
    pub fn with_state(&self, arguments: &[&str]) -> Run {
        self.with_state_in("state", arguments)
    }

    /// The same with another state.
    fn with_state_in(&self, folder: &str, arguments: &[&str]) -> Run {
        let state = self.path().join(folder);
        self.cloud.watchfire(&[arguments, &["--lake", LAKE, "--state", text(&state)]].concat())
    }

    /// Runs a command that needs the table only.
    pub fn run(&self, arguments: &[&str]) -> Run {
        self.cloud.watchfire(&[arguments, &["--lake", LAKE]].concat())
    }

    pub fn rows(&self) -> Vec<Value> {
        rows_of(&self.cloud.table("lake", "watch/fire")).0
    }

    pub fn assert_whole(&self) {
        let run = self.with_state(&["lake", "verify"]);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    }
}

/// It went well.
pub fn ok(run: Run) -> Run {
    assert_eq!(run.code, 0, "{}", run.stderr);
    run
}

#[test]
fn logs_in_a_bucket_into_a_lake_in_a_bucket() {
    let setting = Setting::new();
    let trail = setting.cloud.bucket("trail");
    let logs = simulate(setting.path(), 2_000, 100);
    let root = Path::new(&logs).parent().expect("the folder of AWSLogs");
    let files = files(Path::new(&logs));
    // The smallest key of all comes last: CloudTrail delivers late.
    put_all(&trail, root, &files[1..]);
    let ingest = || ok(setting.with_state(&["ingest", "s3://trail/AWSLogs", "--epoch-records", "500"]));
    ingest();
    let late = ingest();
    assert!(late.stderr.contains("0 files new") && late.stderr.contains("0 epochs closed"), "{}", late.stderr);
    put_all(&trail, root, &files[..1]);
    let late = ingest();
    assert!(late.stderr.contains("1 file new"), "{}", late.stderr);
    let truth = truth(&logs);
    assert_are(setting.rows(), &truth);
    setting.assert_whole();

    let again = ingest();
    assert!(again.stderr.contains("0 files new") && again.stderr.contains("0 epochs closed"), "{}", again.stderr);
    // The same as in a folder.
    let data = setting.path().join("data");
    ok(setting.cloud.watchfire(&["ingest", "s3://trail/AWSLogs", "--lake", text(&data)]));
    let (there, here) = (comparable(&setting.with_state(&["findings", "export"])), findings(&data));
    assert!(!here.is_empty());
    assert_eq!(there.len(), here.len());
    there.iter().zip(&here).for_each(|(there, here)| assert_eq!(there, here));
    let sql = "SELECT eventname, count(*) AS n FROM cloudtrail GROUP BY 1 ORDER BY 2 DESC, 1";
    let there = ok(setting.run(&["query", sql, "--format", "csv"]));
    assert_eq!(there.stdout, ok(setting.cloud.watchfire(&["query", sql, "--format", "csv", "--lake", text(&data)])).stdout);
    assert!(there.stdout.lines().count() > 10, "{}", there.stdout);
    assert!(keys(&setting.lake, "").iter().all(|key| key.starts_with("watch/fire/cloudtrail/")));
    assert!(!setting.path().join("state/cloudtrail").exists());
}

/// A log of a few records of one day.
fn log(setting: &Setting, ids: &[&str]) -> String {
    let path = setting.path().join(format!("{}.json", ids.join("-")));
    fs::write(&path, envelope(&ids.iter().map(|id| stop_logging(id)).collect::<Vec<_>>())).expect("written");
    text(&path).to_owned()
}

#[test]
fn maintenance_in_a_bucket_loses_nothing() {
    let setting = Setting::new();
    let logs = simulate(setting.path(), 2_000, 50);
    ok(setting.with_state(&["ingest", &logs, "--epoch-records", "300"]));
    let status = ok(setting.run(&["lake", "status"]));
    assert!(status.stdout.contains("2,0") && status.stderr.contains("no state of this lake"), "{}{}", status.stdout, status.stderr);
    assert!(!ok(setting.with_state(&["lake", "status"])).stderr.contains("no state"));
    let before = ok(setting.run(&["query", "SELECT count(*) AS n FROM cloudtrail", "--format", "csv"])).stdout;
    let joined = ok(setting.run(&["lake", "optimize"]));
    assert!(joined.stdout.contains("became"), "{}", joined.stdout);
    let refused = setting.run(&["lake", "vacuum", "--older-than", "0"]);
    assert!(refused.code == 2 && refused.stderr.contains("hint:"), "{}", refused.stderr);
    assert!(ok(setting.run(&["lake", "vacuum"])).stdout.is_empty(), "what is young stays");
    let past = ["query", "SELECT count(*) AS n FROM cloudtrail", "--format", "csv", "--at", "2"];
    assert_ne!(ok(setting.run(&past)).stdout, before);
    let asked = ok(setting.run(&["lake", "vacuum", "--older-than", "0", "--dry-run"]));
    let files = keys(&setting.lake, "watch/fire/cloudtrail/day=").len();
    let removed = ok(setting.run(&["lake", "vacuum", "--older-than", "0", "--force"]));
    assert_eq!(asked.stdout.lines().count(), removed.stdout.lines().count());
    assert_eq!(keys(&setting.lake, "watch/fire/cloudtrail/day=").len(), files - removed.stdout.lines().count());
    let truth = truth(&logs);
    assert_are(setting.rows(), &truth);
    setting.assert_whole();
    ok(setting.run(&["lake", "retain", "--before", "2026-03-03"]));
    let kept: BTreeMap<_, _> =
        truth.into_iter().filter(|(_, record)| record["eventTime"].as_str().is_some_and(|time| time >= "2026-03-03")).collect();
    assert!(!kept.is_empty());
    assert_are(setting.rows(), &kept);
    setting.assert_whole();
}

#[test]
fn damage_in_a_bucket_is_bad_news() {
    let setting = Setting::new();
    ok(setting.with_state(&["ingest", &log(&setting, &["one"])]));
    let key = keys(&setting.lake, "watch/fire/cloudtrail/day=").pop().expect("a data file");
    let whole = setting.lake.get(&key).expect("read");
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 1;
    setting.lake.put(&key, damaged).expect("put");
    let told = setting.with_state(&["lake", "verify"]);
    assert!(told.code == 1 && told.stdout.contains("checksum"), "{}{}", told.stdout, told.stderr);
    setting.lake.put(&key, whole).expect("put");
    setting.assert_whole();
    let commit = "watch/fire/cloudtrail/_delta_log/00000000000000000001.json";
    let text = setting.lake.get(commit).expect("read");
    setting.lake.put(commit, text[..text.len() - 5].to_vec()).expect("put");
    let told = setting.run(&["query", "SELECT 1"]);
    assert!(told.code == 2 && told.stderr.contains("torn commit") && told.stderr.contains("hint:"), "{}", told.stderr);
}

#[test]
fn rules_are_tested_and_scans_kept_in_a_bucket() {
    let setting = Setting::new();
    let logs = simulate(setting.path(), 2_000, 100);
    let state = setting.path().join("state");
    let scan = setting.cloud.watchfire(&["scan", &logs, "--format", "jsonl", "--keep", LAKE, "--state", text(&state)]);
    assert_eq!(ok(scan).findings().len(), comparable(&setting.with_state(&["findings", "export"])).len());
    let data = setting.path().join("data");
    ok(setting.cloud.watchfire(&["ingest", &logs, "--lake", text(&data)]));
    let there = ok(setting.run(&["rules", "backtest", "--format", "json"]));
    let here = ok(setting.cloud.watchfire(&["rules", "backtest", "--format", "json", "--lake", text(&data)]));
    assert!(there.stdout.len() > 1_000);
    assert_eq!(there.stdout, here.stdout);
}

#[test]
fn a_state_belongs_to_one_table() {
    let setting = Setting::new();
    let log = log(&setting, &["one"]);
    ok(setting.with_state(&["ingest", &log]));
    let state = setting.path().join("state");
    let refused = |arguments: &[&str], words: &str| {
        let run = setting.cloud.watchfire(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(words) && run.stderr.contains("hint:"), "{arguments:?}: {}", run.stderr);
    };
    let other = ["--lake", "s3://lake/other", "--state", text(&state)];
    refused(&[&["ingest", &log], &other[..]].concat(), "belongs to the lake s3://lake/watch/fire, not to s3://lake/other");
    refused(&[&["findings", "list"], &other[..]].concat(), "belongs to the lake s3://lake/watch/fire");
    refused(&["findings", "list", "--lake", text(&state)], "belongs to the lake s3://lake/watch/fire");
    refused(&["ingest", &log, "--lake", text(&state), "--state", text(setting.path())], "keeps its state itself");
    let data = setting.path().join("data");
    ok(setting.cloud.watchfire(&["ingest", &log, "--lake", text(&data)]));
    refused(&["ingest", &log, "--lake", LAKE, "--state", text(&data)], "belongs to the lake ");
    // A table that is gone is not filled anew behind anybody's back.
    for key in keys(&setting.lake, "watch/fire/") {
        setting.lake.delete(&key).expect("deleted");
    }
    refused(&["ingest", &log, "--lake", LAKE, "--state", text(&state)], "is gone");
    // A state that is lost costs no rows: what the table holds is known.
    ok(setting.with_state_in("another", &["ingest", &log]));
    let again = ok(setting.with_state_in("a-third", &["ingest", &log]));
    assert!(again.stderr.contains("1 record, 1 of them known already"), "{}", again.stderr);
    assert_eq!(setting.rows().len(), 1);
}

#[test]
fn logs_beside_the_lake_are_read_and_the_lake_is_not() {
    let setting = Setting::new();
    setting.lake.put("watch/fire/log.json", envelope(&[stop_logging("one")])).expect("put");
    for expected in ["1 file new", "0 files new"] {
        let run = ok(setting.with_state(&["ingest", "s3://lake/"]));
        assert!(run.stderr.contains(expected) && !run.stderr.contains("reject"), "{}", run.stderr);
    }
    assert_eq!(setting.rows().len(), 1);
}

#[test]
fn two_writers_both_land_and_double_nothing() {
    let setting = Setting::new();
    let logs = simulate(setting.path(), 3_000, 50);
    let files = files(Path::new(&logs));
    let third = files.len() / 3;
    // Moto checks and writes in two steps; the proxy makes it one.
    let proxy = setting.cloud.behind(|_| Fate::Pass);
    let shares = [&files[..2 * third], &files[third..]];
    let writers = shares.iter().enumerate().map(|(at, share)| {
        let state = setting.path().join(format!("state-{at}"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_watchfire"));
        command.arg("ingest").args(*share).args(["--lake", LAKE, "--epoch-records", "200", "--state", text(&state)]);
        with_keys(&mut command, proxy.endpoint());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts")
    });
    for writer in writers.collect::<Vec<_>>() {
        ok(outcome(writer.wait_with_output().expect("it ends")));
    }
    assert_are(setting.rows(), &truth(&logs));
    let overtaken = proxy.seen().iter().filter(|request| request.headers.contains_key("if-none-match") && request.earlier > 0).count();
    assert!(overtaken > 0, "the writers never met");
    for at in 0..2 {
        let state = setting.path().join(format!("state-{at}"));
        ok(setting.cloud.watchfire(&["lake", "verify", "--lake", LAKE, "--state", text(&state)]));
    }
    // Files of commits that lost are gone.
    let referred = ok(setting.run(&["lake", "vacuum", "--older-than", "0", "--dry-run"]));
    assert_eq!(referred.stdout, "");
}

#[test]
fn keys_region_and_endpoint_come_from_where_every_tool_has_them() {
    let setting = Setting::new();
    ok(setting.with_state(&["ingest", &log(&setting, &["one"])]));
    let proxy = setting.cloud.behind(|_| Fate::Pass);
    let config = setting.path().join("config");
    let profile = "[profile forensics]\nregion = eu-west-2\naws_access_key_id = AKIAOFPROFILE\naws_secret_access_key = s\n\
                   aws_session_token = of-a-role\n";
    fs::write(&config, format!("{profile}endpoint_url = {}\n", proxy.endpoint())).expect("written");
    let run = watchfire_with(&["query", "SELECT eventid FROM cloudtrail", "--format", "csv", "--lake", LAKE], |command| {
        for name in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"] {
            command.env_remove(name);
        }
        command.env("AWS_PROFILE", "forensics").env("AWS_CONFIG_FILE", &config).env("AWS_SHARED_CREDENTIALS_FILE", &config);
    });
    assert_eq!(ok(run).stdout, "eventid\none\n");
    let seen = proxy.seen();
    assert!(seen.len() > 3);
    for request in &seen {
        let authorization = &request.headers["authorization"];
        assert!(authorization.contains("AKIAOFPROFILE/") && authorization.contains("/eu-west-2/s3/"), "{authorization}");
        assert_eq!(request.headers["x-amz-security-token"], "of-a-role");
    }
}
