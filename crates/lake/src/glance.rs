//! Rows at a glance: the fields that most rules ask for, read before the rest and in runs of rows that are alike in them.
//!
//! A data file is sorted so that what one principal did with one API stands together; there, most fields are the same row after row.
//! They are read as numbers of a dictionary, so that a run of rows is found by comparing numbers, and judged once.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{Array, AsArray, DictionaryArray, MapArray, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields, Int32Type, Schema};
use watchfire_model::{EventTime, Record, Slot, Slots, Span, cloudtrail};

use crate::columns::{EXTRA, Shape};
use crate::rows::{NO_DAY, WHOLE, quote, scalars, to_json};
use crate::table::{Batches, Day, LiveFile};
use crate::write::column_at;
use crate::{Error, Lake};

/// Fields that differ from row to row: they break no run, and are known of every row.
pub const OF_EACH_ROW: [Slot; 2] = [cloudtrail::EVENT_TIME, cloudtrail::EVENT_ID];

/// Fields that are texts of their own on nearly every row: a glance does not show them.
const NOT_SHOWN: [Slot; 5] =
    [cloudtrail::EVENT_TIME, cloudtrail::EVENT_ID, cloudtrail::REQUEST_ID, cloudtrail::SHARED_EVENT_ID, cloudtrail::ERROR_MESSAGE];

static SHOWN: LazyLock<Vec<Slot>> = LazyLock::new(|| scalars().map(|(_, slot)| slot).filter(|slot| !NOT_SHOWN.contains(slot)).collect());

/// The fields that a glance can show.
pub fn shown() -> &'static [Slot] {
    &SHOWN
}

/// A field that is shown: its path in the record, and its column.
#[derive(Debug, Clone)]
struct Shown {
    slot: Slot,
    path: &'static str,
    column: String,
    is_flag: bool,
}

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

    /// Opens a data file to glance at its rows. `fields` are of those that can be [`shown`].
    ///
    /// # Errors
    /// [`Error::Damaged`] when it cannot be read.
    pub async fn glance(&self, file: &LiveFile, fields: &[Slot]) -> Result<Glances, Error> {
        let field = |(node, slot): (&'static crate::rows::Node, Slot)| {
            let is_flag = node.column.shape == Shape::Flag;
            fields.contains(&slot).then(|| Shown { slot, path: &node.path, column: node.path.to_ascii_lowercase(), is_flag })
        };
        let shown: Vec<Shown> = scalars().filter_map(field).collect();
        let each = ["eventtime", "eventid", EXTRA].map(str::to_owned);
        let columns: Vec<String> = shown.iter().map(|shown| shown.column.clone()).chain(each).collect();
        let batches = self.read_as(file, &columns, numbered).await?;
        Ok(Glances { batches, shown, first: 0 })
    }

    /// Opens some rows of a data file as records: ranges that do not overlap, in order.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it cannot be read.
    pub async fn records(&self, file: &LiveFile, rows: &[Range<usize>]) -> Result<Records, Error> {
        Ok(Records { batches: self.read_rows(file, rows).await? })
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

/// A data file's schema with texts as numbers of a dictionary, but for those that hardly repeat.
fn numbered(schema: &Schema) -> Schema {
    let plain = ["eventtime", "eventid"];
    let field = |field: &FieldRef| if plain.contains(&field.name().as_str()) { field.clone() } else { numbered_field(field) };
    Schema::new(schema.fields().iter().map(field).collect::<Fields>())
}

fn numbered_field(field: &FieldRef) -> FieldRef {
    let kind = match field.data_type() {
        DataType::Utf8 => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(numbered_field).collect()),
        DataType::Map(entries, sorted) => DataType::Map(numbered_field(entries), *sorted),
        other => other.clone(),
    };
    Arc::new(Field::clone(field).with_data_type(kind))
}

/// A data file read at a glance, batch by batch.
pub struct Glances {
    batches: Batches,
    shown: Vec<Shown>,
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
        Ok(Some(Glanced::new(&batch, first, &self.shown)))
    }
}

type Numbers = DictionaryArray<Int32Type>;

/// Some rows at a glance.
pub struct Glanced {
    first: usize,
    rows: usize,
    columns: Vec<(Shown, Numbers, StringArray)>,
    times: Option<StringArray>,
    ids: Option<StringArray>,
    /// Rows of which a shown field is kept elsewhere.
    odd: Vec<bool>,
}

/// Rows that are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Their numbers within the batch.
    pub rows: Range<usize>,
    /// A shown field of them has a value that its column cannot hold: only the whole record tells.
    pub is_odd: bool,
}

