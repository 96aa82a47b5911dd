//! The line to a caller: listening, TLS, time limits, farewell.

mod accept;
mod certificate;
mod paced;

pub(crate) use accept::{Listening, Peer, serve};
pub(crate) use certificate::acceptor;
