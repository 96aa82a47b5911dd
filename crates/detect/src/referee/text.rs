//! Whether one text satisfies one value of a rule.

use rsigma_parser::{Modifier, SigmaString, SigmaValue, SpecialChar, StringPart};

use super::Judge;
use super::reach::flatten;
use crate::lower::asks_text;
use crate::predicate::{Compare, Number, encode};

impl Judge<'_> {
    /// Whether one text satisfies one value of an item.
    pub(super) fn value(&self, value: &SigmaValue, modifiers: &[Modifier], text: &str, keyword: bool) -> bool {
        if let Some(held) = compared(value, modifiers, text) {
            return held;
        }
        match value {
            SigmaValue::Null => false,
            SigmaValue::Integer(_) | SigmaValue::Float(_) | SigmaValue::Bool(_) if keyword || asks_text(modifiers) => {
                self.string(&SigmaString::from_raw(&value.to_string()), modifiers, text, keyword)
            }
            SigmaValue::Integer(_) | SigmaValue::Float(_) => number_of(value) == Number::parse(text),
            SigmaValue::Bool(wanted) if modifiers.contains(&Modifier::Cased) => text == wanted.to_string(),
            SigmaValue::Bool(wanted) => lower(text) == wanted.to_string(),
            SigmaValue::String(string) => self.string(string, modifiers, text, keyword),
        }
    }

    fn string(&self, string: &SigmaString, modifiers: &[Modifier], text: &str, keyword: bool) -> bool {
        let has = |modifier: Modifier| modifiers.contains(&modifier);
        let case = |text: &str| if has(Modifier::Cased) { text.to_owned() } else { lower(text) };
        let plain = |string: &SigmaString| string.as_plain().unwrap_or_else(|| string.original.clone());
        if has(Modifier::Re) {
            let flag = |modifier, flag| if has(modifier) { flag } else { "" };
            let flags = [flag(Modifier::IgnoreCase, "i"), flag(Modifier::Multiline, "m"), flag(Modifier::DotAll, "s")].concat();
            let prefix = if flags.is_empty() { flags } else { format!("(?{flags})") };
            let regex = fancy_regex::Regex::new(&format!("{prefix}{}", string.original));
            return regex.is_ok_and(|regex| regex.is_match(text).unwrap_or(false));
        }
        if has(Modifier::Cidr) {
            let networks =
                if has(Modifier::Expand) { self.lists.expand(&string.original).unwrap_or_default() } else { vec![plain(string)] };
            return networks.iter().any(|network| in_network(text, network));
        }
        if has(Modifier::FieldRef) {
            let others: Vec<String> = Judge { element: None, ..*self }.find(&plain(string)).iter().flat_map(flatten).collect();
            return others.iter().any(|other| match (case(text), case(other)) {
                (text, other) if has(Modifier::Contains) => text.contains(&other),
                (text, other) if has(Modifier::StartsWith) => text.starts_with(&other),
                (text, other) if has(Modifier::EndsWith) => text.ends_with(&other),
                (text, other) => text == other,
            });
        }
        let many = SigmaString { parts: vec![StringPart::Special(SpecialChar::WildcardMulti)], original: String::new() };
        let before = has(Modifier::Contains) || has(Modifier::EndsWith) || (keyword && !has(Modifier::StartsWith));
        let after = has(Modifier::Contains) || has(Modifier::StartsWith) || (keyword && !has(Modifier::EndsWith));
        let text: Vec<char> = case(text).chars().collect();
        self.variants(string, modifiers).iter().any(|variant| {
            let cased = |part: &StringPart| match part {
                StringPart::Plain(piece) => StringPart::Plain(case(piece)),
                special => special.clone(),
            };
            let mut parts: Vec<StringPart> = variant.parts.iter().map(cased).collect();
            if before {
                parts.splice(0..0, many.parts.clone());
            }
            if after {
                parts.extend(many.parts.clone());
            }
            fits(&parts, &text)
        })
    }

    /// What a value stands for after Sigma's value transformations.
    fn variants(&self, string: &SigmaString, modifiers: &[Modifier]) -> Vec<SigmaString> {
        let has = |modifier: Modifier| modifiers.contains(&modifier);
        let expanded =
            if has(Modifier::Expand) { self.lists.expand(&string.original).unwrap_or_default() } else { vec![string.original.clone()] };
        let dashed: Vec<String> =
            if has(Modifier::WindAsh) { expanded.iter().flat_map(|text| encode::windash(text)).collect() } else { expanded };
        let form =
            [(Modifier::Wide, encode::Utf16::Little), (Modifier::Utf16be, encode::Utf16::Big), (Modifier::Utf16, encode::Utf16::Marked)]
                .into_iter()
                .find(|(modifier, _)| has(*modifier));
        let bytes = |text: &str| form.map_or_else(|| text.as_bytes().to_vec(), |(_, form)| encode::utf16(text, form));
        let plain = |text: &String| SigmaString::new(text).as_plain().unwrap_or_else(|| text.clone());
        if has(Modifier::Base64) {
            dashed.iter().map(|text| SigmaString::from_raw(&encode::base64(&bytes(&plain(text))))).collect()
        } else if has(Modifier::Base64Offset) {
            let offsets = dashed.iter().flat_map(|text| encode::base64_offsets(&bytes(&plain(text))));
            offsets.map(|text| SigmaString::from_raw(&text)).collect()
        } else {
            let widen = |mut string: SigmaString| {
                for part in &mut string.parts {
                    if let (StringPart::Plain(text), Some(_)) = (&*part, form) {
                        *part = StringPart::Plain(String::from_utf8_lossy(&bytes(text)).into_owned());
                    }
                }
                string
            };
            dashed.iter().map(|text| widen(SigmaString::new(text))).collect()
        }
    }
}

