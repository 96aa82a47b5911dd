//! Everything the `events` API keeps, as one value; it changes by [`Change`]s alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::archive::Archive;
use super::bus::Bus;
use super::connection::Connection;
use super::destination::Destination;
use super::replay::Replay;
use super::rule::{Rule, RuleState};
use crate::error::AwsError;
use watchfire_model::arn::{DEFAULT_BUS, Home};

/// Buses, rules with their targets, archives, replays, connections and API destinations.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// Whose they are.
    pub home: Home,
    /// How many there may be.
    pub quotas: Quotas,
    /// Grows with every change of what events give, so that compiled rules know whether they are still in force: of buses, rules and
    /// archives; not of connections, destinations, how far a replay is and how much an archive holds.
    pub revision: u64,
    /// Buses by name; `default` is always there.
    pub buses: BTreeMap<String, Bus>,
    /// Rules by bus and name.
    pub rules: BTreeMap<String, BTreeMap<String, Rule>>,
    /// Archives by name.
    pub archives: BTreeMap<String, Archive>,
    /// Replays by name.
    pub replays: BTreeMap<String, Replay>,
    /// Connections by name.
    pub connections: BTreeMap<String, Connection>,
    /// API destinations by name.
    pub destinations: BTreeMap<String, Destination>,
}

/// How many of a thing there may be; the defaults are AWS's, and like AWS's they can be raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotas {
    /// Buses, the default one among them.
    pub buses: usize,
    /// Rules of one bus.
    pub rules_per_bus: usize,
    /// Targets of one rule.
    pub targets_per_rule: usize,
    /// Letters of a pattern.
    pub pattern_letters: usize,
    /// Connections.
    pub connections: usize,
    /// API destinations.
    pub destinations: usize,
    /// Replays that run at the same time.
    pub active_replays: usize,
    /// The state of a rule that is put without one. AWS has `ENABLED`, which does not see calls that only read; a bus that is to detect
    /// things may want more.
    pub rule_state: RuleState,
}

impl Default for Quotas {
    fn default() -> Quotas {
        Quotas {
            buses: 100,
            rules_per_bus: 300,
            targets_per_rule: 5,
            pattern_letters: 2048,
            connections: 3000,
            destinations: 3000,
            active_replays: 10,
            rule_state: RuleState::Enabled,
        }
    }
}

/// One thing that became something else, or is gone. What keeps the state keeps these: a key and a value, in the order they come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// A bus.
    Bus {
        /// Its name.
        name: String,
        /// What it is now.
        now: Option<Bus>,
    },
    /// A rule with its targets.
    Rule {
        /// The bus it is on.
        bus: String,
        /// Its name.
        name: String,
        /// What it is now.
        now: Option<Box<Rule>>,
    },
    /// An archive.
    Archive {
        /// Its name.
        name: String,
        /// What it is now.
        now: Option<Archive>,
    },
    /// A replay.
    Replay {
        /// Its name.
        name: String,
        /// What it is now.
        now: Option<Box<Replay>>,
    },
    /// A connection, with its secrets.
    Connection {
        /// Its name.
        name: String,
        /// What it is now.
        now: Option<Box<Connection>>,
    },
    /// An API destination.
    Destination {
        /// Its name.
        name: String,
        /// What it is now.
        now: Option<Box<Destination>>,
    },
}

impl Change {
    /// The key a store may keep the thing under: its kind and name.
    pub fn key(&self) -> (&'static str, String) {
        match self {
            Change::Bus { name, .. } => ("bus", name.clone()),
            Change::Rule { bus, name, .. } => ("rule", format!("{bus}/{name}")),
            Change::Archive { name, .. } => ("archive", name.clone()),
            Change::Replay { name, .. } => ("replay", name.clone()),
            Change::Connection { name, .. } => ("connection", name.clone()),
            Change::Destination { name, .. } => ("destination", name.clone()),
        }
    }
}

impl Change {
    /// Whether the thing is gone.
    pub fn is_gone(&self) -> bool {
        match self {
            Change::Bus { now, .. } => now.is_none(),
            Change::Rule { now, .. } => now.is_none(),
            Change::Archive { now, .. } => now.is_none(),
            Change::Replay { now, .. } => now.is_none(),
            Change::Connection { now, .. } => now.is_none(),
            Change::Destination { now, .. } => now.is_none(),
        }
    }

    /// Whether compiled rules are out of date after it.
    fn is_of_rules(&self, state: &State) -> bool {
        match self {
            Change::Bus { .. } | Change::Rule { .. } => true,
            Change::Archive { name, now } => {
                let asked = |archive: &Archive| (archive.bus.clone(), archive.event_pattern.clone(), archive.state);
                now.as_ref().map(asked) != state.archives.get(name).map(asked)
            }
            Change::Replay { .. } | Change::Connection { .. } | Change::Destination { .. } => false,
        }
    }
}

impl State {
    /// A state with the default bus alone.
    pub fn new(home: Home, quotas: Quotas) -> State {
        State {
            home,
            quotas,
            revision: 0,
            buses: BTreeMap::from([(DEFAULT_BUS.to_owned(), Bus::default())]),
            rules: BTreeMap::new(),
            archives: BTreeMap::new(),
            replays: BTreeMap::new(),
            connections: BTreeMap::new(),
            destinations: BTreeMap::new(),
        }
    }

    /// Makes changes true. The same changes in the same order give the same state.
    pub fn apply(&mut self, changes: impl IntoIterator<Item = Change>) {
        fn set<V>(map: &mut BTreeMap<String, V>, name: String, now: Option<V>) {
            match now {
                Some(value) => map.insert(name, value),
                None => map.remove(&name),
            };
        }
        for change in changes {
            self.revision += u64::from(change.is_of_rules(self));
            match change {
                Change::Bus { name, now } => set(&mut self.buses, name, now),
                Change::Rule { bus, name, now } => {
                    let rules = self.rules.entry(bus).or_default();
                    set(rules, name, now.map(|rule| *rule));
                }
                Change::Archive { name, now } => set(&mut self.archives, name, now),
                Change::Replay { name, now } => set(&mut self.replays, name, now.map(|replay| *replay)),
                Change::Connection { name, now } => set(&mut self.connections, name, now.map(|connection| *connection)),
                Change::Destination { name, now } => set(&mut self.destinations, name, now.map(|destination| *destination)),
            }
        }
    }

    /// A bus that is given by name or ARN, with its name.
    pub(super) fn bus(&self, given: Option<&str>) -> Result<(String, &Bus), AwsError> {
        let name = self.home.bus_name(given);
        let found = self.buses.get(name).map(|bus| (name.to_owned(), bus));
        // AWS names a bus that was given by ARN without its account.
        let short = name.rsplit('/').next().unwrap_or(name);
        found.ok_or_else(|| AwsError::not_found(format!("Event bus {short} does not exist.")))
    }

    /// The rules of a bus.
    pub fn rules_of(&self, bus: &str) -> impl Iterator<Item = (&String, &Rule)> {
        self.rules.get(bus).into_iter().flatten()
    }

    /// A rule of a bus.
    pub(super) fn rule(&self, bus: &str, name: &str) -> Result<&Rule, AwsError> {
        let found = self.rules.get(bus).and_then(|rules| rules.get(name));
        found.ok_or_else(|| AwsError::not_found(format!("Rule {name} does not exist on EventBus {bus}.")))
    }
}
