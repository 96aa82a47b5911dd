//! Tar archives. The headers are the `tar` crate's; the walk is ours, because its walk ends at the first damaged header.

use std::io::{self, Read};
use std::sync::Arc;

use tar::{EntryType, Header, PaxExtensions};
use watchfire_model::RejectReason;

use super::fault::Fault;
use super::opener::{Ended, Opener, is_system_note, member};

const BLOCK_BYTES: usize = 512;
/// Long names and attributes beyond this are no names any more.
const NAME_BYTES_MAX: u64 = 1 << 20;
/// Where GNU's header of a sparse file, and each block of its map behind it, says that another such block follows.
const SPARSE_MORE: usize = 482;
const SPARSE_MAP_MORE: usize = 504;

/// What the headers before a member say about it.
#[derive(Default)]
struct Ahead {
    path: Option<String>,
    size: Option<u64>,
    sparse: bool,
}

impl Opener<'_> {
    /// Reads member after member. Behind a damaged header the next good one is looked for.
    pub(super) fn tar(&mut self, source: &Arc<str>, reader: &mut dyn Read, layer: usize) -> Ended {
        let mut ahead = Ahead::default();
        let (mut offset, mut damaged) = (0u64, false);
        loop {
            let mut header = Header::new_old();
            match read_block(reader, header.as_mut_bytes(), layer) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(fault) => return self.give_up(source, fault, offset, &[]),
            }
            let begins = offset;
            offset += BLOCK_BYTES as u64;
            let size = match usable_size(&header) {
                // Zeros between members or at the end.
                Usable::Empty => continue,
                Usable::Size(size) => size,
                Usable::Damaged if damaged => continue,
                Usable::Damaged => {
                    damaged = true;
                    let detail = "a damaged header; its member is skipped".to_owned();
                    let _ = self.give_up(source, Fault { reason: RejectReason::BrokenArchive, detail, layer }, begins, header.as_bytes());
                    continue;
                }
            };
            damaged = false;
            let content = Content::of(&header, &ahead);
            let stated = ahead.size.filter(|_| matches!(content, Content::File | Content::Sparse));
            let size = stated.unwrap_or(size);
            let padded = size.checked_next_multiple_of(BLOCK_BYTES as u64).unwrap_or(u64::MAX);
            let mut entry = Entry { reader: &mut *reader, left: size, padding: padded - size, layer };
            offset = offset.saturating_add(padded);
            let ended = match content {
                Content::Ahead => match look_ahead(&header, &mut entry, &mut ahead) {
                    Ok(()) => Ok(()),
                    Err(fault) => self.give_up(source, fault, begins, &[]),
                },
                Content::Aside => Ok(()),
                Content::File | Content::Sparse | Content::None => {
                    let ahead = std::mem::take(&mut ahead);
                    let path = ahead.path.unwrap_or_else(|| String::from_utf8_lossy(&header.path_bytes()).into_owned());
                    self.tar_member(source, &path, content, &mut entry)
                }
            };
            if let Err(fault) = ended
                && fault.layer <= layer
            {
                return Err(fault);
            }
            // Bytes that nobody reads are not read in vain.
            let around = self.meter.begin_passage();
            let skipped = entry.skip(&header);
            self.meter.end_member(around);
            match skipped {
                Ok(more) => offset = offset.saturating_add(more),
                Err(fault) => return self.give_up(source, fault, begins, &[]),
            }
        }
    }

    fn tar_member(&mut self, source: &Arc<str>, path: &str, content: Content, entry: &mut Entry<'_>) -> Ended {
        let layer = entry.layer + 1;
        let a_directory = path.ends_with('/');
        match content {
            _ if a_directory || is_system_note(path) => Ok(()),
            Content::File => self.member(&member(source, path), entry, layer),
            Content::Sparse => {
                let fault = Fault { reason: RejectReason::BrokenArchive, detail: "sparse member".to_owned(), layer };
                self.give_up(&member(source, path), fault, 0, &[])
            }
            Content::Ahead | Content::Aside | Content::None => Ok(()),
        }
    }
}

/// What stands behind a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    /// A file; POSIX has types that nobody knows read as such.
    File,
    /// A file whose zeros are left out: its bytes are not in their places.
    Sparse,
    /// What the next header has no room for.
    Ahead,
    /// The same, but nothing that matters here.
    Aside,
    /// A folder, a link, a device: nothing to read.
    None,
}

