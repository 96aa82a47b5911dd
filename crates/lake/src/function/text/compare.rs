//! How far texts are apart, and the numbers of letters.

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;

use super::of_text;
use crate::function::call::{Bad, Call};
use crate::function::kind::{Gives, Kind};
use crate::function::scalar::Scalar;

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar {
        takes: &[Kind::Text, Kind::Text],
        gives: Gives::Integer,
        fails: true,
        run: hamming_distance,
        ..of_text("hamming_distance", "hamming_distance(text, text)", "in how many letters two texts of one length differ")
    },
    Scalar {
        gives: Gives::Integer,
        fails: true,
        run: codepoint,
        ..of_text("codepoint", "codepoint(letter)", "the Unicode number of a letter")
    },
];

fn hamming_distance(call: &Call<'_>) -> Result<ArrayRef> {
    let (left, right) = (call.texts(0)?, call.texts(1)?);
    call.give_integers(|row| {
        let (Some(left), Some(right)) = (left.at(row), right.at(row)) else { return Ok(None) };
        if left.chars().count() != right.chars().count() {
            return Bad::because("the texts are not of one length");
        }
        Ok(Some(left.chars().zip(right.chars()).filter(|(left, right)| left != right).count() as i64))
    })
}

fn codepoint(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    call.give_integers(|row| {
        let Some(text) = texts.at(row) else { return Ok(None) };
        let mut letters = text.chars();
        match (letters.next(), letters.next()) {
            (Some(letter), None) => Ok(Some(i64::from(u32::from(letter)))),
            _ => Bad::because("one letter is wanted"),
        }
    })
}
