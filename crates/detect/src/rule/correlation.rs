//! Correlations: names found, and everything asked that could never be answered.

use hashbrown::{HashMap, HashSet};
use rsigma_parser::{ConditionExpr, ConditionOperator, CorrelationCondition, CorrelationRule, CorrelationType, WindowMode};
use serde::Deserialize;

use super::load::Loader;
use super::locate::Document;
use super::{Correlation, Meta, RuleKind};
use crate::correlate::BOUND_MAX;
use crate::lower::{Problem, nearest, unknown_field};
use crate::path::{Path, Root};

type Named = HashMap<Box<str>, RuleKind>;
type Pending = (Document, CorrelationRule, Meta);

/// The fields whose values a correlation's condition is about.
pub(crate) fn value_fields(rule: &CorrelationRule) -> &[String] {
    match &rule.condition {
        CorrelationCondition::Threshold { field: Some(fields), .. } => fields,
        _ => &[],
    }
}

/// What a group-by name means in one of the correlation's rules: its alias there, or itself.
pub(crate) fn field_for(rule: &CorrelationRule, field: &str, part: usize) -> String {
    let alias = rule.aliases.iter().find(|alias| alias.alias == field);
    let mapped = alias.and_then(|alias| alias.mapping.get(rule.rules.get(part)?));
    mapped.cloned().unwrap_or_else(|| field.to_owned())
}

impl Loader<'_> {
    /// Correlations may name correlations that stand in later files, so names are resolved when all are known.
    pub(super) fn correlations(&mut self, correlations: Vec<(Document, CorrelationRule)>) {
        let mut pending = Vec::new();
        for (document, sigma) in correlations {
            let Some(meta) = self.meta(&document, Meta::of_correlation(&sigma, &document.file), sigma.sigma_version) else { continue };
            let problems = unsound(&sigma);
            let fatal = problems.iter().any(|problem| problem.fatal);
            self.report(&document, "correlation", problems);
            if !fatal {
                self.claim(&document, &meta, sigma.id.is_some(), sigma.name.is_some());
                pending.push((document, sigma, meta));
            }
        }
        let pending = self.sound(pending);
        let names = self.names(&pending);
        let mut documents = Vec::with_capacity(pending.len());
        for (document, mut sigma, meta) in pending {
            let parts: Vec<RuleKind> = sigma.rules.iter().filter_map(|name| names.get(name.as_str()).copied()).collect();
            want_all_parts(&mut sigma, &parts);
            self.set.correlations.push(Correlation { meta, sigma: sigma.into(), parts, quiet: false });
            documents.push(document);
        }
        self.fields(&documents);
        self.hush();
    }

    /// Leaves out what could never fire: what names a rule nobody knows, and what leads back to itself.
    fn sound(&mut self, mut pending: Vec<Pending>) -> Vec<Pending> {
        loop {
            pending = self.resolvable(pending);
            let before = pending.len();
            pending = self.acyclic(pending);
            if pending.len() == before {
                return pending;
            }
        }
    }

    /// Leaves out what names a rule nobody knows, until nothing changes any more.
    fn resolvable(&mut self, mut pending: Vec<Pending>) -> Vec<Pending> {
        loop {
            let before = pending.len();
            let names = self.names(&pending);
            let (kept, lost): (Vec<Pending>, Vec<Pending>) =
                pending.into_iter().partition(|(_, sigma, _)| sigma.rules.iter().all(|name| names.contains_key(name.as_str())));
            for (document, sigma, _) in &lost {
                let missing = sigma.rules.iter().filter(|name| !names.contains_key(name.as_str()));
                let problems: Vec<Problem> = missing.map(|name| unknown_rule(name, &names)).collect();
                self.report(document, "rules", problems);
            }
            pending = kept;
            if pending.len() == before {
                return pending;
            }
        }
    }

    fn names(&self, correlations: &[Pending]) -> Named {
        let mut names = HashMap::new();
        let mut add = |meta: &Meta, kind| {
            for name in [&meta.id, &meta.name, &meta.title] {
                names.entry(Box::from(&**name)).or_insert(kind);
            }
        };
        self.set.rules.iter().enumerate().for_each(|(at, rule)| add(&rule.meta, RuleKind::Rule(at)));
        correlations.iter().enumerate().for_each(|(at, (_, _, meta))| add(meta, RuleKind::Correlation(at)));
        names
    }

    /// Group-by and value fields must exist in the records, or in the key of the correlation that is correlated.
    fn fields(&mut self, documents: &[Document]) {
        for (at, document) in documents.iter().enumerate() {
            let correlation = &self.set.correlations[at];
            let sigma = correlation.sigma.clone();
            let mut problems: Vec<Problem> = Vec::new();
            for (part, kind) in correlation.parts.iter().enumerate() {
                for field in sigma.group_by.iter().chain(value_fields(&sigma)) {
                    let meant = field_for(&sigma, field, part);
                    match kind {
                        RuleKind::Rule(_) if Path::resolve(&meant, self.schema).root == Root::Record => {
                            problems.push(unknown_field(&meant, self.schema));
                        }
                        RuleKind::Correlation(child) if key_position(&self.set.correlations[*child].sigma, &meant, field).is_none() => {
                            problems.push(not_grouped(field, &sigma.rules[part]));
                        }
                        _ => {}
                    }
                }
            }
            problems.dedup();
            self.report(document, "correlation", problems);
        }
    }

    /// A correlation that reaches itself could never fire and would never end.
    fn acyclic(&mut self, pending: Vec<Pending>) -> Vec<Pending> {
        let names = self.names(&pending);
        let correlation = |name: &String| match names.get(name.as_str()) {
            Some(RuleKind::Correlation(at)) => Some(*at),
            _ => None,
        };
        let parts: Vec<Vec<usize>> = pending.iter().map(|(_, sigma, _)| sigma.rules.iter().filter_map(correlation).collect()).collect();
        let reaches_itself = |start: usize| {
            let mut seen = vec![false; parts.len()];
            let mut open = vec![start];
            while let Some(at) = open.pop() {
                for &next in &parts[at] {
                    if next == start {
                        return true;
                    }
                    if !std::mem::replace(&mut seen[next], true) {
                        open.push(next);
                    }
                }
            }
            false
        };
        let mut kept = Vec::with_capacity(pending.len());
        for (at, (document, sigma, meta)) in pending.into_iter().enumerate() {
            if !reaches_itself(at) {
                kept.push((document, sigma, meta));
                continue;
            }
            let message = format!("the correlation {} leads back to itself", meta.name);
            let help = "break the circle; it could never fire and is left out".to_owned();
            let needle = "rules".to_owned();
            self.report(&document, "correlation", [Problem { code: "cyclic_correlation", needle, message, help, fatal: true }]);
        }
        kept
    }

    /// Rules named by correlations are quiet unless one of these says `generate: true`.
    fn hush(&mut self) {
        let mut loud = HashSet::new();
        let mut named = HashSet::new();
        for correlation in &self.set.correlations {
            named.extend(correlation.parts.iter().copied());
            if correlation.sigma.generate {
                loud.extend(correlation.parts.iter().copied());
            }
        }
        let is_quiet = |kind| named.contains(&kind) && !loud.contains(&kind);
        self.set.rules.iter_mut().enumerate().for_each(|(at, rule)| rule.quiet = is_quiet(RuleKind::Rule(at)));
        self.set.correlations.iter_mut().enumerate().for_each(|(at, rule)| rule.quiet = is_quiet(RuleKind::Correlation(at)));
    }
}

