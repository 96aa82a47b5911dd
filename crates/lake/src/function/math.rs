//! Functions over numbers that the engine has under other names or not at all.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::common::Result;

use super::call::{Bad, Call};
use super::kind::{Gives, Kind};
use super::scalar::Scalar;

const fn of_numbers(name: &'static str, signature: &'static str, meaning: &'static str) -> Scalar {
    Scalar { name, signature, meaning, takes: &[Kind::Number], gives: Gives::Double, ..Scalar::PLAIN }
}

const fn of_integers(name: &'static str, signature: &'static str, meaning: &'static str) -> Scalar {
    Scalar { takes: &[Kind::Integer, Kind::Integer], gives: Gives::Integer, ..of_numbers(name, signature, meaning) }
}

/// The functions of this family.
pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar {
        run: |call| integers(call, |a, b| a & b),
        ..of_integers("bitwise_and", "bitwise_and(number, number)", "the bits that two whole numbers share")
    },
    Scalar {
        run: |call| integers(call, |a, b| a | b),
        ..of_integers("bitwise_or", "bitwise_or(number, number)", "the bits of two whole numbers")
    },
    Scalar {
        run: |call| integers(call, |a, b| a ^ b),
        ..of_integers("bitwise_xor", "bitwise_xor(number, number)", "the bits that only one of two whole numbers has")
    },
    Scalar {
        run: |call| integers(call, |number, by| u32::try_from(by).ok().and_then(|by| number.checked_shl(by)).unwrap_or(0)),
        ..of_integers("bitwise_left_shift", "bitwise_left_shift(number, bits)", "a whole number with its bits moved up")
    },
    Scalar {
        run: |call| {
            integers(call, |number, by| u32::try_from(by).ok().and_then(|by| (number as u64).checked_shr(by)).map_or(0, |bits| bits as i64))
        },
        ..of_integers("bitwise_right_shift", "bitwise_right_shift(number, bits)", "a whole number with its bits moved down")
    },
    Scalar {
        takes: &[Kind::Integer],
        run: |call| {
            let numbers = call.integers(0)?;
            call.give_integers(|row| Ok(numbers.at(row).map(|number| !number)))
        },
        ..of_integers("bitwise_not", "bitwise_not(number)", "a whole number with every bit turned round")
    },
    Scalar {
        run: |call| {
            integers(call, |number, bits| {
                let kept = if bits >= 64 { u64::MAX } else { (1_u64 << bits.max(0)) - 1 };
                i64::from((number as u64 & kept).count_ones())
            })
        },
        ..of_integers("bit_count", "bit_count(number, bits)", "how many of so many bits of a whole number are set")
    },
    Scalar {
        takes: &[Kind::Number, Kind::Number, Kind::Number, Kind::Integer],
        gives: Gives::Integer,
        fails: true,
        run: width_bucket,
        ..of_numbers(
            "width_bucket",
            "width_bucket(number, from, to, count)",
            "in which of so many equal parts of a range a number lies; 0 below it",
        )
    },
    Scalar {
        takes: &[Kind::Text, Kind::Integer],
        fails: true,
        run: from_base,
        ..of_integers("from_base", "from_base(text, base)", "the whole number that digits of a base, 2 to 36, stand for")
    },
    Scalar {
        takes: &[],
        run: |call| constant(call, f64::INFINITY),
        ..of_numbers("infinity", "infinity()", "the number beyond all others")
    },
    Scalar {
        gives: Gives::Boolean,
        run: |call| tested(call, f64::is_finite),
        ..of_numbers("is_finite", "is_finite(number)", "whether a number is neither infinite nor none at all")
    },
    Scalar {
        gives: Gives::Boolean,
        run: |call| tested(call, f64::is_infinite),
        ..of_numbers("is_infinite", "is_infinite(number)", "whether a number is infinite")
    },
    Scalar {
        gives: Gives::Boolean,
        run: |call| tested(call, f64::is_nan),
        ..of_numbers("is_nan", "is_nan(number)", "whether a number is none at all, such as 0 divided by 0")
    },
    Scalar { takes: &[], run: |call| constant(call, f64::NAN), ..of_numbers("nan", "nan()", "the number that is none") },
    Scalar { takes: &[], run: |call| constant(call, std::f64::consts::E), ..of_numbers("e", "e()", "Euler's number, 2.718…") },
    Scalar {
        run: |call| {
            let numbers = call.doubles(0)?;
            call.give_doubles(|row| Ok(numbers.at(row).map(|number| if number == 0.0 { 0.0 } else { number.signum() })))
        },
        ..of_numbers("sign", "sign(number)", "1 for a number above zero, -1 for one below, 0 for zero")
    },
    Scalar {
        takes: &[Kind::Integer, Kind::Integer],
        gives: Gives::Text,
        fails: true,
        run: to_base,
        ..of_numbers("to_base", "to_base(number, base)", "the digits of a whole number in a base, 2 to 36")
    },
    Scalar {
        takes: &[Kind::Number, Kind::Integer],
        optional: 1,
        run: truncate,
        ..of_numbers("truncate", "truncate(number[, digits])", "a number without its fraction, or with so many digits of it")
    },
];

