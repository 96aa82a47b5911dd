//! How often everything was seen: one [`Tally`] a worker, merged at the end.

mod pairs;
mod table;
mod timeline;

use std::borrow::Cow;

use foldhash::fast::RandomState;
use serde::Serialize;
use watchfire_model::{EventTime, Record, cloudtrail as ct};

use crate::caller;
use pairs::{Pairs, Recent};
use table::{Outcome, Table};

pub use table::Seen;
pub use timeline::{Bucket, Timeline};

/// What records are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// The identity that called: user, role session, service.
    Principal,
    /// The role or user behind a session.
    SessionIssuer,
    /// The access key that signed.
    AccessKey,
    /// The address, or the service name in its place.
    Address,
    /// `eventSource:eventName`.
    Api,
    /// The error code of failed calls.
    ErrorCode,
    /// The agent.
    UserAgent,
    /// The region called.
    Region,
    /// The account that received the record.
    Account,
}

impl Dimension {
    /// All, in the order of a report.
    pub const ALL: [Dimension; 9] = [
        Dimension::Principal,
        Dimension::SessionIssuer,
        Dimension::AccessKey,
        Dimension::Address,
        Dimension::Api,
        Dimension::ErrorCode,
        Dimension::UserAgent,
        Dimension::Region,
        Dimension::Account,
    ];
}

/// One text of a dimension and how often it was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TallyRow<'a> {
    /// The text, as in the log (cut after 512 bytes).
    pub text: &'a str,
    /// How often and when.
    #[serde(flatten)]
    pub seen: Seen,
}

/// What was counted without a name of its own because a dimension had too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Others {
    /// How often and when.
    #[serde(flatten)]
    pub seen: Seen,
    /// How often a text was given up (one text may be given up more than once).
    pub dropped: u64,
}

/// Counts of records in every dimension, and who called what from where.
///
/// Memory is bounded: each dimension keeps at most 100,000 texts; beyond that the least busy half is given up and counted
/// as [`Others`], so that a flood of invented names cannot push out the busy ones.
#[derive(Debug, Default)]
pub struct Tally {
    hasher: RandomState,
    total: Seen,
    timeline: Timeline,
    tables: [Table; 9],
    /// Session issuer where there is one, else principal: sessions of one role add up.
    pub(crate) who: Table,
    /// Caller and API; the API's number is doubled, plus one when the call succeeded.
    pub(crate) who_api: Pairs,
    pub(crate) who_address: Pairs,
    pub(crate) who_region: Pairs,
    pub(crate) api_address: Pairs,
    recent: Recent,
    api_text: String,
}

/// Number of a text that the record does not have.
const NONE: u32 = u32::MAX >> 1;

impl Tally {
    /// Counts one record.
    pub fn observe(&mut self, record: &Record<'_>, time: EventTime) {
        let failure = caller::failure(record);
        let outcome = Outcome {
            failed: failure.is_some(),
            refused: failure.as_deref().is_some_and(caller::is_refusal),
            write: record.json(ct::READ_ONLY).is_some_and(|json| json == "false" || json == "\"false\""),
        };
        self.total.observe(outcome, time);
        self.timeline.observe(time, outcome.failed);

        let principal = caller::principal(record);
        let issuer = caller::present(record, ct::SESSION_ISSUER_ARN);
        let who = issuer.as_ref().or(principal.as_ref()).cloned();
        let who = match who {
            Some(who) => self.who.observe(&self.hasher, &who, outcome, time),
            None => NONE,
        };
        self.count(Dimension::Principal, principal, outcome, time);
        self.count(Dimension::SessionIssuer, issuer, outcome, time);
        self.count(Dimension::AccessKey, caller::present(record, ct::USER_IDENTITY_ACCESS_KEY_ID), outcome, time);
        self.count(Dimension::ErrorCode, failure, outcome, time);
        self.count(Dimension::UserAgent, caller::present(record, ct::USER_AGENT), outcome, time);
        self.count(Dimension::Account, caller::account(record), outcome, time);
        let address = self.count(Dimension::Address, caller::present(record, ct::SOURCE_IP_ADDRESS), outcome, time);
        let region = self.count(Dimension::Region, caller::present(record, ct::AWS_REGION), outcome, time);
        let api = self.count_api(record, outcome, time);

        let api_ok = api << 1 | u32::from(!outcome.failed);
        if self.recent.is_new([who, api_ok, address, region]) {
            self.relate(who, api_ok, address, region);
        }
        if self.is_crowded() {
            self.prune();
        }
    }

