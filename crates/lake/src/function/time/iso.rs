//! Times and days as ISO 8601 writes them.

use super::civil::{DAY, Day, days_in_month, monday_of};

/// What a text says: the clock on the wall, and how far that clock is ahead of UTC when it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) local: i64,
    pub(super) offset: Option<i64>,
}

impl Said {
    /// Milliseconds since 1970-01-01 UTC; a text without a zone is in UTC.
    pub(super) fn instant(self) -> i64 {
        self.local - self.offset.unwrap_or(0)
    }
}

/// Reads a time, which may be a mere day; the day and the time stand apart by `T` or a space.
pub(super) fn read_time(text: &str) -> Option<Said> {
    if let Some(said) = read_usual(text.as_bytes()) {
        return Some(said);
    }
    let text = text.trim();
    let at = text.find(['T', 't', ' ']).unwrap_or(text.len());
    let days = read_day(text.get(..at)?)?;
    let clock = text.get(at..)?;
    let Some(clock) = clock.get(1..) else { return Some(Said { local: days * DAY, offset: None }) };
    let zone_at = clock.find(['Z', 'z', '+', '-', ' ']).unwrap_or(clock.len());
    let millis = read_clock(clock.get(..zone_at)?)?;
    let zone = clock.get(zone_at..)?.trim();
    let offset = if zone.is_empty() { None } else { Some(read_offset(zone)?) };
    Some(Said { local: days * DAY + millis, offset })
}

/// `2023-07-19T21:35:03Z`, as nearly every record has it.
#[inline]
fn read_usual(text: &[u8]) -> Option<Said> {
    let &[y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T', h0, h1, b':', i0, i1, b':', s0, s1, b'Z'] = text else { return None };
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
    let two = |tens: u8, ones: u8| Some(digit(tens)? * 10 + digit(ones)?);
    let day = Day::new(two(y0, y1)? * 100 + two(y2, y3)?, two(m0, m1)?, two(d0, d1)?)?;
    let (hour, minute, second) = (two(h0, h1)?, two(i0, i1)?, two(s0, s1)?);
    (hour < 24 && minute < 60 && second < 60)
        .then(|| Said { local: day.days() * DAY + hour * 3_600_000 + minute * 60_000 + second * 1000, offset: Some(0) })
}

fn number(text: &str, digits: usize) -> Option<i64> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// Reads `2023-07-19`, `2023-07`, `2023`, `2023-200` and `2023-W29-3`: days since 1970-01-01.
pub(super) fn read_day(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let year = number(parts.next()?, 4)?;
    let (second, third) = (parts.next(), parts.next());
    if parts.next().is_some() {
        return None;
    }
    match (second, third) {
        (None, _) => Day::new(year, 1, 1).map(Day::days),
        (Some(week), day) if week.starts_with('W') => {
            let week = number(week.get(1..)?, 2)?;
            let day = day.map_or(Some(1), |day| number(day, 1))?;
            let monday = monday_of(year, week);
            let exists = (1..=7).contains(&day) && Day::from_days(monday).iso_week() == (year, week);
            exists.then_some(monday + day - 1)
        }
        (Some(of_year), None) if of_year.len() == 3 => {
            let of_year = number(of_year, 3)?;
            let last = 337 + days_in_month(year, 2);
            (1..=last).contains(&of_year).then(|| Day { year, month: 1, day: 1 }.days() + of_year - 1)
        }
        (Some(month), None) => Day::new(year, number(month, 2)?, 1).map(Day::days),
        (Some(month), Some(day)) => Day::new(year, number(month, 2)?, number(day, 2)?).map(Day::days),
    }
}

/// Reads `21`, `21:35`, `21:35:03` and `21:35:03.123456789`; what is finer than a millisecond is cut off.
fn read_clock(text: &str) -> Option<i64> {
    let (whole, fraction) = match text.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let mut parts = whole.split(':');
    let hour = number(parts.next()?, 2)?;
    let minute = parts.next().map_or(Some(0), |part| number(part, 2))?;
    let second = parts.next();
    let seconds = second.map_or(Some(0), |part| number(part, 2))?;
    if parts.next().is_some() || hour > 23 || minute > 59 || seconds > 59 || (fraction.is_some() && second.is_none()) {
        return None;
    }
    let millis = fraction.map_or(Some(0), read_fraction)?;
    Some(hour * 3_600_000 + minute * 60_000 + seconds * 1000 + millis)
}

/// The digits behind a second as milliseconds.
pub(super) fn read_fraction(digits: &str) -> Option<i64> {
    if digits.is_empty() || digits.len() > 12 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((0..3).fold(0, |millis, at| millis * 10 + digits.as_bytes().get(at).map_or(0, |digit| i64::from(digit - b'0'))))
}

/// Reads `Z`, `UTC`, `+02`, `+0200` and `+02:00`: milliseconds ahead of UTC.
pub(super) fn read_offset(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("z") || text.eq_ignore_ascii_case("utc") || text.eq_ignore_ascii_case("gmt") {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits = text.get(1..)?;
    let (hours, minutes) = match digits.len() {
        2 => (number(digits, 2)?, 0),
        4 => (number(digits.get(..2)?, 2)?, number(digits.get(2..)?, 2)?),
        _ => {
            let (hours, minutes) = digits.split_once(':')?;
            (number(hours, 2)?, number(minutes, 2)?)
        }
    };
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3_600_000 + minutes * 60_000))
}

/// `2023-07-19`.
pub(super) fn write_day(days: i64) -> String {
    let Day { year, month, day } = Day::from_days(days);
    format!("{year:04}-{month:02}-{day:02}")
}

/// `2023-07-19T21:35:03.000`, with `Z` or `+02:00` when an offset is given.
pub(super) fn write_time(local: i64, offset: Option<i64>) -> String {
    let (days, millis) = (local.div_euclid(DAY), local.rem_euclid(DAY));
    let zone = match offset {
        None => String::new(),
        Some(0) => "Z".to_owned(),
        Some(offset) => write_offset(offset, true),
    };
    let (hour, minute, second) = (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60);
    format!("{}T{hour:02}:{minute:02}:{second:02}.{:03}{zone}", write_day(days), millis % 1000)
}

/// `+02:00` or `+0200`.
pub(super) fn write_offset(offset: i64, colon: bool) -> String {
    let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.abs() / 60_000);
    format!("{sign}{:02}{}{:02}", minutes / 60, if colon { ":" } else { "" }, minutes % 60)
}
