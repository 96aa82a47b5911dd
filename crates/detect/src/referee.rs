//! The slow, obvious evaluator: Sigma's parsed text against a `serde_json::Value`, without any of the matcher's machinery.
//!
//! It is the referee of the matcher in tests, and the voice that explains verdicts: [`explain`] tells for every item of a rule
//! whether it held and on which value.

use rsigma_parser::{
    ArrayQuantifier, ConditionExpr, Detection, DetectionItem, Detections, Modifier, Quantifier, SelectorPattern, SigmaString, SigmaValue,
    SpecialChar, StringPart, detection_name_matches,
};
use serde_json::Value;
use watchfire_model::{MatchedPredicate, Record, Slots, Span, cloudtrail};

use crate::derive::{Derived, Facts};
use crate::predicate::encode;
use crate::rule::{Lists, Rule};

/// Whether a rule, with its filters, matches an event.
pub fn matches(rule: &Rule, event: &Value) -> bool {
    let judge = Judge { root: event, element: None, lists: &rule.lists };
    judge.detections(&rule.sigma.detection) && rule.filters.iter().all(|filter| judge.detections(&filter.detection))
}

/// One item of a rule and its verdict.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Verdict {
    /// The selection it stands in, `filter/…` for filters.
    pub selection: String,
    /// Field, operator, what is asked, what the event says.
    #[serde(flatten)]
    pub item: MatchedPredicate,
    /// Whether it held.
    pub held: bool,
}

/// Every item of a rule with its verdict on an event, selections in order of name.
pub fn explain(rule: &Rule, event: &Value) -> Vec<Verdict> {
    let judge = Judge { root: event, element: None, lists: &rule.lists };
    let own = std::iter::once((String::new(), &rule.sigma.detection));
    let filters = rule.filters.iter().map(|filter| ("filter/".to_owned(), &filter.detection));
    let mut verdicts = Vec::new();
    for (prefix, detections) in own.chain(filters) {
        let mut named: Vec<_> = detections.named.iter().collect();
        named.sort_by_key(|(name, _)| name.as_str());
        for (name, detection) in named {
            judge.tell(&format!("{prefix}{name}"), detection, &mut verdicts);
        }
    }
    verdicts
}

/// The items that held, of selections that the condition wants to hold: what made the rule match.
pub fn matched(rule: &Rule, event: &Value) -> Vec<MatchedPredicate> {
    let wanted: Vec<String> = rule
        .sigma
        .detection
        .named
        .keys()
        .filter(|name| rule.sigma.detection.conditions.iter().any(|condition| is_wanted(condition, name, true)))
        .cloned()
        .collect();
    let verdicts = explain(rule, event).into_iter();
    verdicts.filter(|verdict| verdict.held && wanted.contains(&verdict.selection)).map(|verdict| verdict.item).collect()
}

/// Whether a condition uses a selection outside of `not`.
fn is_wanted(condition: &ConditionExpr, name: &str, positive: bool) -> bool {
    match condition {
        ConditionExpr::And(parts) | ConditionExpr::Or(parts) => parts.iter().any(|part| is_wanted(part, name, positive)),
        ConditionExpr::Not(part) => is_wanted(part, name, !positive),
        ConditionExpr::Identifier(identifier) => positive && identifier == name,
        ConditionExpr::Selector { pattern: SelectorPattern::Them, .. } => positive && !name.starts_with('_'),
        ConditionExpr::Selector { pattern: SelectorPattern::Pattern(pattern), .. } => positive && detection_name_matches(pattern, name),
    }
}

/// Every text that a dotted path reaches in an event.
pub fn texts(event: &Value, path: &str) -> Vec<String> {
    let lists = Lists::default();
    Judge { root: event, element: None, lists: &lists }.find(path).iter().flat_map(flatten).collect()
}

struct Judge<'e> {
    root: &'e Value,
    element: Option<&'e Value>,
    lists: &'e Lists,
}

