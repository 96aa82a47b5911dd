//! What earlier versions kept is still read.

use std::time::Duration;

use watchfire_model::EventTime;

use super::tests::{RULES, delivery, home};
use super::*;
use crate::retry::{Backoff, ErrorCode, Failure};
use crate::rules::{Context, Quotas, State, call};

/// What an earlier version kept is read: a delivery of each stage and parcel, and each kind of change. Lines are only ever added.
#[test]
fn what_was_kept_before_is_read() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/compat/0001");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(&folder).expect("made");
        std::fs::write(folder.join("deliveries.jsonl"), kept_deliveries().iter().map(|one| one.clone() + "\n").collect::<String>())
            .expect("written");
        std::fs::write(folder.join("changes.jsonl"), kept_changes().iter().map(|one| one.clone() + "\n").collect::<String>())
            .expect("written");
    }
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("kept");
    for line in read("deliveries.jsonl").lines() {
        let delivery: Delivery = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(delivery.event().is_ok() && delivery.payload().is_ok(), "{line}");
    }
    let mut state = State::new(home(), Quotas::default());
    let lines = read("changes.jsonl");
    state.apply(lines.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))));
    assert_eq!((state.rules.len(), state.archives.len(), state.replays.len()), (1, 1, 1));
    assert_eq!((state.connections.len(), state.destinations.len()), (3, 1));
    assert_eq!(Rulebook::new(&state).faults(), []);
}

fn kept_deliveries() -> Vec<String> {
    let (backoff, mut most) = (Backoff::default(), || u64::MAX);
    let mut judge = |result| step(delivery("b1"), result, &backoff, EventTime(1500), &mut most);
    let asked = Failure::later(ErrorCode::Throttling, "busy").after(Some(Duration::from_secs(9)));
    let dead = judge(Err(Failure::never(ErrorCode::NoResource, "gone")));
    let all = [judge(Ok(())).delivery, judge(Err(asked)).delivery, dead.delivery, dead.letter.expect("a queue is named")];
    all.iter().map(|one| serde_json::to_string(one).expect("JSON")).collect()
}

fn kept_changes() -> Vec<String> {
    let arn = home().bus_arn("default");
    let archive = home().arn(format_args!("archive/all"));
    let login = r#"{"Name":"basic","AuthorizationType":"BASIC","AuthParameters":{"BasicAuthParameters":{"Username":"u","Password":"p"},"InvocationHttpParameters":{"HeaderParameters":[{"Key":"k","Value":"v","IsValueSecret":true}]}}}"#;
    let oauth = r#"{"Name":"oauth","AuthorizationType":"OAUTH_CLIENT_CREDENTIALS","AuthParameters":{"OAuthParameters":{"AuthorizationEndpoint":"https://a.example/t","HttpMethod":"POST","ClientParameters":{"ClientID":"i","ClientSecret":"s"}}}}"#;
    let key =
        r#"{"Name":"key","AuthorizationType":"API_KEY","AuthParameters":{"ApiKeyAuthParameters":{"ApiKeyName":"x","ApiKeyValue":"y"}}}"#;
    let mut state = State::new(home(), Quotas::default());
    let mut kept = Vec::new();
    let mut apply = |state: &mut State, operation: &str, body: String| {
        let mut chance = || 7u64;
        let (changes, _) = call(state, operation, &body, &mut Context { now: EventTime(1500), chance: &mut chance }).expect(operation);
        kept.extend(changes.iter().map(|change| serde_json::to_string(change).expect("JSON")));
        state.apply(changes);
    };
    for (operation, text) in RULES {
        apply(&mut state, operation, (*text).to_owned());
    }
    for text in [login, oauth, key] {
        apply(&mut state, "CreateConnection", text.to_owned());
    }
    let connection = state.connections["key"].arn.clone();
    let destination =
        r#"{"Name":"d","InvocationEndpoint":"https://b.example/*","HttpMethod":"POST","InvocationRateLimitPerSecond":3,"ConnectionArn":""#;
    apply(&mut state, "CreateApiDestination", format!("{destination}{connection}\"}}"));
    apply(&mut state, "CreateArchive", format!(r#"{{"ArchiveName":"all","EventSourceArn":"{arn}","RetentionDays":3}}"#));
    let replay = format!(
        r#"{{"ReplayName":"r","EventSourceArn":"{archive}","EventStartTime":1,"EventEndTime":2.5,"Destination":{{"Arn":"{arn}"}}}}"#
    );
    apply(&mut state, "StartReplay", replay);
    kept
}
