//! Slowing down who guesses passwords.

use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use watchfire_model::EventTime;

use crate::token::later;
use crate::{Digest, UserName};

/// How guesses are slowed down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThrottleSettings {
    /// Failures that cost nothing.
    pub free: u32,
    /// The wait after the first that does; each further one doubles it.
    pub first: Duration,
    /// The longest wait for an address.
    pub address_max: Duration,
    /// The longest wait for a user, whatever addresses the failures came from. Short: somebody else's failures are no reason to keep a
    /// user out for long.
    pub user_max: Duration,
    /// Failures are forgotten when none came for so long.
    pub forget: Duration,
    /// Users, addresses, and pairs of both that are remembered at most, of each.
    pub remembered_max: usize,
}

impl Default for ThrottleSettings {
    /// Five slips are free; then one second, two, four, … up to 15 minutes for an address and one for a user; forgotten after a day. At
    /// that, one address tries fewer than 120 passwords a day, and all addresses together fewer than 1,460 of one user.
    fn default() -> ThrottleSettings {
        ThrottleSettings {
            free: 5,
            first: Duration::from_secs(1),
            address_max: Duration::from_secs(15 * 60),
            user_max: Duration::from_secs(60),
            forget: Duration::from_secs(24 * 60 * 60),
            remembered_max: 20_000,
        }
    }
}

/// Come back later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many failed logins; try again in {} s", .wait.as_secs() + 1)]
pub struct Throttled {
    /// After so long; for `Retry-After`.
    pub wait: Duration,
}

/// Who has failed how often. A failure is counted when the try begins, and taken back when it succeeds: many tries at once are no way
/// around it.
///
/// Nobody is kept out for ever. Waits end by themselves and have a bound. From an address where a user has logged in before (or this
/// machine itself), other addresses' failures with its name do not count: whoever attacks a name from elsewhere does not keep its owner
/// out.
#[derive(Debug)]
pub struct Throttle {
    settings: ThrottleSettings,
    users: Failures,
    addresses: Failures,
    /// Pairs that have succeeded; the time is the last one's.
    known: Failures,
}

impl Throttle {
    /// Nobody has failed yet.
    pub fn new(settings: ThrottleSettings) -> Throttle {
        let failures = || Failures::new(settings.remembered_max);
        Throttle { settings, users: failures(), addresses: failures(), known: failures() }
    }

    /// A try begins: whether it may. Call it before the password is looked at; then [`succeeded`](Throttle::succeeded) if it was right.
    ///
    /// # Errors
    /// [`Throttled`]; such a try is not counted.
    pub fn begin(&mut self, user: &UserName, address: IpAddr, now: EventTime) -> Result<(), Throttled> {
        let (by_user, by_address, by_both) = keys(user, address);
        let is_known = address.is_loopback() || self.known.get(by_both).is_some();
        let address_wait = self.wait(self.addresses.get(by_address), self.settings.address_max, now);
        let user_wait = if is_known { Duration::ZERO } else { self.wait(self.users.get(by_user), self.settings.user_max, now) };
        let wait = address_wait.max(user_wait);
        if !wait.is_zero() {
            return Err(Throttled { wait });
        }
        let (forget, counts) = (self.settings.forget, if is_known { 0 } else { 1 });
        self.addresses.add(by_address, 1, forget, now);
        self.users.add(by_user, counts, forget, now);
        Ok(())
    }

    /// The try that began was right. What the address did with other names stays: one's own password is no way to try many of others.
    pub fn succeeded(&mut self, user: &UserName, address: IpAddr, now: EventTime) {
        let (by_user, by_address, by_both) = keys(user, address);
        self.users.remove(by_user);
        self.addresses.take_back(by_address);
        self.known.remove(by_both);
        self.known.add(by_both, 1, Duration::MAX, now);
    }

    /// How many users, addresses and pairs are remembered, for metrics.
    pub fn remembered(&self) -> usize {
        [&self.users, &self.addresses, &self.known].map(|failures| failures.by_key.len()).iter().sum()
    }

    fn wait(&self, failed: Option<Failed>, longest: Duration, now: EventTime) -> Duration {
        let Some(failed) = failed else { return Duration::ZERO };
        let Some(beyond) = failed.count.checked_sub(self.settings.free.saturating_add(1)) else { return Duration::ZERO };
        let wait = self.settings.first.saturating_mul(1u32.checked_shl(beyond).unwrap_or(u32::MAX)).min(longest);
        // A clock that was set back does not prolong a wait beyond its length.
        let passed = now.millis().saturating_sub(failed.last.millis()).max(0);
        let left = later(EventTime(0), wait).millis().saturating_sub(passed).max(0);
        Duration::from_millis(left.unsigned_abs())
    }
}

/// 128 bits of a hash: names of any length take the same room.
type Key = u128;

fn keys(user: &UserName, address: IpAddr) -> (Key, Key, Key) {
    let key = |text: String| Digest::of(text).half();
    let network = network(address);
    (key(format!("user {user}")), key(format!("address {network}")), key(format!("{user} at {network}")))
}

/// Whoever has one address of IPv6 has a network of 2⁶⁴ of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        address => address,
    }
}

#[derive(Debug, Clone, Copy)]
struct Failed {
    count: u32,
    last: EventTime,
}

/// Failures by key; when there is no room for another key, the one that failed longest ago is forgotten.
#[derive(Debug)]
struct Failures {
    by_key: HashMap<Key, Failed>,
    by_time: BTreeSet<(EventTime, Key)>,
    max: usize,
}

impl Failures {
    fn new(max: usize) -> Failures {
        Failures { by_key: HashMap::new(), by_time: BTreeSet::new(), max: max.max(1) }
    }

    fn get(&self, key: Key) -> Option<Failed> {
        self.by_key.get(&key).copied()
    }

    fn add(&mut self, key: Key, count: u32, forget: Duration, now: EventTime) {
        let before = self.remove(key).filter(|failed| later(failed.last, forget) > now).map_or(0, |failed| failed.count);
        if self.by_key.len() >= self.max
            && let Some((_, oldest)) = self.by_time.pop_first()
        {
            self.by_key.remove(&oldest);
        }
        self.by_key.insert(key, Failed { count: before.saturating_add(count), last: now });
        self.by_time.insert((now, key));
    }

    /// One failure was none.
    fn take_back(&mut self, key: Key) {
        if let Some(failed) = self.by_key.get_mut(&key) {
            failed.count = failed.count.saturating_sub(1);
        }
    }

    fn remove(&mut self, key: Key) -> Option<Failed> {
        let failed = self.by_key.remove(&key)?;
        self.by_time.remove(&(failed.last, key));
        Some(failed)
    }
}
