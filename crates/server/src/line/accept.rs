//! Takes lines in, and sees them out.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tower_service::Service;

use super::paced::Paced;
use crate::settings::Limits;

/// Bytes of the head of a request, at most. Cookies, signatures and session tokens fit.
const HEAD_BYTES_MAX: usize = 64 << 10;

/// Headers of a request, at most.
const HEADERS_MAX: usize = 100;

/// Pause after the system refused to take a line in: most often it is out of file descriptors, and they come back.
const REFUSED_PAUSE: Duration = Duration::from_millis(100);

/// What listens.
pub(crate) struct Listening {
    pub listener: TcpListener,
    pub tls: Option<TlsAcceptor>,
    pub limits: Limits,
    /// How many lines are open, for the metrics.
    pub lines: Arc<AtomicUsize>,
}

/// Who is at the other end of a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub SocketAddr);

/// Takes lines in until `shutdown`, then lets open requests end.
pub(crate) async fn serve(listening: Listening, router: Router, shutdown: impl Future<Output = ()>) {
    let Listening { listener, tls, limits, lines } = listening;
    let (room, farewell) = (Arc::new(Semaphore::new(limits.lines_max)), GracefulShutdown::new());
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let taken = async {
            let room = room.clone().acquire_owned().await.expect("never closed");
            (room, listener.accept().await)
        };
        let (room, taken) = tokio::select! {
            () = &mut shutdown => break,
            taken = taken => taken,
        };
        let (line, peer) = match taken {
            Ok(taken) => taken,
            Err(error) => {
                tracing::warn!(%error, "a line could not be taken in");
                tokio::time::sleep(REFUSED_PAUSE).await;
                continue;
            }
        };
        drop(line.set_nodelay(true));
        let (tls, router, limits, watcher) = (tls.clone(), router.clone(), limits.clone(), farewell.watcher());
        let counted = Counted::new(&lines);
        tokio::spawn(async move {
            let _held = (room, counted);
            match tls {
                None => attend(line, peer, router, &limits, watcher).await,
                Some(tls) => match tokio::time::timeout(limits.head_time_max, tls.accept(line)).await {
                    Ok(Ok(line)) => attend(line, peer, router, &limits, watcher).await,
                    Ok(Err(error)) => tracing::debug!(%error, "a handshake failed"),
                    Err(_) => tracing::debug!("a handshake took too long"),
                },
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.farewell_max, farewell.shutdown()).await.is_err() {
        tracing::warn!("requests were still open when the server stopped");
    }
}

/// Answers the requests of one line.
async fn attend<L>(line: L, peer: SocketAddr, router: Router, limits: &Limits, watcher: hyper_util::server::graceful::Watcher)
where
    L: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request: Request<Incoming>| {
        let mut router = router.clone();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer));
        async move { router.call(request).await }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_time_max)
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(HEADERS_MAX)
        .serve_connection(TokioIo::new(Paced::new(line, limits.write_pause_max)), service);
    // Half requests, broken lines and noise end here; they harm nobody else.
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a line ended early");
    }
}

/// Counts while it lives.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(count: &Arc<AtomicUsize>) -> Counted {
        count.fetch_add(1, Ordering::Relaxed);
        Counted(count.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
