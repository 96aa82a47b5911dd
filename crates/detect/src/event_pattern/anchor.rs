//! Which values a field's alternatives cannot do without, and how often they stand in ordinary events.
//!
//! CloudTrail's fields have the shares that rules go by; the envelope's are told here.

use std::net::IpAddr;

use serde_json::Number;
use watchfire_model::{Slot, cloudtrail};

use super::alternatives::{Alternative, Alternatives};
use super::ignore_case::{AnyCase, Stands};
use super::number::Numeral;
use crate::matcher::{RARELY_PRESENT, is_rarely_present, share_of_pattern};
use crate::predicate::{Pattern, fold};
use crate::tree::scalar_text;

/// Folded patterns of which a value must fit one; nothing stands for any value at all.
pub(super) type Anchors = Vec<Option<Pattern>>;

/// More prefixes than this for one network are not looked up; a shorter prefix is.
const PREFIXES_MAX: u32 = 16;

/// The anchors of a field; nothing when it may be absent.
pub(super) fn of(alternatives: &Alternatives) -> Option<Anchors> {
    if alternatives.absent {
        return None;
    }
    let mut anchors: Anchors = alternatives.texts.patterns.iter().map(|pattern| Some(pattern.folded())).collect();
    for alternative in &alternatives.others {
        match alternative {
            Alternative::Address(address @ IpAddr::V4(_)) => anchors.push(exact(&address.to_string())),
            Alternative::Network(IpAddr::V4(network), bits) => anchors.extend(prefixes(network.octets(), *bits)),
            Alternative::Address(IpAddr::V6(_)) | Alternative::Network(IpAddr::V6(_), _) => {
                anchors.push(Some(Pattern::Contains(":".into())))
            }
            Alternative::AnyCase(text) => anchors.push(of_any_case(text)),
            Alternative::Number(number) => anchors.extend(spellings(number)),
            Alternative::Bool(value) => anchors.push(exact(if *value { "true" } else { "false" })),
            Alternative::Range(_) | Alternative::Null | Alternative::Present | Alternative::Except(_) => anchors.push(None),
        }
    }
    let selective = |pattern: &Pattern| matches!(pattern, Pattern::Exact(_)) || !pattern.literal_piece().is_empty();
    if anchors.iter().all(|anchor| anchor.as_ref().is_some_and(selective)) { Some(anchors) } else { Some(vec![None]) }
}

fn exact(text: &str) -> Option<Pattern> {
    Some(Pattern::Exact(fold(text).into()))
}

/// How addresses of a network begin.
fn prefixes(octets: [u8; 4], bits: u8) -> Anchors {
    let whole = usize::from(bits / 8);
    let begin: String = octets.iter().take(whole).map(|octet| format!("{octet}.")).collect();
    let count = 1u32 << (8 - bits % 8);
    if bits.is_multiple_of(8) || count > PREFIXES_MAX {
        return vec![Some(Pattern::Prefix(begin.into()))];
    }
    let first = u32::from(octets.get(whole).copied().unwrap_or(0)) & !(count - 1);
    let end = if whole == 3 { "" } else { "." };
    (first..first + count).map(|octet| Some(Pattern::Prefix(format!("{begin}{octet}{end}").into()))).collect()
}

/// The longest run of ASCII: other characters may have forms that no folding brings together.
fn of_any_case(text: &AnyCase) -> Option<Pattern> {
    let folded = |text: &str| text.to_ascii_lowercase().into_boxed_str();
    if text.text().is_ascii() {
        return Some(match text.stands() {
            Stands::Whole => Pattern::Exact(folded(text.text())),
            Stands::First => Pattern::Prefix(folded(text.text())),
            Stands::Last => Pattern::Suffix(folded(text.text())),
        });
    }
    let run = text.text().split(|c: char| !c.is_ascii()).max_by_key(|run| run.len()).unwrap_or_default();
    Some(Pattern::Contains(folded(run)))
}

