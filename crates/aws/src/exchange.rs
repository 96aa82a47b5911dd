//! One exchange with AWS: signed, sent, judged, repeated.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use aws_smithy_types::date_time::{DateTime, Format};
use bytes::Bytes;
use reqwest::Method;
use reqwest::header::HeaderMap;
use tokio::sync::Semaphore;

use crate::call::Service;
use crate::credentials::Keyring;
use crate::endpoint::{Endpoints, region_of};
use crate::error::with_causes;
use crate::fault::{Fault, Mend};
use crate::sign::{self, Unsigned};
use crate::{Error, Retry};

/// Everything an exchange needs that is the same for every service and bucket.
#[derive(Debug, Clone)]
pub(crate) struct Wire {
    pub http: reqwest::Client,
    pub keyring: Arc<Keyring>,
    pub endpoints: Arc<Endpoints>,
    pub region: String,
    pub retry: Retry,
    pub slots: Arc<Semaphore>,
    /// Whether anybody has ever answered.
    pub reached: Arc<AtomicBool>,
    /// AWS's clock minus ours, once AWS has complained.
    pub clock_skew_seconds: Arc<AtomicI64>,
}

/// A service in a region, or a bucket and the region it turned out to be in.
#[derive(Debug)]
pub(crate) struct Site {
    pub service: &'static Service,
    /// Empty for services other than S3.
    pub bucket: String,
    pub region: Mutex<String>,
}

