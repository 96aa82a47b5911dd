//! Tables in S3. Requests are signed with keys that the caller gives, so there is one place that finds credentials.

use std::path::PathBuf;
use std::sync::{Arc, Once};
use std::time::Duration;

use async_trait::async_trait;
use deltalake_core::logstore::{LogStore, LogStoreFactory, ObjectStoreRef, StorageConfig, default_logstore, logstore_factories};
use deltalake_core::{DeltaResult, ObjectStore, ObjectStoreError};
use futures::future::BoxFuture;
use object_store::aws::{AmazonS3Builder, AwsCredential, S3ConditionalPut};
use object_store::{BackoffConfig, ClientOptions, CredentialProvider, RetryConfig};
use url::Url;

use crate::Error;

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long one request may take, its content included. A request moves 16 MB at most when it writes and a row group's columns when it
/// reads; what is slower than this is worth another try.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// No request is begun again after this long.
const RETRIED_FOR: Duration = Duration::from_secs(180);

/// Keys for a request.
#[derive(Clone)]
pub struct BucketKeys {
    /// The access key's public half.
    pub id: String,
    /// Its secret half.
    pub secret: String,
    /// What goes with the keys of a role.
    pub token: Option<String>,
}

/// Gives keys that work now; asked for each request, so it had better remember them.
pub trait KeySource: std::fmt::Debug + Send + Sync + 'static {
    /// The keys, or why there are none, with a hint.
    fn keys(&self) -> BoxFuture<'_, Result<BucketKeys, String>>;
}

/// How a bucket is reached.
#[derive(Debug, Clone)]
pub struct BucketAccess {
    /// Its name.
    pub name: String,
    /// Its address, without a slash at the end: a key follows after one.
    pub address: String,
    /// The region that signatures name.
    pub region: String,
    /// Where keys come from.
    pub keys: Arc<dyn KeySource>,
    /// Attempts for one request, the first included.
    pub attempts_max: u32,
    /// The pause before the second attempt; later ones double.
    pub pause_first: Duration,
    /// No pause is longer.
    pub pause_max: Duration,
}

/// A bucket that tables may lie in.
#[derive(Debug, Clone)]
pub struct Bucket {
    name: String,
    store: Arc<dyn ObjectStore>,
}

impl Bucket {
    /// A bucket that is reached like this. Nothing is asked yet.
    ///
    /// # Errors
    /// [`Error::Location`] when the address or the name makes no sense.
    pub fn new(access: BucketAccess) -> Result<Bucket, Error> {
        let backoff = BackoffConfig { init_backoff: access.pause_first, max_backoff: access.pause_max, base: 2.0 };
        let max_retries = access.attempts_max.saturating_sub(1) as usize;
        let client = ClientOptions::new().with_connect_timeout(CONNECT_TIMEOUT).with_timeout(REQUEST_TIMEOUT).with_allow_http(true);
        let store = AmazonS3Builder::new()
            .with_bucket_name(&access.name)
            .with_region(&access.region)
            // The address is the bucket's own, whatever style it has.
            .with_endpoint(&access.address)
            .with_virtual_hosted_style_request(true)
            .with_credentials(Arc::new(Lent(access.keys)))
            // Two writers must not both become a version: the second is refused by S3 itself.
            .with_conditional_put(S3ConditionalPut::ETagMatch)
            .with_retry(RetryConfig { backoff, max_retries, retry_timeout: RETRIED_FOR })
            .with_client_options(client)
            .build()
            .map_err(|error| Error::Location { location: format!("s3://{}", access.name), reason: error.to_string() })?;
        Ok(Bucket { name: access.name, store: Arc::new(store) })
    }

    /// The store behind it, and the address of a folder in it.
    pub(super) fn folder(&self, prefix: &str) -> Result<(ObjectStoreRef, Url), Error> {
        let location = format!("s3://{}/{prefix}", self.name);
        know_s3();
        match Url::parse(&location) {
            Ok(url) => Ok((Arc::clone(&self.store), url)),
            Err(error) => Err(Error::Location { location, reason: error.to_string() }),
        }
    }
}

/// Where a table is: a folder of this machine, or one in a bucket.
#[derive(Debug, Clone)]
pub enum Location {
    /// A local folder, as a path or a `file://` URL.
    Folder(String),
    /// A folder in a bucket, by the beginning of its keys.
    InBucket(Bucket, String),
}

impl Location {
    /// Whether it is reached over a network.
    pub(super) fn is_remote(&self) -> bool {
        matches!(self, Location::InBucket(..))
    }
}

impl From<&str> for Location {
    fn from(folder: &str) -> Location {
        Location::Folder(folder.to_owned())
    }
}

impl From<&String> for Location {
    fn from(folder: &String) -> Location {
        Location::Folder(folder.clone())
    }
}

impl From<&Location> for Location {
    fn from(location: &Location) -> Location {
        location.clone()
    }
}

impl TryFrom<PathBuf> for Location {
    type Error = Error;

    fn try_from(folder: PathBuf) -> Result<Location, Error> {
        let wrong = |path: std::ffi::OsString| Error::Location {
            location: PathBuf::from(path).display().to_string(),
            reason: "the name of this folder is no UTF-8 text".into(),
        };
        folder.into_os_string().into_string().map(Location::Folder).map_err(wrong)
    }
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Location::Folder(folder) => f.write_str(folder),
            Location::InBucket(bucket, prefix) => write!(f, "s3://{}/{prefix}", bucket.name),
        }
    }
}

/// Lends the keys to the store.
#[derive(Debug)]
struct Lent(Arc<dyn KeySource>);

#[async_trait]
impl CredentialProvider for Lent {
    type Credential = AwsCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<AwsCredential>> {
        match self.0.keys().await {
            Ok(keys) => Ok(Arc::new(AwsCredential { key_id: keys.id, secret_key: keys.secret, token: keys.token })),
            Err(reason) => Err(ObjectStoreError::Unauthenticated { path: String::new(), source: reason.into() }),
        }
    }
}

/// Tells the library that `s3://` may hold tables. Its default log is the right one: a version is put only where none is.
fn know_s3() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let scheme = Url::parse("s3://").expect("a scheme is a URL");
        logstore_factories().insert(scheme, Arc::new(S3Logs));
    });
}

#[derive(Debug)]
struct S3Logs;

impl LogStoreFactory for S3Logs {
    fn with_options(
        &self,
        prefixed_store: ObjectStoreRef,
        root_store: ObjectStoreRef,
        location: &Url,
        options: &StorageConfig,
    ) -> DeltaResult<Arc<dyn LogStore>> {
        Ok(default_logstore(prefixed_store, root_store, location, options))
    }
}

impl std::fmt::Debug for BucketKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BucketKeys").field("id", &self.id).finish_non_exhaustive()
    }
}
