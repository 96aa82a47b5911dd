//! What goes back when all went well.

use axum::body::Body;
use http::{HeaderValue, Response, StatusCode, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::call::Call;
use crate::harmless::harmless_json;
use crate::problem::Problem;
use crate::route::Outcome;

/// Some of a list.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Page<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// What to ask the next page with; absent after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// How much of a list is wanted.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageQuery {
    /// Items in a page, at most.
    #[serde(default = "limit_usual")]
    #[schemars(range(min = 1, max = 1000))]
    pub limit: u32,
    /// Where to go on: `next` of the page before.
    pub cursor: Option<String>,
}

/// Items in a page when nobody says.
pub(crate) fn limit_usual() -> u32 {
    100
}

/// Checks how many items are wanted.
pub(crate) fn limit(wanted: u32) -> Result<usize, Problem> {
    match wanted {
        1..=1000 => Ok(wanted as usize),
        _ => Err(Problem::unfit(format!("limit is {wanted}, and has to be 1 to 1000"))),
    }
}

/// A list that is at hand whole, as a page. The cursor is the key of the last item of the page before, so that what comes or goes in
/// between shifts nothing.
pub(crate) fn page_of<T>(items: impl IntoIterator<Item = T>, query: &PageQuery, key: impl Fn(&T) -> String) -> Result<Page<T>, Problem> {
    let limit = limit(query.limit)?;
    let after = query.cursor.as_deref().map(cursor_text).transpose()?;
    let mut items: Vec<(String, T)> = items.into_iter().map(|item| (key(&item), item)).collect();
    items.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut rest = items.into_iter().filter(|(key, _)| after.as_ref().is_none_or(|after| key > after)).peekable();
    let taken: Vec<(String, T)> = rest.by_ref().take(limit).collect();
    let next = rest.peek().and(taken.last()).map(|(key, _)| cursor(key));
    Ok(Page { items: taken.into_iter().map(|(_, item)| item).collect(), next })
}

/// A key as a cursor: opaque, and harmless in a query.
pub(crate) fn cursor(key: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(key)
}

/// The key in a cursor.
pub(crate) fn cursor_text(cursor: &str) -> Result<String, Problem> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(cursor).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.ok_or_else(|| Problem::unfit("the cursor is not one of an earlier answer"))
}

/// A value as JSON.
pub(crate) fn json<T: Serialize>(value: &T) -> Outcome {
    json_with(StatusCode::OK, value)
}

/// A value as JSON, with a status.
pub(crate) fn json_with<T: Serialize>(status: StatusCode, value: &T) -> Outcome {
    let text = serde_json::to_string(value).map_err(|error| Problem::failed("the answer has no JSON form", error))?;
    Ok(text_of(status, "application/json", harmless_json(text)))
}

/// Text of a type.
pub(crate) fn text_of(status: StatusCode, media: &'static str, text: String) -> Response<Body> {
    let mut answer = Response::new(Body::from(text));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    answer
}

/// Nothing to say.
pub(crate) fn done() -> Outcome {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    Ok(answer)
}

/// A single thing as JSON with an ETag; 304 when the caller knows it already.
pub(crate) fn thing<T: Serialize>(call: &Call, value: &T) -> Outcome {
    let text = serde_json::to_string(value).map_err(|error| Problem::failed("the answer has no JSON form", error))?;
    let etag = etag(&text);
    let header = HeaderValue::from_str(&etag).expect("quotes and hexadecimal digits");
    if names(call.header(&header::IF_NONE_MATCH), &etag) {
        let mut answer = Response::new(Body::empty());
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        answer.headers_mut().insert(header::ETAG, header);
        return Ok(answer);
    }
    let mut answer = text_of(StatusCode::OK, "application/json", harmless_json(text));
    answer.headers_mut().insert(header::ETAG, header);
    Ok(answer)
}

/// Refuses a change where the caller knows another state of the thing than there is. Callers hold [`App::change`](crate::app::App::change).
pub(crate) fn unchanged<T: Serialize>(call: &Call, now: &T) -> Result<(), Problem> {
    let condition = call.header(&header::IF_MATCH);
    if condition.is_empty() {
        return Ok(());
    }
    let text = serde_json::to_string(now).map_err(|error| Problem::failed("the answer has no JSON form", error))?;
    if names(condition, &etag(&text)) {
        return Ok(());
    }
    let detail = "it was changed in between: If-Match names another state";
    Err(Problem::new(StatusCode::PRECONDITION_FAILED, "changed_in_between", detail, "get it again, look at it, and change it then"))
}

/// Whether a list of ETags in a condition names one.
fn names(condition: &str, etag: &str) -> bool {
    condition.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == etag)
}

fn etag(text: &str) -> String {
    let digest = Sha256::digest(text);
    let hex: String = digest[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever the size of the pages, every item comes once and in order.
    #[test]
    fn pages_give_every_item_once() {
        let all: Vec<String> = (0..57).map(|number| format!("{:03}é", number * 7 % 57)).collect();
        for limit in [1, 2, 7, 56, 57, 58, 1000] {
            let (mut seen, mut cursor) = (Vec::new(), None);
            loop {
                let page = page_of(all.clone(), &PageQuery { limit, cursor }, String::clone).expect("a page");
                assert!(page.items.len() <= limit as usize && !page.items.is_empty());
                seen.extend(page.items);
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            let mut expect = all.clone();
            expect.sort();
            assert_eq!(seen, expect, "{limit}");
        }
        for (limit, cursor) in [(0, None), (1001, None), (1, Some("%".to_owned())), (1, Some("_w".to_owned()))] {
            assert!(page_of(all.clone(), &PageQuery { limit, cursor }, String::clone).is_err());
        }
    }

    #[test]
    fn conditions_name_etags() {
        for (condition, holds) in [("", false), ("*", true), ("\"a\"", true), ("W/\"a\"", true), ("\"b\", \"a\"", true), ("\"b\"", false)] {
            assert_eq!(names(condition, "\"a\""), holds, "{condition}");
        }
    }
}
