//! What can be said of a record of which only some fields are known: which rules surely match it, which may, which cannot.
//!
//! A table keeps each field of all records by itself, and most rules ask for few. A backtest reads those first, and whole records only
//! where a rule may match. Each condition is replaced by the weakest one that the known fields imply: what asks for another field
//! counts as true, and below a negation as false.

use std::collections::BTreeSet;

use watchfire_model::{Record, Slot, cloudtrail};

use crate::correlate::SignalPlan;
use crate::derive::Derived;
use crate::expr::{Expr, PredicateId};
use crate::matcher::{Matcher, Scratch};
use crate::path::{Path, Root};
use crate::predicate::{Predicate, Subject, Test};
use crate::rule::RuleSet;

/// Rules as far as some fields decide them.
#[derive(Debug)]
pub struct Glance {
    matcher: Matcher,
    certain: Vec<bool>,
    fields: BTreeSet<Slot>,
}

/// Which rules are looked for, and what is known of records.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'s> {
    /// Positions of the rules that are judged.
    pub judged: &'s BTreeSet<usize>,
    /// Those of which more is wanted than what they give to correlations: they need the whole record.
    pub told: &'s BTreeSet<usize>,
    /// Fields that rules may ask about.
    pub shown: &'s [Slot],
    /// Fields that are known as well when a match is given to correlations.
    pub given: &'s [Slot],
}

impl Glance {
    /// Compiles the rules of a set as far as the fields in sight decide them.
    pub fn of(set: &RuleSet, plan: &SignalPlan, sight: Sight<'_>) -> Glance {
        let knows = |slot: Slot| sight.shown.contains(&slot);
        let is_known = |id: PredicateId| set.predicates.get(id.0 as usize).is_some_and(|predicate| decides(predicate, &knows));
        let mut fields = BTreeSet::new();
        let (mut exprs, mut certain) = (Vec::new(), Vec::new());
        for (at, rule) in set.rules.iter().enumerate() {
            if !sight.judged.contains(&at) {
                exprs.push(Expr::Constant(false));
                certain.push(false);
                continue;
            }
            let expr = bound(&rule.expr, true, &is_known);
            expr.predicates(&mut |id| {
                asked(set.predicates.get(id.0 as usize), &mut |slot| {
                    fields.insert(slot);
                });
            });
            let mut feeds_on = Vec::new();
            let feeds = plan.feeds_from(at, &mut |slot| {
                feeds_on.push(slot);
                knows(slot) || sight.given.contains(&slot)
            });
            let is_certain = expr == rule.expr && feeds && !sight.told.contains(&at);
            fields.extend(feeds_on.into_iter().filter(|slot| is_certain && knows(*slot)));
            exprs.push(expr);
            certain.push(is_certain);
        }
        Glance { matcher: Matcher::of(exprs.iter(), set), certain, fields }
    }

    /// The fields that have to be read; of those in sight nobody asks for the others.
    pub fn fields(&self) -> impl Iterator<Item = Slot> {
        self.fields.iter().copied()
    }

    /// Calls `hit` with the position of every rule that may match a record, and whether it surely does and gives to correlations what
    /// it would give for the whole record.
    pub fn look(&self, record: &Record<'_>, scratch: &mut Scratch, mut hit: impl FnMut(usize, bool)) {
        self.matcher.matches(record, scratch, |rule| hit(rule, self.certain[rule]));
    }
}

/// The weakest condition on known predicates that a condition implies; below a negation the strongest that implies it.
fn bound(expr: &Expr, weakest: bool, is_known: &dyn Fn(PredicateId) -> bool) -> Expr {
    let parts = |parts: &[Expr]| parts.iter().map(|part| bound(part, weakest, is_known)).collect::<Vec<_>>();
    match expr {
        Expr::Constant(value) => Expr::Constant(*value),
        Expr::Predicate(id) if is_known(*id) => Expr::Predicate(*id),
        Expr::Predicate(_) => Expr::Constant(weakest),
        Expr::Not(part) => bound(part, !weakest, is_known).negated(),
        Expr::And(all) => Expr::all(parts(all)),
        Expr::Or(any) => Expr::any(parts(any)),
        Expr::AtLeast(n, among) => {
            let among = parts(among);
            let held = among.iter().filter(|part| **part == Expr::Constant(true)).count();
            let open = among.into_iter().filter(|part| !matches!(part, Expr::Constant(_))).collect();
            Expr::at_least(n.saturating_sub(held), open)
        }
    }
}

