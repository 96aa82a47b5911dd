//! Findings.

use std::collections::BTreeMap;
use std::io::Write;

use anstream::AutoStream;
use owo_colors::{OwoColorize, Style};
use watchfire_model::{EntityKind, Finding, Severity};
use watchfire_node::Scan;

use crate::args::Format;
use crate::show::progress::grouped;
use crate::show::{json, safe};

/// What stands around the findings.
#[derive(Debug)]
pub struct Context<'s> {
    /// The scan they come from.
    pub scan: &'s Scan,
    /// Findings that were made and are not shown.
    pub hidden: usize,
    /// The least severity shown.
    pub min_severity: Severity,
}

/// Prints findings.
pub fn print(format: Format, findings: &[&Finding], context: &Context<'_>) -> anyhow::Result<()> {
    match format {
        Format::Json => json(false, findings),
        Format::Jsonl => json(true, findings),
        Format::Table => for_people(findings, context),
    }
}

pub fn style(severity: Severity) -> Style {
    match severity {
        Severity::Critical => Style::new().white().on_red().bold(),
        Severity::High => Style::new().red().bold(),
        Severity::Medium => Style::new().yellow().bold(),
        Severity::Low => Style::new().cyan(),
        Severity::Informational => Style::new().dimmed(),
    }
}

fn for_people(findings: &[&Finding], context: &Context<'_>) -> anyhow::Result<()> {
    let mut out = AutoStream::auto(std::io::stdout().lock());
    for severity in Severity::ALL {
        let of_it: Vec<&&Finding> = findings.iter().filter(|finding| finding.severity == severity).collect();
        if of_it.is_empty() {
            continue;
        }
        let heading = format!(" {} ", severity.as_str().to_uppercase());
        writeln!(out, "{} {} {}", heading.style(style(severity)), of_it.len(), if of_it.len() == 1 { "finding" } else { "findings" })?;
        for finding in of_it {
            one(&mut out, finding)?;
        }
        writeln!(out)?;
    }
    footer(&mut out, findings, context)
}

pub fn one(out: &mut impl Write, finding: &Finding) -> anyhow::Result<()> {
    let mark = "●".style(style(finding.severity)).to_string();
    let techniques = finding.attack.techniques.join(" ");
    writeln!(out, "  {mark} {}  {}", safe(&finding.title).bold(), techniques.dimmed())?;
    writeln!(out, "    {}", safe(&finding.summary))?;
    let span =
        if finding.time == finding.last_time { finding.time.to_string() } else { format!("{} … {}", finding.time, finding.last_time) };
    let records = if finding.count == 1 { "1 record".to_owned() } else { format!("{} records", grouped(finding.count)) };
    let place = [EntityKind::Account, EntityKind::Region, EntityKind::Address].map(|kind| listed(finding, kind));
    let place: Vec<String> = place.into_iter().flatten().collect();
    let facts = format!("{span} · {records} · {}", place.join(" · "));
    writeln!(out, "    {}", safe(&facts).dimmed())?;
    writeln!(out, "    {}", finding.name.dimmed())?;
    Ok(())
}

fn listed(finding: &Finding, kind: EntityKind) -> Option<String> {
    const LISTED_MAX: usize = 3;
    let ids: Vec<&str> = finding.entities.iter().filter(|entity| entity.kind == kind).map(|entity| &*entity.id).collect();
    let more = ids.len().saturating_sub(LISTED_MAX);
    let shown = ids.get(..ids.len().min(LISTED_MAX))?.join(", ");
    (!shown.is_empty()).then(|| if more > 0 { format!("{shown} and {more} more") } else { shown })
}

fn footer(out: &mut impl Write, findings: &[&Finding], context: &Context<'_>) -> anyhow::Result<()> {
    let counts = context.scan.counts;
    let seconds = context.scan.inputs.duration.as_secs_f64();
    let mut by_severity: BTreeMap<std::cmp::Reverse<Severity>, usize> = BTreeMap::new();
    findings.iter().for_each(|finding| *by_severity.entry(std::cmp::Reverse(finding.severity)).or_default() += 1);
    let told: Vec<String> = by_severity.iter().map(|(severity, count)| format!("{count} {}", severity.0)).collect();
    let told = if told.is_empty() { format!("nothing of severity {} or above was found", context.min_severity) } else { told.join(", ") };
    writeln!(out, "{}", told.bold())?;
    let mut facts = vec![format!(
        "{} records in {} files, {:.1} s ({} events/s)",
        grouped(counts.records),
        grouped(counts.objects),
        seconds,
        grouped((counts.records as f64 / seconds.max(0.001)) as u64)
    )];
    if counts.out_of_scope > 0 {
        facts.push(format!("{} records outside the selection", grouped(counts.out_of_scope)));
    }
    if context.scan.inputs.pruned > 0 {
        facts.push(format!("{} files or folders left out by the selection", grouped(context.scan.inputs.pruned)));
    }
    if context.scan.below > 0 {
        let below = grouped(context.scan.below);
        facts.push(format!("{below} matches of less severe rules, not shown (--min-severity informational shows all)"));
    }
    if context.hidden > 0 {
        facts.push(format!("{} further findings not shown (--min-severity informational shows all)", context.hidden));
    }
    for fact in facts {
        writeln!(out, "{}", fact.dimmed())?;
    }
    Ok(())
}