/// Comparisons of numbers and parts of times; nothing when the modifiers ask for no such thing.
fn compared(value: &SigmaValue, modifiers: &[Modifier], text: &str) -> Option<bool> {
    let wanted = number_of(value);
    let has = |modifier: Modifier| modifiers.contains(&modifier);
    let instant = || Some(text.parse::<jiff::Timestamp>().ok()?.to_zoned_datetime(jiff::tz::TimeZone::UTC));
    let part = modifiers.iter().find_map(time_part);
    let comparisons = [
        (Modifier::Lt, Compare::Less),
        (Modifier::Lte, Compare::LessOrEqual),
        (Modifier::Gt, Compare::Greater),
        (Modifier::Gte, Compare::GreaterOrEqual),
    ];
    let comparison = comparisons.into_iter().find(|(modifier, _)| has(*modifier)).map(|(_, compare)| compare);
    if part.is_none() && comparison.is_none() {
        return None;
    }
    let number = match part {
        Some(part) => instant().map(|time| Number::Whole(part(&time))),
        None => Number::parse(text),
    };
    let compare = comparison.unwrap_or(Compare::Equal);
    Some(wanted.zip(number).is_some_and(|(wanted, number)| number.compares(compare, &wanted)))
}

/// How a modifier takes its part of a time.
fn time_part(modifier: &Modifier) -> Option<fn(&jiff::ZonedDateTime) -> i128> {
    match modifier {
        Modifier::Minute => Some(|time| time.minute().into()),
        Modifier::Hour => Some(|time| time.hour().into()),
        Modifier::Day => Some(|time| time.day().into()),
        Modifier::Week => Some(|time| time.date().iso_week_date().week().into()),
        Modifier::Month => Some(|time| time.month().into()),
        Modifier::Year => Some(|time| time.year().into()),
        _ => None,
    }
}

fn number_of(value: &SigmaValue) -> Option<Number> {
    match value {
        SigmaValue::Integer(whole) => Some(Number::Whole((*whole).into())),
        SigmaValue::Float(fraction) => Some(Number::from_f64(*fraction)),
        SigmaValue::String(text) => Number::parse(&text.original),
        SigmaValue::Bool(_) | SigmaValue::Null => None,
    }
}

fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Wildcard matching by trying every split.
fn fits(parts: &[StringPart], text: &[char]) -> bool {
    match parts.split_first() {
        None => text.is_empty(),
        Some((StringPart::Plain(piece), rest)) => {
            let begins = piece.chars().count() <= text.len() && piece.chars().zip(text).all(|(asked, found)| asked == *found);
            begins && fits(rest, &text[piece.chars().count()..])
        }
        Some((StringPart::Special(SpecialChar::WildcardSingle), rest)) => !text.is_empty() && fits(rest, &text[1..]),
        Some((StringPart::Special(SpecialChar::WildcardMulti), rest)) => (0..=text.len()).any(|from| fits(rest, &text[from..])),
    }
}

fn in_network(text: &str, network: &str) -> bool {
    let bits = |address: std::net::IpAddr| match address {
        std::net::IpAddr::V4(v4) => v4.octets().iter().map(|byte| format!("{byte:08b}")).collect::<String>(),
        std::net::IpAddr::V6(v6) => v6.octets().iter().map(|byte| format!("{byte:08b}")).collect::<String>(),
    };
    let (Ok(address), Some((base, prefix))) = (text.parse(), network.split_once('/')) else { return false };
    let (Ok(base), Ok(prefix)) = (base.parse(), prefix.parse::<usize>()) else { return false };
    let (address, base) = (bits(address), bits(base));
    address.len() == base.len() && prefix <= base.len() && address[..prefix] == base[..prefix]
}
