//! Pieces that every section uses.

use maud::{Markup, html as markup};
use watchfire_model::{EventTime, Severity};

use crate::moment;
use crate::text::plain;

/// One line of log text, cut.
pub(super) fn line(text: &str, chars_max: usize) -> String {
    plain(text, chars_max).into_owned()
}

/// A rule's own sentences, cut.
pub(super) fn prose(text: &str, chars_max: usize) -> String {
    crate::text::prose(text, chars_max)
}

/// An id that one click selects for copying.
pub(super) fn id(text: &str) -> Markup {
    markup! { code.id { (line(text, 600)) } }
}

/// A time with its machine-readable form.
pub(super) fn when(time: EventTime) -> Markup {
    markup! { time datetime=(time) { (moment::stamp(time)) } }
}

/// The class that gives a severity its colour.
pub(super) fn severity_class(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "s-critical",
        Severity::High => "s-high",
        Severity::Medium => "s-medium",
        Severity::Low => "s-low",
        Severity::Informational => "s-informational",
    }
}

/// The shape of a severity: it tells severities apart without colour.
pub(super) fn mark(severity: Severity) -> Markup {
    markup! {
        svg.mark viewBox="-10 -10 20 20" aria-hidden="true" { (shape(severity)) }
    }
}

/// The shape alone, around the origin, about 16 units wide.
pub(super) fn shape(severity: Severity) -> Markup {
    match severity {
        Severity::Critical => markup! { path d="M0-9.5 9.5 0 0 9.5-9.5 0z" {} },
        Severity::High => markup! { path d="M0-8.5 9 7.5H-9z" {} },
        Severity::Medium => markup! { path d="M-7-7H7V7H-7z" {} },
        Severity::Low => markup! { circle r="7" {} },
        Severity::Informational => markup! { circle.hollow r="6" {} },
    }
}

/// Shape and word.
pub(super) fn severity(severity: Severity) -> Markup {
    markup! { span.sev.(severity_class(severity)) { (mark(severity)) (severity.as_str()) } }
}

/// The mark of the house.
pub(super) fn flame() -> Markup {
    markup! {
        svg.flame viewBox="0 0 24 24" aria-hidden="true" {
            path d="M12 1.5c.6 3.4-1 5.2-2.7 7.2C7.600 10.700 6 12.700 6 15.600A6.200 6.200 0 0 0 12 22a6.200 6.200 0 0 0 6-6.400c0-2-.8-3.700-1.800-5.200-.4 1.300-1 2.100-2 2.700.5-4.200-.3-8.600-2.200-11.600z" {}
            path.core d="M12 22a3.400 3.400 0 0 0 3.300-3.500c0-1.900-1.300-3-3.300-5.500-2 2.500-3.300 3.600-3.300 5.500A3.400 3.400 0 0 0 12 22z" {}
        }
    }
}

/// A bar that shows a share, for tables.
pub(super) fn bar(part: u64, whole: u64, errors: u64) -> Markup {
    let share = |value: u64| if whole == 0 { 0.0 } else { (value as f64 / whole as f64 * 100.0).clamp(0.0, 100.0) };
    markup! {
        svg.bar viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" {
            rect.rail width="100" height="8" {}
            rect.part width=(format!("{:.1}", share(part).max(0.6))) height="8" {}
            @if errors > 0 { rect.failed width=(format!("{:.1}", share(errors))) height="8" {} }
        }
    }
}
