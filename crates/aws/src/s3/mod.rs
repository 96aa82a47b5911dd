//! S3: buckets, listed and read.

mod access;
mod list;
mod read;

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use reqwest::Method;

pub use access::{Access, Session};
pub use list::{Entry, Page, Pages};
pub use read::{Fetch, Stream};

use crate::call::Service;
use crate::exchange::{Question, Site};
use crate::{Aws, Error};

/// Bytes of an answer that carries no object.
const ANSWER_BYTES_MAX: u64 = 16 << 20;

/// Object storage, before a bucket is named.
#[derive(Debug, Clone)]
pub struct S3 {
    aws: Aws,
}

/// One bucket. Cheap to clone; clones share what they learn about the bucket's region.
#[derive(Debug, Clone)]
pub struct Store {
    aws: Aws,
    site: Arc<Site>,
}

impl S3 {
    pub(crate) fn new(aws: Aws) -> Self {
        S3 { aws }
    }

    /// A bucket by name. Nothing is asked yet: the first call finds out whether it is there.
    pub fn open(&self, bucket: &str) -> Store {
        self.open_in(bucket, self.aws.region())
    }

    /// The same where the bucket's region is known; one that is wrong costs an exchange.
    pub fn open_in(&self, bucket: &str, region: &str) -> Store {
        let site = Site { service: Service::s3(), bucket: bucket.to_owned(), region: Mutex::new(region.to_owned()) };
        Store { aws: self.aws.clone(), site: Arc::new(site) }
    }
}

impl Store {
    /// The bucket's name.
    pub fn bucket(&self) -> &str {
        &self.site.bucket
    }

    /// Whether both are clones of one: the same bucket by the same keys.
    pub fn is_clone_of(&self, other: &Store) -> bool {
        Arc::ptr_eq(&self.site, &other.site)
    }

    /// Makes the bucket, in the connection's region.
    pub fn create(&self) -> Result<(), Error> {
        let region = self.site.region();
        let body = match region.as_str() {
            "us-east-1" => Bytes::new(),
            region => format!(
                "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
                 <LocationConstraint>{region}</LocationConstraint></CreateBucketConfiguration>"
            )
            .into(),
        };
        self.ask(&Question { method: Method::PUT, body, ..self.question("create", "") })
    }

    /// How long an object is, and its ETag.
    pub fn head(&self, key: &str) -> Result<Entry, Error> {
        let question = Question { method: Method::HEAD, ..self.question("look at", key) };
        let answer = self.aws.workers.wait(self.aws.wire.ask(&self.site, &question))?;
        let length = answer.header("content-length").and_then(|text| text.parse().ok());
        let bytes = length.ok_or_else(|| Error::Unexpected { what: question.what, detail: "an answer without a length".to_owned() })?;
        let etag = answer.header("etag").unwrap_or_default().trim_matches('"').into();
        Ok(Entry { key: key.to_owned(), bytes, etag })
    }

    /// Writes one object whole.
    pub fn put(&self, key: &str, content: impl Into<Bytes>) -> Result<(), Error> {
        self.ask(&Question { method: Method::PUT, body: content.into(), ..self.question("put", key) })
    }

    /// Removes one object; one that is not there is as good as removed.
    pub fn delete(&self, key: &str) -> Result<(), Error> {
        self.ask(&Question { method: Method::DELETE, ..self.question("delete", key) })
    }

    /// Asks where only success or failure matters.
    fn ask(&self, question: &Question<'_>) -> Result<(), Error> {
        self.aws.workers.wait(self.aws.wire.ask(&self.site, question)).map(drop)
    }

    fn question<'a>(&self, verb: &str, key: &'a str) -> Question<'a> {
        Question {
            method: Method::GET,
            path: key,
            query: Vec::new(),
            headers: Vec::new(),
            body: Bytes::new(),
            answer_bytes_max: ANSWER_BYTES_MAX,
            also: None,
            what: format!("{verb} s3://{}/{key}", self.site.bucket),
        }
    }
}
