//! `format`: texts put together by a pattern in Java's letters, such as `'%s made %,d calls'`.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::common::Result;

use super::number::{fixed, scientific};
use super::of_text;
use crate::function::call::{Bad, Call};
use crate::function::json::encode::encode_rows;
use crate::function::kind::Kind;
use crate::function::scalar::Scalar;
use crate::function::time::{Clock, clock};

pub(super) const FUNCTIONS: &[Scalar] = &[Scalar {
    takes: &[Kind::Text, Kind::Any],
    optional: 1,
    variadic: true,
    fails: true,
    run: format,
    ..of_text("format", "format(pattern, value, …)", "values put into a text by a pattern in Java's letters, such as '%s: %,d calls'")
}];

/// Widest field and longest fraction: a hostile pattern must not fill the memory.
const WIDTH_MAX: usize = 1000;

/// The values of one argument.
enum Column {
    Integers(ArrayRef),
    Doubles(ArrayRef),
    Booleans(ArrayRef),
    Texts(ArrayRef),
    Times { texts: ArrayRef, clock: Clock },
}

/// One value to be put in.
enum Value<'a> {
    Null,
    Integer(i64),
    Double(f64),
    Boolean(bool),
    Text(&'a str),
}

impl Column {
    fn of(call: &Call<'_>, at: usize) -> Result<Column> {
        let values = call.array(at)?;
        let texts = || cast(&values, &DataType::Utf8View);
        Ok(match values.data_type() {
            number if number.is_integer() => Column::Integers(cast(&values, &DataType::Int64)?),
            number if number.is_numeric() => Column::Doubles(cast(&values, &DataType::Float64)?),
            DataType::Boolean => Column::Booleans(values),
            DataType::Timestamp(..) | DataType::Date32 => {
                let clock = clock(&values)?;
                Column::Times { texts: clock.texts(), clock }
            }
            text if text.is_string() || text.is_null() => Column::Texts(texts()?),
            _ => Column::Texts(encode_rows(&values)?),
        })
    }

    fn value(&self, row: usize) -> Value<'_> {
        let known = |array: &ArrayRef| array.is_valid(row);
        match self {
            Column::Integers(array) if known(array) => Value::Integer(array.as_primitive::<Int64Type>().value(row)),
            Column::Doubles(array) if known(array) => Value::Double(array.as_primitive::<Float64Type>().value(row)),
            Column::Booleans(array) if known(array) => Value::Boolean(array.as_boolean().value(row)),
            Column::Texts(array) | Column::Times { texts: array, .. } if known(array) => Value::Text(array.as_string_view().value(row)),
            _ => Value::Null,
        }
    }
}

/// One `%…` of a pattern.
#[derive(Default)]
struct Field {
    index: Option<usize>,
    flags: String,
    width: usize,
    precision: Option<usize>,
    letter: char,
    /// Which part of a time, behind `t`.
    part: char,
}

fn format(call: &Call<'_>) -> Result<ArrayRef> {
    let patterns = call.texts(0)?;
    let columns = (1..call.arguments.len()).map(|at| Column::of(call, at)).collect::<Result<Vec<_>>>()?;
    call.give_texts(|row| patterns.at(row).map(|pattern| fill(pattern, &columns, row)).transpose())
}

/// The pattern with the values of a row in it.
fn fill(pattern: &str, columns: &[Column], row: usize) -> std::result::Result<String, Bad> {
    let mut text = String::new();
    let mut rest = pattern;
    let mut next = 0;
    while let Some((before, after)) = rest.split_once('%') {
        text.push_str(before);
        let (field, after) = field(after)?;
        rest = after;
        match field.letter {
            '%' => text.push_str(&padded("%".to_owned(), &field)),
            'n' => text.push('\n'),
            _ => {
                let at = field.index.unwrap_or(next);
                next = if field.index.is_some() { next } else { next + 1 };
                let Some(column) = columns.get(at) else {
                    return Bad::because(format!("the pattern '{pattern}' wants more values than there are"));
                };
                text.push_str(&put(column, row, &field)?);
            }
        }
    }
    text.push_str(rest);
    Ok(text)
}

/// Reads `2$,010.3f` behind a `%`.
fn field(text: &str) -> std::result::Result<(Field, &str), Bad> {
    let mut field = Field::default();
    let mut rest = text;
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let number = |text: &str| text.parse::<usize>().ok().filter(|number| *number <= WIDTH_MAX);
    let count = digits(rest);
    if count > 0 && rest.get(count..).is_some_and(|rest| rest.starts_with('$')) {
        field.index = rest.get(..count).and_then(number).and_then(|index| index.checked_sub(1));
        rest = rest.get(count + 1..).unwrap_or_default();
    }
    let flags = rest.len() - rest.trim_start_matches(['-', '#', '+', ' ', '0', ',', '(']).len();
    let (given, after) = rest.split_at(flags);
    field.flags = given.to_owned();
    rest = after;
    let count = digits(rest);
    if count > 0 {
        let Some(width) = rest.get(..count).and_then(number) else { return Bad::because("a field of the pattern is too wide") };
        (field.width, rest) = (width, rest.get(count..).unwrap_or_default());
    }
    if let Some(after) = rest.strip_prefix('.') {
        let count = digits(after);
        let Some(precision) = after.get(..count).and_then(number) else { return Bad::because("a precision of the pattern is no number") };
        (field.precision, rest) = (Some(precision), after.get(count..).unwrap_or_default());
    }
    let mut letters = rest.chars();
    let Some(letter) = letters.next() else { return Bad::because("the pattern ends in a lone %; write %% for the sign itself") };
    field.letter = letter;
    if matches!(letter, 't' | 'T') {
        let Some(part) = letters.next() else { return Bad::because("%t wants the part of a time, such as %tF") };
        field.part = part;
    }
    Ok((field, letters.as_str()))
}

