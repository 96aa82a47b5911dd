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
    let case =
        (prop::collection::vec(rule(), 1..7), prop::collection::vec(filter(), 0..2), prop::collection::vec(crate::events::event(), 1..7));
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

/// What once went wrong, or might have.
#[test]
fn odd_values() {
    let request = |value: Value| json!({"requestParameters": {"a": value}});
    check(json!({"eventName|cased": "a?c"}), json!({"eventName": "aİc"}), true);
    check(json!({"eventName": "a?c"}), json!({"eventName": "aİc"}), false);
    check(json!({"requestParameters.a": 9_007_199_254_740_993u64}), request(json!(9_007_199_254_740_992u64)), false);
    check(json!({"requestParameters.a|gt": 9_007_199_254_740_992u64}), request(json!("9007199254740993")), true);
    check(json!({"requestParameters.a|lt": "5"}), request(json!(4)), true);
    check(json!({"requestParameters.a|contains": 15}), request(json!("2015-03-31")), true);
    check(json!({"requestParameters.a": 1.5}), request(json!("1.50")), true);
    check(json!({"requestParameters.a": "1.50"}), request(json!(1.5)), false);
    check(json!({"readOnly|cased": true}), json!({"readOnly": "True"}), false);
    check(json!({"requestParameters.a|cidr": "0.0.0.0/0"}), request(json!("255.255.255.255")), true);
    check(json!({"requestParameters.a|cidr": "0.0.0.0/0"}), request(json!("::1")), false);
}

#[test]
fn parts_of_times_compare() {
    let at = |time: &str| json!({"eventTime": time});
    check(json!({"eventTime|hour": 18}), at("2026-03-02T18:14:07Z"), true);
    for (modifiers, hour, expected) in [
        ("hour|gte", "18", true),
        ("hour|gte", "17", false),
        ("gte|hour", "19", true),
        ("hour|gt", "18", false),
        ("hour|lt", "17", true),
        ("hour|lt", "18", false),
        ("hour|lte", "18", true),
    ] {
        check(json!({format!("eventTime|{modifiers}"): 18}), at(&format!("2026-03-02T{hour}:59:59Z")), expected);
    }
    check(json!({"eventTime|minute|gte": 30}), at("2026-03-02T18:29:59Z"), false);
    check(json!({"eventTime|week|lte": 10}), at("2026-03-02T18:29:59Z"), true);
    check(json!({"eventTime|day|lt": 3}), at("2026-03-02T18:29:59Z"), true);
    check(json!({"eventTime|month|gt": 3}), at("2026-03-02T18:29:59Z"), false);
    check(json!({"eventTime|year|gt": "2025"}), at("2026-03-02T18:29:59Z"), true);
    check(json!({"eventTime|hour|gte|neq": 18}), at("2026-03-02T17:00:00Z"), true);
    check(json!({"eventTime|hour|gte": 18}), at("at six"), false);
}

#[test]
fn many_switches_are_matched_in_one_kind() {
    let asked = json!({"requestParameters.a|contains|windash": "run -a -b -c -d -e -f"});
    for (text, expected) in [
        ("run -a -b -c -d -e -f", true),
        ("run /a /b /c /d /e /f", true),
        ("run –a –b –c –d –e –f", true),
        ("run /a -b -c -d -e -f", true),
        ("run a b c d e f", false),
    ] {
        check(asked.clone(), json!({"requestParameters": {"a": text}}), expected);
    }
}

/// The lists are those of [`crate::rules::lists`].
#[test]
fn all_values_of_a_list_are_asked() {
    let words = lists().get("words").expect("the list").to_vec();
    let request = |text: String| json!({"requestParameters": {"a": text}});
    let all = || json!({"requestParameters.a|contains|all|expand": "%words%"});
    assert!(words.len() > 1);
    check(all(), request(words.join(" ")), true);
    check(all(), request("none of them".to_owned()), false);
    let lone = words.iter().find(|word| !words.iter().all(|other| word.to_lowercase().contains(&other.to_lowercase())));
    check(all(), request(lone.expect("a word that does not hold all").clone()), false);
    check(json!({"requestParameters.a|contains|all|expand": "%empty%"}), request(String::new()), false);
    check(json!({"requestParameters.a|contains|all|expand": ["%words%", "x1"]}), request(words.join(" ")), false);
    check(json!({"requestParameters.a|contains|all|expand": ["%words%", "x1"]}), request(words.join(" ") + "x1"), true);
}

#[test]
fn numbers_are_keywords_too() {
    check(json!([12345]), json!({"userAgent": "build 123456"}), true);
    check(json!([12345]), json!({"requestParameters": {"size": 12345}}), true);
    check(json!([12345]), json!({"requestParameters": {"size": 1234}}), false);
    check(json!([1.5]), json!({"userAgent": "curl/1.5.2"}), true);
    check(json!([true]), json!({"userAgent": "dry-run=TRUE;"}), true);
    check(json!({"|all": [12345, "build"]}), json!({"userAgent": "build 12345"}), true);
}

