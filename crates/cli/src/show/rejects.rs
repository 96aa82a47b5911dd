//! What could not be processed, and what was never to be.

use watchfire_node::Scan;

use crate::show::progress::{counted_noun, grouped};
use crate::show::safe;

/// Tells it on stderr: counts by reason, one sample of each.
pub fn tell(scan: &Scan, are_written: bool) {
    let skipped = scan.skipped;
    for (count, what) in [
        (skipped.hidden, "hidden entry passed over (its name begins with a dot)"),
        (skipped.special, "device, pipe or folder mark passed over"),
        (skipped.digests, "CloudTrail digest passed over"),
    ] {
        if count > 0 {
            anstream::eprintln!("{} × {what}", grouped(count));
        }
    }
    let rejects = &scan.rejects;
    if rejects.total() == 0 {
        return;
    }
    let kept = rejects.kept().len() as u64;
    let note = match (are_written, kept < rejects.total()) {
        (false, _) => "--rejects FILE keeps them".to_owned(),
        (true, false) => "written".to_owned(),
        (true, true) => format!("the first {} written", grouped(kept)),
    };
    anstream::eprintln!("{} ({note}):", counted_noun(rejects.total(), "reject"));
    for (reason, count, samples) in rejects.by_reason() {
        let sample = samples.first().map(|sample| format!(", such as {} at byte {}: {}", sample.source, sample.offset, sample.detail));
        anstream::eprintln!("  {:>9} {reason}{}", grouped(count), safe(&sample.unwrap_or_default()));
    }
}
