//! `cron(0 12 ? * MON-FRI *)`: minutes, hours, day of month, month, day of week, year.

use std::str::FromStr;

use jiff::civil::{Date, date};
use jiff::tz::Offset;
use watchfire_model::EventTime;

use super::ScheduleFault;
use super::field::{DAYS, HOURS, MINUTES, MONTHS, Numbers, WEEKDAYS, YEARS};

/// Minutes of the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron {
    minutes: Numbers,
    hours: Numbers,
    days: Days,
    months: Numbers,
    years: Numbers,
}

/// Which days; one of the two fields is `?`, so one rule says it all. Days of the week count from 1, Sunday.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Days {
    OfMonth(Numbers),
    /// `L`
    LastOfMonth,
    /// `3W`: the weekday nearest to the third, in the same month.
    NearestWeekday(u16),
    OfWeek(Numbers),
    /// `6L`: the last Friday.
    LastOfWeek(u16),
    /// `3#2`: the second Tuesday.
    NthOfWeek(u16, u16),
}

impl FromStr for Cron {
    type Err = ScheduleFault;

    /// Reads what stands between the brackets.
    fn from_str(text: &str) -> Result<Cron, ScheduleFault> {
        let fields: Vec<&str> = text.split_ascii_whitespace().collect();
        let &[minutes, hours, month_days, months, week_days, years] = &fields[..] else {
            return Err(ScheduleFault::new(format!("{} fields, 6 are needed", fields.len())));
        };
        Ok(Cron {
            minutes: MINUTES.numbers(minutes)?,
            hours: HOURS.numbers(hours)?,
            days: days(month_days, week_days)?,
            months: MONTHS.numbers(months)?,
            years: YEARS.numbers(years)?,
        })
    }
}

fn days(of_month: &str, of_week: &str) -> Result<Days, ScheduleFault> {
    match (of_month, of_week) {
        ("?", "?") | ("*", "*") => Err(ScheduleFault::new("one of day of month and day of week is ?, and only one")),
        (of_month, "?") => month_days(of_month),
        ("?", of_week) => week_days(of_week),
        _ => Err(ScheduleFault::new("one of day of month and day of week is ?")),
    }
}

fn month_days(text: &str) -> Result<Days, ScheduleFault> {
    match (text, text.strip_suffix('W')) {
        ("L", _) => Ok(Days::LastOfMonth),
        (_, Some(day)) => DAYS.number(day).map(Days::NearestWeekday),
        _ => DAYS.numbers(text).map(Days::OfMonth),
    }
}

fn week_days(text: &str) -> Result<Days, ScheduleFault> {
    if let Some((day, number)) = text.split_once('#') {
        let number = match number {
            "1" | "2" | "3" | "4" | "5" => u16::from(number.as_bytes()[0] - b'0'),
            _ => return Err(ScheduleFault::new("day of week: 1 to 5 after #")),
        };
        return WEEKDAYS.number(day).map(|day| Days::NthOfWeek(day, number));
    }
    match (text, text.strip_suffix('L')) {
        // The last day of the week.
        ("L", _) => Ok(Days::OfWeek(vec![WEEKDAYS.last])),
        (_, Some(day)) => WEEKDAYS.number(day).map(Days::LastOfWeek),
        _ => WEEKDAYS.numbers(text).map(Days::OfWeek),
    }
}

impl Cron {
    /// The first minute after an instant.
    pub(super) fn next(&self, after: EventTime) -> Option<EventTime> {
        let after = Offset::UTC.to_datetime(jiff::Timestamp::from_millisecond(after.millis()).ok()?);
        let (today, clock) = (after.date(), (u16::from(after.hour().unsigned_abs()), u16::from(after.minute().unsigned_abs())));
        for year in self.years.iter().copied().filter(|year| i32::from(*year) >= i32::from(today.year())) {
            for month in &self.months {
                for day in self.days.in_month(year, *month) {
                    let day = civil(year, *month, day);
                    let later = match day.cmp(&today) {
                        std::cmp::Ordering::Less => None,
                        std::cmp::Ordering::Equal => self.clocks().find(|time| *time > clock),
                        std::cmp::Ordering::Greater => self.clocks().next(),
                    };
                    if let Some((hour, minute)) = later {
                        return instant(day, hour, minute);
                    }
                }
            }
        }
        None
    }

    /// Hours and minutes of a day, in order.
    fn clocks(&self) -> impl Iterator<Item = (u16, u16)> {
        self.hours.iter().flat_map(|hour| self.minutes.iter().map(|minute| (*hour, *minute)))
    }
}

impl Days {
    /// The days of a month, in order.
    fn in_month(&self, year: u16, month: u16) -> Numbers {
        let last = u16::from(civil(year, month, 1).days_in_month().unsigned_abs());
        let weekday = |day: u16| u16::from(civil(year, month, day).weekday().to_sunday_one_offset().unsigned_abs());
        let days_of = |wanted: u16| (1..=last).filter(move |day| weekday(*day) == wanted);
        match self {
            Days::OfMonth(days) => days.iter().copied().filter(|day| *day <= last).collect(),
            Days::LastOfMonth => vec![last],
            Days::NearestWeekday(day) if *day > last => vec![],
            Days::NearestWeekday(day) => vec![match weekday(*day) {
                1 if *day == last => *day - 2,
                1 => *day + 1,
                7 if *day == 1 => 3,
                7 => *day - 1,
                _ => *day,
            }],
            Days::OfWeek(wanted) => (1..=last).filter(|day| wanted.contains(&weekday(*day))).collect(),
            Days::LastOfWeek(wanted) => days_of(*wanted).next_back().into_iter().collect(),
            Days::NthOfWeek(wanted, number) => days_of(*wanted).nth(usize::from(*number) - 1).into_iter().collect(),
        }
    }
}

/// A day that is there: fields are checked when they are read, days against the length of the month.
fn civil(year: u16, month: u16, day: u16) -> Date {
    let small = |number: u16| i8::try_from(number).expect("a month or a day");
    date(i16::try_from(year).expect("a year up to 2199"), small(month), small(day))
}

fn instant(day: Date, hour: u16, minute: u16) -> Option<EventTime> {
    let small = |number: u16| i8::try_from(number).expect("an hour or a minute");
    let at = Offset::UTC.to_timestamp(day.at(small(hour), small(minute), 0, 0)).ok()?;
    Some(EventTime(at.as_millisecond()))
}
