//! Where in the text stands what a message of the engine is about, when it names no column and no function.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Span, Token, TokenWithSpan, Tokenizer};

use crate::diagnostic::Place;
use crate::dialect::Trino;
use crate::forms::{end_of, keyword};
use crate::source::Source;

/// The place that a message is most likely about; the beginning of the statement when nothing tells.
pub(crate) fn place(message: &str, source: &Source<'_>) -> Option<Place> {
    let tokens = Tokenizer::new(&Trino, source.text).tokenize_with_location().ok()?;
    let tokens: Vec<TokenWithSpan> = tokens.into_iter().filter(|at| !matches!(at.token, Token::Whitespace(_) | Token::EOF)).collect();
    let found = operator(message, &tokens)
        .or_else(|| bound(message, &tokens))
        .or_else(|| unequal(message, &tokens))
        .or_else(|| named(message, &tokens))
        .or_else(|| tokens.first().map(|at| at.span))?;
    source.place(found)
}

/// A type of the engine, as people call it.
pub(crate) fn sql_types(message: &str) -> String {
    let names = [
        ("Utf8View", "varchar"),
        ("LargeUtf8", "varchar"),
        ("Utf8", "varchar"),
        ("Int64", "bigint"),
        ("Int32", "integer"),
        ("Float64", "double"),
        ("Boolean", "boolean"),
        ("Date32", "date"),
        ("Interval(MonthDayNano)", "interval"),
        ("Timestamp(ns)", "timestamp"),
        ("Timestamp(ms)", "timestamp"),
        ("Timestamp(ms, \"UTC\")", "timestamp with time zone"),
        ("Timestamp(ns, \"+00:00\")", "timestamp with time zone"),
        ("Null", "null"),
    ];
    names.iter().fold(message.to_owned(), |text, (engine, sql)| text.replace(engine, sql))
}

/// Two types and the operator between them, out of a message about them.
fn operands(message: &str) -> Option<(&str, &str, &str)> {
    if let Some((_, rest)) = message.split_once("There isn't a common type to coerce ") {
        let (types, clause) = rest.split_once(" in ")?;
        let (left, right) = types.split_once(" and ")?;
        return Some((left, clause.split(' ').next()?, right));
    }
    let after = |phrase: &str| message.split_once(phrase).map(|(_, rest)| rest);
    let rest = after("Cannot coerce arithmetic expression ").or_else(|| after("operation "))?;
    let rest = rest.split(" to valid types").next()?.lines().next()?;
    let operators = ["<=", ">=", "!=", "<>", "||", "=", "<", ">", "+", "-", "*", "/", "%"];
    let (at, operator) = operators.iter().find_map(|operator| Some((rest.find(&format!(" {operator} "))?, *operator)))?;
    Some((rest.get(..at)?, operator, rest.get(at + operator.len() + 2..)?))
}

/// How well a token can be a value of a type.
fn likeness(data_type: &str, token: &Token) -> u8 {
    let number = data_type.starts_with("Int") && !data_type.starts_with("Interval")
        || data_type.starts_with("Float")
        || data_type.starts_with("Decimal");
    match token {
        Token::Number(..) if number => 3,
        Token::SingleQuotedString(_) if data_type.contains("Utf8") => 3,
        Token::Number(..) | Token::SingleQuotedString(_) => 0,
        Token::Word(word) if word.value.eq_ignore_ascii_case("interval") => 3 * u8::from(data_type.starts_with("Interval")),
        _ => 1,
    }
}

/// The operator, with the words around it, between values of these types.
fn operator(message: &str, tokens: &[TokenWithSpan]) -> Option<Span> {
    let (left, operator, right) = operands(message)?;
    let is = |at: &TokenWithSpan| {
        let text = at.token.to_string();
        text.eq_ignore_ascii_case(operator) || (operator == "!=" && text == "<>")
    };
    let mut best: Option<(u8, Span)> = None;
    for (index, at) in tokens.iter().enumerate().filter(|(_, at)| is(at)) {
        let (Some(before), Some(after)) = (index.checked_sub(1).and_then(|before| tokens.get(before)), tokens.get(index + 1)) else {
            continue;
        };
        let score = likeness(left, &before.token) + likeness(right, &after.token);
        if best.is_none_or(|(most, _)| score > most) {
            best = Some((score, before.span.union(&at.span).union(&after.span)));
        }
    }
    best.map(|(_, span)| span)
}

