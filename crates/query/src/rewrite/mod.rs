//! The walk over the tree: what is written differently in the engine is replaced in place.

mod access;
mod call;
mod cast;
mod compare;
mod date;
mod day;
mod elements;
mod instead;
mod interval;
mod lambda;
mod lateral;
mod order;
mod outputs;
mod quantified;
mod table;
mod ties;
mod unnest;

pub(crate) use table::table_factor;

use std::ops::ControlFlow;

use sqlparser::ast::{
    DataType, Expr, LambdaFunction, OneOrManyWithParens, Query, Select, SetExpr, Spanned, TableFactor, TypedString, Value, ValueWithSpan,
    VisitorMut,
};
use sqlparser::tokenizer::Span;

use crate::build;
use crate::diagnostic::{Code, Diagnostic};
use crate::names::{Column, Kind, Names};
use crate::scope::{Frame, Scopes};
use crate::source::Source;

/// Stops the walk with what is wrong.
type Flow = ControlFlow<Box<Diagnostic>>;

/// Walks a statement and replaces what the engine writes differently.
pub(crate) struct Rewriter<'a> {
    source: &'a Source<'a>,
    scopes: Scopes<'a>,
    /// Tables that are read.
    tables: Vec<String>,
    /// Quoted names, with capitals, that the outermost `SELECT` gives its columns.
    headings: Vec<String>,
    /// What the elements hold over which the lambda of each open call runs.
    elements: Vec<Kind>,
    /// The first place with a real span that the walk passed, for what has none itself.
    last: Span,
}

impl<'a> Rewriter<'a> {
    pub(crate) fn new(source: &'a Source<'a>, names: &'a Names) -> Rewriter<'a> {
        let (tables, headings, elements) = (Vec::new(), Vec::new(), Vec::new());
        Rewriter { source, scopes: Scopes::new(names), tables, headings, elements, last: Span::empty() }
    }

    /// The tables that were read, each once, in order of appearance.
    pub(crate) fn into_tables(self) -> Vec<String> {
        self.tables
    }

    fn read(&mut self, table: &str) {
        if !self.tables.iter().any(|known| known == table) {
            self.tables.push(table.to_owned());
        }
    }

    fn refuse(&self, code: Code, span: Span, message: impl Into<String>, help: &str) -> Flow {
        let span = if span.start.line == 0 { self.last } else { span };
        let diagnostic = Diagnostic::new(code, message).at(self.source.place(span));
        ControlFlow::Break(Box::new(if help.is_empty() { diagnostic } else { diagnostic.help(help) }))
    }

    /// Whether the walk is in the outermost query, in its `SELECT` or behind it.
    fn outermost(&self) -> bool {
        self.scopes.frames.iter().filter(|frame| matches!(frame, Frame::Query { .. })).count() == 1
    }

    fn open_lambda(&mut self, lambda: &mut LambdaFunction) {
        let kind = self.elements.last().cloned().unwrap_or_default();
        let parameters = match &mut lambda.params {
            OneOrManyWithParens::One(one) => std::slice::from_mut(one),
            OneOrManyWithParens::Many(many) => many.as_mut_slice(),
        };
        // Of several parameters none need be an element: `(state, element)`, `(key, value)`.
        let kind = if parameters.len() == 1 { kind } else { Kind::Unknown };
        let mut columns = Vec::new();
        for parameter in parameters {
            order::settle(&mut parameter.name);
            columns.push(Column::new(&parameter.name.value, kind.clone()));
        }
        self.scopes.frames.push(Frame::Lambda(columns));
    }
}

impl VisitorMut for Rewriter<'_> {
    type Break = Box<Diagnostic>;

