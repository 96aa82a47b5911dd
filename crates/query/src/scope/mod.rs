//! Which names are visible where, and what they hold.

mod columns;
mod kind;

use std::cell::Cell;

use sqlparser::ast::{Ident, ObjectName};

use crate::names::{Column, Kind, Names, Table};

pub(crate) use columns::{elements, label};
pub(crate) use kind::{argument, arguments, call_name, in_utc, of_type};

/// Where the element that an `UNNEST` brings into view is to be found after the translation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Home {
    /// Under this path.
    Path(Vec<String>),
    /// In a member of the JSON object under this path.
    Member(Vec<String>, String),
}

/// A name that an `UNNEST` brings into view.
#[derive(Debug, Clone)]
pub(crate) struct Unnested {
    /// The alias before the column list.
    pub(crate) table: Option<String>,
    pub(crate) column: Column,
    pub(crate) home: Home,
}

/// Something that stands in `FROM`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Relation {
    /// The name that columns may be qualified with, lower case.
    pub(crate) name: Option<String>,
    /// The full name as it was written, when it has several parts.
    pub(crate) path: Vec<String>,
    pub(crate) columns: Vec<Column>,
    /// Whether it may have columns that are not known.
    pub(crate) open: bool,
}

/// What the expressions of one `SELECT` see.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    pub(crate) relations: Vec<Relation>,
    pub(crate) unnested: Vec<Unnested>,
    /// Names that the `SELECT` itself gives.
    pub(crate) outputs: Vec<Column>,
}

/// A level of nesting.
#[derive(Debug)]
pub(crate) enum Frame {
    /// A query: its `WITH` tables, how many of them are visible so far, and what its `ORDER BY` sees.
    Query { ctes: Vec<(String, Vec<Column>)>, visible: usize, after: Option<Scope> },
    /// A `SELECT`.
    Select(Scope),
    /// The parameters of a lambda.
    Lambda(Vec<Column>),
}

/// What a path of names means.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// How many names at its front are there for nothing in the engine (`database.table.column`).
    pub(crate) surplus: usize,
    /// How many names then name the column, its table among them.
    pub(crate) taken: usize,
    pub(crate) kind: Kind,
    /// Whether it belongs to an outer query.
    pub(crate) outer: bool,
    pub(crate) from: Origin,
}

/// What a found name is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Origin {
    Column,
    Lambda,
    Unnested(Home),
    Output,
}

/// The stack of scopes.
#[derive(Debug)]
pub(crate) struct Scopes<'n> {
    pub(crate) names: &'n Names,
    pub(crate) frames: Vec<Frame>,
    /// How many expressions are being asked what they hold, each inside another.
    asked: Cell<usize>,
}

