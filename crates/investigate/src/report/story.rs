//! The story in words, and the course of events.

use maud::{Markup, html as markup};
use watchfire_model::{EventTime, Severity};

use crate::attack::tactic_name;
use crate::story::Story;
use crate::text::{number, unstopped};
use crate::{Triage, moment};

use super::parts;

/// Moments listed. The course should be read in one go.
const MOMENTS_MAX: usize = 120;

pub(super) fn section(triage: &Triage<'_>, story: &Story) -> Markup {
    markup! {
        section #story aria-labelledby="story-h" {
            h2 #story-h.lead { (story.headline) }
            div.story.alone[story.urgent.is_empty()] {
                dl.answers {
                    @for paragraph in &story.paragraphs {
                        dt { (paragraph.heading) }
                        dd {
                            p { (paragraph.text) }
                            @if !paragraph.points.is_empty() { ul { @for point in &paragraph.points { li { (point) } } } }
                        }
                    }
                }
                @if !story.urgent.is_empty() {
                    aside.urgent aria-labelledby="urgent-h" {
                        h3 #urgent-h { "Do first" }
                        ol {
                            @for urgent in &story.urgent {
                                li {
                                    p { (commands(&urgent.step)) }
                                    p.because {
                                        (parts::severity(urgent.severity)) " "
                                        a href={ "#f" (urgent.finding) } { (urgent.because) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            @if triage.findings.is_empty() && triage.tally.total().is_some() {
                p.note { "What was counted is below: who called, from where, and what." }
            }
        }
    }
}

/// A step with its `commands` set as code.
pub(super) fn commands(step: &str) -> Markup {
    let step = parts::prose(step, 2000);
    markup! {
        @for (place, piece) in step.split('`').enumerate() {
            @if place % 2 == 1 { code.id { (piece) } } @else { (piece) }
        }
    }
}

/// Medium findings and above in order of time.
pub(super) fn moments(triage: &Triage<'_>, order: &[usize]) -> Markup {
    let mut moments: Vec<(EventTime, usize)> = order
        .iter()
        .filter_map(|number| triage.findings.get(*number).map(|finding| (finding, *number)))
        .filter(|(finding, _)| finding.severity >= Severity::Medium)
        .map(|(finding, number)| (finding.time, number))
        .collect();
    if triage.findings.is_empty() {
        return Markup::default();
    }
    // `order` is most urgent first, so what a long course leaves out is the least urgent.
    let left_out = moments.len().saturating_sub(MOMENTS_MAX);
    moments.truncate(MOMENTS_MAX);
    moments.sort_by_key(|(time, _)| *time);
    markup! {
        section #moments aria-labelledby="moments-h" {
            h2 #moments-h { "Course of events" }
            @if moments.is_empty() {
                p.note { "No finding is medium or above." }
            } @else {
                p.hint { "Findings of medium severity and above, each at its first record." }
                ol.moments {
                    @for (place, (time, number)) in moments.iter().enumerate() {
                        @let before = place.checked_sub(1).and_then(|place| moments.get(place)).map(|(time, _)| moment::day(*time));
                        @if before.as_ref() != Some(&moment::day(*time)) {
                            li.day { (moment::day(*time)) }
                        }
                        (one(triage, *time, *number))
                    }
                }
                @if left_out > 0 {
                    p.note { (number(left_out as u64)) " less urgent moments are left out here; they are among the findings below." }
                }
            }
        }
    }
}

fn one(triage: &Triage<'_>, time: EventTime, number_of: usize) -> Markup {
    let Some(finding) = triage.findings.get(number_of) else { return Markup::default() };
    markup! {
        li.(parts::severity_class(finding.severity)) {
            time datetime=(time) { (moment::clock(time)) }
            (parts::mark(finding.severity))
            div {
                p.what {
                    a href={ "#f" (number_of) } { (parts::line(&finding.title, 200)) }
                    @if finding.count > 1 { span.times { "× " (number(finding.count)) } }
                }
                p.said { (parts::prose(unstopped(&finding.summary), 400)) "." }
            }
            p.tags {
                span.sevword { (finding.severity.as_str()) }
                @for tactic in finding.attack.tactics.iter().take(2) { span { (parts::line(tactic_name(tactic), 40)) } }
            }
        }
    }
}