/// Whether known fields decide a predicate.
fn decides(predicate: &Predicate, knows: &dyn Fn(Slot) -> bool) -> bool {
    let mut all = true;
    let has_fields = asked(Some(predicate), &mut |slot| all &= knows(slot));
    has_fields && all
}

/// The fields that decide a predicate; false when it looks at more than fields with a place.
fn asked(predicate: Option<&Predicate>, field: &mut dyn FnMut(Slot)) -> bool {
    let Some(Predicate { subject: Subject::Path(path), test }) = predicate else { return false };
    let other = match test {
        Test::Element { .. } => return false,
        Test::Field { other, .. } => Some(other),
        Test::Exists | Test::Text(_) | Test::Number(..) | Test::Cidr(_) | Test::Time(..) => None,
    };
    [Some(path), other].into_iter().flatten().all(|path| asked_at(path, field))
}

fn asked_at(path: &Path, field: &mut dyn FnMut(Slot)) -> bool {
    match path.root {
        Root::Slot(slot) if path.steps.is_empty() => field(slot),
        Root::Derived(Derived::AwsServiceCall) => {
            [cloudtrail::USER_IDENTITY_TYPE, cloudtrail::USER_IDENTITY_INVOKED_BY, cloudtrail::SOURCE_IP_ADDRESS]
                .into_iter()
                .for_each(field);
        }
        Root::Slot(_) | Root::Record | Root::Derived(_) => return false,
    }
    true
}

#[cfg(test)]
mod tests {
    use watchfire_model::{Slots, Span};

    use super::*;
    use crate::RuleText;

    /// What a glance says of a record that has these names; it sees them and nothing else.
    fn seen(detection: &str, source: &str, name: &str) -> Option<bool> {
        let text = format!("title: t\nlogsource: {{product: aws, service: cloudtrail}}\ndetection:\n{detection}\n");
        let set = RuleSet::load([RuleText::new("t.yaml", text)], &Default::default());
        assert_eq!(set.rules.len(), 1, "{:?}", set.diagnostics);
        let shown = [cloudtrail::EVENT_SOURCE, cloudtrail::EVENT_NAME];
        let (judged, told) = (BTreeSet::from([0]), BTreeSet::new());
        let glance = Glance::of(&set, &SignalPlan::new(&set), Sight { judged: &judged, told: &told, shown: &shown, given: &[] });
        let raw = format!(r#"["{source}","{name}"]"#);
        let mut slots = Slots::default();
        let middle = source.len() as u32 + 3;
        slots.set(cloudtrail::EVENT_SOURCE, Span { start: 1, end: middle });
        slots.set(cloudtrail::EVENT_NAME, Span { start: middle + 1, end: raw.len() as u32 - 1 });
        let mut said = None;
        glance.look(&Record::new(&raw, &slots), &mut Scratch::default(), |_, certain| said = Some(certain));
        said
    }

    #[test]
    fn what_is_known_decides() {
        let rule = "  a: {eventName: StopLogging}\n  condition: a";
        assert_eq!(seen(rule, "x", "StopLogging"), Some(true));
        assert_eq!(seen(rule, "x", "StartLogging"), None);
    }

    #[test]
    fn what_is_not_known_may_be() {
        let both = "  a: {eventName: A, errorCode: x}\n  condition: a";
        assert_eq!((seen(both, "x", "A"), seen(both, "x", "B")), (Some(false), None));
        let without = "  a: {eventName: A}\n  f: {userAgent: x}\n  condition: a and not f";
        assert_eq!((seen(without, "x", "A"), seen(without, "x", "B")), (Some(false), None));
        let either = "  a: {eventName: A}\n  b: {errorCode: x}\n  condition: a or b";
        assert_eq!(seen(either, "x", "B"), Some(false));
        let most = "  a: {eventName: A}\n  b: {errorCode: x}\n  c: {eventSource: s}\n  condition: 3 of them";
        assert_eq!((seen(most, "s", "A"), seen(most, "s", "B")), (Some(false), None));
    }
}