/// What a table's name stands for.
pub(crate) enum Named<'t> {
    Cte(&'t [Column]),
    Table(&'t Table),
    /// A table of the engine's own information schema.
    Schema,
    Unknown,
}

/// The parts of a name, lower case.
pub(crate) fn parts(name: &ObjectName) -> Vec<String> {
    name.0.iter().map(|part| part.as_ident().map_or_else(|| part.to_string(), |ident| ident.value.clone()).to_ascii_lowercase()).collect()
}

/// A path of identifiers, lower case.
pub(crate) fn path(idents: &[Ident]) -> Vec<String> {
    idents.iter().map(|ident| ident.value.to_ascii_lowercase()).collect()
}

impl<'n> Scopes<'n> {
    pub(crate) fn new(names: &'n Names) -> Scopes<'n> {
        Scopes { names, frames: Vec::new(), asked: Cell::new(0) }
    }

    /// The table that `WITH` gave this name, if it is visible here.
    pub(crate) fn cte(&self, name: &str) -> Option<&[Column]> {
        self.frames.iter().rev().find_map(|frame| {
            let Frame::Query { ctes, visible, .. } = frame else { return None };
            ctes.iter().take(*visible).rev().find(|(cte, _)| cte == name).map(|(_, columns)| columns.as_slice())
        })
    }

    /// What the name of a table stands for.
    pub(crate) fn table(&self, parts: &[String]) -> Named<'_> {
        let Some(last) = parts.last() else { return Named::Unknown };
        if let ([_], Some(columns)) = (parts, self.cte(last)) {
            return Named::Cte(columns);
        }
        if parts.iter().rev().nth(1).is_some_and(|schema| schema == "information_schema") {
            return Named::Schema;
        }
        let whole = (0..parts.len()).find_map(|skip| self.names.table(&parts.get(skip..)?.join(".")));
        match whole.or_else(|| stands_for_cloudtrail(last).then(|| self.names.table("cloudtrail")).flatten()) {
            Some(table) => Named::Table(table),
            None => Named::Unknown,
        }
    }

    /// What a path of lower-case names means here.
    pub(crate) fn find(&self, path: &[String]) -> Option<Found> {
        let mut outer = false;
        for frame in self.frames.iter().rev() {
            let (scope, selects) = match frame {
                Frame::Lambda(parameters) => {
                    let named = parameters.iter().find(|parameter| path.first() == Some(&parameter.name));
                    if let Some(parameter) = named {
                        let kind = parameter.kind.clone();
                        return Some(Found { surplus: 0, taken: 1, kind, outer: false, from: Origin::Lambda });
                    }
                    continue;
                }
                Frame::Select(scope) => (scope, true),
                Frame::Query { after: Some(scope), .. } => (scope, false),
                Frame::Query { after: None, .. } => continue,
            };
            if let Some(found) = scope.find(path) {
                return Some(Found { outer, ..found });
            }
            outer |= selects;
        }
        None
    }
}

impl Scope {
    fn find(&self, path: &[String]) -> Option<Found> {
        let found = |surplus, taken, kind: &Kind, from| Some(Found { surplus, taken, kind: kind.clone(), outer: false, from });
        let first = path.first()?;
        for unnested in &self.unnested {
            let named = |at: usize| path.get(at) == Some(&unnested.column.name);
            let qualified = unnested.table.as_ref() == Some(first) && named(1);
            if qualified || named(0) {
                return found(0, 1 + usize::from(qualified), &unnested.column.kind, Origin::Unnested(unnested.home.clone()));
            }
        }
        for relation in &self.relations {
            let depth = relation.path.len();
            let spelled = depth > 1 && path.len() > depth && path.starts_with(&relation.path);
            let surplus = if spelled { depth - 1 } else { 0 };
            let qualified = spelled || (path.len() > 1 && relation.name.as_ref() == Some(first));
            if qualified {
                let column = relation.columns.iter().find(|column| path.get(surplus + 1) == Some(&column.name));
                if column.is_some() || relation.open || path.len() > 2 {
                    return found(surplus, 2, column.map_or(&Kind::Unknown, |column| &column.kind), Origin::Column);
                }
            }
        }
        for relation in &self.relations {
            if let Some(column) = relation.columns.iter().find(|column| column.name == *first) {
                return found(0, 1, &column.kind, Origin::Column);
            }
        }
        let output = self.outputs.iter().find(|output| output.name == *first && path.len() == 1);
        output.map(|output| Found { surplus: 0, taken: 1, kind: output.kind.clone(), outer: false, from: Origin::Output })
    }

    /// The `day` column that `date` and `dt` of other layouts mean, under the name of its relation.
    pub(crate) fn day(&self, qualifier: Option<&String>) -> Option<&Column> {
        let named = |relation: &&Relation| qualifier.is_none() || relation.name.as_ref() == qualifier;
        let day = |column: &&Column| column.name == "day" && column.kind == Kind::DashDay;
        self.relations.iter().filter(named).find_map(|relation| relation.columns.iter().find(day))
    }
}

/// Whether a published query that names this table means the table of CloudTrail records: any name with `cloudtrail` in it, the id or
/// ARN of an event data store, or a placeholder for one.
pub(crate) fn stands_for_cloudtrail(name: &str) -> bool {
    if name.contains("cloudtrail") || is_uuid(name) || (name.starts_with("arn:") && name.contains("eventdatastore")) {
        return true;
    }
    let placeholder = name.starts_with(['<', '$', '{', '[']);
    let words = ["eds", "event_data_store", "event-data-store", "event data store", "eventdatastore", "data_store_id", "trail_logs"];
    let telling =
        words.iter().any(|word| name == *word || name.starts_with(word) || (name.len() > 6 && name.contains(word) && *word != "eds"));
    let eds = name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "eds" || word == "edsid");
    let open = ["table", "store", "trail", "event", "eds"];
    telling || eds || (placeholder && open.iter().any(|word| name.contains(word)))
}

/// Whether it is written like `3f2504e0-4f89-11d3-9a0c-0305e82c3301`.
pub(crate) fn is_uuid(name: &str) -> bool {
    let groups: Vec<&str> = name.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) && name.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}
