//! HTTP: no redirects, guarded addresses, bounded answers.

use std::error::Error as StdError;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response, Url};
use watchfire_bus::target::{Answer, HttpRequest, Trouble};

use super::Trust;
use super::guard::{Guard, Refusal};
use crate::Error;

/// Bytes of an answer that are read; a target that says more is not listened to.
pub const ANSWER_BYTES_MAX: usize = 1 << 20;

const CONNECT_MAX: Duration = Duration::from_secs(5);

/// Connections that are kept for a while, to each host. Receivers that close theirs early make the next request fail once.
const IDLE_MAX: usize = 8;
const IDLE_FOR: Duration = Duration::from_secs(20);

/// Headers that frame the message or name the host: the client's own business, for a second opinion on them is how requests are smuggled.
const FRAMING: [&str; 6] = ["host", "content-length", "transfer-encoding", "te", "trailer", "upgrade"];

/// Two clients, for addresses are checked where they are looked up.
pub(crate) struct Http {
    guard: Arc<Guard>,
    configured: Client,
    api: Client,
}

impl Http {
    pub(crate) fn new(allowed: &[String], proxy: bool) -> Result<Http, Error> {
        let guard = Arc::new(Guard::new(allowed)?);
        let client = |trust| {
            let lookup = Arc::new(Lookup { guard: Arc::clone(&guard), trust });
            let builder = Client::builder()
                .user_agent(concat!("Watchfire/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(CONNECT_MAX)
                .pool_max_idle_per_host(IDLE_MAX)
                .pool_idle_timeout(IDLE_FOR)
                .redirect(Policy::none())
                .http1_only()
                .dns_resolver(lookup);
            let builder = if proxy { builder } else { builder.no_proxy() };
            builder.build().map_err(|error| Error::Settings {
                what: format!("cannot start the HTTP client: {error}"),
                hint: "check the system's certificates and limits",
            })
        };
        Ok(Http { configured: client(Trust::Configured)?, api: client(Trust::Api)?, guard })
    }

    /// Sends a request. The time it may take counts for all of it, the answer's body too.
    pub(crate) async fn send(&self, request: HttpRequest, trust: Trust) -> Answer {
        let timeout = request.timeout;
        let answer = self.exchange(request, trust);
        match tokio::time::timeout(timeout, answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(trouble)) => Answer::Trouble(trouble),
            Err(_) => Answer::Trouble(Trouble::Timeout),
        }
    }

    async fn exchange(&self, request: HttpRequest, trust: Trust) -> Result<Answer, Trouble> {
        let wrong = |what: &str| Trouble::Forbidden(format!("{what} is none"));
        let url = Url::parse(&request.url).map_err(|_| wrong("the URL"))?;
        let method = Method::from_bytes(request.method.as_bytes()).map_err(|_| wrong("the method"))?;
        self.check_literal(&url, trust)?;
        let client = if trust == Trust::Api { &self.api } else { &self.configured };
        let mut sending = client.request(method, url).body(request.body);
        for (name, value) in &request.headers {
            if !FRAMING.iter().any(|framing| name.eq_ignore_ascii_case(framing)) {
                sending = sending.header(name, value);
            }
        }
        let response = sending.send().await.map_err(trouble)?;
        let status = response.status().as_u16();
        let text = |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
        // Some targets are told that a packed answer would be understood, for AWS says so; nobody reads what they say, only whether.
        let is_packed = response.headers().contains_key(reqwest::header::CONTENT_ENCODING);
        let body = if is_packed { String::new() } else { body(response).await? };
        Ok(Answer::Http { status, headers, body })
    }

    /// An address that stands in the URL is not looked up, so it is checked here. A host in numbers, however spelled, is one by now.
    fn check_literal(&self, url: &Url, trust: Trust) -> Result<(), Trouble> {
        let host = url.host_str().unwrap_or_default();
        match host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
            Ok(address) => self.guard.check(host, address, trust).map_err(|refusal| Trouble::Forbidden(refusal.to_string())),
            Err(_) => Ok(()),
        }
    }
}

/// The body, as far as it is read.
async fn body(mut response: Response) -> Result<String, Trouble> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(trouble)? {
        let room = ANSWER_BYTES_MAX - bytes.len();
        bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() >= room {
            break;
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What went wrong, without the URL: secrets stand in it.
fn trouble(error: reqwest::Error) -> Trouble {
    let error = error.without_url();
    let mut cause: Option<&(dyn StdError + 'static)> = Some(&error);
    let mut deepest = error.to_string();
    while let Some(one) = cause {
        if let Some(refusal) = one.downcast_ref::<Refusal>() {
            return Trouble::Forbidden(refusal.to_string());
        }
        if let Some(unknown) = one.downcast_ref::<Unknown>() {
            return Trouble::UnknownHost(unknown.0.clone());
        }
        deepest = one.to_string();
        cause = one.source();
    }
    match error.is_timeout() {
        true => Trouble::Timeout,
        false => Trouble::Connection(deepest),
    }
}

/// Looks names up and lets through what the guard does. The addresses that were checked are the ones that are connected to.
struct Lookup {
    guard: Arc<Guard>,
    trust: Trust,
}

/// A name that has no address.
#[derive(Debug, thiserror::Error)]
#[error("the name {0} is not known")]
struct Unknown(String);

impl Resolve for Lookup {
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, trust, host) = (Arc::clone(&self.guard), self.trust, name.as_str().to_owned());
        Box::pin(async move {
            let found = tokio::net::lookup_host((host.as_str(), 0)).await.map_err(|_| Unknown(host.clone()))?;
            let mut refusal = None;
            let mut open: Vec<SocketAddr> = Vec::new();
            for address in found {
                match guard.check(&host, address.ip(), trust) {
                    Ok(()) => open.push(address),
                    Err(why) => refusal = Some(why),
                }
            }
            match (open.is_empty(), refusal) {
                (false, _) => Ok(Box::new(open.into_iter()) as Addrs),
                (true, Some(refusal)) => Err(refusal.into()),
                (true, None) => Err(Unknown(host).into()),
            }
        })
    }
}
