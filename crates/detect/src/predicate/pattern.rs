//! One text pattern: what Sigma's strings with wildcards come down to.

use rsigma_parser::{SigmaString, SpecialChar, StringPart};

/// A pattern over a whole text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Pattern {
    /// The text itself.
    Exact(Box<str>),
    /// It begins so.
    Prefix(Box<str>),
    /// It ends so.
    Suffix(Box<str>),
    /// It holds this.
    Contains(Box<str>),
    /// Pieces with wildcards between them.
    Glob(Box<[Piece]>),
}

/// A piece of a wildcard pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Piece {
    /// This text.
    Text(Box<str>),
    /// One character.
    One,
    /// Any run of characters, none included.
    Many,
}

/// Where a value is looked for in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchoring {
    Whole,
    Start,
    End,
    Inside,
}

impl Pattern {
    /// A Sigma string, anchored as its modifiers say.
    pub(crate) fn new(string: &SigmaString, anchoring: Anchoring) -> Pattern {
        let mut pieces: Vec<Piece> = string
            .parts
            .iter()
            .map(|part| match part {
                StringPart::Plain(text) => Piece::Text(text.as_str().into()),
                StringPart::Special(SpecialChar::WildcardSingle) => Piece::One,
                StringPart::Special(SpecialChar::WildcardMulti) => Piece::Many,
            })
            .collect();
        if matches!(anchoring, Anchoring::End | Anchoring::Inside) {
            pieces.insert(0, Piece::Many);
        }
        if matches!(anchoring, Anchoring::Start | Anchoring::Inside) {
            pieces.push(Piece::Many);
        }
        pieces.dedup_by(|a, b| a == b && *a == Piece::Many);
        Pattern::from_pieces(pieces)
    }

    /// The simplest pattern of these pieces; no two wildcards follow each other.
    pub(crate) fn from_pieces(pieces: Vec<Piece>) -> Pattern {
        match pieces.as_slice() {
            [] => Pattern::Exact("".into()),
            [Piece::Many] => Pattern::Contains("".into()),
            [Piece::Text(text)] => Pattern::Exact(text.clone()),
            [Piece::Text(text), Piece::Many] => Pattern::Prefix(text.clone()),
            [Piece::Many, Piece::Text(text)] => Pattern::Suffix(text.clone()),
            [Piece::Many, Piece::Text(text), Piece::Many] => Pattern::Contains(text.clone()),
            _ => Pattern::Glob(pieces.into()),
        }
    }

    /// The pattern with every text folded to lower case.
    pub(crate) fn folded(&self) -> Pattern {
        let fold = |text: &str| super::fold(text).into_owned().into_boxed_str();
        match self {
            Pattern::Exact(text) => Pattern::Exact(fold(text)),
            Pattern::Prefix(text) => Pattern::Prefix(fold(text)),
            Pattern::Suffix(text) => Pattern::Suffix(fold(text)),
            Pattern::Contains(text) => Pattern::Contains(fold(text)),
            Pattern::Glob(pieces) => Pattern::Glob(
                pieces.iter().map(|piece| if let Piece::Text(text) = piece { Piece::Text(fold(text)) } else { piece.clone() }).collect(),
            ),
        }
    }

    /// A folded pattern that fits the folded form of every text that this one fits. Folding may make two characters of one
    /// (`İ`), so that a `?` can no longer be counted.
    pub(crate) fn loosened(&self) -> Pattern {
        match self.folded() {
            Pattern::Glob(pieces) => {
                let mut pieces: Vec<Piece> =
                    pieces.into_iter().map(|piece| if piece == Piece::One { Piece::Many } else { piece }).collect();
                pieces.dedup_by(|a, b| a == b && *a == Piece::Many);
                Pattern::from_pieces(pieces)
            }
            folded => folded,
        }
    }

    /// Whether a text fits; both in the same case.
    pub(crate) fn fits(&self, text: &str) -> bool {
        match self {
            Pattern::Exact(pattern) => text == &**pattern,
            Pattern::Prefix(pattern) => text.starts_with(&**pattern),
            Pattern::Suffix(pattern) => text.ends_with(&**pattern),
            Pattern::Contains(pattern) => memchr::memmem::find(text.as_bytes(), pattern.as_bytes()).is_some(),
            Pattern::Glob(pieces) => glob(pieces, text),
        }
    }

    /// The longest text that every fitting text holds.
    pub(crate) fn literal_piece(&self) -> &str {
        match self {
            Pattern::Exact(text) | Pattern::Prefix(text) | Pattern::Suffix(text) | Pattern::Contains(text) => text,
            Pattern::Glob(pieces) => pieces
                .iter()
                .filter_map(|piece| if let Piece::Text(text) = piece { Some(&**text) } else { None })
                .max_by_key(|text| text.len())
                .unwrap_or_default(),
        }
    }
}

impl std::fmt::Display for Pattern {
    /// As Sigma writes it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Pattern::Exact(text) => f.write_str(text),
            Pattern::Prefix(text) => write!(f, "{text}*"),
            Pattern::Suffix(text) => write!(f, "*{text}"),
            Pattern::Contains(text) if text.is_empty() => f.write_str("*"),
            Pattern::Contains(text) => write!(f, "*{text}*"),
            Pattern::Glob(pieces) => pieces.iter().try_for_each(|piece| match piece {
                Piece::Text(text) => f.write_str(text),
                Piece::One => f.write_str("?"),
                Piece::Many => f.write_str("*"),
            }),
        }
    }
}

/// Greedy matching that returns to the last `*` on a misfit: linear in practice, never exponential.
fn glob(pieces: &[Piece], text: &str) -> bool {
    let (mut at, mut rest) = (0, text);
    let mut last_many: Option<(usize, &str)> = None;
    loop {
        let step = match pieces.get(at) {
            None if rest.is_empty() => return true,
            None => None,
            Some(Piece::Many) => {
                last_many = Some((at + 1, rest));
                at += 1;
                continue;
            }
            Some(Piece::Text(piece)) => rest.strip_prefix(&**piece),
            Some(Piece::One) => {
                let mut chars = rest.chars();
                chars.next().map(|_| chars.as_str())
            }
        };
        match (step, last_many) {
            (Some(tail), _) => {
                rest = tail;
                at += 1;
            }
            (None, None) => return false,
            (None, Some((resume, from))) => {
                let mut chars = from.chars();
                if chars.next().is_none() {
                    return false;
                }
                last_many = Some((resume, chars.as_str()));
                at = resume;
                rest = chars.as_str();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, text: &str) -> bool {
        Pattern::new(&SigmaString::new(pattern), Anchoring::Whole).fits(text)
    }

    #[test]
    fn wildcards_fit_as_sigma_says() {
        assert!(fits("a*b?d", "axxbcd") && fits("*", "") && fits("a*", "a") && fits(r"a\*", "a*") && fits("*a*b*", "xaybz"));
        assert!(fits("a?c", "aéc") && fits("*ab", "aab") && fits("?*", "x"));
        assert!(!fits("a*b?d", "axxbd") && !fits(r"a\*", "ab") && !fits("?", "") && !fits("?*", ""));
    }
}
