//! The gate: each kind of credential at each kind of door.

use std::time::Duration;

use watchfire_model::EventTime;
use watchfire_trust::signature::{Dialect, SignatureFault};
use watchfire_trust::{
    AccessKey, Admitted, Barred, Digest, Door, Gate, GateSettings, NewToken, Permission, Proof, Refusal, Request, Role, Scopes, SealKey,
    Secret, Session, SessionSecret, Token, TokenId, TokenWish, Touch, UserId, token_digest,
};

use crate::register::{Known, NOW, user};
use crate::wire::{KEY, SECRET, Wire, recorded};

fn gate() -> Gate {
    Gate::new(GateSettings::new(true), SealKey::new([9; 32]))
}

/// Alice is a responder with a session and a token that only pushes logs.
fn known() -> (Known, SessionSecret, Secret) {
    let alice = user(1, "alice", Role::Responder);
    let (session, cookie) = Session::open(&alice, [1; 32], None, "a browser", NOW);
    let wish = TokenWish {
        label: "push".into(),
        role: Role::Analyst,
        scopes: Scopes::only([Permission::PushLogs]),
        lives: Some(Duration::from_secs(3_600)),
    };
    let (new, text) = NewToken::issue(&alice, wish, [2; 32], NOW).expect("hers");
    let NewToken { digest, owner, label, role, scopes, created, expires } = new;
    let token = Token { id: TokenId(7), digest, owner, label, role, scopes, created, expires, used: None };
    (Known { users: vec![alice], sessions: vec![session], tokens: vec![token], keys: Vec::new() }, cookie, text)
}

fn asked(
    gate: &Gate,
    known: &Known,
    door: Door<'_>,
    needs: Permission,
    method: &str,
    headers: &[(&str, String)],
    now: EventTime,
) -> Result<Admitted, Refusal> {
    let headers: Vec<(&str, &[u8])> = headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    let request = Request { method, path: "/x", query: "", headers: &headers, body: Digest::of(""), address: None, is_private: true };
    gate.admit(&request, door, needs, known, now).map_err(|barred| match barred {
        Barred::Refused(refusal) => refusal,
        Barred::Failed(never) => match never {},
    })
}

fn cookie_of(secret: &SessionSecret) -> (&'static str, String) {
    ("Cookie", format!("__Host-watchfire={}", secret.reveal()))
}

#[test]
fn sessions_come_in_by_cookie() {
    let (mut known, secret, _) = known();
    let gate = gate();
    let ask = |known: &Known, method: &str, headers: &[(&str, String)], later: i64| {
        asked(&gate, known, Door::Api, Permission::ReadFindings, method, headers, EventTime(NOW.millis() + later))
    };
    let cookie = cookie_of(&secret);
    let admitted = ask(&known, "GET", std::slice::from_ref(&cookie), 0).expect("hers");
    assert_eq!((admitted.caller.name(), admitted.caller.role(), admitted.caller.proof()), ("alice", Role::Responder, &Proof::Session));
    assert_eq!(admitted.touch, None, "it was written down just now");
    assert_eq!(ask(&known, "GET", std::slice::from_ref(&cookie), 60_000).expect("hers").touch, Some(Touch::Session(secret.digest())));
    assert_eq!(ask(&known, "GET", &[], 0).err(), Some(Refusal::Anonymous));
    assert_eq!(ask(&known, "GET", &[cookie_of(&SessionSecret::new([3; 32]))], 0).err(), Some(Refusal::Unknown));
    assert!(ask(&known, "GET", std::slice::from_ref(&cookie), 30 * 60_000 - 1).is_ok());
    assert_eq!(ask(&known, "GET", std::slice::from_ref(&cookie), 30 * 60_000).err(), Some(Refusal::Unknown), "idle");
    known.sessions[0].seen = EventTime(NOW.millis() + 12 * 3_600_000 - 1);
    assert!(ask(&known, "GET", std::slice::from_ref(&cookie), 12 * 3_600_000 - 1).is_ok());
    assert_eq!(ask(&known, "GET", std::slice::from_ref(&cookie), 12 * 3_600_000).err(), Some(Refusal::Unknown), "half a day");
    known.users[0].is_active = false;
    assert_eq!(ask(&known, "GET", &[cookie], 0).err(), Some(Refusal::Unknown), "kept out");
}

