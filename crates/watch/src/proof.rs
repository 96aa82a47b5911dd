//! Runs the proof that rules carry: every hit must match, every miss must not, and matcher and referee must agree.

use std::sync::Arc;

use serde_json::Value;
use watchfire_detect::{Case, CaseEvent, Correlation, Meta, Rule, Scratch, Signal, referee};
use watchfire_model::{EventTime, Occurrence, Record};

use crate::Engine;

/// A case that did not go as the rule's file says.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Failure {
    /// The rule's name.
    pub rule: Arc<str>,
    /// Its file.
    pub file: Arc<str>,
    /// `hit 1`, `miss 2`.
    pub case: String,
    /// What the case shows.
    pub why: String,
    /// What went wrong.
    pub message: String,
}

/// The outcome of a proof run.
#[derive(Debug, Default, serde::Serialize)]
pub struct ProofReport {
    /// Rules and correlations looked at.
    pub rules: usize,
    /// Rules without a hit or without a miss.
    pub unproven: Vec<Arc<str>>,
    /// Hits that were tried.
    pub hits: usize,
    /// Misses that were tried.
    pub misses: usize,
    /// What failed.
    pub failures: Vec<Failure>,
}

/// Proves every rule of the engine that `wanted` picks.
pub fn prove(engine: &Engine, wanted: &dyn Fn(&Meta) -> bool) -> ProofReport {
    let mut report = ProofReport::default();
    for (at, rule) in engine.rules.rules.iter().enumerate().filter(|(_, rule)| wanted(&rule.meta)) {
        report.tally(&rule.meta);
        for (number, case, is_hit) in cases(&rule.meta) {
            if let Err(message) = (Prover { engine }).rule(at, rule, case, is_hit) {
                report.fail(&rule.meta, number, case, is_hit, message);
            }
        }
    }
    for (at, correlation) in engine.rules.correlations.iter().enumerate().filter(|(_, correlation)| wanted(&correlation.meta)) {
        report.tally(&correlation.meta);
        for (number, case, is_hit) in cases(&correlation.meta) {
            if let Err(message) = (Prover { engine }).correlation(at, correlation, case, is_hit) {
                report.fail(&correlation.meta, number, case, is_hit, message);
            }
        }
    }
    report
}

fn cases(meta: &Meta) -> impl Iterator<Item = (usize, &Case, bool)> {
    let number = |(at, case)| (at + 1, case);
    let hits = meta.hits.iter().enumerate().map(number).map(|(at, case)| (at, case, true));
    hits.chain(meta.misses.iter().enumerate().map(number).map(|(at, case)| (at, case, false)))
}

impl ProofReport {
    fn tally(&mut self, meta: &Meta) {
        self.rules += 1;
        self.hits += meta.hits.len();
        self.misses += meta.misses.len();
        if meta.hits.is_empty() || meta.misses.is_empty() {
            self.unproven.push(meta.name.clone());
        }
    }

    fn fail(&mut self, meta: &Meta, number: usize, case: &Case, is_hit: bool, message: String) {
        self.failures.push(Failure {
            rule: meta.name.clone(),
            file: meta.file.clone(),
            case: format!("{} {number}", if is_hit { "hit" } else { "miss" }),
            why: case.why.clone(),
            message,
        });
    }
}

struct Prover<'e> {
    engine: &'e Engine,
}

