//! Event patterns against CloudTrail: raw records in, positions of patterns out, on one core.
//!
//! `patterns FOLDER RECORDS drawn|foreign COUNT…` loads RECORDS records of a corpus and, for every COUNT, makes that many patterns (the
//! first ones of one sequence) and offers every record to all of them, several times, the counts taking turns. `drawn` patterns ask
//! for values of some record, so that many match; `foreign` ones for values that no record has. Prints a row a run: patterns, run,
//! CPU seconds of this thread, records a second, matches, branches that no value anchors, seconds to compile, resident KB.

use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use libdeflater::Decompressor;
use serde::Deserialize;
use serde_json::value::RawValue;
use watchfire_bench::{files, inflate, patterns};
use watchfire_detect::event_pattern::{CallEvent, EventMatcher, EventPattern, EventScratch};

#[derive(Deserialize)]
struct Log<'t> {
    #[serde(rename = "Records", borrow)]
    records: Vec<&'t RawValue>,
}

/// Runs of each count.
const RUNS: usize = 5;

/// The id that events get; patterns do not ask for it.
const ID: &str = "5f0c1a52-8f0e-4c7e-9b0b-0d6a3f1f7a10";

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, records, kind, counts @ ..] = arguments.as_slice() else {
        anyhow::bail!("usage: patterns FOLDER RECORDS drawn|foreign COUNT…");
    };
    let texts = load(Path::new(folder), records.parse()?)?;
    let bytes: usize = texts.iter().map(String::len).sum();
    eprintln!("{} records, {} bytes each on average", texts.len(), bytes / texts.len().max(1));
    let counts: Vec<usize> = counts.iter().map(|count| count.parse()).collect::<Result<_, _>>()?;
    let made = match kind.as_str() {
        "drawn" => patterns::drawn(&texts, counts.iter().copied().max().unwrap_or_default())?,
        "foreign" => patterns::foreign(counts.iter().copied().max().unwrap_or_default())?,
        _ => anyhow::bail!("patterns are drawn or foreign"),
    };
    let mut matchers = Vec::new();
    for count in &counts {
        let begun = Instant::now();
        let patterns: Vec<EventPattern> = made.iter().take(*count).map(|text| EventPattern::parse(text)).collect::<Result<_, _>>()?;
        let matcher = EventMatcher::compile(&patterns);
        matchers.push((matcher, begun.elapsed().as_secs_f64(), EventScratch::default()));
    }
    println!("patterns\trun\tcpu_s\trecords_per_s\tmatches\tunanchored\tcompile_s\tresident_kb");
    for run in 0..RUNS {
        for (matcher, compiled, scratch) in &mut matchers {
            let begun = cpu_seconds()?;
            let mut matches = 0u64;
            for record in &texts {
                let undecided = matcher.matches_call(&CallEvent { record, id: ID }, scratch, |_| matches += 1)?;
                anyhow::ensure!(undecided.is_empty(), "a record that cannot be decided");
            }
            let spent = cpu_seconds()? - begun;
            let (count, speed) = (matcher.pattern_count(), texts.len() as f64 / spent);
            let unanchored = matcher.unanchored();
            println!("{count}\t{run}\t{spent:.3}\t{speed:.0}\t{matches}\t{unanchored}\t{compiled:.2}\t{}", resident_kb()?);
        }
    }
    Ok(())
}

fn load(folder: &Path, most: usize) -> anyhow::Result<Vec<String>> {
    let (mut decompressor, mut buffer, mut texts) = (Decompressor::new(), Vec::new(), Vec::new());
    let all = files(folder)?;
    // Files from all over the corpus: it is ordered by day.
    let stride = (all.len() * 5000 / most.max(1)).max(1);
    for path in all.iter().step_by(stride) {
        let gz = std::fs::read(path)?;
        let log: Log<'_> = serde_json::from_slice(inflate(&mut decompressor, &gz, &mut buffer)?)?;
        texts.extend(log.records.iter().map(|record| record.get().to_owned()).take(most - texts.len()));
    }
    anyhow::ensure!(!texts.is_empty(), "no records in {}", folder.display());
    Ok(texts)
}

/// CPU seconds of this process's only thread, from the kernel's count of nanoseconds.
fn cpu_seconds() -> anyhow::Result<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(text.split_whitespace().next().context("nanoseconds")?.parse::<u64>()? as f64 / 1e9)
}

fn resident_kb() -> anyhow::Result<u64> {
    let text = std::fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find(|line| line.starts_with("VmRSS:")).context("VmRSS")?;
    Ok(line.split_whitespace().nth(1).context("a number")?.parse()?)
}
