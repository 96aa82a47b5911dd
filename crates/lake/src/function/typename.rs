//! Type names as SQL writes them, for the functions that are told a type.

use datafusion::arrow::datatypes::{DataType, Field, TimeUnit};

use super::kind::{list_of, map_of};

/// A type of SQL, as far as JSON can be turned into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SqlType {
    Json,
    Text,
    Integer,
    Double,
    Boolean,
    Date,
    Timestamp,
    Array(Box<SqlType>),
    Map(Box<SqlType>, Box<SqlType>),
    Row(Vec<(String, SqlType)>),
}

/// How deep types may nest: more is no query of a person.
const DEPTH_MAX: usize = 32;

impl SqlType {
    /// Reads `array(row(a varchar, b bigint))` and such, also with angle brackets.
    pub(super) fn parse(text: &str) -> Option<SqlType> {
        let lower = text.to_ascii_lowercase();
        let mut names = Names { text, lower: &lower, at: 0 };
        let parsed = names.one(0)?;
        names.space();
        (names.at == text.len()).then_some(parsed)
    }

    /// The engine's type for it.
    pub(super) fn engine(&self) -> DataType {
        match self {
            SqlType::Json | SqlType::Text => DataType::Utf8View,
            SqlType::Integer => DataType::Int64,
            SqlType::Double => DataType::Float64,
            SqlType::Boolean => DataType::Boolean,
            SqlType::Date => DataType::Date32,
            SqlType::Timestamp => DataType::Timestamp(TimeUnit::Millisecond, None),
            SqlType::Array(item) => list_of(item.engine()),
            SqlType::Map(key, value) => map_of(key.engine(), value.engine()),
            SqlType::Row(fields) => DataType::Struct(fields.iter().map(|(name, sql)| Field::new(name, sql.engine(), true)).collect()),
        }
    }
}

struct Names<'t> {
    text: &'t str,
    lower: &'t str,
    at: usize,
}

impl<'t> Names<'t> {
    fn rest(&self) -> &'t str {
        self.lower.get(self.at..).unwrap_or_default()
    }

    fn space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn take(&mut self, any: &[char]) -> Option<()> {
        self.space();
        let letter = self.rest().chars().next()?;
        any.contains(&letter).then(|| self.at += letter.len_utf8())
    }

    /// A word, or a name in double quotes; as written.
    fn word(&mut self) -> Option<&'t str> {
        self.space();
        if self.take(&['"']).is_some() {
            let end = self.rest().find('"')?;
            let word = self.text.get(self.at..self.at + end)?;
            self.at += end + 1;
            return Some(word);
        }
        let rest = self.rest();
        let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
        let word = self.text.get(self.at..self.at + end)?;
        self.at += end;
        (!word.is_empty()).then_some(word)
    }

    fn one(&mut self, depth: usize) -> Option<SqlType> {
        if depth > DEPTH_MAX {
            return None;
        }
        let name = self.word()?.to_ascii_lowercase();
        match name.as_str() {
            "array" => {
                self.take(&['(', '<'])?;
                let item = self.one(depth + 1)?;
                self.take(&[')', '>'])?;
                Some(SqlType::Array(Box::new(item)))
            }
            "map" => {
                self.take(&['(', '<'])?;
                let key = self.one(depth + 1)?;
                self.take(&[','])?;
                let value = self.one(depth + 1)?;
                self.take(&[')', '>'])?;
                Some(SqlType::Map(Box::new(key), Box::new(value)))
            }
            "row" | "struct" => self.row(depth),
            _ => self.plain(&name),
        }
    }

    fn row(&mut self, depth: usize) -> Option<SqlType> {
        self.take(&['(', '<'])?;
        let mut fields = Vec::new();
        loop {
            let from = self.at;
            let name = self.word()?.to_ascii_lowercase();
            // `struct<a:string>` puts a colon where `row(a varchar)` puts a space.
            let _ = self.take(&[':']);
            match self.one(depth + 1) {
                Some(sql) => fields.push((name, sql)),
                // `row(varchar, bigint)`: fields without names have that of their place.
                None => {
                    self.at = from;
                    fields.push((format!("field{}", fields.len()), self.one(depth + 1)?));
                }
            }
            if self.take(&[')', '>']).is_some() {
                return Some(SqlType::Row(fields));
            }
            self.take(&[','])?;
        }
    }

    fn plain(&mut self, name: &str) -> Option<SqlType> {
        let plain = match name {
            "json" => SqlType::Json,
            "varchar" | "char" | "string" | "text" | "ipaddress" | "uuid" => SqlType::Text,
            "tinyint" | "smallint" | "integer" | "int" | "bigint" => SqlType::Integer,
            "double" | "real" | "float" | "decimal" => SqlType::Double,
            "boolean" | "bool" => SqlType::Boolean,
            "date" => SqlType::Date,
            "timestamp" => SqlType::Timestamp,
            _ => return None,
        };
        if self.take(&['(']).is_some() {
            while self.take(&[')']).is_none() {
                self.take(&['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ','])?;
            }
        }
        for words in ["with time zone", "without time zone", "precision"] {
            self.space();
            self.at += if self.rest().starts_with(words) { words.len() } else { 0 };
        }
        Some(plain)
    }
}