impl Prover<'_> {
    fn rule(&self, at: usize, rule: &Rule, case: &Case, is_hit: bool) -> Result<(), String> {
        let base = first_event(&rule.meta).unwrap_or_default();
        for entry in &case.events {
            for (_, event) in entry.unfold(&base, 0).0 {
                let matched = self.matched(&event).contains(&at);
                if matched != referee::matches(rule, &event) {
                    return Err(format!(
                        "matcher says {matched}, the slow evaluator the contrary: please report this as a bug of Watchfire"
                    ));
                }
                if matched != is_hit {
                    return Err(if is_hit { told(rule, &event) } else { "it matches, but must not".to_owned() });
                }
            }
        }
        Ok(())
    }

    fn matched(&self, event: &Value) -> Vec<usize> {
        let (raw, slots) = referee::with_slots(event);
        let mut matched = Vec::new();
        self.engine.matcher.matches(&Record::new(&raw, &slots), &mut Scratch::default(), |rule| matched.push(rule));
        matched
    }

    fn correlation(&self, at: usize, correlation: &Correlation, case: &Case, is_hit: bool) -> Result<(), String> {
        let events = self.unfold(&correlation.meta, case)?;
        let mut signals: Vec<Signal> = Vec::new();
        for (number, (time_ms, event)) in events.iter().enumerate() {
            let event = timed(event, *time_ms, number);
            let occurrence = Occurrence { event_id: number.to_string().into(), time: EventTime(*time_ms), source: "case".into() };
            let (raw, slots) = referee::with_slots(&event);
            for rule in self.matched(&event) {
                self.engine.plan.feed(rule, &Record::new(&raw, &slots), |fed| signals.push(fed.signal(&occurrence)));
            }
        }
        signals.sort_by(|a, b| a.order().cmp(&b.order()));
        let (mut correlator, mut hits) = (self.engine.correlator(), Vec::new());
        let total = signals.len();
        signals.into_iter().for_each(|signal| correlator.feed(signal, &mut hits));
        correlator.finish(&mut hits);
        match (hits.iter().any(|hit| hit.correlation == at), is_hit) {
            (true, false) => Err("it fires, but must not".to_owned()),
            (false, true) => Err(format!("it does not fire: {} records gave {total} signals to all correlations", events.len())),
            _ => Ok(()),
        }
    }

    /// The records of a correlation's case, by time.
    fn unfold(&self, meta: &Meta, case: &Case) -> Result<Vec<(i64, Value)>, String> {
        const START_MS: i64 = 1_772_442_000_000;
        let mut clock = START_MS;
        let mut events = Vec::new();
        for entry in &case.events {
            let base = match &entry.of {
                Some(name) => self.first_hit(name).ok_or_else(|| format!("no loaded rule named {name:?} has a first hit"))?,
                None => first_event(meta).unwrap_or_default(),
            };
            let start = entry.at_ms.map_or(clock, |at| START_MS + at);
            let (records, end) = entry.unfold(&base, start);
            events.extend(records);
            clock = end;
        }
        events.sort_by_key(|(time, _)| *time);
        Ok(events)
    }

    fn first_hit(&self, name: &str) -> Option<Value> {
        let is_named = |meta: &Meta| *meta.name == *name || *meta.id == *name;
        self.engine.rules.rules.iter().find(|rule| is_named(&rule.meta)).and_then(|rule| first_event(&rule.meta))
    }
}

/// The first hit's record, which `set` patches.
fn first_event(meta: &Meta) -> Option<Value> {
    meta.hits.first()?.events.first().and_then(|entry: &CaseEvent| entry.event.clone())
}

/// A record of a case at its place in time, with an id of its own.
fn timed(event: &Value, time_ms: i64, number: usize) -> Value {
    let mut event = event.clone();
    if let Value::Object(members) = &mut event {
        members.insert("eventTime".to_owned(), Value::String(EventTime(time_ms).to_string()));
        members.insert("eventID".to_owned(), Value::String(number.to_string()));
    }
    event
}

/// Why a hit did not match: the items that failed.
fn told(rule: &Rule, event: &Value) -> String {
    let failed: Vec<String> = referee::explain(rule, event)
        .into_iter()
        .filter(|verdict| !verdict.held)
        .map(|verdict| {
            format!(
                "{}: {} {} {} — the record has {}",
                verdict.selection, verdict.item.field, verdict.item.operator, verdict.item.expected, verdict.item.actual
            )
        })
        .collect();
    format!("it does not match; did not hold:\n      {}", failed.join("\n      "))
}
