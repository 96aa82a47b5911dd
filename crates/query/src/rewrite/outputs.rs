//! The names of the columns that a `SELECT` gives.

use std::collections::BTreeSet;

use sqlparser::ast::{Expr, Ident, Select, SelectItem, SelectItemQualifiedWildcardKind};

use super::{Rewriter, order};
use crate::build;
use crate::names::Kind;
use crate::scope::{Found, Frame, Origin, label, path};

impl Rewriter<'_> {
    /// Names what the engine would name otherwise than Trino: fields of structures by their last name, what has none by its
    /// place, twins apart.
    pub(super) fn name_outputs(&mut self, select: &mut Select) {
        self.spread(select);
        let outermost = self.outermost();
        let mut used: BTreeSet<String> = BTreeSet::new();
        let mut starred = Vec::new();
        let mut place = 0;
        for item in &mut select.projection {
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
                    let (wanted, must) = self.label(expr).unwrap_or_else(|| (format!("_col{place}"), true));
                    let name = free(&wanted, &used);
                    let must = must || name != wanted;
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
            place += starred.len().max(1);
            used.extend(starred.drain(..));
        }
        let outputs = self.scopes.outputs_of(select);
        if let Some(Frame::Select(scope)) = self.scopes.frames.last_mut() {
            scope.outputs = outputs;
        }
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
