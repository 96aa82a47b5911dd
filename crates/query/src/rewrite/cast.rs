//! Casts to and from types that the engine lacks: JSON, maps, rows, addresses.

use std::ops::ControlFlow;

use sqlparser::ast::{ArrayElemTypeDef, CastKind, DataType, Expr, Spanned};

use super::{Flow, Rewriter, timestamp_of};
use crate::build;
use crate::diagnostic::Code;
use crate::names::Kind;
use crate::scope::{argument, arguments, call_name};
use crate::types::Type;

impl Rewriter<'_> {
    pub(super) fn cast(&mut self, expr: &mut Expr) -> Flow {
        let Expr::Cast { kind, expr: inner, data_type, .. } = expr else { return ControlFlow::Continue(()) };
        let Some(wanted) = Type::read(data_type) else {
            let message = format!("the type {data_type} is not known");
            let help = "cast to varchar, bigint, double, boolean, date, timestamp, json, array(…) or map(varchar, …)";
            return self.refuse(Code::Types, inner.span(), message, help);
        };
        let from = self.scopes.kind_of(inner);
        let json = matches!(from, Kind::Json);
        let document = json || from == Kind::JsonText;
        let (kind, name) = (kind.clone(), type_name(data_type));
        let inner = std::mem::replace(&mut **inner, build::number(0));
        *expr = match wanted {
            Type::Json => as_json(inner, &from),
            Type::Address => inner,
            Type::Array(of) if document && (!of.is_document() || *of == Type::Json) => array(inner, &of, kind),
            Type::Map(to) if document && to.is_text() => build::call("json_to_text_map", [inner]),
            Type::Map(to) if document && *to == Type::Json => build::call("json_to_map", [inner]),
            Type::Array(_) | Type::Map(_) | Type::Row(_) if document => build::call("json_cast", [inner, build::text(name)]),
            Type::Plain(plain) if json => scalar(inner, plain, kind),
            Type::Plain(DataType::Timestamp(..) | DataType::Datetime(_)) if from == Kind::Moment => timestamp_of(inner),
            Type::Plain(DataType::Date) if from == Kind::Moment => build::cast(kind, timestamp_of(inner), DataType::Date),
            Type::Plain(plain) => build::cast(kind, inner, engine_type(plain)),
            Type::Array(of) if !of.is_document() => build::cast(kind, inner, list_of(&of)),
            Type::Array(_) | Type::Map(_) | Type::Row(_) => build::call("row_cast", [inner, build::text(name)]),
        };
        ControlFlow::Continue(())
    }
}

/// The type as it was written, for the functions that are told one.
fn type_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Custom(name, _) => crate::scope::parts(name).join("."),
        other => other.to_string(),
    }
}

/// A value as JSON text.
pub(super) fn as_json(inner: Expr, from: &Kind) -> Expr {
    match from {
        Kind::Json => inner,
        Kind::JsonText => build::call("json_parse", [inner]),
        _ => build::call("to_json", [inner]),
    }
}

/// A document's scalar as a plain value.
fn scalar(inner: Expr, plain: DataType, kind: CastKind) -> Expr {
    let text = match &inner {
        Expr::Function(function) if call_name(function) == "json_extract" => {
            build::call("json_extract_scalar", arguments(function).cloned().collect::<Vec<_>>())
        }
        Expr::Function(function) if call_name(function) == "json_parse" && argument(function, 0).is_some() => {
            build::call("json_extract_scalar", [argument(function, 0).cloned().unwrap_or_else(|| build::text("")), build::text("$")])
        }
        _ => build::call("json_extract_scalar", [inner, build::text("$")]),
    };
    match crate::scope::of_type(&plain) {
        Kind::Text => text,
        _ => build::cast(kind, text, engine_type(plain)),
    }
}

/// A document's list.
fn array(inner: Expr, of: &Type, kind: CastKind) -> Expr {
    match of {
        of if of.is_text() => build::call("json_to_text_array", [inner]),
        Type::Plain(_) => build::cast(kind, build::call("json_to_text_array", [inner]), list_of(of)),
        _ => build::call("json_to_array", [inner]),
    }
}

fn list_of(of: &Type) -> DataType {
    let element = match of {
        Type::Plain(plain) => engine_type(plain.clone()),
        Type::Array(of) => list_of(of),
        _ => DataType::Varchar(None),
    };
    DataType::Array(ArrayElemTypeDef::AngleBracket(Box::new(element)))
}

/// The engine's word for a type.
fn engine_type(plain: DataType) -> DataType {
    match plain {
        DataType::Varbinary(_) | DataType::Binary(_) | DataType::Blob(_) => DataType::Bytea,
        DataType::CharacterVarying(length) | DataType::CharVarying(length) => DataType::Varchar(length),
        DataType::Uuid => DataType::Varchar(None),
        other => other,
    }
}
