//! Users and what they come in with.

use std::time::Duration;

use watchfire_state::{Error, TrustFault, TrustStore};
use watchfire_trust::{
    AccessKey, Barred, Digest, Door, Gate, GateSettings, NewToken, NewUser, PasswordHash, Permission, Refusal, Request, Role, Scopes,
    SealKey, Session, SessionLimits, SessionSecret, Setup, Token, TokenWish, Touch, User, UserChange, UserId,
};

use super::{NOW, act, after, user};

fn fault<T: std::fmt::Debug>(done: Result<T, Error>) -> TrustFault {
    match done.expect_err("refused") {
        Error::Trust(fault) => fault,
        other => panic!("{other:?}"),
    }
}

fn hash(of: u8) -> PasswordHash {
    let salt = "c29tZXNhbHQ";
    PasswordHash::parse(&format!("$argon2id$v=19$m=65536,t={of},p=1${salt}$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")).expect("a hash")
}

fn session(user: &User, random: u8, minutes: i64) -> (Session, SessionSecret) {
    Session::open(user, [random; 32], Some("192.0.2.1".parse().expect("an address")), "a browser", after(minutes))
}

fn token(store: &dyn TrustStore, owner: &User, random: u8, lives: Option<Duration>) -> Token {
    let scopes = Scopes::only([Permission::ReadFindings, Permission::ReadBus]);
    let wish = TokenWish { label: "script".into(), role: Role::Viewer, scopes, lives };
    let (new, _) = NewToken::issue(owner, wish, [random; 32], NOW).expect("its own");
    store.add_token(&new, act("token.add")).expect("kept")
}

fn key(store: &dyn TrustStore, owner: &User, random: u8) -> AccessKey {
    let (key, _) = AccessKey::issue(owner, "boto3", Role::Viewer, &SealKey::new([1; 32]), [random; 72], NOW).expect("its own");
    store.add_access_key(&key, act("key.add")).expect("kept");
    key
}

pub fn users_are_made_changed_and_removed(store: &dyn TrustStore) {
    let alice = user(store, "Alice", Role::Admin);
    let bob = user(store, "bob", Role::Viewer);
    assert_eq!((alice.name.as_str(), alice.is_active, alice.created), ("alice", true, NOW));
    let again = NewUser { name: "ALICE".parse().expect("a name"), role: Role::Viewer, password: None };
    assert_eq!(fault(store.add_user(&again, NOW, act("user.add"))), TrustFault::NameTaken(alice.name.clone()));
    assert_eq!(store.users().expect("read"), [alice.clone(), bob.clone()]);
    assert_eq!(store.user(&bob.name).expect("read").as_ref(), Some(&bob));
    let change = UserChange { role: Some(Role::Responder), password: Some(hash(2)), is_active: Some(false) };
    let changed = store.change_user(bob.id, &change, after(1), act("user.change")).expect("changed");
    assert_eq!((changed.role, changed.is_active, &changed.password, changed.changed), (Role::Responder, false, &Some(hash(2)), after(1)));
    assert_eq!(store.user_of(bob.id).expect("read"), Some(changed.clone()));
    let head = store.audit_head().expect("read");
    let same = store.change_user(bob.id, &change, after(2), act("user.change")).expect("the same");
    assert_eq!((same, store.audit_head().expect("read")), (changed, head), "nothing changed, nothing is told");
    store.rehash(bob.id, &hash(1), &hash(3)).expect("not his any more");
    assert_eq!(store.user_of(bob.id).expect("read").and_then(|bob| bob.password), Some(hash(2)));
    store.rehash(bob.id, &hash(2), &hash(3)).expect("his");
    assert_eq!(store.user_of(bob.id).expect("read").and_then(|bob| bob.password), Some(hash(3)));
    token(store, &bob, 1, None);
    key(store, &bob, 1);
    store.remove_user(bob.id, act("user.remove")).expect("removed");
    assert_eq!(store.users().expect("read"), [alice]);
    assert!(store.tokens(None).expect("read").is_empty() && store.access_keys(None).expect("read").is_empty());
    for gone in [bob.id, UserId(99)] {
        assert_eq!(fault(store.remove_user(gone, act("user.remove"))), TrustFault::NoUser(gone));
        assert_eq!(fault(store.change_user(gone, &change, NOW, act("user.change"))), TrustFault::NoUser(gone));
    }
    assert!(user(store, "bob", Role::Viewer).id > bob.id, "a number is given once");
}