/// Every text in which a number of that value is looked up.
fn spellings(number: &Numeral) -> Anchors {
    match number {
        Numeral::Text(json) => vec![scalar_text(json).and_then(|text| exact(&text))],
        Numeral::Value(double) => {
            let value = double.get();
            let mut texts = vec![Number::from_f64(value).map(|number| number.to_string())];
            if value.fract() == 0.0 && value.abs() < 1e20 {
                texts.push(Some(format!("{value:.0}")));
            }
            if value == 0.0 {
                texts.extend([Some("-0.0".to_owned()), Some("0".to_owned()), Some("-0".to_owned())]);
            }
            texts.into_iter().map(|text| text.and_then(|text| exact(&text))).collect()
        }
    }
}

/// What is known of a field's values.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ordinary {
    /// CloudTrail's field of that name, or the one that the envelope's is taken from.
    slot: Option<Slot>,
    /// The share of events that have it.
    present: f64,
    /// Each event has its own value: it is not worth remembering.
    pub(super) is_id: bool,
}

/// The same for a path.
pub(super) fn ordinary(path: &str) -> Ordinary {
    let of_slot = |slot| Ordinary { slot: Some(slot), present: 0.95, is_id: crate::matcher::is_id(slot) };
    let unknown = |present| Ordinary { slot: None, present, is_id: false };
    match path {
        "source" => of_slot(cloudtrail::EVENT_SOURCE),
        "account" => of_slot(cloudtrail::RECIPIENT_ACCOUNT_ID),
        "region" => of_slot(cloudtrail::AWS_REGION),
        "detail-type" => of_slot(cloudtrail::EVENT_TYPE),
        "time" => of_slot(cloudtrail::EVENT_TIME),
        "id" => of_slot(cloudtrail::EVENT_ID),
        "version" => unknown(1.0),
        path => match path.strip_prefix("detail.").and_then(|path| cloudtrail::SCHEMA.field(path)) {
            Some(field) if is_rarely_present(field.slot) => Ordinary { present: RARELY_PRESENT, ..of_slot(field.slot) },
            Some(field) => of_slot(field.slot),
            None => unknown(0.05),
        },
    }
}

impl Ordinary {
    /// The share of events in which the field fits an anchor, and whether that is known.
    pub(super) fn share(&self, path: &str, anchor: Option<&Pattern>) -> (f64, bool) {
        const DETAIL_TYPE_OF_CALLS: &str = "aws api call via cloudtrail";
        match (anchor, self.slot) {
            (None, _) => (self.present, true),
            (Some(Pattern::Exact(text)), _) if path == "detail-type" => (if &**text == DETAIL_TYPE_OF_CALLS { 0.95 } else { 0.02 }, true),
            (Some(_), _) if path == "version" => (1.0, true),
            (Some(Pattern::Exact(text)), Some(slot)) if path == "source" => {
                let service = text.strip_prefix("aws.").unwrap_or(text);
                share_of_pattern(slot, &Pattern::Exact(format!("{service}.amazonaws.com").into()))
            }
            (Some(pattern), slot) => share_of_pattern(slot.unwrap_or(cloudtrail::REQUEST_PARAMETERS), pattern),
        }
    }

    /// The share of events on which alternatives are expected to hold.
    pub(super) fn share_of(&self, path: &str, alternatives: &Alternatives) -> f64 {
        match of(alternatives) {
            None => 0.9,
            Some(anchors) => anchors.iter().map(|anchor| self.share(path, anchor.as_ref()).0).sum::<f64>().min(0.95),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_begin_so() {
        let texts = |octets, bits| -> Vec<String> { prefixes(octets, bits).iter().flatten().map(ToString::to_string).collect() };
        assert_eq!(texts([10, 9, 8, 7], 8), ["10.*"]);
        assert_eq!(texts([10, 9, 8, 7], 31), ["10.9.8.6*", "10.9.8.7*"]);
        assert_eq!(texts([172, 16, 0, 0], 12).len(), 16);
        assert_eq!(texts([128, 0, 0, 0], 1), ["*"]);
        assert_eq!(texts([10, 0, 5, 0], 22), ["10.0.4.*", "10.0.5.*", "10.0.6.*", "10.0.7.*"]);
    }
}
