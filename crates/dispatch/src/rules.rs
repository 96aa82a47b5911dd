//! The bus's state and the rules compiled of it, shared by all threads.

use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use watchfire_bus::deliver::Rulebook;
use watchfire_bus::rules::{Change, Context, State, call};
use watchfire_bus::store::{Store, StoreError};
use watchfire_bus::{AwsError, Chance};
use watchfire_model::EventTime;

/// The state, and the rules compiled of it when they are asked for.
pub(crate) struct Rules {
    state: RwLock<State>,
    book: RwLock<Arc<Rulebook>>,
    /// Held by whoever changes the state, from looking at it until the change is kept and true.
    changing: Mutex<()>,
    /// Held by whoever compiles.
    compiling: Mutex<()>,
}

impl Rules {
    /// What was kept, over an empty state.
    pub(crate) fn load(mut empty: State, store: &dyn Store) -> Result<Rules, StoreError> {
        empty.apply(store.changes()?);
        let book = compile(&empty);
        Ok(Rules { state: RwLock::new(empty), book: RwLock::new(book), changing: Mutex::default(), compiling: Mutex::default() })
    }

    /// The state; nobody changes it while this is held.
    pub(crate) fn state(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The rules in force. They are compiled here where they have changed, so that changes which follow each other are compiled once.
    pub(crate) fn book(&self) -> Arc<Rulebook> {
        let current = || {
            let book = self.book.read().unwrap_or_else(PoisonError::into_inner);
            (book.revision() == self.state().revision).then(|| Arc::clone(&book))
        };
        current().unwrap_or_else(|| {
            let _compiling = self.compiling.lock().unwrap_or_else(PoisonError::into_inner);
            current().unwrap_or_else(|| {
                let book = compile(&self.state());
                *self.book.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&book);
                book
            })
        })
    }

    /// Carries out an operation of the API; what it changed is kept before it is true, and comes back.
    pub(crate) fn call(
        &self,
        store: &dyn Store,
        operation: &str,
        body: &str,
        now: EventTime,
        chance: &mut dyn Chance,
    ) -> Result<(Vec<Change>, String), AwsError> {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let (changes, response) = call(&self.state(), operation, body, &mut Context { now, chance })?;
        self.make_true(store, &changes).map_err(|error| internal(&error))?;
        Ok((changes, response))
    }

    /// Changes what the state holds as `change` says, which looks at it and says nothing where nothing is to be done.
    pub(crate) fn change(&self, store: &dyn Store, change: impl FnOnce(&State) -> Vec<Change>) -> Result<(), StoreError> {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let changes = change(&self.state());
        self.make_true(store, &changes)
    }

    fn make_true(&self, store: &dyn Store, changes: &[Change]) -> Result<(), StoreError> {
        if !changes.is_empty() {
            store.keep(changes)?;
            self.state.write().unwrap_or_else(PoisonError::into_inner).apply(changes.to_vec());
        }
        Ok(())
    }
}

fn compile(state: &State) -> Arc<Rulebook> {
    let book = Rulebook::new(state);
    for fault in book.faults() {
        tracing::error!(%fault, "a pattern that was accepted once is none any more, and is left out");
    }
    Arc::new(book)
}

/// The error of a store in AWS's words.
pub(crate) fn internal(error: &StoreError) -> AwsError {
    tracing::error!(%error, "the bus cannot keep or read what it has to");
    AwsError { code: "InternalException", message: "The request could not be kept. Repeat it when the disk is well again.".to_owned() }
}
