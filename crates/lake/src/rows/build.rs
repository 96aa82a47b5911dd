//! Columns under construction.

use std::sync::Arc;

use datafusion::arrow::array::builder::StringBuilder;
use datafusion::arrow::array::{Array, ArrayRef, ListArray, MapArray, RecordBatch, StringArray, StructArray};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::datatypes::Fields;

use super::members::{Members, byte, unescaped};
use super::path;
use super::place::{Extra, Places, node, top};
use super::values::Held;
use crate::Error;
use crate::columns::{Column as Described, Shape};
use crate::schema::{entries_field, entry_fields, file_schema, list_item, struct_fields};

/// Which rows of a nested column have a value.
#[derive(Debug, Default)]
pub(super) struct Valid(Vec<bool>);

impl Valid {
    fn absent(&mut self, rows: usize) {
        self.0.resize(self.0.len() + rows, false);
    }

    fn finish(&mut self) -> Option<NullBuffer> {
        Some(NullBuffer::from(std::mem::take(&mut self.0)))
    }
}

/// Where each row's part of a nested column ends.
#[derive(Debug, Default)]
pub(super) struct Ends(Vec<usize>);

impl Ends {
    fn empty(&mut self, rows: usize) {
        self.0.resize(self.0.len() + rows, 0);
    }

    fn finish(&mut self) -> OffsetBuffer<i32> {
        OffsetBuffer::from_lengths(std::mem::take(&mut self.0))
    }
}

/// One column, or one field of a struct.
#[derive(Debug)]
pub(super) struct Column {
    values: Values,
    /// Rows without a value that were not added yet: most columns are empty on most rows, and many are added as fast as one.
    behind: usize,
}

/// What a column holds.
#[derive(Debug)]
enum Values {
    /// Text, flag or JSON.
    Text(StringBuilder),
    /// A struct: its type, its rows, its fields.
    Struct(Fields, Valid, Vec<Column>),
    /// A list of structs of texts.
    List(&'static [Described], Ends, Valid, Vec<StringBuilder>),
    /// A map of texts.
    Texts(Texts),
}

/// A map of texts.
#[derive(Debug, Default)]
pub(super) struct Texts {
    ends: Ends,
    valid: Valid,
    keys: StringBuilder,
    values: StringBuilder,
}

impl Texts {
    /// A row: no entries mean no map.
    pub fn append(&mut self, extra: &Extra) {
        let mut count = 0;
        for (path, json) in extra.iter() {
            self.keys.append_value(path);
            self.values.append_value(json);
            count += 1;
        }
        self.end_row(count, count > 0);
    }

    fn end_row(&mut self, count: usize, valid: bool) {
        self.ends.0.push(count);
        self.valid.0.push(valid);
    }

    pub fn finish(&mut self) -> MapArray {
        let entries = StructArray::new(entry_fields(), vec![Arc::new(self.keys.finish()), Arc::new(self.values.finish())], None);
        MapArray::new(entries_field(), self.ends.finish(), entries, self.valid.finish(), false)
    }
}

/// Cuts records along the table's columns.
#[derive(Debug)]
pub(crate) struct Columns {
    places: Places,
    columns: Vec<Column>,
    extra: Texts,
}

impl Columns {
    /// No rows yet.
    pub fn new() -> Columns {
        Columns { places: Places::new(), columns: top().map(column).collect(), extra: Texts::default() }
    }

    /// Adds a row.
    pub fn append(&mut self, held: &Held<'_>) {
        let text = self.places.take(held);
        for (node, column) in top().zip(&mut self.columns) {
            column.append(node, text, &mut self.places);
        }
        self.extra.append(&self.places.extra);
    }

    /// The rows so far; it is empty afterwards.
    ///
    /// # Errors
    /// None that data can cause: [`Error::Engine`] when the columns do not fit the schema, which is a bug.
    pub fn finish(&mut self) -> Result<RecordBatch, Error> {
        let mut columns: Vec<ArrayRef> = self.columns.iter_mut().map(Column::finish).collect();
        columns.push(Arc::new(self.extra.finish()));
        RecordBatch::try_new(file_schema(), columns).map_err(|error| Error::arrow("building rows", error))
    }
}

fn column(number: usize) -> Column {
    let node = node(number);
    let values = match node.column.shape {
        Shape::Text | Shape::Flag | Shape::Json => Values::Text(StringBuilder::new()),
        Shape::Struct(fields) => Values::Struct(struct_fields(fields), Valid::default(), node.fields.clone().map(column).collect()),
        Shape::List(fields) => {
            Values::List(fields, Ends::default(), Valid::default(), fields.iter().map(|_| StringBuilder::new()).collect())
        }
        Shape::Texts => Values::Texts(Texts::default()),
    };
    Column { values, behind: 0 }
}

impl Column {
    /// Adds a record's value, or none. What the column cannot hold as it stands goes to `extra`.
    #[inline]
    pub fn append(&mut self, number: usize, text: &str, places: &mut Places) {
        match places.get(number, text) {
            Some(json) => self.append_value(number, json, text, places),
            None => self.behind += 1,
        }
    }

