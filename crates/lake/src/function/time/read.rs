//! Reads a time by the pieces of a format.

use super::civil::{DAY, Day, monday_of};
use super::iso::{Said, read_fraction, read_offset};
use super::pattern::{Part, Piece};
use super::write::{DAYS, MONTHS};
use super::zone::Zone;

/// What the pieces have said so far.
#[derive(Debug, Default)]
struct Found {
    year: Option<i64>,
    week_year: Option<i64>,
    week: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    day_of_week: Option<i64>,
    hour: Option<i64>,
    half_hour: Option<i64>,
    afternoon: Option<bool>,
    minute: Option<i64>,
    second: Option<i64>,
    millis: i64,
    offset: Option<i64>,
    zone: Option<Zone>,
}

/// The time that a text says; none when it does not fit the pieces, or says a day that the calendar lacks.
pub(super) fn read(text: &str, pieces: &[Piece]) -> Option<Said> {
    let mut found = Found::default();
    let mut rest = text;
    for piece in pieces {
        rest = found.take(piece, rest)?;
    }
    if rest.is_empty() { found.said() } else { None }
}

/// As many digits as there are, up to a number of them.
fn digits(text: &str, most: usize) -> Option<(&str, &str)> {
    let end = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if end == 0 { None } else { text.split_at_checked(end) }
}

/// The longest of the names, or of their first three letters, that a text begins with: its number from 1, and what follows.
fn named<'t>(text: &'t str, names: &[&str]) -> Option<(i64, &'t str)> {
    let begins = |name: &str| text.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name));
    names.iter().zip(1..).find_map(|(name, number)| {
        let taken = if begins(name) { name.len() } else { name.get(..3).filter(|short| begins(short))?.len() };
        Some((number, text.get(taken..)?))
    })
}

impl Found {
    fn take<'t>(&mut self, piece: &Piece, text: &'t str) -> Option<&'t str> {
        match piece {
            Piece::Literal(literal) => text.strip_prefix(literal.as_str()),
            Piece::Number { part, most, .. } => {
                let (number, rest) = digits(text, *most)?;
                self.number(*part, number.parse().ok()?)?;
                Some(rest)
            }
            Piece::Fraction { most, .. } => {
                let (fraction, rest) = digits(text, *most)?;
                self.millis = read_fraction(fraction)?;
                Some(rest)
            }
            Piece::MonthName { .. } => {
                let (month, rest) = named(text, &MONTHS)?;
                self.month = Some(month);
                Some(rest)
            }
            Piece::DayName { .. } => {
                let (day, rest) = named(text, &DAYS)?;
                self.day_of_week = Some(day);
                Some(rest)
            }
            Piece::HalfDay => {
                let (half, rest) = text.split_at_checked(2)?;
                self.afternoon = Some(half.eq_ignore_ascii_case("pm"));
                (half.eq_ignore_ascii_case("am") || half.eq_ignore_ascii_case("pm")).then_some(rest)
            }
            Piece::Era => {
                let (era, rest) = text.split_at_checked(2)?;
                era.eq_ignore_ascii_case("ad").then_some(rest)
            }
            Piece::Offset { .. } => {
                let end = text
                    .find(|letter: char| !letter.is_ascii_digit() && !matches!(letter, '+' | '-' | ':' | 'Z' | 'z'))
                    .unwrap_or(text.len());
                let (offset, rest) = text.split_at_checked(end)?;
                self.offset = Some(read_offset(offset)?);
                Some(rest)
            }
            Piece::Zone => {
                let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '/' | '_' | '+' | '-' | ':');
                let (zone, rest) = text.split_at_checked(text.find(|letter| !is_part(letter)).unwrap_or(text.len()))?;
                self.zone = Some(Zone::read(zone).ok()?);
                Some(rest)
            }
        }
    }

    /// Keeps a number, if it is one that the part can be.
    fn number(&mut self, part: Part, number: i64) -> Option<()> {
        let (place, range, kept) = match part {
            Part::Year => (&mut self.year, 0..=9999, number),
            Part::ShortYear => (&mut self.year, 1970..=2069, if number < 70 { 2000 + number } else { 1900 + number }),
            Part::Century => return (0..=99).contains(&number).then_some(()),
            Part::WeekYear => (&mut self.week_year, 1..=9999, number),
            Part::Week => (&mut self.week, 1..=53, number),
            Part::Month => (&mut self.month, 1..=12, number),
            Part::Day => (&mut self.day, 1..=31, number),
            Part::DayOfYear => (&mut self.day_of_year, 1..=366, number),
            Part::DayOfWeek => (&mut self.day_of_week, 1..=7, number),
            Part::Hour => (&mut self.hour, 0..=23, number),
            Part::ClockHour => (&mut self.hour, 0..=23, if number == 24 { 0 } else { number }),
            Part::HalfHour => (&mut self.half_hour, 0..=11, number),
            Part::ClockHalfHour => (&mut self.half_hour, 0..=11, if number == 12 { 0 } else { number }),
            Part::Minute => (&mut self.minute, 0..=59, number),
            Part::Second => (&mut self.second, 0..=59, number),
        };
        if !range.contains(&kept) {
            return None;
        }
        *place = Some(kept);
        Some(())
    }

    fn said(&self) -> Option<Said> {
        let half = self.half_hour.unwrap_or(0) + if self.afternoon == Some(true) { 12 } else { 0 };
        let hour = self.hour.unwrap_or(half);
        let clock = hour * 3_600_000 + self.minute.unwrap_or(0) * 60_000 + self.second.unwrap_or(0) * 1000 + self.millis;
        let local = self.days()? * DAY + clock;
        let offset = self.offset.or_else(|| self.zone.map(|zone| local - zone.instant(local)));
        Some(Said { local, offset })
    }

    fn days(&self) -> Option<i64> {
        let year = self.year.unwrap_or(1970);
        if let Some(of_year) = self.day_of_year {
            let day = Day::from_days(Day { year, month: 1, day: 1 }.days() + of_year - 1);
            return (day.year == year).then(|| day.days());
        }
        if let (Some(week), None, None) = (self.week, self.month, self.day) {
            let year = self.week_year.or(self.year).unwrap_or(1970);
            let monday = monday_of(year, week);
            return (Day::from_days(monday).iso_week() == (year, week)).then(|| monday + self.day_of_week.unwrap_or(1) - 1);
        }
        Day::new(year, self.month.unwrap_or(1), self.day.unwrap_or(1)).map(Day::days)
    }
}
