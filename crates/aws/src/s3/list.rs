//! Keys in pages.

use percent_encoding::percent_decode_str;
use roxmltree::{Document, Node};

use super::Store;
use crate::Error;
use crate::exchange::Question;

/// Up to a thousand keys, in the order of their bytes.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Page {
    /// Objects of this level, or of all levels when listed flat.
    pub objects: Vec<Entry>,
    /// Prefixes of the next level, each with its slash; empty when listed flat.
    pub folders: Vec<String>,
}

/// One object as the listing knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The whole key.
    pub key: String,
    /// Its length.
    pub bytes: u64,
    /// What changes with its content, without quotes; empty where a store gives none.
    pub etag: Box<str>,
}

/// The pages of one listing, fetched as they are asked for. Ends after the first error.
#[derive(Debug)]
pub struct Pages {
    store: Store,
    prefix: String,
    one_level: bool,
    next: Next,
}

#[derive(Debug, PartialEq, Eq)]
enum Next {
    First,
    Token(String),
    End,
}

impl Store {
    /// Every key that starts with the prefix.
    pub fn list(&self, prefix: &str) -> Pages {
        Pages { store: self.clone(), prefix: prefix.to_owned(), one_level: false, next: Next::First }
    }

    /// Keys that start with the prefix and hold no further slash, and the folders beside them.
    pub fn list_level(&self, prefix: &str) -> Pages {
        Pages { one_level: true, ..self.list(prefix) }
    }
}

impl Iterator for Pages {
    type Item = Result<Page, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let token = match std::mem::replace(&mut self.next, Next::End) {
            Next::First => None,
            Next::Token(token) => Some(token),
            Next::End => return None,
        };
        Some(self.page(token).map(|(page, next)| {
            self.next = next;
            page
        }))
    }
}

impl Pages {
    fn page(&self, token: Option<String>) -> Result<(Page, Next), Error> {
        let store = &self.store;
        let what = format!("list s3://{}/{}", store.bucket(), self.prefix);
        // Encoded, because XML cannot carry every character that a key can.
        let mut query = vec![("encoding-type", "url".to_owned()), ("list-type", "2".to_owned()), ("prefix", self.prefix.clone())];
        if self.one_level {
            query.push(("delimiter", "/".to_owned()));
        }
        query.extend(token.clone().map(|token| ("continuation-token", token)));
        let question = Question { query, what: what.clone(), ..store.question("list", "") };
        let answer = store.aws.workers.wait(store.aws.wire.ask(&store.site, &question))?;
        let (page, next) = parse(&answer.body).map_err(|detail| Error::Unexpected { what: what.clone(), detail })?;
        if next != Next::End && next == token.map_or(Next::End, Next::Token) {
            return Err(Error::Unexpected { what, detail: "the listing does not advance".to_owned() });
        }
        Ok((page, next))
    }
}

fn parse(body: &[u8]) -> Result<(Page, Next), String> {
    let text = std::str::from_utf8(body).map_err(|error| format!("not a listing: {error}"))?;
    let document = Document::parse(text).map_err(|error| format!("not a listing: {error}"))?;
    let root = document.root_element();
    if root.tag_name().name() != "ListBucketResult" {
        return Err(format!("not a listing but <{}>", root.tag_name().name()));
    }
    let encoded = child(root, "EncodingType") == Some("url");
    let name = |text: &str| if encoded { decoded(text) } else { Ok(text.to_owned()) };
    let mut page = Page::default();
    for node in root.children() {
        match node.tag_name().name() {
            "Contents" => {
                let key = name(child(node, "Key").ok_or("an object without a key")?)?;
                let bytes = child(node, "Size").and_then(|text| text.parse().ok()).ok_or("an object without a size")?;
                let etag = child(node, "ETag").unwrap_or_default().trim_matches('"').into();
                page.objects.push(Entry { key, bytes, etag });
            }
            "CommonPrefixes" => page.folders.push(name(child(node, "Prefix").ok_or("a folder without a prefix")?)?),
            _ => {}
        }
    }
    let next = match (child(root, "IsTruncated"), child(root, "NextContinuationToken")) {
        (Some("true"), Some(token)) => Next::Token(token.to_owned()),
        (Some("true"), None) => return Err("a listing that goes on but does not say where".to_owned()),
        _ => Next::End,
    };
    Ok((page, next))
}

fn child<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.children().find(|child| child.tag_name().name() == name).map(|child| child.text().unwrap_or_default())
}

/// S3 writes a space as `+` and everything unusual as `%XX`.
fn decoded(text: &str) -> Result<String, String> {
    let text = text.replace('+', " ");
    percent_decode_str(&text).decode_utf8().map(Into::into).map_err(|_| format!("a key that is not UTF-8: {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_reads_as_s3_writes_it() {
        let body = r#"<?xml version="1.0" encoding="UTF-8"?>
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><Prefix/>
            <EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><NextContinuationToken>1/a+b==</NextContinuationToken>
            <Contents><Key>a//b+c%2Bd/%C3%BC%01.gz</Key><ETag>"x"</ETag><Size>7</Size></Contents>
            <CommonPrefixes><Prefix>AWSLogs/</Prefix></CommonPrefixes></ListBucketResult>"#;
        let (page, next) = parse(body.as_bytes()).expect("a page");
        assert_eq!(page.objects, [Entry { key: "a//b c+d/ü\u{1}.gz".into(), bytes: 7, etag: "x".into() }]);
        assert_eq!(page.folders, ["AWSLogs/"]);
        assert_eq!(next, Next::Token("1/a+b==".into()));
    }

    #[test]
    fn what_is_no_listing_says_so() {
        for body in ["", "<html/>", "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>", "\u{0}"] {
            assert!(parse(body.as_bytes()).is_err(), "{body}");
        }
    }
}
