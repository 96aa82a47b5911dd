//! The correlator against a slow one that recounts everything at every moment, and what windows mean, said by example.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use rsigma_parser::{ConditionExpr, ConditionOperator, CorrelationCondition, CorrelationType, Quantifier, SelectorPattern};
use serde_json::{Value, json};
use watchfire_detect::{CorrelationHit, Correlator, RuleKind, RuleSet, RuleText, Scratch, Signal, SignalPlan, Weight, referee};
use watchfire_model::{EventTime, Occurrence, Record, cloudtrail};

use crate::matching::config;

/// What fired: correlation, key, time in seconds, ids of the records, whether it begins.
type Fired = (usize, Vec<String>, i64, Vec<String>, bool);

/// Keeps every signal there ever was and recounts.
struct Slow<'r> {
    rules: &'r RuleSet,
    /// Signals of a correlation and key, and whether the condition held at the last one.
    held: BTreeMap<(u32, Vec<String>), (Vec<Signal>, bool)>,
    fired: Vec<Fired>,
}

impl Slow<'_> {
    fn feed(&mut self, signal: &Signal) {
        self.close(&|deadline| deadline < signal.time.millis());
        self.take(signal);
    }

    fn span_ms(&self, correlation: u32) -> i64 {
        self.rules.correlations[correlation as usize].sigma.timespan.seconds as i64 * 1000
    }

    fn take(&mut self, signal: &Signal) {
        let (at, now) = (signal.correlation, signal.time.millis());
        let key: Vec<String> = signal.key.iter().map(ToString::to_string).collect();
        let oldest = now - self.span_ms(at);
        let judged_at_end = judged_at_end(&self.rules.correlations[at as usize].sigma.condition);
        let (all, held) = self.held.entry((at, key.clone())).or_default();
        all.push(signal.clone());
        if judged_at_end {
            return;
        }
        let window: Vec<&Signal> = all.iter().filter(|signal| signal.time.millis() >= oldest).collect();
        let holds = holds(self.rules, at, &window);
        let begins = holds && !*held;
        *held = holds;
        let told: Vec<Occurrence> =
            if begins { window.iter().flat_map(|signal| signal.occurrences.clone()).collect() } else { signal.occurrences.clone() };
        if holds {
            self.fire(at, &key, now, &told, begins);
        }
    }

    /// Ends windows that opened with their first signal.
    fn close(&mut self, has_ended: &dyn Fn(i64) -> bool) {
        loop {
            let ends = self
                .held
                .iter()
                .filter(|((at, _), (all, _))| judged_at_end(&self.rules.correlations[*at as usize].sigma.condition) && !all.is_empty());
            let ends = ends.map(|((at, key), (all, _))| (all[0].time.millis() + self.span_ms(*at), *at, key.clone()));
            let Some((deadline, at, key)) = ends.min().filter(|(deadline, ..)| has_ended(*deadline)) else { return };
            let (all, _) = self.held.remove(&(at, key.clone())).expect("just found");
            if holds(self.rules, at, &all.iter().collect::<Vec<_>>()) {
                let told: Vec<Occurrence> = all.iter().flat_map(|signal| signal.occurrences.clone()).collect();
                self.fire(at, &key, deadline, &told, true);
            }
        }
    }

    fn fire(&mut self, at: u32, key: &[String], time: i64, told: &[Occurrence], begins: bool) {
        let ids = told.iter().map(|occurrence| occurrence.event_id.to_string()).collect();
        self.fired.push((at as usize, key.to_vec(), time / 1000, ids, begins));
        if !begins {
            return;
        }
        let group_by = &self.rules.correlations[at as usize].sigma.group_by;
        for (parent, correlation) in self.rules.correlations.iter().enumerate() {
            for (part, _) in correlation.parts.iter().enumerate().filter(|(_, kind)| **kind == RuleKind::Correlation(at as usize)) {
                let value = |field: &String| group_by.iter().position(|group| group == field).map(|at| Box::from(key[at].as_str()));
                let Some(parent_key) = correlation.sigma.group_by.iter().map(value).collect::<Option<Vec<Box<str>>>>() else { continue };
                let values = match &correlation.sigma.condition {
                    CorrelationCondition::Threshold { field: Some(fields), .. } => fields.iter().filter_map(value).collect(),
                    _ => Vec::new(),
                };
                let occurrences = told.to_vec();
                self.take(&Signal {
                    correlation: parent as u32,
                    part: part as u16,
                    time: EventTime(time),
                    key: parent_key.into(),
                    values,
                    occurrences,
                });
            }
        }
    }
}

