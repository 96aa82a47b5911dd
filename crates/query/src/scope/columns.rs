//! What columns a query or a thing in `FROM` has.

use sqlparser::ast::{Expr, Query, Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr, TableAlias, TableFactor, TableWithJoins};

use super::{Frame, Named, Relation, Scope, Scopes, parts, path};
use crate::names::{Column, Kind};

/// Most columns of a query that are told apart: `WITH` tables that join themselves double them each time. Beyond, none is known.
const COLUMNS_MAX: usize = 4_000;

impl Scopes<'_> {
    /// The columns of a query, with the `WITH` tables it defines in view while they are found.
    pub(crate) fn columns_of(&mut self, query: &Query) -> Vec<Column> {
        self.open_query(query);
        if let Some(Frame::Query { ctes, visible, .. }) = self.frames.last_mut() {
            *visible = ctes.len();
        }
        let columns = self.columns_of_set(&query.body);
        self.frames.pop();
        columns
    }

    /// Pushes the frame of a query. Its `WITH` tables are known and not yet visible.
    pub(crate) fn open_query(&mut self, query: &Query) {
        let recursive = query.with.as_ref().is_some_and(|with| with.recursive);
        self.frames.push(Frame::Query { ctes: Vec::new(), visible: 0, recursive, after: None });
        let with = query.with.iter();
        for cte in with.flat_map(|with| &with.cte_tables) {
            let name = cte.alias.name.value.to_ascii_lowercase();
            let columns = renamed(self.columns_of(&cte.query), &cte.alias);
            if let Some(Frame::Query { ctes, visible, .. }) = self.frames.last_mut() {
                ctes.push((name, columns));
                *visible = ctes.len();
            }
        }
        if let Some(Frame::Query { visible, .. }) = self.frames.last_mut() {
            *visible = 0;
        }
    }

    fn columns_of_set(&mut self, body: &SetExpr) -> Vec<Column> {
        let mut body = body;
        loop {
            match body {
                SetExpr::Select(select) => return self.columns_of_select(select),
                SetExpr::Query(query) => return self.columns_of(query),
                SetExpr::SetOperation { left, .. } => body = left,
                SetExpr::Values(values) => {
                    let width = values.rows.first().map_or(0, |row| row.content.len());
                    return (1..=width).map(|at| Column::new(&format!("column{at}"), Kind::Unknown)).collect();
                }
                _ => return Vec::new(),
            }
        }
    }

    fn columns_of_select(&mut self, select: &Select) -> Vec<Column> {
        let scope = self.scope_of(&select.from);
        self.frames.push(Frame::Select(scope));
        let columns = self.outputs_of(select);
        self.frames.pop();
        columns
    }

    /// The columns that the `SELECT` of the frame on top gives.
    pub(crate) fn outputs_of(&self, select: &Select) -> Vec<Column> {
        let Some(Frame::Select(scope)) = self.frames.last() else { return Vec::new() };
        let mut columns = Vec::new();
        for (index, item) in select.projection.iter().enumerate() {
            match item {
                SelectItem::Wildcard(_) => {
                    scope.relations.iter().for_each(|relation| columns.extend(relation.columns.iter().cloned()));
                }
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                    let name = parts(name).pop();
                    let named = scope.relations.iter().filter(|relation| relation.name == name);
                    named.for_each(|relation| columns.extend(relation.columns.iter().cloned()));
                }
                SelectItem::ExprWithAlias { expr, alias } => columns.push(Column::new(&alias.value, self.kind_of(expr))),
                SelectItem::UnnamedExpr(expr) => {
                    let name = label(expr).unwrap_or_else(|| format!("_col{index}"));
                    columns.push(Column::new(&name, self.kind_of(expr)));
                }
                _ => {}
            }
            if columns.len() > COLUMNS_MAX {
                return Vec::new();
            }
        }
        columns
    }

    /// What the expressions after this `FROM` see.
    pub(crate) fn scope_of(&mut self, from: &[TableWithJoins]) -> Scope {
        let mut scope = Scope::default();
        self.gather(from, &mut scope);
        scope
    }

    fn gather(&mut self, from: &[TableWithJoins], scope: &mut Scope) {
        for table in from {
            let joined = table.joins.iter().map(|join| &join.relation);
            for factor in std::iter::once(&table.relation).chain(joined) {
                match factor {
                    TableFactor::NestedJoin { table_with_joins, alias: None } => {
                        self.gather(std::slice::from_ref(table_with_joins), scope);
                    }
                    factor => {
                        let relation = self.relation_of(factor, scope);
                        scope.relations.push(relation);
                    }
                }
            }
        }
    }

    /// A thing in `FROM`; what stands before it is in view.
    pub(crate) fn relation_of(&mut self, factor: &TableFactor, before: &Scope) -> Relation {
        match factor {
            TableFactor::Table { name, alias, args: None, .. } => {
                let path = parts(name);
                let (columns, open) = match self.table(&path) {
                    Named::Cte(columns) => (columns.to_vec(), columns.is_empty()),
                    Named::Table(table) => (table.columns.clone(), table.columns.is_empty()),
                    Named::Schema | Named::Unknown => (Vec::new(), true),
                };
                match alias {
                    Some(alias) => aliased(columns, open, alias),
                    None => Relation { name: path.last().cloned(), path, columns, open },
                }
            }
            TableFactor::Derived { subquery, alias, .. } => {
                let columns = self.columns_of(subquery);
                let open = columns.is_empty();
                match alias {
                    Some(alias) => aliased(columns, open, alias),
                    None => Relation { columns, open, ..Relation::default() },
                }
            }
            TableFactor::UNNEST { alias: Some(alias), array_exprs, with_ordinality, .. } => {
                self.frames.push(Frame::Select(before.clone()));
                let mut columns: Vec<Column> = Vec::new();
                array_exprs.iter().for_each(|array| columns.extend(elements(&self.kind_of(array), alias.columns.len(), array_exprs.len())));
                self.frames.pop();
                if *with_ordinality {
                    columns.push(Column::new("ordinality", Kind::Number));
                }
                aliased(columns, false, alias)
            }
            TableFactor::Table { alias: Some(alias), .. } | TableFactor::Function { alias: Some(alias), .. } => {
                aliased(Vec::new(), true, alias)
            }
            _ => Relation { open: true, ..Relation::default() },
        }
    }
}

