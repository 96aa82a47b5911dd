//! A rule's condition in lowered form: a tree of shared predicates.

/// The number of a predicate shared by all rules of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct PredicateId(pub(crate) u32);

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Expr {
    /// Always that value.
    Constant(bool),
    /// One predicate.
    Predicate(PredicateId),
    /// All hold.
    And(Box<[Expr]>),
    /// At least one holds.
    Or(Box<[Expr]>),
    /// At least so many hold.
    AtLeast(usize, Box<[Expr]>),
    /// It does not hold.
    Not(Box<Expr>),
}

impl Expr {
    /// All of them; simplified.
    pub(crate) fn all(parts: Vec<Expr>) -> Expr {
        Self::join(parts, true)
    }

    /// Any of them; simplified.
    pub(crate) fn any(parts: Vec<Expr>) -> Expr {
        Self::join(parts, false)
    }

    fn join(parts: Vec<Expr>, all: bool) -> Expr {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Expr::Constant(value) if value == all => {}
                Expr::Constant(value) => return Expr::Constant(value),
                Expr::And(inner) if all => flat.extend(inner.into_vec()),
                Expr::Or(inner) if !all => flat.extend(inner.into_vec()),
                other => flat.push(other),
            }
        }
        match (flat.len(), all) {
            (0, _) => Expr::Constant(all),
            (1, _) => flat.remove(0),
            (_, true) => Expr::And(flat.into()),
            (_, false) => Expr::Or(flat.into()),
        }
    }

    /// The contrary.
    pub(crate) fn negated(self) -> Expr {
        match self {
            Expr::Constant(value) => Expr::Constant(!value),
            Expr::Not(inner) => *inner,
            other => Expr::Not(Box::new(other)),
        }
    }

    /// At least `n` of them.
    pub(crate) fn at_least(n: usize, parts: Vec<Expr>) -> Expr {
        match n {
            0 => Expr::Constant(true),
            1 => Expr::any(parts),
            n if n > parts.len() => Expr::Constant(false),
            n if n == parts.len() => Expr::all(parts),
            n => Expr::AtLeast(n, parts.into()),
        }
    }

    /// Evaluates with the given truth of predicates.
    #[inline]
    pub(crate) fn holds<F: FnMut(PredicateId) -> bool>(&self, truth: &mut F) -> bool {
        match self {
            Expr::Constant(value) => *value,
            Expr::Predicate(id) => truth(*id),
            Expr::And(parts) => parts.iter().all(|part| part.holds(truth)),
            Expr::Or(parts) => parts.iter().any(|part| part.holds(truth)),
            Expr::AtLeast(n, parts) => parts.iter().filter(|part| part.holds(truth)).take(*n).count() >= *n,
            Expr::Not(part) => !part.holds(truth),
        }
    }

    /// Visits every predicate.
    pub(crate) fn predicates(&self, visit: &mut dyn FnMut(PredicateId)) {
        match self {
            Expr::Constant(_) => {}
            Expr::Predicate(id) => visit(*id),
            Expr::And(parts) | Expr::Or(parts) | Expr::AtLeast(_, parts) => parts.iter().for_each(|part| part.predicates(visit)),
            Expr::Not(part) => part.predicates(visit),
        }
    }
}
