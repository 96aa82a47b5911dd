//! Comparisons of single values.

use std::net::IpAddr;

use serde_json::Value;
use watchfire_model::EventTime;

use crate::asff::Asff;

/// How a text is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// It is the text.
    Equals,
    /// It begins with the text.
    Prefix,
    /// It has the text in it.
    Contains,
    /// It has the text in it as whole words; the case of ASCII letters does not matter.
    ContainsWord,
}

/// A comparison of one value.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparison {
    /// Of a text.
    Text(TextComparison),
    /// Of a number.
    Number(NumberComparison),
    /// Of an instant.
    Date(DateComparison),
    /// Of an entry of a map.
    Map(MapComparison),
    /// Of an address.
    Address(Cidr),
    /// Of a flag.
    Flag(bool),
    /// A text somewhere; the case of letters does not matter.
    Keyword(String),
}

/// A comparison of a text; letters have to be of the same case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextComparison {
    /// How.
    pub operator: Operator,
    /// Whether it must not be so.
    pub is_negative: bool,
    /// With what.
    pub value: String,
}

/// Bounds of a number, all of which hold.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct NumberComparison {
    /// At least.
    pub gte: Option<f64>,
    /// At most.
    pub lte: Option<f64>,
    /// Just so.
    pub eq: Option<f64>,
    /// More than.
    pub gt: Option<f64>,
    /// Less than.
    pub lt: Option<f64>,
}

/// Bounds of an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateComparison {
    /// Not before and not after; either may be missing.
    Between(Option<EventTime>, Option<EventTime>),
    /// In the last so many days, or later.
    Within(i64),
    /// Longer ago than so many days.
    OlderThan(i64),
}

/// A comparison of an entry of a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapComparison {
    /// The entry's name.
    pub key: String,
    /// What is asked of its value.
    pub value: TextComparison,
}

/// Addresses that begin alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cidr {
    network: IpAddr,
    bits: u8,
}

const DAY_MILLIS: i64 = 86_400_000;

impl Comparison {
    /// Whether it says how a value must not be.
    pub fn is_negative(&self) -> bool {
        match self {
            Comparison::Text(text) => text.is_negative,
            Comparison::Map(map) => map.value.is_negative,
            _ => false,
        }
    }

    /// Whether a value is so; of a negative comparison, whether it is as it must not be.
    pub fn is_met(&self, value: &Value, now: EventTime) -> bool {
        match self {
            Comparison::Text(text) => value.as_str().is_some_and(|value| text.is_met(value)),
            Comparison::Number(bounds) => value.as_f64().is_some_and(|number| bounds.is_met(number)),
            Comparison::Date(bounds) => {
                value.as_str().and_then(|text| text.parse().ok()).is_some_and(|time: EventTime| bounds.is_met(time, now))
            }
            Comparison::Map(map) => value.get(&map.key).and_then(Value::as_str).is_some_and(|value| map.value.is_met(value)),
            Comparison::Address(cidr) => value.as_str().and_then(|text| text.parse().ok()).is_some_and(|address| cidr.has(address)),
            Comparison::Flag(flag) => value.as_bool() == Some(*flag),
            Comparison::Keyword(word) => value.as_str().is_some_and(|text| text.to_lowercase().contains(&word.to_lowercase())),
        }
    }
}

impl TextComparison {
    /// Whether a text is so; of a negative comparison, whether it is as it must not be.
    pub fn is_met(&self, text: &str) -> bool {
        match self.operator {
            Operator::Equals => text == self.value,
            Operator::Prefix => text.starts_with(&self.value),
            Operator::Contains => text.contains(&self.value),
            Operator::ContainsWord => has_words(text, &self.value),
        }
    }
}

/// Whether a text has another in it that no letter or digit continues.
fn has_words(text: &str, words: &str) -> bool {
    let (text, words) = (text.to_ascii_lowercase(), words.to_ascii_lowercase());
    text.match_indices(&words).any(|(at, found)| {
        let before = text[..at].chars().next_back().is_none_or(|letter| !letter.is_alphanumeric());
        let after = text[at + found.len()..].chars().next().is_none_or(|letter| !letter.is_alphanumeric());
        before && after
    })
}

impl NumberComparison {
    /// Whether a number is within the bounds.
    pub fn is_met(&self, number: f64) -> bool {
        self.gte.is_none_or(|bound| number >= bound)
            && self.lte.is_none_or(|bound| number <= bound)
            && self.eq.is_none_or(|bound| number == bound)
            && self.gt.is_none_or(|bound| number > bound)
            && self.lt.is_none_or(|bound| number < bound)
    }
}

impl DateComparison {
    /// Whether an instant is within the bounds.
    pub fn is_met(&self, time: EventTime, now: EventTime) -> bool {
        let (first, last) = self.bounds(now);
        first.is_none_or(|first| time >= first) && last.is_none_or(|last| time <= last)
    }

    /// The first and the last instant within the bounds.
    pub fn bounds(&self, now: EventTime) -> (Option<EventTime>, Option<EventTime>) {
        let days_ago = |days: i64| now.millis().saturating_sub(days.saturating_mul(DAY_MILLIS));
        match *self {
            DateComparison::Between(first, last) => (first, last),
            DateComparison::Within(days) => (Some(EventTime(days_ago(days))), None),
            DateComparison::OlderThan(days) => (None, Some(EventTime(days_ago(days).saturating_sub(1)))),
        }
    }
}

impl Cidr {
    /// Reads `198.51.100.0/24`, `2001:db8::/32`, or a single address.
    pub fn parse(text: &str) -> Option<Cidr> {
        let (network, bits) = text.split_once('/').map_or((text, None), |(network, bits)| (network, Some(bits)));
        let network: IpAddr = network.parse().ok()?;
        let most = if network.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Some(most), |bits| bits.parse().ok())?;
        (bits <= most).then_some(Cidr { network, bits })
    }

    /// Whether an address is among them.
    pub fn has(&self, address: IpAddr) -> bool {
        let low_bits = |all: u32| all - u32::from(self.bits);
        match (self.network, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                (u32::from(network) ^ u32::from(address)).checked_shr(low_bits(32)).unwrap_or(0) == 0
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                (u128::from(network) ^ u128::from(address)).checked_shr(low_bits(128)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

/// Whether any text of a document is as a comparison asks.
pub(super) fn any_text(document: &Asff, comparison: &Comparison) -> bool {
    document.members().values().any(|value| in_value(value, comparison))
}

fn in_value(value: &Value, comparison: &Comparison) -> bool {
    match value {
        Value::Array(list) => list.iter().any(|one| in_value(one, comparison)),
        Value::Object(members) => members.values().any(|one| in_value(one, comparison)),
        value => comparison.is_met(value, EventTime(0)),
    }
}
