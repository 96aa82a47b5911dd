//! A bucket that is listed again and again.
//!
//! Never from the last known key on: files of the same minute differ in a random part only, so such a listing loses those that were
//! delivered meanwhile. Instead the folders of today and yesterday of every account and region are listed whole, often, and everything is
//! listed whole now and then; what was brought before is known.

mod discover;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use watchfire_aws::{Entry, Pages, Store};

use self::discover::{Shape, days};
use crate::listing::Location;
use crate::seen::Seen;
use crate::selection::Verdict;
use crate::source::Role;
use crate::{Arrival, BucketSettings, Cause, Error, Health, Object, Outcome, Receipt, Selection, Source, Surroundings};

/// Lists a bucket.
pub(crate) struct BucketSource {
    settings: BucketSettings,
    store: Store,
    shape: Shape,
    /// Day folders that are still to be listed in this turn.
    days: VecDeque<String>,
    next_days: Instant,
    /// What is still to be listed of everything, and where that is at the moment.
    whole: VecDeque<String>,
    pages: Option<Pages>,
    next_whole: Instant,
    found: VecDeque<Object>,
    seen: Seen,
    pending: HashMap<Receipt, Object>,
    receipts_given: u64,
    health: Health,
}

/// Listings at once. One gives a thousand keys in about 100 ms.
const LISTERS: usize = 16;

/// Day folders between two looks at what they brought, so that what is found is not all found before any is read.
const DAYS_AT_ONCE: usize = 64;

/// Arrivals in one go.
const ARRIVALS_MAX: usize = 1000;

/// Unsettled objects; more are not brought.
const PENDING_MAX: usize = 20_000;

/// A bucket without the layout of AWS's logs is listed whole as often as day folders would be, while a listing takes few requests.
const SMALL: u64 = 10_000;

impl BucketSource {
    pub(crate) fn open(settings: &BucketSettings, surroundings: &Surroundings<'_>) -> Result<BucketSource, Error> {
        let aws = Role::of(settings.role.as_ref(), (surroundings.connect)()?);
        let store = match &settings.region {
            Some(region) => aws.s3().open_in(&settings.bucket, region),
            None => aws.s3().open(&settings.bucket),
        };
        let now = Instant::now();
        Ok(BucketSource {
            store,
            shape: Shape::default(),
            days: VecDeque::new(),
            next_days: now,
            whole: VecDeque::new(),
            pages: None,
            next_whole: now,
            found: VecDeque::new(),
            seen: Seen::default(),
            pending: HashMap::new(),
            receipts_given: 0,
            health: Health::new(settings.silent_after),
            settings: settings.clone(),
        })
    }

    /// Goes one step on: discovers, lists some day folders, or lists one page of everything. Whether there was anything to do.
    fn step(&mut self) -> Result<bool, Error> {
        let now = Instant::now();
        if now >= self.next_whole && self.whole.is_empty() && self.pages.is_none() {
            let (shape, entries) = Shape::discover(&self.store, &self.settings.prefix)?;
            self.whole = shape.regions.iter().chain(&shape.others).cloned().collect();
            self.shape = shape;
            self.judge(entries);
            self.next_whole = now + self.settings.whole_every;
            return Ok(true);
        }
        if self.days.is_empty() && now >= self.next_days {
            self.next_days = now + self.settings.every;
            self.days = self.shape.regions.iter().flat_map(|region| days(region, crate::source::now())).collect();
            if self.shape.regions.is_empty() && self.shape.objects <= SMALL && self.whole.is_empty() && self.pages.is_none() {
                // The next step discovers, and then all is listed.
                self.next_whole = now;
                self.shape.objects = 0;
            }
        }
        if !self.days.is_empty() {
            self.list_days()?;
            return Ok(true);
        }
        self.list_page()
    }

    /// Some day folders, side by side.
    fn list_days(&mut self) -> Result<(), Error> {
        let some: Vec<String> = self.days.iter().take(DAYS_AT_ONCE).cloned().collect();
        let store = &self.store;
        let list = |prefix: &String| store.list(prefix).map(|page| page.map(|page| page.objects)).collect::<Result<Vec<_>, _>>();
        let lists: Vec<Result<Vec<Vec<Entry>>, watchfire_aws::Error>> = std::thread::scope(|scope| {
            let share = some.len().div_ceil(LISTERS).max(1);
            let hands: Vec<_> = some.chunks(share).map(|part| scope.spawn(move || part.iter().map(list).collect::<Vec<_>>())).collect();
            hands.into_iter().flat_map(|hand| hand.join().expect("listing does not panic")).collect()
        });
        for list in lists {
            list?.into_iter().for_each(|entries| self.judge(entries));
        }
        // Only now: after a failure the same folders are listed again.
        self.days.drain(..some.len());
        Ok(())
    }

