//! A lake whose tables lie in a bucket.

use std::path::Path;

use serde_json::Value;

use crate::bucket::{Cloud, files, keys, put_all};
use crate::support::Run;
use crate::table::{assert_are, comparable, findings, rows_of, simulate, text, truth};

const LAKE: &str = "s3://lake/watch/fire";

/// A lake in a bucket of its own, with the folder of its state.
struct Setting {
    cloud: Cloud,
    folder: tempfile::TempDir,
    lake: watchfire_aws::Store,
}

impl Setting {
    fn new() -> Setting {
        let cloud = Cloud::start();
        let lake = cloud.bucket("lake");
        Setting { cloud, folder: tempfile::tempdir().expect("a folder"), lake }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a command that keeps a state.
    fn with_state(&self, arguments: &[&str]) -> Run {
        let state = self.path().join("state");
        self.cloud.watchfire(&[arguments, &["--lake", LAKE, "--state", text(&state)]].concat())
    }

    /// Runs a command that needs the table only.
    fn run(&self, arguments: &[&str]) -> Run {
        self.cloud.watchfire(&[arguments, &["--lake", LAKE]].concat())
    }

    fn rows(&self) -> Vec<Value> {
        rows_of(&self.cloud.table("lake", "watch/fire")).0
    }

    fn assert_whole(&self) {
        let run = self.with_state(&["lake", "verify"]);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    }
}

fn ok(run: Run) -> Run {
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
