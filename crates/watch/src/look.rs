//! Records of which only some fields are known: what rules say of them without their text, as far as [`Glance`] allows. What it does
//! not goes whole through [`Worker::take`].

use std::collections::BTreeSet;
use std::sync::Arc;

use watchfire_detect::{Glance, Meta, Sight};
use watchfire_model::{EventTime, Record, Slot};

use crate::signals::Origin;
use crate::worker::keep;
use crate::{Engine, Worker, entity, summary};

/// What differs among records that are alike: when each happened, and its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Own<'t> {
    /// Its time; nothing when it has none.
    pub time: Option<EventTime>,
    /// Its id; empty when it has none.
    pub event_id: &'t str,
}

impl Engine {
    /// Rules as far as fields of a record decide them: those `shown` at a glance first, then those that are `readable`. `judged` are
    /// the rules that count, `told` those whose findings are wanted: their records, whom they are about, and the sentence. Of other
    /// entities, of evidence and of what to do next, such a finding knows only what the sentence tells.
    pub fn glance(&self, judged: &BTreeSet<usize>, told: &BTreeSet<usize>, shown: &[Slot], readable: &[Slot]) -> Glance {
        let tells = |meta: &Meta| summary::needs(&meta.summary);
        let of_findings = &entity::FIELDS;
        Glance::of(&self.rules, &self.plan, Sight { judged, told, shown, readable, of_findings, tells: &tells })
    }
}

impl Worker {
    /// Gives records to the correlations of rules that surely match them. `record` is one of them: the others have the same in all
    /// that these rules give to correlations. Whether they count was asked before.
    pub fn give<'t>(&mut self, rules: &[usize], source: &Arc<str>, record: &Record<'_>, each: impl Iterator<Item = Own<'t>> + Clone) {
        let Worker { engine, gathered, error, .. } = self;
        for rule in rules {
            let origins = each.clone().map(|own| Origin { event_id: own.event_id, time: own.time.unwrap_or_default(), source });
            engine.plan.feed(*rule, record, |fed| {
                if let Err(failed) = gathered.signals.add_alike(&fed, origins.clone()) {
                    error.get_or_insert(failed.into());
                }
            });
        }
    }

    /// Whether a record of this time counts; it is counted either way.
    pub fn holds(&mut self, time: Option<EventTime>) -> bool {
        let holds = self.scope.holds_at(time);
        self.gathered.counts.records += u64::from(holds);
        self.gathered.counts.out_of_scope += u64::from(!holds);
        holds
    }

    /// Adds to `matched` those of some rules that a record matches. It has all fields that these rules ask for.
    pub fn judge(&mut self, rules: &[usize], record: &Record<'_>, matched: &mut Vec<usize>) {
        self.engine.matcher.judge(rules, record, &mut self.scratch, |rule| matched.push(rule));
    }

    /// Keeps what rules say that match a record. It has its time, its id and all fields that decide what becomes of the matches.
    pub fn keep(&mut self, matched: &[usize], source: &Arc<str>, record: &Record<'_>) {
        keep(matched, source, record, &self.engine, &mut self.gathered, &mut self.error);
    }
}