#[test]
fn what_changes_something_needs_the_pages_token() {
    let (known, secret, _) = known();
    let gate = gate();
    let csrf = secret.csrf().reveal().to_owned();
    let others = SessionSecret::new([5; 32]).csrf().reveal().to_owned();
    for method in ["POST", "PUT", "PATCH", "DELETE", "get", "TRACE"] {
        let ask = |headers: &[(&str, String)]| asked(&gate, &known, Door::Api, Permission::TriageFindings, method, headers, NOW);
        assert_eq!(ask(&[cookie_of(&secret)]).err(), Some(Refusal::Csrf), "{method}");
        for wrong in [&others, "", &csrf[1..], secret.reveal()] {
            assert_eq!(ask(&[cookie_of(&secret), ("X-CSRF-Token", wrong.to_owned())]).err(), Some(Refusal::Csrf), "{method}");
        }
        let twice = [cookie_of(&secret), ("X-CSRF-Token", csrf.clone()), ("X-CSRF-Token", csrf.clone())];
        assert_eq!(ask(&twice).err(), Some(Refusal::Csrf));
        assert!(ask(&[cookie_of(&secret), ("X-CSRF-Token", csrf.clone())]).is_ok(), "{method}");
    }
}

#[test]
fn tokens_come_in_where_machines_speak() {
    let (mut known, secret, text) = known();
    let gate = gate();
    let ask = |known: &Known, door, needs, name: &'static str, value: String, now| {
        asked(&gate, known, door, needs, "POST", &[(name, value)], now)
    };
    let bearer = format!("Bearer {}", text.reveal());
    let push = Permission::PushLogs;
    let admitted = ask(&known, Door::Api, push, "authorization", bearer.clone(), NOW).expect("hers");
    assert_eq!((admitted.caller.role(), admitted.caller.proof()), (Role::Analyst, &Proof::Token(TokenId(7))));
    assert_eq!(admitted.touch, Some(Touch::Token(TokenId(7))));
    let basic = basic(&format!("anybody:{}", text.reveal()));
    for (name, value) in [
        ("Authorization", bearer.clone()),
        ("Authorization", basic.clone()),
        ("X-Api-Key", text.reveal().to_owned()),
        ("X-Amz-Firehose-Access-Key", text.reveal().to_owned()),
    ] {
        assert!(ask(&known, Door::Push, push, name, value, NOW).is_ok(), "{name}");
    }
    assert_eq!(ask(&known, Door::Api, push, "X-Api-Key", text.reveal().to_owned(), NOW).err(), Some(Refusal::Anonymous));
    assert_eq!(ask(&known, Door::Api, push, "Authorization", basic, NOW).err(), Some(Refusal::Anonymous));
    let (name, cookie) = cookie_of(&secret);
    assert_eq!(ask(&known, Door::Push, push, name, cookie, NOW).err(), Some(Refusal::Anonymous), "no browser pushes");
    let refusal = ask(&known, Door::Api, Permission::ReadFindings, "Authorization", bearer.clone(), NOW).expect_err("another scope");
    assert!(matches!(&refusal, Refusal::Denied(denied) if denied.is_scope) && refusal.status() == 403);
    let ended = EventTime(NOW.millis() + 3_600_000);
    assert_eq!(ask(&known, Door::Api, push, "Authorization", bearer.clone(), ended).err(), Some(Refusal::Unknown));
    known.users[0].role = Role::Viewer;
    let refusal = ask(&known, Door::Api, push, "Authorization", bearer.clone(), NOW).expect_err("its owner is a viewer now");
    assert_eq!(refusal.to_string(), "alice is viewer here, and logs:push needs analyst");
    known.tokens.clear();
    assert_eq!(ask(&known, Door::Api, push, "Authorization", bearer, NOW).err(), Some(Refusal::Unknown));
    assert!(token_digest(&text.reveal()[1..]).is_none());
}

fn basic(text: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::from("Basic ");
    for chunk in text.as_bytes().chunks(3) {
        let bits = chunk.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for at in 0..4 {
            let letter = char::from(LETTERS[(bits >> (18 - 6 * at)) as usize & 63]);
            encoded.push(if at > chunk.len() { '=' } else { letter });
        }
    }
    encoded
}

/// The recorded requests' own key, in Alice's hands.
fn with_key(role: Role) -> Known {
    let alice = user(1, "alice", Role::Responder);
    let seal = SealKey::new([9; 32]);
    let (mut key, _) = AccessKey::issue(&alice, "boto3", role, &seal, [4; 72], NOW).expect("hers");
    key.id = watchfire_trust::AccessKeyId::parse(KEY).expect("an id");
    key.sealed = seal.seal(&Secret::new(SECRET), KEY, [6; 24]);
    Known { users: vec![alice], keys: vec![key], ..Known::default() }
}

