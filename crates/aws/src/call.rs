//! One exchange with S3: signed, sent, judged, repeated.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use aws_smithy_types::date_time::{DateTime, Format};
use bytes::Bytes;
use reqwest::Method;
use reqwest::header::HeaderMap;
use tokio::sync::Semaphore;

use crate::credentials::Keyring;
use crate::endpoint::{Endpoint, region_of};
use crate::error::with_causes;
use crate::sign::{self, Unsigned};
use crate::{Error, Retry};

/// Everything a call needs that is the same for every bucket.
#[derive(Debug)]
pub(crate) struct Wire {
    pub http: reqwest::Client,
    pub keyring: Keyring,
    pub endpoint: Endpoint,
    pub region: String,
    pub retry: Retry,
    pub slots: Semaphore,
    /// Whether anybody has ever answered.
    pub reached: AtomicBool,
    /// AWS's clock minus ours, once AWS has complained.
    pub clock_skew_seconds: AtomicI64,
}

/// A bucket and the region it turned out to be in.
#[derive(Debug)]
pub(crate) struct Site {
    pub bucket: String,
    pub region: Mutex<String>,
}

/// What is asked.
#[derive(Debug, Clone)]
pub(crate) struct Call<'a> {
    pub method: Method,
    /// Empty: the bucket itself.
    pub key: &'a str,
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

/// S3's own account of a failure, all empty where it gave none.
#[derive(Debug, Default)]
struct Fault {
    code: String,
    message: String,
    region: Option<String>,
}

/// What can be put right before asking again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mend {
    Region,
    Credentials,
    Clock,
}

impl Wire {
    /// Asks until there is an answer that will not change.
    pub(crate) async fn call(&self, site: &Site, call: &Call<'_>) -> Result<Answer, Error> {
        let mut attempt = 0;
        let mut mended = Vec::new();
        loop {
            attempt += 1;
            let region = site.region();
            let outcome = {
                let _slot = self.slots.acquire().await.expect("never closed");
                self.exchange(site, call, &region).await?
            };
            let error = match outcome {
                Ok(answer) if (200..300).contains(&answer.status) || call.also == Some(answer.status) => return Ok(answer),
                Ok(answer) => {
                    let fault = answer.fault();
                    if let Some(mend) = self.mend(site, &region, &answer, &fault, &mended).await {
                        mended.push(mend);
                        attempt -= 1;
                        continue;
                    }
                    if !answer.may_pass(&fault) {
                        return Err(refusal(site, call, &answer, fault));
                    }
                    let detail = format!("{} {} {}", answer.status, fault.code, fault.message);
                    Error::Busy { what: call.what.clone(), attempts: attempt, detail: detail.trim_end().to_owned() }
                }
                Err(detail) => Error::Network { what: call.what.clone(), attempts: attempt, detail },
            };
            let Some(pause) = self.retry.pause(attempt).filter(|_| self.is_patient(attempt)) else {
                return Err(error);
            };
            tracing::debug!(what = %call.what, attempt, ?pause, "will be tried again");
            tokio::time::sleep(pause).await;
        }
    }

    /// A line that breaks is worth waiting for; an address that never answered is probably wrong, and is told so soon.
    fn is_patient(&self, attempt: u32) -> bool {
        const ATTEMPTS_UNREACHED: u32 = 3;
        self.reached.load(Ordering::Relaxed) || attempt < ATTEMPTS_UNREACHED
    }

