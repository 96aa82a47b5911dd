//! Texts and patterns in SQL.

use crate::predicate::{Pattern, Piece};

/// A text as SQL's literal. Control characters need the escaped form, which then escapes backslashes too.
pub(super) fn literal(text: &str) -> String {
    if !text.chars().any(char::is_control) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let escape = |c: char| match c {
        '\'' => "''".to_owned(),
        '\\' => "\\\\".to_owned(),
        c if c.is_control() => format!("\\{:04X}", u32::from(c)),
        c => c.to_string(),
    };
    format!("U&'{}'", text.chars().map(escape).collect::<String>())
}

/// Any of the patterns fits a text expression. Patterns and expression are in the same case.
pub(super) fn any_pattern(text: &str, patterns: &[Pattern]) -> String {
    let exact: Vec<String> =
        patterns.iter().filter_map(|pattern| if let Pattern::Exact(exact) = pattern { Some(literal(exact)) } else { None }).collect();
    let mut any: Vec<String> = match exact.as_slice() {
        [] => Vec::new(),
        [one] => vec![format!("{text} = {one}")],
        several => vec![format!("{text} IN ({})", several.join(", "))],
    };
    any.extend(patterns.iter().filter_map(|pattern| like(text, pattern)));
    joined(any)
}

/// Alternatives, in brackets when there are several.
pub(super) fn joined(mut any: Vec<String>) -> String {
    match any.len() {
        0 => "FALSE".to_owned(),
        1 => any.remove(0),
        _ => format!("({})", any.join(" OR ")),
    }
}

fn like(text: &str, pattern: &Pattern) -> Option<String> {
    let body = match pattern {
        Pattern::Exact(_) => return None,
        Pattern::Contains(piece) if piece.is_empty() => return Some(format!("{text} IS NOT NULL")),
        Pattern::Prefix(piece) => format!("{}%", escaped(piece)),
        Pattern::Suffix(piece) => format!("%{}", escaped(piece)),
        Pattern::Contains(piece) => format!("%{}%", escaped(piece)),
        Pattern::Glob(pieces) => pieces.iter().map(piece).collect(),
    };
    let escape = if body.contains('\\') { " ESCAPE '\\'" } else { "" };
    Some(format!("{text} LIKE {}{escape}", literal(&body)))
}

fn piece(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => escaped(text),
        Piece::One => "_".to_owned(),
        Piece::Many => "%".to_owned(),
    }
}

/// What `LIKE` would read as its own signs.
fn escaped(text: &str) -> String {
    text.chars().flat_map(|c| matches!(c, '%' | '_' | '\\').then_some('\\').into_iter().chain([c])).collect()
}
