//! Rows at a glance: the fields that most rules ask for, read before the rest and in runs of rows that are alike in them.
//!
//! A data file is sorted so that what one principal did with one API stands together; there, most fields are the same row after row.
//! They are read as numbers of a dictionary: what is to be said of a text is said once, and a run of rows is found by comparing
//! numbers. Further fields are read of those rows alone that a glance does not decide.

mod field;
mod line;
mod runs;
mod texts;

use std::ops::Range;

use datafusion::arrow::array::{AsArray, RecordBatch, StringViewArray};
use watchfire_model::{EventTime, SLOTS_MAX, Slot};

use self::field::{Field, named, only, typed};
pub use self::field::{readable, shown};
pub use self::line::Line;
pub use self::runs::{KindTables, Run, Runs, alike};
use self::runs::{may_be_odd, odd_rows};
use self::texts::{Texts, views};
use crate::columns::EXTRA;
use crate::rows::{NO_DAY, to_json};
use crate::table::{Batches, DataFile, Day, LiveFile};
use crate::write::column_at;
use crate::{Error, Lake};

/// The columns that tell one row from another.
const TIME: &str = "eventtime";
const ID: &str = "eventid";

/// The paths of what no column holds, within a data file.
const EXTRA_PATHS: &str = "extra.key_value.key";

impl Lake {
    /// The data files with rows of a span of time; rows that have no time are always among them.
    ///
    /// # Errors
    /// As [`Lake::files`].
    pub fn files_of(&self, from: Option<EventTime>, to: Option<EventTime>) -> Result<Vec<LiveFile>, Error> {
        let is_of = |file: &LiveFile| {
            let in_span = from.is_none_or(|from| file.day >= Day::of(from)) && to.is_none_or(|to| file.day <= Day::of(to));
            in_span || file.day == Day(NO_DAY)
        };
        Ok(self.files()?.into_iter().filter(is_of).collect())
    }
}

impl Lake {
    /// Opens a data file to read it in parts.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it cannot be read, [`Error::Newer`] when rows of it are deleted by a list beside it.
    pub async fn open_file(&self, file: &LiveFile) -> Result<DataFile, Error> {
        self.open_as(file, typed).await
    }
}

impl DataFile {
    /// Opens a group of rows to glance at: some fields of those that are [`readable`]. Rows of which one of `fields` stands elsewhere than
    /// in its column are told apart: only the whole record knows it.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it cannot be read.
    pub async fn glance(&self, group: usize, fields: &[Slot]) -> Result<Glances, Error> {
        self.fields_of(group, None, fields, only(fields)).await
    }

    /// Opens further fields of some rows of a group: ranges that do not overlap, in order. Rows of which one of `fields` or of `others`
    /// stands elsewhere than in its column are told apart.
    ///
    /// # Errors
    /// [`Error::Damaged`] when they cannot be read.
    pub async fn more(&self, group: usize, fields: &[Slot], others: &[Slot], rows: &[Range<usize>]) -> Result<Glances, Error> {
        self.fields_of(group, Some(rows), fields, [only(fields), only(others)].concat()).await
    }

    async fn fields_of(
        &self,
        group: usize,
        rows: Option<&[Range<usize>]>,
        fields: &[Slot],
        watched: Vec<&'static Field>,
    ) -> Result<Glances, Error> {
        let paths = if watched.is_empty() { Some(Vec::new()) } else { self.distinct(group, EXTRA_PATHS).await? };
        let is_even = paths.is_some_and(|paths| !may_be_odd(paths.iter().map(String::as_str), &watched));
        let columns = only(fields).into_iter().map(|field| &*field.column).chain((!is_even).then_some(EXTRA));
        let batches = self.read_as(group, rows, &columns.collect::<Vec<_>>())?;
        Ok(Glances { batches, fields: named(fields), watched, first: 0 })
    }

