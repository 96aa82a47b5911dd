//! Numbers that keep their precision: CloudTrail holds byte counts and epoch times beyond 2^53.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use super::Compare;

/// A whole number, or a fraction.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Number {
    Whole(i128),
    Fraction(f64),
}

impl Number {
    /// Reads a JSON number, or a text that is one.
    pub(crate) fn parse(text: &str) -> Option<Number> {
        let text = text.trim();
        if !text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '+' || c == '.') {
            return None;
        }
        if let Ok(whole) = text.parse() {
            return Some(Number::Whole(whole));
        }
        text.parse().ok().filter(|value: &f64| value.is_finite()).map(Number::from_f64)
    }

    /// A fraction that is whole becomes whole, so that 22.0 equals 22. What stays a fraction is either no whole number, and then
    /// below 2^53, or larger than any whole number here: comparing the two kinds as fractions is exact.
    pub(crate) fn from_f64(value: f64) -> Number {
        const WHOLE_MAX: f64 = 1.7e38;
        if value.fract() == 0.0 && value.abs() < WHOLE_MAX { Number::Whole(value as i128) } else { Number::Fraction(value) }
    }

    /// Whether `self <compare> other`.
    pub(crate) fn compares(&self, compare: Compare, other: &Number) -> bool {
        let order = self.order(other);
        match compare {
            Compare::Equal => order == Some(Ordering::Equal),
            Compare::Less => order == Some(Ordering::Less),
            Compare::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            Compare::Greater => order == Some(Ordering::Greater),
            Compare::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        }
    }

    fn order(&self, other: &Number) -> Option<Ordering> {
        match (self, other) {
            (Number::Whole(a), Number::Whole(b)) => Some(a.cmp(b)),
            (a, b) => a.as_f64().partial_cmp(&b.as_f64()),
        }
    }

    /// As a fraction, for sums and averages.
    pub(crate) fn as_f64(&self) -> f64 {
        match self {
            Number::Whole(value) => *value as f64,
            Number::Fraction(value) => *value,
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.order(other) == Some(Ordering::Equal)
    }
}

impl Eq for Number {}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Number::Whole(value) => value.hash(state),
            Number::Fraction(value) => value.to_bits().hash(state),
        }
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Number::Whole(value) => write!(f, "{value}"),
            Number::Fraction(value) => write!(f, "{value}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_keep_their_last_digit() {
        let number = |text: &str| Number::parse(text).expect("a number");
        assert_ne!(number("9007199254740993"), number("9007199254740992"));
        assert_eq!(number("22.0"), number("22"));
        assert_eq!(number("1e3"), number(" +1000 "));
        assert_eq!(number("100000000000000000000"), number("1e20"));
        assert!(number("9007199254740993").compares(Compare::Greater, &number("9007199254740992.0")));
        assert!(number("-0.5").compares(Compare::Less, &number("0")));
        assert!(number("1e300").compares(Compare::Greater, &number("170141183460469231731687303715884105727")));
    }

    #[test]
    fn words_are_no_numbers() {
        for text in ["", "nan", "inf", "-inf", "-", "1x", "0x10", "1 2", "1e999"] {
            assert!(Number::parse(text).is_none(), "{text}");
        }
    }
}
