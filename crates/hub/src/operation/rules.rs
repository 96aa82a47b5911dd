//! Automation rules.

use serde_json::{Map, Value, json};

use super::{Context, Outcome, list, listing, needed, optional, uuid};
use crate::Failure;
use crate::automation::{AutomationRule, RuleStatus, Stamp};
use crate::error::{AwsError, Code};
use crate::kept::Kept;

/// Rules that there may be, and rules of one request.
const RULES_MAX: usize = 100;

pub(super) fn create<K: Kept>(kept: &mut K, members: &Map<String, Value>, context: &mut Context<'_>) -> Outcome<K> {
    let arn = context.home.arn_of("securityhub", format_args!("automation-rule/{}", uuid(context.chance)));
    let now = Stamp(context.now);
    let rule = AutomationRule {
        rule_arn: arn.clone(),
        rule_status: optional(members, "RuleStatus")?.unwrap_or(RuleStatus::Enabled),
        rule_order: needed(members, "RuleOrder")?,
        rule_name: needed(members, "RuleName")?,
        description: needed(members, "Description")?,
        is_terminal: optional(members, "IsTerminal")?.unwrap_or(false),
        criteria: needed(members, "Criteria")?,
        actions: needed(members, "Actions")?,
        created_at: now,
        updated_at: now,
        created_by: context.caller.to_owned(),
    };
    rule.clone().ready()?;
    if kept.rules().map_err(Failure::Kept)?.len() >= RULES_MAX {
        return Err(AwsError { code: Code::LimitExceeded, message: format!("There are {RULES_MAX} automation rules already") }.into());
    }
    kept.set_rule(&rule).map_err(Failure::Kept)?;
    Ok(json!({ "RuleArn": arn }).into())
}

/// Changes rules, each for itself.
pub(super) fn update<K: Kept>(kept: &mut K, members: &Map<String, Value>, context: &mut Context<'_>) -> Outcome<K> {
    let items: Vec<Map<String, Value>> = list(members, "UpdateAutomationRulesRequestItems", RULES_MAX)?;
    let all = kept.rules().map_err(Failure::Kept)?;
    let (mut processed, mut unprocessed) = (Vec::new(), Vec::new());
    for item in items {
        let arn: String = needed(&item, "RuleArn")?;
        let known = all.iter().find(|rule| rule.rule_arn == arn).ok_or_else(|| not_found(&arn));
        match known.and_then(|rule| changed(rule.clone(), &item, context)) {
            Ok(rule) => {
                kept.set_rule(&rule).map_err(Failure::Kept)?;
                processed.push(arn);
            }
            Err(error) => unprocessed.push(refused(&arn, &error)),
        }
    }
    Ok(json!({ "ProcessedAutomationRules": processed, "UnprocessedAutomationRules": unprocessed }).into())
}

fn changed(mut rule: AutomationRule, item: &Map<String, Value>, context: &Context<'_>) -> Result<AutomationRule, AwsError> {
    rule.rule_status = optional(item, "RuleStatus")?.unwrap_or(rule.rule_status);
    rule.rule_order = optional(item, "RuleOrder")?.unwrap_or(rule.rule_order);
    rule.rule_name = optional(item, "RuleName")?.unwrap_or(rule.rule_name);
    rule.description = optional(item, "Description")?.unwrap_or(rule.description);
    rule.is_terminal = optional(item, "IsTerminal")?.unwrap_or(rule.is_terminal);
    rule.criteria = optional(item, "Criteria")?.unwrap_or(rule.criteria);
    rule.actions = optional(item, "Actions")?.unwrap_or(rule.actions);
    rule.updated_at = Stamp(context.now);
    Ok(rule.ready()?.rule().clone())
}

pub(super) fn delete<K: Kept>(kept: &mut K, members: &Map<String, Value>, _: &mut Context<'_>) -> Outcome<K> {
    let arns: Vec<String> = list(members, "AutomationRulesArns", RULES_MAX)?;
    let (mut processed, mut unprocessed) = (Vec::new(), Vec::new());
    for arn in arns {
        match kept.rules().map_err(Failure::Kept)?.iter().any(|rule| rule.rule_arn == arn) {
            true => {
                kept.remove_rule(&arn).map_err(Failure::Kept)?;
                processed.push(arn);
            }
            false => unprocessed.push(refused(&arn, &not_found(&arn))),
        }
    }
    Ok(json!({ "ProcessedAutomationRules": processed, "UnprocessedAutomationRules": unprocessed }).into())
}

pub(super) fn get<K: Kept>(kept: &mut K, members: &Map<String, Value>, _: &mut Context<'_>) -> Outcome<K> {
    let arns: Vec<String> = list(members, "AutomationRulesArns", RULES_MAX)?;
    let all = kept.rules().map_err(Failure::Kept)?;
    let (mut rules, mut unprocessed) = (Vec::new(), Vec::new());
    for arn in arns {
        match all.iter().find(|rule| rule.rule_arn == arn) {
            Some(rule) => rules.push(json!(rule)),
            None => unprocessed.push(refused(&arn, &not_found(&arn))),
        }
    }
    Ok(json!({ "Rules": rules, "UnprocessedAutomationRules": unprocessed }).into())
}

/// All rules in the order in which they are applied, without what they ask and do.
pub(super) fn list_all<K: Kept>(kept: &K) -> Result<Vec<Value>, Failure<K::Error>> {
    let mut rules = kept.rules().map_err(Failure::Kept)?;
    rules.sort_by(|a, b| (a.rule_order, a.created_at, &a.rule_arn).cmp(&(b.rule_order, b.created_at, &b.rule_arn)));
    let short = |rule: AutomationRule| {
        let mut value = json!(rule);
        if let Some(members) = value.as_object_mut() {
            members.retain(|name, _| name != "Criteria" && name != "Actions");
        }
        value
    };
    Ok(rules.into_iter().map(short).collect())
}

pub(super) fn list_page<K: Kept>(kept: &mut K, members: &Map<String, Value>, _: &mut Context<'_>) -> Outcome<K> {
    let (page, next) = listing::page(list_all(kept)?, members)?;
    Ok(listing::with_token(json!({ "AutomationRulesMetadata": page }), next).into())
}

fn refused(arn: &str, error: &AwsError) -> Value {
    json!({ "RuleArn": arn, "ErrorCode": error.status(), "ErrorMessage": error.message })
}

fn not_found(arn: &str) -> AwsError {
    AwsError { code: Code::ResourceNotFound, message: format!("There is no automation rule {arn}") }
}
