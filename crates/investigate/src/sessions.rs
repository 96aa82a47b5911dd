//! Access keys and how each came to be: the links between an identity and the sessions it opened.

mod chains;
mod few;
mod issue;
mod parents;

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;
use watchfire_model::{EventTime, Record, cloudtrail as ct};

use crate::caller;
use crate::text::cut;
use few::Few;
use issue::{Issue, NAME_BYTES_MAX, Opened, SignIn};

pub use chains::{Chain, ChainLink, Origin, Sighting};

/// Access keys kept. AWS services open sessions by the million; those go first when it gets crowded, idle ones next.
pub(crate) const KEYS_MAX: usize = 50_000;

/// Bytes of text kept over all access keys.
const BYTES_MAX: usize = 48 * 1024 * 1024;

/// Console sign-ins kept, over all principals.
const SIGN_INS_MAX: usize = 20_000;

/// One access key: what it did and how it came to be.
#[derive(Debug, Default)]
struct Credential {
    /// ARN or name of the identity that used it.
    principal: Box<str>,
    principal_id: Box<str>,
    issuer: Box<str>,
    /// When its session was made, as its own records say.
    created: Option<EventTime>,
    from_console: bool,
    issue: Option<Box<Issue>>,
    count: u64,
    errors: u64,
    first: Option<EventTime>,
    last: Option<EventTime>,
    addresses: Few,
    regions: Few,
    user_agents: Few,
}

impl Credential {
    fn is_of_service(&self) -> bool {
        self.issue.as_ref().is_some_and(|issue| issue.by_service)
    }

    fn absorb(&mut self, other: Credential) {
        self.count += other.count;
        self.errors += other.errors;
        self.first = self.first.into_iter().chain(other.first).min();
        self.last = self.last.max(other.last);
        self.created = self.created.into_iter().chain(other.created).min();
        self.from_console |= other.from_console;
        // A key belongs to one identity; a log that claims several gets one of them.
        self.principal = better(std::mem::take(&mut self.principal), other.principal);
        self.principal_id = better(std::mem::take(&mut self.principal_id), other.principal_id);
        self.issuer = better(std::mem::take(&mut self.issuer), other.issuer);
        self.addresses.absorb(other.addresses);
        self.regions.absorb(other.regions);
        self.user_agents.absorb(other.user_agents);
        if let Some(issue) = other.issue {
            self.learn(issue);
        }
    }

    fn learn(&mut self, issue: Box<Issue>) {
        match &self.issue {
            Some(known) if !issue.is_better_than(known) => {}
            _ => self.issue = Some(issue),
        }
    }
}

fn better(a: Box<str>, b: Box<str>) -> Box<str> {
    if a.is_empty() || (!b.is_empty() && b < a) { b } else { a }
}

/// Sessions and role chains: which identity opened which session, and what each access key did.
///
/// Records may come in any order; links are resolved by [`Sessions::chains`]. Memory is bounded: at most 50,000 access
/// keys, given up in the order AWS services' sessions, then the least busy.
#[derive(Debug, Default)]
pub struct Sessions {
    keys: HashMap<Box<str>, Credential, RandomState>,
    sign_ins: BTreeMap<Box<str>, Vec<SignIn>>,
    sign_ins_count: usize,
    bytes: usize,
    dropped: u64,
}

impl Sessions {
    /// Notes one record.
    pub fn observe(&mut self, record: &Record<'_>) {
        let Some(time) = record.text(ct::EVENT_TIME).and_then(|text| text.parse::<EventTime>().ok()) else { return };
        match issue::opened(record, time) {
            Some(Opened::Key(key, issue)) => {
                self.bytes += key.len() + issue.bytes();
                self.keys.entry(key).or_default().learn(Box::new(issue));
            }
            Some(Opened::Console(principal, sign_in)) => self.sign_in(principal, sign_in),
            None => {}
        }
        if let Some(key) = caller::present(record, ct::USER_IDENTITY_ACCESS_KEY_ID)
            && key.len() <= 128
        {
            self.used(&key, record, time);
        }
        if self.keys.len() >= KEYS_MAX || self.bytes >= BYTES_MAX {
            self.prune();
        }
    }

