//! The timeline: records as an area, findings as marks on lanes by severity.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use maud::{Markup, html as markup};
use watchfire_model::{EventTime, Finding, Severity};

use crate::tally::Bucket;
use crate::text::{counted, number};
use crate::{Triage, moment};

use super::charts::{MINUTE_MS, TimeScale, round_up};
use super::parts;

/// Widths of a column of the area, in minutes; each a multiple of the tally's buckets before it.
const COLUMNS_MINUTES: [i64; 7] = [1, 5, 15, 60, 360, 1440, 10_080];

/// A drawing for one width of screen: text must stay readable, so a phone gets its own.
struct Frame {
    class: &'static str,
    width: f64,
    left: f64,
    area: f64,
    lane: f64,
    columns: i64,
    ticks: i64,
    mark: f64,
}

const WIDE: Frame =
    Frame { class: "wide", width: 1080.0, left: 96.0, area: 150.0, lane: 26.0, columns: 240, ticks: 10, mark: 0.62 };
const NARROW: Frame =
    Frame { class: "narrow", width: 380.0, left: 62.0, area: 120.0, lane: 24.0, columns: 90, ticks: 4, mark: 0.55 };

pub(super) fn section(triage: &Triage<'_>, order: &[usize]) -> Markup {
    let Some((first, last, outside)) = window(triage) else { return Markup::default() };
    let findings: Vec<(usize, &Finding)> =
        order.iter().filter_map(|number| triage.findings.get(*number).map(|finding| (*number, finding))).collect();
    let minutes = column_minutes(triage, first, last, WIDE.columns);
    markup! {
        section #timeline aria-labelledby="timeline-h" {
            h2 #timeline-h { "Timeline" }
            p.hint {
                "Records per " (moment::span(minutes * MINUTE_MS)) ", "
                span.key { svg.swatch viewBox="0 0 10 10" aria-hidden="true" { rect.area-all width="10" height="10" {} } " all" } " and "
                span.key { svg.swatch viewBox="0 0 10 10" aria-hidden="true" { rect.area-failed width="10" height="10" {} } " failed" }
                @if !findings.is_empty() { "; below, each finding at its first record, with a line to its last" }
                ". Times are UTC."
            }
            (draw(triage, &findings, first, last, &WIDE))
            (draw(triage, &findings, first, last, &NARROW))
            @if outside > 0 {
                p.note { (counted(outside, "record", "records")) " far outside this stretch of time are not drawn." }
            }
        }
    }
}

/// The stretch of time to draw, and how many records lie outside. A handful of records from another year must not
/// squeeze everything else into one column.
fn window(triage: &Triage<'_>) -> Option<(i64, i64, u64)> {
    let finest = triage.tally.timeline().finest_minutes();
    let buckets = triage.tally.timeline().by_minutes(finest);
    let of_findings = triage.findings.iter().flat_map(|finding| [finding.time.millis(), finding.last_time.millis()]);
    let total: u64 = buckets.values().map(|bucket| bucket.count).sum();
    let spare = total / 500;
    let edge = |buckets: &mut dyn Iterator<Item = (&EventTime, &Bucket)>| {
        let mut passed = 0;
        buckets.find(|(_, bucket)| { passed += bucket.count; passed > spare }).map(|(time, _)| time.millis())
    };
    let inner = (edge(&mut buckets.iter()), edge(&mut buckets.iter().rev()));
    let whole = triage.tally.total().map(|total| (total.first.millis(), total.last.millis()));
    let (mut first, mut last) = match (whole, inner) {
        (Some((first, last)), (Some(inner_first), Some(inner_last))) => {
            let inner_last = inner_last.saturating_add(finest * MINUTE_MS);
            let squeezed = last.saturating_sub(first) / 4 > inner_last.saturating_sub(inner_first);
            if squeezed { (inner_first, inner_last) } else { (first, last) }
        }
        _ => (of_findings.clone().min()?, of_findings.clone().max()?),
    };
    first = of_findings.clone().min().map_or(first, |time| time.min(first));
    last = of_findings.max().map_or(last, |time| time.max(last));
    let outside = buckets
        .iter()
        .filter(|(time, _)| time.millis() > last || time.millis().saturating_add(finest * MINUTE_MS) < first)
        .map(|(_, bucket)| bucket.count)
        .sum();
    Some((first, last.max(first.saturating_add(MINUTE_MS)), outside))
}

fn column_minutes(triage: &Triage<'_>, first: i64, last: i64, columns: i64) -> i64 {
    let finest = triage.tally.timeline().finest_minutes();
    let whole = last.saturating_sub(first) / MINUTE_MS;
    COLUMNS_MINUTES
        .into_iter()
        .filter(|minutes| minutes % finest == 0)
        .find(|minutes| whole / minutes <= columns)
        .unwrap_or(10_080)
}

