//! Columns, fields of structures, elements of lists, members of JSON text.

use std::ops::ControlFlow;

use sqlparser::ast::{AccessExpr, Expr, Ident, Subscript, Value};

use super::{Flow, Rewriter, order};
use crate::build;
use crate::names::{Column, Kind};
use crate::scope::{Found, Frame, Home, Origin, path};

/// One step into a value.
enum Step {
    /// By name; the spelling is kept for the members of JSON.
    Name(String),
    /// By position or key, with how it was written.
    At(Box<Subscript>),
}

/// What a way into a value begins with.
enum Front {
    /// Names, of which the first few name the column.
    Names(Vec<Ident>),
    /// Some other value.
    Value(Box<Expr>),
}

impl Rewriter<'_> {
    /// Puts a column, or a way into one, into the engine's words.
    pub(super) fn access(&mut self, expr: &mut Expr) -> Flow {
        let taken = std::mem::replace(expr, Expr::value(Value::Null));
        let (front, steps) = take_apart(taken);
        *expr = match front {
            Front::Names(idents) => self.column(idents, steps),
            Front::Value(root) => {
                let kind = self.scopes.kind_of(&root);
                self.walk(*root, kind, steps, true)
            }
        };
        ControlFlow::Continue(())
    }

    fn column(&mut self, mut idents: Vec<Ident>, steps: Vec<Step>) -> Expr {
        let names = path(&idents);
        // A name that only the SELECT itself gives does not stand in the way of a column.
        let own = self.scopes.find(&names).filter(|found| found.from != Origin::Output);
        let own = own.or_else(|| self.stand_in(&mut idents));
        if let (None, Some((made, kind))) = (&own, self.computed(&idents)) {
            return self.walk(made, kind, steps, true);
        }
        let Some(found) = own.or_else(|| self.scopes.find(&names)) else {
            return self.unknown(idents, steps);
        };
        if let Some(heading) = self.heading(&names, &found) {
            return Expr::Identifier(Ident::with_quote('"', heading));
        }
        let rest = idents.split_off((found.surplus + found.taken).min(idents.len()));
        idents.drain(..found.surplus);
        idents.iter_mut().for_each(order::settle);
        let rest = rest.into_iter().map(|ident| Step::Name(ident.value)).chain(steps);
        match found.from {
            Origin::Unnested(Home(home)) => self.walk(build::column(&home), found.kind, rest.collect(), false),
            Origin::Lambda => self.walk(joined(idents), found.kind, rest.collect(), true),
            // The engine does not look into structures of an outer query by dots.
            _ => self.walk(joined(idents), found.kind, rest.collect(), found.outer),
        }
    }

    /// A name that is not known: it goes on as it is, so that the engine may say so.
    fn unknown(&mut self, mut idents: Vec<Ident>, steps: Vec<Step>) -> Expr {
        idents.iter_mut().for_each(order::settle);
        self.walk(joined(idents), Kind::Unknown, steps, false)
    }

    /// The heading that a name behind the outermost `SELECT` means.
    fn heading(&self, names: &[String], found: &Found) -> Option<String> {
        let [name] = names else { return None };
        let behind = !matches!(self.scopes.frames.last(), Some(Frame::Select(_)));
        let meant = self.outermost() && (behind || found.from == Origin::Output);
        self.headings.iter().filter(|_| meant).find(|heading| heading.eq_ignore_ascii_case(name)).cloned()
    }

    /// A partition of another layout, `date` or `account_partition`, where there is no such column.
    fn stand_in(&mut self, idents: &mut [Ident]) -> Option<Found> {
        let (last, qualifier) = idents.split_last_mut()?;
        let qualifier = qualifier.first().map(|ident| ident.value.to_ascii_lowercase());
        let ours = self.scopes.top()?.stand_in(&last.value.to_ascii_lowercase(), qualifier.as_ref())?.name.clone();
        *last = Ident { value: ours, quote_style: None, span: last.span };
        self.scopes.find(&path(idents))
    }

    /// A column that is made of others where it is named.
    fn computed(&self, idents: &[Ident]) -> Option<(Expr, Kind)> {
        let (last, qualifier) = idents.split_last()?;
        let computed = self.scopes.names.computed.iter().find(|computed| last.value.eq_ignore_ascii_case(&computed.name))?;
        let qualifier = qualifier.last().map(|ident| ident.value.to_ascii_lowercase());
        if !self.scopes.top()?.computes(computed, qualifier.as_ref()) {
            return None;
        }
        let path = |name: &String| qualifier.iter().chain([name]).cloned().collect::<Vec<_>>();
        let columns = computed.columns.iter().map(|name| build::column(&path(name)));
        Some((build::call(&computed.function, columns), computed.kind.clone()))
    }

    /// Goes step by step into a value. Dots reach into structures of columns; into anything else brackets do.
    fn walk(&self, root: Expr, mut kind: Kind, steps: Vec<Step>, mut brackets: bool) -> Expr {
        let mut expr = root;
        let mut named = matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_));
        let last = steps.len().saturating_sub(1);
        for (index, step) in steps.into_iter().enumerate() {
            let key = match &step {
                Step::Name(name) => Some(name.clone()),
                Step::At(subscript) => match &**subscript {
                    Subscript::Index { index: Expr::Value(value) } => value.value.clone().into_string(),
                    _ => None,
                },
            };
            let by_name = matches!(step, Step::Name(_));
            let (next, inner) = match (&kind, key) {
                (Kind::JsonText | Kind::Map(_), Some(key)) => (build::call("element_at", [expr, build::text(key)]), inside(&kind)),
                (Kind::Json, Some(key)) => {
                    let (name, kind) = if index == last { ("json_extract_scalar", Kind::Text) } else { ("json_extract", Kind::Json) };
                    (build::call(name, [expr, build::text(json_path(&key))]), kind)
                }
                // What is taken out of an unknown column by a key is a map's or a document's, for structures take dots.
                (Kind::Unknown, Some(key)) if !by_name && named && !brackets => {
                    (build::call("element_at", [expr, build::text(key)]), Kind::Unknown)
                }
                (_, Some(key)) => {
                    let inner = kind.field(&key).map_or(Kind::Unknown, |field| field.kind.clone());
                    (field(expr, &key, by_name && !brackets), inner)
                }
                (Kind::Struct(fields), None) if place(&step).is_some_and(|place| place < fields.len()) => {
                    let named = place(&step).and_then(|place| fields.get(place)).cloned().unwrap_or_else(|| Column::new("", Kind::Unknown));
                    (field(expr, &named.name, false), named.kind)
                }
                (Kind::Json, None) => (at(build::call("json_to_array", [expr]), step), Kind::Json),
                (_, None) => {
                    brackets = true;
                    (at(expr, step), kind.element())
                }
            };
            named &= matches!(next, Expr::Identifier(_) | Expr::CompoundIdentifier(_));
            (expr, kind) = (next, inner);
            brackets |= !named;
        }
        expr
    }
}

