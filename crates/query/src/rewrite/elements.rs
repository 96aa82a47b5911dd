//! The columns that an `UNNEST` brings, as items of the subquery that stands in its place.

use sqlparser::ast::{BinaryOperator, CaseWhen, CastKind, DataType, Expr, Ident, TableAlias, Value};

use super::Rewriter;
use super::unnest::Taken;
use crate::build;
use crate::names::{Column, Kind};
use crate::scope::{Frame, Home, Scope, Unnested, elements};

/// What a subquery selects beside its table's columns, and where the names of the alias are then to be found.
pub(super) struct Brought {
    pub(super) items: Vec<(Expr, Ident)>,
    pub(super) unnested: Vec<Unnested>,
}

impl Rewriter<'_> {
    /// What the subquery selects beside its table's columns, and where the names of the alias are then to be found.
    pub(super) fn items(&mut self, taken: &Taken, alias: &TableAlias, home: Option<&String>, scope: &Scope) -> Option<Brought> {
        let table = alias.name.value.to_ascii_lowercase();
        let mut names: Vec<String> = alias.columns.iter().map(|column| column.name.value.to_ascii_lowercase()).collect();
        let ordinal = if taken.ordinality { Some(names.pop().unwrap_or_else(|| "ordinality".to_owned())) } else { None };
        self.scopes.frames.push(Frame::Select(scope.clone()));
        let kinds: Vec<Kind> = taken.arrays.iter().map(|array| unnested_kind(self.scopes.kind_of(array))).collect();
        self.scopes.frames.pop();
        let mut made = Made { items: Vec::new(), unnested: Vec::new(), table: table.clone(), home: home.cloned(), scope };
        let mut rest = names.into_iter();
        for (array, kind) in taken.arrays.iter().zip(kinds) {
            let given = rest.len();
            let parts = elements(&kind, given, taken.arrays.len());
            let document = self.document_in(array, scope);
            let array = document.unwrap_or_else(|| array.clone());
            let array = if taken.keeps { or_one_null(array) } else { array };
            match (&kind, parts.as_slice()) {
                (Kind::Map(_), [key, value]) => {
                    made.add(rest.next().unwrap_or_else(|| "key".to_owned()), key, build::call("map_keys", [array.clone()]));
                    made.add(rest.next().unwrap_or_else(|| "value".to_owned()), value, build::call("map_values", [array]));
                }
                (_, [element]) => made.add(rest.next().unwrap_or_else(|| table.clone()), element, array),
                (Kind::List(_), fields) if fields.len() == given => {
                    made.add_fields(rest.by_ref().collect(), fields, array);
                }
                _ => return None,
            }
        }
        if let Some(name) = ordinal {
            made.add(name, &Column::new("ordinality", Kind::Number), positions(&taken.arrays));
        }
        (rest.len() == 0).then_some(Brought { items: made.items, unnested: made.unnested })
    }

    /// A document that is to be unnested, as the map of its members.
    fn document_in(&mut self, array: &Expr, scope: &Scope) -> Option<Expr> {
        self.scopes.frames.push(Frame::Select(scope.clone()));
        let kind = self.scopes.kind_of(array);
        self.scopes.frames.pop();
        (kind == Kind::JsonText).then(|| build::call("json_to_text_map", [array.clone()]))
    }
}

/// What an `UNNEST` takes a value for: the documents that CloudTrail Lake has as maps are maps here.
fn unnested_kind(kind: Kind) -> Kind {
    if kind == Kind::JsonText { Kind::map(Kind::Text) } else { kind }
}

/// What an `UNNEST` turns into.
struct Made<'s> {
    items: Vec<(Expr, Ident)>,
    unnested: Vec<Unnested>,
    table: String,
    home: Option<String>,
    scope: &'s Scope,
}

impl Made<'_> {
    /// A name for the new column that no column has yet, and the path to it.
    fn place(&self, wanted: &str) -> (String, Vec<String>) {
        let used = |name: &str| {
            let in_table = self.scope.relations.iter().any(|relation| relation.columns.iter().any(|column| column.name == name));
            in_table || self.items.iter().any(|(_, item)| item.value == name)
        };
        let mut name = wanted.to_owned();
        while used(&name) {
            name = format!("{}_{name}", self.table);
        }
        (name.clone(), self.home.iter().cloned().chain(std::iter::once(name)).collect())
    }

    fn add(&mut self, wanted: String, element: &Column, array: Expr) {
        let (name, path) = self.place(&wanted);
        self.items.push((build::call("unnest", [array]), build::ident(&name)));
        let column = Column { name: wanted, kind: element.kind.clone() };
        self.unnested.push(Unnested { table: Some(self.table.clone()), column, home: Home(path) });
    }

    /// A list of rows whose fields each get a name.
    fn add_fields(&mut self, names: Vec<String>, fields: &[Column], array: Expr) {
        let (name, path) = self.place(&self.table.clone());
        self.items.push((build::call("unnest", [array]), build::ident(&name)));
        for (given, field) in names.into_iter().zip(fields) {
            let home = Home(path.iter().cloned().chain(std::iter::once(field.name.clone())).collect());
            let column = Column { name: given, kind: field.kind.clone() };
            self.unnested.push(Unnested { table: Some(self.table.clone()), column, home });
        }
    }
}

/// A list, or a list of one null where it is empty or null, so that its row stays.
fn or_one_null(array: Expr) -> Expr {
    let filled = build::binary(build::call("cardinality", [array.clone()]), BinaryOperator::Gt, build::number(0));
    let null = Expr::Array(sqlparser::ast::Array { elem: vec![Expr::value(Value::Null)], named: true });
    Expr::Case {
        case_token: sqlparser::ast::helpers::attached_token::AttachedToken::empty(),
        end_token: sqlparser::ast::helpers::attached_token::AttachedToken::empty(),
        operand: None,
        conditions: vec![CaseWhen { condition: filled, result: array }],
        else_result: Some(Box::new(null)),
    }
}

/// `range(1, n + 1)` for the longest of the lists.
fn positions(arrays: &[Expr]) -> Expr {
    let length = |array: &Expr| {
        let cardinality = build::cast(CastKind::Cast, build::call("cardinality", [array.clone()]), DataType::BigInt(None));
        if arrays.len() == 1 { cardinality } else { build::call("coalesce", [cardinality, build::number(0)]) }
    };
    let longest = match arrays {
        [one] => length(one),
        many => build::call("greatest", many.iter().map(length)),
    };
    build::call("range", [build::number(1), build::binary(longest, BinaryOperator::Plus, build::number(1))])
}
