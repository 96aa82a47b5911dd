//! What is asked of the rules beside the event, and what comes out.

use std::collections::BTreeMap;

use watchfire_detect::event_pattern::EventScratch;

use super::Delivery;
use crate::store::Archived;

/// Where an event comes from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Origin<'a> {
    /// How many buses it went through already; one that went through any goes to no other.
    pub hops: u8,
    /// For an event of a replay: the ARNs of the rules it may feed, all where there are none.
    pub only_rules: &'a [String],
}

/// What events give.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Matched {
    /// Their deliveries, in the order of rules and targets.
    pub deliveries: Vec<Delivery>,
    /// The archives that want them.
    pub archived: Vec<Archived>,
    /// How many rules matched.
    pub rules: usize,
    /// Targets that were passed over: buses, for an event that came from a bus.
    pub held_back: usize,
    /// Patterns whose answer is not known, because the event has too many arrays of one name to try them all: they are taken to match,
    /// for what comes too often does less harm than what never comes. An event that is nested deeper than EventBridge takes is no
    /// event to patterns: all of them are counted here, and none is taken to match.
    pub undecided: usize,
}

impl Matched {
    /// Adds what another event gave.
    pub fn join(&mut self, mut other: Matched) {
        self.deliveries.append(&mut other.deliveries);
        self.archived.append(&mut other.archived);
        self.rules += other.rules;
        self.held_back += other.held_back;
        self.undecided += other.undecided;
    }

    /// Whether there is anything to be written down.
    pub fn is_empty(&self) -> bool {
        self.deliveries.is_empty() && self.archived.is_empty()
    }
}

/// What matching needs to write on; each thread has its own, and keeps it: it remembers what it met.
#[derive(Debug, Default)]
pub struct Scratch {
    of_bus: BTreeMap<String, EventScratch>,
    pub(super) hits: Vec<u32>,
}

/// Buses of which something is remembered; a program that makes and deletes more of them begins anew.
const BUSES_MAX: usize = 256;

impl Scratch {
    /// The part for a bus, and the place for the numbers of patterns.
    pub(super) fn of(&mut self, bus: &str) -> (&mut EventScratch, &mut Vec<u32>) {
        if !self.of_bus.contains_key(bus) {
            if self.of_bus.len() >= BUSES_MAX {
                self.of_bus.clear();
            }
            self.of_bus.insert(bus.to_owned(), EventScratch::default());
        }
        self.hits.clear();
        (self.of_bus.get_mut(bus).expect("just put there"), &mut self.hits)
    }
}