fn judged_at_end(condition: &CorrelationCondition) -> bool {
    match condition {
        CorrelationCondition::Threshold { predicates, .. } => {
            predicates.iter().any(|(operator, _)| !matches!(operator, ConditionOperator::Gt | ConditionOperator::Gte))
        }
        CorrelationCondition::Extended(expr) => expr.to_string().contains("not "),
    }
}

fn holds(rules: &RuleSet, at: u32, window: &[&Signal]) -> bool {
    let sigma = &rules.correlations[at as usize].sigma;
    let parts: BTreeSet<u16> = window.iter().map(|signal| signal.part).collect();
    let numbers = || -> Vec<f64> { window.iter().flat_map(|signal| &signal.values).filter_map(|value| value.parse().ok()).collect() };
    let ordered = sigma.correlation_type == CorrelationType::TemporalOrdered;
    let (predicates, percentile) = match &sigma.condition {
        CorrelationCondition::Extended(expr) => {
            let seen = |name: &String| sigma.rules.iter().enumerate().any(|(at, rule)| rule == name && parts.contains(&(at as u16)));
            return satisfied(expr, &sigma.rules, &seen) && (!ordered || in_order(window, &parts.into_iter().collect::<Vec<_>>()));
        }
        CorrelationCondition::Threshold { predicates, percentile, .. } => (predicates, percentile),
    };
    let number = match sigma.correlation_type {
        CorrelationType::EventCount => Some(window.len() as f64),
        CorrelationType::ValueCount => Some(window.iter().flat_map(|signal| &signal.values).collect::<BTreeSet<_>>().len() as f64),
        CorrelationType::ValueSum => Some(numbers().iter().sum()),
        CorrelationType::ValueAvg => {
            Some(numbers()).filter(|numbers| !numbers.is_empty()).map(|numbers| numbers.iter().sum::<f64>() / numbers.len() as f64)
        }
        CorrelationType::ValueMedian => percent(numbers(), 50),
        CorrelationType::ValuePercentile => percent(numbers(), percentile.unwrap_or(50)),
        CorrelationType::Temporal => Some(parts.len() as f64),
        CorrelationType::TemporalOrdered => {
            let some: Vec<u16> = parts.into_iter().collect();
            let chosen =
                |mask: u32| -> Vec<u16> { some.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1).map(|(_, part)| *part).collect() };
            (0..1u32 << some.len())
                .map(chosen)
                .filter(|parts| in_order(window, parts))
                .map(|parts| parts.len() as f64)
                .max_by(f64::total_cmp)
        }
    };
    number.is_some_and(|number| {
        predicates.iter().all(|(operator, bound)| match (operator, *bound as f64) {
            (ConditionOperator::Lt, bound) => number < bound,
            (ConditionOperator::Lte, bound) => number <= bound,
            (ConditionOperator::Gt, bound) => number > bound,
            (ConditionOperator::Gte, bound) => number >= bound,
            (ConditionOperator::Eq, bound) => number == bound,
            (ConditionOperator::Neq, bound) => number != bound,
        })
    })
}

/// One signal of each part can be chosen so that none is earlier than that of the part before.
fn in_order(window: &[&Signal], parts: &[u16]) -> bool {
    fn from(window: &[&Signal], parts: &[u16], earliest: i64) -> bool {
        let Some((part, rest)) = parts.split_first() else { return true };
        window.iter().any(|signal| signal.part == *part && signal.time.millis() >= earliest && from(window, rest, signal.time.millis()))
    }
    from(window, parts, i64::MIN)
}

fn percent(mut numbers: Vec<f64>, percent: u64) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    let rank = percent as f64 / 100.0 * (numbers.len().checked_sub(1)?) as f64;
    let (below, above) = (numbers[rank.floor() as usize], numbers[rank.ceil() as usize]);
    Some(below + (above - below) * rank.fract())
}

