//! Planning, on a stack deep enough for what people nest.

use std::future::Future;
use std::thread;

use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::Error;

/// Stack of the planning thread: conditions of some thousand parts, as generated queries have, are walked by functions that call
/// themselves. It is only reserved, not used, until then.
const STACK_BYTES: usize = 32 << 20;

/// Does `work` on a thread of its own, for a runtime that need not be the one of whoever waits. When nobody waits any more, it ends at
/// its next pause.
pub(super) async fn on_deep_stack<T: Send + 'static>(runtime: Handle, work: impl Future<Output = T> + Send + 'static) -> Result<T, Error> {
    let (mut send, receive) = oneshot::channel();
    let plan = move || {
        let done = runtime.block_on(async {
            tokio::select! {
                done = work => Some(done),
                () = send.closed() => None,
            }
        });
        if let Some(done) = done {
            // Whoever asked may be gone by now.
            let _ = send.send(done);
        }
    };
    let spawned = thread::Builder::new().name("plan".into()).stack_size(STACK_BYTES).spawn(plan);
    spawned.map_err(|error| Error::storage("starting a thread to plan the query", error))?;
    receive.await.map_err(|error| Error::engine("planning the query", error))
}
