//! Networks that are everybody.

use std::net::IpAddr;

/// Whatever address stands before it, a prefix of no bits is the whole world.
pub(super) fn is_world(text: &str) -> bool {
    let parts = text.trim().split_once('/');
    parts.is_some_and(|(address, prefix)| prefix == "0" && address.parse::<IpAddr>().is_ok())
}
