//! What rules say of records of which only some fields are known. What a glance decides is taken; what it does not is left to the
//! whole record, which goes through [`Worker::take`].

use std::collections::BTreeSet;
use std::sync::Arc;

use watchfire_detect::{Glance, Scratch, Sight};
use watchfire_model::{Record, Slot};

use crate::{Engine, Worker};

/// What a glance at a record comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    /// No rule matches it.
    Nothing,
    /// Rules match it, and it is known what they give to correlations: [`Worker::give`] takes it.
    Sure,
    /// The whole record is needed.
    Unsure,
}

/// One thread's memory of what it looked at last.
#[derive(Debug, Default)]
pub(crate) struct Onlooker {
    scratch: Scratch,
    sure: Vec<usize>,
}

impl Engine {
    /// Rules as far as the `shown` fields of a record decide them. `judged` are the rules that count, `told` those whose findings are
    /// wanted; fields that are `given` differ from record to record and only go into correlations.
    pub fn glance(&self, judged: &BTreeSet<usize>, told: &BTreeSet<usize>, shown: &[Slot], given: &[Slot]) -> Glance {
        Glance::of(&self.rules, &self.plan, Sight { judged, told, shown, given })
    }
}

impl Worker {
    /// Looks at what is known of a record, or of several that are alike.
    pub fn look(&mut self, glance: &Glance, record: &Record<'_>) -> Looked {
        let Onlooker { scratch, sure } = &mut self.onlooker;
        sure.clear();
        let mut unsure = false;
        glance.look(record, scratch, |rule, certain| {
            unsure |= !certain;
            sure.push(rule);
        });
        match (unsure, sure.is_empty()) {
            (true, _) => Looked::Unsure,
            (false, true) => Looked::Nothing,
            (false, false) => Looked::Sure,
        }
    }

    /// Gives a record to the correlations of the rules that the last look was sure of.
    pub fn give(&mut self, source: &Arc<str>, record: &Record<'_>) {
        if !self.is_in_scope(record) {
            return;
        }
        let sure = std::mem::take(&mut self.onlooker.sure);
        self.feed(&sure, source, record);
        self.onlooker.sure = sure;
    }
}
