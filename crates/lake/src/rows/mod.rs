//! Records into rows and back.
//!
//! [`RowBuilder`] takes records as they stream by: the texts of their values, cut where the decoder found them, without a tree. When rows
//! are put in order and written, [`Columns`] fills the columns. What a column cannot hold goes to `extra` under its path, so that
//! [`to_json`] gives every record back: the same members with the same values.

mod build;
mod key;
mod members;
mod path;
mod place;
mod render;
mod values;

use std::borrow::Cow;
use std::hash::BuildHasher;
use std::sync::LazyLock;

use datafusion::arrow::array::RecordBatch;
use watchfire_model::{EventTime, Record, Slot, Slots, cloudtrail};

pub(crate) use self::build::Columns;
pub(crate) use self::key::{identities, keys_of};
pub(crate) use self::path::WHOLE;
use self::place::Places;
pub(crate) use self::place::scalars;
pub use self::render::to_json;
pub(crate) use self::render::{conform, quote, shaped, write_value};
pub(crate) use self::values::{Held, Values, placed};
use crate::Error;
use crate::write::{RowFile, read_back};

/// Rows of a batch: what Parquet and DataFusion like.
pub(crate) const BATCH_ROWS: usize = 8192;

/// Bytes after which a builder should be emptied: little enough that the memory of one is the memory of the next.
pub const BLOCK_BYTES: usize = 1 << 20;

/// Rows that a block of so many bytes has, about.
const BLOCK_ROWS: usize = 1500;

/// The day of records whose time is no time, 1970-01-01, in days since 1970.
pub const NO_DAY: i32 = 0;

pub(crate) const DAY_MILLIS: i64 = 86_400_000;

/// The last day that has a name of four digits, 9999-12-31.
const DAY_MAX: i64 = 2_932_896;

/// The first day that has a name of four digits, 0000-01-01.
const DAY_MIN: i64 = -719_528;

/// Rows ready for an epoch.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    pub(crate) values: Values,
    /// Each row's day, in days since 1970.
    pub(crate) days: Vec<i32>,
    /// Each row's identity: see [`keys_of`].
    pub(crate) keys: Vec<u128>,
    pub(crate) marks: Vec<Mark>,
}

/// What a row is put in order by: hashes of the columns that come before the time in [`ORDER`](crate::ORDER), and the time in milliseconds
/// since 1970 when it is written the way CloudTrail writes it, so that times in order are texts in order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    pub texts: [u64; MARKED.len()],
    pub time: Option<i64>,
}

/// The columns of [`ORDER`](crate::ORDER) that have few values: its first ones.
pub(crate) const MARKED: [Slot; 5] = [
    cloudtrail::RECIPIENT_ACCOUNT_ID,
    cloudtrail::USER_IDENTITY_ARN,
    cloudtrail::USER_IDENTITY_ACCESS_KEY_ID,
    cloudtrail::EVENT_SOURCE,
    cloudtrail::EVENT_NAME,
];

/// Seeds of this process. Two texts of one hash would cost a few rows their order, and nothing else.
static SEEDS: LazyLock<foldhash::quality::RandomState> = LazyLock::new(Default::default);

impl Mark {
    fn of<'t>(time: Option<i64>, text: impl Fn(Slot) -> Option<Cow<'t, str>>) -> Mark {
        Mark { texts: MARKED.map(|slot| text(slot).map_or(0, |text| SEEDS.hash_one(&*text))), time }
    }
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

    /// Memory held by the rows, in bytes, about.
    pub fn bytes(&self) -> usize {
        self.values.capacity() + self.days.capacity() * (size_of::<i32>() + size_of::<u128>() + size_of::<Mark>())
    }

    /// The columns of a data file, as [`file_schema`](crate::file_schema) lists them: written and read back.
    ///
    /// # Errors
    /// None that data can cause: [`Error::Engine`] when the columns do not fit the schema, which is a bug.
    pub fn batch(&self) -> Result<RecordBatch, Error> {
        let mut columns = Columns::new();
        let mut file = RowFile::new(Vec::new())?;
        let append = |row| columns.append(&self.values.get(row));
        let written = (0..self.len()).try_for_each(append).and_then(|()| file.add(columns.finish()?));
        let bytes = written.and_then(|()| file.finish()).map_err(|error| Error::parquet("rows in memory", error))?;
        read_back(bytes).map_err(|error| Error::arrow("reading rows back", error))
    }

    fn clear(&mut self) {
        let Rows { values, days, keys, marks } = self;
        values.clear();
        days.clear();
        keys.clear();
        marks.clear();
    }
}

