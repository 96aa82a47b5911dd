//! What the hub keeps, in SQLite: [`Shelf`] is one transaction of it.

mod condition;
mod find;
mod held;
mod history;
mod ours;
mod row;
mod store;
mod things;

use rusqlite::Connection;
use watchfire_hub::asff::FindingKey;
use watchfire_hub::attribute::Attribute;
use watchfire_hub::automation::AutomationRule;
use watchfire_hub::filter::Filters;
use watchfire_hub::held::Held;
use watchfire_hub::history::Entry;
use watchfire_hub::insight::Insight;
use watchfire_hub::kept::{Kept, Settings, Span};
use watchfire_hub::query::{Found, Query};
use watchfire_hub::suppression::Suppression;
use watchfire_model::EventTime;

use super::fault::Fault;
use crate::EpochId;

pub(super) use history::changes;
pub(super) use ours::{Ours, Own, adopt, set_status};

/// What the hub keeps, as one transaction sees it.
pub(super) struct Shelf<'c> {
    connection: &'c Connection,
    /// The epoch that is being committed.
    epoch: Option<EpochId>,
}

impl<'c> Shelf<'c> {
    /// Over a transaction of its own.
    pub(super) fn new(connection: &'c Connection) -> Shelf<'c> {
        Shelf { connection, epoch: None }
    }
}

impl Kept for Shelf<'_> {
    type Error = Fault;

    fn held(&self, key: &FindingKey) -> Result<Option<Held>, Fault> {
        Ok(held::by_key(self.connection, key)?.map(|(_, held)| held))
    }

    fn hold(&mut self, held: &Held, entries: &[Entry]) -> Result<(), Fault> {
        let number = held::number_of(self.connection, &held.key())?;
        held::hold(self.connection, number, held, entries, self.epoch)?;
        Ok(())
    }

    fn find(&self, query: &Query, now: EventTime) -> Result<Found, Fault> {
        find::page(self.connection, query, now)
    }

    fn count_by(
        &self,
        filters: &Filters,
        attribute: &'static Attribute,
        limit: usize,
        now: EventTime,
    ) -> Result<Vec<(String, u64)>, Fault> {
        find::count_by(self.connection, filters, attribute, limit, now)
    }

    fn suppressed_by(&self, suppression: &str, limit: usize) -> Result<Vec<Held>, Fault> {
        held::suppressed_by(self.connection, suppression, limit)
    }

    fn history(&self, key: &FindingKey, span: Span) -> Result<Vec<Entry>, Fault> {
        history::entries(self.connection, key, span)
    }

    fn rules(&self) -> Result<Vec<AutomationRule>, Fault> {
        things::all(self.connection, "rule")
    }

    fn set_rule(&mut self, rule: &AutomationRule) -> Result<(), Fault> {
        things::set(self.connection, "rule", &rule.rule_arn, rule)
    }

    fn remove_rule(&mut self, arn: &str) -> Result<(), Fault> {
        things::remove(self.connection, "rule", arn)
    }

    fn insights(&self) -> Result<Vec<Insight>, Fault> {
        things::all(self.connection, "insight")
    }

    fn set_insight(&mut self, insight: &Insight) -> Result<(), Fault> {
        things::set(self.connection, "insight", &insight.insight_arn, insight)
    }

    fn remove_insight(&mut self, arn: &str) -> Result<(), Fault> {
        things::remove(self.connection, "insight", arn)
    }

    fn suppressions(&self) -> Result<Vec<Suppression>, Fault> {
        things::all(self.connection, "suppression")
    }

    fn set_suppression(&mut self, suppression: &Suppression) -> Result<(), Fault> {
        things::set(self.connection, "suppression", &suppression.id, suppression)
    }

    fn remove_suppression(&mut self, id: &str) -> Result<(), Fault> {
        things::remove(self.connection, "suppression", id)
    }

    fn settings(&self) -> Result<Option<Settings>, Fault> {
        things::setting(self.connection, "settings")
    }

    fn set_settings(&mut self, settings: &Settings) -> Result<(), Fault> {
        things::set_setting(self.connection, "settings", settings)
    }
}