/// Where in a correlation's key the value of a field of its parent stands.
pub(crate) fn key_position(child: &CorrelationRule, meant: &str, field: &str) -> Option<usize> {
    child.group_by.iter().position(|group| group == meant || group == field)
}

fn unknown_rule(name: &str, names: &Named) -> Problem {
    let near = nearest(name, names.keys().map(|name| &**name));
    Problem {
        code: "unknown_rule",
        needle: name.to_owned(),
        message: format!("the correlation names the rule {name:?}, which is not among those loaded for this source"),
        help: near.map_or_else(|| "load the rule's file too, or mend the name".to_owned(), |near| format!("did you mean {near:?}?")),
        fatal: true,
    }
}

fn not_grouped(field: &str, child: &str) -> Problem {
    Problem {
        code: "bad_correlation",
        needle: field.to_owned(),
        message: format!("the correlation {child} does not group by {field}, so that its hits belong to no group here"),
        help: format!("add {field} to the group-by of {child}, or name it with an alias"),
        fatal: false,
    }
}

/// What Sigma's grammar lets through although it could never be answered, or would be answered otherwise than meant.
fn unsound(rule: &CorrelationRule) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut bad = |needle: &str, message: String, help: &str, fatal: bool| {
        problems.push(Problem { code: "bad_correlation", needle: needle.to_owned(), message, help: help.to_owned(), fatal });
    };
    let kind = rule.correlation_type;
    if rule.window != WindowMode::Sliding {
        let message = format!("`window: {}` is an extension of another engine", rule.window.as_str());
        bad("window", message, "Watchfire's windows slide: leave it out and choose the timespan", true);
    }
    if rule.rules.is_empty() {
        bad("rules", "the correlation names no rules".to_owned(), "list the names of the rules it is about", true);
    }
    for alias in &rule.aliases {
        for name in alias.mapping.keys().filter(|name| !rule.rules.contains(name)) {
            bad(
                name,
                format!("the alias {} speaks of the rule {name:?}, which the correlation does not name", alias.alias),
                "spell it as in `rules`",
                false,
            );
        }
    }
    let fields = value_fields(rule);
    match kind {
        CorrelationType::ValueCount if fields.is_empty() => {
            bad("condition", "value_count needs a field to count".to_owned(), "add `field:` to the condition", true)
        }
        CorrelationType::ValueSum | CorrelationType::ValueAvg | CorrelationType::ValuePercentile | CorrelationType::ValueMedian
            if fields.len() != 1 =>
        {
            bad("condition", format!("{} needs one field with numbers", kind.as_str()), "add `field:` to the condition", true);
        }
        _ => {}
    }
    match &rule.condition {
        CorrelationCondition::Extended(_) if !is_temporal(kind) => {
            bad("condition", format!("{} compares a number", kind.as_str()), "write condition: {gte: 10}", true);
        }
        CorrelationCondition::Extended(expr) => {
            unknown_names(expr, &rule.rules, &mut |name| {
                bad(
                    name,
                    format!("the condition names {name:?}, which is not among the correlation's rules"),
                    "spell it as in `rules`",
                    true,
                );
            });
        }
        CorrelationCondition::Threshold { predicates, percentile, .. } => unsound_bounds(kind, predicates, *percentile, &mut bad),
    }
    problems
}

