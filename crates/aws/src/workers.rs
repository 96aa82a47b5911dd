//! The threads that wait for the network, so that callers need not be async.

use std::future::Future;
use std::sync::Arc;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

/// Enough to decrypt about 2 GB/s; waiting costs no thread.
const THREADS: usize = 2;

/// A shared pool. Tasks never hold it: its last holder is a caller's thread, which may end it.
#[derive(Debug, Clone)]
pub(crate) struct Workers(Arc<Pool>);

#[derive(Debug)]
struct Pool(Option<Runtime>);

impl Workers {
    pub(crate) fn start() -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(THREADS).thread_name("aws").enable_all().build()?;
        Ok(Workers(Arc::new(Pool(Some(runtime)))))
    }

    fn runtime(&self) -> &Runtime {
        self.0.0.as_ref().expect("taken only by drop")
    }

    /// Waits for a future on the calling thread.
    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime().block_on(future)
    }

    /// Starts a future in the background.
    pub(crate) fn spawn<T: Send + 'static>(&self, future: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        self.runtime().spawn(future)
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        // Not waiting: a fetch nobody wants any more must not keep a program from ending.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
