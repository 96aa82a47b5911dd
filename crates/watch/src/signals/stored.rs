//! Signals in files that outlive the process: a correlation looks at what several runs of the program have read.
//!
//! A file begins with a mark and a fingerprint of each correlation, for rules change between runs; then come the signals, sorted.

use std::fs::File;
use std::hash::BuildHasher;
use std::io::{self, BufWriter, Read, Seek, Write};
use std::sync::mpsc;

use watchfire_detect::{Correlation, RuleKind, Signal};
use watchfire_model::EventTime;

use super::groups::Groups;
use super::run::{self, Run, write_signal};
use super::{Signals, in_order, sources};
use crate::book::Book;
use crate::{Engine, Error, Keyed};

/// What a file of signals holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StoredRun {
    /// Signals in it.
    pub signals: u64,
    /// When the last of them happened.
    pub newest: Option<EventTime>,
    /// Signals that were left out: too old, or of correlations that are no longer loaded.
    pub left_out: u64,
}

/// The first bytes of a file.
const MARK: &[u8; 8] = b"WFSIGN1\n";

/// What the groups of stored signals have in all. Who counts from the first stored run on need not feed all of them.
#[derive(Debug, Default)]
pub struct Counted(Groups);

/// Writes all signals, those of harmless groups too: later ones may join them.
pub(crate) fn store(signals: Signals, engine: &Engine, counted: &mut Counted, file: File) -> Result<StoredRun, Error> {
    write(signals.counted(&mut counted.0), engine, EventTime(i64::MIN), file)
}

/// Joins stored runs into one and leaves out what happened before `first`.
///
/// # Errors
/// [`Error::Spill`] when a file cannot be read, or is damaged; [`Error::Store`] when the new one cannot be written.
pub fn merge(engine: &Engine, runs: Vec<File>, first: EventTime, to: File) -> Result<StoredRun, Error> {
    let (runs, unknown) = opened(engine, runs)?;
    let mut stored = write(Signals::of_runs(runs), engine, first, to)?;
    stored.left_out += unknown;
    Ok(stored)
}

/// Runs the correlations over stored runs: what they say, most urgent first, and how often those below the engine's floor fired.
/// `counted` is given when all of the runs were counted.
///
/// # Errors
/// [`Error::Spill`] when a file cannot be read, or is damaged.
pub fn correlate(engine: &Engine, runs: Vec<File>, counted: Option<&Counted>) -> Result<(Vec<Keyed>, u64), Error> {
    let (runs, _) = opened(engine, runs)?;
    let least = &engine.least;
    let promising = |correlation: u32, key: &str| counted.is_none_or(|counted| counted.0.is_promising(correlation, key, least));
    let book = correlated(engine, Book::default(), |feed| in_order(sources(runs), &promising, feed))?;
    let below = book.below();
    Ok((book.close(engine), below))
}

/// Hands out the signals of stored runs, each once, in order.
pub(crate) fn each_stored(engine: &Engine, runs: Vec<File>, each: &mut dyn FnMut(Signal)) -> io::Result<()> {
    let (runs, _) = opened(engine, runs)?;
    in_order(sources(runs), &|_, _| true, each)
}

/// Signals that are handed over together, some 200 bytes each, and how often that is done before they are asked for.
const CHUNK_SIGNALS: usize = 2048;
const CHUNKS_AHEAD: usize = 4;

/// Feeds signals to the correlations, and their hits to a book.
pub(crate) fn run_correlations(signals: Signals, engine: &Engine, book: Book) -> io::Result<Book> {
    correlated(engine, book, |feed| signals.in_order(feed))
}