    /// Opens some rows of a group as records: ranges that do not overlap, in order.
    ///
    /// # Errors
    /// [`Error::Damaged`] when they cannot be read.
    pub fn records(&self, group: usize, rows: &[Range<usize>]) -> Result<Records, Error> {
        Ok(Records { batches: self.read_rows(group, rows)? })
    }
}

/// Records of a data file, batch by batch.
pub struct Records {
    batches: Batches,
}

impl Records {
    /// The JSON texts of the next rows.
    ///
    /// # Errors
    /// [`Error::Damaged`] when they cannot be read.
    pub async fn next(&mut self) -> Result<Option<Vec<String>>, Error> {
        self.batches.next().await?.map(|batch| to_json(&batch)).transpose()
    }
}

/// Rows of a data file read at a glance, batch by batch.
pub struct Glances {
    batches: Batches,
    fields: Vec<&'static Field>,
    /// Those that may not stand elsewhere.
    watched: Vec<&'static Field>,
    first: usize,
}

impl Glances {
    /// The next rows.
    ///
    /// # Errors
    /// [`Error::Damaged`] when they cannot be read.
    pub async fn next(&mut self) -> Result<Option<Glanced>, Error> {
        let Some(batch) = self.batches.next().await? else { return Ok(None) };
        let first = self.first;
        self.first += batch.num_rows();
        Glanced::new(&batch, first, &self.fields, &self.watched).map(Some).map_err(|error| Error::arrow("reading rows at a glance", error))
    }
}

/// Some rows at a glance.
pub struct Glanced {
    first: usize,
    rows: usize,
    columns: Vec<(&'static Field, Texts)>,
    /// Where the column of a field is among these.
    places: [u8; SLOTS_MAX],
    times: Option<StringViewArray>,
    ids: Option<StringViewArray>,
    /// Rows of which a field stands elsewhere; empty when there are none.
    odd: Vec<bool>,
}

impl Glanced {
    fn new(
        batch: &RecordBatch,
        first: usize,
        fields: &[&'static Field],
        watched: &[&'static Field],
    ) -> Result<Glanced, datafusion::arrow::error::ArrowError> {
        let (mut columns, mut places) = (Vec::with_capacity(fields.len()), [u8::MAX; SLOTS_MAX]);
        for field in fields {
            // A file of an older version of the table may lack a column.
            if let Some(array) = column_at(batch, &field.column) {
                places[usize::from(field.slot.0)] = columns.len() as u8;
                columns.push((*field, Texts::of(field, array)?));
            }
        }
        let each = |name: &str| batch.column_by_name(name).map(views).transpose();
        let extra = batch.column_by_name(EXTRA).and_then(|extra| extra.as_map_opt());
        let odd = extra.map(|extra| odd_rows(extra, watched)).transpose()?.unwrap_or_default();
        Ok(Glanced { first, rows: batch.num_rows(), columns, places, times: each(TIME)?, ids: each(ID)?, odd })
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of the first of them among all that are read.
    pub fn first(&self) -> usize {
        self.first
    }

    /// The text of a row's time, and its id; empty where it has none, or where they were not read.
    pub fn own(&self, row: usize) -> (&str, &str) {
        (texts::text(self.times.as_ref(), row).unwrap_or_default(), texts::text(self.ids.as_ref(), row).unwrap_or_default())
    }

    /// Whether a field of a row stands elsewhere, and how many of so many rows from there on have that in common.
    pub fn odd(&self, row: usize, rows: usize) -> (bool, usize) {
        let Some(rest) = self.odd.get(row..).filter(|rest| !rest.is_empty()) else { return (false, rows) };
        let rest = &rest[..rows.min(rest.len())];
        (rest[0], rest.iter().position(|odd| *odd != rest[0]).unwrap_or(rows))
    }

    fn column(&self, slot: Slot) -> Option<&(&'static Field, Texts)> {
        self.columns.get(usize::from(*self.places.get(usize::from(slot.0))?))
    }
}
