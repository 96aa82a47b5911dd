//! Signals for correlations, kept until they can be fed in order of event time. What does not fit in memory goes to sorted runs in
//! temporary files: the result is the same whatever the order of reading, and memory stays bounded.

mod groups;
mod packed;
mod run;
mod stored;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io;
use std::sync::Arc;

use watchfire_detect::{Fed, Least, Signal};

use groups::Groups;
pub(crate) use packed::Origin;
use packed::Pack;
use run::Run;
pub use stored::{Counted, StoredRun, correlate, merge};
pub(crate) use stored::{each_stored, run_correlations, store};

/// The signals of one worker, or of several joined.
#[derive(Debug)]
pub(crate) struct Signals {
    bytes_max: usize,
    least: Arc<[Least]>,
    groups: Groups,
    packs: Vec<Pack>,
    runs: Vec<File>,
}

impl Signals {
    /// None yet; past so many bytes they go to a file. Groups that have less than their correlation needs are never fed.
    pub(crate) fn new(bytes_max: usize, least: Arc<[Least]>) -> Signals {
        let packs = vec![Pack::new(least.clone())];
        Signals { bytes_max, least, groups: Groups::default(), packs, runs: Vec::new() }
    }

    /// Sorted runs alone: nothing is known of their groups, so all of them are fed.
    fn of_runs(runs: Vec<File>) -> Signals {
        Signals { bytes_max: 0, least: Arc::default(), groups: Groups::default(), packs: Vec::new(), runs }
    }

    /// Adds what the groups have to counts, and gives the same signals; none of them is left out when they are fed.
    fn counted(mut self, groups: &mut Groups) -> Signals {
        self.packs.iter().for_each(|pack| pack.count(groups));
        groups.join(std::mem::take(&mut self.groups), &self.least);
        Signals { least: Arc::default(), ..self }
    }

    /// The bytes after which signals go to a file.
    pub(crate) fn bytes_max(&self) -> usize {
        self.bytes_max
    }

    pub(crate) fn add(&mut self, fed: &Fed<'_>, origin: &Origin<'_>) -> io::Result<()> {
        let Some(pack) = self.packs.last_mut() else { return Ok(()) };
        pack.add(fed, origin);
        if pack.bytes() >= self.bytes_max { self.spill() } else { Ok(()) }
    }

    /// Adds signals that are alike but for their records.
    pub(crate) fn add_alike<'o>(&mut self, fed: &Fed<'_>, origins: impl Iterator<Item = Origin<'o>>) -> io::Result<()> {
        let mut is_known = false;
        for origin in origins {
            match self.packs.last_mut() {
                Some(pack) if is_known && pack.bytes() < self.bytes_max => pack.add_again(&origin),
                _ => self.add(fed, &origin)?,
            }
            is_known = true;
        }
        Ok(())
    }

    fn spill(&mut self) -> io::Result<()> {
        for pack in std::mem::replace(&mut self.packs, vec![Pack::new(self.least.clone())]) {
            pack.count(&mut self.groups);
            self.runs.push(run::write(pack.into_sorted(&|_, _| true))?);
        }
        Ok(())
    }

    pub(crate) fn join(&mut self, other: Signals) {
        self.groups.join(other.groups, &self.least);
        self.packs.extend(other.packs);
        self.runs.extend(other.runs);
    }

    /// Feeds every signal once, in order; groups that have less than their correlation needs are left out.
    pub(crate) fn in_order(mut self, feed: &mut dyn FnMut(Signal)) -> io::Result<()> {
        if !self.least.is_empty() {
            self.packs.iter().for_each(|pack| pack.count(&mut self.groups));
        }
        let promising = |correlation: u32, key: &str| self.groups.is_promising(correlation, key, &self.least);
        let mut all = sorted(self.packs, &promising);
        all.extend(sources(self.runs));
        in_order(all, &promising, feed)
    }
}

fn sources(runs: Vec<File>) -> Vec<Source> {
    runs.into_iter().map(|file| Source::Run(Run::new(file))).collect()
}

