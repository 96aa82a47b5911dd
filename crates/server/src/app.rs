//! What the server is made of, while it runs.

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Semaphore;
use watchfire_model::EventTime;
use watchfire_trust::{Gate, GateSettings, ImpossibleCost, Passwords, Throttle, ThrottleSettings};

use crate::chance;
use crate::host::Hosts;
use crate::metrics::Metrics;
use crate::parts::Parts;
use crate::settings::Limits;
use crate::stop::Stop;

/// Batches that are unpacked at once: each may take a hundred megabytes.
const UNPACKING_MAX: usize = 4;

/// What the server is made of, while it runs.
pub(crate) struct App {
    /// What the node lent.
    pub parts: Parts,
    pub limits: Limits,
    /// Whether callers come over TLS.
    pub is_tls: bool,
    /// The names it goes by.
    pub hosts: Hosts,
    pub metrics: Metrics,
    /// Decides who comes in.
    pub gate: Gate,
    pub passwords: Passwords,
    pub throttle: Mutex<Throttle>,
    /// Told when the server stops.
    pub farewell: Stop,
    /// KiB of bodies that may still be held.
    pub bodies: Arc<Semaphore>,
    /// Requests that may still be worked on.
    pub work: Arc<Semaphore>,
    /// Batches that may still be unpacked at once.
    pub unpacking: Semaphore,
    /// Followers that there may still be.
    pub followers: Arc<Semaphore>,
    /// The description of the API as JSON text.
    pub openapi: String,
    /// Held while a password is hashed: one at a time, for each takes megabytes.
    pub hashing: Mutex<()>,
    /// How many wait for that.
    pub waiting: AtomicUsize,
    change: Mutex<()>,
}

impl App {
    /// # Errors
    /// Passwords cannot be hashed at the cost that is asked for.
    pub fn new(parts: Parts, limits: Limits, is_tls: bool, hosts: Hosts, openapi: String) -> Result<App, ImpossibleCost> {
        Ok(App {
            gate: Gate::new(GateSettings::new(is_tls), parts.seal.clone()),
            passwords: Passwords::new(parts.password_cost, chance::bytes())?,
            throttle: Mutex::new(Throttle::new(ThrottleSettings::default())),
            parts,
            is_tls,
            hosts,
            metrics: Metrics::default(),
            farewell: Stop::default(),
            bodies: Arc::new(Semaphore::new((limits.bodies_bytes_max / 1024).min(Semaphore::MAX_PERMITS))),
            work: Arc::new(Semaphore::new(limits.work_max)),
            unpacking: Semaphore::new(UNPACKING_MAX),
            followers: Arc::new(Semaphore::new(limits.followers_max)),
            hashing: Mutex::new(()),
            waiting: AtomicUsize::new(0),
            limits,
            openapi,
            change: Mutex::new(()),
        })
    }

    /// The time.
    pub fn now(&self) -> EventTime {
        (self.parts.clock)()
    }

    /// Held while a change looks at what there is and then changes it, so that no other change comes in between.
    pub fn change(&self) -> MutexGuard<'_, ()> {
        self.change.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
