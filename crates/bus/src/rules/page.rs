//! Lists in pages.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::AwsError;

/// Items of a page where nobody says how many, and the most there are.
const LIMIT_MAX: usize = 100;

/// Items of a page by name, and the token of the next.
type Page<'s, T> = (Vec<(&'s String, T)>, Option<String>);

/// A page of what is sorted by name. A token holds the last name that was given out, so a page goes on in the right place also when
/// things came or went in between.
pub(super) fn page<'s, T: 's>(
    items: impl Iterator<Item = (&'s String, T)>,
    limit: Option<i64>,
    token: Option<&str>,
) -> Result<Page<'s, T>, AwsError> {
    super::validation::Validation::default().range(limit, "limit", 1, 100).done()?;
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(LIMIT_MAX);
    let after = token.map(opened).transpose()?;
    let mut rest = items.filter(|(name, _)| after.as_ref().is_none_or(|after| *name > after));
    let found: Vec<_> = rest.by_ref().take(limit).collect();
    let more = rest.next().is_some();
    let next = found.last().filter(|_| more).map(|(name, _)| URL_SAFE_NO_PAD.encode(name.as_bytes()));
    Ok((found, next))
}

fn opened(token: &str) -> Result<String, AwsError> {
    let name = URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    name.ok_or_else(|| AwsError::validation("Parameter NextToken is not valid. Reason: it was not given out by this list."))
}

/// Whether a name begins as asked for.
pub(super) fn begins(name: &str, prefix: Option<&str>) -> bool {
    prefix.is_none_or(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn pages_hold_everything_once() {
        let all: BTreeMap<String, ()> = (0..250).map(|number| (format!("n{number:03}"), ())).collect();
        for limit in [None, Some(1), Some(3), Some(100)] {
            let (mut seen, mut token) = (Vec::new(), None::<String>);
            loop {
                let (found, next) = page(all.iter(), limit, token.as_deref()).unwrap();
                assert!(found.len() <= limit.unwrap_or(100) as usize);
                seen.extend(found.into_iter().map(|(name, _)| name.clone()));
                token = next;
                if token.is_none() {
                    break;
                }
            }
            assert!(seen.iter().eq(all.keys()), "{limit:?}");
        }
        assert!(page(all.iter(), Some(0), None).is_err());
        assert!(page(all.iter(), Some(101), None).is_err());
        assert!(page(all.iter(), None, Some("%")).is_err());
    }
}
