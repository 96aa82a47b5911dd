//! Users, credentials, the audit log: what holds for every store that keeps them, and what holds for files.

mod compat;
mod log;
mod people;
mod together;

use watchfire_model::EventTime;
use watchfire_state::{State, TrustStore};
use watchfire_trust::audit::Act;
use watchfire_trust::{NewUser, Role, User};

/// A moment.
pub const NOW: EventTime = EventTime(1_772_442_847_000);

/// So many minutes after it.
pub fn after(minutes: i64) -> EventTime {
    EventTime(NOW.millis() + minutes * 60_000)
}

/// An act that says little.
pub fn act(action: &str) -> Act {
    Act::by("test", action, NOW)
}

/// Makes a user.
pub fn user(store: &dyn TrustStore, name: &str, role: Role) -> User {
    let new = NewUser { name: name.parse().expect("a name"), role, password: None };
    store.add_user(&new, NOW, act("user.add")).expect("a new name")
}

#[test]
fn every_trust_store_passes_the_suite() {
    let tests: &[fn(&dyn TrustStore)] = &[
        people::users_are_made_changed_and_removed,
        people::somebody_can_always_administrate,
        people::sessions_open_and_close,
        people::another_password_ends_sessions,
        people::sessions_are_bounded,
        people::tokens_are_kept,
        people::access_keys_are_kept,
        people::uses_are_written_down,
        people::what_has_ended_is_forgotten,
        people::the_first_admin_is_made_once,
        people::a_gate_stands_on_it,
        log::what_is_done_is_in_the_log,
        log::what_fails_is_not,
        log::the_log_is_asked,
    ];
    let folder = tempfile::tempdir().expect("a folder");
    for (number, test) in tests.iter().enumerate() {
        let memory = State::in_memory().expect("memory");
        let file = State::open(folder.path().join(format!("{number}.db"))).expect("a new file");
        for store in [memory, file] {
            test(&store);
            store.verify_audit(&[]).expect("read").expect("whole");
            crate::build::assert_sound(&store);
        }
    }
}