/// What an `UNNEST` of a value brings into view. Rows come apart into their fields when there are names for all of them.
pub(crate) fn elements(kind: &Kind, names: usize, arrays: usize) -> Vec<Column> {
    match kind {
        Kind::Map(to) => vec![Column::new("key", Kind::Text), Column::new("value", (**to).clone())],
        Kind::List(of) => match &**of {
            Kind::Struct(fields) if arrays == 1 && names > 1 => fields.clone(),
            // The fields of a row that was written down have no names but their place.
            Kind::Unknown if arrays == 1 && names > 1 => (0..names).map(|at| Column::new(&format!("c{at}"), Kind::Unknown)).collect(),
            of => vec![Column::new("element", of.clone())],
        },
        kind => vec![Column::new("element", kind.element())],
    }
}

fn aliased(columns: Vec<Column>, open: bool, alias: &TableAlias) -> Relation {
    Relation { name: Some(alias.name.value.to_ascii_lowercase()), path: Vec::new(), columns: renamed(columns, alias), open }
}

/// Columns under the names that an alias gives them.
fn renamed(mut columns: Vec<Column>, alias: &TableAlias) -> Vec<Column> {
    for (index, given) in alias.columns.iter().enumerate() {
        let name = given.name.value.to_ascii_lowercase();
        match columns.get_mut(index) {
            Some(column) => column.name = name,
            None => columns.push(Column { name, kind: Kind::Unknown }),
        }
    }
    columns
}

/// The name that Trino gives a selected expression: that of the column or field, or none.
pub(crate) fn label(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Identifier(ident) => Some(ident.value.to_ascii_lowercase()),
        Expr::CompoundIdentifier(idents) => path(idents).pop(),
        Expr::CompoundFieldAccess { access_chain, .. } => match access_chain.last() {
            Some(sqlparser::ast::AccessExpr::Dot(Expr::Identifier(ident))) => Some(ident.value.to_ascii_lowercase()),
            _ => None,
        },
        Expr::Nested(inner) => label(inner),
        _ => None,
    }
}
