//! What could not be processed.

use crate::show::progress::grouped;
use crate::show::safe;

/// Tells it on stderr: counts by reason, one sample of each.
pub fn tell(rejects: &watchfire_model::Rejects) {
    if rejects.total() == 0 {
        return;
    }
    anstream::eprintln!("{} rejects (--rejects FILE keeps them):", grouped(rejects.total()));
    for (reason, count, samples) in rejects.by_reason() {
        let sample = samples
            .first()
            .map_or_else(String::new, |sample| format!(", such as {} at byte {}: {}", sample.source, sample.offset, sample.detail));
        anstream::eprintln!("  {:>9} {reason}{}", grouped(count), safe(&sample));
    }
}
