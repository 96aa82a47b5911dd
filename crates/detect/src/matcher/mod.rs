//! All rules of a source as one matcher.
//!
//! Every distinct condition is kept once and *anchored*: some set of values, of which at least one must stand in a record that
//! satisfies it. A record looks up its own values and evaluates the few conditions they point to; what nobody's anchor touches is
//! never parsed. Predicates are shared by all conditions and asked at most once a record. No state is shared between conditions
//! otherwise, so that no rule can change another's verdict.

mod anchor;
mod context;
mod cost;
mod index;
mod lookup;
mod share;
mod values;
mod way;

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use hashbrown::HashMap;
use watchfire_model::{Record, Schema};

pub(crate) use context::Context;
pub(crate) use lookup::{Current, Memory};
pub(crate) use share::{RARELY_PRESENT, is_id, is_rarely_present, of_pattern as share_of_pattern};
pub(crate) use values::Values;

use crate::expr::Expr;
use crate::predicate::Predicate;
use crate::rule::{Lists, RuleSet};
use index::Index;
use lookup::Lookup;
use way::Way;

/// A compiled set of rules. Immutable; shared by all threads.
#[derive(Debug)]
pub struct Matcher {
    predicates: Vec<Predicate>,
    conditions: Vec<Condition>,
    ways: Vec<Way>,
    index: Index,
    /// The condition of each rule.
    by_rule: Vec<u32>,

    lists: Arc<Lists>,
    /// Tells this matcher from every other: a [`Scratch`] remembers whose it is.
    identity: Arc<()>,
}

/// One distinct condition and the rules that have it.
#[derive(Debug)]
struct Condition {
    expr: Expr,
    rules: Vec<u32>,
}

/// A matcher's working memory; one per thread.
#[derive(Debug, Default)]
pub struct Scratch {
    /// The matcher it was last used with; what it remembers holds for that one only.
    owner: Option<Arc<()>>,
    epoch: u32,
    /// Per predicate: the epoch in which it was asked, and the answer in the lowest bit.
    truth: Vec<u64>,
    /// Per condition: the epoch in which it was visited.
    visited: Vec<u32>,
    candidates: Vec<u32>,
    lookup: Lookup,
}

impl Matcher {
    /// Compiles the rules of a set.
    pub fn compile(rules: &RuleSet, _schema: &Schema) -> Matcher {
        Matcher::of(rules.rules.iter().map(|rule| &rule.expr), rules)
    }

