//! Texts cut at separators, and places within texts.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, ListBuilder, MapBuilder, MapFieldNames, StringViewBuilder};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::Result;

use super::of_text;
use crate::function::call::{Bad, Call, Numbers, Outcome, Texts};
use crate::function::kind::{Gives, Kind, list_of, map_of};
use crate::function::scalar::Scalar;

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar {
        takes: &[Kind::Text, Kind::Text, Kind::Integer],
        optional: 1,
        gives: Gives::Texts,
        fails: true,
        run: split,
        ..of_text(
            "split",
            "split(text, separator[, limit])",
            "the pieces of a text between separators; the last of at most limit pieces keeps the rest",
        )
    },
    Scalar {
        takes: &[Kind::Text, Kind::Text, Kind::Integer],
        fails: true,
        run: split_part,
        ..of_text(
            "split_part",
            "split_part(text, separator, index)",
            "one piece of a text between separators, counted from 1; null when there are fewer",
        )
    },
    Scalar {
        aliases: &["substring"],
        takes: &[Kind::Text, Kind::Integer, Kind::Integer],
        optional: 1,
        run: substr,
        ..of_text("substr", "substr(text, start[, length])", "a part of a text from a letter counted from 1 or, negative, from its end")
    },
    Scalar {
        takes: &[Kind::Text, Kind::Text, Kind::Text],
        gives: Gives::By(|_, _| Ok(map_of(DataType::Utf8View, DataType::Utf8View))),
        fails: true,
        run: split_to_map,
        ..of_text("split_to_map", "split_to_map(text, entry_separator, key_separator)", "a map from a text such as 'a=1,b=2'")
    },
    Scalar {
        takes: &[Kind::Text, Kind::Text, Kind::Text],
        gives: Gives::By(|_, _| Ok(map_of(DataType::Utf8View, list_of(DataType::Utf8View)))),
        fails: true,
        run: split_to_multimap,
        ..of_text(
            "split_to_multimap",
            "split_to_multimap(text, entry_separator, key_separator)",
            "a map of arrays from a text such as 'a=1,a=2'",
        )
    },
    Scalar {
        aliases: &["position_of"],
        takes: &[Kind::Text, Kind::Text, Kind::Integer],
        optional: 1,
        gives: Gives::Integer,
        fails: true,
        run: strpos,
        ..of_text(
            "strpos",
            "strpos(text, part[, occurrence])",
            "the letter at which a part begins in a text, counted from 1; 0 when it is not there",
        )
    },
];

/// The bytes of a text from a letter on; letters are counted from 1 or, negative, from the end.
fn from_letter(text: &str, start: i64) -> &str {
    let at = match start {
        0 => None,
        from_end if from_end < 0 => {
            let back = usize::try_from(from_end.unsigned_abs() - 1).unwrap_or(usize::MAX);
            text.char_indices().rev().nth(back).map(|(at, _)| at)
        }
        start => text.char_indices().nth(usize::try_from(start - 1).unwrap_or(usize::MAX)).map(|(at, _)| at),
    };
    at.and_then(|at| text.get(at..)).unwrap_or_default()
}

fn substr(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, starts) = (call.texts(0)?, call.integers(1)?);
    let lengths = if call.has(2) { call.integers(2)? } else { Numbers::Same(Some(i64::MAX)) };
    call.give_texts(|row| {
        let (Some(text), Some(start), Some(length)) = (texts.at(row), starts.at(row), lengths.at(row)) else { return Ok(None) };
        let tail = from_letter(text, start);
        let end = tail.char_indices().nth(usize::try_from(length).unwrap_or(0)).map_or(tail.len(), |(at, _)| at);
        Ok(tail.get(..end))
    })
}

fn split(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, separators) = (call.texts(0)?, call.texts(1)?);
    let limits = if call.has(2) { call.integers(2)? } else { Numbers::Same(Some(i64::MAX)) };
    call.give_text_lists(|row| {
        let (Some(text), Some(separator), Some(limit)) = (texts.at(row), separators.at(row), limits.at(row)) else { return Ok(None) };
        if separator.is_empty() || limit < 1 {
            return Bad::because("the separator must not be empty and the limit must be positive");
        }
        Ok(Some(text.splitn(usize::try_from(limit).unwrap_or(usize::MAX), separator).map(Some).collect()))
    })
}