pub fn somebody_can_always_administrate(store: &dyn TrustStore) {
    assert!(store.needs_setup().expect("read"));
    let (one, two) = (user(store, "one", Role::Admin), user(store, "two", Role::Admin));
    assert!(!store.needs_setup().expect("read"));
    let demoted = UserChange { role: Some(Role::Responder), ..UserChange::default() };
    let out = UserChange { is_active: Some(false), ..UserChange::default() };
    store.change_user(one.id, &out, NOW, act("user.change")).expect("another is there");
    for change in [&demoted, &out] {
        assert_eq!(fault(store.change_user(two.id, change, NOW, act("user.change"))), TrustFault::LastAdmin(two.name.clone()));
    }
    assert_eq!(fault(store.remove_user(two.id, act("user.remove"))), TrustFault::LastAdmin(two.name.clone()));
    assert_eq!(store.user_of(two.id).expect("read").as_ref(), Some(&two), "as before");
    store.remove_user(one.id, act("user.remove")).expect("that one could not come in");
}

pub fn sessions_open_and_close(store: &dyn TrustStore) {
    let (alice, bob) = (user(store, "alice", Role::Admin), user(store, "bob", Role::Viewer));
    let ((first, _), (second, _), (other, _)) = (session(&alice, 1, 0), session(&alice, 2, 1), session(&bob, 3, 2));
    for opened in [&first, &second, &other] {
        store.open_session(opened, None, act("session.open")).expect("opened");
    }
    assert_eq!(store.sessions(alice.id).expect("read"), [second.clone(), first.clone()]);
    assert_eq!(store.session(&first.digest).expect("read"), Some((first.clone(), alice.clone())));
    let (third, _) = session(&alice, 4, 3);
    store.open_session(&third, Some(&first.digest), act("session.open")).expect("in its place");
    assert_eq!(store.session(&first.digest).expect("read"), None);
    assert!(!store.close_session(bob.id, &second.digest, act("session.close")).expect("read"), "not his");
    assert!(store.close_session(alice.id, &second.digest, act("session.close")).expect("closed"));
    assert!(!store.close_session(alice.id, &second.digest, act("session.close")).expect("read"));
    store.open_session(&second, None, act("session.open")).expect("opened");
    assert_eq!(store.close_sessions(alice.id, Some(&third.digest), act("session.close")).expect("closed"), 1);
    assert_eq!(store.sessions(alice.id).expect("read"), [third]);
    assert_eq!(store.close_sessions(alice.id, None, act("session.close")).expect("closed"), 1);
    assert_eq!(store.close_sessions(alice.id, None, act("session.close")).expect("none"), 0);
    assert_eq!(store.sessions(bob.id).expect("read"), std::slice::from_ref(&other));
    let nobodys = Session { user: UserId(99), ..other };
    assert_eq!(fault(store.open_session(&nobodys, None, act("session.open"))), TrustFault::NoUser(UserId(99)));
}

pub fn another_password_ends_sessions(store: &dyn TrustStore) {
    let (alice, _) = (user(store, "alice", Role::Viewer), user(store, "root", Role::Admin));
    let open = |random: u8| store.open_session(&session(&alice, random, 0).0, None, act("session.open")).expect("opened");
    let change = |change: UserChange| store.change_user(alice.id, &change, NOW, act("user.change")).expect("changed");
    let count = || store.sessions(alice.id).expect("read").len();
    open(1);
    change(UserChange { role: Some(Role::Analyst), ..UserChange::default() });
    assert_eq!(count(), 1, "a role is looked up each time");
    change(UserChange { password: Some(hash(2)), ..UserChange::default() });
    assert_eq!(count(), 0);
    open(2);
    change(UserChange { is_active: Some(false), ..UserChange::default() });
    assert_eq!(count(), 0);
}

