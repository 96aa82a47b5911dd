//! What an ingest came to.

use watchfire_node::Ingested;

use crate::show::progress::{counted_noun, grouped};
use crate::show::rejects;

/// Tells it on stderr.
pub fn tell(ingested: &Ingested) {
    let Ingested { counts, .. } = ingested;
    let seconds = ingested.duration.as_secs_f64();
    let rate = (counts.records as f64 / seconds.max(0.001)) as u64;
    anstream::eprintln!(
        "{} new, {} seen before; {}, {} of them known already; {:.1} s ({} records/s)",
        counted_noun(ingested.objects_new, "file"),
        grouped(ingested.objects_seen),
        counted_noun(counts.records, "record"),
        grouped(ingested.duplicates),
        seconds,
        grouped(rate),
    );
    let inflated = if counts.bytes_inflated > 0 { format!(" ({} inflated)", bytes(counts.bytes_inflated)) } else { String::new() };
    anstream::eprintln!(
        "{} stored in {} of {} read{inflated}, version {} of the table, {} closed",
        counted_noun(ingested.rows, "row"),
        bytes(ingested.bytes_stored),
        bytes(counts.bytes_in),
        ingested.version,
        counted_noun(ingested.epochs, "epoch"),
    );
    let again = (ingested.findings.len() as u64).saturating_sub(ingested.findings_new);
    anstream::eprintln!("{} new, {} met again", counted_noun(ingested.findings_new, "finding"), grouped(again));
    if counts.out_of_scope > 0 {
        anstream::eprintln!("{} outside the selection", counted_noun(counts.out_of_scope, "record"));
    }
    if ingested.pruned > 0 {
        anstream::eprintln!("{} left out by the selection", counted_noun(ingested.pruned, "file or folder"));
    }
    if ingested.below > 0 {
        anstream::eprintln!("{} matches of less severe rules, not kept (--min-severity informational keeps all)", grouped(ingested.below));
    }
    rejects::tell_parts(ingested.skipped, &ingested.rejects, rejects::Kept::Counted);
}

/// Bytes for people: `812 B`, `1.4 MB`.
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    let mut value = bytes as f64;
    let mut unit = "B";
    for next in UNITS {
        if value < 1000.0 {
            break;
        }
        (value, unit) = (value / 1000.0, next);
    }
    if unit == "B" { format!("{bytes} B") } else { format!("{value:.1} {unit}") }
}

#[cfg(test)]
mod tests {
    #[test]
    fn bytes_read_as_people_say_them() {
        for (bytes, text) in [(0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (1_440_000, "1.4 MB"), (u64::MAX, "18446.7 PB")] {
            assert_eq!(super::bytes(bytes), text);
        }
    }
}
