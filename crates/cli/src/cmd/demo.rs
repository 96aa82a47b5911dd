//! `watchfire demo`: a breach from logs to findings.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use std::io::IsTerminal;
use watchfire_model::Severity;
use watchfire_node::{Living, People, Service};
use watchfire_sim::Story;
use watchfire_trust::Role;

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
    /// Go on with the running service on a living organisation: not before somebody says so, unless this is a terminal
    #[arg(long, conflicts_with = "once")]
    serve: bool,
    /// End after the report
    #[arg(long)]
    once: bool,
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
    let demo = show::progress::during(|meter| watchfire_node::demo(&engine, &options.folder, stories.clone(), options.seed, meter))?;
    let triage = scan::triage(&demo.scan, &engine, "The demonstration breach");
    let report = options.folder.join("report.html");
    std::fs::write(&report, watchfire_investigate::report::html(&triage)).with_context(|| format!("cannot write {}", report.display()))?;
    show::text(&format!("\n{}\n", watchfire_investigate::summary_words(&triage)))?;
    let urgent: Vec<_> = demo.scan.findings.iter().filter(|finding| finding.severity >= Severity::Medium).take(SHOWN_MAX).collect();
    let hidden = demo.scan.findings.len() - urgent.len();
    let context = show::findings::Context { scan: &demo.scan, hidden, min_severity: Severity::Medium };
    show::findings::print(Format::Table, &urgent, &context)?;
    show::text(&next(&demo, &report))?;
    if options.serve || (!options.once && std::io::stdout().is_terminal()) {
        live(options, stories)?;
    }
    Ok(Outcome::Done)
}

/// The same organisation on another day, as it happens: the service reads logs as they arrive.
fn live(options: &Options, stories: Vec<Story>) -> anyhow::Result<()> {
    let folder = options.folder.join("live");
    let living = Living::begin(&folder, stories, options.seed + 1)?;
    let people = People::open(&living.config.place()?)?;
    people.add("demo", Role::Admin, None)?;
    let (_, token) = people.issue_token("demo", "the demonstration", None, None)?;
    let (key, secret) = people.issue_key("demo", "the demonstration", None)?;
    let service = Service::start(&living.config)?;
    show::text(&now_live(&service.url, token.reveal(), key.as_str(), secret.reveal(), &folder))?;
    service.run()
}

/// What to try while it runs.
fn now_live(url: &str, token: &str, key: &str, secret: &str, folder: &std::path::Path) -> String {
    let (key, folder) = (format!("AWS_ACCESS_KEY_ID={key} AWS_SECRET_ACCESS_KEY={secret} AWS_REGION=us-east-1"), folder.display());
    let show = format!("curl -s -H 'Authorization: Bearer {token}' {url}");
    format!(
        "\nThe service runs on {url}: logs of another day arrive file by file, an attack is among them. Ctrl-C ends it.\n\n\
         What was found so far, and what is found as it happens:\n  {show}/api/v1/findings\n  {show}/api/v1/live\n\
         SQL over what has arrived:\n  {show}/api/v1/search -H 'Content-Type: application/json' \\\n    \
         -d '{{\"sql\": \"SELECT eventname, count(*) AS calls FROM cloudtrail GROUP BY 1 ORDER BY 2 DESC LIMIT 10\"}}'\n\
         AWS's own tools, by endpoint:\n  export {key}\n  \
         aws --endpoint-url {url} securityhub get-findings --max-items 3\n  \
         aws --endpoint-url {url} events put-rule --name high --event-pattern '{{\"source\": [\"aws.guardduty\"]}}'\n  \
         aws --endpoint-url {url} events put-targets --rule high \\\n    \
         --targets Id=1,Arn=arn:aws:watchfire:us-east-1:000000000000:target/file\n  \
         (what the rule sends is then in {folder}/watchfire-data/bus/findings.jsonl)\n\
         And boto3:\n  python3 -c 'import boto3; print(boto3.client(\"securityhub\", endpoint_url=\"{url}\").get_findings(MaxResults=1))'"
    )
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
