//! Requests that were signed elsewhere.

use std::process::Command;

use serde_json::Value;
use watchfire_model::EventTime;
use watchfire_trust::signature::{SKEW_MAX, SignatureFault, Signed};
use watchfire_trust::{Digest, Request, Secret};

pub const KEY: &str = "AKWFABCDEFGHIJKLMNOP";
pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// A request that owns its parts, to be changed.
#[derive(Debug, Clone)]
pub struct Wire {
    pub name: String,
    pub service: String,
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

impl Wire {
    fn of(case: &Value) -> Wire {
        let text = |name: &str| case[name].as_str().expect(name).to_owned();
        let header = |pair: &Value| (pair[0].as_str().expect("a name").to_owned(), pair[1].as_str().expect("a value").as_bytes().to_vec());
        Wire {
            name: text("name"),
            service: text("service"),
            method: text("method"),
            path: text("path"),
            query: text("query"),
            headers: case["headers"].as_array().expect("headers").iter().map(header).collect(),
            body: text("body").into_bytes(),
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(value).ok()
    }

    /// Does something with it as a request.
    pub fn with<T>(&self, work: impl FnOnce(&Request<'_>) -> T) -> T {
        let headers: Vec<(&str, &[u8])> = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        work(&Request {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &headers,
            body: Digest::of(&self.body),
            address: None,
            is_private: true,
        })
    }

    /// When it was signed.
    pub fn at(&self) -> EventTime {
        let stamp = self.header("x-amz-date").map(str::to_owned).or_else(|| {
            let (_, rest) = self.query.split_once("X-Amz-Date=")?;
            Some(rest.chars().take(16).collect())
        });
        match stamp {
            Some(stamp) => {
                let (date, time) = stamp.split_once('T').expect("a date");
                let dashed = |text: &str, by: char| {
                    format!("{}{by}{}{by}{}", &text[..text.len() - 4], &text[text.len() - 4..text.len() - 2], &text[text.len() - 2..])
                };
                format!("{}T{}Z", dashed(date, '-'), dashed(time.trim_end_matches('Z'), ':')).parse().expect("a date")
            }
            None => {
                let date = self.header("date").expect("a date");
                EventTime(jiff::fmt::rfc2822::parse(date).expect("a date").timestamp().as_millisecond())
            }
        }
    }

    /// Checks its signature at a moment, as the service that it is for.
    pub fn verify_at(&self, now: EventTime) -> Result<EventTime, SignatureFault> {
        self.with(|request| {
            let signed = Signed::read(request)?;
            // The id of the key is not signed; it finds the secret, and another one finds none.
            match signed.key_id() {
                KEY => signed.verify(request, &Secret::new(SECRET), &[&self.service], SKEW_MAX, now),
                _ => Err(SignatureFault::UnknownKey),
            }
        })
    }

    pub fn verify(&self) -> Result<EventTime, SignatureFault> {
        self.verify_at(self.at())
    }
}

pub fn read(text: &str) -> Vec<Wire> {
    let cases: Vec<Value> = serde_json::from_str(text).expect("JSON");
    cases.iter().map(Wire::of).collect()
}

/// What was signed once and kept.
pub fn recorded() -> Vec<Wire> {
    read(include_str!("../../testdata/signed/botocore.json"))
}

/// What botocore signs now.
pub fn signed_now(arguments: &[&str]) -> Vec<Wire> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/signed/sign.py");
    let output = Command::new(watchfire_moto::Moto::python()).arg(script).args(arguments).output().expect("Python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    read(std::str::from_utf8(&output.stdout).expect("UTF-8"))
}
