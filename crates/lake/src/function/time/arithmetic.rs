//! Reckoning with times: `date_add`, `date_diff`, `date_trunc`.

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;

use super::civil::{DAY, Day, day_of_week};
use super::unit::Unit;
use super::{Moments, in_range, same_kind};
use crate::function::call::{Bad, Call, Outcome, Texts};
use crate::function::kind::{Gives, Kind};
use crate::function::scalar::Scalar;

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar {
        name: "date_add",
        signature: "date_add(unit, count, time)",
        meaning: "a time so many units later, or earlier when the count is negative",
        takes: &[Kind::Text, Kind::Integer, Kind::Moment],
        gives: Gives::By(|given, _| Ok(same_kind(given.get(2)))),
        fails: true,
        run: date_add,
        ..Scalar::PLAIN
    },
    Scalar {
        name: "date_diff",
        aliases: &["datediff"],
        signature: "date_diff(unit, from, to)",
        meaning: "how many whole units lie between two times",
        takes: &[Kind::Text, Kind::Moment, Kind::Moment],
        gives: Gives::Integer,
        fails: true,
        run: date_diff,
        ..Scalar::PLAIN
    },
    Scalar {
        name: "date_trunc",
        signature: "date_trunc(unit, time)",
        meaning: "the beginning of the unit that a time falls in",
        takes: &[Kind::Text, Kind::Moment],
        gives: Gives::By(|given, _| Ok(same_kind(given.get(1)))),
        fails: true,
        run: date_trunc,
        ..Scalar::PLAIN
    },
];

/// The unit of a row; a constant is read once.
struct Units<'a> {
    texts: Texts<'a>,
    last: Option<(&'a str, std::result::Result<Unit, Bad>)>,
}

impl<'a> Units<'a> {
    fn of(call: &Call<'a>) -> Result<Units<'a>> {
        Ok(Units { texts: call.texts(0)?, last: None })
    }

    fn at(&mut self, row: usize) -> Outcome<Unit> {
        let Some(text) = self.texts.at(row) else { return Ok(None) };
        match &self.last {
            Some((last, unit)) if *last == text => unit.clone().map(Some),
            _ => {
                let unit = Unit::read(text);
                self.last = Some((text, unit.clone()));
                unit.map(Some)
            }
        }
    }
}

/// Answers with days or times, as the argument was.
fn give(call: &Call<'_>, times: &Moments<'_>, mut one: impl FnMut(usize) -> Outcome<i64>) -> Result<ArrayRef> {
    if times.are_days() {
        return call.give_dates(|row| one(row).map(|instant| instant.map(|instant| instant.div_euclid(DAY) as i32)));
    }
    call.give_times(one)
}

fn date_add(call: &Call<'_>) -> Result<ArrayRef> {
    let (mut units, counts, times) = (Units::of(call)?, call.integers(1)?, Moments::of(call, 2)?);
    give(call, &times, |row| {
        let (Some(unit), Some(count), Some(instant)) = (units.at(row)?, counts.at(row), times.instant(row)?) else { return Ok(None) };
        if times.are_days() {
            unit.suits_days()?;
        }
        let added = match unit {
            Unit::Fixed(length) => count.checked_mul(length).and_then(|length| instant.checked_add(length)),
            calendar => {
                add_calendar(instant.saturating_add(times.zone.offset(instant)), calendar, count).map(|local| times.zone.instant(local))
            }
        };
        added.map_or_else(|| in_range(i64::MAX), in_range).map(Some)
    })
}

/// A time on the wall so many units of the calendar later.
fn add_calendar(local: i64, unit: Unit, count: i64) -> Option<i64> {
    match unit {
        Unit::Fixed(length) => local.checked_add(count.checked_mul(length)?),
        Unit::Days(length) => local.checked_add(count.checked_mul(length)?.checked_mul(DAY)?),
        Unit::Months(length) => {
            let day = Day::from_days(local.div_euclid(DAY)).plus_months(count.checked_mul(length)?)?;
            Some(day.days() * DAY + local.rem_euclid(DAY))
        }
    }
}

fn date_diff(call: &Call<'_>) -> Result<ArrayRef> {
    let (mut units, from, to) = (Units::of(call)?, Moments::of(call, 1)?, Moments::of(call, 2)?);
    call.give_integers(|row| {
        let (Some(unit), Some(start), Some(end)) = (units.at(row)?, from.instant(row)?, to.instant(row)?) else { return Ok(None) };
        if from.are_days() && to.are_days() {
            unit.suits_days()?;
        }
        // Both on the wall of the first one's zone: a day is then a day there, not 24 hours.
        let local = |instant: i64| instant.saturating_add(from.zone.offset(instant));
        Ok(Some(match unit {
            Unit::Fixed(length) => end.saturating_sub(start) / length,
            Unit::Days(length) => local(end).saturating_sub(local(start)) / (length * DAY),
            Unit::Months(length) => months_between(local(start), local(end)) / length,
        }))
    })
}

/// How many whole months lie between two times on the wall.
fn months_between(start: i64, end: i64) -> i64 {
    let (from, to) = (Day::from_days(start.div_euclid(DAY)), Day::from_days(end.div_euclid(DAY)));
    let months = (to.year - from.year) * 12 + to.month - from.month;
    let Some(reached) = add_calendar(start, Unit::Months(1), months) else { return months };
    match months.signum() {
        1 if reached > end => months - 1,
        -1 if reached < end => months + 1,
        _ => months,
    }
}

fn date_trunc(call: &Call<'_>) -> Result<ArrayRef> {
    let (mut units, times) = (Units::of(call)?, Moments::of(call, 1)?);
    give(call, &times, |row| {
        let (Some(unit), Some(instant)) = (units.at(row)?, times.instant(row)?) else { return Ok(None) };
        if times.are_days() {
            unit.suits_days()?;
        }
        let offset = times.zone.offset(instant);
        let begin = truncate(instant.saturating_add(offset), unit);
        // Within a day the clock runs on evenly: the offset stays, so an hour that comes twice keeps its own beginning.
        in_range(if let Unit::Fixed(_) = unit { begin - offset } else { times.zone.instant(begin) }).map(Some)
    })
}

fn truncate(local: i64, unit: Unit) -> i64 {
    let days = local.div_euclid(DAY);
    match unit {
        Unit::Fixed(length) => local - local.rem_euclid(length),
        Unit::Days(1) => days * DAY,
        Unit::Days(_) => (days - (day_of_week(days) - 1)) * DAY,
        Unit::Months(length) => {
            let day = Day::from_days(days);
            Day { month: (day.month - 1) / length * length + 1, day: 1, ..day }.days() * DAY
        }
    }
}
