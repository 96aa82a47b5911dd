//! One version of all rules, compiled.

use std::collections::BTreeMap;

use watchfire_model::EventTime;

use super::{Delivery, DeliveryId, Parcel, Stage};
use watchfire_model::arn::{DEFAULT_BUS, Home};
use crate::event::{Event, is_read_only_call};
use crate::instant::Instant;
use crate::patterns::{Matcher, PatternFault, Patterns};
use crate::rules::{ArchiveState, RuleState, State, Target};
use crate::schedule::Schedule;
use crate::target::Service;

/// One version of all rules, compiled. It is made once for each version and shared; an event is matched against one of them, so it
/// sees a change of rules whole or not at all.
pub struct Rulebook {
    revision: u64,
    buses: BTreeMap<String, BusRules>,
    schedules: Vec<Scheduled>,
    home: Home,
}

struct BusRules {
    matcher: Box<dyn Matcher>,
    /// What each pattern of the matcher belongs to.
    owners: Vec<Owner>,
    /// Archives without a pattern.
    archives: Vec<String>,
}

enum Owner {
    Rule(BookRule),
    Archive(String),
}

struct BookRule {
    name: String,
    arn: String,
    sees_reading: bool,
    targets: Vec<Target>,
}

struct Scheduled {
    rule: BookRule,
    schedule: Schedule,
    since: EventTime,
}

/// Where an event comes from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Origin<'a> {
    /// How many buses it went through already; one that went through any goes to no other.
    pub hops: u8,
    /// For an event of a replay: the ARNs of the rules it may feed, all where there are none.
    pub only_rules: &'a [String],
}

/// What an event gives.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Matched {
    /// Its deliveries, in the order of rules and targets.
    pub deliveries: Vec<Delivery>,
    /// The archives that want it.
    pub archives: Vec<String>,
    /// How many rules matched.
    pub rules: usize,
    /// Targets that were passed over: buses, for an event that came from a bus.
    pub held_back: usize,
}

impl Rulebook {
    /// Compiles the rules in force.
    ///
    /// # Errors
    /// A pattern that was accepted once is none any more; it is named.
    pub fn new(state: &State, patterns: &dyn Patterns) -> Result<Rulebook, PatternFault> {
        let mut buses = BTreeMap::new();
        for bus in state.buses.keys() {
            buses.insert(bus.clone(), BusRules::new(state, bus, patterns)?);
        }
        let scheduled = state.rules_of(DEFAULT_BUS).filter(|(_, rule)| rule.state != RuleState::Disabled).filter_map(|(name, rule)| {
            let schedule = rule.schedule_expression.as_deref()?.parse().ok()?;
            Some(Scheduled { rule: BookRule::new(state, DEFAULT_BUS, name, rule), schedule, since: rule.since.0 })
        });
        Ok(Rulebook { revision: state.revision, buses, schedules: scheduled.collect(), home: state.home.clone() })
    }

    /// The version of the state it was made of.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// What an event on a bus gives. On a bus that is not there it gives nothing.
    pub fn matched(&self, bus: &str, event: &Event, origin: &Origin<'_>, now: EventTime) -> Matched {
        let Some(rules) = self.buses.get(bus) else { return Matched::default() };
        let text = event.to_json();
        let mut matched = Matched::default();
        let keeps = event.replay_name.is_none();
        if keeps {
            matched.archives.clone_from(&rules.archives);
        }
        let mut reading = None;
        for number in rules.matcher.matching(&text) {
            match rules.owners.get(number) {
                Some(Owner::Archive(name)) if keeps => matched.archives.push(name.clone()),
                Some(Owner::Rule(rule)) => {
                    let feeds = origin.only_rules.is_empty() || origin.only_rules.contains(&rule.arn);
                    let sees = rule.sees_reading || !*reading.get_or_insert_with(|| is_read_only_call(event));
                    if feeds && sees {
                        matched.rules += 1;
                        rule.deliver(event, &text, origin.hops, now, &mut matched);
                    }
                }
                _ => {}
            }
        }
        matched.archives.sort();
        matched
    }

    /// The next run of any schedule after an instant.
    pub fn next_run(&self, after: EventTime) -> Option<EventTime> {
        self.schedules.iter().filter_map(|one| one.schedule.next(one.since, after)).min()
    }

    /// The deliveries of the runs after one instant until another, of each rule the latest run in between. Called with the last instant
    /// it was called for, it misses no run while it is called every minute; after a night that the machine was off each rule runs once.
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
                matched.rules += 1;
                one.rule.deliver(&event, &event.to_json(), 0, run, &mut matched);
            }
        }
        matched
    }
}

impl BusRules {
    fn new(state: &State, bus: &str, patterns: &dyn Patterns) -> Result<BusRules, PatternFault> {
        let (mut texts, mut owners, mut archives) = (Vec::new(), Vec::new(), Vec::new());
        for (name, rule) in state.rules_of(bus) {
            let Some(pattern) = rule.event_pattern.as_deref().filter(|_| rule.state != RuleState::Disabled) else { continue };
            patterns.check(pattern).map_err(|fault| PatternFault(format!("rule {name} on {bus}: {fault}")))?;
            texts.push(pattern);
            owners.push(Owner::Rule(BookRule::new(state, bus, name, rule)));
        }
        for (name, archive) in state.archives.iter().filter(|(_, archive)| archive.bus == bus && archive.state == ArchiveState::Enabled) {
            match archive.event_pattern.as_deref() {
                Some(pattern) => {
                    texts.push(pattern);
                    owners.push(Owner::Archive(name.clone()));
                }
                None => archives.push(name.clone()),
            }
        }
        Ok(BusRules { matcher: patterns.compile(&texts)?, owners, archives })
    }
}

impl BookRule {
    fn new(state: &State, bus: &str, name: &str, rule: &crate::rules::Rule) -> BookRule {
        BookRule {
            name: name.to_owned(),
            arn: state.home.rule_arn(bus, name),
            sees_reading: rule.state == RuleState::EnabledWithAllCloudtrailManagementEvents,
            targets: rule.targets.clone(),
        }
    }

    fn deliver(&self, event: &Event, text: &str, hops: u8, now: EventTime, matched: &mut Matched) {
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
