//! `watchfire scan`: what happened, to what, by whom, in these logs.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use clap::{Args, Subcommand};
use watchfire_detect::RuleSet;
use watchfire_ingest::Place;
use watchfire_investigate::Triage;
use watchfire_model::{EventTime, Reject, Severity};
use watchfire_node::{DataPlace, Depth, IngestOptions, Ingestion, LakePlace, Rules, Scan, ScanOptions};
use watchfire_watch::Engine;

use crate::args::{Format, PlaceArgs, RuleArgs, severity};
use crate::outcome::Outcome;
use crate::show;

/// Find attacks in CloudTrail logs.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Options {
    #[command(subcommand)]
    summary: Option<Summary>,
    #[command(flatten)]
    places: Option<PlaceArgs>,
    /// How findings are printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Show findings of this severity and above
    #[arg(long, value_name = "SEVERITY", value_parser = severity, default_value = "low")]
    min_severity: Severity,
    /// Write a report to this file: one HTML page that opens offline and prints well
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Write everything that could not be processed to this file, as JSON lines
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Also keep records and findings in this lake, a folder or s3://bucket/prefix, as `watchfire ingest` does
    #[arg(long, value_name = "PLACE")]
    keep: Option<LakePlace>,
    /// With --keep s3://…: the folder of what was read and what was found [default: watchfire-data]
    #[arg(long, value_name = "FOLDER", requires = "keep")]
    state: Option<PathBuf>,
    /// Exit with 1 when there is a finding of this severity or above
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    fail_on: Option<Severity>,
    #[command(flatten)]
    rules: RuleArgs,
}

#[derive(Debug, Subcommand)]
enum Summary {
    /// Who called what from where, and which of it is dangerous
    Summary(SummaryOptions),
}

#[derive(Debug, Args)]
struct SummaryOptions {
    #[command(flatten)]
    places: PlaceArgs,
    /// How the tables are printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Rows of each table
    #[arg(long, value_name = "N", default_value_t = 25)]
    top: usize,
}

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    match (&options.summary, &options.places) {
        (Some(Summary::Summary(summary)), _) => summarize(summary),
        (None, Some(places)) => find(options, places),
        (None, None) => anyhow::bail!("no logs named\n  hint: watchfire scan FOLDER, or watchfire scan - to read standard input"),
    }
}

/// Findings are printed first: a disk that is full must not cost the answer.
fn find(options: &Options, places: &PlaceArgs) -> anyhow::Result<Outcome> {
    let mut lake = options.keep.as_ref().map(|lake| keeping(lake, options.state.as_deref(), places)).transpose()?;
    let mut rejects = options.rejects.as_deref().map(OutputFile::create).transpose()?;
    let mut report = options.report.as_deref().map(OutputFile::create).transpose()?;
    // A report tells everything; otherwise what would not be shown is counted and not made.
    let (depth, floor) = match report {
        Some(_) => (Depth::Everything, Severity::Informational),
        None => (Depth::Findings, options.fail_on.map_or(options.min_severity, |limit| limit.min(options.min_severity))),
    };
    let engine = engine(&options.rules, floor)?;
    let scan = measured(&engine, places, depth)?;
    let shown: Vec<_> = scan.findings.iter().filter(|finding| finding.severity >= options.min_severity).collect();
    let hidden = scan.findings.len() - shown.len();
    show::findings::print(options.format, &shown, &show::findings::Context { scan: &scan, hidden, min_severity: options.min_severity })?;
    if let Some(file) = &mut rejects {
        file.write(&rejects_text(&scan))?;
    }
    if let Some(file) = &mut report {
        file.write(&watchfire_investigate::report::html(&triage(&scan, &engine, &title(places))))?;
        anstream::eprintln!("report written to {}", file.path.display());
    }
    show::rejects::tell(&scan, options.rejects.is_some());
    nothing_read(&scan)?;
    if let Some(lake) = &mut lake {
        keep(lake, &engine, places)?;
    }
    let worst = scan.findings.iter().map(|finding| finding.severity).max();
    let bad = options.fail_on.is_some_and(|limit| worst.is_some_and(|worst| worst >= limit));
    Ok(if bad { Outcome::BadNews } else { Outcome::Done })
}

/// The lake, opened before the work, so that one that cannot be written is told at once.
fn keeping(lake: &LakePlace, state: Option<&Path>, places: &PlaceArgs) -> anyhow::Result<Ingestion> {
    if places.places.contains(&Place::Stdin) {
        anyhow::bail!("standard input can be read only once\n  hint: watchfire ingest - --lake {lake}");
    }
    let place = DataPlace::new(lake.clone(), state.map(Path::to_owned))?;
    watchfire_ingest::check(&places.places)?;
    Ingestion::open(&place)
}