/// Feeds the signals of promising groups, each once, in order.
fn in_order(mut sources: Vec<Source>, promising: &dyn Fn(u32, &str) -> bool, feed: &mut dyn FnMut(Signal)) -> io::Result<()> {
    let mut last: Option<Signal> = None;
    let mut heads = BinaryHeap::new();
    for (at, source) in sources.iter_mut().enumerate() {
        heads.extend(source.next(promising)?.map(|signal| Reverse(Head { signal, source: at })));
    }
    while let Some(Reverse(Head { signal, source })) = heads.pop() {
        let is_twin = last.as_ref().is_some_and(|last| is_same_record(last, &signal));
        if !is_twin {
            // A signal is fed once its successor is known to be another one, so that none has to be copied.
            last.replace(signal).into_iter().for_each(&mut *feed);
        }
        heads.extend(sources[source].next(promising)?.map(|signal| Reverse(Head { signal, source })));
    }
    last.into_iter().for_each(feed);
    Ok(())
}

/// Packs as sources, each sorted by a thread of its own: there are as many as there were workers.
fn sorted(packs: Vec<Pack>, promising: &(dyn Fn(u32, &str) -> bool + Sync)) -> Vec<Source> {
    std::thread::scope(|scope| {
        let packs = packs.into_iter().filter(|pack| !pack.is_empty());
        let threads: Vec<_> = packs.map(|pack| scope.spawn(move || Box::new(pack.into_sorted(promising)))).collect();
        threads.into_iter().map(|thread| Source::Pack(thread.join().expect("sorting does not panic"))).collect()
    })
}

/// Where sorted signals come from.
enum Source {
    Pack(Box<dyn Iterator<Item = Signal> + Send>),
    Run(Run),
}

impl Source {
    /// The next signal of a promising group. A pack was sorted with the others left out; a run was written before they were known.
    fn next(&mut self, promising: &dyn Fn(u32, &str) -> bool) -> io::Result<Option<Signal>> {
        match self {
            Source::Pack(signals) => Ok(signals.next()),
            Source::Run(run) => run.next(promising),
        }
    }
}

/// The same object read twice, or one record delivered in two objects.
fn is_same_record(a: &Signal, b: &Signal) -> bool {
    let is_same_id = || match (a.occurrences.first(), b.occurrences.first()) {
        (Some(a), Some(b)) => !a.event_id.is_empty() && a.event_id == b.event_id,
        _ => false,
    };
    a.correlation == b.correlation && a.part == b.part && a.time == b.time && is_same_id() && a.key == b.key
}

/// A source's next signal, for the heap.
struct Head {
    signal: Signal,
    source: usize,
}

impl Head {
    fn order(&self) -> (watchfire_detect::SignalOrder<'_>, &[Box<str>], usize) {
        (self.signal.order(), &self.signal.key, self.source)
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}
impl Eq for Head {}
impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Head {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.order().cmp(&other.order())
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use watchfire_model::{EventTime, Occurrence};

    use super::*;

    fn occurrence(n: i64) -> Occurrence {
        Occurrence { event_id: format!("{n}").into(), time: EventTime(n), source: "a".into() }
    }

    fn add(signals: &mut Signals, n: i64) {
        let fed = Fed { correlation: 1, part: 0, key: &[Cow::Borrowed("k"), Cow::Borrowed("")], values: &[Cow::Borrowed("v")] };
        let Occurrence { event_id, time, source } = occurrence(n);
        signals.add(&fed, &Origin { event_id: &event_id, time, source: &source }).expect("in memory");
    }

    #[test]
    fn packs_and_runs_come_back_in_order_and_once() {
        let mut signals = Signals::new(usize::MAX, Arc::default());
        for chunk in [[5, 1, 9], [2, 9, 7], [3, 1, 8]] {
            chunk.iter().for_each(|&n| add(&mut signals, n));
            signals.spill().expect("temporary file");
        }
        let mut other = Signals::new(usize::MAX, Arc::default());
        [4, 8].iter().for_each(|&n| add(&mut other, n));
        add(&mut signals, 6);
        signals.join(other);
        let mut seen = Vec::new();
        signals.in_order(&mut |signal| seen.push(signal)).expect("read back");
        assert_eq!(seen.iter().map(|signal| signal.time.millis()).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert!(seen.iter().all(|signal| *signal.key == ["k".into(), "".into()] && *signal.values == ["v".into()]));
        assert!(seen.iter().all(|signal| signal.occurrences == [occurrence(signal.time.millis())]));
    }

    #[test]
    fn memory_is_bounded_by_runs() {
        let mut signals = Signals::new(10_000, Arc::default());
        (0..5_000).for_each(|n| add(&mut signals, n));
        assert!(signals.runs.len() > 10);
        let mut count = 0;
        signals.in_order(&mut |_| count += 1).expect("read back");
        assert_eq!(count, 5_000);
    }
}
