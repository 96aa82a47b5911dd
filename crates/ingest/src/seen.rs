//! Which objects were brought already, as they are: two hashes each instead of names of a kilobyte.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// Sixteen bytes an object. Two objects are taken for one with a chance of one in 10^24 among a hundred million.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    hashes: HashSet<[u64; 2]>,
    seeds: [RandomState; 2],
}

impl Seen {
    /// Notes an object; whether it is new.
    pub(crate) fn add(&mut self, name: &str, bytes: Option<u64>, fingerprint: Option<&str>) -> bool {
        let mark = self.mark(name, bytes, fingerprint);
        self.hashes.insert(mark)
    }

    pub(crate) fn has(&self, name: &str, bytes: Option<u64>, fingerprint: Option<&str>) -> bool {
        self.hashes.contains(&self.mark(name, bytes, fingerprint))
    }

    /// Forgets an object, so that it is new when it is met again.
    pub(crate) fn forget(&mut self, name: &str, bytes: Option<u64>, fingerprint: Option<&str>) {
        let mark = self.mark(name, bytes, fingerprint);
        self.hashes.remove(&mark);
    }

    fn mark(&self, name: &str, bytes: Option<u64>, fingerprint: Option<&str>) -> [u64; 2] {
        let object = (name, bytes, fingerprint);
        self.seeds.each_ref().map(|seed| seed.hash_one(object))
    }
}
