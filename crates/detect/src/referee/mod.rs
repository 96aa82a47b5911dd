//! The slow, obvious evaluator: Sigma's parsed text against a `serde_json::Value`, without any of the matcher's machinery.
//!
//! It is the referee of the matcher in tests, and the voice that explains verdicts: [`explain`] tells for every item of a rule
//! whether it held and on which value.

pub mod event_pattern;
mod reach;
mod record;
mod text;

use std::borrow::Cow;

use rsigma_parser::{
    ArrayQuantifier, ConditionExpr, Detection, DetectionItem, Detections, Modifier, Quantifier, SelectorPattern, SigmaString, SigmaValue,
    detection_name_matches,
};
use serde_json::Value;
use watchfire_model::MatchedPredicate;

use crate::derive::Derived;
use crate::rule::{Lists, Rule};
use reach::{flatten, inner, known, reach, scalars, segments};
use record::derived_values;
pub use record::with_slots;

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
        let is_neq = item.field.has_modifier(Modifier::Neq);
        let Some(item) = self.spread(item) else { return is_neq };
        let item = &*item;
        let held = match (&item.field.name, self.element) {
            (Some(field), _) => self.of_values(item, &self.find(field)),
            (None, Some(element)) => self.of_values(item, std::slice::from_ref(element)),
            (None, None) => self.keywords(item),
        };
        held != is_neq
    }

    /// With `all`, every value of a list is one more value of the item; nothing when a list has none.
    fn spread<'i>(&self, item: &'i DetectionItem) -> Option<Cow<'i, DetectionItem>> {
        if !(item.field.has_modifier(Modifier::All) && item.field.has_modifier(Modifier::Expand)) {
            return Some(Cow::Borrowed(item));
        }
        let mut plain = DetectionItem { values: Vec::new(), ..item.clone() };
        plain.field.modifiers.retain(|modifier| *modifier != Modifier::Expand);
        for value in &item.values {
            let SigmaValue::String(template) = value else {
                plain.values.push(value.clone());
                continue;
            };
            let texts = self.lists.expand(&template.original).ok().filter(|texts| !texts.is_empty())?;
            plain.values.extend(texts.iter().map(|text| SigmaValue::String(SigmaString::new(text))));
        }
        Some(Cow::Owned(plain))
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

    /// Every value that a dotted path reaches.
    fn find(&self, path: &str) -> Vec<Value> {
        if self.element.is_none()
            && let Some(derived) = Derived::of_path(path)
        {
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
