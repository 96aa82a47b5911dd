//! Records into rows and back.
//!
//! [`RowBuilder`] takes records as they stream by and cuts their text along the columns, without a tree of values. What a column
//! cannot hold goes to `extra` under its path, so that [`to_json`] gives every record back: the same members with the same values.

mod build;
mod key;
mod members;
mod path;
mod place;
mod render;

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use watchfire_model::{EventTime, Record};

use self::build::{Column, Texts};
pub(crate) use self::key::{identities, keys_of};
pub(crate) use self::path::WHOLE;
use self::place::Places;
pub(crate) use self::place::scalars;
pub use self::render::to_json;
pub(crate) use self::render::{conform, quote, shaped, write_value};
use crate::Error;
use crate::columns::Shape;
use crate::schema::file_schema;

/// Rows after which a builder should be emptied: what Parquet and DataFusion like as a batch.
pub const BATCH_ROWS: usize = 8192;

/// Bytes after which a builder should be emptied; far below the 2 GiB that the offsets of one Arrow array can reach.
pub const BATCH_BYTES: usize = 32 << 20;

/// The day of records whose time is no time, 1970-01-01, in days since 1970.
pub const NO_DAY: i32 = 0;

pub(crate) const DAY_MILLIS: i64 = 86_400_000;

/// The last day that has a name of four digits, 9999-12-31.
const DAY_MAX: i64 = 2_932_896;

/// The first day that has a name of four digits, 0000-01-01.
const DAY_MIN: i64 = -719_528;

/// Rows ready for an epoch.
#[derive(Debug, Clone)]
pub struct Rows {
    /// The columns of a data file.
    pub(crate) batch: RecordBatch,
    /// Each row's day, in days since 1970.
    pub(crate) days: Vec<i32>,
    /// Each row's identity: see [`keys_of`].
    pub(crate) keys: Vec<u128>,
}

impl Rows {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.days.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// The columns, as [`file_schema`](crate::file_schema) lists them.
    pub fn batch(&self) -> &RecordBatch {
        &self.batch
    }
}

/// Collects records as rows. One a thread; what it gives goes into an [`Epoch`](crate::Epoch).
#[derive(Debug)]
pub struct RowBuilder {
    places: Places,
    numbers: Numbers,
    columns: Vec<Column>,
    extra: Texts,
    days: Vec<i32>,
    keys: Vec<u128>,
    bytes: usize,
}

/// Columns that decide where a row goes.
#[derive(Debug)]
struct Numbers {
    time: usize,
    account: usize,
    id: usize,
}

impl Numbers {
    fn new() -> Self {
        Numbers { time: place::number_of("eventTime"), account: place::number_of("recipientAccountId"), id: place::number_of("eventID") }
    }
}

impl Default for RowBuilder {
    fn default() -> Self {
        RowBuilder::new()
    }
}

impl RowBuilder {
    /// An empty builder.
    pub fn new() -> RowBuilder {
        RowBuilder {
            places: Places::new(),
            numbers: Numbers::new(),
            columns: build::columns(),
            extra: Texts::default(),
            days: Vec::with_capacity(BATCH_ROWS),
            keys: Vec::with_capacity(BATCH_ROWS),
            bytes: 0,
        }
    }

    /// Adds a record as a row.
    pub fn push(&mut self, record: &Record<'_>) {
        let text = record.raw();
        self.places.read(text, Some(record.slots()));
        let value = |number| self.places.get(number, text).and_then(|json| build::scalar(json, Shape::Text)).map(|(text, _)| text);
        self.days.push(value(self.numbers.time).and_then(|time| day_of(&time)).unwrap_or(NO_DAY));
        let account = value(self.numbers.account).unwrap_or_default();
        let id = value(self.numbers.id).unwrap_or_default();
        self.keys.push(key::key(&account, &id).unwrap_or_else(|| key::key_of_text(text)));
        for (node, column) in place::top().zip(&mut self.columns) {
            column.append(node, text, &mut self.places);
        }
        self.extra.append(self.places.extra());
        self.bytes += text.len() + ROW_BYTES;
    }

    /// How many rows it holds.
    pub fn len(&self) -> usize {
        self.days.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// Memory held by the rows, in bytes, about.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether it is time for [`finish`](Self::finish): [`BATCH_ROWS`] or [`BATCH_BYTES`] are reached.
    pub fn is_full(&self) -> bool {
        self.len() >= BATCH_ROWS || self.bytes >= BATCH_BYTES
    }

    /// Gives the rows and is empty again.
    ///
    /// # Errors
    /// None that data can cause: [`Error::Engine`] when the columns do not fit the schema, which is a bug.
    pub fn finish(&mut self) -> Result<Rows, Error> {
        let mut columns: Vec<ArrayRef> = self.columns.iter_mut().map(Column::finish).collect();
        columns.push(Arc::new(self.extra.finish()));
        let batch = RecordBatch::try_new(file_schema(), columns).map_err(|error| Error::arrow("building rows", error))?;
        self.bytes = 0;
        Ok(Rows { batch, days: std::mem::take(&mut self.days), keys: std::mem::take(&mut self.keys) })
    }
}

/// Offsets, validity, day and key of one row, about.
const ROW_BYTES: usize = 256;

/// The day of a time as CloudTrail writes it, in days since 1970; nothing when it is no time, or has no year of four digits.
pub(crate) fn day_of(time: &str) -> Option<i32> {
    let time: EventTime = time.parse().ok()?;
    let day = time.millis().div_euclid(DAY_MILLIS);
    (DAY_MIN..=DAY_MAX).contains(&day).then(|| i32::try_from(day).expect("days of four-digit years fit"))
}
