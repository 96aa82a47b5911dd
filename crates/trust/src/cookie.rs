//! The cookie of a session.

use std::time::Duration;

use crate::SessionSecret;

/// How the cookie is set. Without TLS, on loopback, browsers accept no `Secure` cookie from everywhere, so it goes by another name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionCookie {
    /// Whether pages come over TLS.
    pub is_secure: bool,
    /// Whether it comes along when somebody follows a link from elsewhere: `SameSite=Lax` instead of `Strict`. What changes something
    /// needs the CSRF token either way.
    pub is_lax: bool,
}

impl SessionCookie {
    /// Its name. `__Host-` makes browsers refuse it unless it is `Secure`, without `Domain`, for the path `/`: no neighbour on another
    /// subdomain can set it (RFC 6265bis, section 4.1.3.2).
    pub fn name(self) -> &'static str {
        if self.is_secure { "__Host-watchfire" } else { "watchfire" }
    }

    /// The value of `Set-Cookie` that gives it to a browser, for as long as the session can live.
    pub fn set(self, secret: &SessionSecret, lives: Duration) -> String {
        self.line(secret.reveal(), lives.as_secs())
    }

    /// The value of `Set-Cookie` that takes it away.
    pub fn clear(self) -> String {
        self.line("", 0)
    }

    fn line(self, value: &str, seconds: u64) -> String {
        let (secure, site) = (if self.is_secure { "; Secure" } else { "" }, if self.is_lax { "Lax" } else { "Strict" });
        format!("{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite={site}{secure}", self.name())
    }

    /// The secret among a request's `Cookie` headers. With two of the name none counts: somebody has put one beside ours.
    pub fn find<'h>(self, headers: impl IntoIterator<Item = &'h [u8]>) -> Option<SessionSecret> {
        let mut found = None;
        for header in headers {
            for pair in std::str::from_utf8(header).ok()?.split(';') {
                let Some((name, value)) = pair.split_once('=') else { continue };
                if name.trim() == self.name() && found.replace(value.trim()).is_some() {
                    return None;
                }
            }
        }
        SessionSecret::parse(found?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TLS: SessionCookie = SessionCookie { is_secure: true, is_lax: false };
    const PLAIN: SessionCookie = SessionCookie { is_secure: false, is_lax: true };

    #[test]
    fn attributes() {
        let secret = SessionSecret::new([1; 32]);
        let value = secret.reveal();
        assert_eq!(
            TLS.set(&secret, Duration::from_secs(60)),
            format!("__Host-watchfire={value}; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure")
        );
        assert_eq!(PLAIN.set(&secret, Duration::from_secs(60)), format!("watchfire={value}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"));
        assert_eq!(TLS.clear(), "__Host-watchfire=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure");
    }

    #[test]
    fn the_cookie_is_found() {
        let secret = SessionSecret::new([1; 32]);
        let find = |headers: &[&str]| TLS.find(headers.iter().map(|header| header.as_bytes())).map(|found| found.digest());
        let ours = format!("__Host-watchfire={}", secret.reveal());
        assert_eq!(find(&[&ours]), Some(secret.digest()));
        assert_eq!(find(&["a=b; c", &format!("d=e;{ours}; f=g=h")]), Some(secret.digest()));
        assert_eq!(find(&[&format!("x{ours}")]), None);
        assert_eq!(find(&[&ours, "__Host-watchfire=x"]), None);
        assert_eq!(find(&[&format!("{ours}; {ours}")]), None);
        assert_eq!(find(&[&ours[..ours.len() - 1]]), None);
        assert_eq!(find(&[]), None);
        assert!(PLAIN.find([ours.as_bytes()]).is_none(), "another name without TLS");
        assert!(TLS.find([&b"\xff"[..], ours.as_bytes()]).is_none());
    }
}
