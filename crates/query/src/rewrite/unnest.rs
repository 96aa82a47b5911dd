//! `CROSS JOIN UNNEST(…)`: the engine unnests in a `SELECT`, so the table that holds the list becomes a subquery that does.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, Expr, Join, JoinConstraint, JoinOperator, Select, Spanned, TableAlias, TableFactor, TableWithJoins, Value,
    visit_expressions, visit_expressions_mut,
};

use sqlparser::tokenizer::Span;

use super::elements::Brought;
use super::lateral::aside;
use super::{Flow, Rewriter};
use crate::build;
use crate::diagnostic::Code;
use crate::names::Column;
use crate::scope::{Frame, Home, Relation, Scope, path};

/// An `UNNEST` taken out of `FROM`.
pub(super) struct Taken {
    pub(super) alias: Option<TableAlias>,
    pub(super) arrays: Vec<Expr>,
    pub(super) ordinality: bool,
    /// Whether rows without elements stay.
    pub(super) keeps: bool,
}

impl Rewriter<'_> {
    /// Finds what the `SELECT` sees, and moves each `UNNEST` that reads a column into the table it reads it from.
    pub(super) fn hoist(&mut self, select: &mut Select) -> Flow {
        let from = std::mem::take(&mut select.from);
        let mut scope = Scope::default();
        let mut kept: Vec<TableWithJoins> = Vec::new();
        for mut table in from {
            let joins = std::mem::take(&mut table.joins);
            if let Some(aside) = aside(&table.relation, None, &scope) {
                self.compute(aside, &mut kept, &mut scope);
                if let (Some(last), false) = (kept.last_mut(), joins.is_empty()) {
                    last.joins.extend(joins);
                }
                continue;
            }
            match self.taken(&table.relation, None, &scope) {
                Some(taken) => self.merge(taken, &mut kept, &mut scope)?,
                None => {
                    self.enter(&table.relation, &mut scope);
                    kept.push(table);
                }
            }
            for join in joins {
                if let Some(aside) = aside(&join.relation, Some(&join), &scope) {
                    self.compute(aside, &mut kept, &mut scope);
                    continue;
                }
                match self.taken(&join.relation, Some(&join), &scope) {
                    Some(taken) => self.merge(taken, &mut kept, &mut scope)?,
                    None => {
                        self.enter(&join.relation, &mut scope);
                        if let Some(table) = kept.last_mut() {
                            table.joins.push(join);
                        }
                    }
                }
            }
        }
        select.from = kept;
        self.scopes.frames.push(Frame::Select(scope));
        ControlFlow::Continue(())
    }

    fn enter(&mut self, factor: &TableFactor, scope: &mut Scope) {
        if let TableFactor::NestedJoin { alias: None, .. } = factor {
            let inner = self.scopes.scope_of(&[TableWithJoins { relation: factor.clone(), joins: Vec::new() }]);
            scope.relations.extend(inner.relations);
            return;
        }
        let relation = self.scopes.relation_of(factor, scope);
        scope.relations.push(relation);
    }

    /// The parts of an `UNNEST` that reads columns of what stands before it.
    fn taken(&self, factor: &TableFactor, join: Option<&Join>, before: &Scope) -> Option<Taken> {
        let TableFactor::UNNEST { alias, array_exprs, with_ordinality, .. } = factor else { return None };
        let keeps = match join.map(|join| &join.join_operator) {
            None | Some(JoinOperator::CrossJoin(JoinConstraint::None)) => false,
            Some(JoinOperator::Join(on) | JoinOperator::Inner(on)) if always(on) => false,
            Some(JoinOperator::Left(on) | JoinOperator::LeftOuter(on)) if always(on) => true,
            _ => return None,
        };
        let reads = !before.relations.is_empty() && array_exprs.iter().any(|array| !columns(array).is_empty());
        // The engine unnests lists in FROM, and neither maps nor rows nor the places of elements.
        let names = alias.as_ref().map_or(0, |alias| alias.columns.len());
        let plain = !*with_ordinality && names <= array_exprs.len();
        (reads || !plain).then(|| Taken { alias: alias.clone(), arrays: array_exprs.clone(), ordinality: *with_ordinality, keeps })
    }

    /// Puts an `UNNEST` into the table whose column it reads.
    fn merge(&mut self, mut taken: Taken, kept: &mut Vec<TableWithJoins>, scope: &mut Scope) -> Flow {
        let span = taken.arrays.first().map_or(Span::empty(), Spanned::span);
        let reads = taken.arrays.iter().any(|array| !columns(array).is_empty());
        let owner = owner(&taken.arrays, scope).filter(|_| reads);
        if let (None, false, Some(alias)) = (owner, reads, &taken.alias) {
            return self.alone(&taken, &alias.clone(), kept, scope);
        }
        let (Some(owner), Some(alias)) = (owner, taken.alias.clone()) else {
            let help = "write … FROM t CROSS JOIN UNNEST(t.list) AS u(element)";
            return self.refuse(Code::Unsupported, span, "this UNNEST has no table before it or no alias behind it", help);
        };
        taken.arrays.iter_mut().for_each(|array| rehome(array, scope));
        let home = scope.relations.get(owner).and_then(|relation| relation.name.clone());
        let Some(Brought { items, unnested }) = self.items(&taken, &alias, home.as_ref(), scope) else { return self.miscounted(span) };
        if let Some(relation) = scope.relations.get_mut(owner) {
            for unnested in &unnested {
                let Home(path) = &unnested.home;
                if let Some(name) = path.get(usize::from(home.is_some())) {
                    relation.columns.push(Column::new(name, unnested.column.kind.clone()));
                }
            }
        }
        scope.unnested.extend(unnested);
        let mut nth = owner;
        if let Some(factor) = factor_mut(kept, &mut nth) {
            let inner = std::mem::replace(factor, super::table::table_factor(sqlparser::ast::ObjectName(Vec::new())));
            *factor = build::derived(items, inner, home.map(|home| build::ident(&home)));
        }
        ControlFlow::Continue(())
    }

    /// An `UNNEST` that reads no column becomes a subquery of its own, joined with what stands before it.
    fn alone(&mut self, taken: &Taken, alias: &TableAlias, kept: &mut Vec<TableWithJoins>, scope: &mut Scope) -> Flow {
        let name = alias.name.value.to_ascii_lowercase();
        let span = taken.arrays.first().map_or(Span::empty(), Spanned::span);
        let nothing = Scope::default();
        let Some(Brought { items, unnested }) = self.items(taken, alias, Some(&name), &nothing) else { return self.miscounted(span) };
        let columns = unnested.iter().map(|unnested| unnested.column.clone()).collect();
        scope.relations.push(Relation { name: Some(name.clone()), columns, ..Relation::default() });
        scope.unnested.extend(unnested);
        let relation = build::made_of(items, Some(build::ident(&name)));
        match kept.last_mut() {
            Some(table) => {
                let join_operator = JoinOperator::CrossJoin(JoinConstraint::None);
                table.joins.push(Join { relation, global: false, join_operator });
            }
            None => kept.push(TableWithJoins { relation, joins: Vec::new() }),
        }
        ControlFlow::Continue(())
    }

    fn miscounted(&self, span: Span) -> Flow {
        let message = "the UNNEST gives another number of columns than its alias names";
        let help = "name one column for each list, two for a map, or one for each field of a row";
        self.refuse(Code::Unsupported, span, message, help)
    }
}

