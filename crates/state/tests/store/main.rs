//! What holds for every store, and what holds for files.

mod build;
mod bus;
mod compat;
mod hub;
mod joining;
mod kill;
mod rescue;
mod speed;
mod suite;
mod together;
mod trouble;
mod trust;

use watchfire_state::{Settings, State};

#[test]
fn memory_passes_the_suite() {
    suite::run(&|occurrences_max| {
        let settings = Settings { occurrences_max, ..Settings::default() };
        Box::new(State::in_memory_with(settings).expect("memory"))
    });
}

#[test]
fn a_file_passes_the_suite() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = std::cell::Cell::new(0);
    suite::run(&|occurrences_max| {
        files.set(files.get() + 1);
        let settings = Settings { occurrences_max, ..Settings::default() };
        Box::new(State::open_with(folder.path().join(format!("{}.db", files.get())), settings).expect("a new file"))
    });
}
