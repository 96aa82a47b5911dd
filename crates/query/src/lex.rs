//! From text to tokens, with what the parser's grammar lacks already put into words that it has.

use std::collections::BTreeMap;

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Span, Token, TokenWithSpan, Tokenizer, Word};

use crate::bounds;
use crate::diagnostic::{Code, Diagnostic};
use crate::dialect::Trino;
use crate::scope::is_uuid;
use crate::source::Source;

/// Tokens of one statement, without the semicolons that end it.
pub(crate) fn lex(source: &Source<'_>) -> Result<Vec<TokenWithSpan>, Diagnostic> {
    bounds::check_text(source)?;
    let tokens = Tokenizer::new(&Trino, source.text).tokenize_with_location().map_err(|error| {
        let place = source.place(Span::new(error.location, error.location));
        let diagnostic = Diagnostic::new(Code::Syntax, lower_first(&error.message)).at(place);
        match error.message.starts_with("Unterminated") || error.message.contains("close delimiter") {
            true => diagnostic.help("a quotation mark is missing; inside a text a quotation mark is written twice: 'it''s'"),
            false if error.message.contains("comment") => diagnostic.help("a comment that begins with /* ends with */"),
            false => diagnostic.help("write it as plain SQL: names in letters, texts in single quotes"),
        }
    })?;
    let tokens = alone(tokens, source)?;
    bounds::check_depth(&tokens, source)?;
    if let Some(sample) = tokens.iter().find(|at| at.token.to_string().eq_ignore_ascii_case("tablesample")) {
        let message = "TABLESAMPLE is not supported: an answer from a sample would look like a whole one";
        let help = "narrow the time instead, or add LIMIT";
        return Err(Diagnostic::new(Code::Unsupported, message).help(help).at(source.place(sample.span)));
    }
    if let Some(at) = tokens.iter().find(
        |at| matches!(&at.token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case("match_recognize")),
    ) {
        let message = "MATCH_RECOGNIZE is not supported";
        let help = "lag(…) and lead(…) OVER (PARTITION BY … ORDER BY …) look at the rows before and behind; a join of the table with itself finds pairs";
        return Err(Diagnostic::new(Code::Unsupported, message).help(help).at(source.place(at.span)));
    }
    Ok(types(crate::forms::known_forms(tables(names(tokens), source)), source))
}

/// Words that are names in Trino and more than that in the parser's grammar: `actor.user.name`.
fn names(mut tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    for at in &mut tokens {
        if let Token::Word(word) = &mut at.token
            && word.keyword == Keyword::USER
        {
            word.keyword = Keyword::NoKeyword;
        }
    }
    tokens
}

pub(crate) fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// Refuses several statements and drops the semicolons that end the one.
fn alone(mut tokens: Vec<TokenWithSpan>, source: &Source<'_>) -> Result<Vec<TokenWithSpan>, Diagnostic> {
    let filler = |at: &TokenWithSpan| matches!(at.token, Token::Whitespace(_) | Token::SemiColon | Token::EOF);
    let used = tokens.iter().rposition(|at| !filler(at)).map_or(0, |last| last + 1);
    if used == 0 {
        return Err(Diagnostic::new(Code::Syntax, "there is no statement")
            .help("write SELECT … FROM cloudtrail")
            .at(Some(source.place_of(0, 0))));
    }
    let first = tokens.iter().position(|at| !filler(at)).unwrap_or_default();
    tokens.truncate(used);
    tokens.drain(..first);
    match tokens.iter().position(|at| at.token == Token::SemiColon) {
        None => Ok(tokens),
        Some(at) => {
            let next = tokens.iter().skip(at).find(|at| !filler(at)).map(|at| at.span);
            let message = "several statements are not run at once";
            Err(Diagnostic::new(Code::NotAQuery, message)
                .help("send them one after the other")
                .at(source.place(next.unwrap_or(Span::empty()))))
        }
    }
}

/// A quoted word in place of the tokens of a span.
fn word(value: String, span: Span) -> TokenWithSpan {
    TokenWithSpan { token: Token::Word(Word { value, quote_style: Some('"'), keyword: Keyword::NoKeyword }), span }
}

fn keyword(token: &Token) -> Keyword {
    if let Token::Word(word) = token { word.keyword } else { Keyword::NoKeyword }
}

