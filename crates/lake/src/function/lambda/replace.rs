//! `regexp_replace` with a lambda: what becomes of each match is asked.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, ListBuilder, StringViewArray, StringViewBuilder, UInt32Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::{Result, exec_err, plan_err};

use super::{Invocation, Line, Slot};
use crate::function::call::Bad;
use crate::function::kind::list_of;
use crate::function::regexp::compile;

pub(super) const LINES: &[Line] = &[Line {
    name: "regexp_replace_by",
    signature: "regexp_replace(text, pattern, groups -> text)",
    meaning: "a text with every match of a pattern replaced by what becomes of its groups",
    takes: &[Slot::Any, Slot::Any, Slot::Lambda],
    parameters: |values, _| match values {
        [text, pattern] if text.is_string() && pattern.is_string() => Ok(vec![Some(vec![list_of(DataType::Utf8View)])]),
        _ => plan_err!("regexp_replace takes a text and a pattern; it is written regexp_replace(text, pattern, groups -> text)"),
    },
    settle: |values, _| values.iter().map(|_| DataType::Utf8View).collect(),
    gives: |_, _| Ok(DataType::Utf8View),
    run: regexp_replace,
}];

/// Where a match stands in the text of its row.
struct Match {
    row: usize,
    from: usize,
    to: usize,
}

fn regexp_replace(call: &Invocation<'_>) -> Result<ArrayRef> {
    let (texts, patterns) = (cast(call.value(0)?, &DataType::Utf8View)?, cast(call.value(1)?, &DataType::Utf8View)?);
    let (texts, patterns) = (texts.as_string_view(), patterns.as_string_view());
    let mut groups = ListBuilder::new(StringViewBuilder::new()).with_field(Field::new_list_field(DataType::Utf8View, true));
    let mut matches = Vec::new();
    let mut last = None;
    let known = |row: usize| texts.is_valid(row) && patterns.is_valid(row);
    for row in (0..call.rows).filter(|row| known(*row)) {
        let pattern = patterns.value(row);
        if last.as_ref().is_none_or(|(text, _)| *text != pattern) {
            match compile(pattern) {
                Ok(compiled) => last = Some((pattern, compiled)),
                Err(Bad(reason)) => return exec_err!("regexp_replace: {reason}"),
            }
        }
        let Some((_, compiled)) = &last else { continue };
        for found in compiled.captures_iter(texts.value(row)) {
            let Some(whole) = found.get(0) else { continue };
            matches.push(Match { row, from: whole.start(), to: whole.end() });
            found.iter().skip(1).for_each(|group| groups.values().append_option(group.map(|group| group.as_str())));
            groups.append(true);
        }
    }
    let row_numbers: UInt32Array = matches.iter().map(|found| found.row as u32).collect::<Vec<_>>().into();
    let replacements = cast(&call.ask(0, &[Arc::new(groups.finish())], &row_numbers)?, &DataType::Utf8View)?;
    let replacements = replacements.as_string_view();
    let mut at = 0;
    let replaced = |row: usize| {
        let text = known(row).then(|| texts.value(row))?;
        let (mut whole, mut from) = (String::with_capacity(text.len()), 0);
        while let Some(found) = matches.get(at).filter(|found| found.row == row) {
            whole.push_str(text.get(from..found.from).unwrap_or_default());
            whole.push_str(if replacements.is_valid(at) { replacements.value(at) } else { "" });
            from = found.to;
            at += 1;
        }
        whole.push_str(text.get(from..).unwrap_or_default());
        Some(whole)
    };
    Ok(Arc::new((0..call.rows).map(replaced).collect::<StringViewArray>()))
}
