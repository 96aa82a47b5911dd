//! What was probably meant where the grammar was not kept.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Location, Token, TokenWithSpan};

use crate::suggest::suggest;

/// Words that are often mistyped, and whose slip the parser takes for a name.
const WORDS: [&str; 24] = [
    "SELECT",
    "DISTINCT",
    "FROM",
    "WHERE",
    "GROUP",
    "ORDER",
    "HAVING",
    "LIMIT",
    "OFFSET",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "INNER",
    "LEFT",
    "RIGHT",
    "CROSS",
    "JOIN",
    "UNNEST",
    "BETWEEN",
    "LIKE",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
];

/// Advice about a mistake that the parser met at a place; without a place, at the end.
pub(crate) fn hint(tokens: &[TokenWithSpan], location: Option<Location>) -> Option<String> {
    let met = location.and_then(|location| tokens.iter().position(|at| at.span.start == location)).unwrap_or(tokens.len());
    let near = tokens.get(met.saturating_sub(2)..(met + 1).min(tokens.len())).unwrap_or_default();
    odd_letter(near)
        .or_else(|| comma_before_clause(near))
        .or_else(|| without_by(tokens))
        .or_else(|| slip(near))
        .or_else(|| unbalanced(tokens))
        .or_else(|| missing_comma(tokens, met))
        .or_else(|| (met == tokens.len()).then(|| "something is missing at the end".to_owned()))
}

fn keyword(token: &Token) -> Keyword {
    if let Token::Word(word) = token { word.keyword } else { Keyword::NoKeyword }
}

/// Quotation marks of a word processor, and letters that nobody sees.
fn odd_letter(near: &[TokenWithSpan]) -> Option<String> {
    near.iter().find_map(|at| match at.token {
        Token::Char('‘' | '’' | '“' | '”' | '„' | '«' | '»' | '´') => {
            Some("texts stand in straight single quotes: 'text'".to_owned())
        }
        Token::Char(c) if matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}') => {
            Some(format!("the letter U+{:04X} cannot be seen and means nothing here; take it out", u32::from(c)))
        }
        Token::Char(c) if !c.is_ascii() => Some(format!("{c} is no part of SQL outside of texts and quoted names")),
        _ => None,
    })
}

fn comma_before_clause(near: &[TokenWithSpan]) -> Option<String> {
    let clause = |at: &TokenWithSpan| {
        matches!(keyword(&at.token), Keyword::FROM | Keyword::WHERE | Keyword::GROUP | Keyword::ORDER | Keyword::LIMIT)
    };
    let pair = near.windows(2).find(|pair| matches!(pair, [comma, next] if comma.token == Token::Comma && clause(next)))?;
    Some(format!("take the comma before {} out, or write another column behind it", pair.last()?.token))
}

/// `GROUP`, `ORDER` and `PARTITION` are followed by `BY`.
fn without_by(tokens: &[TokenWithSpan]) -> Option<String> {
    let first = |at: &TokenWithSpan| matches!(keyword(&at.token), Keyword::GROUP | Keyword::ORDER | Keyword::PARTITION);
    // WITHIN GROUP (…) has none.
    let bare = |next: &TokenWithSpan| keyword(&next.token) != Keyword::BY && next.token != Token::LParen;
    let pair = tokens.windows(2).find(|pair| matches!(pair, [word, next] if first(word) && bare(next)))?;
    Some(format!("write {} BY", pair.first()?.token.to_string().to_uppercase()))
}

/// A word near the place that is nearly a word of the grammar.
fn slip(near: &[TokenWithSpan]) -> Option<String> {
    near.iter().rev().find_map(|at| match &at.token {
        Token::Word(word) if word.quote_style.is_none() && word.keyword == Keyword::NoKeyword && word.value.len() > 2 => {
            suggest(&word.value, WORDS).map(|meant| format!("did you mean {meant} for {}?", word.value))
        }
        _ => None,
    })
}

fn unbalanced(tokens: &[TokenWithSpan]) -> Option<String> {
    let count = |wanted: fn(&Token) -> bool| tokens.iter().filter(|at| wanted(&at.token)).count();
    let (opened, closed) = (count(|token| *token == Token::LParen), count(|token| *token == Token::RParen));
    let (cases, ends) = (count(|token| keyword(token) == Keyword::CASE), count(|token| keyword(token) == Keyword::END));
    match () {
        () if opened > closed => Some("a bracket that was opened is not closed".to_owned()),
        () if opened < closed => Some("there is a closing bracket too many".to_owned()),
        () if cases > ends => Some("CASE … is closed by END".to_owned()),
        () => None,
    }
}

/// Two names side by side: the second is the first one's heading, a third is one too many.
fn missing_comma(tokens: &[TokenWithSpan], met: usize) -> Option<String> {
    let name = |at: Option<&TokenWithSpan>| {
        at.is_some_and(|at| matches!(&at.token, Token::Word(word) if word.keyword == Keyword::NoKeyword || word.quote_style.is_some()))
    };
    let before = met.checked_sub(1).and_then(|before| tokens.get(before));
    (name(tokens.get(met)) && name(before)).then(|| format!("is a comma missing before {}?", tokens[met].token))
}
