use proptest::prelude::*;
use serde_json::{Value, json};

use super::sample::{finding, home, place};
use super::*;
use crate::asff::Asff;

/// Our finding as the hub keeps it.
fn ours() -> Asff {
    Asff::read(asff(&finding(), &place(&home()))).expect("a finding")
}

fn written(format: Format, documents: &[Asff]) -> String {
    let mut writer = Writer::new(format);
    let mut text: String = documents.iter().map(|document| writer.write(document)).collect();
    text.push_str(&writer.end());
    text
}

#[test]
fn what_goes_out_comes_back() {
    let documents = [ours(), crate::sample::asff("g", 3)];
    for format in [Format::Asff, Format::Ocsf] {
        let reading = read(format, &written(format, &documents)).unwrap();
        assert_eq!(reading, Reading { documents: documents.to_vec(), faults: vec![] }, "{format:?}");
        assert_eq!(read(format, &written(format, &[])).unwrap(), Reading::default());
    }
    assert_eq!(written(Format::Csv, &documents).lines().count(), 3);
    assert!(read(Format::Csv, "").is_err());
    assert_eq!("ocsf".parse(), Ok(Format::Ocsf));
    assert!("xml".parse::<Format>().is_err());
}

#[test]
fn guardduty_becomes_asff_and_comes_back() {
    let value = guardduty(&finding(), &place(&home()));
    let wrapped = json!({ "version": "0", "detail-type": "GuardDuty Finding", "detail": value });
    let reading = read(Format::GuardDuty, &format!("{wrapped}\n{wrapped}\n")).unwrap();
    assert_eq!((reading.documents.len(), &reading.faults), (2, &vec![]));
    let document = &reading.documents[0];
    for (path, expect) in [
        ("Severity.Label", json!("HIGH")),
        ("Severity.Normalized", json!(80)),
        ("ProductArn", json!("arn:aws:securityhub:us-east-1::product/aws/guardduty")),
        ("Types", json!(["TTPs/Defense Evasion/Stealth:IAMUser-CloudTrailLoggingDisabled"])),
        ("Action.AwsApiCallAction.Api", json!("StopLogging")),
        ("Network.SourceIpV4", json!("198.51.100.7")),
        ("RecordState", json!("ACTIVE")),
    ] {
        assert_eq!(document.get(path), Some(&expect), "{path}");
    }
    assert_eq!(document.get("Resources").unwrap()[0]["Id"], "AWS::IAM::AccessKey:AKIAEXAMPLE");
    let back: Value = serde_json::from_str(&written(Format::GuardDuty, &reading.documents[..1])).unwrap();
    assert_eq!(back, value, "as it came");
    // The capitals of the API are the same finding.
    let capitals = json!({ "Findings": [{
        "AccountId": "111122223333", "Arn": "arn:aws:guardduty:r:111122223333:detector/d/finding/f", "Type": "Recon:EC2/Portscan", "Region": "r",
        "Severity": 9.5, "CreatedAt": "2026-03-02T09:14:07.000Z", "UpdatedAt": "2026-03-02T09:14:07.000Z",
        "Resource": { "InstanceDetails": { "InstanceId": "i-0abc" } },
        "Service": { "Archived": true, "Action": { "NetworkConnectionAction": {
            "ConnectionDirection": "OUTBOUND", "Protocol": "TCP", "RemoteIpDetails": { "IpAddressV4": "203.0.113.9" }, "RemotePortDetails": { "Port": 22 } } } },
    }, { "Id": "x" }] });
    let reading = read(Format::GuardDuty, &capitals.to_string()).unwrap();
    let document = &reading.documents[0];
    assert_eq!((document.text("Severity.Label"), document.text("RecordState")), (Some("CRITICAL"), Some("ARCHIVED")));
    assert_eq!(
        document.get("Network"),
        Some(&json!({ "Direction": "OUT", "DestinationIpV4": "203.0.113.9", "Protocol": "TCP", "DestinationPort": 22 }))
    );
    assert_eq!(document.get("Resources").unwrap()[0]["Id"], "arn:aws:ec2:r:111122223333:instance/i-0abc");
    assert_eq!((reading.faults[0].0, reading.faults[0].1.contains("arn is missing")), (2, true));
}

