//! What the clock on the wall shows for the times of an array: for texts that are put together of times.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringViewArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, TimeUnit, TimestampMillisecondType};
use datafusion::common::{Result, exec_err};

use super::civil::DAY;
use super::iso::write_day;
use super::zone::Zone;
use super::{mysql, write};
use crate::function::call::Bad;

/// Times, and the zone in which they are shown.
pub(in crate::function) struct Clock {
    instants: ArrayRef,
    zone: Zone,
    zone_name: Option<String>,
    are_days: bool,
}

/// The clock of an array of timestamps or days.
pub(in crate::function) fn clock(values: &ArrayRef) -> Result<Clock> {
    let zone_name = if let DataType::Timestamp(_, Some(zone)) = values.data_type() { Some(zone.to_string()) } else { None };
    let zone = match zone_name.as_deref().map_or(Ok(Zone::Utc), Zone::read) {
        Ok(zone) => zone,
        Err(Bad(reason)) => return exec_err!("{reason}"),
    };
    let are_days = *values.data_type() == DataType::Date32;
    // Of an instant only the zone is dropped; the number stays.
    let instants = cast(values, &DataType::Timestamp(TimeUnit::Millisecond, zone_name.clone().map(Into::into)))?;
    let instants: ArrayRef = Arc::new(instants.as_primitive::<TimestampMillisecondType>().clone().with_timezone_opt(None::<Arc<str>>));
    Ok(Clock { instants, zone, zone_name, are_days })
}

impl Clock {
    fn local(&self, row: usize) -> Option<i64> {
        let times = self.instants.as_primitive::<TimestampMillisecondType>();
        let instant = times.is_valid(row).then(|| times.value(row))?;
        Some(instant.saturating_add(self.zone.offset(instant)))
    }

    /// The times as Trino casts them to text: `2026-03-01 10:20:30.000 UTC`.
    pub(in crate::function) fn texts(&self) -> ArrayRef {
        let text = |row| {
            let local = self.local(row)?;
            let day = write_day(local.div_euclid(DAY));
            if self.are_days {
                return Some(day);
            }
            let millis = local.rem_euclid(DAY);
            let time = format!("{:02}:{:02}:{:02}.{:03}", millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60, millis % 1000);
            Some(self.zone_name.as_ref().map_or(format!("{day} {time}"), |zone| format!("{day} {time} {zone}")))
        };
        Arc::new((0..self.instants.len()).map(text).collect::<StringViewArray>())
    }

    /// A part of a time by Java's letter behind `%t`; none for a letter that is not known.
    pub(in crate::function) fn part(&self, row: usize, letter: char) -> Option<String> {
        let format = match letter {
            'Y' | 'y' | 'm' | 'd' | 'e' | 'H' | 'k' | 'I' | 'l' | 'j' | 'p' | 'b' | 'a' => format!("%{letter}"),
            'h' => "%b".to_owned(),
            'M' => "%i".to_owned(),
            'S' => "%s".to_owned(),
            'B' => "%M".to_owned(),
            'A' => "%W".to_owned(),
            'F' => "%Y-%m-%d".to_owned(),
            'T' => "%H:%i:%s".to_owned(),
            'R' => "%H:%i".to_owned(),
            'D' => "%m/%d/%y".to_owned(),
            'r' => "%h:%i:%s %p".to_owned(),
            _ => return None,
        };
        let pieces = mysql::compile(&format).ok()?;
        let local = self.local(row)?;
        let text = write::write(&pieces, local, 0, None);
        Some(if letter == 'p' { text.to_lowercase() } else { text })
    }
}
