//! Zip archives.

use std::borrow::Cow;
use std::io::{Cursor, Read, SeekFrom};
use std::sync::Arc;

use watchfire_model::RejectReason;
use zip::ZipArchive;
use zip::read::{ZipFile, read_zipfile_from_stream};

use super::fault::Fault;
use super::metered::Inflating;
use super::opener::{Ended, Opener, Rest, is_system_note, member};
use crate::ReadSeek;

impl Opener<'_> {
    /// Reads the members in the order of the table at the archive's end.
    pub(super) fn zip(&mut self, source: &Arc<str>, reader: &mut dyn ReadSeek, layer: usize) -> Ended {
        let mut archive = match ZipArchive::new(&mut *reader) {
            Ok(archive) => archive,
            Err(error) => return self.zip_without_table(source, reader, &error.to_string(), layer),
        };
        for number in 0..archive.len() {
            let name = archive.name_for_index(number).and_then(Result::ok).map(Cow::into_owned);
            let name = name.unwrap_or_else(|| format!("member {number}"));
            if is_system_note(&name) {
                continue;
            }
            let ended = match archive.by_index(number) {
                Ok(file) if file.is_dir() => Ok(()),
                Ok(file) => self.zip_member(source, &name, file, layer),
                Err(error) => self.give_up(&member(source, &name), broken(error.to_string(), layer + 1), 0, &[]),
            };
            if let Err(fault) = ended
                && fault.layer <= layer
            {
                return Err(fault);
            }
        }
        Ok(())
    }

    /// Reads a zip that comes as a stream: held in memory when it is small enough, else member by member as they come.
    pub(super) fn zip_stream(&mut self, source: &Arc<str>, reader: &mut dyn Read, layer: usize) -> Ended {
        let mut held = Vec::new();
        let bytes_max = self.limits.whole_bytes_max as u64;
        match (&mut *reader).take(bytes_max).read_to_end(&mut held) {
            Ok(_) if (held.len() as u64) < bytes_max => self.zip(source, &mut Cursor::new(held), layer),
            read => {
                let rest = Rest { broken: read.err(), reader };
                self.zip_in_order(source, &mut Cursor::new(held).chain(rest), layer)
            }
        }
    }

    /// Saves what can be saved of an archive whose table is damaged or cut off.
    fn zip_without_table(&mut self, source: &Arc<str>, reader: &mut dyn ReadSeek, why: &str, layer: usize) -> Ended {
        if reader.seek(SeekFrom::Start(0)).is_ok() {
            // The table's damage is the one reject; what ends the members is the same damage.
            let mut reader = reader;
            while let Ok(Some(file)) = read_zipfile_from_stream(&mut reader) {
                let name = name_of(&file);
                if let Err(fault) = self.zip_member(source, &name, file, layer)
                    && fault.layer <= layer
                {
                    return Err(fault);
                }
            }
        }
        self.give_up(source, broken(why.to_owned(), layer), 0, &[])
    }

    fn zip_in_order(&mut self, source: &Arc<str>, mut reader: &mut dyn Read, layer: usize) -> Ended {
        loop {
            let ended = match read_zipfile_from_stream(&mut reader) {
                Ok(Some(file)) => {
                    let name = name_of(&file);
                    self.zip_member(source, &name, file, layer)
                }
                Ok(None) => return Ok(()),
                Err(error) => {
                    let fault = Fault::of(error.into(), RejectReason::BrokenArchive, layer);
                    return self.give_up(source, fault, 0, &[]);
                }
            };
            if let Err(fault) = ended
                && fault.layer <= layer
            {
                return Err(fault);
            }
        }
    }

    fn zip_member(&mut self, source: &Arc<str>, name: &str, file: impl Read, layer: usize) -> Ended {
        if is_system_note(name) {
            return Ok(());
        }
        let (meter, limits) = (self.meter, self.limits);
        let reason = RejectReason::BrokenArchive;
        let mut reader = Inflating { reader: file, meter, limits: &limits, layer: layer + 1, reason };
        self.member(&member(source, name), &mut reader, layer + 1)
    }
}

fn name_of<R: Read>(file: &ZipFile<'_, R>) -> String {
    file.name().map_or_else(|_| String::from_utf8_lossy(file.name_raw()).into_owned(), Cow::into_owned)
}

fn broken(detail: String, layer: usize) -> Fault {
    Fault { reason: RejectReason::BrokenArchive, detail, layer }
}