pub fn sessions_are_bounded(store: &dyn TrustStore) {
    let alice = user(store, "alice", Role::Admin);
    for minute in 0..110 {
        store.open_session(&session(&alice, minute, i64::from(minute)).0, None, act("session.open")).expect("opened");
    }
    let kept = store.sessions(alice.id).expect("read");
    assert_eq!((kept.len(), kept[0].opened, kept[99].opened), (100, after(109), after(10)));
}

pub fn tokens_are_kept(store: &dyn TrustStore) {
    let (alice, bob) = (user(store, "alice", Role::Admin), user(store, "bob", Role::Viewer));
    let first = token(store, &alice, 1, Some(Duration::from_secs(60)));
    let second = token(store, &bob, 2, None);
    assert_eq!((first.expires, second.expires, second.used), (Some(after(1)), None, None));
    assert_eq!(store.tokens(None).expect("read"), [second.clone(), first.clone()]);
    assert_eq!(store.tokens(Some(alice.id)).expect("read"), std::slice::from_ref(&first));
    assert_eq!(store.token(&first.digest).expect("read"), Some((first.clone(), alice)));
    assert_eq!(store.token(&Digest::of("x")).expect("read"), None);
    assert!(store.remove_token(first.id, act("token.remove")).expect("removed"));
    assert!(!store.remove_token(first.id, act("token.remove")).expect("none"));
    assert!(token(store, &bob, 3, None).id > second.id);
}

pub fn access_keys_are_kept(store: &dyn TrustStore) {
    let (alice, bob) = (user(store, "alice", Role::Admin), user(store, "bob", Role::Viewer));
    let (first, second) = (key(store, &alice, 1), key(store, &bob, 2));
    assert_eq!(store.access_key(&first.id).expect("read"), Some((first.clone(), alice.clone())));
    let kept = store.access_keys(Some(bob.id)).expect("read").remove(0);
    assert!(kept == second && kept.secret(&SealKey::new([1; 32])).is_ok());
    assert!(store.switch_access_key(&first.id, false, act("key.switch")).expect("switched"));
    assert!(!store.switch_access_key(&first.id, false, act("key.switch")).expect("the same"));
    assert_eq!(store.access_key(&first.id).expect("read").map(|(key, _)| key.is_active), Some(false));
    assert!(store.remove_access_key(&first.id, act("key.remove")).expect("removed"));
    assert!(!store.remove_access_key(&first.id, act("key.remove")).expect("none"));
    assert_eq!(store.access_keys(None).expect("read"), [second]);
    (0..100).for_each(|random| drop(key(store, &alice, random + 100)));
    let (more, _) = AccessKey::issue(&alice, "more", Role::Viewer, &SealKey::new([1; 32]), [99; 72], NOW).expect("hers");
    assert_eq!(fault(store.add_access_key(&more, act("key.add"))), TrustFault::TooMany { of: "access keys", max: 100 });
}

pub fn uses_are_written_down(store: &dyn TrustStore) {
    let alice = user(store, "alice", Role::Admin);
    let (opened, _) = session(&alice, 1, 0);
    store.open_session(&opened, None, act("session.open")).expect("opened");
    let (token, key) = (token(store, &alice, 1, None), key(store, &alice, 1));
    let head = store.audit_head().expect("read");
    let touches = [Touch::Session(opened.digest), Touch::Token(token.id), Touch::AccessKey(key.id.clone())];
    for minute in [5, 3] {
        touches.iter().for_each(|touch| store.touch(touch, after(minute)).expect("written"));
    }
    assert_eq!(store.sessions(alice.id).expect("read")[0].seen, after(5), "the latest");
    assert_eq!(store.tokens(None).expect("read")[0].used, Some(after(5)));
    assert_eq!(store.access_keys(None).expect("read")[0].used, Some(after(5)));
    assert_eq!(store.audit_head().expect("read"), head, "a use is no act");
    store.touch(&Touch::Session(Digest::of("gone")), NOW).expect("nothing");
}

