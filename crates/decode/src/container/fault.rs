//! Faults of readers, carried through `io::Error` from the layer that met them to the one that reports.

use std::error::Error;
use std::fmt;
use std::io;

use watchfire_model::RejectReason;

/// A reader broke.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    pub reason: RejectReason,
    pub detail: String,
    /// How many containers stand around the reader that broke: those inside it have broken with it, those around it have not.
    pub layer: usize,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl Error for Fault {}

impl Fault {
    /// The fault inside an error, or the error as a new fault of this layer.
    pub fn of(error: io::Error, reason: RejectReason, layer: usize) -> Fault {
        let mut inside = error.get_ref().map(|inner| inner as &(dyn Error + 'static));
        while let Some(inner) = inside {
            if let Some(fault) = inner.downcast_ref::<Fault>() {
                return fault.clone();
            }
            inside = match inner.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
                Some(deeper) => Some(deeper),
                None => inner.source(),
            };
        }
        Fault { reason, detail: error.to_string(), layer }
    }
}

impl From<Fault> for io::Error {
    fn from(fault: Fault) -> Self {
        io::Error::other(fault)
    }
}
