//! Whether somebody still waits for an answer.

use std::sync::Arc;

use tokio::sync::watch;

/// Whether somebody still waits for an answer. Clones tell the same.
#[derive(Debug, Clone)]
pub struct Stop {
    told: Arc<watch::Sender<bool>>,
}

impl Default for Stop {
    fn default() -> Stop {
        Stop { told: Arc::new(watch::Sender::new(false)) }
    }
}

impl Stop {
    /// Whether nobody waits any more.
    pub fn is_stopped(&self) -> bool {
        *self.told.borrow()
    }

    /// Returns when nobody waits any more.
    pub async fn stopped(&self) {
        // The sender lives in this value, so waiting ends only when it is told.
        drop(self.told.subscribe().wait_for(|stopped| *stopped).await);
    }

    /// Says that nobody waits any more.
    pub fn stop(&self) {
        self.told.send_replace(true);
    }
}

/// Stops what it guards when it goes away.
#[derive(Debug)]
pub(crate) struct StopOnDrop(pub Stop);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stop();
    }
}
