//! Rules, compiled.

use std::sync::Arc;

use watchfire_detect::{Correlator, Least, Matcher, RuleSet, SignalPlan};
use watchfire_model::{Severity, cloudtrail};

/// Everything that judges records, shared by all workers.
#[derive(Debug)]
pub struct Engine {
    /// The rules.
    pub rules: Arc<RuleSet>,
    pub(crate) matcher: Matcher,
    pub(crate) plan: SignalPlan,
    pub(crate) least: Arc<[Least]>,
    /// Findings less severe than this are counted, not made.
    pub(crate) floor: Severity,
}

impl Engine {
    /// Compiles a set of rules.
    pub fn new(rules: RuleSet) -> Engine {
        let matcher = Matcher::compile(&rules, &cloudtrail::SCHEMA);
        let (plan, least) = (SignalPlan::new(&rules), Correlator::least(&rules));
        Engine { matcher, plan, least, rules: Arc::new(rules), floor: Severity::Informational }
    }

    /// The same, making findings of this severity and above only: what nobody asked to see costs no evidence.
    pub fn making(self, floor: Severity) -> Engine {
        Engine { floor, ..self }
    }

    /// The compiled matcher.
    pub fn matcher(&self) -> &Matcher {
        &self.matcher
    }

    pub(crate) fn correlator(&self) -> Correlator {
        Correlator::new(&self.rules)
    }
}
