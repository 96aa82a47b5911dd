//! What is set when the bus starts.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use watchfire_bus::event::Limits;
use watchfire_bus::retry::Backoff;
use watchfire_bus::rules::{Quotas, Secret};
use watchfire_bus::target;
use watchfire_model::arn::Home;

use crate::sender::AwsCaller;
use crate::{Clock, SystemClock};

/// What is set when the bus starts; the defaults are for a laptop.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The account and region that the bus says it is in.
    pub home: Home,
    /// How many things there may be.
    pub quotas: Quotas,
    /// What PutEvents takes.
    pub limits: Limits,
    /// Our own targets by name: `arn:aws:watchfire:<region>:<account>:target/<name>`. They can be exchanged while the bus runs.
    pub targets: BTreeMap<String, target::Settings>,
    /// The folder below which file targets write; without one they fail.
    pub folder: Option<PathBuf>,
    /// The server for mail; without one mail fails.
    pub smtp: Option<Smtp>,
    /// Addresses that may be reached though they are refused otherwise: networks (`10.0.0.0/8`), addresses, names of hosts. See
    /// [`Guard`](crate::sender::Guard).
    pub allowed: Vec<String>,
    /// Whether HTTP goes through the proxies that the environment names. A proxy resolves names by itself, so the guard sees only
    /// addresses that stand in URLs.
    pub proxy: bool,
    /// Requests under way at once, to all targets and to one.
    pub requests_max: usize,
    /// Requests under way at once to one target that takes one event a request. Targets that take many have [`BATCHES`] at once.
    pub requests_per_target: usize,
    /// The waits between attempts.
    pub backoff: Backoff,
    /// How long a delivery is remembered after it was made. An event that comes again later is new.
    pub keep_delivered: Duration,
    /// How long a delivery is kept after it was given up.
    pub keep_dead: Duration,
}

/// Requests under way at once to a target that takes many events a request: one on its way while the next is filled.
pub const BATCHES: usize = 2;

const DAY: Duration = Duration::from_secs(86_400);

impl Settings {
    /// Defaults for a home.
    pub fn new(home: Home) -> Settings {
        Settings {
            home,
            quotas: Quotas::default(),
            limits: Limits::default(),
            targets: BTreeMap::new(),
            folder: None,
            smtp: None,
            allowed: Vec::new(),
            proxy: false,
            requests_max: 256,
            requests_per_target: 8,
            backoff: Backoff::default(),
            keep_delivered: DAY,
            keep_dead: 30 * DAY,
        }
    }
}

/// An SMTP server.
#[derive(Debug, Clone)]
pub struct Smtp {
    /// Its name.
    pub host: String,
    /// Its port; by the encryption where it is not said: 25, 587, 465.
    pub port: Option<u16>,
    /// How the connection is protected.
    pub encryption: Encryption,
    /// Who we are there, where it asks.
    pub login: Option<(String, Secret)>,
}

/// How a connection to an SMTP server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// Not at all: for a server on this machine.
    Plain,
    /// STARTTLS, and nothing is said without it.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// What the bus needs of the world.
#[derive(Clone)]
pub struct Outside {
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Who calls AWS; without one such targets fail, to be tried again.
    pub aws: Option<Arc<dyn AwsCaller>>,
}

impl Default for Outside {
    /// The system's clock, and no AWS.
    fn default() -> Outside {
        Outside { clock: Arc::new(SystemClock), aws: None }
    }
}