fn keep(lake: &mut Ingestion, engine: &Arc<Engine>, places: &PlaceArgs) -> anyhow::Result<()> {
    let options =
        IngestOptions { places: places.places.clone(), selection: places.selection(), threads: places.threads, ..IngestOptions::default() };
    let ingested = show::progress::during(|meter| lake.run(engine, &options, meter))?;
    show::ingested::tell(&ingested);
    Ok(())
}

fn summarize(options: &SummaryOptions) -> anyhow::Result<Outcome> {
    let engine = Arc::new(Engine::new(RuleSet::default()));
    let scan = measured(&engine, &options.places, Depth::Everything)?;
    show::summary::print(options.format, &scan.tally, options.top)?;
    show::rejects::tell(&scan, false);
    nothing_read(&scan)?;
    Ok(Outcome::Done)
}

/// Loads and compiles rules that make findings of a severity and above; what is wrong with rules is told, the others are used.
pub fn engine(rules: &RuleArgs, floor: Severity) -> anyhow::Result<Arc<Engine>> {
    let set = Rules { proof: false, ..rules.rules() }.load()?;
    show::diagnostics::tell(&set);
    if set.rules.is_empty() {
        anyhow::bail!("no rule was loaded, so nothing could be found\n  hint: `watchfire rules check PATH` tells what is wrong with rules");
    }
    Ok(Arc::new(Engine::new(set).making(floor)))
}

/// Scans with a progress bar.
pub fn measured(engine: &Arc<Engine>, places: &PlaceArgs, depth: Depth) -> anyhow::Result<Scan> {
    let options = ScanOptions { places: places.places.clone(), selection: places.selection(), depth, threads: places.threads };
    show::progress::during(|meter| watchfire_node::scan(engine, &options, meter))
}

/// Everything that was to be read was refused: the job could not be done.
fn nothing_read(scan: &Scan) -> anyhow::Result<()> {
    let rejected = scan.rejects.total();
    if scan.counts.records == 0 && scan.counts.out_of_scope == 0 && rejected > 0 {
        anyhow::bail!("no CloudTrail record could be read; {rejected} rejects\n  hint: --rejects FILE keeps what was rejected and why");
    }
    Ok(())
}

/// What a report needs.
pub fn triage<'s>(scan: &'s Scan, engine: &Engine, title: &'s str) -> Triage<'s> {
    Triage {
        title,
        version: env!("CARGO_PKG_VERSION"),
        generated_at: EventTime(jiff::Timestamp::now().as_millisecond()),
        findings: &scan.findings,
        tally: &scan.tally,
        sessions: &scan.sessions,
        rejects: &scan.rejects,
        inputs: &scan.inputs,
        rules: (engine.rules.rules.len() + engine.rules.correlations.len()) as u64,
    }
}

fn title(places: &PlaceArgs) -> String {
    places.places.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// A file that a command writes. It is opened before the work, so that a read-only folder is told at once and not after an hour; it
/// gets its name when it is whole, so that half a report never looks like one.
struct OutputFile {
    path: PathBuf,
    partial: PathBuf,
    file: File,
}

impl OutputFile {
    fn create(path: &Path) -> anyhow::Result<OutputFile> {
        let is_special = std::fs::metadata(path).is_ok_and(|known| !known.is_file());
        let mut partial = path.as_os_str().to_owned();
        partial.push(".partial");
        let partial = if is_special { path.to_owned() } else { PathBuf::from(partial) };
        let hint = "name a file in a folder you may write to";
        let file = File::create(&partial).with_context(|| format!("cannot write {}\n  hint: {hint}", path.display()))?;
        Ok(OutputFile { path: path.to_owned(), partial, file })
    }

    fn write(&mut self, text: &str) -> anyhow::Result<()> {
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.flush());
        let named = written.and_then(|()| if self.partial == self.path { Ok(()) } else { std::fs::rename(&self.partial, &self.path) });
        named.with_context(|| format!("cannot write {}", self.path.display()))
    }
}

impl Drop for OutputFile {
    /// What was not finished is taken away; after a rename there is nothing to take.
    fn drop(&mut self) {
        if self.partial != self.path {
            let _nothing_there = std::fs::remove_file(&self.partial);
        }
    }
}

fn rejects_text(scan: &Scan) -> String {
    let line = |reject: &Reject| {
        let line = serde_json::json!({
            "reason": reject.reason.code(),
            "source": reject.source,
            "offset": reject.offset,
            "detail": reject.detail,
            "text": String::from_utf8_lossy(&reject.excerpt),
        });
        format!("{line}\n")
    };
    scan.rejects.kept().into_iter().map(line).collect()
}