/// A `LIMIT` or `OFFSET`, with the number behind it.
fn bound(message: &str, tokens: &[TokenWithSpan]) -> Option<Span> {
    let wanted = ["LIMIT", "OFFSET"].into_iter().find(|word| message.contains(&format!("{word} must")))?;
    let word = |at: &TokenWithSpan| at.token.to_string().eq_ignore_ascii_case(wanted) || keyword(&at.token) == Keyword::FETCH;
    let at = tokens.iter().rposition(word)?;
    let last = tokens.get(at + 2).or_else(|| tokens.get(at + 1))?;
    Some(tokens.get(at)?.span.union(&last.span))
}

fn is_set_operation(token: &Token) -> bool {
    matches!(keyword(token), Keyword::UNION | Keyword::EXCEPT | Keyword::INTERSECT)
}

/// How many columns a `SELECT` that begins here names, and where; none when it holds a star.
fn width(tokens: &[TokenWithSpan], select: usize) -> Option<(usize, Span)> {
    let ends = |token: &Token| is_set_operation(token) || matches!(keyword(token), Keyword::FROM | Keyword::ORDER | Keyword::LIMIT);
    let end = end_of(tokens, select + 1, ends);
    let list = tokens.get(select + 1..end)?;
    let (first, last) = (list.first()?, list.last()?);
    let mut columns = 1;
    let mut at = 0;
    while at < list.len() {
        at = end_of(list, at, |token| *token == Token::Comma);
        columns += usize::from(at < list.len());
        at += 1;
    }
    let star = |(at, given): (usize, &TokenWithSpan)| {
        given.token == Token::Mul
            && at
                .checked_sub(1)
                .and_then(|before| list.get(before))
                .is_none_or(|before| matches!(before.token, Token::Comma | Token::Period))
    };
    (!list.iter().enumerate().any(star)).then(|| (columns, first.span.union(&last.span)))
}

/// The first query of a set operation that has another number of columns than the one before it.
fn unequal(message: &str, tokens: &[TokenWithSpan]) -> Option<Span> {
    if !message.contains("different number of columns") && !message.contains("same number of columns") {
        return None;
    }
    let select = |at: &TokenWithSpan| keyword(&at.token) == Keyword::SELECT;
    let operations = tokens.iter().enumerate().filter(|(_, at)| is_set_operation(&at.token));
    let mut any = None;
    for (at, operation) in operations {
        let before = tokens.get(..at)?.iter().rposition(select).and_then(|select| width(tokens, select));
        let after = tokens.iter().skip(at).position(select).and_then(|select| width(tokens, at + select));
        if let (Some((before, _)), Some((after, span))) = (before, after)
            && before != after
        {
            return Some(span);
        }
        any = any.or(Some(operation.span));
    }
    any
}

/// The longest name of the message that stands in the text.
fn named(message: &str, tokens: &[TokenWithSpan]) -> Option<Span> {
    let words: Vec<&str> = message.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| word.len() > 2).collect();
    let known = tokens.iter().filter_map(|at| match &at.token {
        Token::Word(word) if words.iter().any(|known| known.eq_ignore_ascii_case(&word.value)) => Some((word.value.len(), at.span)),
        Token::SingleQuotedString(text) if !text.is_empty() && message.contains(&format!("'{text}'")) => Some((text.len(), at.span)),
        _ => None,
    });
    let named = |(length, span): (usize, Span)| (length, std::cmp::Reverse(span.start.line), std::cmp::Reverse(span.start.column), span);
    known.map(named).max_by_key(|(length, line, column, _)| (*length, *line, *column)).map(|(.., span)| span)
}