    /// The next page of everything. Whether there was one.
    fn list_page(&mut self) -> Result<bool, Error> {
        let pages = match &mut self.pages {
            Some(pages) => pages,
            None => match self.whole.front() {
                Some(prefix) => self.pages.insert(self.store.list(prefix)),
                None => return Ok(false),
            },
        };
        match pages.next() {
            Some(Ok(page)) => {
                self.shape.objects += page.objects.len() as u64;
                self.judge(page.objects);
            }
            Some(Err(error)) => {
                // From the beginning of this prefix, at the next turn.
                self.pages = None;
                return Err(error.into());
            }
            None => {
                self.pages = None;
                self.whole.pop_front();
            }
        }
        Ok(true)
    }

    fn judge(&mut self, entries: Vec<Entry>) {
        let all = Selection::default();
        for Entry { key, bytes, etag } in entries {
            let (folder, name) = key.rsplit_once('/').unwrap_or(("", &key));
            let is_mark = name.is_empty() && bytes == 0;
            let verdict = match all.judge_folder(folder.split('/')) {
                Verdict::Keep(_) => all.judge_name(name),
                other => other,
            };
            let source: Arc<str> = format!("s3://{}/{key}", self.store.bucket()).into();
            if !self.seen.add(&source, Some(bytes), Some(&etag)) {
                continue;
            }
            match verdict {
                Verdict::Keep(time) if !is_mark => {
                    let location = Location::Source;
                    self.found.push_back(Object { source, bytes: Some(bytes), fingerprint: Some(etag), time, location });
                }
                _ => self.health.skipped += 1,
            }
        }
    }

    fn bring(&mut self) -> Vec<Arrival> {
        let room = PENDING_MAX.saturating_sub(self.pending.len()).min(ARRIVALS_MAX).min(self.found.len());
        let mut arrivals = Vec::with_capacity(room);
        for object in self.found.drain(..room) {
            self.receipts_given += 1;
            let receipt = Receipt(self.receipts_given);
            self.health.bring(&object.source, object.time);
            self.pending.insert(receipt, object.clone());
            arrivals.push(Arrival::stored(receipt, object, self.store.clone()));
        }
        arrivals
    }

    /// When there is something to do again, if there is nothing now.
    fn next_turn(&self) -> Instant {
        self.next_days.min(self.next_whole)
    }
}

impl Source for BucketSource {
    fn name(&self) -> &str {
        &self.settings.name
    }

    fn arrivals(&mut self, patience: Duration) -> Result<Vec<Arrival>, Error> {
        let deadline = Instant::now() + patience;
        loop {
            let full = self.pending.len() >= PENDING_MAX;
            if !self.found.is_empty() && !full {
                return Ok(self.bring());
            }
            let now = Instant::now();
            if now >= deadline {
                return Ok(Vec::new());
            }
            let worked = if full { Ok(false) } else { self.step() };
            self.health.note(&worked);
            if !worked? {
                let turn = if full { deadline } else { self.next_turn() };
                std::thread::sleep(turn.min(deadline).saturating_duration_since(now).min(Duration::from_millis(200)));
            }
        }
    }

    fn settle(&mut self, settled: &[(Receipt, Outcome)]) -> Result<(), Error> {
        for (receipt, outcome) in settled {
            let Some(Object { source, bytes, fingerprint, .. }) = self.pending.remove(receipt) else { continue };
            self.health.pending = self.health.pending.saturating_sub(1);
            match outcome {
                Outcome::Durable => self.health.durable += 1,
                Outcome::Failed(why) if why.cause == Cause::Gone => {
                    self.health.vanished += 1;
                    self.health.pass_over(format!("{source}: {}", why.detail));
                }
                Outcome::Failed(why) => {
                    // The next listing that meets it brings it again: within a minute if it is of today, within hours otherwise.
                    self.health.failed += 1;
                    self.health.trouble = Some(why.detail.clone());
                    self.seen.forget(&source, bytes, fingerprint.as_deref());
                }
            }
        }
        Ok(())
    }

    fn health(&self) -> Health {
        Health { waiting: Some(self.found.len() as u64), ..self.health.clone() }
    }
}
