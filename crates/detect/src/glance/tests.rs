use watchfire_model::{Slots, Span};

use super::*;
use crate::RuleText;

/// What a glance says of a record that has these names; it sees them and nothing else.
fn seen(detection: &str, source: &str, name: &str) -> Option<bool> {
    let text = format!("title: t\nlogsource: {{product: aws, service: cloudtrail}}\ndetection:\n{detection}\n");
    let set = RuleSet::load([RuleText::new("t.yaml", text)], &Default::default());
    assert_eq!(set.rules.len(), 1, "{:?}", set.diagnostics);
    let shown = [cloudtrail::EVENT_SOURCE, cloudtrail::EVENT_NAME];
    let (judged, told) = (BTreeSet::from([0]), BTreeSet::new());
    let glance = Glance::of(&set, &SignalPlan::new(&set), Sight { judged: &judged, told: &told, shown: &shown, given: &[] });
    let raw = format!(r#"["{source}","{name}"]"#);
    let mut slots = Slots::default();
    let middle = source.len() as u32 + 3;
    slots.set(cloudtrail::EVENT_SOURCE, Span { start: 1, end: middle });
    slots.set(cloudtrail::EVENT_NAME, Span { start: middle + 1, end: raw.len() as u32 - 1 });
    let mut said = None;
    glance.look(&Record::new(&raw, &slots), &mut Scratch::default(), |_, certain| said = Some(certain));
    said
}

#[test]
fn what_is_known_decides() {
    let rule = "  a: {eventName: StopLogging}\n  condition: a";
    assert_eq!(seen(rule, "x", "StopLogging"), Some(true));
    assert_eq!(seen(rule, "x", "StartLogging"), None);
}

#[test]
fn what_is_not_known_may_be() {
    let both = "  a: {eventName: A, errorCode: x}\n  condition: a";
    assert_eq!((seen(both, "x", "A"), seen(both, "x", "B")), (Some(false), None));
    let without = "  a: {eventName: A}\n  f: {userAgent: x}\n  condition: a and not f";
    assert_eq!((seen(without, "x", "A"), seen(without, "x", "B")), (Some(false), None));
    let either = "  a: {eventName: A}\n  b: {errorCode: x}\n  condition: a or b";
    assert_eq!(seen(either, "x", "B"), Some(false));
    let most = "  a: {eventName: A}\n  b: {errorCode: x}\n  c: {eventSource: s}\n  condition: 3 of them";
    assert_eq!((seen(most, "s", "A"), seen(most, "s", "B")), (Some(false), None));
}