    fn pre_visit_query(&mut self, query: &mut Query) -> Flow {
        if !matches!(
            &*query.body,
            SetExpr::Select(_) | SetExpr::Query(_) | SetExpr::SetOperation { .. } | SetExpr::Values(_) | SetExpr::Table(_)
        ) {
            return self.refuse(Code::NotAQuery, query.span(), "a query may only read", "leave the INSERT, UPDATE, DELETE or MERGE out");
        }
        self.settle_query(query)?;
        self.scopes.open_query(query);
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &mut Query) -> Flow {
        order::order_query(query);
        self.scopes.frames.pop();
        // The tables of WITH come before everything else in a query, so a finished child is the next of them.
        if let Some(Frame::Query { ctes, visible, .. }) = self.scopes.frames.last_mut()
            && *visible < ctes.len()
        {
            *visible += 1;
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> Flow {
        self.check_select(select)?;
        self.hoist(select)?;
        self.name_outputs(select);
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, select: &mut Select) -> Flow {
        order::settle_select(select);
        let Some(Frame::Select(scope)) = self.scopes.frames.pop() else { return ControlFlow::Continue(()) };
        if let Some(Frame::Query { after, .. }) = self.scopes.frames.last_mut() {
            *after = Some(scope);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> Flow {
        self.settle_factor(factor)
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> Flow {
        let span = expr_span(expr);
        if span.start.line > 0 {
            self.last = span;
        }
        match expr {
            Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::CompoundFieldAccess { .. } => self.access(expr)?,
            Expr::Exists { .. } => self.exists_in_list(expr)?,
            Expr::Lambda(lambda) => self.open_lambda(lambda),
            Expr::AnyOp { .. } | Expr::AllOp { .. } => self.quantify(expr),
            Expr::Interval(_) => interval::in_words(expr),
            Expr::BinaryOp { .. } | Expr::Between { .. } => self.order_addresses(expr),
            _ => {}
        }
        if let Expr::Function(function) = expr {
            self.elements.push(self.scopes.kind_of_elements(function));
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> Flow {
        match expr {
            Expr::Function(_) => {
                self.elements.pop();
                self.call(expr)
            }
            Expr::Lambda(_) => {
                self.scopes.frames.pop();
                ControlFlow::Continue(())
            }
            Expr::TypedString(TypedString { data_type: DataType::JSON, value, .. }) => {
                let text = value.value.clone().into_string().unwrap_or_default();
                *expr = build::call("json_parse", [build::text(text)]);
                ControlFlow::Continue(())
            }
            Expr::TypedString(TypedString { data_type: DataType::Timestamp(..), value, .. }) => {
                if let Value::SingleQuotedString(text) = &mut value.value {
                    *text = crate::instant::with_seconds(text);
                }
                ControlFlow::Continue(())
            }
            Expr::Cast { .. } => self.cast(expr),
            Expr::BinaryOp { .. } | Expr::Between { .. } | Expr::InList { .. } | Expr::AtTimeZone { .. } | Expr::Extract { .. } => {
                self.compare(expr);
                self.multiply(expr);
                instead::extract(expr);
                ControlFlow::Continue(())
            }
            _ => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_value(&mut self, value: &mut ValueWithSpan) -> Flow {
        if let Value::UnicodeStringLiteral(text) = &mut value.value {
            value.value = Value::SingleQuotedString(std::mem::take(text));
        }
        let Value::Placeholder(name) = &value.value else { return ControlFlow::Continue(()) };
        let message = format!("the parameter {name} has no value");
        let help = "write the value in its place, texts in single quotes, or EXECUTE IMMEDIATE '…' USING value, …";
        self.refuse(Code::Parameter, value.span, message, help)
    }
}

/// Where an expression of one word stands. Longer ones are not measured: that would walk them once more at every level.
fn expr_span(expr: &Expr) -> Span {
    match expr {
        Expr::Identifier(ident) => ident.span,
        Expr::CompoundIdentifier(idents) => {
            idents.first().map_or(Span::empty(), |first| first.span.union(&idents.last().map_or(first.span, |last| last.span)))
        }
        Expr::Function(function) => function.name.span(),
        Expr::Value(value) => value.span,
        _ => Span::empty(),
    }
}

/// A moment's text read as a timestamp.
fn timestamp_of(expr: Expr) -> Expr {
    build::call("from_iso8601_timestamp", [expr])
}
