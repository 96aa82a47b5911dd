//! The server: bound, then served.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;

use crate::app::App;
use crate::error::Error;
use crate::host::Hosts;
use crate::line::{self, Listening};
use crate::parts::Parts;
use crate::settings::{Settings, Tls};
use crate::stop::Stop;
use crate::{api, handle, openapi};

/// A server that listens already. Callers wait until it is [served](Server::serve).
pub struct Server {
    listening: Listening,
    address: SocketAddr,
    fingerprint: Option<String>,
    farewell: Stop,
    router: Router,
}

impl Server {
    /// Listens. Call it inside of tokio.
    ///
    /// # Errors
    /// The address cannot be had, lies beyond this machine without TLS, or the certificate cannot be read or made.
    pub async fn bind(settings: Settings, parts: Parts) -> Result<Server, Error> {
        let listen = settings.listen;
        if settings.tls == Tls::Off && !listen.ip().is_loopback() && !settings.allow_plaintext {
            return Err(Error::Plaintext(listen));
        }
        let tls = line::acceptor(&settings)?;
        let fault = |source| Error::Listen { address: listen, source };
        let listener = TcpListener::bind(listen).await.map_err(fault)?;
        let address = listener.local_addr().map_err(fault)?;
        let (tls, fingerprint) = tls.unzip();
        let routes = api::routes();
        let openapi = openapi::document(&routes, tls.is_some()).to_string();
        let hosts = Hosts::new(address, &settings.hosts);
        let app = Arc::new(App::new(parts, settings.limits.clone(), tls.is_some(), hosts, openapi)?);
        let (lines, farewell) = (app.metrics.lines.clone(), app.farewell.clone());
        let router = handle::router(app, routes);
        Ok(Server { listening: Listening { listener, tls, limits: settings.limits, lines }, address, fingerprint, farewell, router })
    }

    /// Where it listens, with the port that was found.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What to type into a browser on this machine.
    pub fn url(&self) -> String {
        let scheme = if self.listening.tls.is_some() { "https" } else { "http" };
        match self.address.ip().is_unspecified() {
            true => format!("{scheme}://localhost:{}", self.address.port()),
            false => format!("{scheme}://{}", self.address),
        }
    }

    /// SHA-256 of the certificate, as browsers show it; none without TLS.
    pub fn fingerprint(&self) -> Option<&str> {
        self.fingerprint.as_deref()
    }

    /// Answers until `shutdown`, then lets open requests end for a while.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) {
        tracing::info!(address = %self.address, tls = self.listening.tls.is_some(), "listening");
        let farewell = self.farewell;
        // Live streams never end by themselves.
        let shutdown = async {
            shutdown.await;
            farewell.stop();
        };
        line::serve(self.listening, self.router, shutdown).await;
    }
}
