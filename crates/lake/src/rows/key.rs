//! What makes two rows the same event: recipient account and event id, or the whole content where there is no event id.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::LazyLock;

use datafusion::arrow::array::{Array, AsArray, RecordBatch, StringArray};

use super::members::{Members, byte, unescaped};
use super::render;
use crate::Error;

/// Seeds of this process. Keys live no longer than it does: what a table holds is hashed anew from its columns. A log that was
/// made to collide cannot, for nobody knows the seeds.
static SEEDS: LazyLock<(RandomState, RandomState)> = LazyLock::new(|| (RandomState::new(), RandomState::new()));

fn hash(write: impl Fn(&mut dyn Hasher)) -> u128 {
    let (mut high, mut low) = (SEEDS.0.build_hasher(), SEEDS.1.build_hasher());
    write(&mut high);
    write(&mut low);
    u128::from(high.finish()) << 64 | u128::from(low.finish())
}

/// The key of an event with an id; nothing without.
#[inline]
pub(crate) fn key(account: &str, id: &str) -> Option<u128> {
    (!id.is_empty()).then(|| {
        hash(|hasher| {
            hasher.write(account.as_bytes());
            hasher.write_u8(0xff);
            hasher.write(id.as_bytes());
        })
    })
}

/// The key of an event without an id: its members and their values, in whatever order and spacing.
#[cold]
pub(crate) fn key_of_text(json: &str) -> u128 {
    hash(|hasher| canonical(json, 0, hasher))
}

/// Below this, texts are compared as they stand; the decoder accepts no record that nests deeper.
const DEPTH_MAX: usize = 130;

fn canonical(json: &str, depth: usize, hasher: &mut dyn Hasher) {
    let mut text = |tag: u8, text: &str| {
        hasher.write_u8(tag);
        hasher.write_usize(text.len());
        hasher.write(text.as_bytes());
    };
    match byte(json, 0) {
        b'"' => {
            let inside = json.get(1..json.len().saturating_sub(1)).unwrap_or_default();
            text(b'"', &unescaped(inside).unwrap_or(Cow::Borrowed(inside)));
        }
        b'{' if depth < DEPTH_MAX => {
            let mut members = BTreeMap::new();
            let mut walk = Members::new(json, 0);
            while let Some(key) = walk.key() {
                let (start, end) = walk.value(None);
                members.insert(unescaped(key).unwrap_or(Cow::Borrowed(key)), json.get(start..end).unwrap_or_default());
            }
            text(b'{', "");
            for (key, value) in members {
                hasher.write_usize(key.len());
                hasher.write(key.as_bytes());
                canonical(value, depth + 1, hasher);
            }
            hasher.write_u8(b'}');
        }
        b'[' if depth < DEPTH_MAX => {
            text(b'[', "");
            let mut walk = Members::new(json, 0);
            while walk.element() {
                let (start, end) = walk.value(None);
                canonical(json.get(start..end).unwrap_or_default(), depth + 1, hasher);
            }
            hasher.write_u8(b']');
        }
        _ => text(b'=', json),
    }
}

/// What the two identifying columns say of some rows.
#[derive(Debug, Default)]
pub(crate) struct Identities {
    /// The key of each row with an event id.
    pub keys: Vec<u128>,
    /// Rows without one, whose key needs all columns.
    pub nameless: usize,
}

/// The keys of rows by the columns `recipientaccountid` and `eventid` alone.
pub(crate) fn identities(batch: &RecordBatch) -> Identities {
    let mut found = Identities::default();
    for key in keys_by_column(batch) {
        match key {
            Some(key) => found.keys.push(key),
            None => found.nameless += 1,
        }
    }
    found
}

/// The key of every row; the batch has all columns of a data file.
pub(crate) fn keys_of(batch: &RecordBatch) -> Result<Vec<u128>, Error> {
    let keys: Vec<Option<u128>> = keys_by_column(batch).collect();
    let row = |at: usize| Ok(key_of_text(&render::to_json(&batch.slice(at, 1))?.pop().unwrap_or_default()));
    keys.into_iter().enumerate().map(|(at, key)| key.map_or_else(|| row(at), Ok)).collect()
}

fn keys_by_column(batch: &RecordBatch) -> impl Iterator<Item = Option<u128>> {
    let column = |name| batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
    let (accounts, ids) = (column("recipientaccountid"), column("eventid"));
    let text =
        |column: Option<&StringArray>, row: usize| column.filter(|column| column.is_valid(row)).map(|column| column.value(row).to_owned());
    (0..batch.num_rows()).map(move |row| {
        let (account, id) = (text(accounts, row), text(ids, row));
        key(account.as_deref().unwrap_or_default(), id.as_deref().unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_spacing_make_no_difference_and_values_do() {
        let a = key_of_text(r#"{"a":1,"b":{"c":[1,2],"d":"xA"}}"#);
        assert_eq!(a, key_of_text(r#"{ "b" : {"d":"xA" ,"c":[ 1 , 2 ]}, "a":1 }"#));
        for other in [r#"{"a":2,"b":{"c":[1,2],"d":"xA"}}"#, r#"{"a":1,"b":{"c":[2,1],"d":"xA"}}"#, r#"{"a":1,"b":{"c":[1,2]},"d":"xA"}"#] {
            assert_ne!(a, key_of_text(other));
        }
    }

    #[test]
    fn accounts_part_events() {
        assert_ne!(key("1", "23"), key("12", "3"));
        assert_eq!(key("1", ""), None);
    }
}