fn put(column: &Column, row: usize, field: &Field) -> std::result::Result<String, Bad> {
    let value = column.value(row);
    let unfit = |wanted: &str| Bad::because(format!("%{} wants {wanted}", field.letter));
    let text = match (field.letter.to_ascii_lowercase(), value) {
        ('b', Value::Null) => "false".to_owned(),
        ('b', Value::Boolean(truth)) => truth.to_string(),
        ('b', _) => "true".to_owned(),
        (_, Value::Null) => cut("null".to_owned(), field),
        ('s', Value::Text(text)) if !matches!(column, Column::Times { .. }) => cut(text.to_owned(), field),
        ('s', value) => cut(plain(&value), field),
        ('d', Value::Integer(number)) => return Ok(signed(number < 0, number.unsigned_abs().to_string(), field)),
        ('d', _) => return unfit("a whole number"),
        ('x', Value::Integer(number)) => format!("{number:x}"),
        ('o', Value::Integer(number)) => format!("{number:o}"),
        ('x' | 'o', _) => return unfit("a whole number"),
        ('c', Value::Text(text)) => text.chars().take(1).collect(),
        ('c', Value::Integer(number)) => match u32::try_from(number).ok().and_then(char::from_u32) {
            Some(letter) => letter.to_string(),
            None => return unfit("a letter"),
        },
        ('f' | 'e' | 'g', Value::Integer(number)) => return Ok(fraction(number as f64, field)),
        ('f' | 'e' | 'g', Value::Double(number)) => return Ok(fraction(number, field)),
        ('f' | 'e' | 'g' | 'c', _) => return unfit(if field.letter == 'c' { "a letter" } else { "a number" }),
        ('t', _) => match column {
            Column::Times { clock, .. } => match clock.part(row, field.part) {
                Some(text) => text,
                None => return Bad::because(format!("%t{} is not supported", field.part)),
            },
            _ => return unfit("a time"),
        },
        _ => return Bad::because(format!("%{} is not supported in a pattern", field.letter)),
    };
    let text = if field.letter.is_ascii_uppercase() { text.to_uppercase() } else { text };
    Ok(padded(text, field))
}

fn plain(value: &Value<'_>) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Double(number) => format!("{number:?}"),
        Value::Boolean(truth) => truth.to_string(),
        Value::Text(text) => (*text).to_owned(),
    }
}

/// A text no longer than the precision says.
fn cut(text: String, field: &Field) -> String {
    field.precision.map_or(text.clone(), |precision| text.chars().take(precision).collect())
}

/// A text as wide as the field.
fn padded(text: String, field: &Field) -> String {
    let missing = field.width.saturating_sub(text.chars().count());
    let blanks = " ".repeat(missing);
    if field.flags.contains('-') { text + &blanks } else { blanks + &text }
}

/// A number with its sign, its groups and its zeros.
fn signed(negative: bool, digits: String, field: &Field) -> String {
    let has = |flag: char| field.flags.contains(flag);
    let digits = if has(',') { grouped(&digits) } else { digits };
    let (before, after) = match (negative, has('(')) {
        (true, true) => ("(", ")"),
        (true, false) => ("-", ""),
        (false, _) if has('+') => ("+", ""),
        (false, _) if has(' ') => (" ", ""),
        _ => ("", ""),
    };
    let missing = field.width.saturating_sub(before.len() + digits.chars().count() + after.len());
    let zeros = if has('0') { "0".repeat(missing) } else { String::new() };
    padded(format!("{before}{zeros}{digits}{after}"), field)
}

/// Commas between thousands.
fn grouped(digits: &str) -> String {
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut text = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    fraction.map_or(text.clone(), |fraction| format!("{text}.{fraction}"))
}

fn fraction(number: f64, field: &Field) -> String {
    if !number.is_finite() {
        let text = if number.is_nan() { "NaN" } else { "Infinity" };
        return signed(
            number < 0.0,
            text.to_owned(),
            &Field { flags: field.flags.replace(['0', ','], ""), width: field.width, ..Field::default() },
        );
    }
    let precision = field.precision.unwrap_or(6);
    let text = match field.letter.to_ascii_lowercase() {
        'f' => fixed(number.abs(), precision),
        letter => {
            // `g` writes small and large numbers in powers of ten, and counts all digits.
            let size = number.abs();
            let whole = precision.max(1);
            if letter == 'g' && (size == 0.0 || (1e-4..10f64.powi(i32::try_from(whole).unwrap_or(i32::MAX))).contains(&size)) {
                let before = if size < 1.0 { 1 } else { size.log10().floor() as usize + 1 };
                fixed(size, whole.saturating_sub(before))
            } else {
                scientific(size, if letter == 'g' { whole - 1 } else { precision })
            }
        }
    };
    let text = signed(number < 0.0, text, field);
    if field.letter.is_ascii_uppercase() { text.to_uppercase() } else { text }
}
