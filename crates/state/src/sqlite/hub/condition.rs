//! Filters as SQL. What cannot be said in SQL is left out: the condition holds of every finding that passes, and perhaps of others.

use rusqlite::types::Value;
use watchfire_hub::attribute::SortValue;
use watchfire_hub::filter::{Comparison, Condition, Filters, NumberComparison, Operator, TextComparison};
use watchfire_hub::query::{Place, Query};
use watchfire_model::EventTime;

use super::row::{compared_by, list_of, sorted_by, sql};

/// A condition with the values of its question marks.
pub(super) struct Where {
    pub(super) text: String,
    pub(super) values: Vec<Value>,
    /// Whether just those pass of which it holds.
    pub(super) is_exact: bool,
}

/// Where a comparison looks.
enum At {
    /// A column of the row.
    Column(&'static str),
    /// The values of a list.
    List(i64),
}

impl Where {
    /// What holds of every finding that passes.
    pub(super) fn of(filters: &Filters, now: EventTime) -> Where {
        let mut all = Where { text: String::new(), values: Vec::new(), is_exact: true };
        for condition in filters.conditions() {
            match parts(condition, now) {
                Some((text, values)) => all.and(&text, values),
                None => all.is_exact = false,
            }
        }
        if all.text.is_empty() {
            all.text.push_str("true");
        }
        all
    }

    fn and(&mut self, text: &str, values: Vec<Value>) {
        if !self.text.is_empty() {
            self.text.push_str(" AND ");
        }
        self.text.push_str(text);
        self.values.extend(values);
    }

    /// And stands behind a place.
    pub(super) fn behind(&mut self, query: &Query, place: &Place) {
        let sign = |is_descending| if is_descending { '<' } else { '>' };
        let (mut text, mut values) = (format!("number {} ?", sign(query.is_descending())), vec![Value::from(place.number)]);
        for (by, value) in query.sort.iter().zip(&place.values).rev() {
            let name = sorted_by(by.attribute).unwrap_or("number");
            text = format!("({name} {} ? OR ({name} = ? AND {text}))", sign(by.is_descending));
            let value = sql(value.clone());
            values.splice(0..0, [value.clone(), value]);
        }
        // Said again alone, the first one lets the walk of an index begin at the place.
        if let (Some(by), Some(value)) = (query.sort.first(), place.values.first()) {
            let name = sorted_by(by.attribute).unwrap_or("number");
            text = format!("{name} {}= ? AND {text}", sign(by.is_descending));
            values.insert(0, sql(value.clone()));
        }
        self.and(&text, values);
    }
}

/// The order of a query.
pub(super) fn order(query: &Query) -> String {
    let direction = |is_descending| if is_descending { "DESC" } else { "ASC" };
    let columns = query.sort.iter().map(|by| (sorted_by(by.attribute).unwrap_or("number"), by.is_descending));
    let all = columns.chain([("number", query.is_descending())]);
    all.map(|(name, is_descending)| format!("{name} {}", direction(is_descending))).collect::<Vec<_>>().join(", ")
}

/// A condition whole, or not at all.
fn parts(condition: &Condition, now: EventTime) -> Option<(String, Vec<Value>)> {
    let at = match (compared_by(condition.attribute), list_of(condition.attribute)) {
        (Some(column), _) => At::Column(column),
        (None, Some(list)) => At::List(list),
        (None, None) => return None,
    };
    let mut values = Vec::new();
    let mut of = |wanted_negative: bool| {
        let comparisons = condition.comparisons.iter().filter(|comparison| comparison.is_negative() == wanted_negative);
        comparisons
            .map(|comparison| {
                let (text, mut its) = compared(&at, comparison, now)?;
                values.append(&mut its);
                Some(if wanted_negative { format!("NOT {text}") } else { text })
            })
            .collect::<Option<Vec<String>>>()
    };
    let (positive, negative) = (of(false)?, of(true)?);
    let positive = (!positive.is_empty()).then(|| format!("({})", positive.join(" OR ")));
    let all: Vec<String> = positive.into_iter().chain(negative).collect();
    Some((all.join(" AND "), values))
}

/// One comparison; of a negative one, how it must not be.
fn compared(at: &At, comparison: &Comparison, now: EventTime) -> Option<(String, Vec<Value>)> {
    let (name, is_list) = match at {
        At::Column(name) => (*name, None),
        At::List(list) => ("value", Some(*list)),
    };
    let (text, values) = match comparison {
        Comparison::Text(comparison) => text_compared(name, comparison)?,
        Comparison::Number(bounds) => number_compared(name, bounds),
        Comparison::Date(bounds) => {
            let (first, last) = bounds.bounds(now);
            let first = first.map_or(SortValue::NO_NUMBER + 1, EventTime::millis);
            let last = last.map_or(i64::MAX, EventTime::millis);
            (format!("({name} BETWEEN ? AND ?)"), vec![Value::from(first.max(SortValue::NO_NUMBER + 1)), Value::from(last)])
        }
        Comparison::Map(_) | Comparison::Address(_) | Comparison::Flag(_) | Comparison::Keyword(_) => return None,
    };
    Some(match is_list {
        None => (text, values),
        Some(list) => {
            let all = std::iter::once(Value::from(list)).chain(values).collect();
            (format!("(number IN (SELECT finding FROM hub_value WHERE attribute = ? AND {text}))"), all)
        }
    })
}

fn text_compared(name: &str, comparison: &TextComparison) -> Option<(String, Vec<Value>)> {
    let value = Value::from(comparison.value.clone());
    // SQLite's functions end texts at NUL.
    if comparison.value.contains('\0') {
        return None;
    }
    Some(match comparison.operator {
        Operator::Equals => (format!("({name} = ?)"), vec![value]),
        Operator::Prefix => (format!("({name} >= ? AND substr({name}, 1, length(?)) = ?)"), vec![value.clone(), value.clone(), value]),
        Operator::Contains => (format!("(instr({name}, ?) > 0)"), vec![value]),
        Operator::ContainsWord => return None,
    })
}

fn number_compared(name: &str, bounds: &NumberComparison) -> (String, Vec<Value>) {
    let asked = [(">=", bounds.gte), ("<=", bounds.lte), ("=", bounds.eq), (">", bounds.gt), ("<", bounds.lt)];
    let (mut text, mut values) = (format!("({name} > {}", SortValue::NO_NUMBER), Vec::new());
    for (sign, bound) in asked.into_iter().filter_map(|(sign, bound)| Some((sign, bound?))) {
        text.push_str(&format!(" AND {name} {sign} ?"));
        values.push(Value::from(bound));
    }
    text.push(')');
    (text, values)
}
