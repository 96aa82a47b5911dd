//! How often things stand in ordinary CloudTrail. Rough figures, from 3,210 public records and a simulated organisation; they decide
//! what is looked at first, never what is found.

use watchfire_model::{Slot, cloudtrail};

use crate::derive::Derived;
use crate::expr::Expr;
use crate::path::Root;
use crate::predicate::{Pattern, Predicate, Subject, Test};

/// Ids begin with what kind of id they are: `AKIA`, `ASIA`, `AROA`. That says little.
const ID_KIND_BYTES: usize = 4;

/// Fields whose values are hardly ever the same: to look one up costs more than it tells.
pub(crate) fn is_id(slot: Slot) -> bool {
    matches!(
        slot,
        cloudtrail::USER_IDENTITY_ACCESS_KEY_ID
            | cloudtrail::USER_IDENTITY_PRINCIPAL_ID
            | cloudtrail::EVENT_ID
            | cloudtrail::REQUEST_ID
            | cloudtrail::EVENT_TIME
            | cloudtrail::SESSION_CREATION_DATE
    )
}

/// Fields whose mere presence says something.
pub(crate) fn is_rarely_present(slot: Slot) -> bool {
    matches!(
        slot,
        cloudtrail::ERROR_CODE
            | cloudtrail::ERROR_MESSAGE
            | cloudtrail::VPC_ENDPOINT_ID
            | cloudtrail::SHARED_EVENT_ID
            | cloudtrail::INSIGHT_DETAILS
    )
}

/// The share of records in which a field is present, where that is rare.
pub(crate) const RARELY_PRESENT: f64 = 0.12;

/// The share of records whose field fits a pattern (without case), and whether that is known rather than supposed.
pub(crate) fn of_pattern(slot: Slot, pattern: &Pattern) -> (f64, bool) {
    let piece = pattern.literal_piece();
    match (slot, pattern) {
        (_, Pattern::Exact(value)) => of_value(slot, value),
        (slot, _) if is_id(slot) && piece.len() <= ID_KIND_BYTES => (0.5, true),
        (cloudtrail::EVENT_NAME, _) if matches!(piece, "get" | "list" | "describe") => (0.25, true),
        _ => ((of_value(slot, piece).0 * 3.0 + 0.4 / (1 + piece.len()) as f64).min(0.9), piece.len() < TELLING_BYTES),
    }
}

/// Pieces shorter than this stand in many values, however many different ones the rules ask for.
const TELLING_BYTES: usize = 5;

fn of_value(slot: Slot, value: &str) -> (f64, bool) {
    let known = |share| (share, true);
    let supposed = |share| (share, false);
    match (slot, value) {
        (cloudtrail::EVENT_SOURCE, "ec2.amazonaws.com" | "s3.amazonaws.com" | "sts.amazonaws.com" | "kms.amazonaws.com") => known(0.15),
        (
            cloudtrail::EVENT_SOURCE,
            "iam.amazonaws.com" | "ssm.amazonaws.com" | "logs.amazonaws.com" | "lambda.amazonaws.com" | "rds.amazonaws.com",
        ) => known(0.06),
        (cloudtrail::USER_IDENTITY_TYPE, "assumedrole") => known(0.7),
        (cloudtrail::USER_IDENTITY_TYPE, "iamuser" | "awsservice") => known(0.12),
        (cloudtrail::USER_IDENTITY_TYPE, _) => known(0.02),
        (cloudtrail::EVENT_TYPE, "awsapicall") => known(0.95),
        (cloudtrail::READ_ONLY, "false") => known(0.2),
        (cloudtrail::READ_ONLY, _) => known(0.8),
        (cloudtrail::MANAGEMENT_EVENT, "false") => known(0.05),
        (cloudtrail::MANAGEMENT_EVENT | cloudtrail::EVENT_CATEGORY, _) => known(0.95),
        (cloudtrail::EVENT_VERSION, _) => known(0.6),
        (cloudtrail::AWS_REGION, _) => known(0.3),
        (cloudtrail::EVENT_NAME | cloudtrail::EVENT_SOURCE, _) => supposed(0.01),
        (cloudtrail::ERROR_CODE | cloudtrail::USER_AGENT, _) => supposed(0.02),
        (cloudtrail::RECIPIENT_ACCOUNT_ID | cloudtrail::USER_IDENTITY_ACCOUNT_ID, _) => supposed(0.2),
        _ => supposed(0.005),
    }
}

/// The share of records on which a condition holds.
pub(super) fn of_condition(expr: &Expr, predicates: &[Predicate]) -> f64 {
    let share = |part: &Expr| of_condition(part, predicates);
    match expr {
        Expr::Constant(value) => f64::from(u8::from(*value)),
        Expr::Predicate(id) => predicates.get(id.0 as usize).map_or(0.5, of_predicate),
        Expr::And(parts) => parts.iter().map(share).product(),
        Expr::Or(parts) | Expr::AtLeast(_, parts) => 1.0 - parts.iter().map(|part| 1.0 - share(part)).product::<f64>(),
        Expr::Not(part) => 1.0 - share(part),
    }
}

fn of_predicate(predicate: &Predicate) -> f64 {
    let Subject::Path(path) = &predicate.subject else { return 0.05 };
    match (path.root, &predicate.test) {
        (Root::Derived(Derived::AwsServiceCall), _) => 0.3,
        (Root::Derived(_), _) => 0.05,
        (Root::Slot(slot), Test::Exists) if path.steps.is_empty() => {
            if is_rarely_present(slot) {
                RARELY_PRESENT
            } else {
                0.9
            }
        }
        (_, Test::Exists) => 0.3,
        (Root::Slot(slot), Test::Text(test)) if path.steps.is_empty() && test.expressions.is_empty() => {
            test.patterns.iter().map(|pattern| of_pattern(slot, &pattern.folded()).0).sum::<f64>().min(0.95)
        }
        (_, Test::Text(_) | Test::Element { .. } | Test::Field { .. }) => 0.05,
        (_, Test::Number(..) | Test::Cidr(_) | Test::Time(..)) => 0.3,
    }
}
