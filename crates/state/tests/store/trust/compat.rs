//! Users, credentials and the log of every format that has them are as they were.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use watchfire_state::{AuditFilter, State, TrustStore};
use watchfire_trust::audit::{Act, Details, Outcome};
use watchfire_trust::{
    AccessKey, NewToken, NewUser, PasswordHash, Permission, Register, Role, Scopes, SealKey, Session, Setup, TokenWish, UserChange,
};

use super::{NOW, act, after};

/// The first format that has them.
const FIRST: usize = 5;

/// Where to write a file with what [`fill`] makes, for the file of a new format.
const WRITE: &str = "WATCHFIRE_STATE_WRITE_TRUST";

const PASSWORD: &str = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

/// Something in every column.
fn fill(store: &dyn TrustStore) {
    let link = |random| Setup::issue([random; 32], NOW).0;
    store.begin_setup(&link(1), act("setup.begin")).expect("kept");
    let new = |name: &str, role| NewUser { name: name.parse().expect("a name"), role, password: PasswordHash::parse(PASSWORD) };
    let root = store.finish_setup(&link(1).digest, &new("root", Role::Admin), NOW, act("setup.finish")).expect("the first");
    let alice = store.add_user(&new("alice", Role::Responder), after(1), act("user.add")).expect("made");
    let out = UserChange { is_active: Some(false), ..UserChange::default() };
    let bob = store.add_user(&NewUser { password: None, ..new("bob", Role::Viewer) }, after(1), act("user.add")).expect("made");
    store.change_user(bob.id, &out, after(2), act("user.change")).expect("changed");
    let (session, _) = Session::open(&root, [2; 32], Some("2001:db8::1".parse().expect("an address")), "a browser", after(3));
    store.open_session(&session, None, act("session.open")).expect("opened");
    let wish = |role, scopes, lives| TokenWish { label: "script".into(), role, scopes, lives };
    let (all, _) = NewToken::issue(&root, wish(Role::Admin, Scopes::All, None), [3; 32], NOW).expect("its own");
    let narrow = wish(Role::Analyst, Scopes::only([Permission::PushLogs]), Some(Duration::from_secs(3_600)));
    let (some, _) = NewToken::issue(&alice, narrow, [4; 32], NOW).expect("hers");
    store.add_token(&all, act("token.add")).expect("kept");
    store.add_token(&some, act("token.add")).expect("kept");
    let (key, _) = AccessKey::issue(&alice, "boto3", Role::Analyst, &SealKey::new([5; 32]), [6; 72], NOW).expect("hers");
    store.add_access_key(&key, act("key.add")).expect("kept");
    let refused = Act::by("mallory", "session.open", after(4)).from(Some("192.0.2.1".parse().expect("an address"))).on("root");
    store.record(refused.went(Outcome::Refused).with(Details::of([("why", "ünknown".to_owned())]))).expect("written");
}

#[test]
fn a_file_is_written_where_it_is_wanted() {
    let Ok(path) = std::env::var(WRITE) else { return };
    fill(&State::open(path).expect("a new file"));
}

#[test]
fn files_of_every_format_tell_the_same() {
    let today = State::in_memory().expect("memory");
    fill(&today);
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let formats = fs::read_dir(manifest.join("migrations")).expect("migrations").count();
    for format in FIRST..=formats {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("state.db");
        let Ok(text) = fs::read_to_string(manifest.join(format!("testdata/compat/{format:04}.sql"))) else {
            assert_ne!(format, FIRST, "a file of the first format");
            continue; // That there is one of each is for the test of all tables to say.
        };
        Connection::open(&path).expect("a new file").execute_batch(&text).expect("as it was");
        let state = State::open(&path).expect("opens");
        crate::build::assert_sound(&state);
        let users = state.users().expect("read");
        if format > FIRST && users.is_empty() {
            continue; // The file tells of other tables.
        }
        assert_eq!(users, today.users().expect("read"), "{format}");
        for user in &users {
            assert_eq!(state.sessions(user.id).expect("read"), today.sessions(user.id).expect("read"));
        }
        assert_eq!(state.tokens(None).expect("read"), today.tokens(None).expect("read"));
        assert_eq!(state.access_keys(None).expect("read"), today.access_keys(None).expect("read"));
        let all = AuditFilter { limit: 1_000, ..AuditFilter::default() };
        assert_eq!(state.audit(&all).expect("read"), today.audit(&all).expect("read"));
        let head = state.verify_audit(&[]).expect("read").expect("whole").expect("entries");
        assert_eq!(Some(head), today.audit_head().expect("read"));
        let (key, _) = state.access_key(&state.access_keys(None).expect("read")[0].id).expect("read").expect("there");
        assert!(key.secret(&SealKey::new([5; 32])).is_ok(), "seals open still");
        assert!(!state.needs_setup().expect("read"));
    }
}
