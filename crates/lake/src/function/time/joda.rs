//! Formats in Java's letters, as Joda-Time reads them.

use super::pattern::{Part, Piece};
use crate::function::call::Bad;

/// The pieces of a format: runs of one letter, with quotes around what is meant literally.
pub(super) fn compile(format: &str) -> Result<Vec<Piece>, Bad> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rest = format;
    while let Some(letter) = rest.chars().next() {
        let (said, after) = if letter == '\'' {
            let (said, after) = quoted(rest).ok_or_else(|| Bad(format!("the format '{format}' has a quote without an end")))?;
            (Piece::Literal(said), after)
        } else {
            let length = rest.chars().take_while(|next| *next == letter).count();
            let after = rest.get(length * letter.len_utf8()..).unwrap_or_default();
            if letter.is_ascii_alphabetic() {
                let piece = piece(letter, length).ok_or_else(|| Bad(format!("the format '{format}' has the unknown letter {letter}")))?;
                (piece, after)
            } else {
                (Piece::Literal(letter.to_string().repeat(length)), after)
            }
        };
        match (pieces.last_mut(), said) {
            (Some(Piece::Literal(before)), Piece::Literal(said)) => before.push_str(&said),
            (_, said) => pieces.push(said),
        }
        rest = after;
    }
    narrow(&mut pieces);
    Ok(pieces)
}

/// What stands in quotes; two quotes are one that is meant.
fn quoted(text: &str) -> Option<(String, &str)> {
    let inner = text.get(1..)?;
    if let Some(after) = inner.strip_prefix('\'') {
        return Some(("'".to_owned(), after));
    }
    let mut said = String::new();
    let mut rest = inner;
    loop {
        let (plain, after) = rest.split_once('\'')?;
        said.push_str(plain);
        match after.strip_prefix('\'') {
            Some(more) => {
                said.push('\'');
                rest = more;
            }
            None => return Some((said, after)),
        }
    }
}

/// Numbers that touch are read with no more digits than they have letters.
fn narrow(pieces: &mut [Piece]) {
    for at in 0..pieces.len().saturating_sub(1) {
        let touches = matches!(pieces.get(at + 1), Some(Piece::Number { .. } | Piece::Fraction { .. }));
        if let (true, Some(Piece::Number { least, most, .. })) = (touches, pieces.get_mut(at)) {
            *most = *least;
        }
    }
}

fn piece(letter: char, length: usize) -> Option<Piece> {
    let number = |part, most: usize| Some(Piece::Number { part, least: length, most: most.max(length) });
    match letter {
        'y' | 'Y' if length == 2 => Some(Piece::Number { part: Part::ShortYear, least: 2, most: 2 }),
        'y' | 'Y' => number(Part::Year, 4),
        'x' if length == 2 => None,
        'x' => number(Part::WeekYear, 4),
        'C' => number(Part::Century, 2),
        'w' => number(Part::Week, 2),
        'e' => number(Part::DayOfWeek, 1),
        'E' => Some(Piece::DayName { full: length > 3 }),
        'M' if length > 2 => Some(Piece::MonthName { full: length > 3 }),
        'M' => number(Part::Month, 2),
        'd' => number(Part::Day, 2),
        'D' => number(Part::DayOfYear, 3),
        'a' => Some(Piece::HalfDay),
        'K' => number(Part::HalfHour, 2),
        'h' => number(Part::ClockHalfHour, 2),
        'H' => number(Part::Hour, 2),
        'k' => number(Part::ClockHour, 2),
        'm' => number(Part::Minute, 2),
        's' => number(Part::Second, 2),
        'S' => Some(Piece::Fraction { digits: length, most: length.max(3) }),
        'G' => Some(Piece::Era),
        'Z' if length < 3 => Some(Piece::Offset { colon: length == 2 }),
        'Z' | 'z' => Some(Piece::Zone),
        _ => None,
    }
}