fn split_part(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, separators, indexes) = (call.texts(0)?, call.texts(1)?, call.integers(2)?);
    call.give_texts(|row| {
        let (Some(text), Some(separator), Some(index)) = (texts.at(row), separators.at(row), indexes.at(row)) else { return Ok(None) };
        if index < 1 {
            return Bad::because("pieces are counted from 1");
        }
        let skip = usize::try_from(index - 1).unwrap_or(usize::MAX);
        if separator.is_empty() {
            // Every letter is then a piece.
            return Ok(text.char_indices().nth(skip).and_then(|(at, letter)| text.get(at..at + letter.len_utf8())));
        }
        Ok(text.split(separator).nth(skip))
    })
}

fn pairs<'a>(text: &'a str, entries: &str, keys: &str, twins: bool) -> Outcome<Vec<(&'a str, &'a str)>> {
    if entries.is_empty() || keys.is_empty() || entries == keys {
        return Bad::because("the separators must differ and must not be empty");
    }
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    for entry in text.split(entries).filter(|entry| !entry.is_empty()) {
        match entry.split_once(keys) {
            Some((key, _)) if !twins && pairs.iter().any(|(before, _)| *before == key) => return Bad::because("a key stands twice"),
            Some(pair) => pairs.push(pair),
            None => return Bad::because("an entry has no key separator"),
        }
    }
    Ok(Some(pairs))
}

fn split_to_map(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, entries, keys): (Texts<'_>, Texts<'_>, Texts<'_>) = (call.texts(0)?, call.texts(1)?, call.texts(2)?);
    let names = MapFieldNames { entry: "entries".to_owned(), key: "key".to_owned(), value: "value".to_owned() };
    let mut maps = MapBuilder::new(Some(names), StringViewBuilder::new(), StringViewBuilder::new())
        .with_keys_field(Arc::new(Field::new("key", DataType::Utf8View, false)))
        .with_values_field(Arc::new(Field::new("value", DataType::Utf8View, true)));
    for row in 0..call.rows {
        let map = match (texts.at(row), entries.at(row), keys.at(row)) {
            (Some(text), Some(entries), Some(keys)) => call.settle(pairs(text, entries, keys, false))?,
            _ => None,
        };
        let known = map.is_some();
        for (key, value) in map.into_iter().flatten() {
            maps.keys().append_value(key);
            maps.values().append_value(value);
        }
        maps.append(known)?;
    }
    Ok(Arc::new(maps.finish()))
}

fn split_to_multimap(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, entries, keys): (Texts<'_>, Texts<'_>, Texts<'_>) = (call.texts(0)?, call.texts(1)?, call.texts(2)?);
    let names = MapFieldNames { entry: "entries".to_owned(), key: "key".to_owned(), value: "value".to_owned() };
    let item = Arc::new(Field::new_list_field(DataType::Utf8View, true));
    let lists = ListBuilder::new(StringViewBuilder::new()).with_field(item);
    let mut maps = MapBuilder::new(Some(names), StringViewBuilder::new(), lists)
        .with_keys_field(Arc::new(Field::new("key", DataType::Utf8View, false)))
        .with_values_field(Arc::new(Field::new("value", list_of(DataType::Utf8View), true)));
    for row in 0..call.rows {
        let map = match (texts.at(row), entries.at(row), keys.at(row)) {
            (Some(text), Some(entries), Some(keys)) => call.settle(pairs(text, entries, keys, true))?,
            _ => None,
        };
        let known = map.is_some();
        let pairs = map.unwrap_or_default();
        for (at, (key, _)) in pairs.iter().enumerate() {
            if pairs.get(..at).is_some_and(|before| before.iter().any(|(seen, _)| seen == key)) {
                continue;
            }
            maps.keys().append_value(key);
            pairs.iter().filter(|(twin, _)| twin == key).for_each(|(_, value)| maps.values().values().append_value(value));
            maps.values().append(true);
        }
        maps.append(known)?;
    }
    Ok(Arc::new(maps.finish()))
}

fn strpos(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, parts) = (call.texts(0)?, call.texts(1)?);
    let occurrences = if call.has(2) { call.integers(2)? } else { Numbers::Same(Some(1)) };
    call.give_integers(|row| {
        let (Some(text), Some(part), Some(occurrence)) = (texts.at(row), parts.at(row), occurrences.at(row)) else { return Ok(None) };
        let nth = |occurrence: i64| usize::try_from(occurrence.saturating_sub(1)).unwrap_or(usize::MAX);
        let at = match occurrence {
            0 => return Bad::because("occurrences are counted from 1 or, from the end, from -1"),
            1 => text.find(part),
            from_end if from_end < 0 => text.rmatch_indices(part).nth(nth(from_end.saturating_neg())).map(|(at, _)| at),
            occurrence => text.match_indices(part).nth(nth(occurrence)).map(|(at, _)| at),
        };
        Ok(Some(at.and_then(|at| text.get(..at)).map_or(0, |before| before.chars().count() as i64 + 1)))
    })
}
