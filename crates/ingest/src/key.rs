//! What the AWSLogs key layout says about an object before it is opened.
//!
//! `[prefix/]AWSLogs/[o-ID/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_RANDOM.json.gz`

use watchfire_model::EventTime;

/// Which of CloudTrail's three kinds of object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trail {
    Log,
    Insight,
    /// Hash chains over the logs: proof, not events.
    Digest,
}

impl Trail {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "CloudTrail" => Some(Trail::Log),
            "CloudTrail-Insight" => Some(Trail::Insight),
            "CloudTrail-Digest" => Some(Trail::Digest),
            _ => None,
        }
    }
}

/// The parts of a CloudTrail file name. The name says everything the folders say, so copies in a flat folder prune as well.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FileName<'a> {
    pub account: &'a str,
    pub trail: Trail,
    pub region: &'a str,
    /// When the file was delivered, to the minute; digests carry it elsewhere and have none here.
    pub time: Option<EventTime>,
}

impl<'a> FileName<'a> {
    /// `None` for every name outside the layout.
    pub(crate) fn parse(name: &'a str) -> Option<Self> {
        let mut parts = name.split('_');
        let account = parts.next().filter(|part| is_account(part))?;
        let trail = Trail::parse(parts.next()?)?;
        let region = parts.next().filter(|part| is_region(part))?;
        let time = parts.next().and_then(key_time);
        (trail == Trail::Digest || time.is_some()).then_some(FileName { account, trail, region, time })
    }
}

/// Where a folder stands to the layout.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Position {
    /// Above an `AWSLogs` folder, or nowhere near one.
    #[default]
    Before,
    Inside,
    /// Below an `AWSLogs` folder, where CloudTrail does not write.
    Beyond,
}

/// The parts of a folder in the layout, as far down as the folder goes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Folder<'a> {
    pub position: Position,
    pub account: Option<&'a str>,
    pub trail: Option<Trail>,
    pub region: Option<&'a str>,
    /// First millisecond in the folder, and the first after it.
    pub span: Option<(EventTime, EventTime)>,
}

impl<'a> Folder<'a> {
    /// Reads the segments after the last `AWSLogs`; stops where they leave the layout, since what follows is then unknown.
    pub(crate) fn parse(segments: impl Iterator<Item = &'a str>) -> Self {
        let mut folder = Folder::default();
        let mut inside: Option<Vec<&str>> = None;
        for segment in segments {
            match &mut inside {
                _ if segment == "AWSLogs" => inside = Some(Vec::with_capacity(7)),
                Some(tail) => tail.push(segment),
                None => {}
            }
        }
        let Some(tail) = inside else {
            return folder;
        };
        let mut tail = tail.into_iter().peekable();
        tail.next_if(|segment| segment.starts_with("o-"));
        folder.account = tail.next_if(|segment| is_account(segment));
        if folder.account.is_some() {
            folder.trail = tail.peek().and_then(|segment| Trail::parse(segment));
        }
        if folder.trail.is_some() {
            tail.next();
            folder.region = tail.next_if(|segment| is_region(segment));
        }
        if folder.region.is_some() {
            let days = [tail.next(), tail.next(), tail.next()];
            folder.span = span(days[0], days[1], days[2]);
            folder.position = if days[0].is_some() && folder.span.is_none() { Position::Beyond } else { Position::Inside };
        } else {
            folder.position = if tail.peek().is_some() { Position::Beyond } else { Position::Inside };
        }
        folder
    }
}

/// The time a year, month or day folder covers.
fn span(year: Option<&str>, month: Option<&str>, day: Option<&str>) -> Option<(EventTime, EventTime)> {
    const DAY_MILLIS: i64 = 86_400_000;
    let number = |text: &str, digits_max: usize| {
        let plain = (1..=digits_max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| text.parse::<i64>().ok()).flatten()
    };
    let first_of = |year: i64, month: i64, day: i64| format!("{year:04}-{month:02}-{day:02}T00:00:00Z").parse::<EventTime>().ok();
    let year = number(year?, 4)?;
    let Some(month) = month.and_then(|text| number(text, 2)) else {
        return Some((first_of(year, 1, 1)?, first_of(year + 1, 1, 1)?));
    };
    let Some(day) = day.and_then(|text| number(text, 2)) else {
        let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        return Some((first_of(year, month, 1)?, first_of(next_year, next_month, 1)?));
    };
    let start = first_of(year, month, day)?;
    Some((start, EventTime(start.millis() + DAY_MILLIS)))
}

