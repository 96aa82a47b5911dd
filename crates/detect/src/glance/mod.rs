//! What can be said of a record of which only some fields are known: which rules surely match it, which may, which cannot.
//!
//! A table keeps each field of all records by itself, and most rules ask for few. A backtest reads those first, and more only where a
//! rule may match. Each condition is replaced by the weakest one that the known fields imply: what asks for another field counts as
//! true, and below a negation as false. For rules that may match, [`Verdict::needs`]
//! says which fields decide them.

mod asks;
mod kinds;

use std::collections::BTreeSet;

use watchfire_model::{Record, Slot, cloudtrail};

use crate::correlate::SignalPlan;
use crate::expr::Expr;
use crate::matcher::{Matcher, Scratch};
use crate::path::Path;
use crate::rule::{Meta, RuleSet};
use asks::{Depth, bound, fields_of, fields_of_path};
use kinds::Question;
pub use kinds::{Kinds, Verdict};

/// Rules as far as some fields decide them.
#[derive(Debug)]
pub struct Glance {
    matcher: Matcher,
    rules: Vec<Known>,
    fields: BTreeSet<Slot>,
    /// What is asked of texts, by field.
    questions: Vec<(Slot, Vec<Question>)>,
}

/// What is known of one rule.
#[derive(Debug, Clone, Default)]
struct Known {
    /// The fields in sight decide whether it matches.
    is_decided: bool,
    /// They decide what it gives to correlations, too, and nothing else is wanted of it.
    is_certain: bool,
    /// The fields that decide whether it matches, if any do.
    asks: Option<Box<[Slot]>>,
    /// The fields that decide what becomes of a match, if any do.
    keeps: Option<Box<[Slot]>>,
}

/// Which rules are looked for, and what can be known of records.
#[derive(Clone, Copy)]
pub struct Sight<'s> {
    /// Positions of the rules that are judged.
    pub judged: &'s BTreeSet<usize>,
    /// Those of which more is wanted than what they give to correlations: findings.
    pub told: &'s BTreeSet<usize>,
    /// Fields that are seen at a glance: each a text by itself.
    pub shown: &'s [Slot],
    /// Fields that can be read by themselves, those at a glance among them.
    pub readable: &'s [Slot],
    /// Fields that every finding is made of.
    pub of_findings: &'s [Slot],
    /// Paths of further fields that findings of a rule tell of.
    pub tells: &'s dyn Fn(&Meta) -> Vec<String>,
}

impl Glance {
    /// Compiles the rules of a set as far as the fields in sight decide them.
    pub fn of(set: &RuleSet, plan: &SignalPlan, sight: Sight<'_>) -> Glance {
        let predicate = |expr: &Expr| if let Expr::Predicate(id) = expr { set.predicates.get(id.0 as usize) } else { None };
        let is_known = |expr: &Expr| {
            let mut all = true;
            let is_plain =
                predicate(expr).is_some_and(|known| fields_of(known, Depth::Texts, &mut |slot| all &= sight.shown.contains(&slot)));
            is_plain && all
        };
        let exprs: Vec<Expr> = (0..set.rules.len())
            .map(|at| if sight.judged.contains(&at) { bound(&set.rules[at].expr, true, &is_known) } else { Expr::Constant(false) })
            .collect();
        let mut asked = BTreeSet::new();
        exprs.iter().for_each(|expr| {
            expr.predicates(&mut |id| {
                asked.insert(id);
            })
        });
        let asked: Vec<_> = asked.iter().filter_map(|id| set.predicates.get(id.0 as usize)).collect();
        let questions = kinds::questions(&asked);
        let known = |(at, expr): (usize, &Expr)| {
            if sight.judged.contains(&at) { Known::of(at, expr, set, plan, &sight) } else { Known::default() }
        };
        let rules: Vec<Known> = exprs.iter().enumerate().map(known).collect();
        let given = rules.iter().filter(|rule| rule.is_certain).flat_map(|rule| rule.keeps.iter().flatten().copied());
        let fields = questions.iter().map(|(slot, _)| *slot).chain(given).collect();
        Glance { matcher: Matcher::of(exprs.iter(), set), rules, fields, questions }
    }

    /// The fields that have to be read for a look; of those in sight nobody asks for the others.
    pub fn fields(&self) -> impl Iterator<Item = Slot> {
        self.fields.iter().copied()
    }

    /// Those of them that decide what a look says, in the order of [`Kinds::look`].
    pub fn asked(&self) -> impl Iterator<Item = Slot> {
        self.questions.iter().map(|(slot, _)| *slot)
    }

