//! How large and how deep a statement may be. A tree that is too deep would end the stack of whoever walks it, here or in the engine.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Source;

/// Most bytes a statement may have: what Athena takes, and far more than the 10,000 characters of CloudTrail Lake.
pub const STATEMENT_BYTES_MAX: usize = 256 << 10;

/// Deepest nesting of brackets: published queries stay below ten, and the parser reads this depth on a stack of two MiB even unoptimised.
pub const NESTING_MAX: usize = 20;

/// Most words between two commas, brackets, conditions or clauses: `1 + 1 + 1 + …` makes a tree as deep as it is long. A list in
/// `IN (…)` is flat and has no such limit.
pub const CHAIN_TOKENS_MAX: usize = 300;

/// Most `AND` and `OR` of a statement. Their trees are made flat as soon as they are read; longer lists belong into `IN (…)`.
pub const CONDITIONS_MAX: usize = 2_000;

/// Most `UNION`, `EXCEPT` and `INTERSECT` of a statement: each is a level of the tree, and a heavy one.
pub const SET_OPERATIONS_MAX: usize = 40;

/// How deep the parser may call itself: several calls go to one level of brackets.
pub(crate) const PARSER_DEPTH_MAX: usize = 300;

/// Checks the text before anything looks inside it.
pub(crate) fn check_text(source: &Source<'_>) -> Result<(), Diagnostic> {
    let text = source.text;
    if text.len() > STATEMENT_BYTES_MAX {
        let message = format!("the statement has {} bytes; at most {STATEMENT_BYTES_MAX} are read", text.len());
        let end = (0..=STATEMENT_BYTES_MAX).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
        let place = Some(source.place_of(end, end));
        return Err(Diagnostic::new(Code::Limit, message)
            .help("put long lists of values into a WITH table of VALUES, or ask twice")
            .at(place));
    }
    let hidden = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if let Some((at, c)) = text.char_indices().find(|&(_, c)| hidden(c)) {
        let message = format!("the statement holds the control character U+{:04X}", u32::from(c));
        return Err(Diagnostic::new(Code::Syntax, message)
            .help("take it out; nobody sees it")
            .at(Some(source.place_of(at, at + c.len_utf8()))));
    }
    Ok(())
}

/// Checks how deep the tree of these tokens can become.
pub(crate) fn check_depth(tokens: &[TokenWithSpan], source: &Source<'_>) -> Result<(), Diagnostic> {
    let refuse =
        |at: &TokenWithSpan, message: String, help: &str| Err(Diagnostic::new(Code::Limit, message).help(help).at(source.place(at.span)));
    let mut chains = vec![0_usize];
    let (mut conditions, mut sets) = (0_usize, 0_usize);
    for at in tokens {
        match &at.token {
            Token::Whitespace(_) => continue,
            Token::LParen | Token::LBracket | Token::LBrace => {
                if let Some(chain) = chains.last_mut() {
                    *chain += 1;
                }
                chains.push(0);
            }
            Token::RParen | Token::RBracket | Token::RBrace if chains.len() > 1 => {
                chains.pop();
            }
            token => {
                match keyword(token) {
                    Keyword::AND | Keyword::OR => conditions += 1,
                    Keyword::UNION | Keyword::EXCEPT | Keyword::INTERSECT => sets += 1,
                    _ => {}
                }
                if let Some(chain) = chains.last_mut() {
                    *chain = if begins_anew(token) { 0 } else { *chain + 1 };
                }
            }
        }
        if chains.len() > NESTING_MAX + 1 {
            return refuse(
                at,
                format!("brackets are nested deeper than {NESTING_MAX}"),
                "give inner queries a name: WITH name AS (SELECT …)",
            );
        }
        if conditions > CONDITIONS_MAX {
            return refuse(at, format!("more than {CONDITIONS_MAX} conditions"), "IN (…) takes any number of values");
        }
        if sets > SET_OPERATIONS_MAX {
            return refuse(
                at,
                format!("more than {SET_OPERATIONS_MAX} set operations"),
                "one SELECT with OR or IN (…) says the same as many",
            );
        }
        if chains.last().is_some_and(|&chain| chain > CHAIN_TOKENS_MAX) {
            return refuse(
                at,
                format!("more than {CHAIN_TOKENS_MAX} words in one unbroken expression"),
                "break it up with brackets, or use IN (…)",
            );
        }
    }
    Ok(())
}

fn keyword(token: &Token) -> Keyword {
    if let Token::Word(word) = token { word.keyword } else { Keyword::NoKeyword }
}

/// Whether what follows hangs no deeper than what came before.
fn begins_anew(token: &Token) -> bool {
    let clauses = [
        Keyword::AND,
        Keyword::OR,
        Keyword::WHERE,
        Keyword::WHEN,
        Keyword::THEN,
        Keyword::ELSE,
        Keyword::HAVING,
        Keyword::ON,
        Keyword::JOIN,
        Keyword::FROM,
    ];
    *token == Token::Comma || clauses.contains(&keyword(token))
}
