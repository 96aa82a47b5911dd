//! What each correlation needs, worked out once.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::Arc;

use rsigma_parser::{ConditionExpr, ConditionOperator, CorrelationCondition, CorrelationRule, CorrelationType};
use smallvec::SmallVec;
use watchfire_model::{EventTime, Occurrence, Record, cloudtrail};

use super::Signal;
use super::aggregate::Aggregate;
use crate::matcher::Context;
use crate::path::Path;
use crate::rule::{Correlation, Lists, RuleKind, RuleSet, field_for, key_position, value_fields};

/// One correlation, ready to run.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) span_ms: i64,
    pub(super) ask: Ask,
    /// It has an upper bound or asks for an absence: only the whole window can tell.
    pub(super) judged_at_end: bool,
    /// Correlations that this one feeds.
    pub(super) parents: Vec<Link>,
}

/// What must hold in a window.
#[derive(Debug)]
pub(super) enum Ask {
    /// A number over the signals compares so.
    Number(Aggregate, Vec<(ConditionOperator, f64)>),
    /// Bounds on how many different parts are there, in the order listed where that counts.
    Parts { bounds: Vec<(ConditionOperator, f64)>, ordered: bool },
    /// A condition over the names of the parts.
    Expression { expr: ConditionExpr, names: Vec<String>, ordered: bool },
}

/// How a correlation's hit becomes another's signal.
#[derive(Debug)]
pub(super) struct Link {
    parent: u32,
    part: u16,
    /// For each group-by field of the parent, its position in the child's key.
    key: Vec<usize>,
    /// For each field of the parent's condition, its position in the child's key.
    values: Vec<usize>,
}

impl Link {
    pub(super) fn signal(&self, key: &[Box<str>], time: EventTime, occurrences: &[Occurrence]) -> Option<Signal> {
        let pick = |positions: &[usize]| positions.iter().map(|&at| key.get(at).cloned()).collect::<Option<Vec<_>>>();
        let values = pick(&self.values)?;
        Some(Signal {
            correlation: self.parent,
            part: self.part,
            time,
            key: pick(&self.key)?.into(),
            values: if values.is_empty() { Vec::new() } else { vec![join(&values)] },
            occurrences: occurrences.to_vec(),
        })
    }
}

/// Several fields of one condition count as one value.
fn join(values: &[Box<str>]) -> Box<str> {
    values.join(VALUE_SEPARATOR).into()
}

/// Stands in no log text.
const VALUE_SEPARATOR: &str = "\u{1f}";

pub(super) fn plans(rules: &RuleSet) -> Arc<[Plan]> {
    let mut plans: Vec<Plan> = rules.correlations.iter().map(Plan::new).collect();
    for (parent, correlation) in rules.correlations.iter().enumerate() {
        for (part, kind) in correlation.parts.iter().enumerate() {
            let RuleKind::Correlation(child) = *kind else { continue };
            if repeats(correlation, part) {
                continue;
            }
            let inner = &rules.correlations[child].sigma;
            let position = |field: &String| key_position(inner, &field_for(&correlation.sigma, field, part), field);
            let key = correlation.sigma.group_by.iter().map(position).collect::<Option<Vec<_>>>();
            let values = value_fields(&correlation.sigma).iter().map(position).collect::<Option<Vec<_>>>();
            if let Some(key) = key {
                let link = Link { parent: parent as u32, part: part as u16, key, values: values.unwrap_or_default() };
                plans[child].parents.push(link);
            }
        }
    }
    plans.into()
}

impl Plan {
    /// Whether what holds on some signals of a window holds on all of them: then nobody has to wait for those that are late.
    pub(super) fn only_grows(&self) -> bool {
        let grows = match &self.ask {
            Ask::Number(aggregate, _) => matches!(aggregate, Aggregate::Count | Aggregate::Distinct),
            Ask::Parts { .. } => true,
            Ask::Expression { ordered, .. } => !ordered,
        };
        grows && !self.judged_at_end
    }

    fn new(correlation: &Correlation) -> Plan {
        let rule: &CorrelationRule = &correlation.sigma;
        let ordered = rule.correlation_type == CorrelationType::TemporalOrdered;
        let ask = match &rule.condition {
            CorrelationCondition::Extended(expr) => Ask::Expression { expr: expr.clone(), names: rule.rules.clone(), ordered },
            CorrelationCondition::Threshold { predicates, percentile, .. } => {
                let bounds = predicates.iter().map(|(operator, bound)| (*operator, *bound as f64)).collect();
                match Aggregate::of(rule.correlation_type, percentile.unwrap_or(50)) {
                    Some(aggregate) => Ask::Number(aggregate, bounds),
                    None => Ask::Parts { bounds, ordered },
                }
            }
        };
        let is_upper = |(operator, _): &(ConditionOperator, f64)| !matches!(operator, ConditionOperator::Gt | ConditionOperator::Gte);
        let judged_at_end = match &ask {
            Ask::Number(_, bounds) | Ask::Parts { bounds, .. } => bounds.iter().any(is_upper),
            Ask::Expression { expr, .. } => has_not(expr),
        };
        let span_ms = i64::try_from(rule.timespan.seconds).unwrap_or(i64::MAX).saturating_mul(1000);
        Plan { span_ms, ask, judged_at_end, parents: Vec::new() }
    }
}

