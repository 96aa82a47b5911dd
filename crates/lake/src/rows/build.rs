//! Columns under construction.

use std::ops::Range;
use std::sync::LazyLock;

use datafusion::parquet::arrow::ArrowSchemaConverter;
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::schema::types::ColumnDescPtr;

use super::members::{Members, byte, unescaped};
use super::path;
use super::place::{Extra, Places, node, top};
use super::values::Held;
use crate::chunk::{Bounds, Chunk, Closed};
use crate::columns::{Column as Described, Shape};
use crate::schema::file_schema;
use crate::write::PAGE_ROWS;

/// One column, or one field of a struct.
#[derive(Debug)]
struct Column {
    values: Values,
    /// The level of a row that has all that the column stands in, but not the column itself.
    level: u32,
    /// Such rows that were not added yet: most columns are empty on most rows, and many are added as fast as one.
    behind: usize,
}

/// What a column holds.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "a table has some thirty of them, and each value of each record goes through one")]
enum Values {
    /// Text, flag or JSON.
    Text(Chunk),
    /// A struct: its fields.
    Struct(Vec<Column>),
    /// A list of structs of texts.
    List(&'static [Described], Vec<Chunk>),
    /// A map of texts: keys and values.
    Texts(Box<[Chunk; 2]>),
}

/// Levels from a list, or a map, to an element of it: that it is there, that it is not empty.
const INSIDE: u32 = 2;

/// Levels from a list to a field of its elements that is missing: they are structs, which could be missing themselves.
const IN_ELEMENT: u32 = INSIDE + 1;

/// The columns of a data file, as `Parquet` has them.
static FILE_COLUMNS: LazyLock<Vec<ColumnDescPtr>> = LazyLock::new(|| {
    let schema = ArrowSchemaConverter::new().convert(&file_schema()).expect("Parquet has texts, structs, lists and maps");
    schema.columns().to_vec()
});

/// Cuts records along the table's columns, and encodes these.
#[derive(Debug)]
pub(crate) struct Columns {
    places: Places,
    columns: Vec<Column>,
    extra: Column,
    /// Rows of the group at hand.
    rows: usize,
    /// Whether there are rows of a file whose bounds were not taken.
    is_begun: bool,
}

/// Rows after which large pages end.
const PAUSE_ROWS: usize = 1024;

impl Columns {
    /// No rows yet.
    pub fn new() -> Columns {
        let mut files = FILE_COLUMNS.iter().cloned().map(Chunk::new);
        let columns = top().map(|number| Column::new(&node(number).column.shape, node(number).fields.clone(), 0, &mut files)).collect();
        let extra = Column::new(&Shape::Texts, 0..0, 0, &mut files);
        debug_assert!(files.next().is_none(), "every column of a data file has its place");
        Columns { places: Places::new(), columns, extra, rows: 0, is_begun: false }
    }

    /// Whether there are rows of a file that was not completed.
    pub fn is_begun(&self) -> bool {
        self.is_begun
    }

    /// Adds a row.
    ///
    /// # Errors
    /// As [`finish`](Self::finish).
    pub fn append(&mut self, held: &Held<'_>) -> Result<(), ParquetError> {
        let text = self.places.take(held);
        for (node, column) in top().zip(&mut self.columns) {
            column.append(node, text, &mut self.places);
        }
        self.extra.append_extra(&self.places.extra);
        self.rows += 1;
        self.is_begun = true;
        match self.rows {
            rows if rows.is_multiple_of(PAGE_ROWS) => self.each(&mut |chunk| chunk.end_page(rows)),
            rows if rows.is_multiple_of(PAUSE_ROWS) => self.each(&mut |chunk| chunk.pause(rows)),
            _ => Ok(()),
        }
    }

    /// The rows so far as a group; it is empty afterwards.
    ///
    /// # Errors
    /// None that data can cause: when pages cannot be written, which is a bug.
    pub fn finish(&mut self) -> Result<Vec<Closed>, ParquetError> {
        let rows = std::mem::take(&mut self.rows);
        let mut closed = Vec::with_capacity(FILE_COLUMNS.len());
        self.each(&mut |chunk| {
            chunk.end_page(rows)?;
            closed.push(chunk.close()?);
            Ok(())
        })?;
        Ok(closed)
    }

    /// The bounds of the groups since the last call, of the columns whose bounds are stated.
    pub fn take_bounds(&mut self) -> Vec<(String, Bounds)> {
        let mut bounds = Vec::new();
        let taken = self.each(&mut |chunk| {
            bounds.extend(chunk.take_bounds());
            Ok(())
        });
        taken.expect("nothing is written");
        self.is_begun = false;
        bounds
    }