    /// One signed exchange. The inner error is the network's; it may pass.
    async fn exchange(&self, site: &Site, call: &Call<'_>, region: &str) -> Result<Result<Answer, String>, Error> {
        let url = self.endpoint.url(&site.bucket, region, call.key, &call.query);
        let credentials = self.keyring.get().await.map_err(|detail| Error::Credentials { what: call.what.clone(), detail })?;
        let unsigned = Unsigned { method: call.method.as_str(), url: &url, headers: &call.headers, body: &call.body };
        let signed = sign::headers(&unsigned, credentials, region, self.now())
            .map_err(|detail| Error::Unexpected { what: call.what.clone(), detail })?;
        let mut request = self.http.request(call.method.clone(), &url).body(call.body.clone());
        for (name, value) in call.headers.iter().chain(&signed) {
            request = request.header(*name, value);
        }
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) => return Ok(Err(with_causes(&error.without_url()))),
        };
        self.reached.store(true, Ordering::Relaxed);
        read(answer, call).await
    }

    /// Puts right what the answer complains about, each complaint once; a bucket may send us on twice.
    async fn mend(&self, site: &Site, asked: &str, answer: &Answer, fault: &Fault, mended: &[Mend]) -> Option<Mend> {
        let mend = match fault.code.as_str() {
            "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" => Mend::Credentials,
            "RequestTimeTooSkewed" => Mend::Clock,
            _ if answer.names_region(fault) => Mend::Region,
            _ => return None,
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

    fn lock(&self) -> std::sync::MutexGuard<'_, String> {
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

    /// Whether the same question may get a better answer later.
    fn may_pass(&self, fault: &Fault) -> bool {
        const PASSING: [&str; 4] = ["SlowDown", "RequestTimeout", "InternalError", "ServiceUnavailable"];
        matches!(self.status, 408 | 429) || (self.status >= 500 && self.status != 501) || PASSING.contains(&fault.code.as_str())
    }

    fn fault(&self) -> Fault {
        let mut fault = Fault::default();
        let Some(text) = std::str::from_utf8(&self.body).ok() else { return fault };
        let Ok(document) = roxmltree::Document::parse(text) else { return fault };
        for node in document.root_element().children() {
            let text = node.text().unwrap_or_default().trim().to_owned();
            match node.tag_name().name() {
                "Code" => fault.code = text,
                "Message" => fault.message = text,
                "Region" => fault.region = Some(text),
                "Endpoint" => fault.region = fault.region.or_else(|| region_of(&text)),
                _ => {}
            }
        }
        fault
    }
}

/// Reads an answer to its end. A break midway is the network's failure like any other.
async fn read(mut answer: reqwest::Response, call: &Call<'_>) -> Result<Result<Answer, String>, Error> {
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let expected = answer.content_length().unwrap_or_default();
    let too_long = || Error::Unexpected {
        what: call.what.clone(),
        detail: format!("the answer is longer than the {} bytes asked for", call.answer_bytes_max),
    };
    if expected > call.answer_bytes_max {
        return Err(too_long());
    }
    let mut body = Vec::with_capacity(usize::try_from(expected).unwrap_or_default());
    loop {
        match answer.chunk().await {
            Ok(Some(chunk)) if (body.len() + chunk.len()) as u64 > call.answer_bytes_max => return Err(too_long()),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(Ok(Answer { status, headers, body })),
            Err(error) => return Ok(Err(with_causes(&error.without_url()))),
        }
    }
}

/// The error for an answer that will not change.
fn refusal(site: &Site, call: &Call<'_>, answer: &Answer, fault: Fault) -> Error {
    let (what, status) = (call.what.clone(), answer.status);
    let code = if fault.code.is_empty() { status.to_string() } else { fault.code };
    let detail = if fault.message.is_empty() { format!("HTTP status {status}") } else { fault.message };
    match (status, code.as_str()) {
        (_, "InvalidAccessKeyId" | "SignatureDoesNotMatch" | "InvalidToken" | "ExpiredToken" | "RequestTimeTooSkewed") => {
            Error::Credentials { what, detail: format!("the keys were refused ({code}): {detail}") }
        }
        (_, "InvalidObjectState") => {
            Error::Refused { what, code, detail, hint: "the object is in an archive class; restore it in S3 first" }
        }
        (401 | 403, _) => Error::Refused { what, code, detail, hint: REFUSED_HINT },
        (404, _) => Error::Missing { what, code, detail },
        (301 | 307 | 308, _) | (400, "AuthorizationHeaderMalformed" | "PermanentRedirect") => Error::Region { what, region: site.region() },
        (412, _) => Error::Unexpected { what, detail: "the object was replaced while it was read".to_owned() },
        _ => Error::Unexpected { what, detail: format!("{status} {code}: {detail}") },
    }
}

const REFUSED_HINT: &str = "the identity in use needs s3:ListBucket on the bucket, s3:GetObject on its objects, and kms:Decrypt \
                            on the key if they are encrypted; `aws sts get-caller-identity` shows which identity that is";
