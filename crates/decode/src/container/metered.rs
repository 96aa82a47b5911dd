//! Readers that count, and that refuse to inflate without end.

use std::io::{self, Read};

use watchfire_model::RejectReason;

use super::fault::Fault;
use crate::Limits;
use crate::report::Meter;

/// Bytes asked of a decompressor at once: what it had ready when it meets damage is lost, so it should not be much.
const STEP_BYTES: usize = 32 * 1024;

/// The object itself: its faults are ours to name, its bytes are the bytes read.
pub(super) struct Outermost<'m, R> {
    pub reader: R,
    pub meter: &'m Meter,
}

impl<R: Read> Read for Outermost<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.reader.read(buffer) {
            Ok(count) => {
                self.meter.read(count);
                Ok(count)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => Err(Fault::of(error, RejectReason::Unreadable, 0).into()),
        }
    }
}

/// What comes out of a decompressor.
pub(super) struct Inflating<'m, R> {
    pub reader: R,
    pub meter: &'m Meter,
    pub limits: &'m Limits,
    pub layer: usize,
    /// What a failure of the reader means.
    pub reason: RejectReason,
}

impl<R: Read> Read for Inflating<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        check_limits(self.meter, self.limits)?;
        let length = buffer.len().min(STEP_BYTES);
        let step = buffer.get_mut(..length).unwrap_or_default();
        match self.reader.read(step) {
            Ok(count) => {
                self.meter.inflated(count);
                Ok(count)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => Err(Fault::of(error, self.reason, self.layer).into()),
        }
    }
}

/// Gives up on an object that inflates without end. The fault is the object's, so that every layer ends.
pub(super) fn check_limits(meter: &Meter, limits: &Limits) -> Result<(), Fault> {
    let outcome = meter.outcome();
    let inflated = outcome.bytes_inflated;
    let detail = if inflated > limits.inflated_bytes_max {
        format!("inflated {inflated} bytes, more than the limit")
    } else if meter.inflated_since_record() > limits.inflated_without_record_bytes_max {
        format!("inflated {} bytes without a record", meter.inflated_since_record())
    } else if inflated > limits.ratio_from_bytes && inflated / limits.ratio_max.max(1) > outcome.bytes_in {
        format!("inflated {inflated} bytes out of {}", outcome.bytes_in)
    } else {
        return Ok(());
    };
    Err(Fault { reason: RejectReason::TooLargeInflated, detail, layer: 0 })
}
