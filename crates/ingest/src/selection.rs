//! What to leave out before it is opened.

use watchfire_model::EventTime;

use crate::Error;
use crate::key::{FileName, Folder, Position, Trail};

/// Which objects of the AWSLogs layout to read; objects outside that layout are always read. Empty means all.
///
/// Selecting is about objects, not events: an object at the edge holds events on both sides of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// The earliest event wanted.
    pub from: Option<EventTime>,
    /// The latest event wanted.
    pub to: Option<EventTime>,
    /// Account numbers, twelve digits each.
    pub accounts: Vec<String>,
    /// Region names such as `eu-west-1`.
    pub regions: Vec<String>,
}

/// What becomes of one file or folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Read it; a file in the layout also knows when it was delivered.
    Keep(Option<EventTime>),
    Prune,
    Digest,
}

/// A file's own minute may be rounded down from its first event's.
const EARLY_MILLIS: i64 = 5 * 60 * 1000;

/// CloudTrail promises no delivery time; hours happen, a day is generous.
const LATE_MILLIS: i64 = 24 * 3600 * 1000;

impl Selection {
    /// Refuses a span that ends before it begins, which would silently select nothing.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match (self.from, self.to) {
            (Some(from), Some(to)) if to < from => Err(Error::Span { from, to }),
            _ => Ok(()),
        }
    }

    /// Whether anything below a folder can be wanted. `segments` are the folder's path, outermost first.
    pub(crate) fn judge_folder<'a>(&self, segments: impl Iterator<Item = &'a str>) -> Verdict {
        let folder = Folder::parse(segments);
        if folder.trail == Some(Trail::Digest) {
            return Verdict::Digest;
        }
        let wanted = folder.account.is_none_or(|account| is_named(&self.accounts, account))
            && folder.region.is_none_or(|region| is_named(&self.regions, region))
            && folder.span.is_none_or(|(start, end)| self.meets(start, EventTime(end.millis() - 1)));
        if wanted { Verdict::Keep(None) } else { Verdict::Prune }
    }

    /// Whether a file can be wanted, by its name alone.
    pub(crate) fn judge_name(&self, name: &str) -> Verdict {
        let Some(file) = FileName::parse(name) else {
            return Verdict::Keep(None);
        };
        if file.trail == Trail::Digest {
            return Verdict::Digest;
        }
        let wanted = is_named(&self.accounts, file.account)
            && is_named(&self.regions, file.region)
            && file.time.is_none_or(|time| self.meets(time, time));
        if wanted { Verdict::Keep(file.time) } else { Verdict::Prune }
    }

    /// Whether a folder holds folders that could be pruned, or that are worth listing side by side: then it is listed level by
    /// level, otherwise all at once. `depth` counts levels below the place.
    pub(crate) fn divides<'a>(&self, segments: impl Iterator<Item = &'a str>, depth: u32) -> bool {
        /// A trail's prefix is rarely deeper; below, folders may be anything, and as many as objects.
        const DEPTH_MAX: u32 = 4;
        let folder = Folder::parse(segments);
        let divided_by_time = |(start, end): (EventTime, EventTime)| {
            let is_day = end.millis() - start.millis() <= 86_400_000;
            let is_wanted_whole = self.meets(start, start) && self.meets(end, end);
            !is_day && !is_wanted_whole
        };
        match folder.position {
            Position::Before => depth < DEPTH_MAX,
            Position::Beyond => false,
            Position::Inside if folder.region.is_none() => true,
            Position::Inside => (self.from.is_some() || self.to.is_some()) && folder.span.is_none_or(divided_by_time),
        }
    }

    /// Whether something delivered between `first` and `last` can hold a wanted event.
    fn meets(&self, first: EventTime, last: EventTime) -> bool {
        self.from.is_none_or(|from| last.millis() >= from.millis().saturating_sub(EARLY_MILLIS))
            && self.to.is_none_or(|to| first.millis() <= to.millis().saturating_add(LATE_MILLIS))
    }
}