/// Puts table names that are no SQL names (ids of event data stores, placeholders of guides) into quotes, and backticks into double quotes.
fn tables(tokens: Vec<TokenWithSpan>, source: &Source<'_>) -> Vec<TokenWithSpan> {
    let mut kept: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut named = false;
    let mut listed = false;
    let mut skip_to = 0;
    for mut at in tokens {
        let start = source.offset(at.span.start);
        if start < skip_to {
            continue;
        }
        if !matches!(at.token, Token::Whitespace(_)) {
            let after = std::mem::replace(&mut named, matches!(keyword(&at.token), Keyword::FROM | Keyword::JOIN));
            let rest = source.text.get(start..).unwrap_or_default();
            let listed = std::mem::replace(&mut listed, at.token == Token::Comma);
            let name = odd_name(rest).filter(|name| after || (listed && is_uuid(&name.to_ascii_lowercase())));
            if let Some(name) = name {
                skip_to = start + name.len();
                at = word(name.to_owned(), at.span);
            }
        }
        if let Token::Word(word) = &mut at.token
            && word.quote_style == Some('`')
        {
            word.quote_style = Some('"');
        }
        kept.push(at);
    }
    kept
}

/// Longest placeholder in angle brackets.
const PLACEHOLDER_CHARS_MAX: usize = 80;

/// The name at the start of the text, when it is one that SQL would need quotes for.
fn odd_name(text: &str) -> Option<&str> {
    for (open, close) in [("<", '>'), ("${", '}'), ("{", '}'), ("[", ']')] {
        if let Some(inner) = text.strip_prefix(open) {
            let end = inner.char_indices().take(PLACEHOLDER_CHARS_MAX).take_while(|&(_, c)| c != '\n').find(|&(_, c)| c == close)?;
            return text.get(..open.len() + end.0 + close.len_utf8());
        }
    }
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, ',' | ')' | ';' | '(' | '"' | '`' | '\'')).unwrap_or(text.len());
    let name = text.get(..end)?;
    // A comment may follow at once.
    let name = name.split("--").next()?.split("/*").next()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let odd = name.starts_with('$')
        || name.starts_with("arn:")
        || (name.chars().all(plain) && (hyphenated(name) || name.starts_with(|c: char| c.is_ascii_digit())));
    (odd && (is_uuid(name) || name.chars().any(|c| c.is_ascii_alphabetic()))).then_some(name)
}

/// Whether a name with hyphens is a name: `FROM a-b` also stands in `substring(x FROM a-b)`.
fn hyphenated(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let telling = ["eds", "store", "trail", "table", "log", "your"].iter().any(|word| lower.contains(word));
    name.contains('-') && (telling || name.matches('-').count() >= 2)
}

/// Puts the type of `CAST(x AS ARRAY(…))`, `MAP(…)` and `ROW(…)` into one quoted word: the parser has no such types.
fn types(tokens: Vec<TokenWithSpan>, source: &Source<'_>) -> Vec<TokenWithSpan> {
    let regions = type_regions(&tokens);
    let mut kept = Vec::with_capacity(tokens.len());
    let mut skip_to = 0;
    for (index, at) in tokens.iter().enumerate() {
        if index < skip_to {
            continue;
        }
        match regions.get(&index).and_then(|&end| Some((end, tokens.get(end.checked_sub(1)?)?))) {
            Some((end, last)) => {
                let text = source.text.get(source.offset(at.span.start)..source.offset(last.span.end)).unwrap_or_default();
                kept.push(word(text.trim().to_owned(), Span::new(at.span.start, last.span.end)));
                skip_to = end;
            }
            None => kept.push(at.clone()),
        }
    }
    kept
}

/// Where the types of casts begin and end, of those that take types in round brackets.
fn type_regions(tokens: &[TokenWithSpan]) -> BTreeMap<usize, usize> {
    let mut regions = BTreeMap::new();
    let mut open: Vec<bool> = Vec::new();
    let mut solid = tokens.iter().enumerate().filter(|(_, at)| !matches!(at.token, Token::Whitespace(_))).peekable();
    let mut before = Keyword::NoKeyword;
    while let Some((_, at)) = solid.next() {
        match &at.token {
            Token::LParen => open.push(matches!(before, Keyword::CAST | Keyword::TRY_CAST)),
            Token::RParen => {
                open.pop();
            }
            token if keyword(token) == Keyword::AS && open.last() == Some(&true) => {
                let Some(&(start, name)) = solid.peek() else { break };
                let nested = ["array", "map", "row"].iter().any(|word| name.token.to_string().eq_ignore_ascii_case(word));
                if nested && let Some(end) = closing(tokens, start) {
                    regions.insert(start, end);
                }
            }
            _ => {}
        }
        before = keyword(&at.token);
    }
    regions
}

/// The index of the bracket that closes the cast whose type begins at `start`, if the type has brackets of its own.
fn closing(tokens: &[TokenWithSpan], start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut bracketed = false;
    for (index, at) in tokens.iter().enumerate().skip(start) {
        match at.token {
            Token::LParen => {
                depth += 1;
                bracketed = true;
            }
            Token::RParen if depth == 0 => return bracketed.then_some(index),
            Token::RParen => depth -= 1,
            _ => {}
        }
    }
    None
}