#[test]
fn ours_as_guardduty_and_ocsf() {
    let value: Value = serde_json::from_str(&written(Format::GuardDuty, &[ours()])).unwrap();
    assert_eq!((&value["type"], &value["severity"]), (&json!("Stealth:IAMUser/CloudTrailLoggingDisabled"), &json!(8.0)));
    assert_eq!((&value["service"]["count"], &value["resource"]["accessKeyDetails"]["userName"]), (&json!(2), &json!("mallory")));
    let event = ocsf(&ours());
    for (pointer, expect) in [
        ("/class_uid", json!(2004)),
        ("/type_uid", json!(200_402)),
        ("/severity_id", json!(4)),
        ("/status_id", json!(1)),
        ("/time", json!(1_772_446_500_250_i64)),
        ("/cloud/account/uid", json!("111122223333")),
        ("/finding_info/attacks/0/sub_technique/uid", json!("T1562.008")),
        ("/finding_info/first_seen_time", json!(1_772_442_847_000_i64)),
        ("/count", json!(2)),
        ("/metadata/version", json!("1.8.0")),
        ("/resources/0/type", json!("AwsIamUser")),
    ] {
        assert_eq!(event.pointer(pointer), Some(&expect), "{pointer}");
    }
    let with = |path: &str, value: Value| {
        let mut document = ours();
        document.set(path, Some(value));
        ocsf(&document)
    };
    assert_eq!(with("Compliance.Status", json!("FAILED"))["class_uid"], 2003);
    assert_eq!(with("Types", json!(["Software and Configuration Checks/Vulnerabilities/CVE"]))["class_uid"], 2002);
    assert_eq!(with("RecordState", json!("ARCHIVED"))["type_uid"], 200_403);
    assert_eq!(with("Workflow.Status", json!("SUPPRESSED"))["status_id"], 3);
}

#[test]
fn others_ocsf_comes_in() {
    let event = json!({
        "class_uid": 2003, "time": 1_772_442_847_000_i64, "severity_id": 3, "status_id": 4, "cloud": { "account": { "uid": "111122223333" }, "region": "eu-west-1" },
        "finding_info": { "uid": "u-1", "title": "Open port", "types": ["network/ports", "TTPs/Discovery"] },
        "metadata": { "product": { "name": "Scan", "vendor_name": "Acme" } },
        "compliance": { "status": "Fail", "control": "EC2.1" }, "resources": [{ "uid": "sg-1", "type": "AwsEc2SecurityGroup" }, {}],
        "evidences": [{ "src_endpoint": { "ip": "2001:db8::1", "port": 443 } }],
    });
    let reading = read(Format::Ocsf, &json!([event, { "class_uid": 6003 }, 7]).to_string()).unwrap();
    assert_eq!(reading.faults.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [2, 3]);
    let document = &reading.documents[0];
    for (path, expect) in [
        ("Types", json!(["Software and Configuration Checks/Industry and Regulatory Standards/network-ports", "TTPs/Discovery"])),
        ("Compliance", json!({ "Status": "FAILED", "SecurityControlId": "EC2.1" })),
        ("Workflow.Status", json!("RESOLVED")),
        ("ProductArn", json!("arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default")),
        ("Network", json!({ "SourceIpV6": "2001:db8::1", "SourcePort": 443 })),
        ("CreatedAt", json!("2026-03-02T09:14:07Z")),
        ("Original.Finding", event),
    ] {
        assert_eq!(document.get(path), Some(&expect), "{path}");
    }
}

proptest! {
    /// Whatever comes, it is read or told.
    #[test]
    fn any_text_is_read_or_refused(text in "[\\[\\]{}\",:a-zA-Z0-9 ]{0,60}", class in 1990i64..2100, word in any::<String>(), number in any::<i64>()) {
        let event = json!({ "class_uid": class, "time": number, "finding_info": { "uid": word, "types": [word], "title": word },
            "cloud": { "account": { "uid": "111122223333" } }, "resources": [{ "uid": word }, word], "severity_id": number });
        let finding = json!({ "arn": word, "type": word, "accountId": word, "region": word, "severity": number, "createdAt": word, "updatedAt": word, "service": word });
        for format in [Format::Asff, Format::GuardDuty, Format::Ocsf] {
            let _ = read(format, &text);
            for value in [&event, &finding] {
                let reading = read(format, &value.to_string()).unwrap();
                prop_assert_eq!(reading.documents.len() + reading.faults.len(), 1);
                for document in reading.documents {
                    for out in [Format::Asff, Format::GuardDuty, Format::Ocsf, Format::Csv] {
                        written(out, std::slice::from_ref(&document));
                    }
                }
            }
        }
    }
}
