//! What statements may name, and what it holds: made from the schemas that the engine has.

use datafusion::arrow::datatypes::{DataType, Schema};
use watchfire_query::{Column, Computed, Kind, Names};

use crate::columns::{COLUMNS, DAY, Shape};

/// Columns whose text is more than text.
fn special(name: &str) -> Option<Kind> {
    match name {
        "eventtime" | "time_dt" => Some(Kind::Moment),
        DAY => Some(Kind::DashDay),
        "timestamp" => Some(Kind::SlashDay),
        "unmapped" => Some(Kind::JsonText),
        name => COLUMNS.iter().any(|column| column.shape == Shape::Json && column.name() == name).then_some(Kind::JsonText),
    }
}

fn kind(data_type: &DataType) -> Kind {
    match data_type {
        text if text.is_string() => Kind::Text,
        number if number.is_numeric() => Kind::Number,
        DataType::Boolean => Kind::Boolean,
        DataType::Timestamp(..) => Kind::Timestamp,
        DataType::Date32 | DataType::Date64 => Kind::Date,
        DataType::List(item) | DataType::LargeList(item) => Kind::list(kind(item.data_type())),
        DataType::Struct(fields) => {
            Kind::Struct(fields.iter().map(|field| Column::new(field.name(), field_kind(field.name(), field.data_type()))).collect())
        }
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(pair) => Kind::map(pair.get(1).map_or(Kind::Unknown, |value| kind(value.data_type()))),
            _ => Kind::Unknown,
        },
        _ => Kind::Unknown,
    }
}

/// Fields that hold documents in the OCSF tables.
fn field_kind(name: &str, data_type: &DataType) -> Kind {
    if name == "data" && data_type.is_string() { Kind::JsonText } else { kind(data_type) }
}

/// The columns of a table.
pub(super) fn columns(schema: &Schema) -> Vec<Column> {
    let one = |name: &str, data_type: &DataType| special(name).filter(|_| data_type.is_string()).unwrap_or_else(|| kind(data_type));
    schema.fields().iter().map(|field| Column::new(field.name(), one(field.name(), field.data_type()))).collect()
}

/// The tables of a session, and what `TRY` makes of functions.
pub(super) fn names(tables: &[(&str, &Schema)]) -> Names {
    let mut names = Names::new();
    for (name, schema) in tables {
        names = names.with(name, columns(schema));
    }
    for doc in crate::function::catalogue().iter().filter(|doc| doc.has_try) {
        names.forgiven.extend(std::iter::once(&doc.name).chain(doc.aliases).map(|name| (*name).to_owned()));
    }
    names.computed = computed();
    names
}

/// Columns that CloudTrail Lake has over and above Athena's table.
fn computed() -> Vec<Computed> {
    let whole = crate::function::event_columns();
    let nothing = || vec!["eventid".to_owned(); 2];
    let one =
        |name: &str, function: &str, columns: Vec<String>, kind| Computed { name: name.into(), function: function.into(), columns, kind };
    vec![
        one("eventjson", "event_json", whole, Kind::JsonText),
        // Lake writes these itself when it takes an event in; no record holds them.
        one("eventjsonchecksum", "nullif", nothing(), Kind::Text),
        one("annotation", "nullif", nothing(), Kind::Text),
    ]
}