fn satisfied(expr: &ConditionExpr, names: &[String], seen: &dyn Fn(&String) -> bool) -> bool {
    match expr {
        ConditionExpr::And(parts) => parts.iter().all(|part| satisfied(part, names, seen)),
        ConditionExpr::Or(parts) => parts.iter().any(|part| satisfied(part, names, seen)),
        ConditionExpr::Not(part) => !satisfied(part, names, seen),
        ConditionExpr::Identifier(name) => seen(name),
        ConditionExpr::Selector { quantifier, pattern } => {
            let all: Vec<&String> = names.iter().filter(|name| pattern.matches_detection_name(name)).collect();
            assert!(matches!(pattern, SelectorPattern::Them));
            let held = all.iter().filter(|name| seen(name)).count();
            match quantifier {
                Quantifier::Any => held > 0,
                Quantifier::All => held == all.len(),
                Quantifier::Count(count) => held as u64 >= *count,
            }
        }
    }
}

/// Three rules, and the correlations given.
fn rules(correlations: &[Value]) -> RuleSet {
    let rule = |name: &str| {
        json!({
            "title": name, "name": name, "logsource": {"product": "aws", "service": "cloudtrail"},
            "detection": {"selection": {"eventName": name}, "condition": "selection"},
        })
    };
    let correlation =
        |(at, correlation): (usize, &Value)| json!({"title": format!("c{at}"), "name": format!("c{at}"), "correlation": correlation});
    let documents = ["r0", "r1", "r2"].map(rule).into_iter().chain(correlations.iter().enumerate().map(correlation));
    let texts =
        documents.enumerate().map(|(at, document)| RuleText::new(format!("{at}.yaml"), yaml_serde::to_string(&document).expect("YAML")));
    let set = RuleSet::load(texts, &Default::default());
    let errors: Vec<_> = set.diagnostics.iter().filter(|diagnostic| diagnostic.weight == Weight::Error).collect();
    assert!(errors.is_empty(), "{}", errors[0]);
    set
}

fn correlation(at: usize) -> BoxedStrategy<Value> {
    let operator = prop::sample::select(vec!["lt", "lte", "gt", "gte", "gte", "gte", "eq", "neq"]);
    let bounds = prop::collection::btree_map(operator, 0..6u64, 1..3);
    let counted = prop::sample::select(vec![
        "event_count",
        "event_count",
        "value_count",
        "value_sum",
        "value_avg",
        "value_median",
        "value_percentile",
    ]);
    let number = (counted, bounds.clone(), prop::sample::select(vec![0, 25, 50, 95, 100])).prop_map(|(kind, bounds, percentile)| {
        let mut condition = serde_json::to_value(bounds).expect("JSON");
        if kind != "event_count" {
            condition["field"] = json!("requestParameters.values");
            condition["percentile"] = json!(percentile);
        }
        json!({"type": kind, "condition": condition})
    });
    let temporal =
        (prop::sample::select(vec!["temporal", "temporal_ordered"]), prop::option::of(bounds)).prop_map(|(kind, bounds)| match bounds {
            Some(bounds) => json!({"type": kind, "condition": bounds}),
            None => json!({"type": kind}),
        });
    let expression = (
        prop::sample::select(vec!["temporal", "temporal_ordered"]),
        prop::sample::select(vec![
            "r0 and r1",
            "r0 or r1",
            "r0 and not r1",
            "not r0",
            "r0 and (r1 or not r0)",
            "2 of them",
            "1 of them and not r1",
            "r0",
        ]),
    )
        .prop_map(|(kind, condition)| json!({"type": kind, "condition": condition}));
    let mut names = vec!["r0", "r1", "r2"];
    let earlier = ["c0", "c1"];
    names.extend(earlier.iter().take(at));
    let shape = prop_oneof![4 => number, 3 => temporal, 3 => expression];
    (shape, prop::sample::subsequence(names, 1..4), 0..4u64, prop::bool::weighted(0.8), any::<bool>())
        .prop_map(|(mut correlation, mut names, span, grouped, reversed)| {
            if correlation["condition"].is_string() {
                names.retain(|name| !["r0", "r1"].contains(name));
                names.splice(0..0, ["r0", "r1"]);
            }
            if reversed {
                names.reverse();
            }
            correlation["rules"] = json!(names);
            correlation["timespan"] = json!(format!("{span}s"));
            correlation["group-by"] = if grouped { json!(["userIdentity.arn", "userAgent"]) } else { json!(["userIdentity.arn"]) };
            correlation
        })
        .boxed()
}