fn sign_in(gate: &Gate, known: &Known, wire: &Wire, needs: Permission, now: EventTime) -> Result<Admitted, Refusal> {
    wire.with(|request| {
        gate.admit(request, Door::Aws(&[&wire.service]), needs, known, now).map_err(|barred| match barred {
            Barred::Refused(refusal) => refusal,
            Barred::Failed(never) => match never {},
        })
    })
}

#[test]
fn signed_requests_come_in_at_aws_endpoints() {
    let (gate, mut known) = (gate(), with_key(Role::Analyst));
    for wire in recorded() {
        let admitted = sign_in(&gate, &known, &wire, Permission::ReadFindings, wire.at()).expect("hers");
        assert_eq!((admitted.caller.user(), admitted.caller.role(), admitted.signature), (Some(UserId(1)), Role::Analyst, None));
        assert!(matches!(admitted.touch, Some(Touch::AccessKey(_))));
    }
    let put = recorded().swap_remove(0);
    let refusal = sign_in(&gate, &known, &put, Permission::WriteBus, put.at()).expect_err("analysts do not");
    let aws = refusal.aws(Dialect::Json, "events:PutRule");
    assert_eq!(
        (aws.code, aws.status, &*aws.message),
        ("AccessDeniedException", 400, "User: alice is not authorized to perform: events:PutRule")
    );
    known.keys[0].is_active = false;
    assert_eq!(sign_in(&gate, &known, &put, Permission::PutEvents, put.at()).err(), Some(SignatureFault::UnknownKey.into()));
    known.keys[0].is_active = true;
    known.users[0].is_active = false;
    assert_eq!(sign_in(&gate, &known, &put, Permission::PutEvents, put.at()).err(), Some(SignatureFault::UnknownKey.into()));
    known.users.clear();
    assert_eq!(sign_in(&gate, &known, &put, Permission::PutEvents, put.at()).err(), Some(SignatureFault::UnknownKey.into()));
    let other = Gate::new(GateSettings::new(true), SealKey::new([8; 32]));
    let refusal = sign_in(&other, &with_key(Role::Analyst), &put, Permission::PutEvents, put.at()).expect_err("another seal");
    assert_eq!((refusal.status(), refusal.aws(Dialect::Json, "events:PutEvents").status), (500, 500));
}

#[test]
fn what_changes_something_is_carried_out_once() {
    let (gate, known) = (gate(), with_key(Role::Responder));
    let put = recorded().swap_remove(0);
    let send = |id: &str, later: i64| {
        let mut wire = put.clone();
        if !id.is_empty() {
            wire.headers.push(("amz-sdk-invocation-id".into(), id.as_bytes().to_vec()));
        }
        sign_in(&gate, &known, &wire, Permission::PutEvents, EventTime(put.at().millis() + later))
    };
    let replayed = Some(Refusal::Signature(SignatureFault::Replayed));
    let first = send("", 0).expect("new");
    assert_eq!(send("", 0).err(), replayed);
    gate.forget(first.signature.expect("remembered"));
    assert!(send("", 0).is_ok(), "it failed on our side");
    // As botocore does it: the same content within one second has the same signature, and says that it is another call.
    assert!(send("a", 500).is_ok() && send("b", 900).is_ok());
    assert_eq!(send("a", 900).err(), replayed);
    assert_eq!(send("c", 6_000).err(), replayed, "much later it is no longer the same second");
    assert!(sign_in(&gate, &known, &put, Permission::ReadFindings, put.at()).is_ok(), "reading twice is reading once");
}

#[test]
fn signed_addresses_that_change_something_are_short() {
    let (gate, known) = (gate(), with_key(Role::Responder));
    let find = |name: &str| recorded().into_iter().find(|wire| wire.name == name).expect("recorded");
    let (short, week) = (find("an address"), find("an address with headers"));
    assert!(sign_in(&gate, &known, &short, Permission::PutEvents, short.at()).is_ok());
    assert_eq!(sign_in(&gate, &known, &short, Permission::PutEvents, short.at()).err(), Some(SignatureFault::Replayed.into()));
    assert!(sign_in(&gate, &known, &week, Permission::ReadBus, week.at()).is_ok());
    assert!(matches!(sign_in(&gate, &known, &week, Permission::WriteBus, week.at()), Err(Refusal::Signature(SignatureFault::Invalid(_)))));
}
