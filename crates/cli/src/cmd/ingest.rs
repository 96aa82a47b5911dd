//! `watchfire ingest`: logs into the lake.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use watchfire_ingest::Place;
use watchfire_model::Severity;
use watchfire_node::{IngestOptions, Ingested, Ingestion};
use watchfire_watch::Engine;

use crate::args::{LakeArgs, PlaceArgs, RuleArgs, severity};
use crate::cmd::scan;
use crate::outcome::Outcome;
use crate::show;

/// Keep CloudTrail logs as a table.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    places: PlaceArgs,
    #[command(flatten)]
    lake: LakeArgs,
    /// Look for new files again and again, until Ctrl-C
    #[arg(long)]
    watch: bool,
    /// Seconds between two looks
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=86_400), requires = "watch")]
    every: u64,
    /// Keep findings of this severity and above
    #[arg(long, value_name = "SEVERITY", value_parser = severity, default_value = "low")]
    min_severity: Severity,
    /// Exit with 1 when there is a finding of this severity or above
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    fail_on: Option<Severity>,
    /// Records after which an epoch closes
    #[arg(long, value_name = "N", hide = true, value_parser = clap::value_parser!(u64).range(1..))]
    epoch_records: Option<u64>,
    #[command(flatten)]
    rules: RuleArgs,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    if options.watch && options.places.places.contains(&Place::Stdin) {
        anyhow::bail!("standard input cannot be watched\n  hint: name a folder or s3://bucket/prefix, or leave out --watch");
    }
    let place = options.lake.place()?;
    // A name that was mistyped must not leave an empty lake behind.
    watchfire_ingest::check(&options.places.places)?;
    let mut lake = Ingestion::open(&place)?;
    let floor = options.fail_on.map_or(options.min_severity, |limit| limit.min(options.min_severity));
    let engine = scan::engine(&options.rules, floor)?;
    let mut what = IngestOptions {
        places: options.places.places.clone(),
        selection: options.places.selection(),
        threads: options.places.threads,
        ..IngestOptions::default()
    };
    what.epoch_records = options.epoch_records.unwrap_or(what.epoch_records);
    if options.watch {
        return watch(&mut lake, &engine, &what, Duration::from_secs(options.every));
    }
    let ingested = show::progress::during(|meter| lake.run(&engine, &what, meter))?;
    show::ingested::tell(&ingested);
    nothing_there(&ingested, &what)?;
    let bad = options.fail_on.is_some_and(|limit| ingested.findings.values().any(|severity| *severity >= limit));
    Ok(if bad { Outcome::BadNews } else { Outcome::Done })
}

/// Ends only with the process: whatever is under way then is read again next time.
fn watch(lake: &mut Ingestion, engine: &Arc<Engine>, what: &IngestOptions, every: Duration) -> anyhow::Result<Outcome> {
    let mut unreadable = 0;
    loop {
        let ingested = show::progress::during(|meter| lake.run(engine, what, meter))?;
        // What cannot be opened is tried each time, and told when it is another number than before.
        if ingested.epochs > 0 || unreadable != ingested.rejects.total() {
            show::ingested::tell(&ingested);
        }
        unreadable = if ingested.epochs > 0 { 0 } else { ingested.rejects.total() };
        std::thread::sleep(every);
    }
}

/// Nothing was named that could be read, now or before: the job could not be done.
fn nothing_there(ingested: &Ingested, what: &IngestOptions) -> anyhow::Result<()> {
    if ingested.objects_seen + ingested.counts.records + ingested.counts.out_of_scope + ingested.pruned > 0 {
        return Ok(());
    }
    let rejected = ingested.rejects.total();
    if rejected > 0 {
        anyhow::bail!(
            "no CloudTrail record could be read; {rejected} rejects\n  hint: `watchfire scan PATH --rejects FILE` tells what and why"
        );
    }
    if ingested.objects_new > 0 {
        return Ok(());
    }
    let places: Vec<String> = what.places.iter().map(ToString::to_string).collect();
    anyhow::bail!(
        "there is nothing to read in {}\n  hint: check the folder or prefix; hidden files and devices are not read",
        places.join(", ")
    )
}
