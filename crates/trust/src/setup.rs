//! The first user: made by whoever holds the link that the program printed at its first start.

use std::time::Duration;

use watchfire_model::EventTime;

use crate::secret::{bearer, is_bearer};
use crate::session::is_within;
use crate::{Digest, Secret};

const PREFIX: &str = "wfs_";

/// How long a link can be used. Short: it is printed where logs are kept.
pub const SETUP_LIVES: Duration = Duration::from_secs(60 * 60);

/// What is kept of a link: it is used once, and a new one replaces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setup {
    /// Of the text in the link.
    pub digest: Digest,
    /// When it was made.
    pub created: EventTime,
}

impl Setup {
    /// A new link: what to keep, and the text to print, as in `https://…/setup#wfs_…`. After the `#` it is sent to nobody's log.
    pub fn issue(random: [u8; 32], now: EventTime) -> (Setup, Secret) {
        let text = bearer(PREFIX, random);
        (Setup { digest: Digest::of(text.reveal()), created: now }, text)
    }

    /// What is kept of a presented text; none when it is none that was made here.
    pub fn digest(presented: &str) -> Option<Digest> {
        is_bearer(PREFIX, presented).then(|| Digest::of(presented))
    }

    /// Whether what somebody presents is this link, in time.
    pub fn accepts(&self, presented: Digest, now: EventTime) -> bool {
        presented == self.digest && now >= self.created && is_within(self.created, SETUP_LIVES, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_itself_for_an_hour() {
        let (setup, text) = Setup::issue([1; 32], EventTime(1_000));
        let digest = Setup::digest(text.reveal()).expect("ours");
        assert!(setup.accepts(digest, EventTime(1_000)) && setup.accepts(digest, EventTime(3_600_999)));
        assert!(!setup.accepts(digest, EventTime(3_601_000)) && !setup.accepts(digest, EventTime(999)));
        assert!(!setup.accepts(Setup::issue([2; 32], EventTime(1_000)).0.digest, EventTime(1_000)));
        assert_eq!(Setup::digest(&text.reveal().replace("wfs_", "wf_")), None);
        assert!(!format!("{setup:?}{text:?}").contains(&text.reveal()[4..]));
    }
}