fn is_named(names: &[String], name: &str) -> bool {
    names.is_empty() || names.iter().any(|wanted| wanted == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection() -> Selection {
        Selection {
            from: Some("2026-03-02T09:00:00Z".parse().expect("an instant")),
            to: Some("2026-03-02T10:00:00Z".parse().expect("an instant")),
            accounts: vec!["111122223333".into()],
            regions: vec!["us-east-1".into(), "eu-west-1".into()],
        }
    }

    #[test]
    fn files_prune_by_their_name() {
        for (name, kept) in [
            ("111122223333_CloudTrail_us-east-1_20260302T0855Z_x.json.gz", true),
            ("111122223333_CloudTrail_us-east-1_20260302T0854Z_x.json.gz", false),
            ("111122223333_CloudTrail_eu-west-1_20260303T1000Z_x.json.gz", true),
            ("111122223333_CloudTrail_us-east-1_20260303T1001Z_x.json.gz", false),
            ("111122223333_CloudTrail-Insight_us-east-1_20260302T1200Z_x.json.gz", true),
            ("111122223333_CloudTrail_us-west-2_20260302T0915Z_x.json.gz", false),
            ("999922223333_CloudTrail_us-east-1_20260302T0915Z_x.json.gz", false),
            ("anything else.json", true),
        ] {
            assert_eq!(selection().judge_name(name) != Verdict::Prune, kept, "{name}");
            assert_ne!(Selection::default().judge_name(name), Verdict::Prune, "{name}");
        }
    }

    #[test]
    fn folders_prune_as_early_as_they_can() {
        for (path, expect) in [
            ("AWSLogs", Verdict::Keep(None)),
            ("AWSLogs/o-abc", Verdict::Keep(None)),
            ("AWSLogs/111122223333", Verdict::Keep(None)),
            ("AWSLogs/999922223333", Verdict::Prune),
            ("AWSLogs/o-abc/999922223333", Verdict::Prune),
            ("AWSLogs/111122223333/CloudTrail-Digest", Verdict::Digest),
            ("AWSLogs/111122223333/CloudTrail/us-west-2", Verdict::Prune),
            ("AWSLogs/111122223333/CloudTrail/us-east-1/2025", Verdict::Prune),
            ("AWSLogs/111122223333/CloudTrail/us-east-1/2026", Verdict::Keep(None)),
            ("AWSLogs/111122223333/CloudTrail/us-east-1/2026/02", Verdict::Prune),
            ("AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/01", Verdict::Prune),
            ("AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02", Verdict::Keep(None)),
            ("AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/03", Verdict::Keep(None)),
            ("AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/04", Verdict::Prune),
            ("AWSLogs/111122223333/vpcflowlogs/us-west-2/2020/01/01", Verdict::Keep(None)),
        ] {
            assert_eq!(selection().judge_folder(path.split('/')), expect, "{path}");
        }
    }

    #[test]
    fn folders_divide_only_where_that_saves_something() {
        for (path, some_time, any_time) in [
            ("", true, true),
            ("logs", true, true),
            ("AWSLogs", true, true),
            ("AWSLogs/111122223333/CloudTrail", true, true),
            ("AWSLogs/111122223333/vpcflowlogs", false, false),
            ("AWSLogs/111122223333/CloudTrail/us-east-1", true, false),
            ("AWSLogs/111122223333/CloudTrail/us-east-1/2026", true, false),
            ("AWSLogs/111122223333/CloudTrail/us-east-1/2026/03", true, false),
            ("AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02", false, false),
        ] {
            assert_eq!(selection().divides(path.split('/'), 0), some_time, "{path}");
            assert_eq!(Selection::default().divides(path.split('/'), 0), any_time, "{path}");
        }
        let since = Selection { from: selection().from, ..Selection::default() };
        assert!(!since.divides("AWSLogs/111122223333/CloudTrail/us-east-1/2027".split('/'), 0), "all of it is wanted");
        assert!(!Selection::default().divides("a/b/c/d".split('/'), 4), "too deep");
    }

    #[test]
    fn a_span_that_ends_before_it_begins_is_refused() {
        let span = Selection { from: Some(EventTime(2)), to: Some(EventTime(1)), ..Selection::default() };
        assert!(matches!(span.check(), Err(Error::Span { .. })));
        assert!(selection().check().is_ok());
    }
}
