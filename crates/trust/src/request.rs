//! What of an HTTP request tells who asks.

use std::net::IpAddr;

use crate::Digest;

/// A request as it came over the wire. Nothing here is decoded or put right: signatures are over what was sent.
#[derive(Debug, Clone, Copy)]
pub struct Request<'r> {
    /// In capitals, as sent.
    pub method: &'r str,
    /// The path as sent, percent-encoded, without query.
    pub path: &'r str,
    /// What stands after the `?` as sent; empty without one.
    pub query: &'r str,
    /// All headers in the order they came, names in any case, values as sent. `host` is among them: over HTTP/2 it is made of `:authority`.
    pub headers: &'r [(&'r str, &'r [u8])],
    /// Of the whole body, [`Digest::of`] nothing where there is none. Only signatures look at it; where the door takes none it may be
    /// anything.
    pub body: Digest,
    /// Where it comes from: the peer of the connection, or what a trusted proxy says.
    pub address: Option<IpAddr>,
    /// Whether nobody on the way could change it: it came over TLS, or from this machine. Only then a signature may leave the body out.
    pub is_private: bool,
}

impl<'r> Request<'r> {
    /// The values of a header, given in small letters.
    pub fn values<'n>(&self, name: &'n str) -> impl Iterator<Item = &'r [u8]> + use<'r, 'n> {
        self.headers.iter().filter(move |(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    /// The value of a header that may come once; none when it comes twice, or is no text.
    pub fn value(&self, name: &str) -> Option<&'r str> {
        let mut values = self.values(name);
        let value = values.next().filter(|_| values.next().is_none())?;
        std::str::from_utf8(value).ok()
    }

    /// Whether the method changes nothing by what HTTP says of it (RFC 9110, section 9.2.1).
    pub fn is_safe(&self) -> bool {
        matches!(self.method, "GET" | "HEAD" | "OPTIONS")
    }
}
