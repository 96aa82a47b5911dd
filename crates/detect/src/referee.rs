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
use crate::lower::asks_text;
use crate::predicate::{Compare, Number, encode};
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
    let judge = Judge { root: event, element: None, lists: &rule.lists };
    let detections = &rule.sigma.detection;
    let is_wanted = |name: &str| detections.conditions.iter().any(|condition| is_wanted(condition, name, true));
    let mut named: Vec<_> = detections.named.iter().filter(|(name, _)| is_wanted(name)).collect();
    named.sort_by_key(|(name, _)| name.as_str());
    let mut verdicts = Vec::new();
    named.into_iter().for_each(|(name, detection)| judge.tell(name, detection, &mut verdicts));
    verdicts.into_iter().filter(|verdict| verdict.held).map(|verdict| verdict.item).collect()
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
            Detection::Keywords(values) => {
                let field = rsigma_parser::FieldSpec::new(None, Vec::new());
                self.item(&DetectionItem { field, values: values.clone() })
            }
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
        let mut held = elements.iter().map(|element| Judge { element: Some(element), ..*self }.detection(body));
        match quantifier {
            ArrayQuantifier::Any => held.any(|held| held),
            ArrayQuantifier::None => !held.any(|held| held),
            ArrayQuantifier::AllOrEmpty => held.all(|held| held),
            ArrayQuantifier::All => !elements.is_empty() && held.all(|held| held),
        }
    }

    fn item(&self, item: &DetectionItem) -> bool {
        let held = match (&item.field.name, self.element) {
            (Some(field), _) => self.of_values(item, &self.find(field)),
            (None, Some(element)) => self.of_values(item, std::slice::from_ref(element)),
            (None, None) => self.keywords(item),
        };
        held != item.field.has_modifier(Modifier::Neq)
    }

    /// Whether an item holds on the values that its field has.
    fn of_values(&self, item: &DetectionItem, found: &[Value]) -> bool {
        let modifiers = &item.field.modifiers;
        let exists = found.iter().any(|value| !value.is_null());
        if modifiers.contains(&Modifier::Exists) {
            exists == matches!(item.values.first(), Some(SigmaValue::Bool(true)))
        } else if item.values.is_empty() {
            !exists
        } else {
            let one = |value: &SigmaValue| match value {
                SigmaValue::Null => !exists,
                value => found.iter().flat_map(flatten).any(|text| self.value(value, modifiers, &text, false)),
            };
            if modifiers.contains(&Modifier::All) { item.values.iter().all(one) } else { item.values.iter().any(one) }
        }
    }

    /// Keywords are looked for in every scalar of the record.
    fn keywords(&self, item: &DetectionItem) -> bool {
        let modifiers = &item.field.modifiers;
        let texts = scalars(self.root);
        let one = |value: &SigmaValue| texts.iter().any(|text| self.value(value, modifiers, text, true));
        if modifiers.contains(&Modifier::All) { item.values.iter().all(one) } else { item.values.iter().any(one) }
    }

    /// Whether one text satisfies one value of an item.
    fn value(&self, value: &SigmaValue, modifiers: &[Modifier], text: &str, keyword: bool) -> bool {
        if let Some(held) = compared(value, modifiers, text) {
            return held;
        }
        match value {
            SigmaValue::Null => false,
            SigmaValue::Integer(_) | SigmaValue::Float(_) | SigmaValue::Bool(_) if asks_text(modifiers) => {
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
            return derived_values(self.root, derived, self.lists).into_iter().map(Value::String).collect();
        }
        let segments = segments(path);
        let mut found = Vec::new();
        match self.element {
            Some(element) => reach(element, &segments, &mut found),
            None => {
                let (start, rest) = known(self.root, &segments);
                start.iter().for_each(|start| reach(start, rest, &mut found));
            }
        }
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

/// One step of a path.
enum Segment {
    Name(String),
    /// Negative counts from the end.
    Index(i64),
}

fn segments(path: &str) -> Vec<Segment> {
    let name = |text: &str| Segment::Name(text.replace("\\[", "[").replace("\\]", "]"));
    let both = |text: &str| match indexed(text) {
        Some((before, index)) => vec![name(before), Segment::Index(index)],
        None => vec![name(text)],
    };
    path.split('.').flat_map(both).collect()
}

fn indexed(segment: &str) -> Option<(&str, i64)> {
    let head = segment.strip_suffix(']').filter(|head| !head.ends_with('\\'))?;
    let (name, index) = head.rsplit_once('[').filter(|(name, _)| !name.ends_with('\\'))?;
    Some((name, index.parse().ok()?))
}

fn joined(segments: &[Segment]) -> Option<String> {
    let names = segments.iter().map(|segment| if let Segment::Name(name) = segment { Some(name.as_str()) } else { None });
    Some(names.collect::<Option<Vec<_>>>()?.join("."))
}

/// Fields that the source's table names stand where the table says, in objects; only what lies below may be an array or a text.
fn known<'e, 's>(root: &'e Value, segments: &'s [Segment]) -> (Option<&'e Value>, &'s [Segment]) {
    for taken in (1..=segments.len()).rev() {
        let Some(path) = joined(&segments[..taken]).filter(|path| cloudtrail::SCHEMA.field(path).is_some()) else { continue };
        return (path.split('.').try_fold(root, |value, name| value.as_object()?.get(name)), &segments[taken..]);
    }
    (Some(root), segments)
}

fn reach(value: &Value, segments: &[Segment], found: &mut Vec<Value>) {
    match (value, segments) {
        (value, []) => found.push(value.clone()),
        (Value::Array(items), [Segment::Index(index), rest @ ..]) => {
            let at = if *index < 0 { items.len().checked_sub(index.unsigned_abs() as usize) } else { Some(*index as usize) };
            at.and_then(|at| items.get(at)).into_iter().for_each(|item| reach(item, rest, found));
        }
        (Value::Array(items), _) => items.iter().for_each(|item| reach(item, segments, found)),
        (Value::String(text), _) => inner(text).iter().for_each(|inner| reach(inner, segments, found)),
        (Value::Object(members), _) => {
            for taken in 1..=segments.len() {
                let Some(name) = joined(&segments[..taken]) else { break };
                members.get(&name).into_iter().for_each(|member| reach(member, &segments[taken..], found));
            }
        }
        _ => {}
    }
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

/// The judgement functions are shared with the matcher: they have tests of their own.
fn derived_values(event: &Value, derived: Derived, lists: &Lists) -> Vec<String> {
    let (raw, slots) = with_slots(event);
    derived.values(&Facts::of(&Record::new(&raw, &slots), lists))
}

/// An event as text, with the places of its fields: how tests and proofs make records without a decoder.
pub fn with_slots(event: &Value) -> (String, Slots) {
    let mut slots = Slots::default();
    let mut raw = String::new();
    write_value(event, Some(""), &mut raw, &mut slots);
    (raw, slots)
}

/// Writes a value that stands at a path of the source's table; a key that holds dots itself leads to none.
fn write_value(value: &Value, path: Option<&str>, raw: &mut String, slots: &mut Slots) {
    let start = raw.len() as u32;
    match (value, path) {
        (Value::Object(members), Some(path)) => {
            raw.push('{');
            for (at, (key, member)) in members.iter().enumerate() {
                if at > 0 {
                    raw.push(',');
                }
                raw.push_str(&Value::String(key.clone()).to_string());
                raw.push(':');
                let inner = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                write_value(member, Some(inner.as_str()).filter(|_| !key.contains('.')), raw, slots);
            }
            raw.push('}');
        }
        (other, _) => raw.push_str(&other.to_string()),
    }
    if let Some(field) = path.and_then(|path| cloudtrail::SCHEMA.field(path)) {
        slots.set(field.slot, Span { start, end: raw.len() as u32 });
    }
}

/// Comparisons of numbers and parts of times; nothing when the modifiers ask for no such thing.
fn compared(value: &SigmaValue, modifiers: &[Modifier], text: &str) -> Option<bool> {
    let wanted = number_of(value);
    let number = |compare: Compare| Some(wanted.zip(Number::parse(text)).is_some_and(|(wanted, number)| number.compares(compare, &wanted)));
    let part = |part: fn(&jiff::ZonedDateTime) -> i64| {
        let time = text.parse::<jiff::Timestamp>().ok().map(|instant| instant.to_zoned_datetime(jiff::tz::TimeZone::UTC));
        Some(time.zip(wanted).is_some_and(|(time, wanted)| part(&time) == wanted.as_f64() as i64))
    };
    modifiers.iter().find_map(|modifier| match modifier {
        Modifier::Lt => number(Compare::Less),
        Modifier::Lte => number(Compare::LessOrEqual),
        Modifier::Gt => number(Compare::Greater),
        Modifier::Gte => number(Compare::GreaterOrEqual),
        Modifier::Minute => part(|time| time.minute().into()),
        Modifier::Hour => part(|time| time.hour().into()),
        Modifier::Day => part(|time| time.day().into()),
        Modifier::Week => part(|time| time.date().iso_week_date().week().into()),
        Modifier::Month => part(|time| time.month().into()),
        Modifier::Year => part(|time| time.year().into()),
        _ => None,
    })
}

fn number_of(value: &SigmaValue) -> Option<Number> {
    match value {
        SigmaValue::Integer(whole) => Some(Number::Whole((*whole).into())),
        SigmaValue::Float(fraction) => Some(Number::from_f64(*fraction)),
        SigmaValue::String(text) => Number::parse(&text.original),
        SigmaValue::Bool(_) | SigmaValue::Null => None,
    }
}
