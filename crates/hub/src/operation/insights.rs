//! Insights.

use serde_json::{Map, Value, json};

use super::{Context, Outcome, listing, needed, optional, uuid};
use crate::Failure;
use crate::error::{AwsError, Code};
use crate::insight::{Insight, managed};
use crate::kept::Kept;

/// Insights that people may make.
const INSIGHTS_MAX: usize = 100;

/// Values of one insight, the most frequent.
const VALUES_MAX: usize = 100;

pub(super) fn create<K: Kept>(kept: &mut K, members: &Map<String, Value>, context: &mut Context<'_>) -> Outcome<K> {
    let home = context.home;
    let arn = home.arn_of("securityhub", format_args!("insight/{}/custom/{}", home.account, uuid(context.chance)));
    let insight = Insight {
        insight_arn: arn.clone(),
        name: needed(members, "Name")?,
        filters: needed(members, "Filters")?,
        group_by_attribute: needed(members, "GroupByAttribute")?,
    };
    insight.check()?;
    if kept.insights().map_err(Failure::Kept)?.len() >= INSIGHTS_MAX {
        let message = format!("There are {INSIGHTS_MAX} insights already");
        return Err(AwsError { code: Code::LimitExceeded, message }.into());
    }
    kept.set_insight(&insight).map_err(Failure::Kept)?;
    Ok(json!({ "InsightArn": arn }).into())
}

pub(super) fn update<K: Kept>(kept: &mut K, members: &Map<String, Value>, _: &mut Context<'_>) -> Outcome<K> {
    let mut insight = own(kept, members)?;
    if let Some(name) = optional(members, "Name")? {
        insight.name = name;
    }
    if let Some(filters) = optional(members, "Filters")? {
        insight.filters = filters;
    }
    if let Some(attribute) = optional(members, "GroupByAttribute")? {
        insight.group_by_attribute = attribute;
    }
    insight.check()?;
    kept.set_insight(&insight).map_err(Failure::Kept)?;
    Ok(json!({}).into())
}

pub(super) fn delete<K: Kept>(kept: &mut K, members: &Map<String, Value>, _: &mut Context<'_>) -> Outcome<K> {
    let insight = own(kept, members)?;
    kept.remove_insight(&insight.insight_arn).map_err(Failure::Kept)?;
    Ok(json!({ "InsightArn": insight.insight_arn }).into())
}

/// Those asked for, or all: what people made first.
pub(super) fn get<K: Kept>(kept: &mut K, members: &Map<String, Value>, _: &mut Context<'_>) -> Outcome<K> {
    let mut all = kept.insights().map_err(Failure::Kept)?;
    all.sort_by(|a, b| a.insight_arn.cmp(&b.insight_arn));
    all.extend(managed());
    let wanted: Vec<String> = optional(members, "InsightArns")?.unwrap_or_default();
    if let Some(missing) = wanted.iter().find(|arn| !all.iter().any(|insight| insight.insight_arn == **arn)) {
        return Err(not_found(missing).into());
    }
    all.retain(|insight| wanted.is_empty() || wanted.contains(&insight.insight_arn));
    let (page, next) = listing::page(all, members)?;
    Ok(listing::with_token(json!({ "Insights": page }), next).into())
}

pub(super) fn results<K: Kept>(kept: &mut K, members: &Map<String, Value>, context: &mut Context<'_>) -> Outcome<K> {
    let arn: String = needed(members, "InsightArn")?;
    let all = kept.insights().map_err(Failure::Kept)?;
    let insight = all.into_iter().chain(managed()).find(|insight| insight.insight_arn == arn).ok_or_else(|| not_found(&arn))?;
    let (filters, attribute) = insight.check()?;
    let counts = kept.count_by(&filters, attribute, VALUES_MAX, context.now).map_err(Failure::Kept)?;
    let values: Vec<Value> = counts.into_iter().map(|(value, count)| json!({ "GroupByAttributeValue": value, "Count": count })).collect();
    let results = json!({ "InsightArn": arn, "GroupByAttribute": attribute.name, "ResultValues": values });
    Ok(json!({ "InsightResults": results }).into())
}

/// An insight that people made.
fn own<K: Kept>(kept: &K, members: &Map<String, Value>) -> Result<Insight, Failure<K::Error>> {
    let arn: String = needed(members, "InsightArn")?;
    if Insight::is_managed(&arn) {
        return Err(AwsError::invalid(format!("The insight {arn} is always there and cannot be changed")).into());
    }
    let found = kept.insights().map_err(Failure::Kept)?.into_iter().find(|insight| insight.insight_arn == arn);
    Ok(found.ok_or_else(|| not_found(&arn))?)
}

fn not_found(arn: &str) -> AwsError {
    AwsError { code: Code::ResourceNotFound, message: format!("There is no insight {arn}") }
}
