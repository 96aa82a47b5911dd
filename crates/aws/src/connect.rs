//! From what the environment says to a connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_types::service_config::ServiceConfigKey;
use tokio::sync::Semaphore;

use crate::call::{SERVICES, Service};
use crate::credentials::Keyring;
use crate::endpoint::Endpoints;
use crate::exchange::Wire;
use crate::http::Http;
use crate::workers::Workers;
use crate::{Error, Retry, S3};

/// S3 answers `wrong region` with the right one, so a guess costs one exchange; this is where most buckets are.
const REGION_UNLESS_SAID: &str = "us-east-1";

/// Connections at once. Latency-bound: 64 small objects at 50 ms each are 1,300 objects a second.
const REQUESTS_AT_ONCE: usize = 64;

/// What may be said explicitly; the environment says the rest.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// A profile of the shared configuration files, instead of `AWS_PROFILE`.
    pub profile: Option<String>,
    /// A region, instead of `AWS_REGION` or the profile's.
    pub region: Option<String>,
    /// An address that stands for every service, instead of `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL_SQS` … and `AWS_ENDPOINT_URL`.
    pub endpoint: Option<String>,
    /// Fixed keys, instead of the credential chain.
    pub keys: Option<Keys>,
    /// How patient to be. `AWS_MAX_ATTEMPTS` or a profile's `max_attempts` overrules the number of attempts.
    pub retry: Retry,
}

/// An access key. Its debug form does not show the secret.
#[derive(Clone)]
pub struct Keys {
    /// The key's public half.
    pub id: String,
    /// The key's secret half.
    pub secret: String,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A connection to AWS: who asks, from which region, over which client. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Aws {
    pub(crate) workers: Workers,
    pub(crate) wire: Arc<Wire>,
}

/// Connects with what the environment says. Nothing is asked yet; credentials are looked for at the first call.
pub fn connect() -> Result<Aws, Error> {
    Settings::default().connect()
}

impl Settings {
    /// Connects with these settings over what the environment says.
    pub fn connect(self) -> Result<Aws, Error> {
        let failed = |detail: String| Error::Settings { detail, hint: "check the system's certificates and limits" };
        let workers = Workers::start().map_err(|error| failed(format!("cannot start threads: {error}")))?;
        let http = Http::new().map_err(|error| failed(format!("cannot start the HTTP client: {error}")))?;
        let config = workers.wait(self.load(http.clone()));
        let mut endpoints = Endpoints {
            fips: config.use_fips().unwrap_or_default(),
            dual_stack: config.use_dual_stack().unwrap_or_default(),
            ..Endpoints::default()
        };
        for service in SERVICES {
            if let Some(custom) = self.endpoint.clone().or_else(|| configured_endpoint(&config, service)) {
                endpoints.custom.insert(service.name, checked_endpoint(custom)?);
            }
        }
        let provider = match self.keys {
            Some(keys) => Some(SharedCredentialsProvider::new(Credentials::new(keys.id, keys.secret, None, None, "settings"))),
            None => config.credentials_provider(),
        };
        let profile = self.profile.or_else(|| std::env::var("AWS_PROFILE").ok());
        let region = config.region().map_or(REGION_UNLESS_SAID, |region| region.as_ref()).to_owned();
        let wire = Wire {
            http: http.client,
            keyring: Arc::new(Keyring::new(provider, profile)),
            endpoints: Arc::new(endpoints),
            region,
            retry: patience(self.retry, &config),
            slots: Arc::new(Semaphore::new(REQUESTS_AT_ONCE)),
            reached: Arc::new(AtomicBool::new(false)),
            clock_skew_seconds: Arc::new(AtomicI64::new(0)),
        };
        Ok(Aws { workers, wire: Arc::new(wire) })
    }

    async fn load(&self, http: Http) -> SdkConfig {
        let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(http);
        if let Some(profile) = &self.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(region) = &self.region {
            loader = loader.region(Region::new(region.clone()));
        }
        loader.load().await
    }
}

impl Aws {
    /// Object storage.
    pub fn s3(&self) -> S3 {
        S3::new(self.clone())
    }

    /// The same connection, more or less patient. Who repeats a call himself, by a plan of his own, asks for one attempt.
    #[must_use]
    pub fn with_retry(&self, retry: Retry) -> Aws {
        Aws { workers: self.workers.clone(), wire: Arc::new(Wire { retry, ..Wire::clone(&self.wire) }) }
    }

    /// The region in use where nothing else decides.
    pub fn region(&self) -> &str {
        &self.wire.region
    }
}

/// `AWS_ENDPOINT_URL_S3`, the profile's `services` section, `AWS_ENDPOINT_URL`, the profile's `endpoint_url`, in this order.
fn configured_endpoint(config: &SdkConfig, service: &Service) -> Option<String> {
    let key = ServiceConfigKey::builder().service_id(service.id).env("AWS_ENDPOINT_URL").profile("endpoint_url").build().ok()?;
    config.service_config().and_then(|settings| settings.load_config(key)).or_else(|| config.endpoint_url().map(str::to_owned))
}

fn checked_endpoint(text: String) -> Result<String, Error> {
    let usable = reqwest::Url::parse(&text)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none() && url.fragment().is_none());
    if !usable {
        let hint = "write AWS_ENDPOINT_URL as http://HOST:PORT or https://HOST";
        return Err(Error::Settings { detail: format!("not an address of a service: {text:?}"), hint });
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// The library's own default is three attempts, so any other number was asked for by a person.
fn patience(retry: Retry, config: &SdkConfig) -> Retry {
    const LIBRARY_DEFAULT: u32 = 3;
    match config.retry_config().map(|config| config.max_attempts()) {
        Some(attempts_max) if attempts_max != LIBRARY_DEFAULT && attempts_max > 0 => Retry { attempts_max, ..retry },
        _ => retry,
    }
}
