//! Buckets of a moto server, for the binary and beside it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use watchfire_aws::Store;
use watchfire_lake::{Bucket, BucketAccess, BucketKeys, KeySource, Location};
use watchfire_moto::{Fate, Moto, Proxy, Request};

use crate::support::{Run, watchfire_with};

/// A moto server.
pub struct Cloud {
    moto: Moto,
}

/// Moto takes any keys.
#[derive(Debug)]
struct AnyKeys;

impl KeySource for AnyKeys {
    fn keys(&self) -> futures::future::BoxFuture<'_, Result<BucketKeys, String>> {
        Box::pin(async { Ok(BucketKeys { id: "testing".into(), secret: "testing".into(), token: None }) })
    }
}

impl Cloud {
    pub fn start() -> Cloud {
        Cloud { moto: Moto::start() }
    }

    pub fn endpoint(&self) -> &str {
        self.moto.endpoint()
    }

    /// Makes a bucket.
    pub fn bucket(&self, name: &str) -> Store {
        let aws = watchfire_aws::Settings {
            endpoint: Some(self.endpoint().to_owned()),
            region: Some("us-east-1".to_owned()),
            keys: Some(watchfire_aws::Keys { id: "testing".to_owned(), secret: "testing".to_owned() }),
            ..Default::default()
        };
        let store = aws.connect().expect("connected").s3().open(name);
        store.create().expect("created");
        store
    }

    /// Runs `watchfire` with keys for it.
    pub fn watchfire(&self, arguments: &[&str]) -> Run {
        watchfire_with(arguments, |command| with_keys(command, self.endpoint()))
    }

    /// A server in front of it that spoils what it is told to.
    pub fn behind(&self, judge: impl Fn(&Request) -> Fate + Send + Sync + 'static) -> Proxy {
        Proxy::start(self.endpoint(), judge)
    }

    /// The table of a lake in a bucket, read beside the binary.
    pub fn table(&self, bucket: &str, prefix: &str) -> Location {
        let access = BucketAccess {
            name: bucket.to_owned(),
            address: format!("{}/{bucket}", self.endpoint()),
            region: "us-east-1".to_owned(),
            keys: Arc::new(AnyKeys),
            attempts_max: 3,
            pause_first: Duration::from_millis(10),
            pause_max: Duration::from_millis(100),
        };
        Location::InBucket(Bucket::new(access).expect("reached"), format!("{prefix}/cloudtrail"))
    }
}

/// What the environment says to a process that speaks to an endpoint.
pub fn with_keys(command: &mut Command, endpoint: &str) {
    command
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_ACCESS_KEY_ID", "testing")
        .env("AWS_SECRET_ACCESS_KEY", "testing")
        .env("AWS_REGION", "us-east-1")
        .env_remove("AWS_PROFILE");
}

/// Every file below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut waiting) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(fs::read_dir(path).expect("listed").map(|entry| entry.expect("listed").path()));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Puts files into a bucket under the names they have below a folder.
pub fn put_all(store: &Store, folder: &Path, files: &[PathBuf]) {
    for file in files {
        let key = file.strip_prefix(folder).expect("below it").to_str().expect("UTF-8");
        store.put(key, fs::read(file).expect("read")).expect("put");
    }
}

/// Every key of a bucket that begins so.
pub fn keys(store: &Store, prefix: &str) -> Vec<String> {
    store.list(prefix).flat_map(|page| page.expect("listed").objects).map(|entry| entry.key).collect()
}