    /// The fields that decide whether a rule matches, what it gives to correlations and what its findings tell; nothing when only the
    /// whole record does.
    pub fn needs(&self, rule: usize) -> Option<impl Iterator<Item = Slot>> {
        let rule = self.rules.get(rule)?;
        Some(rule.asks.as_ref()?.iter().chain(rule.keeps.as_ref()?).copied())
    }

    /// The fields that decide what becomes of matches of rules: those that they give to correlations, and that findings tell of.
    pub fn keeps(&self, rules: &[usize], fields: &mut Vec<Slot>) {
        fields.clear();
        match rules {
            [rule] => fields.extend(self.rules.get(*rule).and_then(|rule| rule.keeps.as_deref()).unwrap_or_default()),
            rules => {
                fields.extend(rules.iter().filter_map(|rule| self.rules.get(*rule)?.keeps.as_deref()).flatten());
                fields.sort_unstable();
                fields.dedup();
            }
        }
    }

    /// What is to be said of a record of which the fields in sight are known.
    fn look(&self, record: &Record<'_>, scratch: &mut Scratch) -> Verdict {
        let mut rules = Vec::new();
        self.matcher.matches(record, scratch, |rule| rules.push(rule));
        let open: Vec<usize> = rules.iter().copied().filter(|rule| !self.rules[*rule].is_decided).collect();
        let asks: BTreeSet<Slot> = open.iter().filter_map(|rule| self.rules[*rule].asks.as_deref()).flatten().copied().collect();
        let needs = rules.iter().map(|rule| self.needs(*rule)).collect::<Option<Vec<_>>>();
        let needs = needs.map(|needs| needs.into_iter().flatten().collect::<BTreeSet<Slot>>().into_iter().collect());
        let is_sure = rules.iter().all(|rule| self.rules[*rule].is_certain);
        let mut keeps = Vec::new();
        self.keeps(&rules, &mut keeps);
        Verdict { is_sure, asks: asks.into_iter().collect(), keeps: keeps.into(), needs, open: open.into(), rules: rules.into() }
    }
}

impl Known {
    /// What is known of a rule of which the fields in sight leave this condition.
    fn of(at: usize, left: &Expr, set: &RuleSet, plan: &SignalPlan, sight: &Sight<'_>) -> Known {
        let is_decided = *left == set.rules[at].expr;
        let mut given = BTreeSet::new();
        let gives_texts = plan.paths(at).all(|path| {
            fields_of_path(path, Depth::Texts, &mut |slot| {
                given.insert(slot);
            })
        });
        let gives_shown = gives_texts && given.iter().all(|slot| sight.shown.contains(slot));
        let is_certain = is_decided && gives_shown && !sight.told.contains(&at);
        Known { is_decided, is_certain, asks: asks(at, set, sight), keeps: keeps(at, set, plan, sight) }
    }
}

/// All fields that decide whether a rule matches.
fn asks(at: usize, set: &RuleSet, sight: &Sight<'_>) -> Option<Box<[Slot]>> {
    let (mut asks, mut has_places) = (BTreeSet::new(), true);
    set.rules[at].expr.predicates(&mut |id| {
        has_places &= set.predicates.get(id.0 as usize).is_some_and(|predicate| {
            fields_of(predicate, Depth::Members, &mut |slot| {
                asks.insert(slot);
            })
        });
    });
    readable(asks, has_places, sight)
}

/// All fields that decide what becomes of a rule's match.
fn keeps(at: usize, set: &RuleSet, plan: &SignalPlan, sight: &Sight<'_>) -> Option<Box<[Slot]>> {
    let mut keeps = BTreeSet::new();
    let mut keep = |slot| {
        keeps.insert(slot);
    };
    let mut has_places = plan.paths(at).all(|path| fields_of_path(path, Depth::Members, &mut keep));
    if sight.told.contains(&at) {
        sight.of_findings.iter().copied().for_each(&mut keep);
        let told = (sight.tells)(&set.rules[at].meta);
        has_places &= told.iter().all(|path| fields_of_path(&Path::resolve(path, &cloudtrail::SCHEMA), Depth::Members, &mut keep));
    }
    readable(keeps, has_places, sight)
}

fn readable(fields: BTreeSet<Slot>, has_places: bool, sight: &Sight<'_>) -> Option<Box<[Slot]>> {
    let is_readable = has_places && fields.iter().all(|slot| sight.readable.contains(slot));
    is_readable.then(|| fields.into_iter().collect())
}

#[cfg(test)]
mod tests;