    /// Calls `with` with every column of the file, complete as far as there are rows.
    fn each(&mut self, with: &mut dyn FnMut(&mut Chunk) -> Result<(), ParquetError>) -> Result<(), ParquetError> {
        self.columns.iter_mut().chain([&mut self.extra]).try_for_each(|column| column.each(with))
    }
}

impl Column {
    fn new(shape: &Shape, fields: Range<usize>, level: u32, files: &mut impl Iterator<Item = Chunk>) -> Column {
        let mut file = || files.next().expect("a data file has as many columns as the table");
        let values = match *shape {
            Shape::Text | Shape::Flag | Shape::Json => Values::Text(file()),
            Shape::List(fields) => Values::List(fields, fields.iter().map(|_| file()).collect()),
            Shape::Texts => Values::Texts(Box::new([file(), file()])),
            Shape::Struct(_) => {
                let field = |number| Column::new(&node(number).column.shape, node(number).fields.clone(), level + 1, &mut *files);
                Values::Struct(fields.map(field).collect())
            }
        };
        Column { values, level, behind: 0 }
    }

    /// Adds a record's value, or none. What the column cannot hold as it stands goes to `extra`.
    #[inline]
    fn append(&mut self, number: usize, text: &str, places: &mut Places) {
        match places.get(number, text) {
            Some(json) => self.append_value(number, json, text, places),
            None => self.behind += 1,
        }
    }

    fn append_value(&mut self, number: usize, json: &str, text: &str, places: &mut Places) {
        self.catch_up();
        let level = self.level;
        match &mut self.values {
            Values::Text(chunk) => append_text(chunk, level, number, json, places),
            Values::Struct(fields) => {
                let is_object = json.starts_with('{');
                keep_unless(is_object, number, json, places);
                if !is_object {
                    self.behind += 1;
                    return;
                }
                for (field, column) in node(number).fields.clone().zip(fields) {
                    column.append(field, text, places);
                }
            }
            Values::List(fields, columns) => {
                let count = append_elements(json, number, level, fields, columns, places);
                keep_unless(count.is_some(), number, json, places);
                if count.is_none_or(|count| count == 0) {
                    columns.iter_mut().for_each(|column| column.none(0, level + u32::from(count.is_some()), 1));
                }
            }
            Values::Texts(texts) => {
                let count = append_entries(json, number, level, texts, places);
                keep_unless(count.is_some(), number, json, places);
                if count.is_none_or(|count| count == 0) {
                    texts.iter_mut().for_each(|texts| texts.none(0, level + u32::from(count.is_some()), 1));
                }
            }
        }
    }

    /// Adds a record's entries of what no column holds: no entries mean no map.
    fn append_extra(&mut self, extra: &Extra) {
        if extra.is_empty() {
            self.behind += 1;
            return;
        }
        self.catch_up();
        if let Values::Texts(texts) = &mut self.values {
            let [keys, values] = &mut **texts;
            for (at, (path, json)) in extra.iter().enumerate() {
                keys.value(u32::from(at > 0), path);
                values.value(u32::from(at > 0), json);
            }
        }
    }

    /// Adds the rows without a value that are still to be added.
    fn catch_up(&mut self) {
        let rows = std::mem::take(&mut self.behind);
        if rows > 0 {
            let level = self.level;
            self.values.absent(level, rows);
        }
    }

