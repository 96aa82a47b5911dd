//! Signals for correlations, kept until they can be fed in order of event time. What does not fit in memory goes to sorted runs in
//! a temporary file: the result is the same whatever the order of reading, and memory stays bounded.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::sync::Arc;

use watchfire_detect::Signal;
use watchfire_model::{EventTime, Occurrence};

/// Signals held in memory by one worker; about 250 bytes each.
const HELD_MAX: usize = 500_000;

/// The signals of one worker, or of several joined.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    held: Vec<Signal>,
    runs: Vec<File>,
}

impl Signals {
    pub(crate) fn add(&mut self, signal: Signal) -> io::Result<()> {
        self.held.push(signal);
        if self.held.len() >= HELD_MAX { self.spill() } else { Ok(()) }
    }

    pub(crate) fn join(&mut self, other: Signals) {
        self.held.extend(other.held);
        self.runs.extend(other.runs);
    }

    fn spill(&mut self) -> io::Result<()> {
        sort(&mut self.held);
        let mut file = BufWriter::new(tempfile::tempfile()?);
        for signal in self.held.drain(..) {
            write_signal(&mut file, &signal)?;
        }
        let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        self.runs.push(file);
        Ok(())
    }

    /// Feeds every signal once, in order.
    pub(crate) fn in_order(mut self, feed: &mut dyn FnMut(Signal)) -> io::Result<()> {
        sort(&mut self.held);
        let mut last: Option<Signal> = None;
        let mut once = |signal: Signal| {
            let is_twin = last.as_ref().is_some_and(|last| is_same_record(last, &signal));
            if !is_twin {
                last = Some(signal.clone());
                feed(signal);
            }
        };
        if self.runs.is_empty() {
            self.held.into_iter().for_each(once);
            return Ok(());
        }
        self.spill()?;
        merge(self.runs, &mut once)
    }
}

fn sort(signals: &mut [Signal]) {
    signals.sort_by(|a, b| a.order().cmp(&b.order()).then_with(|| a.key.cmp(&b.key)));
}

/// The same object read twice, or one record delivered in two objects.
fn is_same_record(a: &Signal, b: &Signal) -> bool {
    let id = |signal: &Signal| signal.occurrences.first().map(|occurrence| occurrence.event_id.clone()).filter(|id| !id.is_empty());
    a.correlation == b.correlation && a.part == b.part && a.time == b.time && id(a).is_some() && id(a) == id(b) && a.key == b.key
}

/// A run's next signal, for the heap.
struct Head {
    signal: Signal,
    run: usize,
}

impl Head {
    fn order(&self) -> (watchfire_detect::SignalOrder<'_>, &[Box<str>], usize) {
        (self.signal.order(), &self.signal.key, self.run)
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

fn merge(runs: Vec<File>, feed: &mut dyn FnMut(Signal)) -> io::Result<()> {
    let mut sources = SourceNames::default();
    let mut readers: Vec<BufReader<File>> = runs.into_iter().map(BufReader::new).collect();
    let mut heads = BinaryHeap::new();
    for (run, reader) in readers.iter_mut().enumerate() {
        heads.extend(read_signal(reader, &mut sources)?.map(|signal| Reverse(Head { signal, run })));
    }
    while let Some(Reverse(Head { signal, run })) = heads.pop() {
        feed(signal);
        heads.extend(read_signal(&mut readers[run], &mut sources)?.map(|signal| Reverse(Head { signal, run })));
    }
    Ok(())
}

/// Source names come back once each, not once a signal.
#[derive(Default)]
struct SourceNames(HashMap<String, Arc<str>>);

impl SourceNames {
    fn shared(&mut self, name: String) -> Arc<str> {
        self.0.entry(name).or_insert_with_key(|name| name.as_str().into()).clone()
    }
}

fn write_signal(file: &mut impl Write, signal: &Signal) -> io::Result<()> {
    file.write_all(&signal.correlation.to_le_bytes())?;
    file.write_all(&signal.part.to_le_bytes())?;
    file.write_all(&signal.time.millis().to_le_bytes())?;
    write_texts(file, &signal.key)?;
    write_texts(file, &signal.values)?;
    file.write_all(&(signal.occurrences.len() as u32).to_le_bytes())?;
    for occurrence in &signal.occurrences {
        file.write_all(&occurrence.time.millis().to_le_bytes())?;
        write_text(file, &occurrence.event_id)?;
        write_text(file, &occurrence.source)?;
    }
    Ok(())
}

fn write_texts(file: &mut impl Write, texts: &[Box<str>]) -> io::Result<()> {
    file.write_all(&(texts.len() as u32).to_le_bytes())?;
    texts.iter().try_for_each(|text| write_text(file, text))
}

fn write_text(file: &mut impl Write, text: &str) -> io::Result<()> {
    file.write_all(&(text.len() as u32).to_le_bytes())?;
    file.write_all(text.as_bytes())
}

/// The next signal of a run, nothing at its end.
fn read_signal(file: &mut impl Read, sources: &mut SourceNames) -> io::Result<Option<Signal>> {
    let correlation = match read_u32(file) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    };
    let mut part = [0; 2];
    file.read_exact(&mut part)?;
    let time = read_time(file)?;
    let key = read_texts(file)?.into();
    let values = read_texts(file)?;
    let mut occurrences = Vec::new();
    for _ in 0..read_u32(file)? {
        let time = read_time(file)?;
        let event_id = read_text(file)?.into();
        occurrences.push(Occurrence { time, event_id, source: sources.shared(read_text(file)?) });
    }
    Ok(Some(Signal { correlation, part: u16::from_le_bytes(part), time, key, values, occurrences }))
}

fn read_u32(file: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    file.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

fn read_time(file: &mut impl Read) -> io::Result<EventTime> {
    let mut bytes = [0; 8];
    file.read_exact(&mut bytes)?;
    Ok(EventTime(i64::from_le_bytes(bytes)))
}

fn read_texts(file: &mut impl Read) -> io::Result<Vec<Box<str>>> {
    (0..read_u32(file)?).map(|_| read_text(file).map(String::into_boxed_str)).collect()
}

fn read_text(file: &mut impl Read) -> io::Result<String> {
    let mut bytes = vec![0; read_u32(file)? as usize];
    file.read_exact(&mut bytes)?;
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "a run of signals is damaged"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signal(n: i64) -> Signal {
        let occurrence = Occurrence { event_id: format!("{n}").into(), time: EventTime(n), source: "a".into() };
        Signal { correlation: 1, part: 0, time: EventTime(n), key: ["k".into()].into(), values: vec!["v".into()], occurrences: vec![occurrence] }
    }

    #[test]
    fn spilled_runs_come_back_in_order_and_once() {
        let mut signals = Signals::default();
        for chunk in [[5, 1, 9], [2, 9, 7], [3, 1, 8]] {
            chunk.iter().for_each(|&n| signals.add(signal(n)).expect("in memory"));
            signals.spill().expect("temporary file");
        }
        signals.add(signal(4)).expect("in memory");
        let mut seen = Vec::new();
        signals.in_order(&mut |signal| seen.push(signal)).expect("read back");
        assert_eq!(seen, [1, 2, 3, 4, 5, 7, 8, 9].map(signal));
    }
}
