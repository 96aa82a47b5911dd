//! Every rule says the same to the matcher as to the slow evaluator, alone as in company, with fresh memory as with used.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use watchfire_detect::{Matcher, RuleSet, RuleText, Scratch, Weight, referee};
use watchfire_model::{Record, cloudtrail};

use crate::rules::{Text, filter, lists, rule};

/// Cases of one property; `PROPTEST_CASES` asks for more.
pub fn config(cases: u32) -> Config {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    Config { cases: asked.unwrap_or(cases), failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() }
}

fn load(rules: &[(usize, &Text)], filters: &[Text]) -> RuleSet {
    let rules = rules.iter().map(|(at, text)| RuleText::new(format!("r{at}.yaml"), text.yaml.as_str()));
    let filters = filters.iter().enumerate().map(|(at, text)| RuleText::new(format!("f{at}.yaml"), text.yaml.as_str()));
    RuleSet::load(rules.chain(filters), &lists())
}

fn matched(matcher: &Matcher, event: &Value, scratch: &mut Scratch) -> Vec<usize> {
    let (raw, slots) = referee::with_slots(event);
    let mut matched = Vec::new();
    matcher.matches(&Record::new(&raw, &slots), scratch, |rule| matched.push(rule));
    matched.sort_unstable();
    matched
}

/// The number of verdicts given, and how many of them were matches.
fn judge(rules: &[Text], filters: &[Text], events: &[Value]) -> Result<(usize, usize), TestCaseError> {
    let numbered: Vec<(usize, &Text)> = rules.iter().enumerate().collect();
    let set = load(&numbered, filters);
    let errors: Vec<_> = set.diagnostics.iter().filter(|diagnostic| diagnostic.weight == Weight::Error).collect();
    prop_assert!(errors.is_empty(), "{}", errors[0]);
    prop_assert_eq!(set.rules.len(), rules.len());
    let matcher = Matcher::compile(&set, &cloudtrail::SCHEMA);
    let alone: Vec<Matcher> = numbered.iter().map(|one| Matcher::compile(&load(&[*one], filters), &cloudtrail::SCHEMA)).collect();
    let (mut used, mut used_alone) = (Scratch::default(), Scratch::default());
    let mut matches = 0;
    for event in events.iter().chain(events) {
        let expected: Vec<usize> = (0..rules.len()).filter(|&at| referee::matches(&set.rules[at], event)).collect();
        matches += expected.len();
        prop_assert_eq!(&matched(&matcher, event, &mut Scratch::default()), &expected, "fresh memory, {}", event);
        prop_assert_eq!(&matched(&matcher, event, &mut used), &expected, "used memory, {}", event);
        for (at, alone) in alone.iter().enumerate() {
            let matched = !matched(alone, event, &mut used_alone).is_empty();
            prop_assert_eq!(matched, expected.contains(&at), "rule {} alone, {}", at, event);
        }
    }
    Ok((2 * events.len() * rules.len(), matches))
}

#[test]
fn matcher_and_referee_agree() {
    let case = (prop::collection::vec(rule(), 1..7), prop::collection::vec(filter(), 0..2), prop::collection::vec(crate::events::event(), 1..7));
    let (verdicts, matches) = (Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new(config(600));
    let outcome = runner.run(&case, |(rules, filters, events)| {
        let (given, held) = judge(&rules, &filters, &events)?;
        verdicts.set(verdicts.get() + given);
        matches.set(matches.get() + held);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let share = matches.get() * 100 / verdicts.get().max(1);
    println!("{} verdicts, {share} % of them matches", verdicts.get());
    assert!((10..90).contains(&share), "the vocabulary has drifted apart: {share} % match");
}

/// A rule with one selection.
pub fn one(selection: &Value) -> Text {
    let rule = json!({
        "title": "A rule",
        "sigma-version": 3,
        "logsource": {"product": "aws", "service": "cloudtrail"},
        "detection": {"selection": selection, "condition": "selection"},
    });
    Text { yaml: yaml_serde::to_string(&rule).expect("YAML") }
}

#[track_caller]
fn check(selection: Value, event: Value, expected: bool) {
    let text = one(&selection);
    let (_, matches) = judge(std::slice::from_ref(&text), &[], std::slice::from_ref(&event)).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(matches > 0, expected, "{selection} on {event}");
}
