//! Tables, and the clauses of a query that the engine lacks.

use std::ops::ControlFlow;

use sqlparser::ast::{
    Distinct, GroupByExpr, JoinConstraint, ObjectName, Query, Select, SetExpr, Spanned, TableAlias, TableFactor, TableWithJoins,
};

use super::{Flow, Rewriter, order};
use crate::build;
use crate::diagnostic::Code;
use crate::scope::{Named, is_uuid, parts};
use crate::suggest::suggest;

/// Functions that may stand in `FROM`: they make rows out of their arguments and open nothing.
const TABLE_FUNCTIONS: [&str; 4] = ["generate_series", "range", "sequence", "unnest"];

impl Rewriter<'_> {
    pub(super) fn settle_query(&mut self, query: &mut Query) -> Flow {
        if query.fetch.as_ref().is_some_and(|fetch| fetch.percent) {
            return self.refuse(Code::Unsupported, query.span(), "FETCH FIRST … PERCENT is not supported", "write a number of rows");
        }
        self.with_ties(query)?;
        query.locks.clear();
        if let SetExpr::Table(table) = &*query.body {
            let name = table.schema_name.iter().chain(&table.table_name).map(|part| build::ident(part)).collect::<Vec<_>>();
            let factor = table_factor(ObjectName::from(name));
            let all = sqlparser::ast::SelectItem::Wildcard(Default::default());
            let select = build::select(vec![all], vec![TableWithJoins { relation: factor, joins: Vec::new() }]);
            *query.body = SetExpr::Select(Box::new(select));
        }
        for cte in query.with.iter_mut().flat_map(|with| &mut with.cte_tables) {
            order::settle_alias(&mut cte.alias);
        }
        ControlFlow::Continue(())
    }

    pub(super) fn check_select(&mut self, select: &mut Select) -> Flow {
        if select.into.is_some() {
            return self.refuse(
                Code::NotAQuery,
                select.span(),
                "SELECT … INTO would write a table",
                "leave INTO out; save the answer instead",
            );
        }
        if !select.lateral_views.is_empty() {
            let help = "write CROSS JOIN UNNEST(column) AS t(element)";
            return self.refuse(Code::Unsupported, select.span(), "LATERAL VIEW is Hive's, not Athena's", help);
        }
        if let Some(Distinct::All) = select.distinct {
            select.distinct = None;
        }
        if let GroupByExpr::All(_) = select.group_by {
            return self.refuse(
                Code::Unsupported,
                select.span(),
                "GROUP BY ALL is not supported",
                "name the columns, or their numbers: GROUP BY 1, 2",
            );
        }
        for join in select.from.iter_mut().flat_map(|from| &mut from.joins) {
            if let Some(JoinConstraint::Using(names)) = constraint(&mut join.join_operator) {
                names.iter_mut().flat_map(|name| &mut name.0).for_each(|part| {
                    if let sqlparser::ast::ObjectNamePart::Identifier(ident) = part {
                        order::settle(ident);
                    }
                });
            }
        }
        ControlFlow::Continue(())
    }

    /// A thing in `FROM`: the table that is meant, under the name that the rest of the query calls it by.
    pub(super) fn settle_factor(&mut self, factor: &mut TableFactor) -> Flow {
        let alias = match factor {
            TableFactor::Table { sample: Some(_), .. } | TableFactor::Derived { sample: Some(_), .. } => {
                return self.refuse(Code::Unsupported, factor.span(), "samples are not supported", "narrow the time instead, or add LIMIT");
            }
            TableFactor::Table { args: Some(_), name, .. } | TableFactor::Function { name, .. } => {
                return self.table_function(&name.clone());
            }
            TableFactor::Table { name, alias, version, .. } if version.is_none() => {
                let (mut name_now, mut alias_now) = (name.clone(), alias.take());
                self.settle_table(&mut name_now, &mut alias_now)?;
                *name = name_now;
                *alias = alias_now;
                return ControlFlow::Continue(());
            }
            TableFactor::Derived { alias, .. } | TableFactor::NestedJoin { alias, .. } | TableFactor::UNNEST { alias, .. } => alias,
            other => {
                let span = other.span();
                return self.refuse(
                    Code::Unsupported,
                    span,
                    "this form of FROM is not supported",
                    "read from tables, subqueries and UNNEST(…)",
                );
            }
        };
        alias.iter_mut().for_each(order::settle_alias);
        ControlFlow::Continue(())
    }

    fn table_function(&self, name: &ObjectName) -> Flow {
        let word = parts(name).join(".");
        if TABLE_FUNCTIONS.contains(&word.as_str()) {
            return ControlFlow::Continue(());
        }
        let help = format!("in FROM stand tables, subqueries, UNNEST(…) and {}", TABLE_FUNCTIONS.join(", "));
        self.refuse(Code::UnknownFunction, name.span(), format!("no function {word} stands in FROM"), &help)
    }

    /// The name of a table, and an alias that keeps the written name usable.
    pub(crate) fn settle_table(&mut self, name: &mut ObjectName, alias: &mut Option<TableAlias>) -> Flow {
        let written = parts(name);
        alias.iter_mut().for_each(order::settle_alias);
        let known = match self.scopes.table(&written) {
            Named::Cte(_) => written.join("."),
            Named::Schema => return ControlFlow::Continue(()),
            Named::Table(table) => table.name.clone(),
            Named::Unknown => return self.unknown_table(name, &written),
        };
        if self.scopes.cte(&known).is_none() {
            self.read(&known);
        } else if written != [known.clone()] {
            let message = format!("the WITH table {known} hides the table of that name, which {} means", written.join("."));
            return self.refuse(Code::Ambiguous, name.span(), message, "give the WITH table another name");
        }
        let last = written.last().filter(|last| **last != known && !is_uuid(last));
        if let (None, Some(last)) = (&alias, last) {
            let plain = last.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            let name = build::ident(last);
            *alias = plain.then_some(TableAlias { explicit: true, name, columns: Vec::new(), at: None });
        }
        let span = name.span();
        *name = ObjectName::from(known.split('.').map(build::ident).collect::<Vec<_>>());
        self.last = span;
        ControlFlow::Continue(())
    }

    fn unknown_table(&self, name: &ObjectName, written: &[String]) -> Flow {
        let known: Vec<&str> = self.scopes.names.tables.iter().map(|table| table.name.as_str()).collect();
        let last = written.last().map(String::as_str).unwrap_or_default();
        let help = match suggest(last, known.iter().copied()) {
            Some(near) => format!("did you mean {near}?"),
            None if known.is_empty() => "there are no tables yet".to_owned(),
            None => format!("there are {}", known.join(", ")),
        };
        self.refuse(Code::UnknownTable, name.span(), format!("there is no table {}", written.join(".")), &help)
    }
}

/// The condition of a join.
fn constraint(operator: &mut sqlparser::ast::JoinOperator) -> Option<&mut JoinConstraint> {
    use sqlparser::ast::JoinOperator as J;
    match operator {
        J::Join(on) | J::Inner(on) | J::Left(on) | J::LeftOuter(on) | J::Right(on) | J::RightOuter(on) | J::FullOuter(on) => Some(on),
        J::CrossJoin(on) | J::Semi(on) | J::LeftSemi(on) | J::RightSemi(on) | J::Anti(on) | J::LeftAnti(on) | J::RightAnti(on) => Some(on),
        _ => None,
    }
}

pub(crate) fn table_factor(name: ObjectName) -> TableFactor {
    TableFactor::Table {
        name,
        alias: None,
        args: None,
        with_hints: Vec::new(),
        version: None,
        with_ordinality: false,
        partitions: Vec::new(),
        json_path: None,
        sample: None,
        index_hints: Vec::new(),
    }
}
