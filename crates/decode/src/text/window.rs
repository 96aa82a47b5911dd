//! Text in windows: memory stays bounded by the longest record, whatever the length of the log.

use std::io::{self, Read};

use super::document::Document;
use crate::Limits;
use crate::report::Report;
use crate::source::Source;

/// What lies behind a window's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    /// More text, and the window may grow.
    More,
    /// More text, but the window is as large as a record may be.
    Full,
    /// Nothing.
    End,
}

/// A piece of the text.
pub(super) struct Window<'w> {
    /// Valid text. Bytes that are no UTF-8 have become NUL, which no JSON may contain, so their record breaks and no other.
    pub text: &'w str,
    /// The same bytes as they were.
    pub bytes: &'w [u8],
    /// Where the window begins in the whole text.
    pub offset: u64,
    /// What follows it.
    pub edge: Edge,
}

impl Window<'_> {
    /// The bytes as they were.
    pub fn slice(&self, start: usize, end: usize) -> &[u8] {
        self.bytes.get(start..end).unwrap_or_default()
    }
}

/// A stream that broke: where, and the whole of the record it broke in, as far as it came.
#[derive(Debug)]
pub(crate) struct Cut {
    pub error: io::Error,
    pub offset: u64,
    pub excerpt: Vec<u8>,
}

/// Reads texts, one after the other, with the same buffers.
#[derive(Debug)]
pub(crate) struct TextReader {
    document: Document,
    buffer: Vec<u8>,
    cleaned: String,
    window_bytes: usize,
    window_bytes_max: usize,
}

impl TextReader {
    pub fn new(source: &'static Source, limits: &Limits) -> Self {
        // Positions in a window are 32 bits wide.
        let window_bytes_max = limits.record_bytes_max.clamp(64, 1 << 30);
        TextReader {
            document: Document::new(source, limits),
            buffer: Vec::new(),
            cleaned: String::new(),
            window_bytes: limits.window_bytes.clamp(64, window_bytes_max),
            window_bytes_max,
        }
    }

    /// Reads a text that is in memory as a whole, without copying it.
    pub fn bytes(&mut self, bytes: &[u8], report: &mut Report<'_>) {
        self.document.begin();
        let (mut done, mut size) = (0, self.window_bytes);
        while done < bytes.len() {
            let end = bytes.len().min(done + size);
            let edge = self.edge(end == bytes.len(), size);
            let window = bytes.get(done..end).unwrap_or_default();
            let used = feed(&mut self.document, &mut self.cleaned, window, done as u64, edge, report);
            done += used;
            size = self.next_size(size, used);
            if edge == Edge::End {
                break;
            }
        }
        self.document.finish(bytes.len() as u64, false, report);
    }

    /// Reads a stream to its end, or until it breaks: then what is whole has come out, and the break is the caller's to report.
    pub fn stream(&mut self, reader: &mut dyn Read, report: &mut Report<'_>) -> Result<(), Cut> {
        self.document.begin();
        let mut buffer = std::mem::take(&mut self.buffer);
        let (mut offset, mut filled, mut size) = (0u64, 0, self.window_bytes);
        let ended = loop {
            if buffer.len() < size {
                buffer.resize(size, 0);
            }
            let ended = fill(reader, buffer.get_mut(..size).unwrap_or_default(), &mut filled);
            let edge = self.edge(ended.is_some(), size);
            let window = buffer.get(..filled).unwrap_or_default();
            let used = feed(&mut self.document, &mut self.cleaned, window, offset, edge, report);
            offset += used as u64;
            if let Some(ended) = ended {
                break ended;
            }
            buffer.copy_within(used..filled, 0);
            filled -= used;
            size = self.next_size(size, used);
        };
        self.buffer = buffer;
        let excerpt = self.document.finish(offset, ended.is_err(), report);
        ended.map_err(|error| Cut { error, offset, excerpt })
    }

    fn edge(&self, end: bool, size: usize) -> Edge {
        match (end, size >= self.window_bytes_max) {
            (true, _) => Edge::End,
            (false, true) => Edge::Full,
            (false, false) => Edge::More,
        }
    }

    /// A window of which little could be used holds a long record: the next one is larger.
    fn next_size(&self, size: usize, used: usize) -> usize {
        if used < size / 2 { (size * 2).min(self.window_bytes_max) } else { self.window_bytes }
    }
}

/// Reads until the buffer is full, or until the stream ends one way or the other.
fn fill(reader: &mut dyn Read, buffer: &mut [u8], filled: &mut usize) -> Option<io::Result<()>> {
    while let Some(free) = buffer.get_mut(*filled..).filter(|free| !free.is_empty()) {
        match reader.read(free) {
            Ok(0) => return Some(Ok(())),
            Ok(count) => *filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Some(Err(error)),
        }
    }
    None
}

/// Gives one window to the document, cleaned where it is no UTF-8.
fn feed(document: &mut Document, cleaned: &mut String, bytes: &[u8], offset: u64, edge: Edge, report: &mut Report<'_>) -> usize {
    if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
        return document.feed(&Window { text, bytes, offset, edge }, report);
    }
    cleaned.clear();
    for chunk in bytes.utf8_chunks() {
        cleaned.push_str(chunk.valid());
        let cut_short = std::str::from_utf8(chunk.invalid()).is_err_and(|error| error.error_len().is_none());
        if cut_short && edge != Edge::End && cleaned.len() + chunk.invalid().len() == bytes.len() {
            break;
        }
        cleaned.extend(chunk.invalid().iter().map(|_| '\0'));
    }
    document.feed(&Window { text: cleaned, bytes, offset, edge }, report)
}
