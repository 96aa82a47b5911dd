//! The report: one HTML file that opens offline, prints, and trusts no text from a log.
//!
//! Two walls stand between a hostile log and the reader. Every text goes through the templates' escaping (there is no
//! `PreEscaped` but for our own style sheet), after unseen and direction-changing characters were made visible. And the
//! page's own policy forbids scripts, requests, frames and forms, so that even a fault in the first wall runs nothing.

mod chains;
mod charts;
mod evidence;
mod finding;
mod json;
mod matrix;
mod parts;
mod reading;
mod story;
mod timeline;
mod tops;

use maud::{DOCTYPE, Markup, PreEscaped, html as markup};
use watchfire_model::{Finding, Severity};

use crate::text::number;
use crate::{Triage, summary_words};

/// Findings shown in full. Beyond this nobody reads; the list in `scan --format jsonl` is complete.
pub(crate) const FINDINGS_MAX: usize = 300;

/// Bytes of all findings in full. With the rest of the page it stays below 8 MB, which a browser opens at once.
pub(crate) const FINDINGS_BYTES_MAX: usize = 6 * 1024 * 1024;

static STYLE: &str = include_str!("report/style.css");

/// No script, no request, no frame, no form; the style sheet is the page's own.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// Makes the report. The same triage gives the same bytes.
pub fn html(triage: &Triage<'_>) -> String {
    let story = summary_words(triage);
    let order = order(triage.findings);
    let chains = triage.sessions.chains(triage.findings);
    let page = markup! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="referrer" content="no-referrer";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "Watchfire " (triage.version) };
                title { (parts::line(triage.title, 120)) " · Watchfire" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#story" { "To the story" }
                (header(triage))
                main {
                    (story::section(triage, &story))
                    (timeline::section(triage, &order))
                    (story::moments(triage, &order))
                    (finding::section(triage, &order))
                    (matrix::section(triage))
                    (tops::callers(triage))
                    (tops::section(triage))
                    (chains::section(triage, &chains))
                    (reading::rejects(triage))
                    (reading::inputs(triage))
                    (reading::glossary())
                }
                (footer(triage))
            }
        }
    };
    page.into_string()
}

/// Numbers of the findings, most urgent first, then oldest first.
fn order(findings: &[Finding]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..findings.len()).collect();
    let key = |number: &usize| findings.get(*number).map(|f| (std::cmp::Reverse(f.severity), f.time, &f.name));
    order.sort_by(|a, b| key(a).cmp(&key(b)));
    order
}

fn header(triage: &Triage<'_>) -> Markup {
    let span = triage.tally.total().map(|total| (total.first, total.last));
    markup! {
        header.top {
            p.brand { (parts::flame()) "Watchfire" span { "triage report" } }
            h1 { (parts::line(triage.title, 200)) }
            p.meta {
                @if let Some((first, last)) = span {
                    span { "Records " (parts::when(first)) " – " (parts::when(last)) " UTC" }
                }
                span { "Made " (parts::when(triage.generated_at)) " UTC" }
                span { "Version " (triage.version) }
            }
            (severities(triage))
            (contents(triage))
        }
    }
}

fn severities(triage: &Triage<'_>) -> Markup {
    markup! {
        ul.severities aria-label="Findings by severity" {
            @for severity in Severity::ALL {
                @let count = triage.severity_count(severity);
                li.(parts::severity_class(severity)).none[count == 0] {
                    @if count > 0 {
                        a href={ "#" (severity.as_str()) } { b { (number(count as u64)) } span { (parts::mark(severity)) (severity.as_str()) } }
                    } @else {
                        b { "0" } span { (parts::mark(severity)) (severity.as_str()) }
                    }
                }
            }
        }
    }
}

fn contents(triage: &Triage<'_>) -> Markup {
    let findings = !triage.findings.is_empty();
    let records = triage.tally.total().is_some();
    let entries = [
        (true, "story", "Story"),
        (records || findings, "timeline", "Timeline"),
        (findings, "moments", "Course"),
        (findings, "findings", "Findings"),
        (findings, "attack", "ATT&CK"),
        (records, "callers", "Callers"),
        (records, "tops", "Busiest"),
        (!triage.sessions.is_empty(), "sessions", "Sessions"),
        (true, "rejects", "Rejects"),
        (true, "inputs", "What was read"),
    ];
    markup! {
        nav aria-label="Contents" {
            @for (_, id, title) in entries.into_iter().filter(|(shown, ..)| *shown) {
                a href={ "#" (id) } { (title) }
            }
        }
    }
}

fn footer(triage: &Triage<'_>) -> Markup {
    markup! {
        footer {
            p {
                "Made by Watchfire " (triage.version) " on " (parts::when(triage.generated_at)) " UTC. All times are UTC. "
                "This file asks nothing of the network and runs no script; texts from logs are shown as text, with unseen characters "
                "written out, and session tokens and passwords are hidden."
            }
        }
    }
}
