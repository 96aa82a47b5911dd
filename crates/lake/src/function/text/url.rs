//! Parts of URLs, and text that is safe within them.

use std::borrow::Cow;

use datafusion::arrow::array::ArrayRef;
use datafusion::common::Result;

use super::of_text;
use crate::function::call::{Bad, Call};
use crate::function::kind::{Gives, Kind};
use crate::function::scalar::Scalar;

pub(super) const FUNCTIONS: &[Scalar] = &[
    Scalar {
        run: |call| part(call, |url| url.scheme),
        ..of_text("url_extract_protocol", "url_extract_protocol(url)", "the protocol of a URL, such as https")
    },
    Scalar { run: |call| part(call, |url| url.host), ..of_text("url_extract_host", "url_extract_host(url)", "the host of a URL") },
    Scalar { run: |call| part(call, |url| Some(url.path)), ..of_text("url_extract_path", "url_extract_path(url)", "the path of a URL") },
    Scalar {
        run: |call| part(call, |url| Some(url.query.unwrap_or_default())),
        ..of_text("url_extract_query", "url_extract_query(url)", "what stands behind the ? of a URL")
    },
    Scalar {
        run: |call| part(call, |url| Some(url.fragment.unwrap_or_default())),
        ..of_text("url_extract_fragment", "url_extract_fragment(url)", "what stands behind the # of a URL")
    },
    Scalar {
        gives: Gives::Integer,
        run: url_extract_port,
        ..of_text("url_extract_port", "url_extract_port(url)", "the port that a URL names")
    },
    Scalar {
        takes: &[Kind::Text, Kind::Text],
        run: url_extract_parameter,
        ..of_text(
            "url_extract_parameter",
            "url_extract_parameter(url, name)",
            "the first value of a parameter in the query of a URL, decoded",
        )
    },
    Scalar { run: url_encode, ..of_text("url_encode", "url_encode(text)", "a text as it stands in the query of a URL") },
    Scalar { fails: true, run: url_decode, ..of_text("url_decode", "url_decode(text)", "what a text in the query of a URL says") },
];

/// A URL taken apart.
struct Url<'u> {
    scheme: Option<&'u str>,
    host: Option<&'u str>,
    port: Option<i64>,
    path: &'u str,
    query: Option<&'u str>,
    fragment: Option<&'u str>,
}

impl<'u> Url<'u> {
    /// Takes a URL apart; none when it has letters that none may have.
    fn read(text: &'u str) -> Option<Url<'u>> {
        if text.contains(|letter: char| letter.is_control() || matches!(letter, ' ' | '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}'))
        {
            return None;
        }
        let (rest, fragment) = cut(text, '#');
        let (rest, query) = cut(rest, '?');
        let is_scheme = |scheme: &str| {
            scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
                && scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.'))
        };
        let (scheme, rest) = match rest.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme), rest),
            _ => (None, rest),
        };
        let Some(rest) = rest.strip_prefix("//") else {
            return Some(Url { scheme, host: None, port: None, path: rest, query, fragment });
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let authority = authority.rsplit_once('@').map_or(authority, |(_, authority)| authority);
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port.parse().ok()),
            _ => (authority, None),
        };
        Some(Url { scheme, host: (!host.is_empty()).then_some(host), port, path, query, fragment })
    }
}

fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn part(call: &Call<'_>, of: for<'u> fn(Url<'u>) -> Option<&'u str>) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    call.give_texts(|row| Ok(texts.at(row).and_then(Url::read).and_then(of)))
}

fn url_extract_port(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    call.give_integers(|row| Ok(texts.at(row).and_then(Url::read).and_then(|url| url.port)))
}

fn url_extract_parameter(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, names) = (call.texts(0)?, call.texts(1)?);
    call.give_texts(|row| {
        let (Some(url), Some(wanted)) = (texts.at(row).and_then(Url::read), names.at(row)) else { return Ok(None) };
        let parameters = url.query.unwrap_or_default().split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let named = |name: &str| decode(name).is_some_and(|name| name == wanted);
        Ok(parameters.into_iter().find(|(name, _)| named(name)).map(|(_, value)| decode(value).unwrap_or(Cow::Borrowed(value))))
    })
}

/// What percent signs and plus signs stand for; none when a percent sign stands for nothing.
fn decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains(['%', '+']) {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let (digits, after) = rest.split_at_checked(2)?;
                bytes.push(super::bytes::hex_byte(digits)?);
                rest = after;
            }
            other => bytes.push(other),
        }
    }
    Some(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()))
}

fn url_decode(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    call.give_texts(|row| match texts.at(row) {
        None => Ok(None),
        Some(text) => decode(text).map_or_else(|| Bad::because("a percent sign without two hexadecimal digits"), |text| Ok(Some(text))),
    })
}

fn url_encode(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    call.give_texts(|row| {
        let encode = |text: &str| {
            let mut encoded = String::with_capacity(text.len());
            for byte in text.bytes() {
                match byte {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => encoded.push(byte.into()),
                    b' ' => encoded.push('+'),
                    other => encoded.push_str(&format!("%{other:02X}")),
                }
            }
            encoded
        };
        Ok(texts.at(row).map(encode))
    })
}