    fn each(&mut self, with: &mut dyn FnMut(&mut Chunk) -> Result<(), ParquetError>) -> Result<(), ParquetError> {
        self.catch_up();
        match &mut self.values {
            Values::Text(chunk) => with(chunk),
            Values::Struct(fields) => fields.iter_mut().try_for_each(|field| field.each(with)),
            Values::List(_, chunks) => chunks.iter_mut().try_for_each(with),
            Values::Texts(texts) => texts.iter_mut().try_for_each(with),
        }
    }
}

impl Values {
    /// Adds rows that lack the column, or something that it stands in: the level says what.
    fn absent(&mut self, level: u32, rows: usize) {
        match self {
            Values::Text(chunk) => chunk.none(0, level, rows),
            Values::Struct(fields) => fields.iter_mut().for_each(|field| {
                field.catch_up();
                field.values.absent(level, rows);
            }),
            Values::List(_, chunks) => chunks.iter_mut().for_each(|chunk| chunk.none(0, level, rows)),
            Values::Texts(texts) => texts.iter_mut().for_each(|chunk| chunk.none(0, level, rows)),
        }
    }
}

/// Keeps a value that the column does not hold.
fn keep_unless(held: bool, number: usize, json: &str, places: &mut Places) {
    if !held && !places.is_whole() {
        places.extra.keep(&node(number).path, json);
    }
}

/// The text a scalar has in a column, and whether the column's shape alone tells how to write it as JSON again.
pub(super) fn scalar(json: &str, shape: Shape) -> Option<(std::borrow::Cow<'_, str>, bool)> {
    match (byte(json, 0), shape) {
        (b'n', _) => None,
        (_, Shape::Json) => Some((json.into(), true)),
        (b'"', _) => unescaped(json.get(1..json.len().checked_sub(1)?)?).map(|text| (text, shape == Shape::Text)),
        (b'{' | b'[', _) => None,
        (b't' | b'f', _) => Some((json.into(), shape == Shape::Flag)),
        _ => Some((json.into(), false)),
    }
}

fn append_text(chunk: &mut Chunk, level: u32, number: usize, json: &str, places: &mut Places) {
    let shape = node(number).column.shape;
    if shape == Shape::Text
        && places.is_plain(number)
        && let Some(inside) = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'))
    {
        chunk.value(0, inside);
        return;
    }
    let held = match scalar(json, shape) {
        Some((text, plain)) => {
            chunk.value(0, &text);
            plain
        }
        None => {
            chunk.none(0, level, 1);
            false
        }
    };
    keep_unless(held, number, json, places);
}

/// Adds the elements of an array, when all are objects whose members can be told apart.
fn append_elements(
    json: &str,
    number: usize,
    level: u32,
    fields: &[Described],
    columns: &mut [Chunk],
    places: &mut Places,
) -> Option<usize> {
    if !json.starts_with('[') {
        return None;
    }
    let mut elements = Vec::new();
    let mut walk = Members::new(json, 0);
    while walk.element() {
        let (start, end) = walk.value(None);
        elements.push(Element::read(json.get(start..end)?, fields)?);
    }
    for (index, element) in elements.iter().enumerate() {
        let whole = places.is_whole();
        let place = |name: &str| path::join(&path::join(&node(number).path, &index.to_string()), name);
        for ((field, column), value) in fields.iter().zip(columns.iter_mut()).zip(&element.values) {
            let scalar = value.and_then(|json| scalar(json, field.shape));
            let held = value.is_none() || scalar.as_ref().is_some_and(|(_, plain)| *plain);
            let repetition = u32::from(index > 0);
            match scalar {
                Some((text, _)) => column.value(repetition, &text),
                None => column.none(repetition, level + IN_ELEMENT, 1),
            }
            if let Some(json) = value.filter(|_| !held && !whole) {
                places.extra.keep(&place(field.member), json);
            }
        }
        for (name, json) in element.others.iter().filter(|_| !whole) {
            places.extra.keep(&place(name), json);
        }
    }
    Some(elements.len())
}

/// One object of a list.
struct Element<'j> {
    values: Vec<Option<&'j str>>,
    others: Vec<(std::borrow::Cow<'j, str>, &'j str)>,
}

/// Members of one resource that no column takes; beyond that the list is kept as it stands.
const OTHERS_MAX: usize = 16;

impl<'j> Element<'j> {
    fn read(json: &'j str, fields: &[Described]) -> Option<Self> {
        if !json.starts_with('{') {
            return None;
        }
        let mut element = Element { values: vec![None; fields.len()], others: Vec::new() };
        let mut walk = Members::new(json, 0);
        while let Some(raw) = walk.key() {
            let key = unescaped(raw)?;
            let (start, end) = walk.value(None);
            let value = json.get(start..end)?;
            match fields.iter().position(|field| field.member == key) {
                Some(at) if element.values[at].is_none() => element.values[at] = Some(value),
                Some(_) => return None,
                None if element.others.len() >= OTHERS_MAX || element.others.iter().any(|(name, _)| *name == key) => return None,
                None => element.others.push((key, value)),
            }
        }
        Some(element)
    }
}

/// Entries a map may have; a larger one is kept as it stands.
const ENTRIES_MAX: usize = 256;

/// Adds the members of an object of texts, when they can be told apart.
fn append_entries(json: &str, number: usize, level: u32, texts: &mut [Chunk; 2], places: &mut Places) -> Option<usize> {
    if !json.starts_with('{') {
        return None;
    }
    let mut entries = Vec::new();
    let mut walk = Members::new(json, 0);
    while let Some(raw) = walk.key() {
        let (start, end) = walk.value(None);
        entries.push((unescaped(raw)?, json.get(start..end)?));
    }
    let mut names: Vec<&str> = entries.iter().map(|(name, _)| name.as_ref()).collect();
    names.sort_unstable();
    if entries.len() > ENTRIES_MAX || names.windows(2).any(|pair| pair[0] == pair[1]) {
        return None;
    }
    let [keys, values] = texts;
    for (index, (name, json)) in entries.iter().enumerate() {
        let scalar = scalar(json, Shape::Text);
        let held = scalar.as_ref().is_some_and(|(_, plain)| *plain);
        let repetition = u32::from(index > 0);
        keys.value(repetition, name);
        match scalar {
            Some((text, _)) => values.value(repetition, &text),
            None => values.none(repetition, level + INSIDE, 1),
        }
        if !held && !places.is_whole() {
            places.extra.keep(&path::join(&node(number).path, name), json);
        }
    }
    Some(entries.len())
}
