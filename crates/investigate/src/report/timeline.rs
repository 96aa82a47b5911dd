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

const WIDE: Frame = Frame { class: "wide", width: 1080.0, left: 96.0, area: 150.0, lane: 26.0, columns: 240, ticks: 10, mark: 0.62 };
const NARROW: Frame = Frame { class: "narrow", width: 380.0, left: 62.0, area: 120.0, lane: 24.0, columns: 90, ticks: 4, mark: 0.55 };

/// What one drawing shows.
struct View<'a> {
    first: i64,
    last: i64,
    /// Findings on lanes below the area.
    findings: &'a [(usize, &'a Finding)],
    /// The stretch that a second drawing shows closer.
    band: Option<(i64, i64)>,
}

pub(super) fn section(triage: &Triage<'_>, order: &[usize]) -> Markup {
    let Some((first, last, outside)) = window(triage) else { return Markup::default() };
    let findings: Vec<(usize, &Finding)> =
        order.iter().filter_map(|number| triage.findings.get(*number).map(|finding| (*number, finding))).collect();
    let minutes = column_minutes(triage, first, last, WIDE.columns);
    let closer = closer(triage, first, last);
    let whole = View { first, last, findings: if closer.is_some() { &[] } else { &findings }, band: closer };
    markup! {
        section #timeline aria-labelledby="timeline-h" {
            h2 #timeline-h { "Timeline" }
            p.hint {
                "Records per " (moment::width(minutes)) ", "
                span.key { svg.swatch viewBox="0 0 10 10" aria-hidden="true" { rect.area-all width="10" height="10" {} } " all" } " and "
                span.key { svg.swatch viewBox="0 0 10 10" aria-hidden="true" { rect.area-failed width="10" height="10" {} } " failed" }
                @if !findings.is_empty() && closer.is_none() { "; below, each finding at its first record, with a line to its last" }
                ". Times are UTC."
            }
            (draw(triage, &whole, &WIDE))
            (draw(triage, &whole, &NARROW))
            @if outside > 0 {
                p.note { (counted(outside, "record", "records")) " far outside this stretch of time are not drawn." }
            }
            @if let Some((first, last)) = closer {
                @let near = View { first, last, findings: &findings, band: None };
                h3.close-up { "Close-up of the findings" }
                p.hint {
                    "Records per " (moment::width(column_minutes(triage, first, last, WIDE.columns)))
                    "; below, each finding at its first record, with a line to its last."
                }
                (draw(triage, &near, &WIDE))
                (draw(triage, &near, &NARROW))
            }
        }
    }
}

/// Where all findings lie in a small part of the time, that part with a margin deserves a drawing of its own.
fn closer(triage: &Triage<'_>, first: i64, last: i64) -> Option<(i64, i64)> {
    let start = triage.findings.iter().map(|finding| finding.time.millis()).min()?;
    let end = triage.findings.iter().map(|finding| finding.last_time.millis()).max()?;
    let margin = (end.saturating_sub(start) / 8).max(5 * MINUTE_MS);
    let (start, end) = (start.saturating_sub(margin).max(first), end.saturating_add(margin).min(last));
    let (near, whole) = (end.saturating_sub(start), last.saturating_sub(first));
    let finest = triage.tally.timeline().finest_minutes() * MINUTE_MS;
    (near < whole / 5 && near / finest >= 8).then_some((start, end))
}

/// The stretch of time to draw, and how many records lie outside. A handful of records from another year must not
/// squeeze everything else into one column.
fn window(triage: &Triage<'_>) -> Option<(i64, i64, u64)> {
    let finest = triage.tally.timeline().finest_minutes();
    let buckets = triage.tally.timeline().by_minutes(finest);
    let of_findings = triage.findings.iter().flat_map(|finding| [finding.time.millis(), finding.last_time.millis()]);
    let total: u64 = buckets.values().map(|bucket| bucket.count).sum();
    let spare = total / 500;
    let inner = (edge(buckets.iter(), spare), edge(buckets.iter().rev(), spare));
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

/// Start of the first bucket at which more than `spare` records have passed.
fn edge<'b>(mut buckets: impl Iterator<Item = (&'b EventTime, &'b Bucket)>, spare: u64) -> Option<i64> {
    let mut passed = 0;
    let reaches = |(_, bucket): &(&EventTime, &Bucket)| {
        passed += bucket.count;
        passed > spare
    };
    buckets.find(reaches).map(|(time, _)| time.millis())
}

fn column_minutes(triage: &Triage<'_>, first: i64, last: i64, columns: i64) -> i64 {
    let finest = triage.tally.timeline().finest_minutes();
    let whole = last.saturating_sub(first) / MINUTE_MS;
    COLUMNS_MINUTES.into_iter().filter(|minutes| minutes % finest == 0).find(|minutes| whole / minutes <= columns).unwrap_or(10_080)
}