fn correlated(engine: &Engine, mut book: Book, in_order: impl FnOnce(&mut dyn FnMut(Signal)) -> io::Result<()> + Send) -> io::Result<Book> {
    let mut correlator = engine.correlator();
    let mut hits = Vec::new();
    // One thread brings signals into their order while another looks at those that are.
    let (ordered, signals) = mpsc::sync_channel(CHUNKS_AHEAD);
    std::thread::scope(|scope| {
        let ordering = scope.spawn(move || {
            let mut chunk = Vec::with_capacity(CHUNK_SIGNALS);
            in_order(&mut |signal| {
                chunk.push(signal);
                if chunk.len() == CHUNK_SIGNALS {
                    // Nobody receives any more only when the other thread has panicked.
                    let _ = ordered.send(std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK_SIGNALS)));
                }
            })?;
            let _ = ordered.send(chunk);
            io::Result::Ok(())
        });
        for signal in signals.into_iter().flatten() {
            correlator.feed(signal, &mut hits);
            hits.drain(..).for_each(|hit| book.correlated(hit, engine));
        }
        ordering.join().expect("ordering does not panic")
    })?;
    correlator.finish(&mut hits);
    hits.drain(..).for_each(|hit| book.correlated(hit, engine));
    Ok(book)
}

fn write(signals: Signals, engine: &Engine, first: EventTime, file: File) -> Result<StoredRun, Error> {
    let mut file = BufWriter::new(file);
    write_head(&mut file, engine).map_err(Error::Store)?;
    let (mut stored, mut failed) = (StoredRun::default(), None);
    signals.in_order(&mut |signal| {
        if signal.time < first {
            stored.left_out += 1;
        } else if failed.is_none() {
            stored.signals += 1;
            stored.newest = stored.newest.max(Some(signal.time));
            failed = write_signal(&mut file, &signal).err();
        }
    })?;
    match failed {
        Some(error) => Err(Error::Store(error)),
        None => file.flush().map(|()| stored).map_err(Error::Store),
    }
}

fn write_head(file: &mut impl Write, engine: &Engine) -> io::Result<()> {
    let known = fingerprints(engine);
    file.write_all(MARK)?;
    file.write_all(&(known.len() as u32).to_le_bytes())?;
    known.iter().try_for_each(|fingerprint| file.write_all(&fingerprint.to_le_bytes()))
}

/// Stored runs behind their heads, sorted as today's correlations are numbered, and how many signals belong to none of these.
fn opened(engine: &Engine, files: Vec<File>) -> io::Result<(Vec<File>, u64)> {
    let known = fingerprints(engine);
    let mut unknown = 0;
    let mut runs = Vec::new();
    for mut file in files {
        file.rewind()?;
        let own = read_head(&mut file)?;
        runs.push(if own == known { file } else { renumbered(file, &own, &known, &mut unknown)? });
    }
    Ok((runs, unknown))
}

fn read_head(file: &mut File) -> io::Result<Vec<u64>> {
    let damaged = || io::Error::new(io::ErrorKind::InvalidData, "this is no file of signals");
    let (mut mark, mut count) = ([0; 8], [0; 4]);
    file.read_exact(&mut mark)?;
    if mark != *MARK {
        return Err(damaged());
    }
    file.read_exact(&mut count)?;
    let mut bytes = Vec::new();
    let length = u64::from(u32::from_le_bytes(count)) * 8;
    file.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != length {
        return Err(damaged());
    }
    Ok(bytes.as_chunks::<8>().0.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect())
}

/// A run of other rules, in a temporary file under today's numbers.
fn renumbered(file: File, own: &[u64], known: &[u64], unknown: &mut u64) -> io::Result<File> {
    let number = |correlation: u32| {
        let fingerprint = own.get(correlation as usize)?;
        known.iter().position(|known| known == fingerprint)
    };
    let mut run = Run::new(file);
    let mut signals: Vec<Signal> = Vec::new();
    while let Some(signal) = run.next(&|_, _| true)? {
        match number(signal.correlation) {
            Some(correlation) => signals.push(Signal { correlation: correlation as u32, ..signal }),
            None => *unknown += 1,
        }
    }
    signals.sort_by(|a, b| (a.order(), &a.key).cmp(&(b.order(), &b.key)));
    run::write(signals.into_iter())
}

/// What tells correlations apart: whoever changes one begins anew with it.
fn fingerprints(engine: &Engine) -> Vec<u64> {
    let hash = foldhash::fast::FixedState::with_seed(0);
    engine.rules.correlations.iter().map(|correlation| hash.hash_one(meaning(correlation, engine))).collect()
}

