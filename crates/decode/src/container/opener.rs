//! Opens containers down to the text.

use std::io::{self, Cursor, Read, SeekFrom};
use std::sync::Arc;

use watchfire_model::RejectReason;

use super::fault::Fault;
use super::kind::{Foreign, HEAD_BYTES, Kind};
use super::metered::{Inflating, Outermost, check_limits};
use super::{gzip, zstd};
use crate::report::{Meter, Report};
use crate::text::TextReader;
use crate::{Limits, ReadSeek, Sink, Source};

/// Compressed bytes of a stream that are held in memory, so that they can be inflated at once: far more than CloudTrail delivers.
const GZIP_HELD_BYTES_MAX: usize = 8 << 20;

/// What is used again from object to object.
pub(crate) struct Workshop {
    pub(super) limits: Limits,
    pub(super) text: TextReader,
    inflater: libdeflater::Decompressor,
    inflated: Vec<u8>,
}

impl Workshop {
    pub fn new(source: &'static Source, limits: Limits) -> Self {
        let text = TextReader::new(source, &limits);
        Workshop { limits, text, inflater: libdeflater::Decompressor::new(), inflated: Vec::new() }
    }
}

/// One object being opened. A layer is the number of containers around what is read; the object itself has none.
pub(crate) struct Opener<'o> {
    workshop: &'o mut Workshop,
    sink: &'o mut dyn Sink,
    pub(super) meter: &'o Meter,
    pub(super) limits: Limits,
}

/// What ended a stream early, already reported. The container around it stops when the fault is not inside.
pub(super) type Ended = Result<(), Fault>;

impl<'o> Opener<'o> {
    pub fn new(workshop: &'o mut Workshop, sink: &'o mut dyn Sink, meter: &'o Meter) -> Self {
        let limits = workshop.limits;
        Opener { workshop, sink, meter, limits }
    }

    /// Reads an object that is in memory.
    pub fn object(&mut self, source: &Arc<str>, bytes: &[u8]) {
        self.meter.read(bytes.len());
        let ended = self.bytes(source, bytes, 0);
        self.end_object(source, ended);
    }

    /// Reads an object that comes as a stream.
    pub fn object_stream(&mut self, source: &Arc<str>, reader: &mut dyn Read) {
        let meter = self.meter;
        let ended = self.stream(source, &mut Outermost { reader, meter }, 0);
        self.end_object(source, ended);
    }

    /// Reads a local file.
    pub fn object_file(&mut self, source: &Arc<str>, reader: &mut dyn ReadSeek) {
        let mut head = Vec::new();
        let looked = (&mut *reader).take(HEAD_BYTES as u64).read_to_end(&mut head).and_then(|_| reader.seek(SeekFrom::Start(0)));
        if let Err(error) = looked {
            let _ = self.give_up(source, Fault::of(error, RejectReason::Unreadable, 0), 0, &[]);
            return;
        }
        if Kind::of(&head) == Kind::Zip {
            let length = reader.seek(SeekFrom::End(0)).unwrap_or_default();
            self.meter.read(usize::try_from(length).unwrap_or(usize::MAX));
            let ended = self.zip(source, reader, 0);
            self.end_object(source, ended);
        } else {
            self.object_stream(source, reader);
        }
    }

    /// What ended an object has been reported where it was met. When that was a limit inside an archive, members are missing.
    fn end_object(&mut self, source: &Arc<str>, ended: Ended) {
        if let Err(fault) = ended
            && fault.reason == RejectReason::TooLargeInflated
            && self.meter.members() > 0
        {
            let detail = format!("{}: the archive was given up, and the members behind this one were not read", fault.detail);
            let _ = self.give_up(source, Fault { detail, ..fault }, 0, &[]);
        }
    }

    /// Reads a member of an archive: a fault of its own leaves the archive to be read on.
    pub(super) fn member(&mut self, path: &Arc<str>, reader: &mut dyn Read, layer: usize) -> Ended {
        let around = self.meter.begin_member(layer);
        let ended = self.stream(path, reader, layer);
        self.meter.end_member(around);
        ended
    }

    /// Reads what is in memory.
    pub(super) fn bytes(&mut self, source: &Arc<str>, bytes: &[u8], layer: usize) -> Ended {
        let kind = Kind::of(bytes.get(..HEAD_BYTES).unwrap_or(bytes));
        match kind {
            Kind::Text => {
                let mut report = Report { source, sink: self.sink, meter: self.meter };
                self.workshop.text.bytes(bytes, &mut report);
                Ok(())
            }
            Kind::Foreign(foreign) => self.foreign(source, foreign, layer),
            _ if layer >= self.limits.archive_depth_max => self.too_deep(source, layer),
            Kind::Gzip => self.gzip_bytes(source, bytes, layer),
            Kind::Zip => self.zip(source, &mut Cursor::new(bytes), layer),
            Kind::Zstd | Kind::Tar => {
                let mut bytes = bytes;
                self.stream(source, &mut bytes, layer)
            }
        }
    }

