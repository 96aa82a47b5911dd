//! Many patterns, asked of an event at once.
//!
//! As with rules (decision 0004): values point to the few conditions that have an anchor among them, those are judged by predicates that
//! all share, and no condition shares anything else with another. What differs is said in decision 0010.

use std::sync::Arc;

use smallvec::SmallVec;

use super::alternatives::Alternatives;
use super::envelope::{self, CallEvent, Made};
use super::found::{Finds, Found, WHOLE};
use super::gate::Gate;
use super::keys::{Keys, ROOT};
use super::scan::{EventError, scan};
use super::scratch::EventScratch;
use super::{EventPattern, compile};
use crate::matcher::Values;

/// Patterns compiled into one. Immutable; shared by all threads.
#[derive(Debug)]
pub struct EventMatcher {
    pub(super) keys: Keys,
    pub(super) fields: Vec<Asked>,
    /// The fields that have anchors.
    pub(super) anchored: Vec<u32>,
    pub(super) predicates: Vec<Predicate>,
    pub(super) conditions: Vec<Condition>,
    pub(super) gates: Vec<Gate>,
    /// Conditions that no value anchors.
    pub(super) always: Vec<u32>,
    pub(super) pattern_count: u32,
    pub(super) made: Vec<MadeField>,
    /// The node of `detail`.
    pub(super) detail: Option<u32>,
    /// Tells this matcher from every other: an [`EventScratch`] remembers whose it is.
    pub(super) identity: Arc<()>,
}

/// A member of the envelope that some pattern asks about.
#[derive(Debug)]
pub(super) struct MadeField {
    pub(super) field: u32,
    pub(super) made: Made,
    /// The field of the record that decides it.
    pub(super) from: Option<u32>,
}

/// A field that some pattern asks about.
#[derive(Debug)]
pub(super) struct Asked {
    /// Its values hardly ever return.
    pub(super) is_id: bool,
    pub(super) values: Values,
    /// Conditions that any of its values points to.
    pub(super) present: Vec<u32>,
}

/// What some pattern asks of a field.
#[derive(Debug)]
pub(super) struct Predicate {
    pub(super) field: u32,
    /// Its number among those of the field.
    pub(super) number: u32,
    pub(super) alternatives: Arc<Alternatives>,
}

/// A branch and the patterns that have it.
#[derive(Debug)]
pub(super) struct Condition {
    /// Its predicates in the order in which they decide soonest.
    pub(super) quickest: SmallVec<[u32; 6]>,
    /// The same in the order of their paths.
    pub(super) terms: Box<[u32]>,
    pub(super) rules: Box<[u32]>,
}

impl EventMatcher {
    /// Compiles patterns; each is known by its position. Order and company do not change what a pattern says of an event.
    pub fn compile<'p>(patterns: impl IntoIterator<Item = &'p EventPattern>) -> EventMatcher {
        compile::compile(patterns)
    }

    /// How many patterns were compiled.
    pub fn pattern_count(&self) -> usize {
        self.pattern_count as usize
    }

    /// How many branches no value anchors: they are judged on every event.
    pub fn unanchored(&self) -> usize {
        self.always.len()
    }

    /// Calls `hit` with the position of every pattern that an event, given as JSON text, satisfies; each at most once. Gives the
    /// positions of patterns that could not be decided: they ask for values of one array element, and the event has too many arrays
    /// of one name to try them all.
    pub fn matches<'s>(&self, event: &str, scratch: &'s mut EventScratch, hit: impl FnMut(usize)) -> Result<&'s [u32], EventError> {
        scratch.begin(self);
        scan(event, &self.keys, ROOT, &mut scratch.finds)?;
        Ok(scratch.judge_all(self, event, hit))
    }

    /// The same for a CloudTrail record, as the event that EventBridge makes of it.
    pub fn matches_call<'s>(
        &self,
        call: &CallEvent<'_>,
        scratch: &'s mut EventScratch,
        hit: impl FnMut(usize),
    ) -> Result<&'s [u32], EventError> {
        scratch.begin(self);
        if let Some(detail) = self.detail {
            scan(call.record, &self.keys, detail, &mut scratch.finds)?;
        }
        for member in &self.made {
            make(member, call, &mut scratch.finds);
        }
        Ok(scratch.judge_all(self, call.record, hit))
    }
}

/// Notes the value of a member of the envelope.
fn make(member: &MadeField, call: &CallEvent<'_>, finds: &mut Finds) {
    let &MadeField { field, made, from } = member;
    let source =
        from.and_then(|from| finds.of_field(from).iter().rev().map(|at| finds.values[*at as usize]).find(|found| found.element == WHOLE));
    let mut json = std::mem::take(&mut finds.made);
    let start = json.len() as u32;
    let text = source.map(|found| call.record.get(found.start as usize..found.end as usize).unwrap_or_default());
    match made {
        Made::Version => json.push_str(envelope::VERSION),
        Made::Id => json.push_str(&serde_json::Value::from(call.id).to_string()),
        Made::DetailType => json.push_str(envelope::detail_type(text.unwrap_or_default())),
        Made::Source => drop(text.and_then(|text| envelope::source(text, &mut json))),
        Made::Copied(_) => json.push_str(text.unwrap_or_default()),
    }
    let end = json.len() as u32;
    finds.made = json;
    if end > start {
        finds.note(field, Found { start, end, is_made: true, element: WHOLE, memory: None });
    }
}