impl Content {
    fn of(header: &Header, ahead: &Ahead) -> Content {
        match header.entry_type() {
            EntryType::GNULongName | EntryType::XHeader => Content::Ahead,
            EntryType::GNULongLink | EntryType::XGlobalHeader => Content::Aside,
            EntryType::GNUSparse => Content::Sparse,
            EntryType::Link | EntryType::Symlink | EntryType::Char | EntryType::Block => Content::None,
            EntryType::Directory | EntryType::Fifo => Content::None,
            // GNU's folder with a list of its names, and its label of a volume.
            kind if matches!(kind.as_byte(), b'D' | b'V') => Content::None,
            _ if ahead.sparse => Content::Sparse,
            _ => Content::File,
        }
    }
}

enum Usable {
    Empty,
    Size(u64),
    Damaged,
}

/// The size of the member behind a header, if header it is.
fn usable_size(header: &Header) -> Usable {
    let bytes = header.as_bytes();
    if bytes.iter().all(|byte| *byte == 0) {
        return Usable::Empty;
    }
    // The sum of all bytes, its own field taken as spaces.
    let sum: u32 = bytes.iter().enumerate().map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u32::from(*byte) }).sum();
    match (header.cksum(), header.entry_size()) {
        (Ok(stated), Ok(size)) if stated == sum => Usable::Size(size),
        _ => Usable::Damaged,
    }
}

/// Reads a long name or attributes that speak of the next member.
fn look_ahead(header: &Header, entry: &mut Entry<'_>, ahead: &mut Ahead) -> Ended {
    let mut text = Vec::new();
    entry.take(NAME_BYTES_MAX).read_to_end(&mut text).map_err(|error| Fault::of(error, RejectReason::BrokenArchive, entry.layer))?;
    if header.entry_type() == EntryType::GNULongName {
        let name = text.split(|byte| *byte == 0).next().unwrap_or_default();
        ahead.path = Some(String::from_utf8_lossy(name).into_owned());
        return Ok(());
    }
    for extension in PaxExtensions::new(&text).flatten() {
        match (extension.key(), extension.value()) {
            // The name of a sparse file in `path` is one made up for programs that do not know better.
            (Ok("GNU.sparse.name"), Ok(path)) => (ahead.path, ahead.sparse) = (Some(path.to_owned()), true),
            (Ok("path"), Ok(path)) if !ahead.sparse => ahead.path = Some(path.to_owned()),
            (Ok("size"), Ok(size)) => ahead.size = size.parse().ok(),
            (Ok(key), _) if key.starts_with("GNU.sparse.") => ahead.sparse = true,
            _ => {}
        }
    }
    Ok(())
}

/// One whole block; false at the archive's end.
fn read_block(reader: &mut dyn Read, block: &mut [u8; BLOCK_BYTES], layer: usize) -> Result<bool, Fault> {
    let mut bytes = Vec::with_capacity(BLOCK_BYTES);
    reader.take(BLOCK_BYTES as u64).read_to_end(&mut bytes).map_err(|error| Fault::of(error, RejectReason::Unreadable, layer))?;
    match bytes.first_chunk() {
        Some(whole) => *block = *whole,
        None if bytes.is_empty() => return Ok(false),
        None => return Err(ended_early(layer)),
    }
    Ok(true)
}

fn ended_early(layer: usize) -> Fault {
    Fault { reason: RejectReason::BrokenArchive, detail: "the archive ends early".to_owned(), layer }
}

/// The bytes of one member.
struct Entry<'e> {
    reader: &'e mut dyn Read,
    left: u64,
    padding: u64,
    layer: usize,
}

impl Read for Entry<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if length == 0 {
            return Ok(0);
        }
        let count = self.reader.read(buffer.get_mut(..length).unwrap_or_default())?;
        if count == 0 {
            return Err(ended_early(self.layer).into());
        }
        self.left -= count as u64;
        Ok(count)
    }
}

impl Entry<'_> {
    /// Goes to the next header, and tells how many bytes stood before the content that no size speaks of.
    fn skip(&mut self, header: &Header) -> Result<u64, Fault> {
        let mut maps = 0;
        let mut more = header.entry_type() == EntryType::GNUSparse && header.as_bytes().get(SPARSE_MORE) == Some(&1);
        while more {
            let mut map = [0; BLOCK_BYTES];
            if !read_block(self.reader, &mut map, self.layer)? {
                return Err(ended_early(self.layer));
            }
            maps += BLOCK_BYTES as u64;
            more = map.get(SPARSE_MAP_MORE) == Some(&1);
        }
        let rest = self.left.saturating_add(self.padding);
        (self.left, self.padding) = (0, 0);
        let skipped = io::copy(&mut self.reader.take(rest), &mut io::sink());
        skipped.map(|_| maps).map_err(|error| Fault::of(error, RejectReason::Unreadable, self.layer))
    }
}
