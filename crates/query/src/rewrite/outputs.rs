//! The names of the columns that a `SELECT` gives.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use sqlparser::ast::{DataType, Expr, Ident, Select, SelectItem, SelectItemQualifiedWildcardKind, visit_expressions_mut};

use super::{Rewriter, order};
use crate::build;
use crate::names::Kind;
use crate::scope::{Found, Frame, Origin, argument, call_name, label, path};

impl Rewriter<'_> {
    /// Names what the engine would name otherwise than Trino: fields of structures by their last name, twins apart.
    pub(super) fn name_outputs(&mut self, select: &mut Select) {
        self.spread(select);
        let outermost = self.outermost();
        let mut used: BTreeSet<String> = BTreeSet::new();
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut starred = Vec::new();
        // A cast of a column stands in the way of the column itself, before it as well as behind it.
        let unnamed = select.projection.iter().filter_map(|item| if let SelectItem::UnnamedExpr(expr) = item { Some(expr) } else { None });
        let plain: BTreeSet<String> = unnamed.filter(|expr| label(expr).is_some()).map(|expr| self.without_casts(expr)).collect();
        for (index, item) in select.projection.iter_mut().enumerate() {
            match item {
                SelectItem::ExprWithAlias { alias, .. } => {
                    if used.contains(&alias.value.to_ascii_lowercase()) {
                        alias.value = free(&alias.value.to_ascii_lowercase(), &used);
                    }
                    if outermost && alias.quote_style.is_some() && alias.value.chars().any(|c| c.is_ascii_uppercase()) {
                        alias.quote_style = Some('"');
                        self.headings.push(alias.value.clone());
                    } else {
                        order::settle(alias);
                    }
                    used.insert(alias.value.to_ascii_lowercase());
                }
                SelectItem::UnnamedExpr(expr) => {
                    let name = self.label(expr);
                    let wanted = name.as_ref().map(|(name, _)| name.clone());
                    let bare = self.without_casts(expr);
                    let twin = match &wanted {
                        Some(name) => used.contains(name),
                        None => plain.contains(&bare) || seen.contains(&bare),
                    };
                    seen.insert(bare);
                    let wanted = match wanted {
                        Some(name) => name,
                        None if self.numbered => format!("_col{index}"),
                        None if twin => format!("expr_{}", index + 1),
                        None => continue,
                    };
                    let must = twin || name.is_none_or(|(_, must)| must);
                    let name = free(&wanted, &used);
                    used.insert(name.clone());
                    if must {
                        let expr = std::mem::replace(expr, build::number(0));
                        *item = SelectItem::ExprWithAlias { expr, alias: build::ident(&name) };
                    }
                }
                SelectItem::Wildcard(_) => starred.extend(self.wildcard_names(None)),
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                    starred.extend(self.wildcard_names(crate::scope::parts(name).pop()));
                }
                SelectItem::QualifiedWildcard(..) | SelectItem::ExprWithAliases { .. } => {}
            }
            used.extend(starred.drain(..));
        }
        let outputs = self.scopes.outputs_of(select);
        if let Some(Frame::Select(scope)) = self.scopes.frames.last_mut() {
            scope.outputs = outputs;
        }
    }

    /// The text of an expression as far as the engine tells columns apart by it: casts leave a name as it is, unless they read a moment.
    fn without_casts(&self, expr: &Expr) -> String {
        let mut bare = expr.clone();
        let _: ControlFlow<()> = visit_expressions_mut(&mut bare, |expr| {
            let inner = match expr {
                Expr::Cast { expr: inner, data_type: DataType::Date | DataType::Timestamp(..), .. } => Some(self.read_time(inner)),
                Expr::Cast { expr: inner, .. } | Expr::Nested(inner) => Some((**inner).clone()),
                Expr::Function(function) => match (call_name(function).as_str(), argument(function, 0)) {
                    ("try", Some(inner)) => Some(inner.clone()),
                    ("date", Some(inner)) => Some(self.read_time(inner)),
                    _ => None,
                },
                Expr::TypedString(typed) => typed.value.value.clone().into_string().map(build::text),
                _ => None,
            };
            if let Some(inner) = inner {
                *expr = inner;
            }
            ControlFlow::Continue(())
        });
        bare.to_string().to_ascii_lowercase()
    }

    /// What is cast to a time: the text of a moment is read first.
    fn read_time(&self, inner: &Expr) -> Expr {
        if self.scopes.kind_of(inner) == Kind::Moment { super::timestamp_of(inner.clone()) } else { inner.clone() }
    }

    /// The name that Trino gives an expression, and whether the engine must be told.
    fn label(&self, expr: &Expr) -> Option<(String, bool)> {
        let name = label(expr)?;
        let names = match expr {
            Expr::Identifier(ident) => path(std::slice::from_ref(ident)),
            Expr::CompoundIdentifier(idents) => path(idents),
            _ => return Some((name, true)),
        };
        let Some(Found { surplus, taken, from, .. }) = self.scopes.find(&names) else {
            // Not known: `date` may become `day`; anything else the engine will name or refuse.
            let other = self.scopes.becomes_a_column(&name);
            return Some((name, other));
        };
        let must = matches!(from, Origin::Unnested(_)) || names.len() > surplus + taken;
        Some((name, must))
    }

    /// The columns that `*`, or `table.*`, stands for.
    fn wildcard_names(&self, table: Option<String>) -> Vec<String> {
        let Some(Frame::Select(scope)) = self.scopes.frames.last() else { return Vec::new() };
        let meant = scope.relations.iter().filter(|relation| table.is_none() || relation.name == table);
        meant.flat_map(|relation| relation.columns.iter().map(|column| column.name.clone())).collect()
    }

    /// The names of the fields of a structure, where the path means one and no table.
    fn fields_of(&self, path: &[String]) -> Option<Vec<String>> {
        let Some(Frame::Select(scope)) = self.scopes.frames.last() else { return None };
        if scope.relations.iter().any(|relation| relation.name.as_ref() == path.last() || relation.path == path) {
            return None;
        }
        let idents: Vec<Ident> = path.iter().map(|part| build::ident(part)).collect();
        match self.scopes.kind_of(&Expr::CompoundIdentifier(idents)) {
            Kind::Struct(fields) => Some(fields.into_iter().map(|field| field.name).collect()),
            _ => None,
        }
    }

    /// `t.*` of an `UNNEST` becomes its columns; of a table with a database before it, the table's.
    fn spread(&self, select: &mut Select) {
        let Some(Frame::Select(scope)) = self.scopes.frames.last() else { return };
        let mut items = Vec::with_capacity(select.projection.len());
        for mut item in std::mem::take(&mut select.projection) {
            if let SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) = &mut item {
                let written = crate::scope::parts(name);
                let own: Vec<_> =
                    scope.unnested.iter().filter(|unnested| written.len() == 1 && unnested.table == written.last().cloned()).collect();
                if !own.is_empty() {
                    let column = |name: &str| {
                        Expr::CompoundIdentifier(written.iter().map(|part| build::ident(part)).chain([build::ident(name)]).collect())
                    };
                    items.extend(own.iter().map(|unnested| SelectItem::UnnamedExpr(column(&unnested.column.name))));
                    continue;
                }
                if let Some(fields) = self.fields_of(&written) {
                    let path =
                        |field: String| Expr::CompoundIdentifier(written.iter().chain([&field]).map(|part| build::ident(part)).collect());
                    items.extend(fields.into_iter().map(|field| SelectItem::UnnamedExpr(path(field))));
                    continue;
                }
                let spelled = scope.relations.iter().any(|relation| relation.path == written);
                let kept: Vec<Ident> =
                    written.iter().skip(if spelled { written.len() - 1 } else { 0 }).map(|part| build::ident(part)).collect();
                *name = sqlparser::ast::ObjectName::from(kept);
            }
            items.push(item);
        }
        select.projection = items;
    }
}

/// The name, or the name with the first number that makes it new.
fn free(name: &str, used: &BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(|name| !used.contains(name)).unwrap_or_else(|| name.to_owned())
}
