//! Pages of short lists.

use serde_json::{Map, Value};

use super::optional;
use crate::AwsError;
use crate::query::{sealed, unsealed};

/// Entries of a page, at most, and where nobody says how many.
pub(super) const RESULTS_MAX: usize = 100;

/// `MaxResults`.
pub(super) fn limit(members: &Map<String, Value>) -> Result<usize, AwsError> {
    match optional::<i64>(members, "MaxResults")? {
        None => Ok(RESULTS_MAX),
        Some(number) => usize::try_from(number)
            .ok()
            .filter(|number| (1..=RESULTS_MAX).contains(number))
            .ok_or_else(|| AwsError::invalid(format!("MaxResults has to be from 1 to {RESULTS_MAX}"))),
    }
}

/// How many entries the pages before had.
pub(super) fn passed(members: &Map<String, Value>) -> Result<usize, AwsError> {
    match optional::<String>(members, "NextToken")? {
        None => Ok(0),
        Some(token) => unsealed(&token).ok_or_else(|| AwsError::invalid("NextToken is not one that was given")),
    }
}

/// The token of the page behind so many entries.
pub(super) fn token(passed: usize) -> String {
    sealed(&passed)
}

/// A page of a list, with the token of the next.
pub(super) fn page<T>(all: Vec<T>, members: &Map<String, Value>) -> Result<(Vec<T>, Option<String>), AwsError> {
    let (passed, limit) = (passed(members)?, limit(members)?);
    let next = (all.len() > passed.saturating_add(limit)).then(|| token(passed + limit));
    Ok((all.into_iter().skip(passed).take(limit).collect(), next))
}

/// Adds a token to an answer, where there is one.
pub(super) fn with_token(mut answer: Value, token: Option<String>) -> Value {
    if let (Some(members), Some(token)) = (answer.as_object_mut(), token) {
        members.insert("NextToken".to_owned(), token.into());
    }
    answer
}
