//! In which order the parts of a condition are asked: those first that cost little and probably decide.

use super::share;
use crate::derive::Derived;
use crate::expr::Expr;
use crate::path::Root;
use crate::predicate::{Predicate, Subject, Test};

/// The same condition, its parts in the order in which they are best asked.
pub(super) fn cheapest_first(expr: &Expr, predicates: &[Predicate]) -> Expr {
    let sorted = |parts: &[Expr], ends_on: bool| {
        let mut parts: Vec<(f64, Expr)> = parts
            .iter()
            .map(|part| {
                let holds = share::of_condition(part, predicates);
                let decides = if ends_on { holds } else { 1.0 - holds };
                (f64::from(cost(part, predicates)) / decides.max(0.01), cheapest_first(part, predicates))
            })
            .collect();
        parts.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        parts.into_iter().map(|(_, part)| part).collect()
    };
    match expr {
        Expr::Constant(_) | Expr::Predicate(_) => expr.clone(),
        Expr::And(parts) => Expr::And(sorted(parts, false)),
        Expr::Or(parts) => Expr::Or(sorted(parts, true)),
        Expr::AtLeast(count, parts) => Expr::AtLeast(*count, sorted(parts, true)),
        Expr::Not(part) => Expr::Not(Box::new(cheapest_first(part, predicates))),
    }
}

fn cost(expr: &Expr, predicates: &[Predicate]) -> u32 {
    let mut sum = 0;
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
            (Root::Slot(slot), _) if path.steps.is_empty() => 2 + 2 * u32::from(share::is_id(slot)),
            (Root::Slot(_), _) => 20,
            (Root::Record, _) => 100,
        },
    }
}