/// Collects records as rows. One a thread; what it gives goes into an [`Epoch`](crate::Epoch).
#[derive(Debug, Default)]
pub struct RowBuilder {
    rows: Rows,
    /// For records whose places the decoder does not tell in full.
    places: Places,
}

impl RowBuilder {
    /// An empty builder.
    pub fn new() -> RowBuilder {
        RowBuilder::default()
    }

    /// Adds a record as a row.
    pub fn push(&mut self, record: &Record<'_>) {
        if self.rows.days.capacity() == 0 {
            // Room for all at once costs less than growing into it.
            self.rows.values.reserve(BLOCK_BYTES + BLOCK_BYTES / 8, BLOCK_ROWS);
            self.rows.days.reserve(BLOCK_ROWS);
            self.rows.keys.reserve(BLOCK_ROWS);
            self.rows.marks.reserve(BLOCK_ROWS);
        }
        let (text, slots) = (record.raw(), record.slots());
        if slots.is_complete() {
            self.rows.values.push(text, slots);
            self.note(text, |slot| scalar_at(text, slots, slot));
        } else {
            self.places.read(text, Some(slots));
            self.rows.values.push_whole(text, &self.places);
            let found = self.places.slots();
            self.note(text, |slot| scalar_at(text, &found, slot));
        }
    }

    /// Notes day, key and order of a row.
    fn note<'t>(&mut self, text: &str, value: impl Fn(Slot) -> Option<Cow<'t, str>>) {
        let written = value(cloudtrail::EVENT_TIME).unwrap_or_default();
        let time = written.parse::<EventTime>().ok();
        let is_usual =
            matches!(written.as_bytes(), [_, _, _, _, b'-', _, _, b'-', _, _, b'T', .., b'Z']) && written.len() == USUAL_TIME_CHARS;
        let account = value(cloudtrail::RECIPIENT_ACCOUNT_ID).unwrap_or_default();
        let id = value(cloudtrail::EVENT_ID).unwrap_or_default();
        let Rows { days, keys, marks, .. } = &mut self.rows;
        days.push(time.and_then(day_of).unwrap_or(NO_DAY));
        keys.push(key::key(&account, &id).unwrap_or_else(|| key::key_of_text(text)));
        marks.push(Mark::of(time.filter(|_| is_usual).map(EventTime::millis), value));
    }

    /// How many rows it holds.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether it is time for [`finish`](Self::finish): [`BLOCK_BYTES`] are reached.
    pub fn is_full(&self) -> bool {
        self.rows.values.bytes() >= BLOCK_BYTES
    }

    /// Gives the rows and is empty again.
    pub fn finish(&mut self) -> Rows {
        std::mem::take(&mut self.rows)
    }

    /// Gives the rows and goes on in the memory of others, which nobody needs any more: new memory has to be made zero first.
    pub fn finish_into(&mut self, mut spare: Rows) -> Rows {
        spare.clear();
        std::mem::replace(&mut self.rows, spare)
    }
}

/// Characters of a time like 2026-03-02T09:14:07Z.
const USUAL_TIME_CHARS: usize = 20;

/// What the column of a field holds.
fn scalar_at<'t>(text: &'t str, slots: &Slots, slot: Slot) -> Option<Cow<'t, str>> {
    let span = slots.get(slot);
    let json = if span.end == 0 { None } else { text.get(span.start as usize..span.end as usize) };
    Some(build::scalar(json?, crate::columns::Shape::Text)?.0)
}

/// The day of a time, in days since 1970; nothing when it has no year of four digits.
pub(crate) fn day_of(time: EventTime) -> Option<i32> {
    let day = time.millis().div_euclid(DAY_MILLIS);
    (DAY_MIN..=DAY_MAX).contains(&day).then(|| i32::try_from(day).expect("days of four-digit years fit"))
}
