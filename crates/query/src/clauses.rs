//! The clauses that the SQL standard lets stand between the brackets of its JSON functions, put into plain arguments and calls.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Span, Token, TokenWithSpan};

use crate::forms::{end_of, is_word, put};

const FUNCTIONS: [&str; 5] = ["json_query", "json_value", "json_exists", "json_object", "json_array"];

/// Words with which a clause begins.
const BEGINNINGS: [&str; 12] =
    ["passing", "returning", "with", "without", "keep", "omit", "null", "error", "empty", "default", "true", "false"];

/// Rewrites every call of these functions, the innermost first.
pub(crate) fn json_clauses(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut kept = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let name = FUNCTIONS.iter().find(|name| is_word(Some(token), name));
        let opens = tokens.get(at + 1).is_some_and(|next| next.token == Token::LParen);
        let end = end_of(&tokens, at + 2, |_| false);
        match (name, tokens.get(at + 2..end)) {
            (Some(name), Some(inner)) if opens && end < tokens.len() => {
                let inner = json_clauses(inner.to_vec());
                kept.extend(call(name, token.span, &inner));
                at = end + 1;
            }
            _ => {
                kept.push(token.clone());
                at += 1;
            }
        }
    }
    kept
}

/// Splits at what stands outside of further brackets.
fn split(tokens: &[TokenWithSpan], at: impl Fn(&Token) -> bool + Copy) -> Vec<&[TokenWithSpan]> {
    let mut parts = Vec::new();
    let mut from = 0;
    loop {
        let end = end_of(tokens, from, at).min(tokens.len());
        parts.extend(tokens.get(from..end));
        if end >= tokens.len() {
            return parts;
        }
        from = end + 1;
    }
}

fn call(name: &str, span: Span, inner: &[TokenWithSpan]) -> Vec<TokenWithSpan> {
    match name {
        "json_object" => object(span, inner),
        "json_array" => array(span, inner),
        _ => path_call(name, span, inner),
    }
}

fn word(name: &str, span: Span) -> TokenWithSpan {
    put(Token::make_word(name, None), span)
}

/// `name(inner)`.
fn called(name: &str, span: Span, inner: impl IntoIterator<Item = TokenWithSpan>) -> Vec<TokenWithSpan> {
    let opened = [word(name, span), put(Token::LParen, span)].into_iter();
    opened.chain(inner).chain([put(Token::RParen, span)]).collect()
}

/// `json_query(json, path WITH ARRAY WRAPPER)`, `json_value(json, path RETURNING bigint DEFAULT 0 ON EMPTY)`.
fn path_call(name: &str, span: Span, inner: &[TokenWithSpan]) -> Vec<TokenWithSpan> {
    let parts = split(inner, |token| *token == Token::Comma);
    let (Some(json), Some(path)) = (parts.first(), parts.get(1)) else { return called(name, span, inner.to_vec()) };
    let begins = |token: &TokenWithSpan| BEGINNINGS.iter().any(|word| is_word(Some(token), word));
    let Some(clause) = path.iter().skip(1).position(begins).map(|at| at + 1) else { return called(name, span, inner.to_vec()) };
    let (path, clauses) = path.split_at(clause);
    // Whatever a PASSING hands over stands behind further commas.
    let clauses: Vec<TokenWithSpan> = clauses.iter().chain(parts.iter().skip(2).copied().flatten()).cloned().collect();
    let mut given: Vec<TokenWithSpan> = plain(json).to_vec();
    given.push(put(Token::Comma, span));
    given.extend(path.iter().cloned());
    let has = |word: &str| clauses.iter().any(|at| is_word(Some(at), word));
    if name == "json_query" && has("wrapper") && !has("without") {
        let wrapper = if has("conditional") { "with conditional wrapper" } else { "with wrapper" };
        given.extend([put(Token::Comma, span), put(Token::SingleQuotedString(wrapper.to_owned()), span)]);
    }
    let mut made = called(name, span, given);
    if name == "json_query" && has("omit") {
        made = called("json_text", span, made);
    }
    if let Some(wanted) = after(&clauses, "returning").filter(|_| name == "json_value") {
        made = called("cast", span, made.into_iter().chain([put(Token::make_keyword("AS"), span)]).chain(wanted));
        if let Some(cast) = made.first_mut() {
            cast.token = Token::make_keyword("CAST");
        }
    }
    let otherwise = after(&clauses, "default").or_else(|| empty(&clauses, span));
    match otherwise {
        Some(otherwise) => called("coalesce", span, made.into_iter().chain([put(Token::Comma, span)]).chain(otherwise)),
        None => made,
    }
}

