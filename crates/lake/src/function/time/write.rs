//! Writes a time by the pieces of a format.

use super::civil::{DAY, Day, day_of_week};
use super::iso::write_offset;
use super::pattern::{Part, Piece};

pub(super) const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
pub(super) const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The text of a time on the wall, in a zone that is so far ahead of UTC.
pub(super) fn write(pieces: &[Piece], local: i64, offset: i64, zone: Option<&str>) -> String {
    let days = local.div_euclid(DAY);
    let day = Day::from_days(days);
    let millis = local.rem_euclid(DAY);
    let name = |names: &[&'static str], one_based: i64, full: bool| {
        let name = names.get((one_based - 1) as usize).copied().unwrap_or_default();
        if full { name } else { name.get(..3).unwrap_or(name) }
    };
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Literal(literal) => text.push_str(literal),
            Piece::Number { part, least, .. } => text.push_str(&format!("{:0width$}", number(*part, days, day, millis), width = *least)),
            Piece::Fraction { digits, .. } => {
                let all = format!("{:03}{:0<width$}", millis % 1000, "", width = digits.saturating_sub(3));
                text.push_str(all.get(..*digits).unwrap_or(&all));
            }
            Piece::MonthName { full } => text.push_str(name(&MONTHS, day.month, *full)),
            Piece::DayName { full } => text.push_str(name(&DAYS, day_of_week(days), *full)),
            Piece::HalfDay => text.push_str(if millis < DAY / 2 { "AM" } else { "PM" }),
            Piece::Era => text.push_str(if day.year > 0 { "AD" } else { "BC" }),
            Piece::Offset { colon } => text.push_str(&write_offset(offset, *colon)),
            Piece::Zone => text.push_str(zone.unwrap_or("UTC")),
        }
    }
    text
}

fn number(part: Part, days: i64, day: Day, millis: i64) -> i64 {
    let hour = millis / 3_600_000;
    let clock = |hour: i64, hours: i64| if hour == 0 { hours } else { hour };
    match part {
        Part::Year => day.year,
        Part::ShortYear => day.year.rem_euclid(100),
        Part::Century => day.year / 100,
        Part::WeekYear => day.iso_week().0,
        Part::Week => day.iso_week().1,
        Part::Month => day.month,
        Part::Day => day.day,
        Part::DayOfYear => day.of_year(),
        Part::DayOfWeek => day_of_week(days),
        Part::Hour => hour,
        Part::ClockHour => clock(hour, 24),
        Part::HalfHour => hour % 12,
        Part::ClockHalfHour => clock(hour % 12, 12),
        Part::Minute => millis / 60_000 % 60,
        Part::Second => millis / 1000 % 60,
    }
}
