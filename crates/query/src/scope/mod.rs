//! Which names are visible where, and what they hold.

mod columns;
mod kind;

use std::cell::Cell;

use sqlparser::ast::{Ident, ObjectName};

use crate::names::{Column, Computed, Kind, Names, Table};

pub(crate) use columns::{elements, label};
pub(crate) use kind::{argument, arguments, call_name, in_utc, of_type};

/// The path under which the element that an `UNNEST` brings into view is to be found after the translation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Home(pub(crate) Vec<String>);

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

/// Partitions of other layouts of the same logs, and the columns of ours that hold the same.
const STAND_INS: [(&str, &str); 12] = [
    ("date", "day"),
    ("dt", "day"),
    ("event_date", "day"),
    ("date_partition", "timestamp"),
    ("region_partition", "region"),
    ("aws_region", "region"),
    ("account_partition", "account"),
    ("accountid", "account"),
    ("account_id", "account"),
    ("aws_account_id", "account"),
    ("accountid", "account_id"),
    ("account_id", "accountid"),
];

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
    /// A query: its `WITH` tables, how many of them are visible so far, whether the next one sees itself, and what its `ORDER BY` sees.
    Query { ctes: Vec<(String, Vec<Column>)>, visible: usize, recursive: bool, after: Option<Scope> },
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
            let Frame::Query { ctes, visible, recursive, .. } = frame else { return None };
            ctes.iter().take(*visible + usize::from(*recursive)).rev().find(|(cte, _)| cte == name).map(|(_, columns)| columns.as_slice())
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
        let lake = || security_lake(last).and_then(|name| self.names.table(&name));
        match whole.or_else(lake).or_else(|| stands_for_cloudtrail(last).then(|| self.names.table("cloudtrail")).flatten()) {
            Some(table) => Named::Table(table),
            None => Named::Unknown,
        }
    }

    /// The innermost scope: of the `SELECT` that is walked, or of what stands behind it.
    pub(crate) fn top(&self) -> Option<&Scope> {
        self.frames.iter().rev().find_map(|frame| match frame {
            Frame::Select(scope) | Frame::Query { after: Some(scope), .. } => Some(scope),
            _ => None,
        })
    }

    /// Whether a name that is no column may become one: a partition of another layout, or a column that is made of others.
    pub(crate) fn becomes_a_column(&self, name: &str) -> bool {
        STAND_INS.iter().any(|(theirs, _)| *theirs == name) || self.names.computed.iter().any(|computed| computed.name == name)
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

    /// The column that the partition of another layout means, `date` or `account_partition`, under the name of its relation.
    pub(crate) fn stand_in(&self, name: &str, qualifier: Option<&String>) -> Option<&Column> {
        let named = |relation: &&Relation| qualifier.is_none() || relation.name.as_ref() == qualifier;
        let ours = STAND_INS.iter().filter(|(theirs, _)| *theirs == name).map(|(_, ours)| *ours);
        let fits = |column: &&Column, ours: &str| column.name == ours && (ours != "day" || column.kind == Kind::DashDay);
        ours.into_iter().find_map(|ours| {
            let mut relations = self.relations.iter().filter(named);
            relations.find_map(|relation| relation.columns.iter().find(|column| fits(column, ours)))
        })
    }

    /// The relation whose columns a computed column can be made of, with the name to put before them.
    pub(crate) fn computes(&self, computed: &Computed, qualifier: Option<&String>) -> bool {
        let named = |relation: &&Relation| qualifier.is_none() || relation.name.as_ref() == qualifier;
        let has = |relation: &Relation, name: &String| relation.columns.iter().any(|column| column.name == *name);
        self.relations.iter().filter(named).any(|relation| computed.columns.iter().all(|name| has(relation, name)))
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
    let hyphens = name.matches('-').count() >= 3 && name.bytes().any(|b| b.is_ascii_digit());
    let telling =
        words.iter().any(|word| name == *word || name.starts_with(word) || (name.len() > 6 && name.contains(word) && *word != "eds"));
    let eds = name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "eds" || word == "edsid");
    let open = ["table", "store", "trail", "event", "eds"];
    telling || eds || hyphens || (placeholder && open.iter().any(|word| name.contains(word)))
}

/// The table of ours that a table of Security Lake means, `amazon_security_lake_table_us_east_1_cloud_trail_mgmt_2_0`: the source and the
/// version at the end of its name. The first names had no version and all of CloudTrail in one table.
fn security_lake(name: &str) -> Option<String> {
    let (_, source) = ["cloud_trail", "s3_data", "lambda_execution"].iter().find_map(|source| {
        let at = name.rfind(source)?;
        Some((at, name.get(at..)?))
    })?;
    let telling = name.contains("security_lake") || source.ends_with(|c: char| c.is_ascii_digit());
    let version = if source.ends_with("_2_0") { "2_0" } else { "1_0" };
    let source = source.trim_end_matches(|c: char| c == '_' || c.is_ascii_digit());
    let source = if source == "cloud_trail" { "cloud_trail_mgmt" } else { source };
    telling.then(|| format!("{source}_{version}"))
}

/// Whether it is written like `3f2504e0-4f89-11d3-9a0c-0305e82c3301`.
pub(crate) fn is_uuid(name: &str) -> bool {
    let groups: Vec<&str> = name.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) && name.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}
