//! What another S3 client needs in order to reach a bucket as this crate does.

use std::sync::Arc;

use super::Store;
use crate::call::Service;
use crate::exchange::Question;
use crate::{Aws, Error, Keys, Retry};

/// A bucket that answered: where it is, and keys for it for as long as this lives.
#[derive(Debug, Clone)]
pub struct Access {
    aws: Aws,
    bucket: String,
    region: String,
}

/// A set of keys as it is now; those of a role are renewed, so ask again for each request.
#[derive(Debug, Clone)]
pub struct Session {
    /// The access key.
    pub keys: Keys,
    /// What goes with the keys of a role.
    pub token: Option<String>,
}

impl Store {
    /// Asks whether keys with the prefix may be listed, and so finds out whether the bucket is there, in which region, and whether
    /// the credentials are any good.
    pub fn access(&self, prefix: &str) -> Result<Access, Error> {
        let query = vec![("list-type", "2".to_owned()), ("max-keys", "1".to_owned()), ("prefix", prefix.to_owned())];
        let what = format!("open s3://{}/{prefix}", self.bucket());
        self.ask(&Question { query, what, ..self.question("open", "") })?;
        Ok(Access { aws: self.aws.clone(), bucket: self.bucket().to_owned(), region: self.site.region() })
    }
}

impl Access {
    /// The bucket's name.
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// The region it is in, which signatures name.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Its address, without a slash at the end: a key follows after one.
    pub fn address(&self) -> String {
        let url = self.aws.wire.endpoints.url(Service::s3(), &self.bucket, &self.region, "", &[]);
        url.trim_end_matches('/').to_owned()
    }

    /// How patient to be with it.
    pub fn retry(&self) -> &Retry {
        &self.aws.wire.retry
    }

    /// Keys that work now. May be awaited on any runtime.
    pub async fn session(&self) -> Result<Session, Error> {
        let wire = Arc::clone(&self.aws.wire);
        let what = format!("open s3://{}", self.bucket);
        // On the threads that own the connections: another runtime may end before they do.
        let found = self.aws.workers.spawn(async move { wire.keyring.get().await }).await;
        match found.unwrap_or_else(|ended| Err(ended.to_string())) {
            Ok(found) => {
                let keys = Keys { id: found.access_key_id().to_owned(), secret: found.secret_access_key().to_owned() };
                Ok(Session { keys, token: found.session_token().map(str::to_owned) })
            }
            Err(detail) => Err(Error::Credentials { what, code: String::new(), detail }),
        }
    }
}