/// Bounds that no window reaches, or that every window keeps.
fn unsound_bounds(
    kind: CorrelationType,
    predicates: &[(ConditionOperator, u64)],
    percentile: Option<u64>,
    bad: &mut dyn FnMut(&str, String, &str, bool),
) {
    let is_count = is_temporal(kind) || matches!(kind, CorrelationType::EventCount | CorrelationType::ValueCount);
    if predicates.iter().any(|(_, bound)| i64::try_from(*bound).is_err()) {
        bad("condition", "a bound is a whole number from 0".to_owned(), "", true);
    } else if is_count && predicates.iter().any(|(_, bound)| *bound > BOUND_MAX) {
        bad("condition", format!("a window counts to {BOUND_MAX}"), "choose a shorter timespan and a lower bound", true);
    }
    if is_count && predicates.contains(&(ConditionOperator::Gte, 0)) {
        bad("condition", "`gte: 0` always holds".to_owned(), "`gte: 1` asks for at least one", false);
    }
    if kind == CorrelationType::ValuePercentile && percentile.is_none() {
        bad("condition", "value_percentile needs the percentile meant".to_owned(), "add `percentile: 95` to the condition", true);
    }
    if percentile.is_some_and(|percentile| percentile > 100) {
        bad("percentile", "a percentile is a number from 0 to 100".to_owned(), "", true);
    }
}

fn is_temporal(kind: CorrelationType) -> bool {
    matches!(kind, CorrelationType::Temporal | CorrelationType::TemporalOrdered)
}

/// A temporal correlation without a condition wants every rule, but the parser says "at least one" of it. What nobody wrote is
/// taken out here: a condition without bounds stands for "all" until [`want_all_parts`] knows how many that is.
pub(super) fn forget_default(rule: &mut CorrelationRule, text: &str) {
    if is_temporal(rule.correlation_type)
        && let CorrelationCondition::Threshold { predicates, .. } = &mut rule.condition
        && !has_condition(text, &rule.title)
    {
        predicates.clear();
    }
}

/// Whether a document of this title, or one that others build on, has a condition in its correlation.
fn has_condition(text: &str, title: &str) -> bool {
    let documents = yaml_serde::Deserializer::from_str(text).map_while(|document| yaml_serde::Value::deserialize(document).ok());
    let is_meant = |document: &yaml_serde::Value| {
        document.get("action").is_some() || document.get("title").is_none_or(|known| known.as_str() == Some(title))
    };
    let mut meant = documents.filter(is_meant);
    meant.any(|document| document.get("correlation").is_some_and(|correlation| correlation.get("condition").is_some()))
}

/// A rule that is named twice is one part, except in an order.
fn want_all_parts(rule: &mut CorrelationRule, parts: &[RuleKind]) {
    let CorrelationCondition::Threshold { predicates, .. } = &mut rule.condition else { return };
    if predicates.is_empty() {
        let distinct = parts.iter().collect::<HashSet<_>>().len();
        let count = if rule.correlation_type == CorrelationType::TemporalOrdered { parts.len() } else { distinct };
        predicates.push((ConditionOperator::Gte, count as u64));
    }
}

fn unknown_names<'e>(expr: &'e ConditionExpr, rules: &[String], each: &mut dyn FnMut(&'e str)) {
    match expr {
        ConditionExpr::And(parts) | ConditionExpr::Or(parts) => parts.iter().for_each(|part| unknown_names(part, rules, each)),
        ConditionExpr::Not(part) => unknown_names(part, rules, each),
        ConditionExpr::Identifier(name) if !rules.contains(name) => each(name),
        ConditionExpr::Identifier(_) | ConditionExpr::Selector { .. } => {}
    }
}
