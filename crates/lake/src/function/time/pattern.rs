//! Times by a pattern: `date_parse` and `date_format` in MySQL's letters, `parse_datetime` and `format_datetime` in Joda's.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;

use super::{Moments, in_range, joda, mysql, read, shown, write};
use crate::function::call::{Bad, Call, Outcome, Texts};
use crate::function::kind::{Gives, Kind};
use crate::function::scalar::Scalar;

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar {
        name: "date_parse",
        signature: "date_parse(text, format)",
        meaning: "the time that a text says by a format in MySQL's letters, such as '%Y-%m-%dT%H:%i:%sZ'",
        takes: &[Kind::Text, Kind::Text],
        gives: Gives::LocalTime,
        fails: true,
        run: |call| parse(call, mysql::compile),
        ..Scalar::PLAIN
    },
    Scalar {
        name: "date_format",
        signature: "date_format(time, format)",
        meaning: "a time as text by a format in MySQL's letters, such as '%Y-%m-%d %H:%i'",
        takes: &[Kind::Moment, Kind::Text],
        fails: true,
        run: |call| format(call, mysql::compile),
        ..Scalar::PLAIN
    },
    Scalar {
        name: "parse_datetime",
        signature: "parse_datetime(text, format)",
        meaning: "the time that a text says by a format in Java's letters, such as 'yyyy-MM-dd''T''HH:mm:ss''Z'''",
        takes: &[Kind::Text, Kind::Text],
        gives: Gives::Instant,
        fails: true,
        run: |call| parse(call, joda::compile),
        ..Scalar::PLAIN
    },
    Scalar {
        name: "format_datetime",
        signature: "format_datetime(time, format)",
        meaning: "a time as text by a format in Java's letters, such as 'yyyy-MM-dd HH:mm'",
        takes: &[Kind::Moment, Kind::Text],
        fails: true,
        run: |call| format(call, joda::compile),
        ..Scalar::PLAIN
    },
];

/// A part of a time that is written as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Year,
    /// The year in two digits: 70 to 99 are in the last century, 00 to 69 in this.
    ShortYear,
    Century,
    WeekYear,
    Week,
    Month,
    Day,
    DayOfYear,
    DayOfWeek,
    /// 0 to 23.
    Hour,
    /// 1 to 24.
    ClockHour,
    /// 0 to 11.
    HalfHour,
    /// 1 to 12.
    ClockHalfHour,
    Minute,
    Second,
}

/// One piece of a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Literal(String),
    /// Written with at least so many digits, read with at most so many.
    Number {
        part: Part,
        least: usize,
        most: usize,
    },
    /// The fraction of a second: so many digits written, up to so many read.
    Fraction {
        digits: usize,
        most: usize,
    },
    MonthName {
        full: bool,
    },
    DayName {
        full: bool,
    },
    HalfDay,
    Era,
    /// `+0200` or `+02:00`.
    Offset {
        colon: bool,
    },
    /// The name of the zone.
    Zone,
}

/// Pieces by the text of their format.
type Compile = fn(&str) -> std::result::Result<Vec<Piece>, Bad>;
type Compiled = std::result::Result<Arc<Vec<Piece>>, Bad>;

/// How many formats a thread keeps compiled.
const KEPT_MAX: usize = 64;

thread_local! {
    static KEPT: RefCell<HashMap<(usize, String), Compiled>> = RefCell::new(HashMap::new());
}

/// The formats of an argument.
struct Formats<'a> {
    texts: Texts<'a>,
    compile: Compile,
    last: Option<(&'a str, Compiled)>,
}

impl<'a> Formats<'a> {
    fn of(call: &Call<'a>, compile: Compile) -> Result<Formats<'a>> {
        Ok(Formats { texts: call.texts(1)?, compile, last: None })
    }

    fn at(&mut self, row: usize) -> Outcome<Arc<Vec<Piece>>> {
        let Some(text) = self.texts.at(row) else { return Ok(None) };
        if self.last.as_ref().is_none_or(|(last, _)| *last != text) {
            self.last = Some((text, compiled(text, self.compile)));
        }
        match &self.last {
            Some((_, compiled)) => compiled.clone().map(Some),
            None => Ok(None),
        }
    }
}

fn compiled(text: &str, compile: Compile) -> Compiled {
    KEPT.with_borrow_mut(|kept| {
        let key = (compile as usize, text.to_owned());
        if let Some(known) = kept.get(&key) {
            return known.clone();
        }
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        let fresh = compile(text).map(Arc::new);
        kept.insert(key, fresh.clone());
        fresh
    })
}

fn parse(call: &Call<'_>, compile: Compile) -> Result<ArrayRef> {
    let (texts, mut formats) = (call.texts(0)?, Formats::of(call, compile)?);
    call.give_times(|row| {
        let (Some(text), Some(pieces)) = (texts.at(row), formats.at(row)?) else { return Ok(None) };
        match read::read(text, &pieces) {
            Some(said) => in_range(said.instant()).map(Some),
            None => {
                Bad::because(format!("'{}' does not fit the format '{}'", shown(text), shown(formats.texts.at(row).unwrap_or_default())))
            }
        }
    })
}

fn format(call: &Call<'_>, compile: Compile) -> Result<ArrayRef> {
    let (times, mut formats) = (Moments::of(call, 0)?, Formats::of(call, compile)?);
    call.give_texts(|row| {
        let (Some(instant), Some(pieces)) = (times.instant(row)?, formats.at(row)?) else { return Ok(None) };
        let offset = times.zone.offset(instant);
        let local = in_range(instant.saturating_add(offset))?;
        Ok(Some(write::write(&pieces, local, offset, times.zone_name.as_deref())))
    })
}
