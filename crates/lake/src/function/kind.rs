//! The kinds of arguments and answers: which types of the engine each stands for.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, TimeUnit};
use datafusion::common::{Result, ScalarValue};

/// What an argument may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text; comes as `Utf8View`.
    Text,
    /// A whole number; comes as `Int64`.
    Integer,
    /// Any number; comes as `Float64`.
    Number,
    /// A timestamp, a date, or text that holds one; timestamps come in milliseconds.
    Moment,
    /// Bytes, or text as its UTF-8 bytes; comes as `BinaryView`.
    Bytes,
    /// A list; fixed-size and large lists come as `List`.
    List,
    /// A text that must be written out in the query, since the type of the answer hangs on it.
    Constant,
    /// Whatever was given.
    Any,
}

impl Kind {
    /// The type in which an argument arrives, or none when it cannot be this.
    pub(super) fn coerce(self, given: &DataType) -> Option<DataType> {
        use DataType::{BinaryView, Date32, Date64, Float64, Int64, Null, Timestamp, Utf8View};
        let given = if let DataType::Dictionary(_, value) = given { value } else { given };
        match self {
            Kind::Any => Some(given.clone()),
            Kind::Constant => given.is_string().then(|| given.clone()),
            Kind::Text => (given.is_string() || *given == Null).then_some(Utf8View),
            Kind::Integer => (given.is_integer() || *given == Null).then_some(Int64),
            Kind::Number => (given.is_numeric() || *given == Null).then_some(Float64),
            Kind::Bytes => (given.is_string() || given.is_binary() || *given == Null).then_some(BinaryView),
            Kind::Moment => match given {
                Timestamp(_, zone) => Some(Timestamp(TimeUnit::Millisecond, zone.clone())),
                Date32 | Date64 => Some(Date32),
                Null => Some(Timestamp(TimeUnit::Millisecond, None)),
                text if text.is_string() => Some(Utf8View),
                _ => None,
            },
            Kind::List => match given {
                DataType::List(_) => Some(given.clone()),
                DataType::LargeList(item) | DataType::FixedSizeList(item, _) => Some(DataType::List(Arc::clone(item))),
                Null => Some(list_of(Null)),
                _ => None,
            },
        }
    }

    /// The kind in words, for a message.
    pub(super) fn wanted(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Constant => "a text written out in the query",
            Kind::Integer => "a whole number",
            Kind::Number => "a number",
            Kind::Moment => "a timestamp, a date or text that holds one",
            Kind::Bytes => "bytes or text",
            Kind::List => "an array",
            Kind::Any => "anything",
        }
    }
}

/// Works the answer's type out from the arguments' types and from those that are constants.
pub(super) type Resolve = fn(&[DataType], &[Option<&ScalarValue>]) -> Result<DataType>;

/// What a function answers.
#[derive(Clone, Copy)]
pub(super) enum Gives {
    /// Text.
    Text,
    /// An array of texts.
    Texts,
    /// A whole number.
    Integer,
    /// A number with a fraction.
    Double,
    /// Yes or no.
    Boolean,
    /// Bytes.
    Bytes,
    /// A day.
    Date,
    /// A time of the clock on the wall, without a zone.
    LocalTime,
    /// An instant, shown in UTC.
    Instant,
    /// Depends on the arguments.
    By(Resolve),
}

impl Gives {
    pub(super) fn of(self, given: &[DataType], constants: &[Option<&ScalarValue>]) -> Result<DataType> {
        Ok(match self {
            Gives::Text => DataType::Utf8View,
            Gives::Texts => list_of(DataType::Utf8View),
            Gives::Integer => DataType::Int64,
            Gives::Double => DataType::Float64,
            Gives::Boolean => DataType::Boolean,
            Gives::Bytes => DataType::BinaryView,
            Gives::Date => DataType::Date32,
            Gives::LocalTime => DataType::Timestamp(TimeUnit::Millisecond, None),
            Gives::Instant => DataType::Timestamp(TimeUnit::Millisecond, Some(UTC.into())),
            Gives::By(resolve) => resolve(given, constants)?,
        })
    }
}

/// The zone in which instants are shown unless another is asked for; Delta tables spell it so too.
pub(super) const UTC: &str = "UTC";

/// The text of a constant argument, if it is one.
pub(super) fn constant_text<'c>(constants: &[Option<&'c ScalarValue>], at: usize) -> Option<&'c str> {
    match constants.get(at) {
        Some(Some(ScalarValue::Utf8(Some(text)) | ScalarValue::Utf8View(Some(text)) | ScalarValue::LargeUtf8(Some(text)))) => Some(text),
        _ => None,
    }
}

/// A list type with elements that may be null.
pub(super) fn list_of(item: DataType) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(item, true)))
}

/// A map type with values that may be null.
pub(super) fn map_of(key: DataType, value: DataType) -> DataType {
    let entries = vec![Field::new("key", key, false), Field::new("value", value, true)];
    DataType::Map(Arc::new(Field::new("entries", DataType::Struct(entries.into()), false)), false)
}

/// A type as SQL writes it.
pub(super) fn sql_name(data_type: &DataType) -> String {
    match data_type {
        text if text.is_string() => "varchar".to_owned(),
        DataType::Null => "unknown".to_owned(),
        DataType::Boolean => "boolean".to_owned(),
        DataType::Int8 => "tinyint".to_owned(),
        DataType::Int16 | DataType::UInt8 => "smallint".to_owned(),
        DataType::Int32 | DataType::UInt16 => "integer".to_owned(),
        DataType::Int64 | DataType::UInt32 | DataType::UInt64 => "bigint".to_owned(),
        DataType::Float16 | DataType::Float32 => "real".to_owned(),
        DataType::Float64 => "double".to_owned(),
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale) => format!("decimal({precision},{scale})"),
        DataType::Date32 | DataType::Date64 => "date".to_owned(),
        DataType::Timestamp(unit, zone) => {
            let digits = match unit {
                TimeUnit::Second => 0,
                TimeUnit::Millisecond => 3,
                TimeUnit::Microsecond => 6,
                TimeUnit::Nanosecond => 9,
            };
            format!("timestamp({digits}){}", if zone.is_some() { " with time zone" } else { "" })
        }
        DataType::Time32(_) | DataType::Time64(_) => "time".to_owned(),
        DataType::Interval(_) | DataType::Duration(_) => "interval".to_owned(),
        bytes if bytes.is_binary() => "varbinary".to_owned(),
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            format!("array({})", sql_name(item.data_type()))
        }
        DataType::Struct(fields) => {
            let fields: Vec<String> = fields.iter().map(|field| format!("{} {}", field.name(), sql_name(field.data_type()))).collect();
            format!("row({})", fields.join(", "))
        }
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(pair) => {
                let pair: Vec<String> = pair.iter().map(|field| sql_name(field.data_type())).collect();
                format!("map({})", pair.join(", "))
            }
            _ => "map".to_owned(),
        },
        DataType::Dictionary(_, value) => sql_name(value),
        other => other.to_string(),
    }
}