/// A rule that is named twice is one rule, except in an order (`a`, then `b`, then `a` again).
fn repeats(correlation: &Correlation, part: usize) -> bool {
    let by_place = correlation.sigma.correlation_type == CorrelationType::TemporalOrdered
        || matches!(correlation.sigma.condition, CorrelationCondition::Extended(_));
    !by_place && correlation.parts.iter().take(part).any(|earlier| Some(earlier) == correlation.parts.get(part))
}

fn has_not(expr: &ConditionExpr) -> bool {
    match expr {
        ConditionExpr::And(parts) | ConditionExpr::Or(parts) => parts.iter().any(has_not),
        ConditionExpr::Not(_) => true,
        ConditionExpr::Identifier(_) | ConditionExpr::Selector { .. } => false,
    }
}

/// How matches of rules become signals: one per thread is not needed, it is read only.
#[derive(Debug, Default)]
pub struct SignalPlan {
    by_rule: Vec<Vec<Feed>>,
    lists: Arc<Lists>,
}

#[derive(Debug)]
struct Feed {
    correlation: u32,
    part: u16,
    key: Vec<Path>,
    values: Vec<Path>,
}

/// What one match gives to one correlation, borrowed from the record.
#[derive(Debug)]
pub struct Fed<'f> {
    /// Which correlation, by position in [`RuleSet::correlations`].
    pub correlation: u32,
    /// Which of its rules, by position in its `rules`.
    pub part: u16,
    /// Values of the group-by fields.
    pub key: &'f [Cow<'f, str>],
    /// Values of the condition's field.
    pub values: &'f [Cow<'f, str>],
}

impl Fed<'_> {
    /// The signal of one record.
    pub fn signal(&self, occurrence: &Occurrence) -> Signal {
        let boxed = |texts: &[Cow<'_, str>]| texts.iter().map(|text| Box::from(&**text)).collect::<Vec<Box<str>>>();
        Signal {
            correlation: self.correlation,
            part: self.part,
            time: occurrence.time,
            key: boxed(self.key).into(),
            values: boxed(self.values),
            occurrences: vec![occurrence.clone()],
        }
    }
}

/// More values of one record than this do not count: a request that lists thousands of ids is still one request.
const VALUES_MAX: usize = 64;

impl SignalPlan {
    /// Works out which rules feed which correlations.
    pub fn new(rules: &RuleSet) -> SignalPlan {
        let mut by_rule: Vec<Vec<Feed>> = rules.rules.iter().map(|_| Vec::new()).collect();
        for (at, correlation) in rules.correlations.iter().enumerate() {
            for (part, kind) in correlation.parts.iter().enumerate() {
                let RuleKind::Rule(rule) = *kind else { continue };
                if repeats(correlation, part) {
                    continue;
                }
                let path = |field: &String| Path::resolve(&field_for(&correlation.sigma, field, part), &cloudtrail::SCHEMA);
                by_rule[rule].push(Feed {
                    correlation: at as u32,
                    part: part as u16,
                    key: correlation.sigma.group_by.iter().map(path).collect(),
                    values: value_fields(&correlation.sigma).iter().map(path).collect(),
                });
            }
        }
        SignalPlan { by_rule, lists: rules.lists.clone() }
    }

    /// Whether a rule feeds any correlation.
    pub fn feeds(&self, rule: usize) -> bool {
        self.by_rule.get(rule).is_some_and(|feeds| !feeds.is_empty())
    }

    /// The paths of what a rule's match gives to correlations.
    pub(crate) fn paths(&self, rule: usize) -> impl Iterator<Item = &Path> {
        self.by_rule.get(rule).into_iter().flatten().flat_map(|feed| feed.key.iter().chain(&feed.values))
    }

    /// What a rule's match on a record gives to correlations. A record without a group-by field belongs to no group.
    pub fn feed(&self, rule: usize, record: &Record<'_>, mut each: impl FnMut(Fed<'_>)) {
        let Some(feeds) = self.by_rule.get(rule).filter(|feeds| !feeds.is_empty()) else { return };
        let context = OnceCell::new();
        let context = || context.get_or_init(|| Context::new(record, &self.lists));
        let first = |path: &Path| path.plain_text(record).unwrap_or_else(|| context().first_text(path));
        for feed in feeds {
            let mut key: SmallVec<[Cow<'_, str>; 4]> = SmallVec::new();
            for path in &feed.key {
                key.extend(first(path));
            }
            if key.len() < feed.key.len() {
                continue;
            }
            let values: SmallVec<[Cow<'_, str>; 2]> = match feed.values.as_slice() {
                [] => SmallVec::new(),
                [one] if let Some(text) = one.plain_text(record) => text.into_iter().collect(),
                [one] => context().texts(one).into_iter().take(VALUES_MAX).map(Cow::Owned).collect(),
                several => {
                    let values = several.iter().map(first).collect::<Option<Vec<_>>>();
                    values.map(|values| Cow::Owned(values.join(VALUE_SEPARATOR))).into_iter().collect()
                }
            };
            each(Fed { correlation: feed.correlation, part: feed.part, key: &key, values: &values });
        }
    }
}
