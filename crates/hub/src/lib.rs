//! Findings as Security Hub knows them: documents in ASFF, triage, workflow, automation rules, insights, suppressions, and the
//! `securityhub` API over them. Pure logic: time, chance and whatever is kept are passed in.
//!
//! Main types, in the order a finding travels: [`asff::Asff`] (a document, checked, never losing a member), [`import::import`] (what
//! becomes of a document that a provider tells), [`held::Held`] (a finding as it is kept), [`automation::AutomationRule`] and
//! [`suppression::Suppression`] (what is done to it by itself), [`triage::Triage`] (what people say of it), [`history::Entry`] (what
//! became of it), [`filter::Filters`] and [`query::Query`] (how it is found), [`insight::Insight`] (how findings are counted),
//! [`kept::Kept`] (what is needed of whoever keeps all this; [`Memory`] does for tests), [`format`] (as what findings come and go).
//!
//! # How an HTTP layer calls it
//!
//! [`route`] takes method, path, query and body as they came and gives a [`Request`], or `None` where no operation is meant. Its
//! [`Operation`] has the name for permissions (`securityhub:GetFindings`) and says whether it writes. [`call`] carries it out within one
//! transaction of what is kept; `State::hub` of the crate `watchfire-state` opens that transaction, and takes it back on an error. An
//! [`Answer`] is status 200 with its `body` as `application/json`; an [`AwsError`] is its `status()`, the header `x-amzn-ErrorType`
//! with `code.as_str()`, and its `body()`. What stands in `changed` goes to the bus as `Security Hub Findings - Imported`.
//!
//! ```
//! use serde_json::json;
//! use watchfire_hub::{Context, Memory, call, route};
//! use watchfire_model::{EventTime, arn::Home};
//!
//! let home = Home::new("111122223333", "eu-central-1");
//! let mut kept = Memory::default();
//! let mut send = |method, path, body: &str| {
//!     let mut chance = || 7;
//!     let mut context = Context { now: EventTime(1_772_442_847_000), home: &home, caller: "alice", chance: &mut chance };
//!     let request = route(method, path, "", body).expect("JSON").expect("an operation");
//!     call(&mut kept, &request, &mut context).expect("done").body
//! };
//! let finding = json!({
//!     "SchemaVersion": "2018-10-08", "Id": "f-1", "GeneratorId": "g", "AwsAccountId": "111122223333",
//!     "ProductArn": "arn:aws:securityhub:eu-central-1:111122223333:product/111122223333/default",
//!     "CreatedAt": "2026-03-02T09:14:07Z", "UpdatedAt": "2026-03-02T09:14:07Z", "Title": "t", "Description": "d",
//!     "Types": ["TTPs"], "Severity": { "Label": "HIGH" }, "Resources": [{ "Type": "Other", "Id": "r" }],
//! });
//! let answer = send("POST", "/findings/import", &json!({ "Findings": [finding] }).to_string());
//! assert!(answer.contains(r#""SuccessCount":1"#));
//! let answer = send("POST", "/findings", r#"{"Filters": {"SeverityLabel": [{"Value": "HIGH", "Comparison": "EQUALS"}]}}"#);
//! assert!(answer.contains(r#""Normalized":70"#));
//! ```
//!
//! Not here: keeping anything (`state`), HTTP and signatures (`server`, `trust`), events (`bus`), controls and their scores.

pub mod asff;
pub mod attribute;
pub mod automation;
mod error;
pub mod filter;
pub mod format;
pub mod held;
pub mod history;
pub mod import;
pub mod insight;
pub mod kept;
mod memory;
pub mod operation;
pub mod query;
#[cfg(test)]
mod sample;
pub mod suppression;
pub mod triage;

pub use error::{AwsError, Code, Failure};
pub use memory::{Memory, most};
pub use operation::{Answer, Context, OPERATIONS, Operation, Request, call, route};
