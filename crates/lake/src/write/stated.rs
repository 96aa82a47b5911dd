//! What the table's log states about a data file, so that readers pass it over unopened.

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::{max_string, min_string};
use serde_json::{Map, Value, json};

use super::order::column_at;
use crate::chunk::Bounds;
use crate::columns::STATED;

/// Bytes of a text that the log states; longer ones are cut, and remain bounds.
const TEXT_BYTES_MAX: usize = 96;

/// Smallest, largest and nulls of each stated column.
#[derive(Debug, Default)]
pub(super) struct Stated {
    rows: u64,
    columns: Vec<Range>,
}

#[derive(Debug, Default, Clone)]
struct Range {
    least: Option<String>,
    greatest: Option<String>,
    nulls: u64,
}

impl Stated {
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Of so many rows whose bounds are known already, by the names of columns.
    pub fn of(rows: u64, bounds: &[(String, Bounds)]) -> Stated {
        let range = |name: &&str| {
            let bounds = bounds.iter().find(|(path, _)| path == name).map(|(_, bounds)| bounds);
            let (least, greatest) = bounds.and_then(Bounds::known).map(|(least, greatest)| (least.into(), greatest.into())).unzip();
            Range { least, greatest, nulls: bounds.map_or(rows, |bounds| bounds.nulls) }
        };
        Stated { rows, columns: STATED.iter().map(range).collect() }
    }

    pub fn add(&mut self, batch: &RecordBatch) {
        self.rows += batch.num_rows() as u64;
        self.columns.resize(STATED.len(), Range::default());
        for (name, range) in STATED.iter().zip(&mut self.columns) {
            let Some(column) = column_at(batch, name).and_then(|column| column.as_string_opt::<i32>()) else { continue };
            range.nulls += column.null_count() as u64;
            let (least, greatest) = (min_string(column), max_string(column));
            if let Some(least) = least.filter(|least| range.least.as_deref().is_none_or(|old| *least < old)) {
                range.least = Some(least.into());
            }
            if let Some(greatest) = greatest.filter(|greatest| range.greatest.as_deref().is_none_or(|old| *greatest > old)) {
                range.greatest = Some(greatest.into());
            }
        }
    }

    /// The text of an add action's `stats`.
    pub fn to_json(&self) -> String {
        let (mut least, mut greatest, mut nulls) = (Map::new(), Map::new(), Map::new());
        for (name, range) in STATED.iter().zip(&self.columns) {
            put(&mut nulls, name, json!(range.nulls));
            // A bound without its counterpart would be read as a column of nulls.
            let bounds = range.least.as_deref().map(lower).zip(range.greatest.as_deref().and_then(upper));
            if let Some((low, high)) = bounds {
                put(&mut least, name, low.into());
                put(&mut greatest, name, high.into());
            }
        }
        json!({"numRecords": self.rows, "minValues": least, "maxValues": greatest, "nullCount": nulls}).to_string()
    }
}

fn put(map: &mut Map<String, Value>, name: &str, value: Value) {
    match name.split_once('.') {
        None => {
            map.insert(name.into(), value);
        }
        Some((outer, inner)) => {
            let inside = map.entry(outer).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inside) = inside {
                put(inside, inner, value);
            }
        }
    }
}

/// A text that is not greater.
pub(crate) fn lower(text: &str) -> &str {
    &text[..text.floor_char_boundary(TEXT_BYTES_MAX)]
}

/// A text that is not less; none when none of that length is surely so.
pub(crate) fn upper(text: &str) -> Option<String> {
    if text.len() <= TEXT_BYTES_MAX {
        return Some(text.into());
    }
    // U+10FFFF is greater than whatever was cut, unless that begins with U+10FFFF itself.
    let cut = lower(text);
    (!text[cut.len()..].starts_with('\u{10FFFF}')).then(|| format!("{cut}\u{10FFFF}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn cut_texts_remain_bounds(text in "[a\u{e4}\u{10FFFF}\u{1F600}]{0,80}") {
            prop_assert!(lower(&text) <= text.as_str());
            prop_assert!(upper(&text).is_none_or(|upper| upper >= text));
        }
    }
}
