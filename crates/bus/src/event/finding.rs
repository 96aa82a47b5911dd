//! Findings as events: as GuardDuty sends them, and as Security Hub does.

use serde_json::json;
use watchfire_hub::asff::Asff;
use watchfire_hub::format::{FindingPlace, asff, guardduty};
use watchfire_model::arn::Home;
use watchfire_model::{EventTime, Finding};

use super::{Event, EventId};
use crate::instant::whole_seconds;

/// A `GuardDuty Finding` event. The same state of a finding has the same event id.
pub fn guardduty_finding(finding: &Finding, place: &FindingPlace<'_>) -> Event {
    let detail = guardduty(finding, place);
    event(finding, place, "GuardDuty Finding", "aws.guardduty", Vec::new(), detail.to_string())
}

/// A `Security Hub Findings - Imported` event; its resource is the finding's ARN at its product. The same state of a finding has the
/// same event id.
pub fn security_hub_finding(finding: &Finding, place: &FindingPlace<'_>) -> Event {
    let asff = asff(finding, place);
    let text = |name: &str| asff.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    let resource = format!("{}/{}", text("ProductArn"), text("Id"));
    let detail = json!({ "findings": [asff] });
    event(finding, place, "Security Hub Findings - Imported", "aws.securityhub", vec![resource], detail.to_string())
}

/// A `Security Hub Findings - Imported` event of a document that a provider told or a person changed. The same document has the same
/// event id.
pub fn security_hub_document(document: &Asff, home: &Home, now: EventTime) -> Event {
    const KIND: &str = "Security Hub Findings - Imported";
    let text = |name: &str| document.text(name).unwrap_or_default();
    let json = document.to_json();
    Event {
        id: EventId::of(KIND, &[text("ProductArn"), text("Id"), &json]),
        detail_type: KIND.to_owned(),
        source: "aws.securityhub".to_owned(),
        account: document.text("AwsAccountId").unwrap_or(&home.account).to_owned(),
        time: whole_seconds(now),
        region: document.text("Region").unwrap_or(&home.region).to_owned(),
        resources: vec![format!("{}/{}", text("ProductArn"), text("Id"))],
        detail: format!("{{\"findings\":[{json}]}}").into(),
        replay_name: None,
        more: Vec::new(),
    }
}

fn event(finding: &Finding, place: &FindingPlace<'_>, kind: &str, source: &str, resources: Vec<String>, detail: String) -> Event {
    Event {
        id: EventId::of(kind, &[place.id, &place.updated.to_string(), &finding.count.to_string()]),
        detail_type: kind.to_owned(),
        source: source.to_owned(),
        account: place.account(finding).to_owned(),
        time: whole_seconds(place.updated),
        region: place.region(finding).to_owned(),
        resources,
        detail: detail.into(),
        replay_name: None,
        more: Vec::new(),
    }
}

#[cfg(test)]
mod sample {
    use watchfire_model::arn::Home;
    use watchfire_model::{Attack, Entity, EntityKind, EventTime, Evidence, Occurrence, Severity};

    use super::*;

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
}

#[cfg(test)]
mod tests {
    use watchfire_model::{EntityKind, EventTime};

    use super::sample::{finding, home, place};
    use super::*;

    #[test]
    fn a_state_of_a_finding_has_one_event() {
        let (home, finding) = (home(), finding());
        let place = place(&home);
        let event = guardduty_finding(&finding, &place);
        assert_eq!(event, guardduty_finding(&finding, &place));
        assert_eq!((event.source.as_str(), event.account.as_str(), event.region.as_str()), ("aws.guardduty", "111122223333", "us-east-1"));
        assert_eq!(event.time.to_string(), "2026-03-02T10:15:00Z");
        assert_ne!(event.id, guardduty_finding(&finding, &FindingPlace { updated: EventTime(0), ..place }).id);
        assert_ne!(event.id, security_hub_finding(&finding, &place).id);
        assert_eq!(Event::from_json(&event.to_json()), Ok(event));
    }

    #[test]
    fn several_accounts_are_nobodys() {
        let (home, mut finding) = (home(), finding());
        let other = watchfire_model::Entity { kind: EntityKind::Account, id: "444455556666".into() };
        finding.entities.push(other);
        assert_eq!(guardduty_finding(&finding, &place(&home)).account, "999999999999");
    }

    #[test]
    fn security_hub_names_the_finding() {
        let (home, finding) = (home(), finding());
        let event = security_hub_finding(&finding, &place(&home));
        let arn = "arn:aws:securityhub:us-east-1:111122223333:product/111122223333/default";
        assert_eq!(event.resources, [format!("{arn}/{arn}/50a92637859c6c77de11bf4e540192f5")]);
        assert!(event.detail.starts_with("{\"findings\":[{\"SchemaVersion\":\"2018-10-08\""), "{}", event.detail);
    }
}