impl Judge<'_> {
    fn detections(&self, detections: &Detections) -> bool {
        detections.conditions.iter().any(|condition| {
            self.condition(condition, &detections.named.keys().map(String::as_str).collect::<Vec<_>>(), &|name| {
                detections.named.get(name).is_some_and(|detection| self.detection(detection))
            })
        })
    }

    fn condition(&self, condition: &ConditionExpr, names: &[&str], holds: &dyn Fn(&str) -> bool) -> bool {
        match condition {
            ConditionExpr::And(parts) => parts.iter().all(|part| self.condition(part, names, holds)),
            ConditionExpr::Or(parts) => parts.iter().any(|part| self.condition(part, names, holds)),
            ConditionExpr::Not(part) => !self.condition(part, names, holds),
            ConditionExpr::Identifier(name) => holds(name),
            ConditionExpr::Selector { quantifier, pattern } => {
                let chosen: Vec<&&str> = names
                    .iter()
                    .filter(|name| match pattern {
                        SelectorPattern::Them => !name.starts_with('_'),
                        SelectorPattern::Pattern(pattern) => detection_name_matches(pattern, name),
                    })
                    .collect();
                let held = chosen.iter().filter(|name| holds(name)).count();
                match quantifier {
                    Quantifier::Any => held > 0,
                    Quantifier::All => !chosen.is_empty() && held == chosen.len(),
                    Quantifier::Count(count) => held as u64 >= *count,
                }
            }
        }
    }

    fn detection(&self, detection: &Detection) -> bool {
        match detection {
            Detection::AllOf(items) => items.iter().all(|item| self.item(item)),
            Detection::AnyOf(parts) => parts.iter().any(|part| self.detection(part)),
            Detection::And(parts) => parts.iter().all(|part| self.detection(part)),
            Detection::Keywords(values) => values.iter().any(|value| self.keyword(value, &[])),
            Detection::ArrayMatch { field, quantifier, body } => self.array(field, *quantifier, body),
            Detection::Conditional { named, condition } => {
                self.condition(condition, &named.keys().map(String::as_str).collect::<Vec<_>>(), &|name| {
                    named.get(name).is_some_and(|detection| self.detection(detection))
                })
            }
        }
    }

    /// Several arrays may be reached: `some` and `every` run over all elements of all of them.
    fn array(&self, field: &str, quantifier: ArrayQuantifier, body: &Detection) -> bool {
        let mut elements = Vec::new();
        for found in self.find(field) {
            let found = match &found {
                Value::String(text) => inner(text).unwrap_or(found),
                _ => found,
            };
            match found {
                Value::Array(items) => elements.extend(items),
                Value::Null => {}
                lone => elements.push(lone),
            }
        }
        let mut held = elements.iter().map(|element| Judge { root: self.root, element: Some(element), lists: self.lists }.detection(body));
        match quantifier {
            ArrayQuantifier::Any => held.any(|held| held),
            ArrayQuantifier::None => !held.any(|held| held),
            ArrayQuantifier::AllOrEmpty => held.all(|held| held),
            ArrayQuantifier::All => !elements.is_empty() && held.all(|held| held),
        }
    }

    fn item(&self, item: &DetectionItem) -> bool {
        let modifiers = &item.field.modifiers;
        let Some(field) = &item.field.name else {
            let one = |value: &SigmaValue| self.keyword(value, modifiers);
            return if modifiers.contains(&Modifier::All) { item.values.iter().all(one) } else { item.values.iter().any(one) };
        };
        let found = self.find(field);
        let exists = found.iter().any(|value| !value.is_null());
        let held = if modifiers.contains(&Modifier::Exists) {
            exists == matches!(item.values.first(), Some(SigmaValue::Bool(true)))
        } else if item.values.is_empty() {
            !exists
        } else {
            let one = |value: &SigmaValue| match value {
                SigmaValue::Null => !exists,
                value => found.iter().flat_map(flatten).any(|text| self.value(value, modifiers, &text, false)),
            };
            if modifiers.contains(&Modifier::All) { item.values.iter().all(one) } else { item.values.iter().any(one) }
        };
        held != modifiers.contains(&Modifier::Neq)
    }

    fn keyword(&self, value: &SigmaValue, modifiers: &[Modifier]) -> bool {
        match self.element {
            Some(element) => flatten(element).iter().any(|text| self.value(value, modifiers, text, false)),
            None => scalars(self.root).iter().any(|text| self.value(value, modifiers, text, true)),
        }
    }

    /// Whether one text satisfies one value of an item.
    fn value(&self, value: &SigmaValue, modifiers: &[Modifier], text: &str, keyword: bool) -> bool {
        let has = |modifier: Modifier| modifiers.contains(&modifier);
        let as_number = || text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        let number = |wanted: f64| {
            let compare = |held: &dyn Fn(f64) -> bool| as_number().is_some_and(held);
            let part = |part: fn(&jiff::ZonedDateTime) -> i64| {
                let instant = text.parse::<jiff::Timestamp>().ok();
                instant.is_some_and(|instant| part(&instant.to_zoned_datetime(jiff::tz::TimeZone::UTC)) == wanted as i64)
            };
            match modifiers {
                _ if has(Modifier::Lt) => compare(&|number| number < wanted),
                _ if has(Modifier::Lte) => compare(&|number| number <= wanted),
                _ if has(Modifier::Gt) => compare(&|number| number > wanted),
                _ if has(Modifier::Gte) => compare(&|number| number >= wanted),
                _ if has(Modifier::Minute) => part(|time| time.minute().into()),
                _ if has(Modifier::Hour) => part(|time| time.hour().into()),
                _ if has(Modifier::Day) => part(|time| time.day().into()),
                _ if has(Modifier::Week) => part(|time| time.date().iso_week_date().week().into()),
                _ if has(Modifier::Month) => part(|time| time.month().into()),
                _ if has(Modifier::Year) => part(|time| time.year().into()),
                _ => compare(&|number| number == wanted),
            }
        };
        match value {
            SigmaValue::Integer(whole) => number(*whole as f64),
            SigmaValue::Float(fraction) => number(*fraction),
            SigmaValue::Bool(wanted) => lower(text) == wanted.to_string(),
            SigmaValue::Null => false,
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
            let networks = if has(Modifier::Expand) { self.lists.expand(&string.original).unwrap_or_default() } else { vec![plain(string)] };
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
        self.variants(string, modifiers).iter().any(|variant| {
            let mut parts = variant.parts.clone();
            if before {
                parts.splice(0..0, many.parts.clone());
            }
            if after {
                parts.extend(many.parts.clone());
            }
            fits(&parts, &case(text).chars().collect::<Vec<_>>(), &case)
        })
    }

    /// What a value stands for after Sigma's value transformations.
    fn variants(&self, string: &SigmaString, modifiers: &[Modifier]) -> Vec<SigmaString> {
        let has = |modifier: Modifier| modifiers.contains(&modifier);
        let expanded = if has(Modifier::Expand) { self.lists.expand(&string.original).unwrap_or_default() } else { vec![string.original.clone()] };
        let dashed: Vec<String> =
            if has(Modifier::WindAsh) { expanded.iter().flat_map(|text| encode::windash(text)).collect() } else { expanded };
        let form = [(Modifier::Wide, encode::Utf16::Little), (Modifier::Utf16be, encode::Utf16::Big), (Modifier::Utf16, encode::Utf16::Marked)]
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

    /// Every value that a dotted path reaches.
    fn find(&self, path: &str) -> Vec<Value> {
        if self.element.is_none() && let Some(derived) = Derived::of_path(path) {
            return derived_values(self.root, derived).into_iter().map(Value::String).collect();
        }
        let mut found = Vec::new();
        reach(self.element.unwrap_or(self.root), &path.split('.').collect::<Vec<_>>(), &mut found);
        found
    }

    fn tell(&self, selection: &str, detection: &Detection, verdicts: &mut Vec<Verdict>) {
        match detection {
            Detection::AllOf(items) => items.iter().for_each(|item| verdicts.push(self.verdict(selection, item))),
            Detection::AnyOf(parts) | Detection::And(parts) => parts.iter().for_each(|part| self.tell(selection, part, verdicts)),
            Detection::Keywords(values) => {
                let field = rsigma_parser::FieldSpec::new(None, Vec::new());
                verdicts.push(self.verdict(selection, &DetectionItem { field, values: values.clone() }));
            }
            Detection::ArrayMatch { field, quantifier, .. } => verdicts.push(Verdict {
                selection: selection.to_owned(),
                item: MatchedPredicate {
                    field: field.clone(),
                    operator: format!("[{quantifier}]"),
                    expected: "an element as the rule describes".to_owned(),
                    actual: shown(&self.find(field)),
                },
                held: self.detection(detection),
            }),
            Detection::Conditional { named, .. } => named.values().for_each(|part| self.tell(selection, part, verdicts)),
        }
    }

    fn verdict(&self, selection: &str, item: &DetectionItem) -> Verdict {
        let operator = item.field.modifiers.iter().map(|modifier| format!("{modifier:?}").to_lowercase()).collect::<Vec<_>>().join("|");
        let expected = item.values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
        let actual = item.field.name.as_ref().map_or_else(|| "(the whole record)".to_owned(), |field| shown(&self.find(field)));
        Verdict {
            selection: selection.to_owned(),
            item: MatchedPredicate {
                field: item.field.name.clone().unwrap_or_else(|| "keyword".to_owned()),
                operator: if operator.is_empty() { "equals".to_owned() } else { operator },
                expected,
                actual,
            },
            held: self.item(item),
        }
    }
}

fn shown(values: &[Value]) -> String {
    const SHOWN_CHARS_MAX: usize = 400;
    let texts: Vec<String> = values.iter().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect();
    if texts.is_empty() { "(absent)".to_owned() } else { texts.join(", ").chars().take(SHOWN_CHARS_MAX).collect() }
}

fn reach(value: &Value, segments: &[&str], found: &mut Vec<Value>) {
    if segments.is_empty() {
        found.push(value.clone());
        return;
    }
    match value {
        Value::Array(items) => match indexed(segments[0]) {
            Some(("", index)) => reach_index(items, index, &segments[1..], found),
            _ => items.iter().for_each(|item| reach(item, segments, found)),
        },
        Value::String(text) => {
            if let Some(inner) = inner(text) {
                reach(&inner, segments, found);
            }
        }
        Value::Object(members) => {
            for take in 1..=segments.len() {
                let name = segments[..take].join(".");
                if let Some(member) = members.get(&name.replace("\\[", "[").replace("\\]", "]")) {
                    reach(member, &segments[take..], found);
                } else if let Some((name, index)) = indexed(&name)
                    && let Some(Value::Array(items)) = members.get(name)
                {
                    reach_index(items, index, &segments[take..], found);
                }
            }
        }
        _ => {}
    }
}

fn reach_index(items: &[Value], index: i64, rest: &[&str], found: &mut Vec<Value>) {
    let at = if index < 0 { items.len().checked_sub(index.unsigned_abs() as usize) } else { Some(index as usize) };
    if let Some(item) = at.and_then(|at| items.get(at)) {
        reach(item, rest, found);
    }
}

fn indexed(segment: &str) -> Option<(&str, i64)> {
    let head = segment.strip_suffix(']').filter(|head| !head.ends_with('\\'))?;
    let (name, index) = head.rsplit_once('[').filter(|(name, _)| !name.ends_with('\\'))?;
    Some((name, index.parse().ok()?))
}

fn inner(text: &str) -> Option<Value> {
    let json = crate::tree::inner_json(text)?;
    serde_json::from_str(&json).ok().filter(|value: &Value| value.is_object() || value.is_array())
}

/// The texts that a value is judged by: scalars as text, objects as compact JSON, the elements of arrays.
fn flatten(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(flatten).collect(),
        other => vec![other.to_string()],
    }
}

