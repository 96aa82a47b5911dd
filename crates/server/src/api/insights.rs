//! What stands over findings: insights (saved counts), automation rules, suppressions. The members are AWS's, in snake case; `filters` and
//! `criteria` hold AWS's own names.

use http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use watchfire_trust::Permission;

use super::findings::asked;
use crate::answer::{self, Page, PageQuery};
use crate::call::Call;
use crate::problem::Problem;
use crate::route::{Outcome, Route};
use crate::{names, trail};

/// Any members.
type Members = Map<String, Value>;

/// A kind of thing that stands over findings.
struct Kind {
    tag: &'static str,
    path: &'static str,
    one: &'static str,
    /// The operation that lists them, the member that it lists them in, and the member that names one.
    list: (&'static str, &'static str, &'static str),
    permission: Permission,
}

const INSIGHTS: Kind = Kind {
    tag: "insights",
    path: "/api/v1/insights",
    one: "/api/v1/insights/{id}",
    list: ("GetInsights", "Insights", "InsightArn"),
    permission: Permission::TriageFindings,
};

const RULES: Kind = Kind {
    tag: "automation",
    path: "/api/v1/automation-rules",
    one: "/api/v1/automation-rules/{id}",
    list: ("ListAutomationRules", "AutomationRulesMetadata", "RuleArn"),
    permission: Permission::AutomateFindings,
};

const SUPPRESSIONS: Kind = Kind {
    tag: "suppressions",
    path: "/api/v1/suppressions",
    one: "/api/v1/suppressions/{id}",
    list: ("ListSuppressions", "Suppressions", "Id"),
    permission: Permission::TriageFindings,
};

pub(super) fn routes() -> Vec<Route> {
    let (insights, rules, suppressions) = (&INSIGHTS, &RULES, &SUPPRESSIONS);
    vec![
        lists(insights, "Lists insights: findings counted by an attribute."),
        adds(insights, "CreateInsight", "Makes an insight: name, filters, group_by_attribute."),
        shows(insights, "Shows an insight."),
        Route::get("/api/v1/insights/{id}/results", results)
            .needs(Permission::ReadFindings)
            .told(insights.tag, "Counts what an insight asks for.")
            .gives::<Results>(),
        changes(insights, Method::PATCH, "Changes an insight.", |call| {
            let arn = arn_of(call, &INSIGHTS)?;
            let members = with(call, "InsightArn", arn.into())?;
            asked(call, "UpdateInsight", members).map(drop)
        }),
        changes(insights, Method::DELETE, "Removes an insight.", |call| {
            let arn = arn_of(call, &INSIGHTS)?;
            asked(call, "DeleteInsight", json!({"InsightArn": arn})).map(drop)
        }),
        lists(rules, "Lists automation rules: what is done to findings that come or change."),
        adds(rules, "CreateAutomationRule", "Makes an automation rule: rule_name, description, rule_order, criteria, actions."),
        shows(rules, "Shows an automation rule."),
        changes(rules, Method::PATCH, "Changes an automation rule.", |call| {
            let arn = arn_of(call, &RULES)?;
            let item = with(call, "RuleArn", arn.into())?;
            together(asked(call, "BatchUpdateAutomationRules", json!({"UpdateAutomationRulesRequestItems": [item]}))?)
        }),
        changes(rules, Method::DELETE, "Removes an automation rule.", |call| {
            let arn = arn_of(call, &RULES)?;
            together(asked(call, "BatchDeleteAutomationRules", json!({"AutomationRulesArns": [arn]}))?)
        }),
        lists(suppressions, "Lists suppressions: findings that are not wanted, by whom, why, until when."),
        adds(suppressions, "CreateSuppression", "Makes a suppression: name, owner, reason, criteria, expires_at."),
        Route::post("/api/v1/suppressions/test", test)
            .needs(Permission::ReadFindings)
            .told(suppressions.tag, "Says which findings a suppression would hide, without making it.")
            .takes::<Members>()
            .gives::<Members>(),
        shows(suppressions, "Shows a suppression."),
        changes(suppressions, Method::DELETE, "Removes a suppression; its findings are new again.", |call| {
            asked(call, "DeleteSuppression", json!({"Id": call.part("id")})).map(drop)
        }),
    ]
}

fn lists(kind: &'static Kind, summary: &'static str) -> Route {
    Route::get(kind.path, move |call| answer::json(&answer::page_of(all(call, kind)?, &call.query()?, id)?))
        .needs(Permission::ReadFindings)
        .told(kind.tag, summary)
        .query::<PageQuery>()
        .gives::<Page<Members>>()
}

fn shows(kind: &'static Kind, summary: &'static str) -> Route {
    Route::get(kind.one, move |call| answer::thing(call, &one(call, kind)?))
        .needs(Permission::ReadFindings)
        .told(kind.tag, summary)
        .etag()
        .gives::<Members>()
}

fn adds(kind: &'static Kind, operation: &'static str, summary: &'static str) -> Route {
    Route::post(kind.path, move |call| {
        let answer = asked(call, operation, with_owner(call, names::to_aws(call.json()?))?)?;
        let id = kind_id(kind, &answer);
        trail::note(call, &format!("securityhub.{operation}"), &id)?;
        let mut answer = names::from_aws(answer);
        answer["id"] = id.into();
        answer::json_with(StatusCode::CREATED, &answer)
    })
    .needs(kind.permission)
    .told(kind.tag, summary)
    .takes::<Members>()
    .gives_as::<Members>(201, "application/json")
}

fn changes(kind: &'static Kind, method: Method, summary: &'static str, does: fn(&Call) -> Result<(), Problem>) -> Route {
    let is_removal = method == Method::DELETE;
    let does = move |call: &Call| {
        let _alone = call.app.change();
        answer::unchanged(call, &one(call, kind)?)?;
        does(call)?;
        let action = format!("{}.{}", kind.tag, if is_removal { "remove" } else { "change" });
        trail::note(call, &action, call.part("id"))?;
        if is_removal { answer::done() } else { answer::json(&one(call, kind)?) }
    };
    let route = if is_removal { Route::delete(kind.one, does) } else { Route::patch(kind.one, does) };
    let route = route.needs(kind.permission).told(kind.tag, summary).etag();
    if is_removal { route.gives_nothing() } else { route.takes::<Members>().gives::<Members>() }
}

/// All of a kind, whatever AWS's pages hold.
fn all(call: &Call, kind: &Kind) -> Result<Vec<Members>, Problem> {
    let (operation, member, _) = kind.list;
    let (mut all, mut token) = (Vec::new(), None::<String>);
    loop {
        let mut answer = asked(call, operation, token.take().map_or_else(|| json!({}), |token| json!({"NextToken": token})))?;
        for mut item in answer[member].take().as_array().cloned().unwrap_or_default() {
            item["Id"] = kind_id(kind, &item).into();
            all.extend(names::from_aws(item).as_object().cloned());
        }
        token = answer["NextToken"].as_str().map(str::to_owned);
        if token.is_none() {
            return Ok(all);
        }
    }
}

fn id(item: &Members) -> String {
    item.get("id").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Our id of a thing: the last part of its ARN.
fn kind_id(kind: &Kind, item: &Value) -> String {
    let name = item[kind.list.2].as_str().unwrap_or_default();
    name.rsplit('/').next().unwrap_or_default().to_owned()
}

fn one(call: &Call, kind: &Kind) -> Result<Members, Problem> {
    let asked_for = call.part("id");
    let found = all(call, kind)?.into_iter().find(|item| id(item) == asked_for);
    let found = found.ok_or_else(|| Problem::not_found(format!("there is nothing with the id {asked_for}")))?;
    // The list of automation rules leaves out what they ask for and do.
    match found.get("rule_arn").and_then(Value::as_str) {
        Some(arn) => {
            let mut answer = asked(call, "BatchGetAutomationRules", json!({"AutomationRulesArns": [arn]}))?;
            let mut rule = names::from_aws(answer["Rules"][0].take());
            rule["id"] = asked_for.into();
            rule.as_object().cloned().ok_or_else(|| Problem::not_found(format!("there is no rule {asked_for}")))
        }
        None => Ok(found),
    }
}

fn arn_of(call: &Call, kind: &Kind) -> Result<String, Problem> {
    let one = one(call, kind)?;
    let arn = ["insight_arn", "rule_arn"].into_iter().find_map(|name| one.get(name)?.as_str());
    Ok(arn.unwrap_or_default().to_owned())
}

/// The body in AWS's names, with one more member.
fn with(call: &Call, name: &str, value: Value) -> Result<Value, Problem> {
    let mut members = names::to_aws(call.json()?);
    match members.as_object_mut() {
        Some(object) => object.insert(name.to_owned(), value),
        None => return Err(Problem::unfit("the body has to be a JSON object")),
    };
    Ok(members)
}

/// Whoever makes a suppression answers for it, unless it says otherwise.
fn with_owner(call: &Call, mut members: Value) -> Result<Value, Problem> {
    let Some(object) = members.as_object_mut() else { return Err(Problem::unfit("the body has to be a JSON object")) };
    object.entry("Owner").or_insert(call.who.caller()?.name().into());
    Ok(members)
}

/// What AWS says of several where we asked about one.
fn together(answer: Value) -> Result<(), Problem> {
    match answer["UnprocessedAutomationRules"].get(0) {
        Some(refused) => Err(Problem::unfit(refused["ErrorMessage"].as_str().unwrap_or_default())),
        None => Ok(()),
    }
}

/// What an insight counted.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Results {
    /// The attribute by which it counts.
    group_by_attribute: String,
    /// Its values, the most frequent first.
    values: Vec<Counted>,
}

/// A value with how many findings have it.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Counted {
    /// The value.
    value: String,
    /// So many.
    count: u64,
}

fn results(call: &Call) -> Outcome {
    let arn = arn_of(call, &INSIGHTS)?;
    let answer = asked(call, "GetInsightResults", json!({"InsightArn": arn}))?;
    let results = &answer["InsightResults"];
    let values = results["ResultValues"].as_array().into_iter().flatten().map(|one| Counted {
        value: one["GroupByAttributeValue"].as_str().unwrap_or_default().to_owned(),
        count: one["Count"].as_u64().unwrap_or_default(),
    });
    let by = results["GroupByAttribute"].as_str().unwrap_or_default().to_owned();
    answer::json(&Results { group_by_attribute: by, values: values.collect() })
}

fn test(call: &Call) -> Outcome {
    let members = with_owner(call, names::to_aws(call.json()?))?;
    answer::json(&names::from_aws(asked(call, "TestSuppression", members)?))
}