fn meaning(correlation: &Correlation, engine: &Engine) -> String {
    let id = |part: &RuleKind| match *part {
        RuleKind::Rule(rule) => engine.rules.rules[rule].meta.id.clone(),
        RuleKind::Correlation(inner) => engine.rules.correlations[inner].meta.id.clone(),
    };
    let parts: Vec<_> = correlation.parts.iter().map(id).collect();
    let sigma = &correlation.sigma;
    let asks = (&sigma.correlation_type, &sigma.group_by, &sigma.timespan.seconds, &sigma.condition);
    let aliases: Vec<_> =
        sigma.aliases.iter().map(|alias| (&alias.alias, alias.mapping.iter().collect::<std::collections::BTreeMap<_, _>>())).collect();
    format!("{} {parts:?} {asks:?} {aliases:?}", correlation.meta.id)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use watchfire_decode::Input;
    use watchfire_detect::{RuleSet, RuleText};

    use super::*;
    use crate::{Gathered, Scope, Worker};

    const BASE: &str = "title: Stopped\nname: stopped\nlogsource: {product: aws, service: cloudtrail}\n\
        detection: {selection: {eventName: StopLogging}, condition: selection}\n";

    fn correlation(title: &str, gte: u32) -> String {
        format!(
            "---\ntitle: {title}\ncorrelation:\n  type: event_count\n  rules: [stopped]\n  group-by: [awsRegion]\n  timespan: 1h\n  \
             condition: {{gte: {gte}}}\n"
        )
    }

    fn engine(correlations: &[(&str, u32)]) -> Arc<Engine> {
        let rules = correlations.iter().fold(BASE.to_owned(), |text, (title, gte)| text + &correlation(title, *gte));
        let set = RuleSet::load([RuleText::new("rules.yaml", rules.as_str())], &Default::default());
        assert_eq!(set.correlations.len(), correlations.len(), "{:?}", set.diagnostics);
        Arc::new(Engine::new(set))
    }

    /// Records of these minutes.
    fn gathered(engine: &Arc<Engine>, minutes: &[u32]) -> Gathered {
        let mut worker = Worker::new(engine.clone(), Scope::default(), 1);
        let record = |minute: &u32| {
            let time = format!("2026-03-02T{:02}:{:02}:00Z", minute / 60, minute % 60);
            format!(
                r#"{{"eventID":"{minute}","eventName":"StopLogging","eventSource":"cloudtrail.amazonaws.com","eventTime":"{time}","awsRegion":"eu-west-1"}}"#
            )
        };
        let log: String = minutes.iter().map(record).collect::<Vec<_>>().join("\n");
        worker.take(&Arc::from("a.json"), Input::Bytes(log.as_bytes()), None);
        worker.empty()
    }

    fn stored(engine: &Arc<Engine>, minutes: &[u32]) -> (File, StoredRun) {
        let file = tempfile::tempfile().expect("a file");
        let counted = &mut Counted::default();
        let run = gathered(engine, minutes).write_signals(engine, counted, file.try_clone().expect("a file")).expect("written");
        (file, run)
    }

    fn said(engine: &Engine, runs: Vec<File>) -> Vec<(String, u64)> {
        let (findings, _) = correlate(engine, runs, None).expect("read");
        findings.iter().map(|keyed| (keyed.finding.title.to_string(), keyed.finding.count)).collect()
    }

    #[test]
    fn runs_say_together_what_one_reading_says() {
        let engine = engine(&[("Often", 3)]);
        let (whole, _) = gathered(&engine, &[1, 2, 3, 200]).findings(&engine).expect("in memory");
        let often = whole.iter().find(|finding| &*finding.title == "Often").expect("three in an hour");
        let runs = [&[200, 3][..], &[1], &[2, 1]].map(|minutes| stored(&engine, minutes));
        assert_eq!(runs[0].1, StoredRun { signals: 2, newest: Some("2026-03-02T03:20:00Z".parse().expect("a time")), left_out: 0 });
        let runs: Vec<File> = runs.into_iter().map(|(file, _)| file).collect();
        let merged = tempfile::tempfile().expect("a file");
        let again = runs.iter().map(|file| file.try_clone().expect("a file")).collect();
        let run = merge(&engine, again, "2026-03-02T00:02:00Z".parse().expect("a time"), merged.try_clone().expect("a file"));
        assert_eq!(said(&engine, runs), [("Often".to_owned(), often.count)]);
        let run = run.expect("merged");
        assert_eq!((run.signals, run.left_out), (3, 1), "the same record twice is one");
        assert_eq!(said(&engine, vec![merged]), []);
    }

    #[test]
    fn what_is_told_live_is_what_the_whole_says() {
        let engine = engine(&[("Often", 3)]);
        let mut live = crate::Live::new(&engine);
        let told = [&[200, 3][..], &[1], &[2, 1], &[4], &[2]].map(|minutes| {
            let (findings, _) = live.take(&engine, stored(&engine, minutes).0).expect("read");
            findings.iter().map(|keyed| (keyed.about.as_deref().map(str::to_owned), keyed.finding.count)).collect::<Vec<_>>()
        });
        // Minute 200 came first: the window of the others is past for whoever hears of them later.
        assert_eq!(told, [const { Vec::new() }; 5]);
        let mut live = crate::Live::new(&engine);
        let told = [&[3][..], &[1], &[2, 1], &[4], &[2]].map(|minutes| {
            let (findings, _) = live.take(&engine, stored(&engine, minutes).0).expect("read");
            findings.iter().map(|keyed| (keyed.about.as_deref().map(str::to_owned), keyed.finding.count)).collect::<Vec<_>>()
        });
        let about = Some("eu-west-1".to_owned());
        assert_eq!(told, [vec![], vec![], vec![(about.clone(), 3)], vec![(about, 1)], vec![]]);
        let mut after = crate::Live::new(&engine);
        after.remember(&engine, stored(&engine, &[1, 2]).0).expect("read");
        assert_eq!(after.take(&engine, stored(&engine, &[3]).0).expect("read").0.len(), 1);
    }

    #[test]
    fn groups_with_too_little_are_left_out_and_nothing_else() {
        let engine = engine(&[("Often", 3), ("Rarely", 9)]);
        let mut counted = Counted::default();
        let mut runs = || -> Vec<File> {
            let run = |minutes: &[u32]| {
                let file = tempfile::tempfile().expect("a file");
                let to = file.try_clone().expect("a file");
                gathered(&engine, minutes).write_signals(&engine, &mut counted, to).expect("written");
                file
            };
            [&[1, 300][..], &[2], &[3]].map(run).into()
        };
        let runs = runs();
        assert_eq!(["eu-west-1\u{1f}", "elsewhere"].map(|key| counted.0.is_promising(0, key, &engine.least)), [true, true]);
        assert!(!counted.0.is_promising(1, "eu-west-1\u{1f}", &engine.least), "nine were asked for");
        let (findings, _) = correlate(&engine, runs, Some(&counted)).expect("read");
        let said: Vec<(&str, u64)> = findings.iter().map(|keyed| (&*keyed.finding.title, keyed.finding.count)).collect();
        assert_eq!(said, [("Often", 3)]);
    }

    #[test]
    fn signals_find_their_correlation_when_others_come_and_go() {
        let before = engine(&[("Gone", 2), ("Often", 3), ("Changed", 2)]);
        let after = engine(&[("Changed", 1), ("Often", 3), ("New", 1)]);
        let (file, run) = stored(&before, &[1, 2, 3]);
        assert_eq!(run.signals, 9);
        assert_eq!(said(&after, vec![file.try_clone().expect("a file")]), [("Often".to_owned(), 3)]);
        let merged = tempfile::tempfile().expect("a file");
        let run = merge(&after, vec![file], EventTime(i64::MIN), merged).expect("merged");
        assert_eq!((run.signals, run.left_out), (3, 6));
    }

    #[test]
    fn damage_is_an_error() {
        use std::io::Write;
        let engine = engine(&[("Often", 3)]);
        for bytes in [&b""[..], b"WFSIGN1\n", b"something else", b"WFSIGN1\n\xff\xff\xff\xff1234"] {
            let mut file = tempfile::tempfile().expect("a file");
            file.write_all(bytes).expect("written");
            assert!(correlate(&engine, vec![file], None).is_err(), "{bytes:?}");
        }
    }
}