/// What stands behind a word, up to the next clause.
fn after(clauses: &[TokenWithSpan], first: &str) -> Option<Vec<TokenWithSpan>> {
    let from = clauses.iter().position(|at| is_word(Some(at), first))? + 1;
    let rest = clauses.get(from..)?;
    let ends = |at: &TokenWithSpan| is_word(Some(at), "on") || BEGINNINGS.iter().any(|word| is_word(Some(at), word));
    let end = rest.iter().skip(1).position(ends).map_or(rest.len(), |at| at + 1);
    rest.get(..end).filter(|part| !part.is_empty()).map(<[TokenWithSpan]>::to_vec)
}

/// `EMPTY ARRAY ON EMPTY` and `EMPTY OBJECT ON EMPTY`.
fn empty(clauses: &[TokenWithSpan], span: Span) -> Option<Vec<TokenWithSpan>> {
    let at = clauses.iter().position(|at| is_word(Some(at), "empty"))?;
    let text = match clauses.get(at + 1) {
        next if is_word(next, "array") => "[]",
        next if is_word(next, "object") => "{}",
        _ => return None,
    };
    Some(vec![put(Token::SingleQuotedString(text.to_owned()), span)])
}

/// A value without the `FORMAT JSON` behind it.
fn plain(value: &[TokenWithSpan]) -> &[TokenWithSpan] {
    match value {
        [kept @ .., format, json] if is_word(Some(format), "format") && is_word(Some(json), "json") => kept,
        [kept @ .., format, json, encoding, _]
            if is_word(Some(format), "format") && is_word(Some(json), "json") && is_word(Some(encoding), "encoding") =>
        {
            kept
        }
        all => all,
    }
}

/// Takes the clauses behind the last value away, and says whether nulls are left out, where that is said.
fn without_clauses(inner: &[TokenWithSpan]) -> (&[TokenWithSpan], Option<bool>) {
    let mut kept = inner;
    let mut absent = None;
    loop {
        kept = match kept {
            [rest @ .., keys] if !rest.is_empty() && is_word(Some(keys), "keys") => rest,
            [rest @ .., with, unique]
                if is_word(Some(unique), "unique") && (is_word(Some(with), "with") || is_word(Some(with), "without")) =>
            {
                rest
            }
            [rest @ .., what, on, null] if is_word(Some(on), "on") && is_word(Some(null), "null") => {
                absent = Some(is_word(Some(what), "absent"));
                rest
            }
            all => match all.iter().rposition(|at| is_word(Some(at), "returning")) {
                Some(at) if at > 0 => all.get(..at).unwrap_or_default(),
                _ => return (all, absent),
            },
        };
    }
}

fn object(span: Span, inner: &[TokenWithSpan]) -> Vec<TokenWithSpan> {
    let (members, absent) = without_clauses(inner);
    let mut given = Vec::new();
    for member in split(members, |token| *token == Token::Comma).into_iter().filter(|member| !member.is_empty()) {
        let between = |token: &Token| *token == Token::Colon || is_value(token);
        let at = end_of(member, 0, between);
        let (key, value) = (member.get(..at).unwrap_or_default(), member.get(at + 1..));
        let key = match key {
            [word, rest @ ..] if is_word(Some(word), "key") && !rest.is_empty() => rest,
            key => key,
        };
        for part in std::iter::once(key).chain(value.map(plain)) {
            if !given.is_empty() {
                given.push(put(Token::Comma, span));
            }
            given.extend(part.iter().cloned());
        }
    }
    called(if absent == Some(true) { "json_object_absent" } else { "json_object" }, span, given)
}

fn is_value(token: &Token) -> bool {
    matches!(token, Token::Word(word) if word.keyword == Keyword::VALUE)
}

fn array(span: Span, inner: &[TokenWithSpan]) -> Vec<TokenWithSpan> {
    let (items, absent) = without_clauses(inner);
    let mut given = Vec::new();
    for item in split(items, |token| *token == Token::Comma) {
        if !given.is_empty() {
            given.push(put(Token::Comma, span));
        }
        given.extend(plain(item).iter().cloned());
    }
    called(if absent == Some(false) { "json_array_null" } else { "json_array" }, span, given)
}