/// `20260302T0915Z`
fn key_time(text: &str) -> Option<EventTime> {
    let bytes: &[u8; 14] = text.as_bytes().try_into().ok()?;
    if !text.is_ascii() || bytes[8] != b'T' || bytes[13] != b'Z' {
        return None;
    }
    let (year, month, day, hour, minute) = (&text[..4], &text[4..6], &text[6..8], &text[9..11], &text[11..13]);
    format!("{year}-{month}-{day}T{hour}:{minute}:00Z").parse().ok()
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_region(text: &str) -> bool {
    text.contains('-') && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_in_and_outside_the_layout() {
        let time = |text: &str| Some(text.parse::<EventTime>().expect("an instant"));
        for (name, expect) in [
            (
                "111122223333_CloudTrail_us-east-1_20260302T0915Z_a1B2c3D4e5F6g7H8.json.gz",
                Some(("111122223333", Trail::Log, "us-east-1", time("2026-03-02T09:15:00Z"))),
            ),
            (
                "111122223333_CloudTrail_us-gov-west-1_20260302T0915Z_x.json",
                Some(("111122223333", Trail::Log, "us-gov-west-1", time("2026-03-02T09:15:00Z"))),
            ),
            (
                "111122223333_CloudTrail-Insight_us-east-1_20260302T0915Z_x.json.gz",
                Some(("111122223333", Trail::Insight, "us-east-1", time("2026-03-02T09:15:00Z"))),
            ),
            (
                "111122223333_CloudTrail-Digest_us-east-1_my_trail_eu-west-1_20260302T090000Z.json.gz",
                Some(("111122223333", Trail::Digest, "us-east-1", None)),
            ),
            ("111122223333_CloudTrail_us-east-1_20260231T0915Z_x.json.gz", None),
            ("111122223333_CloudTrail_us-east-1_2026030é0915Z_x.json.gz", None),
            ("111122223333_vpcflowlogs_us-east-1_fl-1_20260302T0915Z_x.log.gz", None),
            ("11112222333_CloudTrail_us-east-1_20260302T0915Z_x.json.gz", None),
            ("events.json", None),
            ("", None),
        ] {
            let found = FileName::parse(name).map(|name| (name.account, name.trail, name.region, name.time));
            assert_eq!(found, expect, "{name}");
        }
    }

    #[test]
    fn folders_say_what_lies_below() {
        let day = |text: &str| format!("{text}T00:00:00Z").parse::<EventTime>().expect("a day");
        use Position::{Before, Beyond, Inside};
        for (path, position, account, trail, region, span) in [
            ("logs/2026/03", Before, None, None, None, None),
            ("AWSLogs", Inside, None, None, None, None),
            ("AWSLogs/o-a1b2c3d4e5", Inside, None, None, None, None),
            ("AWSLogs/lambda", Beyond, None, None, None, None),
            ("p/q/AWSLogs/o-a1b2c3d4e5/111122223333", Inside, Some("111122223333"), None, None, None),
            ("AWSLogs/111122223333/vpcflowlogs/us-east-1/2026", Beyond, Some("111122223333"), None, None, None),
            ("AWSLogs/111122223333/CloudTrail", Inside, Some("111122223333"), Some(Trail::Log), None, None),
            ("AWSLogs/111122223333/CloudTrail-Digest", Inside, Some("111122223333"), Some(Trail::Digest), None, None),
            ("AWSLogs/111122223333/CloudTrail/us-east-1", Inside, Some("111122223333"), Some(Trail::Log), Some("us-east-1"), None),
            (
                "AWSLogs/111122223333/CloudTrail/us-east-1/2026",
                Inside,
                Some("111122223333"),
                Some(Trail::Log),
                Some("us-east-1"),
                Some((day("2026-01-01"), day("2027-01-01"))),
            ),
            (
                "AWSLogs/111122223333/CloudTrail/us-east-1/2026/12",
                Inside,
                Some("111122223333"),
                Some(Trail::Log),
                Some("us-east-1"),
                Some((day("2026-12-01"), day("2027-01-01"))),
            ),
            (
                "AWSLogs/111122223333/CloudTrail/us-east-1/2024/02/29",
                Inside,
                Some("111122223333"),
                Some(Trail::Log),
                Some("us-east-1"),
                Some((day("2024-02-29"), day("2024-03-01"))),
            ),
            ("AWSLogs/111122223333/CloudTrail/us-east-1/2026/13", Beyond, Some("111122223333"), Some(Trail::Log), Some("us-east-1"), None),
        ] {
            assert_eq!(Folder::parse(path.split('/')), Folder { position, account, trail, region, span }, "{path}");
        }
    }
}
