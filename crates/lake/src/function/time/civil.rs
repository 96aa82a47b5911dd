//! The calendar: days since 1970-01-01 to year, month and day, and back.

/// Milliseconds of a day.
pub(super) const DAY: i64 = 86_400_000;

/// The first and the last instant that functions answer: years 0001 to 9999, which every reader of the answers can show.
pub(super) const MILLIS_MIN: i64 = -62_135_596_800_000;
pub(super) const MILLIS_MAX: i64 = 253_402_300_799_999;

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
}

impl Day {
    /// The day that lies so many days behind 1970-01-01. Years are counted from March, so that the leap day comes last.
    #[inline]
    pub(super) fn from_days(days: i64) -> Day {
        let shifted = days.saturating_add(719_468);
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Day { year, month, day: of_year - (153 * from_march + 2) / 5 + 1 }
    }

    /// A day by its numbers, if the calendar has it.
    pub(super) fn new(year: i64, month: i64, day: i64) -> Option<Day> {
        let fits = (0..=9999).contains(&year) && (1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month);
        fits.then_some(Day { year, month, day })
    }

    /// Days since 1970-01-01.
    #[inline]
    pub(super) fn days(self) -> i64 {
        let year = self.year - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let from_march = if self.month > 2 { self.month - 3 } else { self.month + 9 };
        let of_year = (153 * from_march + 2) / 5 + self.day - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year - 719_468
    }

    /// 1 to 366.
    pub(super) fn of_year(self) -> i64 {
        self.days() - Day { month: 1, day: 1, ..self }.days() + 1
    }

    /// The same day so many months later, or the last day of that month when it is shorter.
    pub(super) fn plus_months(self, months: i64) -> Option<Day> {
        let count = self.year.checked_mul(12)?.checked_add(self.month - 1)?.checked_add(months)?;
        let (year, month) = (count.div_euclid(12), count.rem_euclid(12) + 1);
        (-9999..=9999).contains(&year).then(|| Day { year, month, day: self.day.min(days_in_month(year, month)) })
    }

    /// The year and the number of the week by ISO 8601.
    pub(super) fn iso_week(self) -> (i64, i64) {
        let days = self.days();
        let thursday = days - (day_of_week(days) - 1) + 3;
        let year = Day::from_days(thursday).year;
        (year, (thursday - Day { year, month: 1, day: 1 }.days()) / 7 + 1)
    }
}

/// 1 for Monday to 7 for Sunday.
pub(super) fn day_of_week(days: i64) -> i64 {
    days.saturating_add(3).rem_euclid(7) + 1
}

/// 28 to 31.
pub(super) fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// The Monday of a week of ISO 8601, as days since 1970-01-01.
pub(super) fn monday_of(year: i64, week: i64) -> i64 {
    let fourth = Day { year, month: 1, day: 4 }.days();
    fourth - (day_of_week(fourth) - 1) + (week - 1) * 7
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_nine_centuries_is_as_the_calendar_has_it() {
        let mut date = jiff::civil::Date::constant(1600, 1, 1);
        let mut days = -135_140;
        while date.year() < 2500 {
            let day = Day::from_days(days);
            assert_eq!((day.year, day.month, day.day), (date.year().into(), date.month().into(), date.day().into()));
            assert_eq!(day.days(), days);
            assert_eq!(day.of_year(), i64::from(date.day_of_year()));
            assert_eq!(day_of_week(days), i64::from(date.weekday().to_monday_one_offset()));
            let week = date.iso_week_date();
            assert_eq!(day.iso_week(), (week.year().into(), week.week().into()));
            assert_eq!(monday_of(week.year().into(), week.week().into()) + day_of_week(days) - 1, days);
            date = date.tomorrow().unwrap();
            days += 1;
        }
    }
}