fn integers(call: &Call<'_>, one: fn(i64, i64) -> i64) -> Result<ArrayRef> {
    let (first, second) = (call.integers(0)?, call.integers(1)?);
    call.give_integers(|row| Ok(first.at(row).zip(second.at(row)).map(|(first, second)| one(first, second))))
}

fn width_bucket(call: &Call<'_>) -> Result<ArrayRef> {
    let (numbers, lows, highs, counts) = (call.doubles(0)?, call.doubles(1)?, call.doubles(2)?, call.integers(3)?);
    call.give_integers(|row| {
        let (Some(number), Some(low), Some(high), Some(count)) = (numbers.at(row), lows.at(row), highs.at(row), counts.at(row)) else {
            return Ok(None);
        };
        if count < 1 || low == high || ![number, low, high].iter().all(|number| number.is_finite()) {
            return Bad::because("a range with two different ends and at least one part is wanted");
        }
        let share = (number - low) / (high - low);
        Ok(Some(if share < 0.0 { 0 } else { ((share * count as f64).floor() as i64).min(count) + 1 }))
    })
}

/// A base that has digits.
fn base(number: i64) -> std::result::Result<u32, Bad> {
    match u32::try_from(number) {
        Ok(base @ 2..=36) => Ok(base),
        _ => Bad::because(format!("{number} is no base from 2 to 36")),
    }
}

fn from_base(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, bases) = (call.texts(0)?, call.integers(1)?);
    call.give_integers(|row| {
        let (Some(text), Some(number)) = (texts.at(row), bases.at(row)) else { return Ok(None) };
        match i64::from_str_radix(text, base(number)?) {
            Ok(number) => Ok(Some(number)),
            Err(_) => Bad::because(format!("'{text}' is no whole number of base {number}")),
        }
    })
}

fn to_base(call: &Call<'_>) -> Result<ArrayRef> {
    let (numbers, bases) = (call.integers(0)?, call.integers(1)?);
    call.give_texts(|row| {
        let (Some(number), Some(base_number)) = (numbers.at(row), bases.at(row)) else { return Ok(None) };
        let base = base(base_number)?;
        let (mut rest, mut digits) = (number.unsigned_abs(), Vec::new());
        while rest > 0 || digits.is_empty() {
            digits.extend(char::from_digit((rest % u64::from(base)) as u32, base));
            rest /= u64::from(base);
        }
        digits.extend((number < 0).then_some('-'));
        Ok(Some(digits.into_iter().rev().collect::<String>()))
    })
}

fn truncate(call: &Call<'_>) -> Result<ArrayRef> {
    let numbers = call.doubles(0)?;
    let digits = if call.has(1) { Some(call.integers(1)?) } else { None };
    call.give_doubles(|row| {
        let digits = match &digits {
            None => Some(0),
            Some(digits) => digits.at(row),
        };
        Ok(numbers.at(row).zip(digits).map(|(number, digits)| {
            let scale = 10f64.powi(i32::try_from(digits.clamp(-300, 300)).unwrap_or_default());
            let cut = (number * scale).trunc() / scale;
            if cut.is_finite() { cut } else { number }
        }))
    })
}

fn constant(call: &Call<'_>, number: f64) -> Result<ArrayRef> {
    Ok(Arc::new(Float64Array::from(vec![number; call.rows])))
}

fn tested(call: &Call<'_>, test: fn(f64) -> bool) -> Result<ArrayRef> {
    let numbers = call.doubles(0)?;
    call.give_booleans(|row| Ok(numbers.at(row).map(test)))
}
