//! The one HTTP client, for S3 and for the credential chain alike.

use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use reqwest::redirect::Policy;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest silence in the middle of an answer.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(30);

/// A pool of connections.
#[derive(Debug, Clone)]
pub(crate) struct Http {
    pub client: reqwest::Client,
    /// For the plain-text addresses of instance and container roles, which no proxy can reach on our behalf.
    direct: reqwest::Client,
}

impl Http {
    pub(crate) fn new() -> Result<Self, reqwest::Error> {
        let builder = || {
            reqwest::Client::builder()
                .user_agent(concat!("watchfire/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(CONNECT_TIMEOUT)
                .read_timeout(SILENCE_TIMEOUT)
                // A redirect needs a new signature, so whoever signs follows it.
                .redirect(Policy::none())
        };
        Ok(Http { client: builder().build()?, direct: builder().no_proxy().build()? })
    }
}

impl HttpClient for Http {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        let limit = settings.connect_timeout().into_iter().chain(settings.read_timeout()).reduce(|a, b| a + b);
        SharedHttpConnector::new(Connector { http: self.clone(), limit })
    }
}

/// Lends the client to the AWS libraries.
#[derive(Debug)]
struct Connector {
    http: Http,
    /// For a whole exchange: the chain gives up on a missing instance role within seconds.
    limit: Option<Duration>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (http, limit) = (self.http.clone(), self.limit);
        HttpConnectorFuture::new(async move {
            let exchange = exchange(http, request);
            match limit {
                Some(limit) => tokio::time::timeout(limit, exchange).await.map_err(|late| ConnectorError::timeout(late.into()))?,
                None => exchange.await,
            }
        })
    }
}

async fn exchange(http: Http, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
    let (parts, body) = request.into_parts();
    let body = body.bytes().ok_or_else(|| ConnectorError::user("a body that is not in memory".into()))?.to_vec();
    let client = if parts.uri.scheme_str() == Some("http") { http.direct } else { http.client };
    let sent = client.request(parts.method, parts.uri.to_string()).headers(parts.headers).body(body).send().await;
    let answer = sent.map_err(failed)?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = answer.bytes().await.map_err(failed)?;
    let status = status.as_u16().try_into().map_err(|_| ConnectorError::other("no HTTP status".into(), None))?;
    let mut response = HttpResponse::new(status, SdkBody::from(body));
    for (name, value) in &headers {
        if let Ok(value) = value.to_str() {
            response.headers_mut().append(name.as_str().to_owned(), value.to_owned());
        }
    }
    Ok(response)
}

fn failed(error: reqwest::Error) -> ConnectorError {
    if error.is_timeout() { ConnectorError::timeout(error.into()) } else { ConnectorError::io(error.into()) }
}