    #[inline]
    fn count(&mut self, dimension: Dimension, text: Option<Cow<'_, str>>, outcome: Outcome, time: EventTime) -> u32 {
        match (text, self.tables.get_mut(dimension as usize)) {
            (Some(text), Some(table)) => table.observe(&self.hasher, &text, outcome, time),
            _ => NONE,
        }
    }

    #[inline]
    fn count_api(&mut self, record: &Record<'_>, outcome: Outcome, time: EventTime) -> u32 {
        let Some(name) = caller::present(record, ct::EVENT_NAME) else { return NONE };
        self.api_text.clear();
        if let Some(source) = caller::present(record, ct::EVENT_SOURCE) {
            self.api_text.push_str(table::shortened(&source));
        }
        self.api_text.push(':');
        self.api_text.push_str(table::shortened(&name));
        match self.tables.get_mut(Dimension::Api as usize) {
            Some(table) => table.observe(&self.hasher, &self.api_text, outcome, time),
            None => NONE,
        }
    }

    #[cold]
    fn relate(&mut self, who: u32, api_ok: u32, address: u32, region: u32) {
        let api = api_ok >> 1;
        if who != NONE {
            if api != NONE {
                self.who_api.insert(who, api_ok);
            }
            if address != NONE {
                self.who_address.insert(who, address);
            }
            if region != NONE {
                self.who_region.insert(who, region);
            }
        }
        if api != NONE && address != NONE {
            self.api_address.insert(api, address);
        }
    }

    #[inline]
    fn is_crowded(&self) -> bool {
        self.tables.iter().any(Table::is_crowded) || self.who.is_crowded()
    }

    #[cold]
    fn prune(&mut self) {
        let maps: Vec<Option<Vec<Option<u32>>>> = self.tables.iter_mut().map(|table| table.is_crowded().then(|| table.prune())).collect();
        let map = |dimension: Dimension| maps.get(dimension as usize).and_then(Option::as_deref);
        let who = self.who.is_crowded().then(|| self.who.prune());
        let api_ok = map(Dimension::Api).map(doubled);
        self.who_api.renumber(who.as_deref(), api_ok.as_deref());
        self.who_address.renumber(who.as_deref(), map(Dimension::Address));
        self.who_region.renumber(who.as_deref(), map(Dimension::Region));
        self.api_address.renumber(map(Dimension::Api), map(Dimension::Address));
        self.recent = Recent::default();
    }

    /// Adds what another worker counted.
    pub fn merge(&mut self, other: Tally) {
        self.total.absorb(&other.total);
        self.timeline.absorb(other.timeline);
        let maps: Vec<Vec<Option<u32>>> =
            self.tables.iter_mut().zip(&other.tables).map(|(mine, theirs)| mine.absorb(&self.hasher, theirs)).collect();
        let map = |dimension: Dimension| maps.get(dimension as usize).map(Vec::as_slice).unwrap_or_default();
        let who = self.who.absorb(&self.hasher, &other.who);
        self.who_api.absorb(&other.who_api, &who, &doubled(map(Dimension::Api)));
        self.who_address.absorb(&other.who_address, &who, map(Dimension::Address));
        self.who_region.absorb(&other.who_region, &who, map(Dimension::Region));
        self.api_address.absorb(&other.api_address, map(Dimension::Api), map(Dimension::Address));
        if self.is_crowded() {
            self.prune();
        }
    }

    /// Everything together; nothing when no record was seen.
    pub fn total(&self) -> Option<Seen> {
        (self.total.count > 0).then_some(self.total)
    }

    /// Records over time.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// The texts of a dimension, busiest first.
    pub fn rows(&self, dimension: Dimension) -> Vec<TallyRow<'_>> {
        let mut rows: Vec<TallyRow<'_>> = self.table(dimension).rows().map(|(text, seen)| TallyRow { text, seen: *seen }).collect();
        rows.sort_unstable_by(|a, b| b.seen.count.cmp(&a.seen.count).then(a.text.cmp(b.text)));
        rows
    }

    /// How many texts of a dimension are kept.
    pub fn distinct(&self, dimension: Dimension) -> usize {
        self.table(dimension).len()
    }

    /// What a dimension could not keep; nothing when it kept all.
    pub fn others(&self, dimension: Dimension) -> Option<Others> {
        let (seen, dropped) = self.table(dimension).others();
        (dropped > 0).then_some(Others { seen, dropped })
    }

    pub(crate) fn table(&self, dimension: Dimension) -> &Table {
        // The array has one table for each dimension, in its order.
        &self.tables[dimension as usize]
    }
}

/// A renumbering of APIs as one of APIs with their success bit.
fn doubled(map: &[Option<u32>]) -> Vec<Option<u32>> {
    map.iter().flat_map(|id| [id.map(|id| id << 1), id.map(|id| id << 1 | 1)]).collect()
}
