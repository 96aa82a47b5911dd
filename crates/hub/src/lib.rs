//! Findings as Security Hub knows them: ASFF, triage, automation rules, insights.

pub mod format;
