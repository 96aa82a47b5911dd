//! Rules, compiled.

use std::sync::Arc;

use watchfire_detect::{Correlator, Least, Matcher, RuleSet, SignalPlan};
use watchfire_model::cloudtrail;

/// Everything that judges records, shared by all workers.
#[derive(Debug)]
pub struct Engine {
    /// The rules.
    pub rules: Arc<RuleSet>,
    pub(crate) matcher: Matcher,
    pub(crate) plan: SignalPlan,
    pub(crate) least: Arc<[Least]>,
}

impl Engine {
    /// Compiles a set of rules.
    pub fn new(rules: RuleSet) -> Engine {
        let matcher = Matcher::compile(&rules, &cloudtrail::SCHEMA);
        Engine { matcher, plan: SignalPlan::new(&rules), least: Correlator::least(&rules), rules: Arc::new(rules) }
    }

    /// The compiled matcher.
    pub fn matcher(&self) -> &Matcher {
        &self.matcher
    }

    pub(crate) fn correlator(&self) -> Correlator {
        Correlator::new(&self.rules)
    }
}
