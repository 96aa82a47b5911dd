//! Rules into one compiled matcher; windows and sequences as explicit state.
//!
//! The language is Sigma: rules, correlations and filters, read by the `rsigma-parser` crate (see decision 0002). What Watchfire
//! adds stands under the `watchfire:` key of a rule file. The way of a rule: text → [`RuleSet::load`] → [`RuleSet`] with
//! [`Diagnostic`]s → [`Matcher::compile`] → verdicts on records; correlations then run over the [`Signal`]s of their rules in a
//! [`Correlator`]. The [`referee`] says slowly and obviously what the matcher must say; it also explains verdicts.
//! [`sql`] writes a rule as a query for Athena. [`event_pattern`] reads EventBridge's patterns, and asks many of an event at once.
//!
//! ```
//! use watchfire_detect::{Matcher, RuleSet, RuleText, referee};
//! use watchfire_model::cloudtrail;
//!
//! let text = r#"
//! title: Trail stopped
//! logsource: {product: aws, service: cloudtrail}
//! detection:
//!   selection: {eventName: StopLogging}
//!   condition: selection
//! "#;
//! let rules = RuleSet::load([RuleText::new("trail.yaml", text)], &Default::default());
//! assert!(rules.diagnostics.is_empty());
//! let event = serde_json::json!({"eventName": "stoplogging", "eventSource": "cloudtrail.amazonaws.com"});
//! assert!(referee::matches(&rules.rules[0], &event));
//! let matcher = Matcher::compile(&rules, &cloudtrail::SCHEMA);
//! assert_eq!(matcher.rule_count(), 1);
//! ```
//!
//! Not here: reading files, decoding logs, keeping findings. This crate sees no disk, network, clock or randomness.

mod correlate;
pub mod derive;
pub mod event_pattern;
mod expr;
mod glance;
mod lower;
mod matcher;
mod path;
mod predicate;
pub mod referee;
mod rule;
pub mod sql;
mod surrogate;
mod tree;

pub use correlate::{CorrelationHit, Correlator, Fed, Least, Signal, SignalOrder, SignalPlan};
pub use glance::{Glance, Kinds, Sight, Verdict};
pub use matcher::{Matcher, Scratch};
pub use rule::{Case, CaseEvent, Correlation, Diagnostic, Filter, Level, Lists, Meta, Rule, RuleKind, RuleSet, RuleText, Weight};
