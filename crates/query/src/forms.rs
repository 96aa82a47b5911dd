//! Forms of Trino that the parser's grammar lacks, put token by token into forms that it has.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Span, Token, TokenWithSpan, Word};

/// Puts every such form into one that the parser reads.
pub(crate) fn known_forms(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut tokens: Vec<TokenWithSpan> = tokens.into_iter().filter(|at| !matches!(at.token, Token::Whitespace(_))).collect();
    if is_word(tokens.first(), "table") {
        tokens.splice(0..1, select_all(tokens[0].span));
    }
    addresses(distinct_from(values(tokens)))
}

fn keyword(token: &Token) -> Keyword {
    if let Token::Word(Word { keyword, quote_style: None, .. }) = token { *keyword } else { Keyword::NoKeyword }
}

fn is_word(at: Option<&TokenWithSpan>, word: &str) -> bool {
    matches!(at.map(|at| &at.token), Some(Token::Word(given)) if given.quote_style.is_none() && given.value.eq_ignore_ascii_case(word))
}

fn put(token: Token, span: Span) -> TokenWithSpan {
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
fn end_of(tokens: &[TokenWithSpan], start: usize, ends: impl Fn(&Token) -> bool) -> usize {
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

/// What may stand behind the right side of `IS DISTINCT FROM`.
fn ends_operand(token: &Token) -> bool {
    use Keyword::{
        AND, AS, ASC, DESC, ELSE, EXCEPT, FETCH, FROM, GROUP, HAVING, INTERSECT, IS, LIMIT, OFFSET, OR, ORDER, THEN, UNION, WHEN, WHERE, WINDOW,
    };
    let clause = matches!(
        keyword(token),
        AND | AS
            | ASC
            | DESC
            | ELSE
            | EXCEPT
            | FETCH
            | FROM
            | GROUP
            | HAVING
            | INTERSECT
            | IS
            | LIMIT
            | OFFSET
            | OR
            | ORDER
            | THEN
            | UNION
            | WHEN
            | WHERE
            | WINDOW
    );
    clause || *token == Token::Comma
}

/// Brackets round the right side of `IS [NOT] DISTINCT FROM`: the parser would take all conditions behind it for that side.
fn distinct_from(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut kept: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    // Where the brackets that were put in are to be closed, the innermost last.
    let mut open: Vec<usize> = Vec::new();
    for at in 0..=tokens.len() {
        while open.last() == Some(&at) {
            open.pop();
            let span = kept.last().map_or(Span::empty(), |last| last.span);
            kept.push(put(Token::RParen, span));
        }
        let Some(given) = tokens.get(at) else { break };
        kept.push(given.clone());
        let before = at.checked_sub(2).and_then(|at| tokens.get(at)).map(|at| keyword(&at.token));
        let distinct = at.checked_sub(1).and_then(|at| tokens.get(at)).map(|at| keyword(&at.token)) == Some(Keyword::DISTINCT);
        if keyword(&given.token) == Keyword::FROM && distinct && matches!(before, Some(Keyword::IS | Keyword::NOT)) {
            let end = end_of(&tokens, at + 1, ends_operand);
            if end > at + 1 {
                kept.push(put(Token::LParen, given.span));
                open.push(end);
            }
        }
    }
    kept
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