    fn used(&mut self, key: &str, record: &Record<'_>, time: EventTime) {
        let credential = match self.keys.get_mut(key) {
            Some(credential) => credential,
            None => {
                self.bytes += key.len();
                self.keys.entry(key.into()).or_default()
            }
        };
        if credential.count == 0 {
            self.bytes += identify(credential, record);
        }
        credential.count += 1;
        credential.from_console |= record.json(ct::SESSION_CREDENTIAL_FROM_CONSOLE) == Some("\"true\"");
        credential.errors += u64::from(caller::failure(record).is_some());
        credential.first = Some(credential.first.map_or(time, |first| first.min(time)));
        credential.last = credential.last.max(Some(time));
        for (few, slot) in [
            (&mut credential.addresses, ct::SOURCE_IP_ADDRESS),
            (&mut credential.regions, ct::AWS_REGION),
            (&mut credential.user_agents, ct::USER_AGENT),
        ] {
            if let Some(text) = caller::present(record, slot) {
                self.bytes += few.observe(&text, time);
            }
        }
    }

    fn sign_in(&mut self, principal: Box<str>, sign_in: SignIn) {
        if self.sign_ins_count >= SIGN_INS_MAX {
            self.dropped += 1;
            return;
        }
        self.sign_ins_count += 1;
        self.sign_ins.entry(principal).or_default().push(sign_in);
    }

    /// Adds what another worker noted.
    pub fn merge(&mut self, other: Sessions) {
        self.bytes += other.bytes;
        self.dropped += other.dropped;
        for (key, theirs) in other.keys {
            self.keys.entry(key).or_default().absorb(theirs);
        }
        for (principal, sign_ins) in other.sign_ins {
            for sign_in in sign_ins {
                self.sign_in(principal.clone(), sign_in);
            }
        }
        if self.keys.len() >= KEYS_MAX || self.bytes >= BYTES_MAX {
            self.prune();
        }
    }

    #[cold]
    fn prune(&mut self) {
        let mut order: Vec<(bool, std::cmp::Reverse<u64>, Box<str>)> = self
            .keys
            .iter()
            .map(|(key, credential)| (credential.is_of_service(), std::cmp::Reverse(credential.count), key.clone()))
            .collect();
        order.sort_unstable();
        for (_, _, key) in order.drain(order.len() / 2..) {
            self.keys.remove(&key);
            self.dropped += 1;
        }
        self.bytes = self.keys.iter().map(|(key, credential)| key.len() + credential.bytes()).sum();
    }

    /// How many access keys are kept.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether no access key and no sign-in was seen.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.sign_ins.is_empty()
    }

    /// How many access keys and sign-ins were given up because there were too many.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }
}

impl Credential {
    fn bytes(&self) -> usize {
        let few = |few: &Few| few.texts().iter().map(|text| text.len()).sum::<usize>();
        self.principal.len()
            + self.principal_id.len()
            + self.issuer.len()
            + self.issue.as_ref().map_or(0, |issue| issue.bytes())
            + few(&self.addresses)
            + few(&self.regions)
            + few(&self.user_agents)
    }
}

/// Fills in whose key it is from the first record that uses it; gives the bytes added.
#[cold]
fn identify(credential: &mut Credential, record: &Record<'_>) -> usize {
    let kept =
        |text: Option<std::borrow::Cow<'_, str>>| -> Box<str> { text.map_or_else(Box::default, |text| cut(&text, NAME_BYTES_MAX).into()) };
    credential.principal = kept(caller::principal(record));
    credential.principal_id = kept(caller::present(record, ct::USER_IDENTITY_PRINCIPAL_ID));
    credential.issuer = kept(caller::present(record, ct::SESSION_ISSUER_ARN));
    credential.created = record.text(ct::SESSION_CREATION_DATE).and_then(|text| text.parse().ok());
    credential.principal.len() + credential.principal_id.len() + credential.issuer.len()
}
