//! Forms of Trino that the parser's grammar lacks, put token by token into forms that it has.

use std::ops::ControlFlow;

use sqlparser::ast::{BinaryOperator, Expr, Value, VisitMut, visit_expressions_mut};
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Span, Token, TokenWithSpan, Word};

/// Puts every such form into one that the parser reads.
pub(crate) fn known_forms(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut tokens: Vec<TokenWithSpan> = tokens.into_iter().filter(|at| !matches!(at.token, Token::Whitespace(_))).collect();
    if is_word(tokens.first(), "table") {
        tokens.splice(0..1, select_all(tokens[0].span));
    }
    crate::clauses::json_clauses(addresses(distinct_from(values(quantified(tokens)))))
}

pub(crate) fn keyword(token: &Token) -> Keyword {
    if let Token::Word(Word { keyword, quote_style: None, .. }) = token { *keyword } else { Keyword::NoKeyword }
}

pub(crate) fn is_word(at: Option<&TokenWithSpan>, word: &str) -> bool {
    matches!(at.map(|at| &at.token), Some(Token::Word(given)) if given.quote_style.is_none() && given.value.eq_ignore_ascii_case(word))
}

pub(crate) fn put(token: Token, span: Span) -> TokenWithSpan {
    TokenWithSpan { token, span }
}

/// `SELECT * FROM`, which is what `TABLE` means at the start of a statement.
fn select_all(span: Span) -> Vec<TokenWithSpan> {
    [Token::make_keyword("SELECT"), Token::Mul, Token::make_keyword("FROM")].map(|token| put(token, span)).into()
}

/// How much deeper a token leads: brackets, and `CASE … END`, in which commas and conditions are its own.
fn depth(token: &Token) -> i32 {
    match token {
        Token::LParen | Token::LBracket | Token::LBrace => 1,
        Token::RParen | Token::RBracket | Token::RBrace => -1,
        token if keyword(token) == Keyword::CASE => 1,
        token if keyword(token) == Keyword::END => -1,
        _ => 0,
    }
}

/// Where what begins at `start` ends: at the bracket that closes what is around it, or at the first token outside of further brackets
/// that `ends` it.
pub(crate) fn end_of(tokens: &[TokenWithSpan], start: usize, ends: impl Fn(&Token) -> bool) -> usize {
    let mut level = 0;
    for (at, given) in tokens.iter().enumerate().skip(start) {
        let step = depth(&given.token);
        if level == 0 && (step < 0 || ends(&given.token)) {
            return at;
        }
        level += step;
    }
    tokens.len()
}

/// Whether a clause or another query begins behind the rows of `VALUES`.
fn ends_values(token: &Token) -> bool {
    use Keyword::{EXCEPT, FETCH, INTERSECT, LIMIT, OFFSET, ORDER, UNION};
    *token == Token::Comma || matches!(keyword(token), ORDER | LIMIT | OFFSET | FETCH | UNION | EXCEPT | INTERSECT)
}

/// Whether a query may begin behind a token; elsewhere `values` is a name.
fn begins_query(before: Option<&TokenWithSpan>) -> bool {
    use Keyword::{ALL, ANALYZE, DISTINCT, EXCEPT, EXPLAIN, INTERSECT, UNION, VERBOSE};
    let Some(before) = before else { return true };
    let word = matches!(keyword(&before.token), ALL | ANALYZE | DISTINCT | EXCEPT | EXPLAIN | INTERSECT | UNION | VERBOSE);
    word || matches!(before.token, Token::LParen | Token::RParen)
}

