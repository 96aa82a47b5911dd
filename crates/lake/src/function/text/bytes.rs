//! Bytes and the texts that stand for them: Base64, hexadecimal, UTF-8, and digests.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs};

use super::of_text;
use crate::function::call::{Bad, Call, Outcome};
use crate::function::kind::{Gives, Kind};
use crate::function::scalar::Scalar;

const fn of_bytes(name: &'static str, signature: &'static str, meaning: &'static str) -> Scalar {
    Scalar { name, signature, meaning, takes: &[Kind::Bytes], gives: Gives::Text, ..Scalar::PLAIN }
}

const fn digest_of(name: &'static str, signature: &'static str, meaning: &'static str) -> Scalar {
    Scalar { gives: Gives::Bytes, ..of_bytes(name, signature, meaning) }
}

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar { gives: Gives::Bytes, run: to_utf8, ..of_text("to_utf8", "to_utf8(text)", "the bytes of a text") },
    Scalar { run: from_utf8, ..of_bytes("from_utf8", "from_utf8(bytes)", "bytes as text; what is no UTF-8 becomes a replacement letter") },
    Scalar { run: |call| to_base64(call, STANDARD), ..of_bytes("to_base64", "to_base64(bytes)", "bytes in Base64") },
    Scalar { run: |call| to_base64(call, FOR_URLS), ..of_bytes("to_base64url", "to_base64url(bytes)", "bytes in the Base64 of URLs") },
    Scalar {
        gives: Gives::Bytes,
        fails: true,
        run: from_base64,
        ..of_text("from_base64", "from_base64(text)", "the bytes that a text in Base64 stands for")
    },
    Scalar {
        gives: Gives::Bytes,
        fails: true,
        run: from_base64,
        ..of_text("from_base64url", "from_base64url(text)", "the bytes that a text in the Base64 of URLs stands for")
    },
    Scalar {
        takes: &[Kind::Any],
        meet: Some(meet_hex),
        run: to_hex,
        ..of_bytes("to_hex", "to_hex(bytes)", "bytes, or a whole number, in hexadecimal")
    },
    Scalar {
        gives: Gives::Bytes,
        fails: true,
        run: from_hex,
        ..of_text("from_hex", "from_hex(text)", "the bytes that a hexadecimal text stands for")
    },
    Scalar { run: |call| digest(call, "md5"), ..digest_of("md5", "md5(bytes)", "the MD5 digest of bytes or text") },
    Scalar { run: sha1, ..digest_of("sha1", "sha1(bytes)", "the SHA-1 digest of bytes or text") },
    Scalar {
        gives: Gives::Integer,
        run: |call| {
            let bytes = call.bytes(0)?;
            call.give_integers(|row| Ok(bytes.at(row).map(|bytes| i64::from(crc32fast::hash(bytes)))))
        },
        ..of_bytes("crc32", "crc32(bytes)", "the CRC-32 of bytes or text")
    },
    Scalar { run: |call| digest(call, "sha256"), ..digest_of("sha256", "sha256(bytes)", "the SHA-256 digest of bytes or text") },
    Scalar { run: |call| digest(call, "sha512"), ..digest_of("sha512", "sha512(bytes)", "the SHA-512 digest of bytes or text") },
];

fn to_utf8(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    call.give_bytes(|row| Ok(texts.at(row)))
}

fn from_utf8(call: &Call<'_>) -> Result<ArrayRef> {
    let bytes = call.bytes(0)?;
    call.give_texts(|row| Ok(bytes.at(row).map(String::from_utf8_lossy)))
}

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const FOR_URLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn to_base64(call: &Call<'_>, letters: &'static [u8; 64]) -> Result<ArrayRef> {
    let bytes = call.bytes(0)?;
    let write = |bytes: &[u8]| {
        let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
        for three in bytes.chunks(3) {
            let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
            let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
            for at in 0..4 {
                let letter = letters.get((bits >> (18 - 6 * at) & 63) as usize).copied().unwrap_or(b'=');
                text.push(if at <= three.len() { letter.into() } else { '=' });
            }
        }
        text
    };
    call.give_texts(|row| Ok(bytes.at(row).map(write)))
}

/// Both alphabets are read, with the padding or without.
fn read_base64(text: &str) -> Outcome<Vec<u8>> {
    let text = text.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return Bad::because("not Base64"),
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    if count == 6 { Bad::because("not Base64: a letter is missing") } else { Ok(Some(bytes)) }
}

fn from_base64(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    call.give_bytes(|row| texts.at(row).map_or(Ok(None), read_base64))
}

fn meet_hex(types: &mut [DataType]) -> bool {
    let Some(given) = types.first_mut() else { return false };
    match if given.is_integer() { Kind::Integer } else { Kind::Bytes }.coerce(given) {
        Some(coerced) => *given = coerced,
        None => return false,
    }
    true
}

fn to_hex(call: &Call<'_>) -> Result<ArrayRef> {
    if call.argument(0)?.data_type() == DataType::Int64 {
        let numbers = call.integers(0)?;
        return call.give_texts(|row| Ok(numbers.at(row).map(|number| format!("{number:x}"))));
    }
    let bytes = call.bytes(0)?;
    call.give_texts(|row| Ok(bytes.at(row).map(|bytes| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>())))
}

/// The byte that two hexadecimal digits stand for.
pub(super) fn hex_byte(digits: &[u8]) -> Option<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let [high, low] = digits else { return None };
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

fn from_hex(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    call.give_bytes(|row| match texts.at(row) {
        None => Ok(None),
        Some(text) => match text.as_bytes().chunks(2).map(hex_byte).collect::<Option<Vec<u8>>>() {
            Some(bytes) => Ok(Some(bytes)),
            None => Bad::because("not hexadecimal"),
        },
    })
}

fn sha1(call: &Call<'_>) -> Result<ArrayRef> {
    let bytes = call.bytes(0)?;
    call.give_bytes(|row| Ok(bytes.at(row).map(|bytes| sha1_smol::Sha1::from(bytes).digest().bytes())))
}

/// The engine's own digests, whose answers are bytes here as they are in Athena.
fn digest(call: &Call<'_>, method: &str) -> Result<ArrayRef> {
    let Some(field) = call.given.arg_fields.first() else { return internal_err!("a digest of nothing") };
    let bytes = cast(&call.array(0)?, &DataType::Binary)?;
    let algorithm = ScalarValue::Utf8(Some(method.to_owned()));
    let fields = [DataType::Binary, DataType::Utf8].map(|data_type| Arc::new(field.as_ref().clone().with_data_type(data_type)));
    let answer = datafusion::functions::crypto::digest().invoke_with_args(ScalarFunctionArgs {
        args: vec![ColumnarValue::Array(bytes), ColumnarValue::Scalar(algorithm)],
        arg_fields: fields.to_vec(),
        number_rows: call.rows,
        return_field: Arc::new(field.as_ref().clone().with_data_type(DataType::Binary)),
        config_options: Arc::clone(&call.given.config_options),
    })?;
    Ok(cast(&answer.to_array(call.rows)?, &DataType::BinaryView)?)
}
