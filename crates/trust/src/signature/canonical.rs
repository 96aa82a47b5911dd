//! The one form that a request has for whoever signs it and whoever checks it.

use super::authorization::SIGNATURE_PARAMETER;
use super::encode::{decode, encode};
use crate::Request;

/// The canonical request: method, path, query, headers, names of headers, hash of the body, each on its lines.
pub(super) fn request(request: &Request<'_>, signed_headers: &[String], is_in_query: bool, payload: &str) -> Vec<u8> {
    let mut text = request.method.as_bytes().to_vec();
    text.push(b'\n');
    path(request.path, &mut text);
    text.push(b'\n');
    query(request.query, is_in_query, &mut text);
    text.push(b'\n');
    for name in signed_headers {
        header(request, name, &mut text);
    }
    text.push(b'\n');
    text.extend(signed_headers.join(";").as_bytes());
    text.push(b'\n');
    text.extend(payload.as_bytes());
    text
}

/// What was sent, without `.`, `..` and empty segments, encoded a second time: every service but S3 has it so.
fn path(path: &str, to: &mut Vec<u8>) {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    for segment in &segments {
        to.push(b'/');
        encode(segment.as_bytes(), false, to);
    }
    if segments.is_empty() || path.ends_with('/') {
        to.push(b'/');
    }
}

/// Names and values encoded, sorted by both.
fn query(query: &str, is_in_query: bool, to: &mut Vec<u8>) {
    let encoded = |text: &str| {
        let mut bytes = Vec::with_capacity(text.len());
        encode(&decode(text), false, &mut bytes);
        bytes
    };
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<_> = pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (encoded(name), encoded(value)))
        .filter(|(name, _)| !(is_in_query && name == SIGNATURE_PARAMETER.as_bytes()))
        .collect();
    pairs.sort_unstable();
    for (index, (name, value)) in pairs.iter().enumerate() {
        if index > 0 {
            to.push(b'&');
        }
        to.extend(name);
        to.push(b'=');
        to.extend(value);
    }
}

/// The values of all headers of a name, without space around them and with one space where there are several in a row.
fn header(request: &Request<'_>, name: &str, to: &mut Vec<u8>) {
    to.extend(name.as_bytes());
    to.push(b':');
    for (index, value) in request.values(name).enumerate() {
        if index > 0 {
            to.push(b',');
        }
        let words = value.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty());
        for (index, word) in words.enumerate() {
            if index > 0 {
                to.push(b' ');
            }
            to.extend(word);
        }
    }
    to.push(b'\n');
}
