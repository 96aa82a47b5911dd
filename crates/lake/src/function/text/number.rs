//! Numbers as text, the way Java writes them.

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;

use super::of_text;
use crate::function::call::Call;
use crate::function::kind::{Gives, Kind};
use crate::function::scalar::Scalar;

pub(super) const FUNCTIONS: &[Scalar] = &[Scalar {
    takes: &[Kind::Number],
    gives: Gives::Text,
    run: format_number,
    ..of_text("format_number", "format_number(number)", "a number in short, such as 123K or 1.5M")
}];

/// A number with so many digits behind the point, halves rounded up as Java does it: by the digits that are shown, not by the bits.
pub(super) fn fixed(number: f64, precision: usize) -> String {
    let shown = format!("{number}");
    let (whole, behind) = shown.split_once('.').unwrap_or((&shown, ""));
    let mut digits: Vec<u8> = whole.bytes().chain(behind.bytes().chain(std::iter::repeat(b'0')).take(precision)).collect();
    if behind.as_bytes().get(precision).is_some_and(|digit| *digit >= b'5') {
        let mut at = digits.len();
        loop {
            if at == 0 {
                digits.insert(0, b'1');
                break;
            }
            at -= 1;
            match digits.get_mut(at) {
                Some(digit) if *digit == b'9' => *digit = b'0',
                Some(digit) => {
                    *digit += 1;
                    break;
                }
                None => break,
            }
        }
    }
    let text: String = digits.iter().map(|digit| char::from(*digit)).collect();
    let (whole, behind) = text.split_at(text.len() - precision);
    if precision == 0 { whole.to_owned() } else { format!("{whole}.{behind}") }
}

/// `1.234568e+04`.
pub(super) fn scientific(number: f64, precision: usize) -> String {
    let text = format!("{number:.precision$e}");
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    let power: i32 = power.parse().unwrap_or(0);
    format!("{digits}e{}{:02}", if power < 0 { '-' } else { '+' }, power.abs())
}

fn format_number(call: &Call<'_>) -> Result<ArrayRef> {
    let numbers = call.doubles(0)?;
    let short = |number: f64| {
        let mut size = number.abs();
        let mut unit = "";
        for next in ["K", "M", "B", "T", "Q"] {
            if size < 1000.0 {
                break;
            }
            (size, unit) = (size / 1000.0, next);
        }
        let text = fixed(size, if size < 10.0 { 2 } else { usize::from(size < 100.0) });
        let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
        format!("{}{text}{unit}", if number < 0.0 { "-" } else { "" })
    };
    call.give_texts(|row| Ok(numbers.at(row).map(short)))
}
