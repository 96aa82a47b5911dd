//! Formats in MySQL's letters.

use super::pattern::{Part, Piece};
use crate::function::call::Bad;

const fn number(part: Part, least: usize, most: usize) -> Piece {
    Piece::Number { part, least, most }
}

/// The pieces of a format.
pub(super) fn compile(format: &str) -> Result<Vec<Piece>, Bad> {
    let mut pieces = Vec::new();
    let mut letters = format.chars();
    let literal = |pieces: &mut Vec<Piece>, letter: char| match pieces.last_mut() {
        Some(Piece::Literal(text)) => text.push(letter),
        _ => pieces.push(Piece::Literal(letter.to_string())),
    };
    while let Some(letter) = letters.next() {
        if letter != '%' {
            literal(&mut pieces, letter);
            continue;
        }
        match letters.next() {
            None => return Bad::because(format!("the format '{format}' ends in a lone %")),
            Some('T') => pieces.extend(compile("%H:%i:%s")?),
            Some('r') => pieces.extend(compile("%h:%i:%s %p")?),
            Some(letter @ ('D' | 'U' | 'u' | 'V' | 'w' | 'X')) => {
                return Bad::because(format!("%{letter} is not supported in a date format, as in Athena"));
            }
            Some(letter) => match piece(letter) {
                Some(piece) => pieces.push(piece),
                None => literal(&mut pieces, letter),
            },
        }
    }
    Ok(pieces)
}

fn piece(letter: char) -> Option<Piece> {
    Some(match letter {
        'Y' => number(Part::Year, 4, 4),
        'y' => number(Part::ShortYear, 2, 2),
        'm' => number(Part::Month, 2, 2),
        'c' => number(Part::Month, 1, 2),
        'd' => number(Part::Day, 2, 2),
        'e' => number(Part::Day, 1, 2),
        'j' => number(Part::DayOfYear, 3, 3),
        'H' => number(Part::Hour, 2, 2),
        'k' => number(Part::Hour, 1, 2),
        'h' | 'I' => number(Part::ClockHalfHour, 2, 2),
        'l' => number(Part::ClockHalfHour, 1, 2),
        'i' => number(Part::Minute, 2, 2),
        's' | 'S' => number(Part::Second, 2, 2),
        'f' => Piece::Fraction { digits: 6, most: 9 },
        'v' => number(Part::Week, 2, 2),
        'x' => number(Part::WeekYear, 4, 4),
        'a' => Piece::DayName { full: false },
        'W' => Piece::DayName { full: true },
        'b' => Piece::MonthName { full: false },
        'M' => Piece::MonthName { full: true },
        'p' => Piece::HalfDay,
        _ => return None,
    })
}
