//! A sorted run of signals in a temporary file.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::sync::Arc;

use watchfire_detect::Signal;
use watchfire_model::{EventTime, Occurrence};

use super::packed::{SEPARATOR_BYTE, split};

/// Writes signals in the order given to a temporary file.
pub(super) fn write(signals: impl Iterator<Item = Signal>) -> io::Result<File> {
    let mut file = BufWriter::new(tempfile::tempfile()?);
    for signal in signals {
        write_signal(&mut file, &signal)?;
    }
    let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.rewind()?;
    Ok(file)
}

/// Reads a run back, signal by signal.
pub(super) struct Run {
    file: BufReader<File>,
    sources: HashMap<String, Arc<str>>,
    /// The key of the signal that is read.
    key: String,
}

/// Bytes that are read from a run at once; one in a hundred of them is open at a time.
const READ_BYTES: usize = 64 << 10;

impl Run {
    pub(super) fn new(file: File) -> Run {
        Run { file: BufReader::with_capacity(READ_BYTES, file), sources: HashMap::new(), key: String::new() }
    }

    /// The next signal of those groups that are wanted; nothing at the end.
    pub(super) fn next(&mut self, is_wanted: &dyn Fn(u32, &str) -> bool) -> io::Result<Option<Signal>> {
        loop {
            let file = &mut self.file;
            let correlation = match read_u32(file) {
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
                other => other?,
            };
            let mut part = [0; 2];
            file.read_exact(&mut part)?;
            let time = read_time(file)?;
            let texts = read_u32(file)?;
            read_key(file, texts, &mut self.key)?;
            if is_wanted(correlation, &self.key) {
                let (values, occurrences) = (read_texts(file)?, self.occurrences()?);
                let key = split(&self.key);
                return Ok(Some(Signal { correlation, part: u16::from_le_bytes(part), time, key, values, occurrences }));
            }
            for _ in 0..read_u32(file)? {
                pass_text(file)?;
            }
            for _ in 0..read_u32(file)? {
                file.seek_relative(size_of::<i64>() as i64)?;
                pass_text(file)?;
                pass_text(file)?;
            }
        }
    }

    fn occurrences(&mut self) -> io::Result<Vec<Occurrence>> {
        let file = &mut self.file;
        let mut occurrences = Vec::new();
        for _ in 0..read_u32(file)? {
            let time = read_time(file)?;
            let event_id = read_text(file)?.into();
            let source = read_text(file)?;
            let source = self.sources.entry(source).or_insert_with_key(|name| name.as_str().into()).clone();
            occurrences.push(Occurrence { time, event_id, source });
        }
        Ok(occurrences)
    }
}

pub(super) fn write_signal(file: &mut impl Write, signal: &Signal) -> io::Result<()> {
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

/// Reads the texts of a key as they stand in a pack.
fn read_key(file: &mut impl Read, texts: u32, key: &mut String) -> io::Result<()> {
    let mut bytes = std::mem::take(key).into_bytes();
    bytes.clear();
    for _ in 0..texts {
        let length = u64::from(read_u32(file)?);
        if file.by_ref().take(length).read_to_end(&mut bytes)? as u64 != length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.push(SEPARATOR_BYTE);
    }
    *key = String::from_utf8(bytes).map_err(|_| damaged())?;
    Ok(())
}

/// Reads over a text.
fn pass_text(file: &mut BufReader<File>) -> io::Result<()> {
    let length = read_u32(file)?;
    file.seek_relative(i64::from(length))
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a run of signals is damaged")
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
    String::from_utf8(bytes).map_err(|_| damaged())
}
