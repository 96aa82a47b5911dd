//! A finding to test with.

use watchfire_model::arn::Home;
use watchfire_model::{Attack, Entity, EntityKind, EventTime, Evidence, Finding, Occurrence, Severity};

use super::FindingPlace;

pub fn finding() -> Finding {
    let entity = |kind, id: &str| Entity { kind, id: id.into() };
    let record = r#"{"eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli","userIdentity":{"type":"IAMUser","principalId":"AIDAX","userName":"mallory"}}"#;
    Finding {
        rule: "5f0c1a52-8f0e-4c7e-9b0b-0d6a3f1f7a10".into(),
        name: "trail_stopped".into(),
        finding_type: "Stealth:IAMUser/CloudTrailLoggingDisabled".into(),
        severity: Severity::High,
        title: "Trail stopped".into(),
        summary: "mallory stopped the trail \"main\"".to_owned(),
        time: EventTime(1_772_442_847_000),
        last_time: EventTime(1_772_446_447_000),
        count: 2,
        entities: vec![
            entity(EntityKind::Principal, "arn:aws:iam::111122223333:user/mallory"),
            entity(EntityKind::AccessKey, "AKIAEXAMPLE"),
            entity(EntityKind::Address, "198.51.100.7"),
            entity(EntityKind::Account, "111122223333"),
            entity(EntityKind::Region, "us-east-1"),
            entity(EntityKind::Resource, "arn:aws:cloudtrail:us-east-1:111122223333:trail/main"),
        ],
        records: vec![Occurrence { event_id: "e-1".into(), time: EventTime(1_772_442_847_000), source: "a.gz".into() }],
        records_omitted: 0,
        attack: Attack { tactics: vec!["defense-evasion".to_owned()], techniques: vec!["T1562.008".to_owned()] },
        why: "It leaves the account blind.".into(),
        normal: "".into(),
        benign_causes: vec![],
        next: vec!["Start it again.".to_owned(), "Ask mallory.".to_owned()],
        evidence: vec![Evidence { event_id: "e-1".into(), record: record.to_owned(), matched: vec![] }],
    }
}

pub fn home() -> Home {
    Home::new("999999999999", "eu-central-1")
}

pub fn place(home: &Home) -> FindingPlace<'_> {
    let (created, updated) = (EventTime(1_772_442_900_000), EventTime(1_772_446_500_250));
    FindingPlace { id: "50a92637859c6c77de11bf4e540192f5", created, updated, home }
}
