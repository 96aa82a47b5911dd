//! Parts of a time: year, month, day of the week and such.

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;

use super::Moments;
use super::civil::{DAY, Day, day_of_week, days_in_month};
use crate::function::call::Call;
use crate::function::kind::{Gives, Kind};
use crate::function::scalar::Scalar;

const fn field(name: &'static str, signature: &'static str, meaning: &'static str) -> Scalar {
    Scalar { name, signature, meaning, takes: &[Kind::Moment], gives: Gives::Integer, fails: true, ..Scalar::PLAIN }
}

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar { run: |call| part(call, |local| day(local).year), ..field("year", "year(time)", "the year of a time") },
    Scalar {
        run: |call| part(call, |local| (day(local).month + 2) / 3),
        ..field("quarter", "quarter(time)", "the quarter of the year, 1 to 4")
    },
    Scalar { run: |call| part(call, |local| day(local).month), ..field("month", "month(time)", "the month, 1 to 12") },
    Scalar {
        aliases: &["week_of_year"],
        run: |call| part(call, |local| day(local).iso_week().1),
        ..field("week", "week(time)", "the week of the year by ISO 8601, 1 to 53")
    },
    Scalar {
        aliases: &["yow"],
        run: |call| part(call, |local| day(local).iso_week().0),
        ..field("year_of_week", "year_of_week(time)", "the year that the week by ISO 8601 belongs to")
    },
    Scalar {
        aliases: &["day_of_month"],
        run: |call| part(call, |local| day(local).day),
        ..field("day", "day(time)", "the day of the month, 1 to 31")
    },
    Scalar {
        aliases: &["dow"],
        run: |call| part(call, |local| day_of_week(local.div_euclid(DAY))),
        ..field("day_of_week", "day_of_week(time)", "the day of the week, 1 for Monday to 7 for Sunday")
    },
    Scalar {
        aliases: &["doy"],
        run: |call| part(call, |local| day(local).of_year()),
        ..field("day_of_year", "day_of_year(time)", "the day of the year, 1 to 366")
    },
    Scalar {
        run: |call| part(call, |local| local.rem_euclid(DAY) / 3_600_000),
        ..field("hour", "hour(time)", "the hour of the day, 0 to 23")
    },
    Scalar {
        run: |call| part(call, |local| local.rem_euclid(DAY) / 60_000 % 60),
        ..field("minute", "minute(time)", "the minute of the hour, 0 to 59")
    },
    Scalar {
        run: |call| part(call, |local| local.rem_euclid(DAY) / 1000 % 60),
        ..field("second", "second(time)", "the second of the minute, 0 to 59")
    },
    Scalar {
        run: |call| part(call, |local| local.rem_euclid(1000)),
        ..field("millisecond", "millisecond(time)", "the millisecond of the second, 0 to 999")
    },
    Scalar {
        run: |call| offset(call, |minutes| minutes / 60),
        ..field("timezone_hour", "timezone_hour(time)", "the hours by which the zone of a time is ahead of UTC")
    },
    Scalar {
        run: |call| offset(call, |minutes| minutes % 60),
        ..field("timezone_minute", "timezone_minute(time)", "the minutes beside the hours by which the zone of a time is ahead of UTC")
    },
    Scalar {
        gives: Gives::Text,
        run: |call| {
            let times = Moments::of(call, 0)?;
            let name = times.zone_name.as_deref().unwrap_or("UTC").to_owned();
            call.give_texts(|row| Ok(times.instant(row)?.map(|_| name.as_str())))
        },
        ..field("timezone", "timezone(time)", "the name of the zone that a time is shown in")
    },
    Scalar {
        gives: Gives::Date,
        run: last_day_of_month,
        ..field("last_day_of_month", "last_day_of_month(time)", "the last day of the month that a time falls in")
    },
];

fn day(local: i64) -> Day {
    Day::from_days(local.div_euclid(DAY))
}

fn part(call: &Call<'_>, of: fn(i64) -> i64) -> Result<ArrayRef> {
    let times = Moments::of(call, 0)?;
    call.give_integers(|row| Ok(times.local(row)?.map(of)))
}

/// What is to be known of the minutes by which the zone is ahead of UTC.
fn offset(call: &Call<'_>, of: fn(i64) -> i64) -> Result<ArrayRef> {
    let times = Moments::of(call, 0)?;
    call.give_integers(|row| Ok(times.instant(row)?.map(|instant| of(times.zone.offset(instant) / 60_000))))
}

fn last_day_of_month(call: &Call<'_>) -> Result<ArrayRef> {
    let times = Moments::of(call, 0)?;
    call.give_dates(|row| {
        let last = |local| {
            let day = day(local);
            Day { day: days_in_month(day.year, day.month), ..day }.days() as i32
        };
        Ok(times.local(row)?.map(last))
    })
}
