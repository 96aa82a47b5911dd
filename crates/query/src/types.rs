//! The types of Trino that a cast may name.

use sqlparser::ast::{ArrayElemTypeDef, DataType, ObjectName};
use sqlparser::parser::Parser;

use crate::dialect::Trino;
use crate::names::{Column, Kind};

/// Deepest nesting of types.
const TYPE_DEPTH_MAX: usize = 8;

/// A type of Trino, as far as the engine treats it differently.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Type {
    /// A type that both know.
    Plain(DataType),
    Json,
    Address,
    Array(Box<Type>),
    Map(Box<Type>),
    /// Its fields.
    Row(Vec<(String, Type)>),
}

impl Type {
    /// The type that a cast names; `None` when it is written as nothing known.
    pub(crate) fn read(data_type: &DataType) -> Option<Type> {
        match data_type {
            DataType::JSON => Some(Type::Json),
            DataType::Array(ArrayElemTypeDef::AngleBracket(of)) => Some(Type::Array(Box::new(Type::read(of)?))),
            DataType::Custom(name, _) => Type::parse(&single(name)?, 0),
            DataType::Struct(fields, _) => {
                let fields = fields
                    .iter()
                    .map(|field| Some((field.field_name.as_ref()?.value.to_ascii_lowercase(), Type::read(&field.field_type)?)));
                fields.collect::<Option<Vec<_>>>().map(Type::Row)
            }
            DataType::Map(_, to) => Type::read(to).map(|to| Type::Map(Box::new(to))),
            plain => Some(Type::Plain(plain.clone())),
        }
    }

    /// The type of this name.
    pub(crate) fn named(text: &str) -> Option<Type> {
        Type::parse(text, 0)
    }

    fn parse(text: &str, depth: usize) -> Option<Type> {
        let text = text.trim();
        if depth > TYPE_DEPTH_MAX {
            return None;
        }
        if let Some((name, inner)) = text.strip_suffix(')').and_then(|text| text.split_once('(')) {
            let inner = parts(inner);
            let nth = |at: usize| inner.get(at).and_then(|part| Type::parse(part, depth + 1)).map(Box::new);
            match name.trim().to_ascii_lowercase().as_str() {
                "array" => return nth(0).map(Type::Array),
                "map" => return nth(1).map(Type::Map),
                "row" => {
                    let fields = inner.iter().enumerate().map(|(at, field)| field_of(field, at, depth + 1));
                    return fields.collect::<Option<Vec<_>>>().map(Type::Row);
                }
                _ => {}
            }
        }
        match text.to_ascii_lowercase().as_str() {
            "json" => Some(Type::Json),
            "ipaddress" | "ipprefix" => Some(Type::Address),
            "uuid" => Some(Type::Plain(DataType::Varchar(None))),
            _ => Parser::new(&Trino).try_with_sql(text).ok()?.parse_data_type().ok().and_then(|plain| match plain {
                DataType::Custom(..) => None,
                plain => Some(Type::Plain(plain)),
            }),
        }
    }

    /// What a value cast to it holds.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Type::Plain(plain) => crate::scope::of_type(plain),
            Type::Json => Kind::Json,
            Type::Address => Kind::Address,
            Type::Array(of) => Kind::list(of.kind()),
            Type::Map(to) => Kind::map(to.kind()),
            Type::Row(fields) => Kind::Struct(fields.iter().map(|(name, of)| Column::new(name, of.kind())).collect()),
        }
    }

    /// Whether JSON scalars become plain text in it.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self, Type::Plain(plain) if crate::scope::of_type(plain) == Kind::Text)
    }

    /// Whether it is JSON, or has parts that stay JSON text until they are asked for.
    pub(crate) fn is_document(&self) -> bool {
        !matches!(self, Type::Plain(_) | Type::Address)
    }
}

/// The word of a name of one part.
fn single(name: &ObjectName) -> Option<String> {
    match name.0.as_slice() {
        [part] => part.as_ident().map(|ident| ident.value.clone()),
        _ => None,
    }
}

/// Splits at the commas that stand outside brackets.
fn parts(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let mut from = 0;
    let mut parts = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '(' | '<' => depth += 1,
            ')' | '>' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.extend(text.get(from..at));
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(text.get(from..));
    parts
}

/// A field in `"name" varchar`; one without a name has that of its place.
fn field_of(field: &str, at: usize, depth: usize) -> Option<(String, Type)> {
    let field = field.trim();
    let (name, of) = match field.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
        Some((name, of)) => (name, of),
        None => field.split_once(char::is_whitespace).unwrap_or((field, "")),
    };
    match Type::parse(of, depth) {
        Some(of) => Some((name.to_ascii_lowercase(), of)),
        None => Type::parse(field, depth).map(|of| (format!("field{at}"), of)),
    }
}
