//! Objects in S3, on their way before a worker asks for them.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard};

use watchfire_aws::{Error, Fetch, Store};

use crate::listing::{Location, Object};

/// Starts transfers in the order of the listing, as many as the bounds allow.
///
/// Objects are handed out in that order too, so every transfer that fills the bounds has a worker that waits for it or comes for
/// it next: room always appears.
#[derive(Debug)]
pub(crate) struct Ahead {
    stores: Vec<Store>,
    bounds: Bounds,
    state: Mutex<State>,
    room: Condvar,
}

#[derive(Debug, Clone)]
pub(crate) struct Bounds {
    pub objects_max: usize,
    pub bytes_max: u64,
    /// Longer objects are streamed and not held, so not fetched ahead.
    pub whole_bytes_max: u64,
}

#[derive(Debug, Default)]
struct State {
    /// The next object of the listing to consider.
    cursor: usize,
    started: VecDeque<(usize, Fetch)>,
    /// Started and not handed over; a transfer that a worker waits for counts.
    objects: usize,
    bytes: u64,
}

impl Ahead {
    pub(crate) fn new(stores: Vec<Store>, bounds: Bounds) -> Self {
        Ahead { stores, bounds, state: Mutex::default(), room: Condvar::new() }
    }

    pub(crate) fn is_streamed(&self, object: &Object) -> bool {
        object.bytes.unwrap_or_default() > self.bounds.whole_bytes_max
    }

    /// The object at an index of the listing, whole.
    pub(crate) fn whole(&self, objects: &[Object], index: usize) -> Result<Vec<u8>, Error> {
        let mut state = self.lock();
        let fetch = loop {
            self.start_more(&mut state, objects);
            if let Some(place) = state.started.iter().position(|(started, _)| *started == index) {
                break state.started.remove(place).expect("just found").1;
            }
            state = self.room.wait(state).expect("no holder of this lock panics");
        };
        drop(state);
        let outcome = fetch.wait();
        let mut state = self.lock();
        state.objects -= 1;
        state.bytes -= objects[index].bytes.unwrap_or_default();
        self.start_more(&mut state, objects);
        self.room.notify_all();
        outcome
    }

    /// The store and the key of an object that is in S3.
    pub(crate) fn address<'a>(&self, object: &'a Object) -> Option<(&Store, &'a str)> {
        let Location::Store(index) = object.location else {
            return None;
        };
        let store = &self.stores[index as usize];
        let key = object.source.strip_prefix("s3://")?.strip_prefix(store.bucket())?.strip_prefix('/')?;
        Some((store, key))
    }

    fn start_more(&self, state: &mut State, objects: &[Object]) {
        while let Some(object) = objects.get(state.cursor) {
            if let Some((store, key)) = self.address(object).filter(|_| !self.is_streamed(object)) {
                let bytes = object.bytes.unwrap_or_default();
                let full = state.objects >= self.bounds.objects_max || state.bytes + bytes > self.bounds.bytes_max;
                if full && state.objects > 0 {
                    return;
                }
                state.objects += 1;
                state.bytes += bytes;
                state.started.push_back((state.cursor, store.fetch_up_to(key, self.bounds.whole_bytes_max)));
            }
            state.cursor += 1;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder of this lock panics")
    }
}