/// Every scalar in a value.
fn scalars(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(scalars).collect(),
        Value::Object(members) => members.values().flat_map(scalars).collect(),
        scalar => flatten(scalar),
    }
}

fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Wildcard matching by trying every split.
fn fits(parts: &[StringPart], text: &[char], case: &dyn Fn(&str) -> String) -> bool {
    match parts.split_first() {
        None => text.is_empty(),
        Some((StringPart::Plain(piece), rest)) => {
            let piece: Vec<char> = case(piece).chars().collect();
            text.strip_prefix(piece.as_slice()).is_some_and(|tail| fits(rest, tail, case))
        }
        Some((StringPart::Special(SpecialChar::WildcardSingle), rest)) => !text.is_empty() && fits(rest, &text[1..], case),
        Some((StringPart::Special(SpecialChar::WildcardMulti), rest)) => (0..=text.len()).any(|from| fits(rest, &text[from..], case)),
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
    address.len() == base.len() && address.get(..prefix) == base.get(..prefix)
}

/// The judgement functions are shared with the matcher: they have tests of their own.
fn derived_values(event: &Value, derived: Derived) -> Vec<String> {
    let (raw, slots) = with_slots(event);
    derived.values(&Facts::of(&Record::new(&raw, &slots)))
}

/// An event as text, with the places of its fields: how tests and proofs make records without a decoder.
pub fn with_slots(event: &Value) -> (String, Slots) {
    let mut slots = Slots::default();
    let mut raw = String::new();
    write_object(event, "", &mut raw, &mut slots);
    (raw, slots)
}

fn write_object(value: &Value, path: &str, raw: &mut String, slots: &mut Slots) {
    let start = raw.len() as u32;
    match value {
        Value::Object(members) if path.is_empty() || cloudtrail::SCHEMA.fields.iter().any(|field| field.path.starts_with(&format!("{path}."))) => {
            raw.push('{');
            for (at, (key, member)) in members.iter().enumerate() {
                if at > 0 {
                    raw.push(',');
                }
                raw.push_str(&Value::String(key.clone()).to_string());
                raw.push(':');
                let inner = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                write_object(member, &inner, raw, slots);
            }
            raw.push('}');
        }
        other => raw.push_str(&other.to_string()),
    }
    if let Some(field) = cloudtrail::SCHEMA.field(path) {
        slots.set(field.slot, Span { start, end: raw.len() as u32 });
    }
}
