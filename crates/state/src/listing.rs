//! What is asked and what is answered.

use watchfire_model::{EventTime, Severity};

use crate::{EpochId, FindingStatus};

/// Which findings. The default is all of them, a page at a time, each with its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// This severity or a more urgent one.
    pub severity: Option<Severity>,
    /// Of this rule, by its id or name.
    pub rule: Option<String>,
    /// Of this type, whole.
    pub finding_type: Option<String>,
    /// With this entity, by its whole id.
    pub entity: Option<String>,
    /// With this account, by its whole id.
    pub account: Option<String>,
    /// With this text somewhere in the name of an identity that acted; ASCII letters of either case.
    pub principal: Option<String>,
    /// With one of these statuses; none for any.
    pub statuses: Vec<FindingStatus>,
    /// With something not before; finer than by first and last occurrence it does not look.
    pub from: Option<EventTime>,
    /// With something not after.
    pub to: Option<EventTime>,
    /// This text somewhere in title, summary, name, type, rule or entities; ASCII letters of either case.
    pub text: Option<String>,
    /// What stands first.
    pub order: Order,
    /// Findings in a page, at most.
    pub limit: usize,
    /// Records listed in each finding, at most; the others are in its `records_omitted`.
    pub records_max: usize,
    /// Where to go on: the token of the page before, of the same order.
    pub token: Option<String>,
}

impl Default for Filter {
    fn default() -> Filter {
        Filter {
            severity: None,
            rule: None,
            finding_type: None,
            entity: None,
            account: None,
            principal: None,
            statuses: Vec::new(),
            from: None,
            to: None,
            text: None,
            order: Order::Urgency,
            limit: 100,
            records_max: usize::MAX,
            token: None,
        }
    }
}

/// What stands first in a listing of findings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// The most urgent; among these the last seen.
    #[default]
    Urgency,
    /// The last seen.
    Latest,
    /// The first seen.
    Earliest,
    /// Those with the most records.
    Count,
}

/// Some of what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// In order.
    pub items: Vec<T>,
    /// What to ask the next page with; none after the last.
    pub next: Option<String>,
}

/// How many rejects there were.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RejectCount {
    /// The [code](watchfire_model::RejectReason::code) of what was wrong.
    pub reason: String,
    /// Where; empty for sources beyond those told apart.
    pub source: String,
    /// How many, over all epochs.
    pub count: u64,
    /// The last epoch that met one.
    pub last_epoch: EpochId,
}

/// One reject, kept to be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectSample {
    /// The epoch that met it.
    pub epoch: EpochId,
    /// The [code](watchfire_model::RejectReason::code) of what was wrong.
    pub reason: String,
    /// Where.
    pub source: String,
    /// Byte offset in the inflated text.
    pub offset: u64,
    /// What exactly, in words.
    pub detail: String,
    /// The text, as far as it is kept.
    pub excerpt: Vec<u8>,
}
