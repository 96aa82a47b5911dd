//! The operations of the `securityhub` API, and those of suppressions, which are our own.
//!
//! [`route`] finds the operation that a request means and gathers its members from path, query and body; [`call`] carries it out.

mod findings;
mod hub;
mod insights;
mod listing;
mod route;
mod rules;
mod suppressions;
mod update;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use watchfire_model::EventTime;
use watchfire_model::arn::Home;

use crate::asff::Asff;
use crate::error::{AwsError, Code, Failure};
use crate::import::Standing;
use crate::kept::{Kept, Settings};

pub use findings::take_in;
pub use hub::settings;
pub use route::{Request, route};
pub use suppressions::sweep;

/// What an operation needs besides what is kept and the request.
pub struct Context<'a> {
    /// The time of the call.
    pub now: EventTime,
    /// The account and the region that the call is for: of the key and of the scope it was signed with.
    pub home: &'a Home,
    /// Who calls, an ARN or a name; it stands in histories.
    pub caller: &'a str,
    /// For ids: any of all numbers, each as likely.
    pub chance: &'a mut dyn FnMut() -> u64,
}

/// What an operation answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The JSON text of its body; the status is 200.
    pub body: String,
    /// Findings that it added or changed, as they are now: each is a `Security Hub Findings - Imported` event.
    pub changed: Vec<Asff>,
}

/// An operation that there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// AWS's name of it, as in `securityhub:GetFindings`.
    pub name: &'static str,
    /// The method of its requests.
    pub method: &'static str,
    /// Their path; `{Name+}` stands for all that follows.
    pub path: &'static str,
    /// Whether it changes anything.
    pub is_writing: bool,
    /// Whether AWS has it too.
    pub is_of_aws: bool,
}

macro_rules! operations {
    ($($whose:ident $effect:ident $name:literal $method:literal $path:literal => $function:path;)*) => {
        /// Every operation, sorted by name.
        pub const OPERATIONS: &[Operation] = &[$(Operation {
            name: $name,
            method: $method,
            path: $path,
            is_writing: operations!(@ $effect),
            is_of_aws: operations!(@ $whose),
        }),*];

        fn dispatch<K: Kept>(kept: &mut K, request: &Request, context: &mut Context<'_>) -> Outcome<K> {
            match request.operation.name {
                $($name => $function(kept, &request.members, context),)*
                name => Err(AwsError::invalid(format!("The operation {name} is not known here")).into()),
            }
        }
    };
    (@ reads) => { false };
    (@ writes) => { true };
    (@ aws) => { true };
    (@ own) => { false };
}

/// What an operation gives.
type Outcome<K> = Result<Done, Failure<<K as Kept>::Error>>;

/// What an operation does: its answer, and the findings that it changed.
pub(crate) struct Done {
    answer: Value,
    changed: Vec<Asff>,
}

impl From<Value> for Done {
    fn from(answer: Value) -> Done {
        Done { answer, changed: Vec::new() }
    }
}

operations! {
    aws writes "BatchDeleteAutomationRules" "POST" "/automationrules/delete" => rules::delete;
    aws reads "BatchGetAutomationRules" "POST" "/automationrules/get" => rules::get;
    aws writes "BatchImportFindings" "POST" "/findings/import" => findings::import;
    aws writes "BatchUpdateAutomationRules" "PATCH" "/automationrules/update" => rules::update;
    aws writes "BatchUpdateFindings" "PATCH" "/findings/batchupdate" => update::findings;
    aws writes "CreateAutomationRule" "POST" "/automationrules/create" => rules::create;
    aws writes "CreateInsight" "POST" "/insights" => insights::create;
    own writes "CreateSuppression" "POST" "/suppressions" => suppressions::create;
    aws writes "DeleteInsight" "DELETE" "/insights/{InsightArn+}" => insights::delete;
    own writes "DeleteSuppression" "DELETE" "/suppressions/{Id+}" => suppressions::delete;
    aws reads "DescribeHub" "GET" "/accounts" => hub::describe;
    aws writes "DisableImportFindingsForProduct" "DELETE" "/productSubscriptions/{ProductSubscriptionArn+}" => hub::disable_product;
    aws writes "DisableSecurityHub" "DELETE" "/accounts" => hub::disable;
    aws writes "EnableImportFindingsForProduct" "POST" "/productSubscriptions" => hub::enable_product;
    aws writes "EnableSecurityHub" "POST" "/accounts" => hub::enable;
    aws reads "GetFindingHistory" "POST" "/findingHistory/get" => findings::history;
    aws reads "GetFindings" "POST" "/findings" => findings::get;
    aws reads "GetInsightResults" "GET" "/insights/results/{InsightArn+}" => insights::results;
    aws reads "GetInsights" "POST" "/insights/get" => insights::get;
    aws reads "ListAutomationRules" "GET" "/automationrules/list" => rules::list_page;
    aws reads "ListEnabledProductsForImport" "GET" "/productSubscriptions" => hub::products;
    own reads "ListSuppressions" "GET" "/suppressions" => suppressions::list;
    own reads "TestSuppression" "POST" "/suppressions/test" => suppressions::test;
    aws writes "UpdateInsight" "PATCH" "/insights/{InsightArn+}" => insights::update;
    aws writes "UpdateSecurityHubConfiguration" "PATCH" "/accounts" => hub::configure;
}

