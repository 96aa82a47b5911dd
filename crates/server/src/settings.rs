//! Where and how the server listens.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// Where and how the server listens.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address; port 0 takes any that is free.
    pub listen: SocketAddr,
    /// What the line is encrypted with.
    pub tls: Tls,
    /// Whether others may come over a line that anybody between can read: an address beyond this machine without TLS.
    pub allow_plaintext: bool,
    /// Names under which browsers and programs may call this server, beside `localhost` and plain addresses.
    pub hosts: Vec<String>,
    /// What nobody may exceed.
    pub limits: Limits,
}

impl Default for Settings {
    /// This machine alone, port 8421, in plain text.
    fn default() -> Settings {
        Settings {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8421)),
            tls: Tls::Off,
            allow_plaintext: false,
            hosts: Vec::new(),
            limits: Limits::default(),
        }
    }
}

/// What the line is encrypted with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// Nothing.
    Off,
    /// A certificate of one's own.
    Files {
        /// PEM: the certificate first, then those that vouch for it.
        certificate: PathBuf,
        /// PEM: its private key.
        key: PathBuf,
    },
    /// A certificate that this server signs itself and keeps in a folder, as `server.crt` and `server.key`. Browsers warn of it once.
    Generated {
        /// The folder; made when missing.
        folder: PathBuf,
    },
}

/// What nobody may exceed.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Lines open at once. Further ones wait in the system's queue.
    pub lines_max: usize,
    /// Time for a TLS handshake, and for the head of each request; also how long an idle line is kept.
    pub head_time_max: Duration,
    /// Time for the body of a request between two pieces of it.
    pub body_pause_max: Duration,
    /// Time for the whole body of a request.
    pub body_time_max: Duration,
    /// Time for the caller to take a piece of an answer.
    pub write_pause_max: Duration,
    /// Bytes of bodies held at once, over all requests: a push that would exceed them is told to come again.
    pub bodies_bytes_max: usize,
    /// Requests that are worked on at once, over all lines.
    pub work_max: usize,
    /// Callers that follow the live stream at once.
    pub followers_max: usize,
    /// Pause between two signs of life on a live stream.
    pub heartbeat: Duration,
    /// Time for open requests to end when the server stops.
    pub farewell_max: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            lines_max: 1024,
            head_time_max: Duration::from_secs(15),
            body_pause_max: Duration::from_secs(10),
            body_time_max: Duration::from_secs(120),
            write_pause_max: Duration::from_secs(30),
            bodies_bytes_max: 256 << 20,
            work_max: 64,
            followers_max: 200,
            heartbeat: Duration::from_secs(15),
            farewell_max: Duration::from_secs(10),
        }
    }
}