/// What is asked.
#[derive(Debug, Clone)]
pub(crate) struct Question<'a> {
    pub method: Method,
    /// The key or the path, not yet encoded and without a slash in front; empty: the bucket or the service itself.
    pub path: &'a str,
    pub query: Vec<(&'static str, String)>,
    pub headers: Vec<(&'static str, String)>,
    pub body: Bytes,
    /// Nothing longer is read.
    pub answer_bytes_max: u64,
    /// A status besides success that is an answer rather than a failure.
    pub also: Option<u16>,
    /// For errors: `list s3://bucket/prefix`.
    pub what: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Wire {
    /// Asks until there is an answer that will not change.
    pub(crate) async fn ask(&self, site: &Site, question: &Question<'_>) -> Result<Answer, Error> {
        let mut attempt = 0;
        let mut mended = Vec::new();
        loop {
            attempt += 1;
            let region = site.region();
            let error = match self.exchange(site, question, &region).await? {
                Ok(answer) if (200..300).contains(&answer.status) || question.also == Some(answer.status) => return Ok(answer),
                Ok(answer) => {
                    let fault = answer.fault();
                    if let Some(mend) = self.mend(site, &region, &answer, &fault, &mended).await {
                        mended.push(mend);
                        attempt -= 1;
                        continue;
                    }
                    if !fault.may_pass(answer.status) {
                        return Err(fault.refusal(site, question, answer.status));
                    }
                    fault.busy(question, answer.status, attempt)
                }
                Err(detail) => Error::Network { what: question.what.clone(), attempts: attempt, detail },
            };
            let Some(pause) = self.retry.pause(attempt).filter(|_| self.is_patient(attempt)) else {
                return Err(error);
            };
            tracing::debug!(what = %question.what, attempt, ?pause, "will be tried again");
            tokio::time::sleep(pause).await;
        }
    }

    /// A line that breaks is worth waiting for; an address that never answered is probably wrong, and is told so soon.
    fn is_patient(&self, attempt: u32) -> bool {
        const ATTEMPTS_UNREACHED: u32 = 3;
        self.reached.load(Ordering::Relaxed) || attempt < ATTEMPTS_UNREACHED
    }

    /// One signed exchange. The inner error is the network's; it may pass.
    async fn exchange(&self, site: &Site, question: &Question<'_>, region: &str) -> Result<Result<Answer, String>, Error> {
        let what = || question.what.clone();
        let url = self.endpoints.url(site.service, &site.bucket, region, question.path, &question.query);
        // Before a slot is taken: renewing a role's keys is an exchange itself.
        let credentials = self.keyring.get().await.map_err(|detail| Error::Credentials { what: what(), code: String::new(), detail })?;
        let _slot = self.slots.acquire().await.expect("never closed");
        let unsigned = Unsigned { method: question.method.as_str(), url: &url, headers: &question.headers, body: &question.body };
        let signed = sign::headers(&unsigned, credentials, site.service, region, self.now())
            .map_err(|detail| Error::Unexpected { what: what(), detail })?;
        let mut request = self.http.request(question.method.clone(), &url).body(question.body.clone());
        for (name, value) in question.headers.iter().chain(&signed) {
            request = request.header(*name, value);
        }
        let answer = match request.send().await {
            Ok(answer) => answer,
            // Nothing was sent: a header or an address that none can be.
            Err(error) if error.is_builder() => return Err(Error::Unexpected { what: what(), detail: with_causes(&error.without_url()) }),
            Err(error) => return Ok(Err(with_causes(&error.without_url()))),
        };
        self.reached.store(true, Ordering::Relaxed);
        read(answer, question).await
    }

    /// Puts right what the answer complains about, each complaint once; a bucket may send us on twice.
    async fn mend(&self, site: &Site, asked: &str, answer: &Answer, fault: &Fault, mended: &[Mend]) -> Option<Mend> {
        let mend = match fault.mend() {
            Some(mend) => mend,
            None if site.is_bucket() && answer.names_region(fault) => Mend::Region,
            None => return None,
        };
        if mended.iter().filter(|done| **done == mend).count() > usize::from(mend == Mend::Region) {
            return None;
        }
        match mend {
            Mend::Credentials => {
                let credentials = self.keyring.get().await.ok()?;
                self.keyring.forget(credentials.access_key_id()).await;
            }
            Mend::Clock => {
                let theirs = answer.header("date").and_then(|text| DateTime::from_str(text, Format::HttpDate).ok())?;
                let skew = theirs.secs() - DateTime::from(SystemTime::now()).secs();
                self.clock_skew_seconds.store(skew, Ordering::Relaxed);
            }
            Mend::Region => {
                let header = answer.header("x-amz-bucket-region").map(str::to_owned);
                let location = || answer.header("location").and_then(region_of);
                let region = header.or_else(|| fault.region.clone()).or_else(location).filter(|region| region != asked)?;
                tracing::debug!(bucket = site.bucket, region, "bucket is in another region");
                *site.lock() = region;
            }
        }
        Some(mend)
    }

    fn now(&self) -> SystemTime {
        let skew = self.clock_skew_seconds.load(Ordering::Relaxed);
        let span = Duration::from_secs(skew.unsigned_abs());
        if skew < 0 { SystemTime::now() - span } else { SystemTime::now() + span }
    }
}

impl Site {
    pub(crate) fn region(&self) -> String {
        self.lock().clone()
    }

    /// Whether it may turn out to be in another region.
    fn is_bucket(&self) -> bool {
        !self.bucket.is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, String> {
        self.region.lock().expect("no holder of this lock panics")
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// A redirect, or a signature for the wrong region.
    fn names_region(&self, fault: &Fault) -> bool {
        let named = self.header("x-amz-bucket-region").is_some() || fault.region.is_some();
        matches!(self.status, 301 | 307 | 308) || (self.status == 400 && named)
    }

    fn fault(&self) -> Fault {
        Fault::parse(&self.body, self.header("x-amzn-errortype"))
    }
}

/// Reads an answer to its end. A break midway is the network's failure like any other.
async fn read(mut answer: reqwest::Response, question: &Question<'_>) -> Result<Result<Answer, String>, Error> {
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    if question.method == Method::HEAD {
        return Ok(Ok(Answer { status, headers, body: Vec::new() }));
    }
    let expected = answer.content_length().unwrap_or_default();
    let too_long = || Error::Unexpected {
        what: question.what.clone(),
        detail: format!("the answer is longer than the {} bytes asked for", question.answer_bytes_max),
    };
    if expected > question.answer_bytes_max {
        return Err(too_long());
    }
    let mut body = Vec::with_capacity(usize::try_from(expected).unwrap_or_default());
    loop {
        match answer.chunk().await {
            Ok(Some(chunk)) if (body.len() + chunk.len()) as u64 > question.answer_bytes_max => return Err(too_long()),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(Ok(Answer { status, headers, body })),
            Err(error) => return Ok(Err(with_causes(&error.without_url()))),
        }
    }
}