/// Whether a join condition always holds.
pub(super) fn always(on: &JoinConstraint) -> bool {
    match on {
        JoinConstraint::None => true,
        JoinConstraint::On(Expr::Value(value)) => value.value == Value::Boolean(true),
        JoinConstraint::On(Expr::BinaryOp { left, op: BinaryOperator::Eq, right }) => left == right && columns(left).is_empty(),
        _ => false,
    }
}

/// The columns that an expression reads, as paths.
pub(super) fn columns(expr: &Expr) -> BTreeSet<Vec<String>> {
    let mut columns = BTreeSet::new();
    let _: ControlFlow<()> = visit_expressions(expr, |expr| {
        match expr {
            Expr::Identifier(ident) => columns.insert(path(std::slice::from_ref(ident))),
            Expr::CompoundIdentifier(idents) => columns.insert(path(idents)),
            _ => true,
        };
        ControlFlow::Continue(())
    });
    columns
}

/// Which of the things before an `UNNEST` holds the lists.
pub(super) fn owner(arrays: &[Expr], scope: &Scope) -> Option<usize> {
    let columns: Vec<Vec<String>> = arrays.iter().flat_map(columns).collect();
    let by_home = columns.iter().find_map(|path| {
        let first = path.first()?;
        let unnested = scope.unnested.iter().find(|known| known.table.as_ref() == Some(first) || known.column.name == *first)?;
        let Home(home) = &unnested.home;
        scope.relations.iter().position(|relation| relation.name.as_ref() == home.first())
    });
    let by_name = || columns.iter().find_map(|path| scope.relations.iter().position(|relation| relation.name.as_ref() == path.first()));
    let holds = |path: &Vec<String>| {
        let first = path.first()?;
        scope.relations.iter().position(|relation| relation.columns.iter().any(|column| column.name == *first))
    };
    let open = || scope.relations.iter().position(|relation| relation.open);
    let any = || (!scope.relations.is_empty()).then_some(0);
    by_home.or_else(by_name).or_else(|| columns.iter().find_map(holds)).or_else(open).or_else(any)
}

/// Replaces names of earlier `UNNEST`s by where they are now.
pub(super) fn rehome(expr: &mut Expr, scope: &Scope) {
    let _: ControlFlow<()> = visit_expressions_mut(expr, |expr| {
        let path = match expr {
            Expr::Identifier(ident) => path(std::slice::from_ref(ident)),
            Expr::CompoundIdentifier(idents) => path(idents),
            _ => return ControlFlow::Continue(()),
        };
        for unnested in &scope.unnested {
            let qualified = unnested.table.as_ref() == path.first() && path.get(1) == Some(&unnested.column.name);
            let Home(home) = &unnested.home;
            if qualified || path.first() == Some(&unnested.column.name) {
                let rest = path.get(1 + usize::from(qualified)..).unwrap_or_default();
                *expr = build::column(&[home.as_slice(), rest].concat());
                break;
            }
        }
        ControlFlow::Continue(())
    });
}

/// The nth thing in `FROM`, counted as the scope counts.
pub(super) fn factor_mut<'f>(kept: &'f mut [TableWithJoins], nth: &mut usize) -> Option<&'f mut TableFactor> {
    for table in kept {
        let joined = table.joins.iter_mut().map(|join| &mut join.relation);
        for factor in std::iter::once(&mut table.relation).chain(joined) {
            if let TableFactor::NestedJoin { table_with_joins, alias: None } = factor {
                if let Some(found) = factor_mut(std::slice::from_mut(table_with_joins), nth) {
                    return Some(found);
                }
                continue;
            }
            if *nth == 0 {
                return Some(factor);
            }
            *nth -= 1;
        }
    }
    None
}