fn draw(triage: &Triage<'_>, findings: &[(usize, &Finding)], first: i64, last: i64, frame: &Frame) -> Markup {
    let minutes = column_minutes(triage, first, last, frame.columns);
    let width_ms = minutes * MINUTE_MS;
    // Whole columns, so that the first and the last are not cut.
    let first = first.div_euclid(width_ms).saturating_mul(width_ms);
    let last = last.div_euclid(width_ms).saturating_add(1).saturating_mul(width_ms);
    let columns: BTreeMap<EventTime, Bucket> = triage
        .tally
        .timeline()
        .by_minutes(minutes)
        .into_iter()
        .filter(|(time, _)| (first..last).contains(&time.millis()))
        .collect();
    let scale = TimeScale { first, last, left: frame.left, right: frame.width - 10.0 };
    let most = round_up(columns.values().map(|bucket| bucket.count).max().unwrap_or(0).max(1));
    let lanes: Vec<Severity> =
        Severity::ALL.into_iter().filter(|severity| findings.iter().any(|(_, f)| f.severity == *severity)).collect();
    let top = 14.0;
    let base = top + frame.area;
    let axis = base + 16.0 + lanes.len() as f64 * frame.lane;
    let height = axis + 44.0;
    let label = format!(
        "Records over time {}, with {}",
        moment::between(EventTime(first), EventTime(last)),
        counted(findings.len() as u64, "finding", "findings")
    );
    markup! {
        svg.timeline.(frame.class) viewBox={ "0 0 " (frame.width) " " (height) } role="img" aria-label=(label) {
            @for (share, count) in [(0.0, 0), (0.5, most / 2), (1.0, most)].into_iter().filter(|(share, _)| most > 1 || *share != 0.5) {
                @let y = base - share * frame.area;
                line.grid x1=(frame.left) x2=(frame.width - 10.0) y1=(fixed(y)) y2=(fixed(y)) {}
                text.y x=(frame.left - 8.0) y=(fixed(y + 4.0)) { (number(count)) }
            }
            @for (x, text, below) in scale.ticks(frame.ticks) {
                line.grid x1=(fixed(x)) x2=(fixed(x)) y1=(top) y2=(fixed(axis)) {}
                text.x x=(fixed(x)) y=(fixed(axis + 17.0)) { (text) }
                @if let Some(day) = below { text.x.day x=(fixed(x)) y=(fixed(axis + 33.0)) { (day) } }
            }
            path.area-all d=(area(&columns, &scale, width_ms, base, frame.area, most, |bucket| bucket.count)) {}
            path.area-failed d=(area(&columns, &scale, width_ms, base, frame.area, most, |bucket| bucket.errors)) {}
            line.axis x1=(frame.left) x2=(frame.width - 10.0) y1=(fixed(base)) y2=(fixed(base)) {}
            @for (place, severity) in lanes.iter().enumerate() {
                (lane(*severity, findings, &scale, base + 16.0 + (place as f64 + 0.5) * frame.lane, frame))
            }
        }
    }
}

fn fixed(value: f64) -> String {
    format!("{value:.1}")
}

/// A staircase: each column as wide as its time, nothing smoothed.
fn area(
    columns: &BTreeMap<EventTime, Bucket>,
    scale: &TimeScale,
    width_ms: i64,
    base: f64,
    height: f64,
    most: u64,
    value: impl Fn(&Bucket) -> u64,
) -> String {
    let mut path = String::new();
    let gap = if columns.len() < 60 { 0.8 } else { 0.0 };
    for (time, bucket) in columns {
        let value = value(bucket);
        if value == 0 {
            continue;
        }
        let (left, right) = (scale.x(time.millis()) + gap, scale.x(time.millis().saturating_add(width_ms)) - gap);
        // A single record among thousands must still be seen.
        let y = base - (value as f64 / most as f64 * height).max(1.5);
        // Writing to a String cannot fail.
        let _ = write!(path, "M{left:.1} {base:.1}V{y:.1}H{right:.1}V{base:.1}z");
    }
    path
}

/// Marks nearer than this (in the drawing's units) are drawn as one.
const MARK_DISTANCE: f64 = 11.0;

fn lane(severity: Severity, findings: &[(usize, &Finding)], scale: &TimeScale, y: f64, frame: &Frame) -> Markup {
    let mut marks: Vec<(f64, f64, Vec<(usize, &Finding)>)> = Vec::new();
    let mut of_lane: Vec<&(usize, &Finding)> = findings.iter().filter(|(_, finding)| finding.severity == severity).collect();
    of_lane.sort_by_key(|(number, finding)| (finding.time, *number));
    for (number, finding) in of_lane {
        let (x, end) = (scale.x(finding.time.millis()), scale.x(finding.last_time.millis()));
        match marks.last_mut() {
            Some((at, until, group)) if x - *at < MARK_DISTANCE => {
                *until = until.max(end);
                group.push((*number, finding));
            }
            _ => marks.push((x, end, vec![(*number, finding)])),
        }
    }
    markup! {
        g.(parts::severity_class(severity)) {
            text.lane x=(frame.left - 8.0) y=(fixed(y + 4.0)) { (if frame.left < 80.0 { short(severity) } else { severity.as_str() }) }
            line.rail x1=(frame.left) x2=(frame.width - 10.0) y1=(fixed(y)) y2=(fixed(y)) {}
            @for (x, end, group) in &marks {
                @if end - x > 6.0 { line.reach x1=(fixed(*x)) x2=(fixed(*end)) y1=(fixed(y)) y2=(fixed(y)) {} }
            }
            @for (x, _, group) in &marks {
                a href={ "#f" (group.first().map_or(0, |(number, _)| *number)) } {
                    g transform={ "translate(" (fixed(*x)) " " (fixed(y)) ") scale(" (frame.mark * if group.len() > 1 { 1.25 } else { 1.0 }) ")" } {
                        title { (told(group)) }
                        (parts::shape(severity))
                        @if group.len() > 1 { text.in-mark y="4" { (group.len()) } }
                    }
                }
            }
        }
    }
}

fn short(severity: Severity) -> &'static str {
    match severity {
        Severity::Informational => "info",
        other => other.as_str(),
    }
}

fn told(group: &[(usize, &Finding)]) -> String {
    let mut lines: Vec<String> = group
        .iter()
        .take(6)
        .map(|(_, finding)| format!("{}  {}", moment::stamp(finding.time), parts::line(&finding.title, 100)))
        .collect();
    if group.len() > lines.len() {
        lines.push(format!("and {} more", group.len() - lines.len()));
    }
    lines.join("\n")
}
