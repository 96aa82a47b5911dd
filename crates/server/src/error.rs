//! Why the server does not start.

use std::net::SocketAddr;
use std::path::PathBuf;

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Others could read along.
    #[error(
        "{0} is reachable from other machines, and without TLS anybody between could read passwords and findings\nhint: give a certificate, let one be generated (tls = \"generated\"), listen on 127.0.0.1, or set allow_plaintext = true when something in front of Watchfire encrypts"
    )]
    Plaintext(SocketAddr),
    /// The address is taken, or not ours.
    #[error("cannot listen on {address}: {source}\nhint: another program may listen there; choose another port, or 0 for any")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// Passwords cannot be hashed as is asked for.
    #[error("{0}\nhint: leave the cost of passwords as it is by default")]
    PasswordCost(#[from] watchfire_trust::ImpossibleCost),
    /// A certificate or key cannot be read, made or kept.
    #[error("{path}: {problem}\nhint: {hint}", path = path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
        /// What to try.
        hint: &'static str,
    },
}