/// A match of one of the three rules: rule, second, who, values.
type Match = (usize, i64, &'static str, Vec<&'static str>);

fn a_match() -> impl Strategy<Value = Match> {
    let value = prop::sample::select(vec!["0", "1", "2", "3", "2.5", "word", "-1"]);
    (0..3usize, 0..9i64, prop::sample::select(vec!["alice", "bob"]), prop::collection::vec(value, 0..3))
}

/// The signals of matches, as the plan makes them of records.
fn signals(rules: &RuleSet, matches: &[Match]) -> Vec<Signal> {
    let plan = SignalPlan::new(rules);
    let mut signals = Vec::new();
    for (id, (rule, second, who, values)) in matches.iter().enumerate() {
        let event = json!({"userIdentity": {"arn": who}, "userAgent": "agent", "requestParameters": {"values": values}});
        let (raw, slots) = referee::with_slots(&event);
        let occurrence = Occurrence { event_id: format!("{id:03}").into(), time: EventTime(second * 1000), source: "test".into() };
        plan.feed(*rule, &Record::new(&raw, &slots), |fed| signals.push(fed.signal(&occurrence)));
    }
    signals
}

fn run(rules: &RuleSet, mut signals: Vec<Signal>) -> Vec<Fired> {
    signals.sort_by(|a, b| a.order().cmp(&b.order()));
    let (mut correlator, mut hits) = (Correlator::new(rules), Vec::new());
    signals.into_iter().for_each(|signal| correlator.feed(signal, &mut hits));
    correlator.finish(&mut hits);
    hits.into_iter().map(fired).collect()
}

fn fired(hit: CorrelationHit) -> Fired {
    let ids = hit.occurrences.iter().map(|occurrence| occurrence.event_id.to_string()).collect();
    (hit.correlation, hit.key.iter().map(ToString::to_string).collect(), hit.time.millis() / 1000, ids, hit.begins)
}

