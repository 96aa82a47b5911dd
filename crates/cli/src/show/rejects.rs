//! What could not be processed, and what was never to be.

use watchfire_ingest::Skipped;
use watchfire_model::Rejects;
use watchfire_node::Scan;

use crate::show::progress::{counted_noun, grouped};
use crate::show::safe;

/// Tells it on stderr: counts by reason, one sample of each.
pub fn tell(scan: &Scan, are_written: bool) {
    tell_parts(scan.skipped, &scan.rejects, if are_written { Kept::Written } else { Kept::IfAsked });
}

/// What becomes of rejects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// They would be written if asked for.
    IfAsked,
    /// They are written to a file.
    Written,
    /// Their counts and samples are in the data folder.
    Counted,
}

/// The same for whatever was read.
pub fn tell_parts(skipped: Skipped, rejects: &Rejects, what_becomes: Kept) {
    for (count, what) in [
        (skipped.hidden, "hidden entry passed over (its name begins with a dot)"),
        (skipped.special, "device, pipe or folder mark passed over"),
        (skipped.digests, "CloudTrail digest passed over"),
    ] {
        if count > 0 {
            anstream::eprintln!("{} × {what}", grouped(count));
        }
    }
    if rejects.total() == 0 {
        return;
    }
    let kept = rejects.kept().len() as u64;
    let note = match (what_becomes, kept < rejects.total()) {
        (Kept::Counted, _) => "counted in the data folder".to_owned(),
        (Kept::IfAsked, _) => "--rejects FILE keeps them".to_owned(),
        (Kept::Written, false) => "written".to_owned(),
        (Kept::Written, true) => format!("the first {} written", grouped(kept)),
    };
    anstream::eprintln!("{} ({note}):", counted_noun(rejects.total(), "reject"));
    for (reason, count, samples) in rejects.by_reason() {
        let sample = samples.first().map(|sample| format!(", such as {} at byte {}: {}", sample.source, sample.offset, sample.detail));
        anstream::eprintln!("  {:>9} {reason}{}", grouped(count), safe(&sample.unwrap_or_default()));
    }
}
