//! Tags of buses and rules.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::validation::Validation;
use super::{Bus, Change, Context, Empty, Outcome, Rule, State};
use crate::error::AwsError;
use watchfire_model::arn::{Arn, DEFAULT_BUS};

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tag {
    /// Its name.
    pub key: String,
    /// Its text.
    pub value: String,
}

/// Tags of one resource.
const TAGS_MAX: usize = 50;

/// Tags with others put over them.
pub(super) fn added(tags: &BTreeMap<String, String>, more: Vec<Tag>) -> Result<BTreeMap<String, String>, AwsError> {
    let mut validation = Validation::default();
    for tag in &more {
        validation.length(&tag.key, "tags.1.member.key", 1, 128).length(&tag.value, "tags.1.member.value", 0, 256);
    }
    validation.done()?;
    let mut tags = tags.clone();
    tags.extend(more.into_iter().map(|tag| (tag.key, tag.value)));
    if tags.len() > TAGS_MAX {
        return Err(AwsError::limit(format!("The requested resource exceeds the maximum number allowed: {TAGS_MAX} tags.")));
    }
    Ok(tags)
}

/// What carries tags.
enum Tagged<'s> {
    Bus(String, &'s Bus),
    Rule(String, String, &'s Rule),
}

impl<'s> Tagged<'s> {
    fn find(state: &'s State, arn: &str) -> Result<Tagged<'s>, AwsError> {
        let resource = Arn::parse(arn).filter(|parts| parts.is_at(&state.home)).map(|parts| parts.resource);
        let (kind, rest) = resource.and_then(|resource| resource.split_once('/')).unwrap_or_default();
        match (kind, rest.split_once('/')) {
            ("event-bus", _) => state.bus(Some(rest)).map(|(name, bus)| Tagged::Bus(name, bus)),
            ("rule", None) => state.rule(DEFAULT_BUS, rest).map(|rule| Tagged::Rule(DEFAULT_BUS.to_owned(), rest.to_owned(), rule)),
            ("rule", Some((bus, name))) => state.rule(bus, name).map(|rule| Tagged::Rule(bus.to_owned(), name.to_owned(), rule)),
            _ => Err(AwsError::not_found(format!("Resource {arn} does not exist."))),
        }
    }

    fn tags(&self) -> &BTreeMap<String, String> {
        match self {
            Tagged::Bus(_, bus) => &bus.tags,
            Tagged::Rule(_, _, rule) => &rule.tags,
        }
    }

    fn with(self, tags: BTreeMap<String, String>) -> Change {
        match self {
            Tagged::Bus(name, bus) => Change::Bus { name, now: Some(Bus { tags, ..bus.clone() }) },
            Tagged::Rule(bus, name, rule) => Change::Rule { bus, name, now: Some(Box::new(Rule { tags, ..rule.clone() })) },
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Add {
    #[serde(rename = "ResourceARN")]
    resource: String,
    tags: Vec<Tag>,
}

pub(super) fn add(state: &State, request: Add, _: &mut Context<'_>) -> Outcome<Empty> {
    let tagged = Tagged::find(state, &request.resource)?;
    let tags = added(tagged.tags(), request.tags)?;
    Ok((vec![tagged.with(tags)], Empty {}))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Remove {
    #[serde(rename = "ResourceARN")]
    resource: String,
    tag_keys: Vec<String>,
}

pub(super) fn remove(state: &State, request: Remove, _: &mut Context<'_>) -> Outcome<Empty> {
    let tagged = Tagged::find(state, &request.resource)?;
    let mut tags = tagged.tags().clone();
    tags.retain(|key, _| !request.tag_keys.contains(key));
    Ok((vec![tagged.with(tags)], Empty {}))
}

#[derive(Debug, Deserialize)]
pub(super) struct List {
    #[serde(rename = "ResourceARN")]
    resource: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    tags: Vec<Tag>,
}

pub(super) fn list(state: &State, request: List, _: &mut Context<'_>) -> Outcome<Listed> {
    let tagged = Tagged::find(state, &request.resource)?;
    let tags = tagged.tags().iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() });
    Ok((vec![], Listed { tags: tags.collect() }))
}
