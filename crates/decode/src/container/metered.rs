//! Readers that count, and that refuse to inflate without end.

use std::io::{self, Read};

use watchfire_model::RejectReason;

use super::fault::Fault;
use crate::Limits;
use crate::report::{Meter, grouped};

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

/// Gives up on a member that inflates without end, or on the object when that was not the first. A fault of the object ends every
/// layer; one of a member leaves the archive around it whole.
pub(super) fn check_limits(meter: &Meter, limits: &Limits) -> Result<(), Fault> {
    let outcome = meter.outcome();
    let inflated = outcome.bytes_inflated;
    let fault = |detail, layer| Err(Fault { reason: RejectReason::TooLargeInflated, detail, layer });
    if inflated > limits.inflated_bytes_max {
        return fault(format!("inflated {} bytes, more than the limit", grouped(inflated)), 0);
    }
    if inflated > limits.ratio_from_bytes && inflated / limits.ratio_max.max(1) > outcome.bytes_in {
        return fault(format!("inflated {} bytes out of {}", grouped(inflated), grouped(outcome.bytes_in)), 0);
    }
    if meter.inflated_since_record() > limits.inflated_without_record_total_bytes_max {
        return fault(format!("inflated {} bytes without a record", grouped(meter.inflated_since_record())), 0);
    }
    let in_vain = meter.inflated_in_member();
    if in_vain <= limits.inflated_without_record_bytes_max {
        return Ok(());
    }
    let layer = meter.member().layer;
    let last = layer > 0 && meter.give_up_member() >= limits.members_given_up_max;
    fault(format!("inflated {} bytes without a record", grouped(in_vain)), if last { 0 } else { layer })
}