/// `VALUES 1, 2` and `VALUES ROW(1, 'a')` become `VALUES (1), (2)` and `VALUES (1, 'a')`.
fn values(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut kept = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let is_values = keyword(&tokens[at].token) == Keyword::VALUES && begins_query(kept.last());
        kept.push(tokens[at].clone());
        at += 1;
        while is_values && at < tokens.len() {
            let end = end_of(&tokens, at, ends_values);
            let row = &tokens[at..end];
            match row {
                [] => break,
                [first, second, ..] if is_word(Some(first), "row") && second.token == Token::LParen => {
                    kept.extend(values(row[1..].to_vec()));
                }
                [first, ..] if first.token == Token::LParen => kept.extend(values(row.to_vec())),
                [first, .., last] | [first @ last] => {
                    kept.push(put(Token::LParen, first.span));
                    kept.extend(values(row.to_vec()));
                    kept.push(put(Token::RParen, last.span));
                }
            }
            at = end;
            match tokens.get(at) {
                Some(comma) if comma.token == Token::Comma => {
                    kept.push(comma.clone());
                    at += 1;
                }
                _ => break,
            }
        }
    }
    kept
}

/// `ANY (VALUES 1, 2)` becomes `ANY (SELECT * FROM (VALUES 1, 2))`, which the parser knows for a query.
fn quantified(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut kept: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut closing = Vec::new();
    for (at, given) in tokens.iter().enumerate() {
        let opens = given.token == Token::LParen
            && matches!(kept.last().map(|before| keyword(&before.token)), Some(Keyword::ANY | Keyword::ALL | Keyword::SOME))
            && tokens.get(at + 1).is_some_and(|next| keyword(&next.token) == Keyword::VALUES);
        if closing.last() == Some(&at) {
            closing.pop();
            kept.push(given.clone());
        }
        kept.push(given.clone());
        if opens {
            kept.extend(select_all(given.span));
            kept.push(given.clone());
            closing.push(end_of(&tokens, at + 1, |_| false));
        }
    }
    kept
}

/// The operators that stand for `IS DISTINCT FROM` and its denial between the parser and [`plain_forms`]. No text makes such a token.
const DISTINCT_FROM: &str = "IS DISTINCT FROM";
const NOT_DISTINCT_FROM: &str = "IS NOT DISTINCT FROM";

/// `IS [NOT] DISTINCT FROM` becomes one operator: the parser takes all conditions behind these words for their right side.
fn distinct_from(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut kept: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    for at in tokens {
        kept.push(at);
        let words = |count: usize| kept.iter().rev().take(count).rev().map(|at| keyword(&at.token));
        let operator = if words(4).eq([Keyword::IS, Keyword::NOT, Keyword::DISTINCT, Keyword::FROM]) {
            NOT_DISTINCT_FROM
        } else if words(3).eq([Keyword::IS, Keyword::DISTINCT, Keyword::FROM]) {
            DISTINCT_FROM
        } else {
            continue;
        };
        let begin = kept.len() - operator.split(' ').count();
        let span = kept[begin].span;
        kept.truncate(begin);
        kept.push(put(Token::CustomBinaryOperator(operator.to_owned()), span));
    }
    kept
}

/// Puts operators that stood for words back into the words' own form.
pub(crate) fn plain_forms<T: VisitMut>(tree: &mut T) {
    let _: ControlFlow<()> = visit_expressions_mut(tree, |expr| {
        if let Expr::BinaryOp { left, op: BinaryOperator::Custom(word), right } = expr {
            let taken = |side: &mut Box<Expr>| Box::new(std::mem::replace(&mut **side, Expr::value(Value::Null)));
            let (left, right) = (taken(left), taken(right));
            *expr = if word == DISTINCT_FROM { Expr::IsDistinctFrom(left, right) } else { Expr::IsNotDistinctFrom(left, right) };
        }
        ControlFlow::Continue(())
    });
}

/// `IPADDRESS '10.0.0.1'` becomes `CAST('10.0.0.1' AS ipaddress)`.
fn addresses(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut kept: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut tokens = tokens.into_iter().peekable();
    while let Some(at) = tokens.next() {
        let named = is_word(Some(&at), "ipaddress") || is_word(Some(&at), "ipprefix");
        let literal = tokens.next_if(|next| named && matches!(next.token, Token::SingleQuotedString(_)));
        match literal {
            None => kept.push(at),
            Some(text) => {
                let span = text.span;
                let cast = [Token::make_keyword("CAST"), Token::LParen, text.token, Token::make_keyword("AS"), at.token, Token::RParen];
                kept.extend(cast.map(|token| put(token, span)));
            }
        }
    }
    kept
}
