//! The rules of one bus, compiled.

use watchfire_detect::event_pattern::{EventError, EventMatcher};
use watchfire_model::EventTime;

use super::{Delivery, DeliveryId, Matched, Parcel, Scratch, Stage};
use crate::event::Event;
use crate::instant::Instant;
use crate::patterns::{self, PatternFault};
use crate::rules::{ArchiveState, Rule, RuleState, State, Target};
use crate::target::Service;

/// The rules of one bus, compiled.
pub(super) struct BusRules {
    pub(super) matcher: EventMatcher,
    /// What each pattern of the matcher belongs to.
    pub(super) owners: Vec<Owner>,
    /// Archives without a pattern.
    pub(super) archives: Vec<String>,
    /// Whether some pattern may ask for the event's id, which takes a hash to make.
    pub(super) asks_id: bool,
}

pub(super) enum Owner {
    Rule(BookRule),
    Archive(String),
}

/// What a rule does with an event that it matches.
pub(super) struct BookRule {
    pub(super) name: String,
    pub(super) arn: String,
    pub(super) sees_reading: bool,
    pub(super) targets: Vec<Target>,
}

impl BusRules {
    pub(super) fn new(state: &State, bus: &str, faults: &mut Vec<PatternFault>) -> BusRules {
        let (mut texts, mut owners, mut archives) = (Vec::new(), Vec::new(), Vec::new());
        let mut take = |what: &str, name: &str, pattern: &str, owner: Owner| match patterns::parse(pattern) {
            Ok(parsed) => {
                texts.push((pattern.to_owned(), parsed));
                owners.push(owner);
            }
            Err(fault) => faults.push(PatternFault(format!("{what} {name} on {bus}: {fault}"))),
        };
        for (name, rule) in state.rules_of(bus) {
            if let Some(pattern) = rule.event_pattern.as_deref().filter(|_| rule.state != RuleState::Disabled) {
                take("rule", name, pattern, Owner::Rule(BookRule::new(state, bus, name, rule)));
            }
        }
        for (name, archive) in state.archives.iter().filter(|(_, archive)| archive.bus == bus && archive.state == ArchiveState::Enabled) {
            match archive.event_pattern.as_deref() {
                Some(pattern) => take("archive", name, pattern, Owner::Archive(name.clone())),
                None => archives.push(name.clone()),
            }
        }
        let asks_id = texts.iter().any(|(text, _)| text.contains("\"id\"") || text.contains("\\u"));
        let matcher = EventMatcher::compile(texts.iter().map(|(_, pattern)| pattern));
        BusRules { matcher, owners, archives, asks_id }
    }

    /// The numbers of patterns that match, into the scratch, those that could not be decided among them; how many these are.
    pub(super) fn hits<'s>(
        &self,
        bus: &str,
        scratch: &'s mut Scratch,
        ask: impl FnOnce(
            &EventMatcher,
            &'s mut watchfire_detect::event_pattern::EventScratch,
            &mut dyn FnMut(usize),
        ) -> Result<&'s [u32], EventError>,
    ) -> (&'s mut Vec<u32>, usize) {
        let (of_bus, hits) = scratch.of(bus);
        if self.owners.is_empty() {
            return (hits, 0);
        }
        let mut hit = |number: usize| hits.push(u32::try_from(number).expect("patterns have numbers of 32 bits"));
        let undecided = match ask(&self.matcher, of_bus, &mut hit) {
            Ok(undecided) => undecided.to_vec(),
            Err(_) => {
                hits.clear();
                return (hits, self.owners.len());
            }
        };
        hits.extend(&undecided);
        hits.sort_unstable();
        hits.dedup();
        (hits, undecided.len())
    }
}

impl BookRule {
    pub(super) fn new(state: &State, bus: &str, name: &str, rule: &Rule) -> BookRule {
        BookRule {
            name: name.to_owned(),
            arn: state.home.rule_arn(bus, name),
            sees_reading: rule.state == RuleState::EnabledWithAllCloudtrailManagementEvents,
            targets: rule.targets.clone(),
        }
    }

    pub(super) fn deliver(&self, event: &Event, text: &str, hops: u8, now: EventTime, matched: &mut Matched) {
        matched.rules += 1;
        for target in &self.targets {
            if hops > 0 && Service::of(&target.arn) == Some(Service::Bus) {
                matched.held_back += 1;
                continue;
            }
            matched.deliveries.push(Delivery {
                id: DeliveryId::of(event, &self.arn, &target.id),
                event_id: event.id.clone(),
                event: text.to_owned(),
                rule_arn: self.arn.clone(),
                rule_name: self.name.clone(),
                target: target.clone(),
                parcel: Parcel::Event,
                hops,
                since: Instant(now),
                attempts: 0,
                failure: None,
                stage: Stage::Due { at: Instant(now) },
            });
        }
    }
}
