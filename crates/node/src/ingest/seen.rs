//! What of a listing is new.

use std::collections::HashMap;
use std::sync::Arc;

use watchfire_ingest::{Listing, Selection};
use watchfire_lake::Day;
use watchfire_state::{Mark, State, Store};

use super::{Ingested, Ingestion};
use crate::data::hinted;

/// The objects to read, by the name they come out of the reader with.
pub(super) struct Listed {
    objects: HashMap<Arc<str>, Known>,
    /// What is added to the fingerprint of an object of which the selection left records out: a wider one reads it again.
    scope: String,
}

/// An object as the state knows it.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub name: String,
    pub size: u64,
    pub fingerprint: String,
}

impl Known {
    fn mark(&self) -> Mark<'_> {
        Mark { name: &self.name, size: self.size, fingerprint: &self.fingerprint }
    }
}

impl Listed {
    /// Takes out of the listing what was read before, as it is now, and the data folder's own files.
    pub fn new(ingestion: &Ingestion, listing: &mut Listing, selection: &Selection, ingested: &mut Ingested) -> anyhow::Result<Listed> {
        let scope = scope(selection);
        let mut is_own = Folders::default();
        listing.objects.retain(|object| !is_own.of(ingestion, &object.source));
        let mut known: Vec<Option<Known>> = Vec::with_capacity(listing.objects.len());
        for object in &listing.objects {
            let whole = || Some(Known { name: object.name(), size: object.bytes?, fingerprint: object.fingerprint.as_deref()?.to_owned() });
            known.push(whole());
        }
        let unseen = unseen(ingestion.state(), &known, &scope)?;
        let mut at = 0;
        let mut objects = HashMap::new();
        let mut twice = Vec::new();
        listing.objects.retain(|object| {
            at += 1;
            let is_new = unseen[at - 1];
            if let (true, Some(known)) = (is_new, known[at - 1].take())
                && objects.insert(object.source.clone(), known).is_some()
            {
                twice.push(object.source.clone());
            }
            is_new
        });
        // Names that are no text may look alike: which was read cannot be told, so both are read each time.
        twice.iter().for_each(|source| drop(objects.remove(source)));
        ingested.objects_seen = (at - listing.objects.len()) as u64;
        // Day by day: an epoch then has rows of few days, and few files. What was delivered when is no promise; nothing else hangs on it.
        listing.objects.sort_by_key(|object| object.time.map(Day::of));
        listing.bytes = listing.objects.iter().filter_map(|object| object.bytes).sum();
        Ok(Listed { objects, scope })
    }

    /// What to remember of an object that was read whole; none for what is no file.
    pub fn read(&self, source: &str, left_out: u64) -> Option<Known> {
        let mut known = self.objects.get(source)?.clone();
        if left_out > 0 {
            known.fingerprint.push_str(&self.scope);
        }
        Some(known)
    }
}

/// Whether folders are the data folder's; asked once for each.
#[derive(Default)]
struct Folders(HashMap<String, bool>);

impl Folders {
    fn of(&mut self, ingestion: &Ingestion, source: &str) -> bool {
        let folder = source.rsplit_once('/').map_or("", |(folder, _)| folder);
        if let Some(known) = self.0.get(folder) {
            return *known;
        }
        let is_own = ingestion.is_own(source);
        self.0.insert(folder.to_owned(), is_own);
        is_own
    }
}

/// Which objects are new, whole or as far as the selection goes.
fn unseen(state: &State, known: &[Option<Known>], scope: &str) -> anyhow::Result<Vec<bool>> {
    let mut is_new = vec![true; known.len()];
    let suffixes: &[&str] = &["", scope];
    for suffix in suffixes.iter().take(if scope.is_empty() { 1 } else { 2 }) {
        let mut asked: Vec<(usize, Known)> = Vec::new();
        for (at, known) in known.iter().enumerate().filter(|(at, _)| is_new[*at]) {
            let fingerprint = |known: &Known| format!("{}{suffix}", known.fingerprint);
            asked.extend(known.as_ref().map(|known| (at, Known { fingerprint: fingerprint(known), ..known.clone() })));
        }
        asked.sort_unstable_by(|(_, a), (_, b)| a.name.cmp(&b.name));
        let marks: Vec<Mark<'_>> = asked.iter().map(|(_, known)| known.mark()).collect();
        let mut still_new = state.unseen(&marks).map_err(hinted)?.into_iter().peekable();
        for (place, (at, _)) in asked.iter().enumerate() {
            is_new[*at] = still_new.next_if_eq(&place).is_some();
        }
    }
    Ok(is_new)
}

/// The part of a selection that leaves out records of an object.
fn scope(selection: &Selection) -> String {
    if *selection == Selection::default() {
        return String::new();
    }
    let Selection { from, to, accounts, regions } = selection;
    let (mut accounts, mut regions) = (accounts.clone(), regions.clone());
    accounts.sort_unstable();
    regions.sort_unstable();
    let time = |time: &Option<watchfire_model::EventTime>| time.map(|time| time.to_string()).unwrap_or_default();
    format!(" of {}..{} {} {}", time(from), time(to), accounts.join(","), regions.join(","))
}
