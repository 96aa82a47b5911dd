//! Logs in a bucket, on a real S3 server of moto's.

use std::process::Command;

use watchfire_moto::Moto;

use crate::support::{STOP_LOGGING, envelope, gzip, stop_logging, watchfire_with};

fn with_keys(command: &mut Command, moto: &Moto) {
    command
        .env("AWS_ENDPOINT_URL", moto.endpoint())
        .env("AWS_ACCESS_KEY_ID", "testing")
        .env("AWS_SECRET_ACCESS_KEY", "testing")
        .env("AWS_REGION", "us-east-1")
        .env_remove("AWS_PROFILE");
}

#[test]
fn a_bucket_is_read_by_prefix_and_pruned_by_key() {
    let moto = Moto::start();
    let aws = watchfire_aws::Settings {
        endpoint: Some(moto.endpoint().to_owned()),
        region: Some("us-east-1".to_owned()),
        keys: Some(watchfire_aws::Keys { id: "testing".to_owned(), secret: "testing".to_owned() }),
        ..Default::default()
    };
    let store = aws.connect().expect("connected").s3().open("trail-logs");
    store.create().expect("created");
    for (region, id) in [("eu-west-1", "a"), ("us-east-1", "b")] {
        let mut record = stop_logging(id);
        record["awsRegion"] = region.into();
        let key = format!(
            "org/AWSLogs/111122223333/CloudTrail/{region}/2026/03/02/111122223333_CloudTrail_{region}_20260302T0920Z_AAAAAAAAAAAAAAAA.json.gz"
        );
        store.put(&key, gzip(envelope(&[record]).as_bytes())).expect("put");
    }
    let ids = |more: &[&str]| {
        let run =
            watchfire_with(&[&["scan", "s3://trail-logs/org", "--format", "jsonl"], more].concat(), |command| with_keys(command, &moto));
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.record_ids(STOP_LOGGING)
    };
    assert_eq!(ids(&[]), ["a", "b"]);
    assert_eq!(ids(&["--region", "us-east-1"]), ["b"]);
    let missing = watchfire_with(&["scan", "s3://no-such-bucket/x"], |command| with_keys(command, &moto));
    assert_eq!(missing.code, 2);
    assert!(missing.stderr.contains("no-such-bucket") && missing.stderr.contains("hint:"), "{}", missing.stderr);
}
