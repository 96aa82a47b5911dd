//! Sessions: somebody logged in with a password and comes back with a cookie.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use watchfire_model::EventTime;

use crate::secret::{bearer, is_bearer, is_same, spell};
use crate::{Caller, Digest, Proof, Scopes, Secret, User, UserId};

/// What the cookie's value begins with.
const PREFIX: &str = "wfc_";

/// What the browser has: 256 random bits, made anew at every login.
#[derive(Clone)]
pub struct SessionSecret(Secret);

impl SessionSecret {
    /// Of random bytes.
    pub fn new(random: [u8; 32]) -> SessionSecret {
        SessionSecret(bearer(PREFIX, random))
    }

    /// The value of a cookie; none when it was not made here.
    pub fn parse(text: &str) -> Option<SessionSecret> {
        is_bearer(PREFIX, text).then(|| SessionSecret(Secret::new(text)))
    }

    /// The value of the cookie.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }

    /// What is kept of it.
    pub fn digest(&self) -> Digest {
        Digest::of(self.reveal())
    }

    /// What a page sends along with everything that changes something, in the header [`CSRF_HEADER`]. It follows from the cookie's value,
    /// which only this site's own answers can put into a page; no other site can know it, and no other session's will do.
    pub fn csrf(&self) -> Secret {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.reveal().as_bytes()).expect("HMAC takes keys of any length");
        mac.update(b"watchfire csrf 1");
        Secret::new(spell(&mac.finalize().into_bytes(), crate::secret::BASE32_LOWER))
    }

    /// Whether what a page sent is this session's.
    pub fn accepts_csrf(&self, presented: &[u8]) -> bool {
        is_same(self.csrf().reveal().as_bytes(), presented)
    }
}

impl fmt::Debug for SessionSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SessionSecret(…)")
    }
}

/// The header in which a page sends its [`SessionSecret::csrf`], in small letters.
pub const CSRF_HEADER: &str = "x-csrf-token";

/// A session as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Of its secret; also what it is called where sessions are listed and ended, for nothing can be opened with it.
    pub digest: Digest,
    /// Whose it is.
    pub user: UserId,
    /// When it began.
    pub opened: EventTime,
    /// When it was last used, to the minute or so.
    pub seen: EventTime,
    /// Where it was opened from.
    pub address: Option<IpAddr>,
    /// What the browser calls itself, shortened.
    pub agent: String,
}

/// What is kept of a browser's own description.
const AGENT_LETTERS_MAX: usize = 200;

/// How long sessions live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// Without being used.
    pub idle: Duration,
    /// At all.
    pub absolute: Duration,
}

impl Default for SessionLimits {
    /// Half an hour, twelve hours: the OWASP Session Management Cheat Sheet speaks of 15 to 30 minutes and of a working day.
    fn default() -> SessionLimits {
        SessionLimits { idle: Duration::from_secs(30 * 60), absolute: Duration::from_secs(12 * 60 * 60) }
    }
}

/// A use is written down when the last one that was is so long ago.
pub(crate) const TOUCH_AFTER: Duration = Duration::from_secs(60);

impl Session {
    /// One that begins: what to keep, and what the browser gets.
    pub fn open(user: &User, random: [u8; 32], address: Option<IpAddr>, agent: &str, now: EventTime) -> (Session, SessionSecret) {
        let secret = SessionSecret::new(random);
        let agent = agent.chars().filter(|letter| !letter.is_control()).take(AGENT_LETTERS_MAX).collect();
        (Session { digest: secret.digest(), user: user.id, opened: now, seen: now, address, agent }, secret)
    }

    /// Whether it lives still. A clock that was set back does not prolong it beyond what the limits allow from now.
    pub fn is_live(&self, limits: SessionLimits, now: EventTime) -> bool {
        is_within(self.seen, limits.idle, now) && is_within(self.opened, limits.absolute, now)
    }

    /// Its user as a caller; none when it is over, or the user may not come in.
    pub fn caller(&self, user: &User, limits: SessionLimits, now: EventTime) -> Option<Caller> {
        let is_its = self.user == user.id && self.is_live(limits, now);
        is_its.then(|| user.calls(user.role, Proof::Session, Scopes::All)).flatten()
    }
}

/// Whether so much time, not more, has passed.
pub(crate) fn is_within(since: EventTime, span: Duration, now: EventTime) -> bool {
    i128::from(now.millis()) - i128::from(since.millis()) < i128::try_from(span.as_millis()).unwrap_or(i128::MAX)
}