    /// Inflates at once what is surely one whole gzip member; anything else as a stream, which saves what can be saved.
    fn gzip_bytes(&mut self, source: &Arc<str>, bytes: &[u8], layer: usize) -> Ended {
        let mut buffer = std::mem::take(&mut self.workshop.inflated);
        let whole = gzip::inflate_whole(&mut self.workshop.inflater, bytes, &mut buffer, self.limits.whole_bytes_max);
        let ended = match whole {
            Some(length) => {
                self.meter.inflated(length);
                match check_limits(self.meter, &self.limits) {
                    Ok(()) => self.bytes(source, buffer.get(..length).unwrap_or_default(), layer + 1),
                    Err(fault) => self.give_up(source, fault, 0, &[]),
                }
            }
            None => {
                let mut bytes = bytes;
                self.gzip_in_order(source, &mut bytes, layer)
            }
        };
        self.workshop.inflated = buffer;
        ended
    }

    /// Inflates a stream: held in memory first when it is as short as delivered objects are, for that is much faster.
    fn gzip_stream(&mut self, source: &Arc<str>, reader: &mut dyn Read, layer: usize) -> Ended {
        let held_bytes_max = GZIP_HELD_BYTES_MAX.min(self.limits.whole_bytes_max) as u64;
        let mut held = Vec::new();
        match (&mut *reader).take(held_bytes_max).read_to_end(&mut held) {
            Ok(_) if (held.len() as u64) < held_bytes_max => self.gzip_bytes(source, &held, layer),
            read => {
                let rest = Rest { broken: read.err(), reader };
                self.gzip_in_order(source, &mut Cursor::new(held).chain(rest), layer)
            }
        }
    }

    /// Inflates member after member, and saves what stands before damage.
    fn gzip_in_order(&mut self, source: &Arc<str>, reader: &mut dyn Read, layer: usize) -> Ended {
        let (meter, limits, reason) = (self.meter, self.limits, RejectReason::BrokenCompression);
        self.stream(source, &mut Inflating { reader: gzip::stream(reader), meter, limits: &limits, layer, reason }, layer + 1)
    }

    fn zstd(&mut self, source: &Arc<str>, reader: &mut dyn Read, layer: usize) -> Ended {
        let (meter, limits, reason) = (self.meter, self.limits, RejectReason::BrokenCompression);
        match zstd::stream(reader) {
            Ok(reader) => self.stream(source, &mut Inflating { reader, meter, limits: &limits, layer, reason }, layer + 1),
            Err(error) => self.give_up(source, Fault::of(error, reason, layer), 0, &[]),
        }
    }

    /// Reads a stream, whatever it is.
    pub(super) fn stream(&mut self, source: &Arc<str>, reader: &mut dyn Read, layer: usize) -> Ended {
        let mut head = Vec::with_capacity(HEAD_BYTES);
        let broken = (&mut *reader).take(HEAD_BYTES as u64).read_to_end(&mut head).err();
        let kind = Kind::of(&head);
        let mut whole = Cursor::new(head).chain(Rest { broken, reader });
        match kind {
            Kind::Text => self.text(source, &mut whole, layer),
            Kind::Foreign(foreign) => self.foreign(source, foreign, layer),
            _ if layer >= self.limits.archive_depth_max => self.too_deep(source, layer),
            Kind::Gzip => self.gzip_stream(source, &mut whole, layer),
            Kind::Zstd => self.zstd(source, &mut whole, layer),
            Kind::Tar => self.tar(source, &mut whole, layer),
            Kind::Zip => self.zip_stream(source, &mut whole, layer),
        }
    }

    fn text(&mut self, source: &Arc<str>, reader: &mut dyn Read, layer: usize) -> Ended {
        let mut report = Report { source, sink: self.sink, meter: self.meter };
        match self.workshop.text.stream(reader, &mut report) {
            Ok(()) => Ok(()),
            Err(cut) => {
                let fault = Fault::of(cut.error, RejectReason::Unreadable, layer);
                self.give_up(source, fault, cut.offset, &cut.excerpt)
            }
        }
    }

    fn too_deep(&mut self, source: &Arc<str>, layer: usize) -> Ended {
        let detail = format!("more than {} archives inside each other", self.limits.archive_depth_max);
        self.give_up(source, Fault { reason: RejectReason::BrokenArchive, detail, layer }, 0, &[])
    }

    fn foreign(&mut self, source: &Arc<str>, Foreign { reason, detail }: Foreign, layer: usize) -> Ended {
        self.give_up(source, Fault { reason, detail: detail.to_owned(), layer }, 0, &[])
    }

    /// Reports what ended a container.
    pub(super) fn give_up(&mut self, source: &Arc<str>, fault: Fault, offset: u64, excerpt: &[u8]) -> Ended {
        let mut report = Report { source, sink: self.sink, meter: self.meter };
        report.reject(fault.reason, offset, fault.detail.clone(), excerpt);
        Err(fault)
    }
}

/// A stream behind its head. A fault met while looking at the head is kept for the one who reads on.
pub(super) struct Rest<'r> {
    pub broken: Option<io::Error>,
    pub reader: &'r mut dyn Read,
}

impl Read for Rest<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.broken.take() {
            Some(error) => Err(error),
            None => self.reader.read(buffer),
        }
    }
}

/// Whether a member is an operating system's own note about a folder or a file, which nobody misses.
pub(super) fn is_system_note(path: &str) -> bool {
    let mut names = path.rsplit(['/', '\\']);
    let file = names.next().unwrap_or_default();
    file.starts_with("._") || matches!(file, ".DS_Store" | "Thumbs.db") || names.any(|folder| folder == "__MACOSX")
}

/// The name of an archive's member.
pub(super) fn member(source: &Arc<str>, path: &str) -> Arc<str> {
    format!("{source}!{path}").into()
}
