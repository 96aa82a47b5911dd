//! Any text into the rule front: no panic, every diagnostic reads, and what loads compiles and agrees with the referee.
//!
//! `RUSTC_BOOTSTRAP=1 cargo fuzz run rules_any fuzz/corpus/rules_any crates/detect/testdata/diagnostics` from the root of the repository;
//! `cargo install cargo-fuzz` first.
#![no_main]

use libfuzzer_sys::fuzz_target;
use watchfire_detect::{Lists, Matcher, RuleSet, RuleText, Scratch, referee};
use watchfire_model::{Record, cloudtrail};

fuzz_target!(|text: &str| {
    let good = "title: Good\nlogsource: {product: aws, service: cloudtrail}\ndetection: {s: {eventName: StopLogging}, condition: s}\n";
    let rules = RuleSet::load([RuleText::new("fuzz.yaml", text), RuleText::new("good.yaml", good)], &Lists::default());
    assert!(rules.rules.iter().any(|rule| &*rule.meta.file == "good.yaml"), "a broken file must not cost its neighbour");
    for diagnostic in &rules.diagnostics {
        assert!(!diagnostic.to_string().is_empty());
    }
    let event = serde_json::json!({
        "eventName": "StopLogging", "eventSource": "cloudtrail.amazonaws.com", "eventTime": "2026-03-02T09:14:07Z",
        "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/alice"},
        "requestParameters": {"name": "main", "policyDocument": "{\"Statement\":[{\"Effect\":\"Allow\"}]}"}
    });
    let (raw, slots) = referee::with_slots(&event);
    let mut matched = Vec::new();
    Matcher::compile(&rules, &cloudtrail::SCHEMA).matches(&Record::new(&raw, &slots), &mut Scratch::default(), |rule| matched.push(rule));
    for (at, rule) in rules.rules.iter().enumerate() {
        assert_eq!(matched.contains(&at), referee::matches(rule, &event), "{text}");
    }
});