    fn append_value(&mut self, number: usize, json: &str, text: &str, places: &mut Places) {
        self.catch_up();
        match &mut self.values {
            Values::Text(builder) => append_text(builder, number, json, places),
            Values::Struct(_, valid, fields) => {
                let is_object = json.starts_with('{');
                valid.0.push(is_object);
                keep_unless(is_object, number, json, places);
                for (field, column) in node(number).fields.clone().zip(fields) {
                    column.append(field, text, places);
                }
            }
            Values::List(fields, ends, valid, columns) => {
                let count = append_elements(json, number, fields, columns, places);
                keep_unless(count.is_some(), number, json, places);
                ends.0.push(count.unwrap_or(0));
                valid.0.push(count.is_some());
            }
            Values::Texts(texts) => {
                let count = append_entries(json, number, texts, places);
                keep_unless(count.is_some(), number, json, places);
                texts.end_row(count.unwrap_or(0), count.is_some());
            }
        }
    }

    /// Adds the rows without a value that are still to be added.
    fn catch_up(&mut self) {
        let rows = std::mem::take(&mut self.behind);
        if rows == 0 {
            return;
        }
        match &mut self.values {
            Values::Text(builder) => builder.append_nulls(rows),
            Values::Struct(_, valid, fields) => {
                valid.absent(rows);
                fields.iter_mut().for_each(|field| field.behind += rows);
            }
            Values::List(_, ends, valid, _) | Values::Texts(Texts { ends, valid, .. }) => {
                ends.empty(rows);
                valid.absent(rows);
            }
        }
    }

    /// The column so far; it is empty afterwards.
    pub fn finish(&mut self) -> ArrayRef {
        self.catch_up();
        match &mut self.values {
            Values::Text(builder) => Arc::new(finish_text(builder)),
            Values::Struct(fields, valid, columns) => {
                let columns = columns.iter_mut().map(Column::finish).collect();
                Arc::new(StructArray::new(fields.clone(), columns, valid.finish()))
            }
            Values::List(fields, ends, valid, columns) => {
                let columns = columns.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
                let elements = StructArray::new(struct_fields(fields), columns, None);
                Arc::new(ListArray::new(list_item(fields), ends.finish(), Arc::new(elements), valid.finish()))
            }
            Values::Texts(texts) => Arc::new(texts.finish()),
        }
    }
}

/// The texts so far. The next ones will be about as many and as long: room for them at once costs less than growing into it.
fn finish_text(builder: &mut StringBuilder) -> StringArray {
    let texts = builder.finish();
    let bytes = texts.value_data().len();
    *builder = StringBuilder::with_capacity(texts.len(), bytes + bytes / 8);
    texts
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

fn append_text(builder: &mut StringBuilder, number: usize, json: &str, places: &mut Places) {
    let shape = node(number).column.shape;
    if shape == Shape::Text
        && places.is_plain(number)
        && let Some(inside) = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'))
    {
        builder.append_value(inside);
        return;
    }
    let held = match scalar(json, shape) {
        Some((text, plain)) => {
            builder.append_value(text);
            plain
        }
        None => {
            builder.append_null();
            false
        }
    };
    keep_unless(held, number, json, places);
}

/// Adds the elements of an array, when all are objects whose members can be told apart.
fn append_elements(json: &str, number: usize, fields: &[Described], columns: &mut [StringBuilder], places: &mut Places) -> Option<usize> {
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
            column.append_option(scalar.map(|(text, _)| text));
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
fn append_entries(json: &str, number: usize, texts: &mut Texts, places: &mut Places) -> Option<usize> {
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
    for (name, json) in &entries {
        let scalar = scalar(json, Shape::Text);
        let held = scalar.as_ref().is_some_and(|(_, plain)| *plain);
        texts.keys.append_value(name);
        texts.values.append_option(scalar.map(|(text, _)| text));
        if !held && !places.is_whole() {
            places.extra.keep(&path::join(&node(number).path, name), json);
        }
    }
    Some(entries.len())
}
