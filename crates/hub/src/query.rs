//! What is asked of the findings that are kept, a page at a time.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::AwsError;
use crate::asff::Asff;
use crate::attribute::{ATTRIBUTES, Attribute, SortValue};
use crate::filter::Filters;
use crate::held::Held;

/// Findings that pass, in an order, behind a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// Which.
    pub filters: Filters,
    /// In what order; at least one. Findings that are alike in it stand in the order of their numbers, which runs as the last one does.
    pub sort: Vec<SortBy>,
    /// Only those behind this place.
    pub after: Option<Place>,
    /// How many at most; at least one.
    pub limit: usize,
}

/// An attribute to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortBy {
    /// It.
    pub attribute: &'static Attribute,
    /// Whether the greatest stands first.
    pub is_descending: bool,
}

/// A place in an order: what the finding that stands there is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The value of each attribute.
    pub values: Vec<SortValue>,
    /// The finding's number: whoever keeps it gives each its own.
    pub number: i64,
}

/// A page of what was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Findings with their numbers, in order.
    pub items: Vec<(i64, Held)>,
    /// Whether there are more.
    pub is_more: bool,
}

/// Criteria of one order, at most.
const SORTS_MAX: usize = 10;

impl Query {
    /// The last changed first.
    pub fn latest(filters: Filters, limit: usize) -> Query {
        let attribute = Attribute::of("UpdatedAt").expect("in the table");
        Query { filters, sort: vec![SortBy { attribute, is_descending: true }], after: None, limit: limit.max(1) }
    }

    /// Sorts as AWS's `SortCriteria` say; the last changed first where they say nothing.
    ///
    /// # Errors
    /// An attribute by which findings cannot be sorted.
    pub fn sorted(mut self, criteria: &Value) -> Result<Query, AwsError> {
        let criteria = match criteria {
            Value::Null => return Ok(self),
            Value::Array(criteria) if criteria.len() <= SORTS_MAX => criteria,
            _ => return Err(AwsError::invalid(format!("SortCriteria has to be a list of at most {SORTS_MAX}"))),
        };
        if !criteria.is_empty() {
            self.sort = criteria.iter().map(SortBy::read).collect::<Result<_, _>>()?;
        }
        Ok(self)
    }

    /// Goes on behind the page that gave this token.
    ///
    /// # Errors
    /// A token that no page of this query gave.
    pub fn behind(mut self, token: Option<&str>) -> Result<Query, AwsError> {
        if let Some(token) = token {
            let fault = || AwsError::invalid("NextToken is not one that this request was answered with");
            let token: Token = unsealed(token).ok_or_else(fault)?;
            if token.of != self.digest() || token.values.len() != self.sort.len() {
                return Err(fault());
            }
            let values = token.values.into_iter().map(|value| match value {
                TokenValue::Number(number) => SortValue::Number(number),
                TokenValue::Text(text) => SortValue::Text(text),
            });
            self.after = Some(Place { values: values.collect(), number: token.number });
        }
        Ok(self)
    }

    /// The token with which the page behind this one is asked for; none where there is no more.
    pub fn token(&self, found: &Found) -> Option<String> {
        let (number, last) = found.items.last().filter(|_| found.is_more)?;
        let Place { values, number } = self.place(&last.document, *number);
        let values = values.into_iter().map(|value| match value {
            SortValue::Number(number) => TokenValue::Number(number),
            SortValue::Text(text) => TokenValue::Text(text),
        });
        Some(sealed(&Token { of: self.digest(), values: values.collect(), number }))
    }

    /// The place of a finding.
    pub fn place(&self, document: &Asff, number: i64) -> Place {
        Place { values: self.sort.iter().map(|by| by.attribute.sort_value(document)).collect(), number }
    }

    /// Whether the greatest number stands first among findings that are alike.
    pub fn is_descending(&self) -> bool {
        self.sort.last().is_some_and(|by| by.is_descending)
    }

    /// Which of two places comes first.
    pub fn compare(&self, a: &Place, b: &Place) -> Ordering {
        let directed = |order: Ordering, is_descending| if is_descending { order.reverse() } else { order };
        let by_values = self.sort.iter().zip(a.values.iter().zip(&b.values)).map(|(by, (a, b))| directed(a.cmp(b), by.is_descending));
        let first = by_values.fold(Ordering::Equal, Ordering::then);
        first.then(directed(a.number.cmp(&b.number), self.is_descending()))
    }

    /// What tells this query from others, but for its place and its limit.
    fn digest(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(serde_json::to_string(self.filters.given()).expect("a JSON value has a text"));
        for by in &self.sort {
            hash.update([u8::from(by.is_descending)]);
            hash.update(by.attribute.name);
        }
        hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

impl SortBy {
    fn read(criterion: &Value) -> Result<SortBy, AwsError> {
        let name = criterion.get("Field").and_then(Value::as_str).unwrap_or_default();
        let attribute = Attribute::of(name).filter(|attribute| attribute.is_sortable).ok_or_else(|| {
            let known: Vec<_> = ATTRIBUTES.iter().filter(|attribute| attribute.is_sortable).map(|attribute| attribute.name).collect();
            AwsError::invalid(format!("Findings cannot be sorted by {name:?}, only by {}", known.join(", ")))
        })?;
        let is_descending = match criterion.get("SortOrder").map_or(Some("asc"), Value::as_str) {
            Some("asc") => false,
            Some("desc") => true,
            _ => return Err(AwsError::invalid("SortOrder has to be asc or desc")),
        };
        Ok(SortBy { attribute, is_descending })
    }
}

#[derive(Serialize, Deserialize)]
struct Token {
    of: String,
    values: Vec<TokenValue>,
    number: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum TokenValue {
    Number(i64),
    Text(String),
}

/// Hex digits of a JSON text: nothing to be read by whoever holds it.
pub(crate) fn sealed(value: &impl Serialize) -> String {
    let text = serde_json::to_string(value).expect("texts and numbers have a JSON form");
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn unsealed<T: serde::de::DeserializeOwned>(token: &str) -> Option<T> {
    let pairs = token.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    serde_json::from_slice(&pairs.collect::<Option<Vec<u8>>>()?).ok()
}