fn draw(triage: &Triage<'_>, view: &View<'_>, frame: &Frame) -> Markup {
    let minutes = column_minutes(triage, view.first, view.last, frame.columns);
    let width_ms = minutes * MINUTE_MS;
    // Whole columns, so that the first and the last are not cut.
    let first = view.first.div_euclid(width_ms).saturating_mul(width_ms);
    let last = view.last.div_euclid(width_ms).saturating_add(1).saturating_mul(width_ms);
    let mut columns = triage.tally.timeline().by_minutes(minutes);
    columns.retain(|time, _| (first..last).contains(&time.millis()));
    let scale = TimeScale { first, last, left: frame.left, right: frame.width - 10.0 };
    let most = round_up(columns.values().map(|bucket| bucket.count).max().unwrap_or(0).max(1));
    let lanes: Vec<Severity> =
        Severity::ALL.into_iter().filter(|severity| view.findings.iter().any(|(_, f)| f.severity == *severity)).collect();
    let base = TOP + frame.area;
    let axis = base + if lanes.is_empty() { 0.0 } else { 16.0 } + lanes.len() as f64 * frame.lane;
    let label = format!(
        "Records over time {}, with {}",
        moment::between(EventTime(first), EventTime(last)),
        counted(view.findings.len() as u64, "finding", "findings")
    );
    markup! {
        svg.timeline.(frame.class) viewBox={ "0 0 " (frame.width) " " (axis + 44.0) } role="img" aria-label=(label) {
            (grid(&scale, most, base, axis, frame))
            @if let Some((from, to)) = view.band {
                @let (left, right) = (scale.x(from), scale.x(to));
                rect.band x=(fixed(left)) width=(fixed((right - left).max(3.0))) y=(TOP) height=(fixed(frame.area)) {}
            }
            path.area-all d=(area(&columns, &scale, width_ms, base, frame.area, most, |bucket| bucket.count)) {}
            path.area-failed d=(area(&columns, &scale, width_ms, base, frame.area, most, |bucket| bucket.errors)) {}
            line.axis x1=(frame.left) x2=(frame.width - 10.0) y1=(fixed(base)) y2=(fixed(base)) {}
            @for (place, severity) in lanes.iter().enumerate() {
                (lane(*severity, view.findings, &scale, base + 16.0 + (place as f64 + 0.5) * frame.lane, frame))
            }
        }
    }
}

/// Room above the area for the highest tick's label.
const TOP: f64 = 14.0;

fn grid(scale: &TimeScale, most: u64, base: f64, axis: f64, frame: &Frame) -> Markup {
    let steps = if most.is_multiple_of(2) { vec![0, most / 2, most] } else { vec![0, most] };
    markup! {
        @for count in steps {
            @let y = base - count as f64 / most as f64 * frame.area;
            line.grid x1=(frame.left) x2=(frame.width - 10.0) y1=(fixed(y)) y2=(fixed(y)) {}
            text.y x=(frame.left - 8.0) y=(fixed(y + 4.0)) { (number(count)) }
        }
        @for (x, text, below) in scale.ticks(frame.ticks) {
            line.grid x1=(fixed(x)) x2=(fixed(x)) y1=(TOP) y2=(fixed(axis)) {}
            text.x x=(fixed(x)) y=(fixed(axis + 17.0)) { (text) }
            @if let Some(day) = below { text.x.day x=(fixed(x)) y=(fixed(axis + 33.0)) { (day) } }
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

/// Where a mark stands, how far its line reaches, and its findings.
type Mark<'a> = (f64, f64, Vec<(usize, &'a Finding)>);

fn lane(severity: Severity, findings: &[(usize, &Finding)], scale: &TimeScale, y: f64, frame: &Frame) -> Markup {
    let mut marks: Vec<Mark<'_>> = Vec::new();
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
            @for (x, end, _) in &marks {
                @if end - x > 6.0 { line.reach x1=(fixed(*x)) x2=(fixed(*end)) y1=(fixed(y)) y2=(fixed(y)) {} }
            }
            @for (x, _, group) in &marks {
                a href={ "#f" (group.first().map_or(0, |(number, _)| *number)) } {
                    g transform={ "translate(" (fixed(*x)) " " (fixed(y)) ") scale(" (frame.mark * if group.len() > 1 { 1.25 } else { 1.0 }) ")" } {
                        title { (told(group)) }
                        (parts::shape(severity))
                        @if group.len() > 1 { text.in-mark y=(if severity == Severity::High { "6" } else { "4" }) { (group.len()) } }
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
    let mut lines: Vec<String> =
        group.iter().take(6).map(|(_, finding)| format!("{}  {}", moment::stamp(finding.time), parts::line(&finding.title, 100))).collect();
    if group.len() > lines.len() {
        lines.push(format!("and {} more", group.len() - lines.len()));
    }
    lines.join("\n")
}