pub fn what_has_ended_is_forgotten(store: &dyn TrustStore) {
    let alice = user(store, "alice", Role::Admin);
    let limits = SessionLimits { idle: Duration::from_secs(600), absolute: Duration::from_secs(3_600) };
    for (random, minute) in [(1, 0), (2, 50), (3, 59)] {
        store.open_session(&session(&alice, random, minute).0, None, act("session.open")).expect("opened");
    }
    store.touch(&Touch::Session(session(&alice, 1, 0).0.digest), after(59)).expect("written");
    token(store, &alice, 1, Some(Duration::from_secs(60 * 60)));
    token(store, &alice, 2, Some(Duration::from_secs(61 * 60)));
    assert_eq!(store.forget_ended(limits, after(60)).expect("forgotten"), 3, "one is old, one idle, one token has ended");
    assert_eq!(store.sessions(alice.id).expect("read").iter().map(|session| session.opened).collect::<Vec<_>>(), [after(59)]);
    assert_eq!(store.tokens(None).expect("read").len(), 1);
    assert!(store.sessions(alice.id).expect("read")[0].is_live(limits, after(60)));
}

pub fn the_first_admin_is_made_once(store: &dyn TrustStore) {
    let (link, _) = Setup::issue([1; 32], NOW);
    let (newer, _) = Setup::issue([2; 32], NOW);
    let new = |name: &str| NewUser { name: name.parse().expect("a name"), role: Role::Viewer, password: Some(hash(1)) };
    let finish = |digest: &Digest, name: &str, minute: i64| store.finish_setup(digest, &new(name), after(minute), act("setup.finish"));
    assert_eq!(fault(finish(&link.digest, "root", 0)), TrustFault::SetupOver, "there is no link yet");
    assert!(store.begin_setup(&link, act("setup.begin")).expect("kept") && store.begin_setup(&newer, act("setup.begin")).expect("kept"));
    assert_eq!(fault(finish(&link.digest, "root", 1)), TrustFault::SetupOver, "replaced");
    assert_eq!(fault(finish(&newer.digest, "root", 60)), TrustFault::SetupOver, "too late");
    let root = finish(&newer.digest, "root", 59).expect("in time");
    assert_eq!((root.role, root.name.as_str()), (Role::Admin, "root"));
    assert_eq!(fault(finish(&newer.digest, "root2", 59)), TrustFault::SetupOver, "used");
    assert!(!store.begin_setup(&link, act("setup.begin")).expect("there is an admin"));
    assert_eq!(store.users().expect("read").len(), 1);
}

/// The gate asks the store itself.
pub fn a_gate_stands_on_it(store: &dyn TrustStore) {
    let alice = user(store, "alice", Role::Responder);
    let (opened, secret) = session(&alice, 1, 0);
    store.open_session(&opened, None, act("session.open")).expect("opened");
    let gate = Gate::new(GateSettings::new(false), SealKey::new([1; 32]));
    let cookie = format!("watchfire={}", secret.reveal());
    let headers = [("cookie", cookie.as_bytes())];
    let request = Request { method: "GET", path: "/", query: "", headers: &headers, body: Digest::of(""), address: None, is_private: true };
    let admit = |needs| gate.admit(&request, Door::Api, needs, store, after(2));
    let admitted = admit(Permission::ReadFindings).expect("hers");
    assert_eq!((admitted.caller.user(), admitted.touch), (Some(alice.id), Some(Touch::Session(opened.digest))));
    assert!(matches!(admit(Permission::ManageUsers), Err(Barred::Refused(Refusal::Denied(_)))));
    store.close_sessions(alice.id, None, act("session.close")).expect("closed");
    assert!(matches!(admit(Permission::ReadFindings), Err(Barred::Refused(Refusal::Unknown))));
}
