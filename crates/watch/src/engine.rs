//! Rules, compiled.

use std::sync::Arc;
use std::time::Duration;

use watchfire_detect::{Correlator, Least, Matcher, RuleKind, RuleSet, SignalPlan};
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

    /// How long a time correlations look at together, at most.
    pub fn correlation_span(&self) -> Duration {
        let spans = (0..self.rules.correlations.len()).map(|at| self.span_of(at));
        Duration::from_secs(spans.max().unwrap_or_default())
    }

    /// Seconds that a correlation spans with those it stands on.
    fn span_of(&self, correlation: usize) -> u64 {
        let correlation = &self.rules.correlations[correlation];
        let inner = correlation.parts.iter().map(|part| match *part {
            RuleKind::Rule(_) => 0,
            RuleKind::Correlation(inner) => self.span_of(inner),
        });
        correlation.sigma.timespan.seconds.saturating_add(inner.max().unwrap_or_default())
    }

    /// The compiled matcher.
    pub fn matcher(&self) -> &Matcher {
        &self.matcher
    }

    pub(crate) fn correlator(&self) -> Correlator {
        Correlator::new(&self.rules)
    }
}