/// The place, counted from zero, of the field of a row that is named by its number.
fn place(step: &Step) -> Option<usize> {
    let Step::At(subscript) = step else { return None };
    let Subscript::Index { index: Expr::Value(value) } = &**subscript else { return None };
    let Value::Number(number, _) = &value.value else { return None };
    number.parse::<usize>().ok()?.checked_sub(1)
}

/// What a member of a map or document holds.
fn inside(kind: &Kind) -> Kind {
    if *kind == Kind::JsonText { Kind::JsonText } else { kind.element() }
}

/// A path to one member of a document, quoted where its name needs it.
fn json_path(member: &str) -> String {
    let plain = member.starts_with(|c: char| c.is_ascii_alphabetic()) && member.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain { format!("$.{member}") } else { format!("$[\"{}\"]", member.replace('\\', "\\\\").replace('"', "\\\"")) }
}

/// A field of a structure.
fn field(expr: Expr, name: &str, dots: bool) -> Expr {
    let name = name.to_ascii_lowercase();
    match expr {
        Expr::Identifier(ident) if dots => Expr::CompoundIdentifier(vec![ident, build::ident(&name)]),
        Expr::CompoundIdentifier(mut idents) if dots => {
            idents.push(build::ident(&name));
            Expr::CompoundIdentifier(idents)
        }
        other => push(other, Subscript::Index { index: build::text(name) }),
    }
}

fn at(expr: Expr, step: Step) -> Expr {
    match step {
        Step::At(subscript) => push(expr, *subscript),
        Step::Name(name) => push(expr, Subscript::Index { index: build::text(name) }),
    }
}

fn push(expr: Expr, subscript: Subscript) -> Expr {
    match expr {
        Expr::CompoundFieldAccess { root, mut access_chain } => {
            access_chain.push(AccessExpr::Subscript(subscript));
            Expr::CompoundFieldAccess { root, access_chain }
        }
        other => Expr::CompoundFieldAccess { root: Box::new(build::nested(other)), access_chain: vec![AccessExpr::Subscript(subscript)] },
    }
}

fn joined(mut idents: Vec<Ident>) -> Expr {
    match idents.len() {
        1 => Expr::Identifier(idents.remove(0)),
        _ => Expr::CompoundIdentifier(idents),
    }
}

/// The front of a way into a value, and the steps after it.
fn take_apart(expr: Expr) -> (Front, Vec<Step>) {
    let (root, chain) = match expr {
        Expr::CompoundFieldAccess { root, access_chain } => (*root, access_chain),
        other => (other, Vec::new()),
    };
    let mut names = match root {
        Expr::Identifier(ident) => vec![ident],
        Expr::CompoundIdentifier(idents) => idents,
        other => return (Front::Value(Box::new(other)), chain.into_iter().map(step).collect()),
    };
    let mut chain = chain.into_iter().peekable();
    while let Some(AccessExpr::Dot(Expr::Identifier(ident))) = chain.next_if(|step| matches!(step, AccessExpr::Dot(Expr::Identifier(_)))) {
        names.push(ident);
    }
    (Front::Names(names), chain.map(step).collect())
}

fn step(access: AccessExpr) -> Step {
    match access {
        AccessExpr::Dot(Expr::Identifier(ident)) => Step::Name(ident.value),
        AccessExpr::Dot(other) => Step::At(Box::new(Subscript::Index { index: other })),
        AccessExpr::Subscript(subscript) => Step::At(Box::new(subscript)),
    }
}
