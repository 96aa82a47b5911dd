//! The names that the server goes by. A page of somebody else's whose name was made to lead here (DNS rebinding) calls another name.

use std::net::{IpAddr, SocketAddr};

use http::uri::Authority;
use http::{HeaderMap, Uri, header};

/// The names that the server goes by.
#[derive(Debug, Clone)]
pub(crate) struct Hosts {
    names: Vec<String>,
    is_any: bool,
}

impl Hosts {
    /// On this machine, and wherever names are given, only those; elsewhere without names, any: there a certificate says who it is.
    pub fn new(listen: SocketAddr, names: &[String]) -> Hosts {
        let names: Vec<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
        Hosts { is_any: names.is_empty() && !listen.ip().is_loopback(), names }
    }

    /// The name and port that a request calls, where the server goes by it.
    pub fn called(&self, uri: &Uri, headers: &HeaderMap) -> Option<Authority> {
        let mut given = headers.get_all(header::HOST).iter();
        let host: Option<Authority> = match given.next() {
            Some(host) => Some(host.to_str().ok()?.parse().ok()?),
            None => None,
        };
        // Two of them, or a URI that says otherwise: somebody wants two readers to understand two things.
        if given.next().is_some() || host.as_ref().zip(uri.authority()).is_some_and(|(host, other)| host != other) {
            return None;
        }
        let host = host.or_else(|| uri.authority().cloned())?;
        self.know(host.host()).then_some(host)
    }

    fn know(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        // A plain address cannot be made to lead elsewhere.
        self.is_any || host == "localhost" || host.ends_with(".localhost") || bare.parse::<IpAddr>().is_ok() || self.names.contains(&host)
    }
}

/// Whether the page that a browser says it calls from is this server's own; where none is said it is no page.
pub(crate) fn is_own_origin(called: &Authority, is_tls: bool, headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site")
        && !matches!(site.as_bytes(), b"same-origin" | b"none")
    {
        return false;
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Some(origin) = origin.to_str().ok().and_then(|origin| origin.parse::<Uri>().ok()) else { return false };
    let scheme = if is_tls { "https" } else { "http" };
    let port = |authority: &Authority| authority.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
    // Behind something that encrypts, the page comes over https and the line here does not.
    let is_scheme = origin.scheme_str() == Some(scheme) || origin.scheme_str() == Some("https");
    let is_host = origin.authority().is_some_and(|other| {
        other.host().eq_ignore_ascii_case(called.host()) && (port(other) == port(called) || origin.scheme_str() != Some(scheme))
    });
    is_scheme && is_host
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value"))).collect()
    }

    #[test]
    fn rebound_names_are_unknown() {
        let here: SocketAddr = "127.0.0.1:80".parse().expect("an address");
        let hosts = Hosts::new(here, &["Fire.Example".to_owned()]);
        let uri = Uri::from_static("/x");
        for (host, is_known) in [
            ("localhost:8421", true),
            ("127.0.0.1", true),
            ("[::1]:5", true),
            ("fire.example:1", true),
            ("evil.example", false),
            ("localhost.evil.example", false),
            ("127.0.0.1.nip.io", false),
            ("fire.example.", false),
            ("a b", false),
            ("", false),
        ] {
            assert_eq!(hosts.called(&uri, &headers(&[("host", host)])).is_some(), is_known, "{host}");
        }
        assert!(hosts.called(&uri, &HeaderMap::new()).is_none());
        let mut two = headers(&[("host", "localhost")]);
        two.append("host", "localhost".parse().expect("a value"));
        assert!(hosts.called(&uri, &two).is_none());
        assert!(hosts.called(&Uri::from_static("http://evil.example/"), &headers(&[("host", "localhost")])).is_none());
        assert!(hosts.called(&Uri::from_static("http://evil.example/"), &HeaderMap::new()).is_none());
        let anywhere: SocketAddr = "0.0.0.0:80".parse().expect("an address");
        assert!(Hosts::new(anywhere, &[]).called(&uri, &headers(&[("host", "any.example")])).is_some());
        assert!(Hosts::new(anywhere, &["a.example".into()]).called(&uri, &headers(&[("host", "any.example")])).is_none());
    }

    #[test]
    fn pages_of_others_are_told_apart() {
        let called: Authority = "fire.example:8421".parse().expect("a host");
        for (origin, is_tls, is_own) in [
            ("http://fire.example:8421", false, true),
            ("https://fire.example:8421", true, true),
            ("https://fire.example", false, true),
            ("http://fire.example:8421", true, false),
            ("http://fire.example:1", false, false),
            ("https://evil.example", false, false),
            ("null", false, false),
            ("", false, false),
        ] {
            assert_eq!(is_own_origin(&called, is_tls, &headers(&[("origin", origin)])), is_own, "{origin} {is_tls}");
        }
        assert!(is_own_origin(&called, false, &HeaderMap::new()));
        assert!(!is_own_origin(&called, false, &headers(&[("sec-fetch-site", "cross-site")])));
        assert!(!is_own_origin(&called, false, &headers(&[("sec-fetch-site", "same-site")])));
        assert!(is_own_origin(&called, false, &headers(&[("sec-fetch-site", "same-origin")])));
    }
}