#[test]
fn correlator_and_recounting_agree() {
    let case = (
        (correlation(0), correlation(1), correlation(2)),
        prop::collection::vec(a_match(), 0..24),
        prop::collection::vec(any::<prop::sample::Index>(), 24),
    );
    let fired = std::cell::Cell::new(0);
    let outcome = TestRunner::new(config(3000)).run(&case, |((a, b, c), matches, shuffle)| {
        let rules = rules(&[a, b, c]);
        let mut arrived = signals(&rules, &matches);
        let mut sorted = arrived.clone();
        sorted.sort_by(|a, b| a.order().cmp(&b.order()));
        let mut slow = Slow { rules: &rules, held: BTreeMap::new(), fired: Vec::new() };
        sorted.iter().for_each(|signal| slow.feed(signal));
        slow.close(&|_| true);
        for (at, index) in shuffle.iter().enumerate().take(arrived.len()) {
            let other = index.index(arrived.len());
            arrived.swap(at, other);
        }
        prop_assert_eq!(&run(&rules, arrived), &slow.fired);
        fired.set(fired.get() + slow.fired.len());
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    println!("{} hits", fired.get());
    assert!(fired.get() > 1000, "hardly anything fires: {}", fired.get());
}

/// Ids of the records told of each correlation and key.
fn told(hits: impl IntoIterator<Item = Fired>) -> BTreeMap<(usize, Vec<String>), BTreeSet<String>> {
    let mut told: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for (correlation, key, _, ids, _) in hits {
        told.entry((correlation, key)).or_default().extend(ids);
    }
    told
}

/// Signals in any order, some of them twice, say nothing that the same in order do not say; in order they say all that can be said early.
#[test]
fn what_is_told_early_is_true() {
    let correlations = (correlation(0), correlation(1), correlation(2));
    let case = (correlations, prop::collection::vec(a_match(), 0..40), any::<u64>());
    let both = std::cell::Cell::new((0, 0));
    let outcome = TestRunner::new(config(2000)).run(&case, |((a, b, c), matches, seed)| {
        let rules = rules(&[a, b, c]);
        let signals = signals(&rules, &matches);
        let exact = told(run(&rules, signals.clone()));
        let mut mixed: Vec<Signal> = signals.iter().chain(signals.iter().step_by(3)).cloned().collect();
        let mut state = seed | 1;
        for at in (1..mixed.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            mixed.swap(at, (state >> 33) as usize % (at + 1));
        }
        let early = |signals: Vec<Signal>| {
            let (mut correlator, mut hits) = (Correlator::new(&rules), Vec::new());
            signals.into_iter().for_each(|signal| correlator.feed_early(signal, &mut hits));
            told(hits.into_iter().map(fired))
        };
        for (which, ids) in early(mixed) {
            let known = exact.get(&which).cloned().unwrap_or_default();
            prop_assert!(ids.is_subset(&known), "{which:?} told {ids:?}, in order {known:?}");
        }
        let mut sorted = signals;
        sorted.sort_by(|a, b| a.order().cmp(&b.order()));
        let in_order = early(sorted);
        let is_early = |at: usize| {
            let correlation = &rules.correlations[at];
            let on_records = correlation.parts.iter().all(|part| matches!(part, RuleKind::Rule(_)));
            on_records && correlation.sigma.correlation_type == CorrelationType::EventCount && !judged_at_end(&correlation.sigma.condition)
        };
        for (which, ids) in exact.iter().filter(|((at, _), _)| is_early(*at)) {
            prop_assert_eq!(in_order.get(which), Some(ids), "{:?}", which);
        }
        both.set((both.get().0 + in_order.len(), both.get().1 + exact.len()));
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let (early, exact) = both.get();
    assert!(early > 500 && early < exact, "{early} of {exact} keys were told early");
}

/// Seconds at which a correlation of type, rules and condition fires for matches of rules `0`, `1`, `2` at the given seconds.
fn moments(correlation: Value, matches: &[(usize, i64)]) -> Vec<i64> {
    let rules = rules(&[correlation]);
    let matches: Vec<Match> = matches.iter().map(|&(rule, second)| (rule, second, "alice", vec![])).collect();
    run(&rules, signals(&rules, &matches)).into_iter().map(|(_, _, second, ..)| second).collect()
}

fn shaped(kind: &str, rules: &[&str], timespan: &str, condition: Value) -> Value {
    json!({"type": kind, "rules": rules, "group-by": ["userIdentity.arn"], "timespan": timespan, "condition": condition})
}

#[test]
fn a_window_holds_both_its_ends() {
    let three = || shaped("event_count", &["r0"], "10s", json!({"gte": 3}));
    assert_eq!(moments(three(), &[(0, 0), (0, 5), (0, 10)]), [10]);
    assert_eq!(moments(three(), &[(0, 0), (0, 5), (0, 11)]), [0; 0]);
    assert_eq!(moments(three(), &[(0, 0), (0, 5), (0, 10), (0, 12)]), [10, 12]);
}

#[test]
fn a_temporal_correlation_without_condition_wants_every_rule() {
    let both = |kind: &str| json!({"type": kind, "rules": ["r0", "r1"], "group-by": ["userIdentity.arn"], "timespan": "5s"});
    assert_eq!(moments(both("temporal"), &[(0, 0), (0, 1)]), [0; 0]);
    assert_eq!(moments(both("temporal"), &[(1, 0), (0, 5)]), [5]);
    assert_eq!(moments(both("temporal_ordered"), &[(1, 0), (0, 5)]), [0; 0]);
    assert_eq!(moments(both("temporal_ordered"), &[(0, 0), (1, 5)]), [5]);
    assert_eq!(moments(both("temporal_ordered"), &[(1, 3), (0, 3)]), [3], "the same second counts in any order");
    assert_eq!(moments(both("temporal_ordered"), &[(0, 0), (1, 6)]), [0; 0]);
}

#[test]
fn a_written_bound_means_what_it_says() {
    for kind in ["temporal", "temporal_ordered"] {
        let any = || shaped(kind, &["r0", "r1"], "5s", json!({"gte": 1}));
        assert_eq!(moments(any(), &[(1, 3)]), [3], "{kind}");
        assert_eq!(moments(any(), &[(0, 0), (0, 20)]), [0, 20], "{kind}");
    }
}

/// `action: global` may hold the condition, or the whole correlation.
#[test]
fn a_bound_may_stand_in_a_global_document() {
    let rule = |name: &str| {
        format!(
            "---\ntitle: {name}\nname: {name}\nlogsource: {{product: aws, service: cloudtrail}}\ndetection: {{s: {{eventName: {name}}}, condition: s}}\n"
        )
    };
    let correlation = "---\ntitle: C\ncorrelation: {type: temporal, rules: [r0, r1], timespan: 5s}\n";
    let bounds = |global: &str| {
        let text = format!("{global}{correlation}");
        let rules = [RuleText::new("r.yaml", rule("r0") + &rule("r1")), RuleText::new("c.yaml", text)];
        let set = RuleSet::load(rules, &Default::default());
        assert!(set.diagnostics.is_empty(), "{}", set.diagnostics[0]);
        set.correlations[0].sigma.condition.clone()
    };
    let least =
        |count| CorrelationCondition::Threshold { predicates: vec![(ConditionOperator::Gte, count)], field: None, percentile: None };
    assert_eq!(bounds(""), least(2));
    assert_eq!(bounds("action: global\nlevel: high\n"), least(2));
    assert_eq!(bounds("action: global\ncorrelation: {condition: {gte: 1}}\n"), least(1));
}

/// The first value stands for the record: a record is in one group.
#[test]
fn a_group_goes_through_arrays() {
    let grouped = json!({"type": "event_count", "rules": ["r0"], "timespan": "1m", "group-by": ["resources.ARN"], "condition": {"gte": 2}});
    let rules = rules(&[grouped]);
    let plan = SignalPlan::new(&rules);
    let keys = |resources: Value| -> Vec<String> {
        let (raw, slots) = referee::with_slots(&json!({"eventName": "r0", "resources": resources}));
        let mut keys = Vec::new();
        plan.feed(0, &Record::new(&raw, &slots), |fed| keys.push(fed.key.join(",")));
        keys
    };
    assert_eq!(keys(json!([{"ARN": "arn:a"}, {"ARN": "arn:b"}])), ["arn:a"]);
    assert_eq!(keys(json!([{"type": "AWS::S3::Object"}, {"ARN": "arn:b"}])), ["arn:b"]);
    assert!(keys(json!([{"type": "AWS::S3::Object"}])).is_empty());
    assert!(keys(json!([])).is_empty());
}

#[test]
fn an_upper_bound_is_judged_when_the_window_ends() {
    let few = || shaped("event_count", &["r0"], "10s", json!({"lt": 3}));
    assert_eq!(moments(few(), &[(0, 0), (0, 1)]), [10]);
    assert_eq!(moments(few(), &[(0, 0), (0, 1), (0, 10)]), [0; 0]);
    assert_eq!(moments(few(), &[(0, 0), (0, 1), (0, 2), (0, 11)]), [21], "the next window opens with the first signal after");
    let exactly = |count: u64| shaped("event_count", &["r0"], "10s", json!({"eq": count}));
    assert_eq!(moments(exactly(2), &[(0, 0), (0, 1)]), [10]);
    assert_eq!(moments(exactly(2), &[(0, 0), (0, 1), (0, 2)]), [0; 0]);
}

#[test]
fn an_absence_is_judged_when_the_window_ends() {
    let alone = || shaped("temporal", &["r0", "r1"], "10s", json!("r0 and not r1"));
    assert_eq!(moments(alone(), &[(0, 0)]), [10]);
    assert_eq!(moments(alone(), &[(0, 0), (1, 10)]), [0; 0]);
    assert_eq!(moments(alone(), &[(0, 0), (1, 11)]), [10]);
}

#[test]
fn a_rule_named_twice_counts_once_except_in_an_order() {
    assert_eq!(moments(shaped("event_count", &["r0", "r0"], "10s", json!({"gte": 2})), &[(0, 0)]), [0; 0]);
    let round = json!({"type": "temporal_ordered", "rules": ["r0", "r1", "r0"], "group-by": ["userIdentity.arn"], "timespan": "10s"});
    assert_eq!(moments(round.clone(), &[(0, 0), (1, 1)]), [0; 0]);
    assert_eq!(moments(round, &[(0, 0), (1, 1), (0, 2)]), [2]);
}

#[test]
fn what_is_judged_late_feeds_in_order_of_time() {
    let lonely = shaped("temporal", &["r0", "r1"], "4s", json!("r0 and not r1"));
    let then = json!({"type": "temporal_ordered", "rules": ["c0", "r2"], "group-by": ["userIdentity.arn"], "timespan": "5s"});
    let rules = rules(&[lonely, then]);
    let fired = |matches: &[(usize, i64)]| -> Vec<(usize, i64)> {
        let matches: Vec<Match> = matches.iter().map(|&(rule, second)| (rule, second, "alice", vec![])).collect();
        run(&rules, signals(&rules, &matches)).into_iter().map(|(at, _, second, ..)| (at, second)).collect()
    };
    assert_eq!(fired(&[(0, 0), (2, 5)]), [(0, 4), (1, 5)]);
    assert_eq!(fired(&[(0, 0), (2, 2)]), [(0, 4)], "at second 2 nobody knew yet");
}

#[test]
fn aliases_join_fields_of_different_names() {
    let joined = json!({
        "type": "temporal", "rules": ["r0", "r1"], "timespan": "1m", "group-by": ["who"],
        "aliases": {"who": {"r0": "userIdentity.userName", "r1": "requestParameters.userName"}},
    });
    let rules = rules(&[joined]);
    let matcher = watchfire_detect::Matcher::compile(&rules, &cloudtrail::SCHEMA);
    let plan = SignalPlan::new(&rules);
    let keys = |event: Value| -> Vec<String> {
        let (raw, slots) = referee::with_slots(&event);
        let record = Record::new(&raw, &slots);
        let occurrence = Occurrence { event_id: "1".into(), time: EventTime(0), source: "test".into() };
        let mut keys = Vec::new();
        matcher.matches(&record, &mut Scratch::default(), |rule| {
            plan.feed(rule, &record, |fed| keys.push(fed.signal(&occurrence).key.join(",")))
        });
        keys
    };
    assert_eq!(keys(json!({"eventName": "r0", "userIdentity": {"userName": "eve"}})), ["eve"]);
    assert_eq!(keys(json!({"eventName": "r1", "requestParameters": {"userName": "eve"}})), ["eve"]);
    assert!(keys(json!({"eventName": "r1", "userIdentity": {"userName": "eve"}})).is_empty(), "a missing group-by field means no group");
}

/// Not a measurement: were any step linear in the window, this would take hours.
#[test]
fn a_million_signals_of_one_key_pass() {
    const SIGNALS: i64 = 1_000_000;
    let shapes = [
        shaped("event_count", &["r0"], "1d", json!({"gte": 15_000})),
        shaped("value_count", &["r0"], "1d", json!({"gte": 5_000, "field": "userAgent"})),
        shaped("value_sum", &["r0"], "1d", json!({"gte": 1_000_000_000, "field": "userAgent"})),
        shaped("value_avg", &["r0"], "1d", json!({"gte": 1_000_000, "field": "userAgent"})),
        shaped("temporal_ordered", &["r0", "r1", "r2"], "1d", json!({"gte": 3})),
        shaped("temporal", &["r0", "r1"], "1d", json!("r0 and not r1")),
    ];
    let rules = rules(&shapes);
    let (mut correlator, mut hits) = (Correlator::new(&rules), Vec::new());
    for n in 0..SIGNALS {
        for correlation in 0..shapes.len() as u32 {
            if i64::from(correlation) != n % shapes.len() as i64 {
                continue;
            }
            let time = EventTime(n * 10);
            let occurrence = Occurrence { event_id: "".into(), time, source: "test".into() };
            let values = if correlation == 0 { vec![] } else { vec![Box::from((n % 7919).to_string())] };
            correlator.feed(
                Signal {
                    correlation,
                    part: (n / 100_000 % 2) as u16,
                    time,
                    key: ["k".into()].into(),
                    values,
                    occurrences: vec![occurrence],
                },
                &mut hits,
            );
            hits.retain(|hit| hit.begins);
        }
    }
    correlator.finish(&mut hits);
    assert!(hits.iter().any(|hit| hit.correlation == 0) && hits.iter().any(|hit| hit.correlation == 1));
}