impl Glanced {
    fn new(batch: &RecordBatch, first: usize, shown: &[Shown]) -> Glanced {
        let column = |shown: &Shown| {
            let numbers = column_at(batch, &shown.column)?.as_dictionary_opt::<Int32Type>()?.clone();
            let texts = numbers.values().as_string_opt::<i32>()?.clone();
            Some((shown.clone(), numbers, texts))
        };
        let plain = |name: &str| batch.column_by_name(name)?.as_string_opt::<i32>().cloned();
        let extra = batch.column_by_name(EXTRA).and_then(|extra| extra.as_map_opt());
        Glanced {
            first,
            rows: batch.num_rows(),
            columns: shown.iter().filter_map(column).collect(),
            times: plain("eventtime"),
            ids: plain("eventid"),
            odd: extra.map(|extra| odd_rows(extra, shown)).unwrap_or_default(),
        }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of the first of them within the file.
    pub fn first(&self) -> usize {
        self.first
    }

    /// The rows in runs that are alike, in order.
    pub fn runs(&self) -> impl Iterator<Item = Run> {
        let mut begins = vec![false; self.rows];
        for (_, numbers, _) in &self.columns {
            let keys = numbers.keys();
            for (begin, pair) in begins.iter_mut().skip(1).zip(keys.values().windows(2)) {
                *begin |= pair[0] != pair[1];
            }
            if keys.null_count() > 0 {
                (1..self.rows).for_each(|row| begins[row] |= keys.is_null(row) != keys.is_null(row - 1));
            }
        }
        for (begin, pair) in begins.iter_mut().skip(1).zip(self.odd.windows(2)) {
            *begin |= pair[0] != pair[1];
        }
        let mut start = 0;
        std::iter::from_fn(move || {
            if start >= begins.len() {
                return None;
            }
            let end = (start + 1..begins.len()).find(|row| begins[*row]).unwrap_or(begins.len());
            let run = Run { rows: start..end, is_odd: self.odd.get(start).copied().unwrap_or(false) };
            start = end;
            Some(run)
        })
    }
}

/// The rows with an entry in `extra` under the path of a shown field, of what it stands in, or of the whole record.
fn odd_rows(extra: &MapArray, shown: &[Shown]) -> Vec<bool> {
    let Some(keys) = extra.keys().as_dictionary_opt::<Int32Type>() else { return vec![true; extra.len()] };
    let Some(paths) = keys.values().as_string_opt::<i32>() else { return vec![true; extra.len()] };
    let holds = |key: &str, path: &str| path.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let is_odd = |key: &str| key == WHOLE || shown.iter().any(|shown| holds(key, shown.path));
    let odd: Vec<bool> = paths.iter().map(|path| path.is_some_and(is_odd)).collect();
    if !odd.contains(&true) {
        return Vec::new();
    }
    let offsets = extra.value_offsets();
    let is_odd = |at: usize| keys.keys().is_valid(at) && odd[keys.keys().value(at) as usize];
    (0..extra.len()).map(|row| (offsets[row] as usize..offsets[row + 1] as usize).any(is_odd)).collect()
}

/// Room for a record of which only some fields are known; used again and again.
#[derive(Debug, Default)]
pub struct Line {
    text: String,
    slots: Slots,
    shared: usize,
}

impl Line {
    /// What the rows of a run share, as a record: a JSON object of fields by their path.
    pub fn of_run(&mut self, glanced: &Glanced, run: &Run) -> Record<'_> {
        let row = run.rows.start;
        self.text.clear();
        self.slots.clear();
        self.text.push('{');
        for (shown, numbers, texts) in &glanced.columns {
            if let Some(at) = numbers.key(row) {
                self.add(shown.slot, shown.path, texts.value(at), shown.is_flag);
            }
        }
        self.shared = self.text.len();
        self.text.push('}');
        Record::new(&self.text, &self.slots)
    }

    /// The same with what one row has of its own.
    pub fn of_row(&mut self, glanced: &Glanced, row: usize) -> Record<'_> {
        self.text.truncate(self.shared);
        for (slot, path, column) in [(cloudtrail::EVENT_TIME, "eventTime", &glanced.times), (cloudtrail::EVENT_ID, "eventID", &glanced.ids)]
        {
            match column.as_ref().filter(|column| column.is_valid(row)) {
                Some(column) => self.add(slot, path, column.value(row), false),
                None => self.slots.set(slot, Span::default()),
            }
        }
        self.text.push('}');
        Record::new(&self.text, &self.slots)
    }

    fn add(&mut self, slot: Slot, path: &str, text: &str, is_flag: bool) {
        if self.text.len() > 1 {
            self.text.push(',');
        }
        quote(path, &mut self.text);
        self.text.push(':');
        let start = self.text.len();
        if is_flag && matches!(text, "true" | "false") {
            self.text.push_str(text);
        } else {
            quote(text, &mut self.text);
        }
        self.slots.set(slot, Span { start: start as u32, end: self.text.len() as u32 });
    }
}
