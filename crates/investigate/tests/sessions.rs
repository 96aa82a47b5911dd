//! Role chains, whatever the order of the records.

mod rig;

use rig::{Text, assuming, call, session_call};
use serde_json::{Value, json};
use watchfire_investigate::{Origin, Sessions};

const STS: &str = "sts.amazonaws.com";

fn three_hops() -> Vec<Value> {
    vec![
        assuming(call("2026-03-02T09:00:00Z", "mallory", "AKIAMALLORY", STS, "AssumeRole"), "support", "m", "ASIASUPPORT"),
        assuming(session_call("2026-03-02T09:05:00Z", "support", "m", "ASIASUPPORT", STS, "AssumeRole"), "deploy", "d", "ASIADEPLOY"),
        assuming(session_call("2026-03-02T09:10:00Z", "deploy", "d", "ASIADEPLOY", STS, "AssumeRole"), "admin", "a", "ASIAADMIN"),
        session_call("2026-03-02T09:11:00Z", "admin", "a", "ASIAADMIN", "iam.amazonaws.com", "CreateUser"),
        session_call("2026-03-02T09:12:00Z", "admin", "a", "ASIAADMIN", "iam.amazonaws.com", "AttachUserPolicy"),
    ]
}

fn told(sessions: &Sessions) -> Value {
    json!(sessions.chains(&[]))
}

fn observed(values: &[Value]) -> Sessions {
    rig::observe(&values.iter().map(Text::new).collect::<Vec<_>>()).1
}

#[test]
fn three_hops_are_found_in_every_order() {
    let forward = three_hops();
    let sessions = observed(&forward);
    let chains = sessions.chains(&[]);
    assert_eq!(chains.len(), 1);
    assert_eq!((chains[0].identity, chains[0].origin), ("arn:aws:iam::111122223333:user/mallory", Origin::Identity));
    let links: Vec<_> = chains[0].links.iter().map(|link| (link.depth, link.access_key, link.count)).collect();
    assert_eq!(links, [(0, "AKIAMALLORY", 1), (1, "ASIASUPPORT", 1), (2, "ASIADEPLOY", 1), (3, "ASIAADMIN", 2)]);
    for rotation in 1..forward.len() {
        let mut other = forward.clone();
        other.rotate_left(rotation);
        other.reverse();
        assert_eq!(told(&observed(&other)), told(&sessions));
        let (left, right) = other.split_at(rotation);
        let mut merged = observed(left);
        merged.merge(observed(right));
        assert_eq!(told(&merged), told(&sessions));
    }
}

#[test]
fn a_console_session_hangs_below_its_sign_in() {
    let mut login = call("2026-03-02T09:00:00Z", "alice", "", "signin.amazonaws.com", "ConsoleLogin");
    login["responseElements"] = json!({"ConsoleLogin": "Success"});
    login["additionalEventData"] = json!({"MFAUsed": "No"});
    let mut used = call("2026-03-02T09:01:00Z", "alice", "ASIACONSOLE", "s3.amazonaws.com", "ListBuckets");
    used["userIdentity"]["sessionContext"] = json!({"attributes": {"creationDate": "2026-03-02T09:00:01Z", "mfaAuthenticated": "false"}});
    let sessions = observed(&[used, login]);
    let chains = sessions.chains(&[]);
    let link = &chains[0].links[0];
    assert_eq!((chains[0].origin, link.opened_by, link.mfa), (Origin::Console, "ConsoleLogin", Some(false)));
}

#[test]
fn a_switched_role_hangs_below_the_identity_before() {
    let mut switch = session_call("2026-03-02T09:00:00Z", "admin", "alice", "", "signin.amazonaws.com", "SwitchRole");
    switch["responseElements"] = json!({"SwitchRole": "Success"});
    switch["additionalEventData"] = json!({"SwitchFrom": "arn:aws:iam::111122223333:user/alice"});
    let used = session_call("2026-03-02T09:00:02Z", "admin", "alice", "ASIASWITCHED", "iam.amazonaws.com", "ListUsers");
    let sessions = observed(&[used, switch]);
    let chains = sessions.chains(&[]);
    assert_eq!(chains[0].identity, "arn:aws:iam::111122223333:user/alice");
    assert_eq!(chains[0].links[0].opened_by, "SwitchRole");
}

#[test]
fn sessions_of_services_are_folded() {
    let values: Vec<Value> = (0..500)
        .map(|n| {
            let mut value =
                assuming(call("2026-03-02T09:00:00Z", "x", "", STS, "AssumeRole"), "worker", &format!("s{n}"), &format!("ASIA{n:016}"));
            value["userIdentity"] = json!({"type": "AWSService", "invokedBy": "lambda.amazonaws.com"});
            value
        })
        .collect();
    let sessions = observed(&values);
    let chains = sessions.chains(&[]);
    assert_eq!((chains.len(), chains[0].links.len(), chains[0].links[0].folded), (1, 1, 499));
    assert_eq!(chains[0].origin, Origin::Service);
}

#[test]
fn keys_that_claim_to_have_opened_each_other_do_no_harm() {
    let sessions = observed(&[
        assuming(session_call("2026-03-02T09:00:00Z", "a", "a", "ASIAA", STS, "AssumeRole"), "b", "b", "ASIAB"),
        assuming(session_call("2026-03-02T09:00:01Z", "b", "b", "ASIAB", STS, "AssumeRole"), "a", "a", "ASIAA"),
        assuming(session_call("2026-03-02T09:00:02Z", "c", "c", "ASIAC", STS, "AssumeRole"), "c", "c", "ASIAC"),
    ]);
    let links: usize = sessions.chains(&[]).iter().map(|chain| chain.links.len()).sum();
    assert_eq!(links, 3);
}

#[test]
fn a_flood_of_keys_stays_within_the_limit_and_keeps_the_busy() {
    let mut sessions = Sessions::default();
    let busy = Text::new(&call("2026-03-02T09:00:00Z", "busy", "AKIABUSY", "s3.amazonaws.com", "GetObject"));
    let flood = Text::new(&session_call("2026-03-02T09:00:00Z", "r", "s", "ASIA0000000000000000", "s3.amazonaws.com", "GetObject"));
    for number in 0..200_000u32 {
        let raw = flood.raw.replace("ASIA0000000000000000", &format!("ASIA{number:016}"));
        sessions.observe(&watchfire_model::Record::new(&raw, &flood.slots));
        if number % 100 == 0 {
            sessions.observe(&busy.record());
        }
    }
    assert!(sessions.len() <= 50_000);
    assert!(sessions.dropped() > 100_000);
    let chains = sessions.chains(&[]);
    let chain = chains.iter().find(|chain| chain.identity.ends_with("user/busy")).expect("kept");
    assert_eq!(chain.count, 2000);
}
