//! The decoder and what it speaks with.

use std::io::{Read, Seek};
use std::sync::Arc;

use watchfire_model::{Record, Reject};

use crate::container::{Opener, Workshop};
use crate::report::Meter;
use crate::{Limits, Source};

/// A reader that can go back: a local file. Zip archives keep their table at the end.
pub trait ReadSeek: Read + Seek {}

impl<R: Read + Seek> ReadSeek for R {}

/// The bytes of one object.
pub enum Input<'i> {
    /// All of it, in memory. The fastest way for objects up to some 64 MiB.
    Bytes(&'i [u8]),
    /// A stream of unknown length.
    Stream(&'i mut dyn Read),
    /// A local file.
    Seek(&'i mut dyn ReadSeek),
}

/// Receives what the decoder finds, in the order of the text.
pub trait Sink {
    /// One record; it lives until the call returns. `source` is the object, or the archive member inside it.
    fn record(&mut self, source: &Arc<str>, record: Record<'_>);
    /// One piece of text that was not processed.
    fn reject(&mut self, reject: Reject);
}

/// What one object yielded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Records given to the sink.
    pub records: u64,
    /// Rejects given to the sink.
    pub rejects: u64,
    /// Bytes read from the input.
    pub bytes_in: u64,
    /// Bytes that came out of decompression, over all layers and members; 0 for plain text.
    pub bytes_inflated: u64,
}

/// Turns objects into records and rejects. One per worker thread: it owns the buffers and uses them again.
pub struct Decoder {
    workshop: Workshop,
}

impl std::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoder").finish_non_exhaustive()
    }
}

impl Decoder {
    /// A decoder of CloudTrail objects.
    pub fn new(limits: Limits) -> Self {
        Self::of(Source::cloudtrail(), limits)
    }

    /// A decoder of another log format.
    pub fn of(source: &'static Source, limits: Limits) -> Self {
        Decoder { workshop: Workshop::new(source, limits) }
    }

    /// Reads one object to its end. `source` names it in records and rejects.
    ///
    /// What the object is, is told by its first bytes and never by its name: gzip, zstd, zip, tar, each inside others up to the
    /// limit, or text. Nothing is lost without a reject, and no fault ends more than the record, the member or the stream it is in.
    pub fn decode(&mut self, source: &Arc<str>, input: Input<'_>, sink: &mut dyn Sink) -> Outcome {
        let meter = Meter::default();
        let mut opener = Opener::new(&mut self.workshop, sink, &meter);
        match input {
            Input::Bytes(bytes) => opener.object(source, bytes),
            Input::Stream(reader) => opener.object_stream(source, reader),
            Input::Seek(reader) => opener.object_file(source, reader),
        }
        meter.outcome()
    }
}
