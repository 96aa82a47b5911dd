//! The hub as a whole, and the products that send to it.

use serde_json::{Map, Value, json};
use watchfire_model::EventTime;
use watchfire_model::arn::{Arn, Home};

use super::{Context, Outcome, fresh, listing, needed, optional};
use crate::Failure;
use crate::automation::Stamp;
use crate::error::{AwsError, Code};
use crate::kept::{Kept, Settings};

/// The settings, or those of a hub that nobody has set.
pub(super) fn read_settings<K: Kept>(kept: &K, now: EventTime) -> Result<Settings, Failure<K::Error>> {
    Ok(kept.settings().map_err(Failure::Kept)?.unwrap_or_else(|| fresh(now)))
}

/// The settings; they are made when they were never set.
///
/// # Errors
/// The fault of what is kept.
pub fn settings<K: Kept>(kept: &mut K, now: EventTime) -> Result<Settings, Failure<K::Error>> {
    if let Some(settings) = kept.settings().map_err(Failure::Kept)? {
        return Ok(settings);
    }
    let settings = fresh(now);
    kept.set_settings(&settings).map_err(Failure::Kept)?;
    Ok(settings)
}

pub(super) fn enable<K: Kept>(kept: &mut K, _: &Map<String, Value>, context: &mut Context<'_>) -> Outcome<K> {
    let mut settings = settings(kept, context.now)?;
    if settings.subscribed_at.is_some() {
        let message = format!("Account {} is already subscribed to AWS Security Hub", context.home.account);
        return Err(AwsError { code: Code::ResourceConflict, message }.into());
    }
    settings.subscribed_at = Some(Stamp(context.now));
    kept.set_settings(&settings).map_err(Failure::Kept)?;
    Ok(json!({}).into())
}

/// Findings, rules and insights stay; the operations are refused until it is enabled again.
pub(super) fn disable<K: Kept>(kept: &mut K, _: &Map<String, Value>, context: &mut Context<'_>) -> Outcome<K> {
    let settings = Settings { subscribed_at: None, ..settings(kept, context.now)? };
    kept.set_settings(&settings).map_err(Failure::Kept)?;
    Ok(json!({}).into())
}

pub(super) fn describe<K: Kept>(kept: &mut K, members: &Map<String, Value>, context: &mut Context<'_>) -> Outcome<K> {
    let settings = read_settings(kept, context.now)?;
    let arn = context.home.arn_of("securityhub", "hub/default");
    if let Some(other) = optional::<String>(members, "HubArn")?.filter(|asked| *asked != arn) {
        return Err(AwsError { code: Code::ResourceNotFound, message: format!("There is no hub {other}") }.into());
    }
    let answer = json!({
        "HubArn": arn,
        "SubscribedAt": settings.subscribed_at,
        "AutoEnableControls": settings.auto_enable_controls,
        "ControlFindingGenerator": settings.control_finding_generator,
    });
    Ok(answer.into())
}

pub(super) fn configure<K: Kept>(kept: &mut K, members: &Map<String, Value>, context: &mut Context<'_>) -> Outcome<K> {
    let mut settings = settings(kept, context.now)?;
    if let Some(auto) = optional(members, "AutoEnableControls")? {
        settings.auto_enable_controls = auto;
    }
    if let Some(generator) = optional::<String>(members, "ControlFindingGenerator")? {
        if !["STANDARD_CONTROL", "SECURITY_CONTROL"].contains(&&*generator) {
            return Err(AwsError::invalid("ControlFindingGenerator has to be STANDARD_CONTROL or SECURITY_CONTROL").into());
        }
        settings.control_finding_generator = generator;
    }
    kept.set_settings(&settings).map_err(Failure::Kept)?;
    Ok(json!({}).into())
}

/// Products, at most: AWS has some hundred.
const PRODUCTS_MAX: usize = 1000;

pub(super) fn enable_product<K: Kept>(kept: &mut K, members: &Map<String, Value>, context: &mut Context<'_>) -> Outcome<K> {
    let arn: String = needed(members, "ProductArn")?;
    let product = Arn::parse(&arn).and_then(|arn| arn.resource.strip_prefix("product/")).map(str::to_owned);
    let product = product.ok_or_else(|| AwsError::invalid(format!("{arn:?} is not the ARN of a product")))?;
    let mut settings = settings(kept, context.now)?;
    let subscription = subscription(context.home, &product);
    if settings.products.contains(&product) {
        let message = format!("The product is enabled already as {subscription}");
        return Err(AwsError { code: Code::ResourceConflict, message }.into());
    }
    if settings.products.len() >= PRODUCTS_MAX {
        return Err(AwsError { code: Code::LimitExceeded, message: format!("There are {PRODUCTS_MAX} products already") }.into());
    }
    settings.products.push(product);
    kept.set_settings(&settings).map_err(Failure::Kept)?;
    Ok(json!({ "ProductSubscriptionArn": subscription }).into())
}

pub(super) fn disable_product<K: Kept>(kept: &mut K, members: &Map<String, Value>, context: &mut Context<'_>) -> Outcome<K> {
    let arn: String = needed(members, "ProductSubscriptionArn")?;
    let mut settings = settings(kept, context.now)?;
    let known = settings.products.iter().position(|product| subscription(context.home, product) == arn);
    let at = known.ok_or_else(|| AwsError { code: Code::ResourceNotFound, message: format!("There is no subscription {arn}") })?;
    settings.products.remove(at);
    kept.set_settings(&settings).map_err(Failure::Kept)?;
    Ok(json!({}).into())
}

pub(super) fn products<K: Kept>(kept: &mut K, members: &Map<String, Value>, context: &mut Context<'_>) -> Outcome<K> {
    let settings = read_settings(kept, context.now)?;
    let all = settings.products.iter().map(|product| subscription(context.home, product)).collect();
    let (page, next) = listing::page(all, members)?;
    Ok(listing::with_token(json!({ "ProductSubscriptions": page }), next).into())
}

fn subscription(home: &Home, product: &str) -> String {
    home.arn_of("securityhub", format_args!("product-subscription/{product}"))
}
