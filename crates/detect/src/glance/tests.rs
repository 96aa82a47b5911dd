use watchfire_model::{Slots, Span};

use super::*;
use crate::RuleText;

const SHOWN: [Slot; 2] = [cloudtrail::EVENT_SOURCE, cloudtrail::EVENT_NAME];

fn rules(detection: &str) -> RuleSet {
    let text = format!("title: t\nlogsource: {{product: aws, service: cloudtrail}}\ndetection:\n{detection}\n");
    let set = RuleSet::load([RuleText::new("t.yaml", text)], &Default::default());
    assert_eq!(set.rules.len(), 1, "{:?}", set.diagnostics);
    set
}

fn glance(set: &RuleSet, told: &BTreeSet<usize>, shown: &[Slot]) -> Glance {
    let readable: Vec<Slot> = cloudtrail::SCHEMA.fields.iter().map(|field| field.slot).collect();
    let sight = Sight {
        judged: &BTreeSet::from([0]),
        told,
        shown,
        readable: &readable,
        of_findings: &[cloudtrail::USER_IDENTITY_ARN],
        tells: &|_| vec!["requestParameters.name".to_owned()],
    };
    Glance::of(set, &SignalPlan::new(set), sight)
}

/// What a glance says of a record that has these texts in these fields; it sees them and nothing else.
fn verdict(glance: &Glance, kinds: &mut Kinds, texts: &[(Slot, &str)]) -> std::sync::Arc<Verdict> {
    let (mut raw, mut slots) = ("[".to_owned(), Slots::default());
    for (slot, text) in texts {
        let start = raw.len() as u32;
        raw += &format!("\"{text}\"");
        slots.set(*slot, Span { start, end: raw.len() as u32 });
        raw.push(',');
    }
    let of = |(at, slot): (usize, Slot)| texts.iter().find(|(known, _)| *known == slot).map_or(0, |(_, text)| kinds.kind(glance, at, text));
    let numbers: Vec<u32> = glance.asked().enumerate().map(of).collect();
    kinds.look(glance, &numbers, || Record::new(&raw, &slots)).clone()
}

fn seen(detection: &str, source: &str, name: &str) -> Option<bool> {
    let glance = glance(&rules(detection), &BTreeSet::new(), &SHOWN);
    let verdict = verdict(&glance, &mut Kinds::default(), &[(cloudtrail::EVENT_SOURCE, source), (cloudtrail::EVENT_NAME, name)]);
    (!verdict.rules.is_empty()).then_some(verdict.is_sure)
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

#[test]
fn what_is_needed_is_named() {
    let set = rules("  a: {eventName: A, requestParameters.x: y, derived.self_target: 'true'}\n  condition: a");
    let told = BTreeSet::from([0]);
    let glance = glance(&set, &told, &SHOWN);
    let verdict = verdict(&glance, &mut Kinds::default(), &[(cloudtrail::EVENT_NAME, "A")]);
    assert_eq!((&*verdict.rules, &*verdict.open, verdict.is_sure), (&[0][..], &[0][..], false));
    assert!([cloudtrail::REQUEST_PARAMETERS, cloudtrail::SESSION_ISSUER_USER_NAME].iter().all(|slot| verdict.asks.contains(slot)));
    assert_eq!(*verdict.keeps, [cloudtrail::USER_IDENTITY_ARN, cloudtrail::REQUEST_PARAMETERS]);
    let needs = verdict.needs.as_deref().expect("fields with a place");
    assert!(verdict.asks.iter().chain(&verdict.keeps).all(|slot| needs.contains(slot)));
}

#[test]
fn a_field_without_a_place_needs_the_whole_record() {
    for detection in ["  a: {eventName: A, newField.x: y}\n  condition: a", "  a: {eventName: A}\n  k: ['word']\n  condition: a and k"] {
        let glance = glance(&rules(detection), &BTreeSet::new(), &SHOWN);
        let verdict = verdict(&glance, &mut Kinds::default(), &[(cloudtrail::EVENT_NAME, "A")]);
        assert!(verdict.rules.len() == 1 && verdict.needs.is_none(), "{detection}");
    }
}

#[test]
fn kinds_tell_apart_what_conditions_do() {
    let all: Vec<Slot> = cloudtrail::SCHEMA.fields.iter().map(|field| field.slot).collect();
    let set = rules(
        "  a: {userAgent|contains: boto, userIdentity.accountId|fieldref: recipientAccountId}\n  f: {derived.aws_service_call: 'true'}\n  \
         condition: a and not f",
    );
    let glance = glance(&set, &BTreeSet::new(), &all);
    let mut kinds = Kinds::default();
    let mut is_hit = |agent: &str, own: &str, recipient: &str, address: &str| {
        let texts = [
            (cloudtrail::USER_AGENT, agent),
            (cloudtrail::USER_IDENTITY_ACCOUNT_ID, own),
            (cloudtrail::RECIPIENT_ACCOUNT_ID, recipient),
            (cloudtrail::SOURCE_IP_ADDRESS, address),
        ];
        !verdict(&glance, &mut kinds, &texts).rules.is_empty()
    };
    assert!(is_hit("Boto3/1", "1", "1", "192.0.2.1"));
    assert!(!is_hit("Boto3/1", "2", "1", "192.0.2.1"));
    assert!(!is_hit("Boto3/1", "1", "2", "192.0.2.1"));
    assert!(is_hit("boto/2", "2", "2", "192.0.2.2"));
    assert!(!is_hit("curl", "2", "2", "192.0.2.2"));
    assert!(!is_hit("boto/2", "2", "2", "ec2.amazonaws.com"));
    assert!(!is_hit("boto/2", "2", "2", "AWS Internal"));
    assert!(is_hit("boto/2", "2", "2", "signin.amazonaws.com"));
}
