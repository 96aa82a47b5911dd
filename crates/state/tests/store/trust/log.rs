//! The audit log.

use watchfire_state::{AuditFilter, TrustStore};
use watchfire_trust::audit::{Act, Outcome};
use watchfire_trust::{NewUser, Role};

use super::{NOW, act, after, user};

fn actions(store: &dyn TrustStore) -> Vec<String> {
    let all = AuditFilter { is_latest_first: false, limit: 1_000, ..AuditFilter::default() };
    store.audit(&all).expect("read").into_iter().map(|entry| entry.action).collect()
}

pub fn what_is_done_is_in_the_log(store: &dyn TrustStore) {
    assert_eq!((store.audit_head().expect("read"), store.verify_audit(&[]).expect("read")), (None, Ok(None)));
    user(store, "alice", Role::Admin);
    let said = Act::by("mallory", "session.open", after(1))
        .from(Some("2001:db8::1".parse().expect("an address")))
        .on("alice")
        .went(Outcome::Refused)
        .with(r#"{"why": "the password was wrong"}"#.parse().expect("an object"));
    let entry = store.record(said).expect("written");
    assert_eq!((entry.number, entry.address.as_str(), entry.outcome), (2, "2001:db8::1", Outcome::Refused));
    assert_eq!(store.audit(&AuditFilter { limit: 1, ..AuditFilter::default() }).expect("read"), std::slice::from_ref(&entry));
    assert_eq!(store.audit_head().expect("read"), Some(entry.head()));
    assert_eq!(store.verify_audit(&[entry.head()]).expect("read"), Ok(Some(entry.head())));
    assert_eq!(actions(store), ["user.add", "session.open"]);
}

pub fn what_fails_is_not(store: &dyn TrustStore) {
    let alice = user(store, "alice", Role::Admin);
    let again = NewUser { name: alice.name.clone(), role: Role::Viewer, password: None };
    store.add_user(&again, NOW, act("user.add")).expect_err("taken");
    store.remove_user(alice.id, act("user.remove")).expect_err("the last admin");
    assert!(!store.remove_token(watchfire_trust::TokenId(5), act("token.remove")).expect("none"));
    assert_eq!(actions(store), ["user.add"]);
    store.record(act("after")).expect("the chain goes on");
}

pub fn the_log_is_asked(store: &dyn TrustStore) {
    for number in 1..=30 {
        let actor = if number % 2 == 0 { "alice (session)" } else { "bob_ (token 1)" };
        let action = ["user.add", "user.remove", "users", "rule.put"][number as usize % 4];
        store.record(Act::by(actor, action, after(number))).expect("written");
    }
    let ask = |filter: AuditFilter| store.audit(&filter).expect("read").iter().map(|entry| entry.number).collect::<Vec<_>>();
    let all = AuditFilter::default;
    assert_eq!(ask(AuditFilter { limit: 3, ..all() }), [30, 29, 28]);
    assert_eq!(ask(AuditFilter { limit: 3, beside: Some(28), ..all() }), [27, 26, 25]);
    assert_eq!(ask(AuditFilter { limit: 3, is_latest_first: false, ..all() }), [1, 2, 3]);
    assert_eq!(ask(AuditFilter { limit: 3, is_latest_first: false, beside: Some(28), ..all() }), [29, 30]);
    assert_eq!(ask(AuditFilter { limit: 2, actor: Some("alice".into()), ..all() }), [30, 28]);
    assert!(
        ask(AuditFilter { actor: Some("%".into()), ..all() }).is_empty()
            && ask(AuditFilter { actor: Some("bobx".into()), ..all() }).is_empty()
    );
    assert_eq!(ask(AuditFilter { limit: 3, action: Some("user.add".into()), ..all() }), [28, 24, 20]);
    assert_eq!(ask(AuditFilter { limit: 3, action: Some("user.".into()), ..all() }), [29, 28, 25]);
    assert!(ask(AuditFilter { action: Some("user".into()), ..all() }).is_empty());
    assert_eq!(ask(AuditFilter { from: Some(after(10)), to: Some(after(12)), ..all() }), [11, 10]);
    assert_eq!(ask(AuditFilter { beside: Some(u64::MAX), limit: usize::MAX, ..all() }).len(), 30);
}
