//! One version of all rules, compiled.

use std::collections::BTreeMap;

use watchfire_detect::event_pattern::CallEvent;
use watchfire_model::arn::{DEFAULT_BUS, Home};
use watchfire_model::{EventTime, Record};

use super::bus_rules::{BookRule, BusRules, Owner};
use super::{Matched, Origin, Scratch};
use crate::event::{Event, NotARecord, cloudtrail, has_plain_envelope, is_read_only_call, is_read_only_record, record_id};
use crate::patterns::PatternFault;
use crate::rules::{RuleState, State};
use crate::schedule::Schedule;
use crate::store::Archived;

/// One version of all rules, compiled. It is made once for each version and shared; an event is matched against one of them, so it
/// sees a change of rules whole or not at all. Each thread that asks it has a [`Scratch`].
pub struct Rulebook {
    revision: u64,
    buses: BTreeMap<String, BusRules>,
    schedules: Vec<Scheduled>,
    faults: Vec<PatternFault>,
    home: Home,
}

struct Scheduled {
    rule: BookRule,
    schedule: Schedule,
    since: EventTime,
}

impl Rulebook {
    /// Compiles the rules in force. What cannot be read any more, though it was accepted once, is among the
    /// [faults](Rulebook::faults), and the others run.
    pub fn new(state: &State) -> Rulebook {
        let mut faults = Vec::new();
        let buses = state.buses.keys().map(|bus| (bus.clone(), BusRules::new(state, bus, &mut faults))).collect();
        let scheduled = state.rules_of(DEFAULT_BUS).filter(|(_, rule)| rule.state != RuleState::Disabled).filter_map(|(name, rule)| {
            let schedule = rule.schedule_expression.as_deref()?.parse().ok()?;
            Some(Scheduled { rule: BookRule::new(state, DEFAULT_BUS, name, rule), schedule, since: rule.since.0 })
        });
        Rulebook { revision: state.revision, buses, schedules: scheduled.collect(), faults, home: state.home.clone() }
    }

    /// The version of the state it was made of.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Patterns that are none, each with the name of its rule or archive.
    pub fn faults(&self) -> &[PatternFault] {
        &self.faults
    }

    /// How many patterns there are, of rules and archives.
    pub fn patterns(&self) -> usize {
        self.buses.values().map(|bus| bus.owners.len()).sum()
    }

    /// What an event on a bus gives. On a bus that is not there it gives nothing.
    pub fn matched(&self, bus: &str, event: &Event, origin: &Origin<'_>, now: EventTime, scratch: &mut Scratch) -> Matched {
        let Some(rules) = self.buses.get(bus) else { return Matched::default() };
        let text = event.to_json();
        let (hits, undecided) = rules.hits(bus, scratch, |matcher, scratch, hit| matcher.matches(&text, scratch, hit));
        let mut reading = None;
        hits.retain(|number| match rules.owners.get(*number as usize) {
            Some(Owner::Rule(rule)) => {
                let feeds = origin.only_rules.is_empty() || origin.only_rules.contains(&rule.arn);
                feeds && (rule.sees_reading || !*reading.get_or_insert_with(|| is_read_only_call(event)))
            }
            _ => true,
        });
        let mut matched = rules.give(hits, event, text, origin.hops, now);
        matched.undecided = undecided;
        matched
    }

    /// What a CloudTrail record gives on the default bus, as the event that [`cloudtrail`] makes of it. The event is made only when
    /// something wants it; for most records nothing does, and the record's own text is asked instead.
    ///
    /// # Errors
    /// The record lacks what an event needs. A record that nothing wants is not looked at that closely.
    pub fn matched_call(&self, record: &Record<'_>, now: EventTime, scratch: &mut Scratch) -> Result<Matched, NotARecord> {
        let Some(rules) = self.buses.get(DEFAULT_BUS) else { return Ok(Matched::default()) };
        if rules.owners.is_empty() && rules.archives.is_empty() {
            return Ok(Matched::default());
        }
        if !has_plain_envelope(record) {
            let event = cloudtrail(record.raw(), &self.home)?;
            return Ok(self.matched(DEFAULT_BUS, &event, &Origin::default(), now, scratch));
        }
        let id = if rules.asks_id { record_id(record) } else { None };
        let call = CallEvent { record: record.raw(), id: id.as_ref().map_or("", |id| id.as_str()) };
        let (hits, undecided) = rules.hits(DEFAULT_BUS, scratch, |matcher, scratch, hit| matcher.matches_call(&call, scratch, hit));
        if !hits.is_empty() && is_read_only_record(record) {
            hits.retain(|number| !matches!(rules.owners.get(*number as usize), Some(Owner::Rule(rule)) if !rule.sees_reading));
        }
        let mut matched = Matched::default();
        if !hits.is_empty() || !rules.archives.is_empty() {
            let event = cloudtrail(record.raw(), &self.home)?;
            let text = event.to_json();
            matched = rules.give(hits, &event, text, 0, now);
        }
        matched.undecided = undecided;
        Ok(matched)
    }

    /// The next run of any schedule after an instant.
    pub fn next_run(&self, after: EventTime) -> Option<EventTime> {
        self.schedules.iter().filter_map(|one| one.schedule.next(one.since, after)).min()
    }

    /// The deliveries of the runs after one instant until another, of each rule the latest run in between. Called with the last instant
    /// it was called for, it misses no run while it is called every minute.
    pub fn runs(&self, after: EventTime, until: EventTime) -> Matched {
        let mut matched = Matched::default();
        for one in &self.schedules {
            let mut last = None;
            let mut at = after;
            while let Some(next) = one.schedule.next(one.since, at).filter(|next| *next <= until) {
                (last, at) = (Some(next), next);
            }
            if let Some(run) = last {
                let event = Event::scheduled(&self.home, &one.rule.arn, run);
                one.rule.deliver(&event, &event.to_json(), 0, run, &mut matched);
            }
        }
        matched
    }
}

impl BusRules {
    /// What the owners of some patterns, and archives without one, do with an event. No archive keeps what a replay brings.
    fn give(&self, hits: &[u32], event: &Event, text: String, hops: u8, now: EventTime) -> Matched {
        let mut matched = Matched::default();
        let mut archives: Vec<&String> = Vec::new();
        if event.replay_name.is_none() {
            archives.extend(&self.archives);
        }
        for number in hits {
            match self.owners.get(*number as usize) {
                Some(Owner::Archive(name)) if event.replay_name.is_none() => archives.push(name),
                Some(Owner::Rule(rule)) => rule.deliver(event, &text, hops, now, &mut matched),
                _ => {}
            }
        }
        archives.sort();
        matched.archived.extend(archives.into_iter().map(|name| Archived { archive: name.clone(), at: now, event: event.clone() }));
        matched
    }
}
