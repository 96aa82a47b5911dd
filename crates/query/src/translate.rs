//! The whole way: text, tokens, tree, the engine's tree.

use std::ops::ControlFlow;

use sqlparser::ast::{ObjectName, ShowStatementIn, Statement, VisitMut};
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Span, TokenWithSpan};

use crate::balance::balance;
use crate::bounds::PARSER_DEPTH_MAX;
use crate::diagnostic::{Code, Diagnostic};
use crate::dialect::Trino;
use crate::forms::plain_forms;
use crate::hint::hint;
use crate::immediate::immediate;
use crate::lex::{lex, lower_first};
use crate::names::Names;
use crate::refuse::check_first_words;
use crate::rewrite::Rewriter;
use crate::show::admit;
use crate::source::Source;

/// A statement in the engine's words.
#[derive(Debug, Clone, PartialEq)]
pub struct Translated {
    /// The statement as text. Translating it again gives the same text. The engine's own parser reads it as well, unless it holds a
    /// lambda (`x -> …`), which that parser knows only in the dialects of DuckDB, Databricks and others.
    pub sql: String,
    /// The statement as the tree that the engine plans.
    pub statement: Statement,
    /// The tables it reads, each once.
    pub tables: Vec<String>,
}

/// Translates one statement of Athena, Trino or CloudTrail Lake. Pure: what is accepted depends on the text and the names alone.
///
/// # Errors
///
/// A [`Diagnostic`] that points into `sql`: text that is no SQL or exceeds the limits, statements that would write, unknown tables, and
/// known forms that cannot be carried out. Unknown columns and functions are left to the engine; see [`crate::explain`].
pub fn translate(sql: &str, names: &Names) -> Result<Translated, Diagnostic> {
    let source = Source::new(sql);
    match immediate(&source)? {
        Some(inner) => translated(&Source::new(&inner.sql), names).map_err(|diagnostic| diagnostic.at(inner.place)),
        None => translated(&source, names),
    }
}

fn translated(source: &Source<'_>, names: &Names) -> Result<Translated, Diagnostic> {
    let tokens = lex(source)?;
    check_first_words(&tokens, source)?;
    let mut statement = admit(parse(tokens, source)?, source)?;
    balance(&mut statement);
    plain_forms(&mut statement);
    let mut rewriter = Rewriter::new(source, names);
    settle_shown(&mut statement, &mut rewriter)?;
    if let ControlFlow::Break(diagnostic) = statement.visit(&mut rewriter) {
        return Err(*diagnostic);
    }
    Ok(Translated { sql: statement.to_string(), tables: rewriter.into_tables(), statement })
}

fn parse(tokens: Vec<TokenWithSpan>, source: &Source<'_>) -> Result<Statement, Diagnostic> {
    let dialect = Trino;
    let mut parser = Parser::new(&dialect).with_recursion_limit(PARSER_DEPTH_MAX).with_tokens_with_locations(tokens.clone());
    let mut statements = parser.parse_statements().map_err(|error| syntax(&error, &tokens, source))?;
    match statements.pop() {
        Some(statement) if statements.is_empty() => Ok(statement),
        _ => Err(Diagnostic::new(Code::Syntax, "there is not one statement, but none or several")),
    }
}

/// What the parser said, at the word it said it about.
fn syntax(error: &ParserError, tokens: &[TokenWithSpan], source: &Source<'_>) -> Diagnostic {
    let text = match error {
        ParserError::RecursionLimitExceeded => return Diagnostic::new(Code::Limit, "the statement is nested too deep"),
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => text,
    };
    let (message, location) = match text.rsplit_once(" at Line: ") {
        Some((message, place)) => (message, location(place)),
        None => (text.as_str(), None),
    };
    let spans = || tokens.iter().map(|at| at.span);
    let span = location.map(|location| spans().find(|span| span.start == location).unwrap_or(Span::new(location, location)));
    // Without a place the parser means the end of the text.
    let place = span.and_then(|span| source.place(span)).unwrap_or_else(|| {
        let end = source.text.trim_end().len();
        source.place_of(end, end)
    });
    let message = message.replacen("Expected: ", "expected ", 1).replacen(", found: ", ", found ", 1).replace("found EOF", "found the end");
    let diagnostic = Diagnostic::new(Code::Syntax, lower_first(&message)).at(Some(place));
    match hint(tokens, location) {
        Some(advice) => diagnostic.help(advice),
        None => diagnostic.help("the statement makes sense up to here; look at this word and the one before it"),
    }
}

fn location(text: &str) -> Option<Location> {
    let (line, column) = text.split_once(", Column: ")?;
    Some(Location { line: line.trim().parse().ok()?, column: column.trim().parse().ok()? })
}

/// The table that a `DESCRIBE` or `SHOW COLUMNS` names; the walk over queries does not meet it.
fn settle_shown(statement: &mut Statement, rewriter: &mut Rewriter<'_>) -> Result<(), Diagnostic> {
    let name: &mut ObjectName = match statement {
        Statement::ExplainTable { table_name, .. } => table_name,
        Statement::ShowColumns { show_options, .. } => match &mut show_options.show_in {
            Some(ShowStatementIn { parent_name: Some(name), .. }) => name,
            _ => return Ok(()),
        },
        _ => return Ok(()),
    };
    match rewriter.settle_table(name, &mut None) {
        ControlFlow::Break(diagnostic) => Err(*diagnostic),
        ControlFlow::Continue(()) => Ok(()),
    }
}
