//! Logs in a bucket, on a real S3 server of moto's.

use crate::bucket::Cloud;
use crate::support::{STOP_LOGGING, envelope, gzip, stop_logging};

#[test]
fn a_bucket_is_read_by_prefix_and_pruned_by_key() {
    let cloud = Cloud::start();
    let store = cloud.bucket("trail-logs");
    for (region, id) in [("eu-west-1", "a"), ("us-east-1", "b")] {
        let mut record = stop_logging(id);
        record["awsRegion"] = region.into();
        let key = format!(
            "org/AWSLogs/111122223333/CloudTrail/{region}/2026/03/02/111122223333_CloudTrail_{region}_20260302T0920Z_AAAAAAAAAAAAAAAA.json.gz"
        );
        store.put(&key, gzip(envelope(&[record]).as_bytes())).expect("put");
    }
    let ids = |more: &[&str]| {
        let run = cloud.watchfire(&[&["scan", "s3://trail-logs/org", "--format", "jsonl"], more].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.record_ids(STOP_LOGGING)
    };
    assert_eq!(ids(&[]), ["a", "b"]);
    assert_eq!(ids(&["--region", "us-east-1"]), ["b"]);
    let missing = cloud.watchfire(&["scan", "s3://no-such-bucket/x"]);
    assert_eq!(missing.code, 2);
    assert!(missing.stderr.contains("no-such-bucket") && missing.stderr.contains("hint:"), "{}", missing.stderr);
}