    /// Compiles conditions, one for each rule of the set, whatever the rules themselves say.
    pub(crate) fn of<'e>(exprs: impl ExactSizeIterator<Item = &'e Expr>, rules: &RuleSet) -> Matcher {
        let mut by_rule = Vec::with_capacity(exprs.len());
        let mut by_expr: HashMap<&Expr, usize, foldhash::fast::FixedState> = HashMap::default();
        let mut conditions: Vec<Condition> = Vec::new();
        for (at, expr) in exprs.enumerate() {
            let known = *by_expr.entry(expr).or_insert_with(|| {
                conditions.push(Condition { expr: cost::cheapest_first(expr, &rules.predicates), rules: Vec::new() });
                conditions.len() - 1
            });
            conditions[known].rules.push(at as u32);
            by_rule.push(known as u32);
        }
        let exprs: Vec<&Expr> = conditions.iter().map(|condition| &condition.expr).collect();
        let index = Index::build(&exprs, &rules.predicates);
        let paths = context::number_paths(&rules.predicates);
        let ways = rules.predicates.iter().zip(paths).enumerate().map(|(id, (predicate, path))| Way::of(id, predicate, path, &index));
        Matcher {
            predicates: rules.predicates.clone(),
            ways: ways.collect(),
            conditions,
            index,
            by_rule,
            lists: rules.lists.clone(),
            identity: Arc::default(),
        }
    }

    /// How many rules were compiled.
    pub fn rule_count(&self) -> usize {
        self.by_rule.len()
    }

    /// Positions of the rules whose condition no field value anchors: they are evaluated on every record.
    pub fn unanchored(&self) -> Vec<usize> {
        self.index.always().iter().flat_map(|&at| self.conditions[at as usize].rules.iter().map(|&rule| rule as usize)).collect()
    }

    /// What the compiled form holds, for `--verbose` and benchmarks.
    pub fn shape(&self) -> BTreeMap<&'static str, usize> {
        BTreeMap::from([
            ("rules", self.rule_count()),
            ("conditions", self.conditions.len()),
            ("predicates", self.predicates.len()),
            ("anchored_fields", self.index.field_count()),
            ("unanchored_conditions", self.index.always().len()),
        ])
    }

    /// Calls `hit` with the position of every rule that a record satisfies.
    pub fn matches(&self, record: &Record<'_>, scratch: &mut Scratch, mut hit: impl FnMut(usize)) {
        scratch.begin(self);
        self.index.candidates(record, &mut scratch.lookup, &mut scratch.candidates);
        if scratch.candidates.is_empty() {
            return;
        }
        self.visit(record, scratch, &mut |condition| condition.rules.iter().for_each(|&rule| hit(rule as usize)));
    }

    /// Calls `hit` with those of some rules that a record satisfies. What it has no field of need not be known of other rules.
    pub fn judge(&self, rules: &[usize], record: &Record<'_>, scratch: &mut Scratch, mut hit: impl FnMut(usize)) {
        scratch.begin(self);
        scratch.lookup.begin(self.index.memory_count());
        scratch.candidates.extend(rules.iter().filter_map(|rule| self.by_rule.get(*rule)));
        let is_asked = |rule: &u32| rules.contains(&(*rule as usize));
        self.visit(record, scratch, &mut |condition| {
            condition.rules.iter().filter(|rule| is_asked(rule)).for_each(|&rule| hit(rule as usize));
        });
    }

    /// Calls `hold` with each of the candidates that holds on a record.
    #[inline]
    fn visit(&self, record: &Record<'_>, scratch: &mut Scratch, hold: &mut impl FnMut(&Condition)) {
        let context = OnceCell::new();
        let Scratch { epoch, truth, visited, candidates, lookup, .. } = scratch;
        let asked = u64::from(*epoch) << 1;
        for &candidate in candidates.iter() {
            let at = candidate as usize;
            if visited[at] == *epoch {
                continue;
            }
            visited[at] = *epoch;
            let condition = &self.conditions[at];
            let holds = condition.expr.holds(&mut |id| {
                let id = id.0 as usize;
                let way = self.ways[id];
                if let Way::Presence(slot) = way {
                    return way::is_present(record, slot);
                }
                let memo = &mut truth[id];
                if *memo & !1 != asked {
                    let predicate = &self.predicates[id];
                    let parsed = |path| context.get_or_init(|| Context::new(record, &self.lists)).holds(predicate, path);
                    let verdict = match way {
                        Way::Remembered(place) => self.index.verdict(place, record, lookup, &mut || parsed(None)),
                        Way::Text(slot) => way::text_holds(record, slot, &predicate.test).unwrap_or_else(|| parsed(None)),
                        Way::AwsServiceCall => way::service_call_holds(record, &predicate.test),
                        Way::Parsed(path) => parsed(path),
                        Way::Presence(slot) => way::is_present(record, slot),
                    };
                    *memo = asked | u64::from(verdict);
                }
                *memo & 1 == 1
            });
            if holds {
                hold(condition);
            }
        }
    }
}

impl Scratch {
    fn begin(&mut self, matcher: &Matcher) {
        let is_owner = self.owner.as_ref().is_some_and(|owner| Arc::ptr_eq(owner, &matcher.identity));
        if !is_owner || self.epoch == u32::MAX {
            *self = Scratch {
                owner: Some(matcher.identity.clone()),
                truth: vec![0; matcher.predicates.len()],
                visited: vec![0; matcher.conditions.len()],
                ..Scratch::default()
            };
        }
        self.epoch += 1;
        self.candidates.clear();
    }
}
