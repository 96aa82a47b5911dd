//! In which order the parts of a condition are asked: the cheap questions first, they mostly end it.

use super::anchor::is_id;
use crate::derive::Derived;
use crate::expr::Expr;
use crate::path::Root;
use crate::predicate::{Predicate, Subject, Test};

/// The same condition, its parts in order of cost.
pub(super) fn cheapest_first(expr: &Expr, predicates: &[Predicate]) -> Expr {
    let sorted = |parts: &[Expr]| {
        let mut parts: Vec<Expr> = parts.iter().map(|part| cheapest_first(part, predicates)).collect();
        parts.sort_by_key(|part| cost(part, predicates));
        parts.into_boxed_slice()
    };
    match expr {
        Expr::Constant(_) | Expr::Predicate(_) => expr.clone(),
        Expr::And(parts) => Expr::And(sorted(parts)),
        Expr::Or(parts) => Expr::Or(sorted(parts)),
        Expr::AtLeast(count, parts) => Expr::AtLeast(*count, sorted(parts)),
        Expr::Not(part) => Expr::Not(Box::new(cheapest_first(part, predicates))),
    }
}

fn cost(expr: &Expr, predicates: &[Predicate]) -> u32 {
    let mut sum = u32::from(matches!(expr, Expr::Not(_)));
    expr.predicates(&mut |id| sum += predicates.get(id.0 as usize).map_or(0, price));
    sum
}

/// Relative prices: a remembered verdict, a text judged, a tree parsed, a judgement made, the whole record walked.
fn price(predicate: &Predicate) -> u32 {
    match (&predicate.subject, &predicate.test) {
        (Subject::Anywhere, _) => 200,
        (Subject::Element, _) => 1,
        (Subject::Path(path), test) => match (path.root, test) {
            (Root::Derived(Derived::AwsServiceCall), _) => 6,
            (Root::Derived(_), _) => 40,
            (_, Test::Element { .. }) => 60,
            (_, Test::Field { .. }) => 30,
            (Root::Slot(slot), _) if path.steps.is_empty() => 2 + 2 * u32::from(is_id(slot)),
            (Root::Slot(_), _) => 20,
            (Root::Record, _) => 100,
        },
    }
}
