//! `watchfire demo`: a breach from logs to findings.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use watchfire_model::Severity;
use watchfire_sim::Story;

use crate::args::{Format, RuleArgs};
use crate::cmd::scan;
use crate::outcome::Outcome;
use crate::show;

/// Simulate a breach, detect it, tell the story.
#[derive(Debug, Args)]
pub struct Options {
    /// Folder for the simulated logs and the report
    #[arg(value_name = "FOLDER", default_value = "watchfire-demo")]
    folder: PathBuf,
    /// Which attack to tell; see `watchfire simulate --list`
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    story: Vec<String>,
    /// Same seed, same breach
    #[arg(long, value_name = "N", default_value_t = 7)]
    seed: u64,
}

/// Findings printed in the terminal; the report has all.
const SHOWN_MAX: usize = 12;

/// Runs the command.
pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let engine = scan::engine(&RuleArgs { rules: Vec::new(), no_pack: false, lists: Vec::new() }, Severity::Informational)?;
    let stories = chosen(&options.story)?;
    std::fs::create_dir_all(&options.folder)
        .with_context(|| format!("cannot make the folder {}\n  hint: name another: watchfire demo FOLDER", options.folder.display()))?;
    for story in &stories {
        anstream::eprintln!("simulating an organisation in which this happens: {}", story.description());
    }
    let demo = show::progress::during(|meter| watchfire_node::demo(&engine, &options.folder, stories, options.seed, meter))?;
    let triage = scan::triage(&demo.scan, &engine, "The demonstration breach");
    let report = options.folder.join("report.html");
    std::fs::write(&report, watchfire_investigate::report::html(&triage)).with_context(|| format!("cannot write {}", report.display()))?;
    show::text(&format!("\n{}\n", watchfire_investigate::summary_words(&triage)))?;
    let urgent: Vec<_> = demo.scan.findings.iter().filter(|finding| finding.severity >= Severity::Medium).take(SHOWN_MAX).collect();
    let hidden = demo.scan.findings.len() - urgent.len();
    let context = show::findings::Context { scan: &demo.scan, hidden, min_severity: Severity::Medium };
    show::findings::print(Format::Table, &urgent, &context)?;
    show::text(&next(&demo, &report))?;
    Ok(Outcome::Done)
}

fn chosen(names: &[String]) -> anyhow::Result<Vec<Story>> {
    if names.is_empty() { Ok(Story::ALL.iter().copied().take(3).collect()) } else { crate::cmd::simulate::stories(names) }
}

fn next(demo: &watchfire_node::Demo, report: &std::path::Path) -> String {
    let (logs, report) = (demo.logs.display(), report.display());
    let steps = [
        (format!("open {report}"), "the whole story, offline"),
        (format!("watchfire scan {logs} --format jsonl"), "the same findings, one JSON object a line"),
        (format!("watchfire scan summary {logs}"), "who called what from where"),
        ("watchfire rules list".to_owned(), "what is looked for"),
        ("watchfire simulate --list".to_owned(), "other attacks to try: watchfire demo --story NAME"),
        ("watchfire scan YOUR-LOGS --report report.html".to_owned(), "the same for your own CloudTrail logs"),
    ];
    let width = steps.iter().map(|(command, _)| command.len()).max().unwrap_or_default();
    let lines = steps.iter().map(|(command, what)| format!("  {command:<width$}   {what}"));
    format!("\nWhat to type next (cargo run -- stands for watchfire in a clone)\n{}", lines.collect::<Vec<_>>().join("\n"))
}
