//! Numbers as EventBridge compares them: as doubles, where the text says no more than a double can hold.

use std::cmp::Ordering;

/// A number of a pattern or of an event.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Numeral {
    /// Its text is exactly what some double is written as; zero has no sign.
    Value(Double),
    /// It is compared by its JSON text, and is neither less nor greater than any other.
    Text(Box<str>),
}

/// A finite double without a negative zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Double(u64);

impl Double {
    fn new(value: f64) -> Double {
        Double((value + 0.0).to_bits())
    }

    /// The value.
    pub(crate) fn get(self) -> f64 {
        f64::from_bits(self.0)
    }

    /// By value.
    pub(crate) fn order(self, other: Double) -> Ordering {
        self.get().total_cmp(&other.get())
    }
}

impl Numeral {
    /// Reads a JSON number.
    pub(crate) fn parse(json: &str) -> Numeral {
        const DIGITS_SURE: usize = 15;
        let value: f64 = json.parse().unwrap_or(f64::INFINITY);
        let digits = json.strip_prefix('-').unwrap_or(json);
        let is_short = digits.len() <= DIGITS_SURE && digits.bytes().all(|byte| byte.is_ascii_digit());
        if value.is_finite() && (is_short || decimal(json) == decimal(&format!("{value:e}"))) {
            Numeral::Value(Double::new(value))
        } else {
            Numeral::Text(json.into())
        }
    }
}

/// Between which numbers a number must lie.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Range {
    /// The lower bound, and whether it belongs to the range.
    pub(crate) low: Option<(Double, bool)>,
    /// The upper one.
    pub(crate) high: Option<(Double, bool)>,
}

impl Range {
    /// Whether a number lies in it.
    pub(crate) fn holds(&self, value: Double) -> bool {
        let above = self.low.is_none_or(|(low, closed)| match value.order(low) {
            Ordering::Greater => true,
            Ordering::Equal => closed,
            Ordering::Less => false,
        });
        let below = self.high.is_none_or(|(high, closed)| match value.order(high) {
            Ordering::Less => true,
            Ordering::Equal => closed,
            Ordering::Greater => false,
        });
        above && below
    }
}

/// A decimal number's sign, digits without zeros at either end, and the power of ten of the first digit.
fn decimal(text: &str) -> Option<(bool, String, i64)> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_start_matches('0');
    let Some(_) = significant.chars().next() else { return Some((false, String::new(), 0)) };
    let zeros = (digits.len() - significant.len()) as i64;
    let power = exponent.parse::<i64>().ok()?.checked_add(whole.len() as i64 - 1 - zeros)?;
    Some((negative, significant.trim_end_matches('0').to_owned(), power))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_does_not_count() {
        for same in [&["300", "300.0", "3.0e2", "3E+02", "0.3e3"][..], &["0", "-0", "0.00", "-0.0e5"], &["0.1", "1e-1"], &["5e-324"]] {
            for text in same {
                assert_eq!(Numeral::parse(text), Numeral::parse(same[0]), "{text}");
                assert!(matches!(Numeral::parse(text), Numeral::Value(_)), "{text}");
            }
        }
        assert_ne!(Numeral::parse("301.8"), Numeral::parse("301.81"));
    }

    #[test]
    fn what_no_double_holds_is_a_text() {
        for text in [
            "9007199254740993",
            "2.0e422",
            "0.1000000000000000055511151231257827",
            "1e-999",
            "123456789012345678901",
            "1e99999999999999999999",
        ] {
            assert_eq!(Numeral::parse(text), Numeral::Text(text.into()), "{text}");
        }
        assert!(matches!(Numeral::parse("9007199254740992"), Numeral::Value(_)));
        assert!(matches!(Numeral::parse("1.7976931348623157e308"), Numeral::Value(_)));
    }
}
