//! `EXECUTE IMMEDIATE 'SELECT … ?' USING value, …`: the statement with its values in it.

use sqlparser::tokenizer::{Span, Token, TokenWithSpan, Tokenizer};

use crate::bounds;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::dialect::Trino;
use crate::forms::{end_of, is_word};
use crate::source::Source;

/// A statement that stood in a text, and where that text stands.
pub(crate) struct Immediate {
    pub(crate) sql: String,
    pub(crate) place: Option<Place>,
}

/// The statement inside an `EXECUTE IMMEDIATE`; none when it is none.
pub(crate) fn immediate(source: &Source<'_>) -> Result<Option<Immediate>, Diagnostic> {
    bounds::check_text(source)?;
    let Ok(tokens) = Tokenizer::new(&Trino, source.text).tokenize_with_location() else { return Ok(None) };
    let solid: Vec<TokenWithSpan> =
        tokens.into_iter().filter(|at| !matches!(at.token, Token::Whitespace(_) | Token::SemiColon | Token::EOF)).collect();
    if !is_word(solid.first(), "execute") || !is_word(solid.get(1), "immediate") {
        return Ok(None);
    }
    let Some(TokenWithSpan { token: Token::SingleQuotedString(inner), span }) = solid.get(2) else {
        let place = solid.get(1).and_then(|at| source.place(at.span));
        let help = "write EXECUTE IMMEDIATE 'SELECT … WHERE eventname = ?' USING 'ConsoleLogin'";
        return Err(Diagnostic::new(Code::Syntax, "EXECUTE IMMEDIATE needs a statement in quotation marks").help(help).at(place));
    };
    let place = source.place(*span);
    let values = values(source, &solid)?;
    Ok(Some(Immediate { sql: filled(inner, &values, place.as_ref())?, place }))
}

/// The texts of the values behind `USING`.
fn values<'s>(source: &Source<'s>, solid: &[TokenWithSpan]) -> Result<Vec<&'s str>, Diagnostic> {
    let Some(using) = solid.get(3) else { return Ok(Vec::new()) };
    if !is_word(Some(using), "using") {
        let message = "behind the statement stands USING and its values, or nothing";
        return Err(Diagnostic::new(Code::Syntax, message).help("write … USING 'first', 'second'").at(source.place(using.span)));
    }
    let mut values = Vec::new();
    let mut from = 4;
    while from < solid.len() {
        let end = end_of(solid, from, |token| *token == Token::Comma).max(from + 1).min(solid.len());
        if let (Some(first), Some(last)) = (solid.get(from), solid.get(end - 1)) {
            values.extend(source.text.get(source.offset(first.span.start)..source.offset(last.span.end)));
        }
        from = end + 1;
    }
    Ok(values)
}

/// The statement with a value in the place of each `?`.
fn filled(inner: &str, values: &[&str], place: Option<&Place>) -> Result<String, Diagnostic> {
    let source = Source::new(inner);
    let Ok(tokens) = Tokenizer::new(&Trino, inner).tokenize_with_location() else { return Ok(inner.to_owned()) };
    let is_hole = |at: &&TokenWithSpan| matches!(&at.token, Token::Placeholder(name) if name == "?") || at.token == Token::Question;
    let holes: Vec<Span> = tokens.iter().filter(is_hole).map(|at| at.span).collect();
    if holes.len() != values.len() {
        let message = format!("the statement has {} parameters and is given {} values", holes.len(), values.len());
        return Err(Diagnostic::new(Code::Parameter, message).help("give a value for each ? behind USING").at(place.cloned()));
    }
    let mut sql = String::with_capacity(inner.len());
    let mut from = 0;
    for (hole, value) in holes.iter().zip(values) {
        let at = source.offset(hole.start);
        sql.push_str(inner.get(from..at).unwrap_or_default());
        sql.push_str(value);
        from = at + 1;
    }
    sql.push_str(inner.get(from..).unwrap_or_default());
    Ok(sql)
}