#[test]
fn arrays_and_their_elements() {
    let request = |value: Value| json!({"requestParameters": {"a": value}});
    check(json!({"requestParameters.a[any]": "x"}), request(json!(["xy"])), false);
    check(json!({"requestParameters.a[any]|contains": "x"}), request(json!(["xy"])), true);
    check(json!({"requestParameters.a[any]": null}), request(json!([1, null])), true);
    check(json!({"requestParameters.a[any]|exists": true}), request(json!([null])), false);
    check(json!({"requestParameters.a[any]|neq": "x"}), request(json!(["x", "y"])), true);
    check(json!({"requestParameters.a|exists": true}), request(json!([])), true);
    check(json!({"requestParameters.a": []}), request(json!([])), false);
    check(json!({"requestParameters.a": []}), request(Value::Null), true);
    check(json!({"requestParameters.a[0].b": "x"}), request(json!("[{\"b\":\"x\"}]")), true);
    check(json!({"requestParameters.a[-1]": "x"}), request(json!(["y", "x"])), true);
    check(json!({"requestParameters.a[all]": {"b": "x"}}), request(json!({"b": "x"})), true);
    check(json!({"requestParameters.a[all]": {"b": "x"}}), request(json!([])), false);
    check(json!({"requestParameters.a[all_or_empty]": {"b": "x"}}), request(json!([])), true);
    check(json!({"requestParameters.a[none]": {"b": "x"}}), json!({}), true);
    check(json!({"resources[0].ARN": "x"}), json!({"resources": [{"ARN": "X"}]}), true);
}

#[test]
fn known_fields_stand_in_objects_only() {
    check(json!({"userIdentity.arn": "x"}), json!({"userIdentity": [{"arn": "x"}]}), false);
    check(json!({"userIdentity.arn": "x"}), json!({"userIdentity.arn": "x"}), false);
    check(json!({"requestParameters.a.b": "x"}), json!({"requestParameters": {"a.b": "x"}}), true);
}

#[test]
fn a_position_in_a_known_field_is_a_known_field() {
    let set = load(&[(0, &one(&json!({"resources[0].ARN": "x"})))], &[]);
    assert_eq!(set.diagnostics, []);
}

/// Two matchers of the same size: what one remembers of a value says nothing about the other.
#[test]
fn memory_goes_from_one_matcher_to_another() {
    let compile = |name: &str| Matcher::compile(&load(&[(0, &one(&json!({"eventName": name})))], &[]), &cloudtrail::SCHEMA);
    let (a, b) = (compile("A"), compile("B"));
    let (event, mut scratch) = (json!({"eventName": "B"}), Scratch::default());
    assert_eq!(matched(&a, &event, &mut scratch), [0; 0]);
    assert_eq!(matched(&b, &event, &mut scratch), [0]);
}

/// The text of a number is the same whether it stands in a field of its own or inside a tree.
#[test]
fn long_numbers_have_one_text() {
    let text = one(&json!({"eventName": "1.2345678901234568e22"}));
    let matcher = Matcher::compile(&load(&[(0, &text)], &[]), &cloudtrail::SCHEMA);
    let raw = r#"{"eventName":12345678901234567890123}"#;
    let mut slots = watchfire_model::Slots::default();
    slots.set(cloudtrail::EVENT_NAME, watchfire_model::Span { start: 13, end: raw.len() as u32 - 1 });
    let mut matched = false;
    matcher.matches(&Record::new(raw, &slots), &mut Scratch::default(), |_| matched = true);
    assert_eq!(matched, referee::matches(&load(&[(0, &text)], &[]).rules[0], &serde_json::from_str(raw).expect("JSON")));
}

#[test]
fn a_bad_network_in_a_list_is_left_out_and_told() {
    let mut lists = lists();
    lists.set("networks", vec!["10.0.0.0/40".to_owned(), "10.0.0.1".to_owned(), "192.0.2.0/24".to_owned()]);
    let text = one(&json!({"sourceIPAddress|cidr|expand": "%networks%"}));
    let set = RuleSet::load([RuleText::new("r.yaml", text.yaml.as_str())], &lists);
    assert_eq!(set.diagnostics.len(), 2);
    let matcher = Matcher::compile(&set, &cloudtrail::SCHEMA);
    for (address, expected) in [("10.0.0.1", false), ("192.0.2.9", true)] {
        let event = json!({"sourceIPAddress": address});
        assert_eq!(!matched(&matcher, &event, &mut Scratch::default()).is_empty(), expected);
        assert_eq!(referee::matches(&set.rules[0], &event), expected);
    }
}

/// Half an emoji, as a cut text leaves it, hides nothing else of the record.
#[test]
fn half_a_character_hides_nothing() {
    let matches = |selection: Value, raw: &str, slot, at: &str| {
        let start = raw.find(at).expect("in the record");
        let mut slots = watchfire_model::Slots::default();
        slots.set(slot, watchfire_model::Span { start: start as u32, end: raw.len() as u32 - 1 });
        let matcher = Matcher::compile(&load(&[(0, &one(&selection))], &[]), &cloudtrail::SCHEMA);
        let mut matched = false;
        matcher.matches(&Record::new(raw, &slots), &mut Scratch::default(), |_| matched = true);
        matched
    };
    let raw = r#"{"requestParameters":{"tag":"cut \ud83d","bucketName":"logs"}}"#;
    assert!(matches(json!({"requestParameters.bucketName": "logs"}), raw, cloudtrail::REQUEST_PARAMETERS, r#"{"tag""#));
    assert!(matches(json!({"requestParameters.tag|startswith": "cut"}), raw, cloudtrail::REQUEST_PARAMETERS, r#"{"tag""#));
    let raw = r#"{"userAgent":"kali \ud83d"}"#;
    assert!(matches(json!({"userAgent|contains": "kali"}), raw, cloudtrail::USER_AGENT, r#""kali"#));
    assert!(matches(json!([" kali", "kali"]), raw, cloudtrail::USER_AGENT, r#""kali"#));
}
