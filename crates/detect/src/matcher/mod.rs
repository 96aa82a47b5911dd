//! All rules of a source as one matcher.
//!
//! Every distinct condition is kept once and *anchored*: some set of values, of which at least one must stand in a record that
//! satisfies it. A record looks up its own values and evaluates the few conditions they point to; what nobody's anchor touches is
//! never parsed. Predicates are shared by all conditions and asked at most once a record. No state is shared between conditions
//! otherwise, so that no rule can change another's verdict.

mod anchor;
mod context;
mod index;

use std::collections::BTreeMap;

use hashbrown::HashMap;
use watchfire_model::{Record, Schema};

pub(crate) use context::Context;

use crate::expr::Expr;
use crate::predicate::Predicate;
use crate::rule::RuleSet;
use index::{Index, Lookup};

/// A compiled set of rules. Immutable; shared by all threads.
#[derive(Debug)]
pub struct Matcher {
    predicates: Vec<Predicate>,
    conditions: Vec<Condition>,
    index: Index,
    rule_count: usize,
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
        let mut by_expr: HashMap<&Expr, usize, foldhash::fast::FixedState> = HashMap::default();
        let mut conditions: Vec<Condition> = Vec::new();
        for (at, rule) in rules.rules.iter().enumerate() {
            let known = *by_expr.entry(&rule.expr).or_insert_with(|| {
                conditions.push(Condition { expr: rule.expr.clone(), rules: Vec::new() });
                conditions.len() - 1
            });
            conditions[known].rules.push(at as u32);
        }
        let exprs: Vec<&Expr> = conditions.iter().map(|condition| &condition.expr).collect();
        let index = Index::build(&exprs, &rules.predicates);
        Matcher { predicates: rules.predicates.clone(), conditions, index, rule_count: rules.rules.len() }
    }

    /// How many rules were compiled.
    pub fn rule_count(&self) -> usize {
        self.rule_count
    }

    /// Positions of the rules whose condition no field value anchors: they are evaluated on every record.
    pub fn unanchored(&self) -> Vec<usize> {
        self.index.always().iter().flat_map(|&at| self.conditions[at as usize].rules.iter().map(|&rule| rule as usize)).collect()
    }

    /// What the compiled form holds, for `--verbose` and benchmarks.
    pub fn shape(&self) -> BTreeMap<&'static str, usize> {
        BTreeMap::from([
            ("rules", self.rule_count),
            ("conditions", self.conditions.len()),
            ("predicates", self.predicates.len()),
            ("anchored_fields", self.index.field_count()),
            ("unanchored_conditions", self.index.always().len()),
        ])
    }

    /// Calls `hit` with the position of every rule that a record satisfies.
    pub fn matches(&self, record: &Record<'_>, scratch: &mut Scratch, mut hit: impl FnMut(usize)) {
        scratch.begin(self.predicates.len(), self.conditions.len());
        self.index.candidates(record, &mut scratch.lookup, &mut scratch.candidates);
        if scratch.candidates.is_empty() {
            return;
        }
        let context = Context::new(record);
        let Scratch { epoch, truth, visited, candidates, .. } = scratch;
        let asked = u64::from(*epoch) << 1;
        for &candidate in candidates.iter() {
            let at = candidate as usize;
            if visited[at] == *epoch {
                continue;
            }
            visited[at] = *epoch;
            let condition = &self.conditions[at];
            let holds = condition.expr.holds(&mut |id| {
                let memo = &mut truth[id.0 as usize];
                if *memo & !1 != asked {
                    *memo = asked | u64::from(context.holds(&self.predicates[id.0 as usize]));
                }
                *memo & 1 == 1
            });
            if holds {
                condition.rules.iter().for_each(|&rule| hit(rule as usize));
            }
        }
    }
}

impl Scratch {
    fn begin(&mut self, predicates: usize, conditions: usize) {
        if self.truth.len() != predicates || self.visited.len() != conditions || self.epoch == u32::MAX {
            *self = Scratch { truth: vec![0; predicates], visited: vec![0; conditions], ..Scratch::default() };
        }
        self.epoch += 1;
        self.candidates.clear();
    }
}
