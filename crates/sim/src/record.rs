//! One record, written in CloudTrail's field order. Everybody's records are written here.

use crate::call::{Call, Fault, Kind};
use crate::fill::{Bindings, Pen, Scene};
use crate::random::Random;
use crate::session::Channel;
use crate::stamp;
use crate::template::{SLOTS, Slots, Template};
use crate::world::REGIONS;

/// How a call ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outcome<'a> {
    Done,
    /// The caller lacks the permission.
    Refused,
    /// A failure of the call's own table.
    Failed(&'a Fault),
    /// A failure in a story's words: code and message.
    Told(&'a str, &'a str),
}

/// What a record says besides what its call and scene decide.
pub(crate) struct Facts<'a> {
    pub(crate) outcome: Outcome<'a>,
    pub(crate) bindings: &'a Bindings,
    /// The id of the event, when somebody must know it before it is written.
    pub(crate) event_id: Option<&'a str>,
    /// The id that the records of one call in two accounts share.
    pub(crate) shared_id: Option<&'a str>,
}

impl Facts<'_> {
    /// An ordinary record.
    pub(crate) fn plain(outcome: Outcome<'_>) -> Facts<'_> {
        Facts { outcome, bindings: &[], event_id: None, shared_id: None }
    }
}

/// Appends the record of a call to `out`.
pub(crate) fn write(call: &Call, scene: &Scene<'_>, facts: &Facts<'_>, random: &mut Random, out: &mut Vec<u8>) {
    let dice = random.next();
    let mut pen = Pen { out, random, scene, bindings: facts.bindings, dice };
    let mut slots: Slots = [None; SLOTS];
    head(&mut pen, call);
    ending(&mut pen, call, facts, &mut slots);
    pen.text(r#","requestParameters":"#);
    if hides_request(call, facts.outcome) {
        pen.text("null")
    } else {
        call.request.write(&mut pen, &mut slots)
    }
    pen.text(r#","responseElements":"#);
    match facts.outcome {
        Outcome::Done => call.response.write(&mut pen, &mut slots),
        _ if call.kind == Kind::SignIn => pen.text(r#"{"ConsoleLogin":"Failure"}"#),
        _ => pen.text("null"),
    }
    optional(&mut pen, &mut slots, r#","additionalEventData":"#, call.extra.as_ref());
    tail(&mut pen, call, facts, &mut slots);
}

/// From the version to the user agent.
fn head(pen: &mut Pen<'_, '_>, call: &Call) {
    let scene = pen.scene;
    pen.text(r#"{"eventVersion":""#);
    pen.text(call.version);
    pen.text(r#"","userIdentity":"#);
    pen.text(&scene.caller.identity);
    pen.text(r#","eventTime":""#);
    stamp::iso(scene.now, pen.out);
    pen.text(r#"","eventSource":""#);
    pen.text(call.source);
    pen.text(r#"","eventName":""#);
    pen.text(call.name);
    pen.text(r#"","awsRegion":""#);
    pen.text(REGIONS[scene.place.region].name);
    pen.text(r#"","sourceIPAddress":""#);
    pen.text(&scene.caller.address);
    pen.text(r#"","userAgent":""#);
    scene.caller.agent.write(call, &scene.caller.channel, pen.out);
    pen.out.push(b'"');
}

/// Error code and message, when the call did not end well.
fn ending(pen: &mut Pen<'_, '_>, call: &Call, facts: &Facts<'_>, slots: &mut Slots) {
    let (code, message) = match facts.outcome {
        Outcome::Done => return,
        Outcome::Refused => (call.refusal, None),
        Outcome::Failed(fault) => (fault.code, Some(&fault.message)),
        Outcome::Told(code, message) => {
            if !code.is_empty() {
                pen.text(&format!(r#","errorCode":"{code}""#));
            }
            pen.text(&format!(r#","errorMessage":"{message}""#));
            return;
        }
    };
    if !code.is_empty() {
        pen.text(&format!(r#","errorCode":"{code}""#));
    }
    let at = pen.out.len();
    pen.text(r#","errorMessage":""#);
    let empty = pen.out.len();
    match message {
        Some(template) => template.write(pen, slots),
        None => refusal(pen, call),
    }
    if pen.out.len() == empty {
        pen.out.truncate(at);
    } else {
        pen.out.push(b'"');
    }
}

/// The words with which AWS refuses.
fn refusal(pen: &mut Pen<'_, '_>, call: &Call) {
    let arn = &pen.scene.caller.arn;
    let permission = &call.permission;
    if call.refusal.starts_with("Client.") {
        let place = pen.scene.place;
        let (region, account) = (REGIONS[place.region].name, &pen.scene.world.accounts[place.account].id);
        pen.text(&format!(
            "You are not authorized to perform this operation. User: {arn} is not authorized to perform: {permission} on resource: arn:aws:ec2:{region}:{account}:* because no identity-based policy allows the {permission} action. Encoded authorization failure message: "
        ));
        let letters = 180 + (pen.dice % 120) as usize;
        pen.random.base64(letters, pen.out);
    } else {
        pen.text(&format!(
            "User: {arn} is not authorized to perform: {permission} on resource: * because no identity-based policy allows the {permission} action"
        ));
    }
}

/// Some services record nothing of a request they turned away.
fn hides_request(call: &Call, outcome: Outcome<'_>) -> bool {
    match outcome {
        Outcome::Done => false,
        Outcome::Refused => !call.refusal.starts_with("Client.") && call.refusal == "AccessDenied" && !call.in_brackets,
        Outcome::Failed(fault) => fault.code == "ThrottlingException",
        Outcome::Told(code, _) => code == "ThrottlingException",
    }
}

/// From the ids to the end.
fn tail(pen: &mut Pen<'_, '_>, call: &Call, facts: &Facts<'_>, slots: &mut Slots) {
    let scene = pen.scene;
    let before = pen.out.len();
    pen.text(r#","requestID":""#);
    if call.write_request_id(pen.random, pen.out) {
        pen.out.push(b'"')
    } else {
        pen.out.truncate(before)
    }
    pen.text(r#","eventID":""#);
    match facts.event_id {
        Some(id) => pen.text(id),
        None => pen.random.uuid(pen.out),
    }
    pen.text(if call.read_only { r#"","readOnly":true"# } else { r#"","readOnly":false"# });
    optional(pen, slots, r#","resources":"#, call.resources.as_ref());
    pen.text(match call.kind {
        Kind::Api | Kind::Data => r#","eventType":"AwsApiCall""#,
        Kind::Service => r#","eventType":"AwsServiceEvent""#,
        Kind::SignIn => r#","eventType":"AwsConsoleSignIn""#,
    });
    if !call.api_version.is_empty() {
        pen.text(r#","apiVersion":""#);
        pen.text(call.api_version);
        pen.out.push(b'"');
    }
    pen.text(if call.kind == Kind::Data {
        r#","managementEvent":false,"recipientAccountId":""#
    } else {
        r#","managementEvent":true,"recipientAccountId":""#
    });
    pen.text(&scene.world.accounts[scene.place.account].id);
    pen.out.push(b'"');
    shared_id(pen, call, facts);
    optional(pen, slots, r#","serviceEventDetails":"#, call.details.as_ref());
    if let Channel::Endpoint(endpoint) = &scene.caller.channel {
        pen.text(r#","vpcEndpointId":""#);
        pen.text(endpoint);
        pen.text(r#"","vpcEndpointAccountId":""#);
        pen.text(&scene.world.accounts[scene.place.account].id);
        pen.out.push(b'"');
    }
    pen.text(if call.kind == Kind::Data { r#","eventCategory":"Data""# } else { r#","eventCategory":"Management""# });
    connection(pen, call, slots);
    pen.out.push(b'}');
}

/// A role taken up from another account, or by a service, is told to both; the records share an id.
fn shared_id(pen: &mut Pen<'_, '_>, call: &Call, facts: &Facts<'_>) {
    let identity = &pen.scene.caller.identity;
    let from_elsewhere = identity.starts_with(r#"{"type":"AWSAccount""#) || identity.starts_with(r#"{"type":"AWSService""#);
    if facts.shared_id.is_none() && !(from_elsewhere && call.name == "AssumeRole") {
        return;
    }
    pen.text(r#","sharedEventID":""#);
    match facts.shared_id {
        Some(id) => pen.text(id),
        None => pen.random.uuid(pen.out),
    }
    pen.out.push(b'"');
}

/// How the call reached AWS.
fn connection(pen: &mut Pen<'_, '_>, call: &Call, slots: &mut Slots) {
    match pen.scene.caller.channel {
        Channel::Service => {}
        Channel::Console if call.kind != Kind::SignIn => pen.text(r#","sessionCredentialFromConsole":"true""#),
        Channel::Internet | Channel::Console | Channel::Endpoint(_) => {
            if call.kind == Kind::Service {
                return;
            }
            if let Some(host) = &call.host {
                pen.text(r#","tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":""#);
                host.write(pen, slots);
                pen.text(r#""}"#);
            }
        }
    }
}

fn optional(pen: &mut Pen<'_, '_>, slots: &mut Slots, name: &str, template: Option<&Template>) {
    if let Some(template) = template {
        pen.text(name);
        template.write(pen, slots);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Place;
    use crate::routine::{jenkins, terraform};
    use crate::world::World;
    use serde_json::Value;

    /// The record of a call with this outcome, read back.
    fn check(call: &Call, outcome: Outcome<'_>) -> Value {
        let world = World::new(3, 8);
        let now = 1_772_442_847;
        let (caller, subject) = (jenkins(&world, 2, now), terraform(&world, 2, now));
        let scene = Scene { world: &world, place: Place { account: 2, region: 1 }, now, app: 4, caller: &caller, subject: &subject };
        let mut out = Vec::new();
        write(call, &scene, &Facts::plain(outcome), &mut Random::new(8), &mut out);
        serde_json::from_slice(&out).unwrap_or_else(|error| panic!("{}: {error} in {}", call.action, String::from_utf8_lossy(&out)))
    }

    #[test]
    fn every_call_makes_json_however_it_ends() {
        for call in crate::call::all() {
            let done = check(call, Outcome::Done);
            assert_eq!(done["eventName"], call.name);
            assert!(done.get("errorCode").is_none());
            let refused = check(call, Outcome::Refused);
            assert_eq!(refused["errorCode"], call.refusal);
            for fault in &call.faults {
                let failed = check(call, Outcome::Failed(fault));
                assert!(failed["responseElements"].is_null() || call.kind == Kind::SignIn, "{failed}");
            }
        }
    }

    #[test]
    fn an_answer_speaks_of_what_was_asked() {
        let record = check(crate::call::named("ec2:RunInstances"), Outcome::Done);
        let asked = &record["requestParameters"]["instancesSet"]["items"][0]["imageId"];
        assert_eq!(asked, &record["responseElements"]["instancesSet"]["items"][0]["imageId"]);
        let record = check(crate::call::named("s3:GetBucketAcl"), Outcome::Done);
        let bucket = record["requestParameters"]["bucketName"].as_str().unwrap();
        assert_eq!(record["resources"][0]["ARN"], format!("arn:aws:s3:::{bucket}"));
        assert_eq!(record["tlsDetails"]["clientProvidedHostHeader"], format!("{bucket}.s3.eu-west-1.amazonaws.com"));
        let record = check(crate::call::named("iam:CreateRole"), Outcome::Done);
        let trust = record["requestParameters"]["assumeRolePolicyDocument"].as_str().unwrap();
        assert!(serde_json::from_str::<Value>(trust).is_ok(), "{trust}");
        assert!(record["responseElements"]["role"]["assumeRolePolicyDocument"].as_str().unwrap().starts_with("%7B%22Version%22"));
    }
}