/// Operations that there are also while the hub is not enabled.
const ALWAYS: &[&str] = &["EnableSecurityHub"];

/// Carries out an operation. Whoever keeps things sees to it that all of it becomes true or nothing: on an error, what was written is to
/// be taken back.
///
/// # Errors
/// AWS's error, or the fault of what is kept.
pub fn call<K: Kept>(kept: &mut K, request: &Request, context: &mut Context<'_>) -> Result<Answer, Failure<K::Error>> {
    let settings = match request.operation.is_writing {
        true => hub::settings(kept, context.now)?,
        false => hub::read_settings(kept, context.now)?,
    };
    if settings.subscribed_at.is_none() && !ALWAYS.contains(&request.operation.name) {
        let message = format!("Account {} is not subscribed to AWS Security Hub", context.home.account);
        return Err(AwsError { code: Code::InvalidAccess, message }.into());
    }
    let Done { answer, changed } = dispatch(kept, request, context)?;
    Ok(Answer { body: answer.to_string(), changed })
}

/// Rules and suppressions, able to judge. One that was kept and can no longer be read is passed over: it was checked when it was made, so
/// it is of a newer version, and must not keep findings from coming in.
///
/// # Errors
/// The fault of what is kept.
pub fn standing<K: Kept>(kept: &K) -> Result<Standing, K::Error> {
    let rules = kept.rules()?.into_iter().filter_map(|rule| rule.ready().ok());
    let suppressions = kept.suppressions()?.into_iter().filter_map(|one| one.ready().ok());
    Ok(Standing::new(rules.collect(), suppressions.collect()))
}

/// The settings, which are made when they were never set.
fn fresh(now: EventTime) -> Settings {
    Settings::fresh(now)
}

/// A member that has to be there, of a type.
fn needed<T: DeserializeOwned>(members: &Map<String, Value>, name: &str) -> Result<T, AwsError> {
    optional(members, name)?.ok_or_else(|| AwsError::invalid(format!("{name} is missing")))
}

/// A member of a type, where it is there.
fn optional<T: DeserializeOwned>(members: &Map<String, Value>, name: &str) -> Result<Option<T>, AwsError> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => T::deserialize(value).map(Some).map_err(|error| AwsError::invalid(format!("{name} cannot be read: {error}"))),
    }
}

/// A member that is a list with a number of entries.
fn list<T: DeserializeOwned>(members: &Map<String, Value>, name: &str, most: usize) -> Result<Vec<T>, AwsError> {
    let list: Vec<T> = needed(members, name)?;
    match (1..=most).contains(&list.len()) {
        true => Ok(list),
        false => Err(AwsError::invalid(format!("{name} has to have 1 to {most} entries"))),
    }
}

/// A random UUID in its usual spelling.
fn uuid(chance: &mut dyn FnMut() -> u64) -> String {
    let (high, low) = (chance(), chance());
    let (high, low) = ((high & !0xf000) | 0x4000, (low & !(0b11 << 62)) | (0b10 << 62));
    format!("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff, high & 0xffff, low >> 48, low & 0xffff_ffff_ffff)
}

#[cfg(test)]
mod tests;
