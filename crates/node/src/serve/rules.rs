//! Rules of the bus that stand in files: put into force at the start and when the files change.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::Context;
use serde::Deserialize;
use serde_json::{Value, json};
use watchfire_dispatch::Bus;

/// Files of rules. A rule is what PutRule takes, with its `Targets` as PutTargets takes them; a file holds one, or a list of them.
#[derive(Debug)]
pub(super) struct BusFiles {
    places: Vec<PathBuf>,
    /// What each file holds, as it was last put into force: its text, and the rules it named.
    known: Mutex<BTreeMap<PathBuf, Known>>,
}

#[derive(Debug, Clone)]
struct Known {
    text: String,
    rules: Vec<Named>,
}

/// By what a rule is found again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    bus: Option<String>,
    name: String,
}

/// One rule of a file.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Written {
    name: String,
    event_bus_name: Option<String>,
    #[serde(default)]
    targets: Vec<Value>,
    #[serde(flatten)]
    more: serde_json::Map<String, Value>,
}

impl BusFiles {
    pub fn new(places: Vec<PathBuf>) -> BusFiles {
        BusFiles { places, known: Mutex::default() }
    }

    /// Puts what has changed into force. A file that is broken keeps what it last put into force, and is told of; rules of a file that is
    /// gone, or that does not name them any more, are deleted.
    ///
    /// # Errors
    /// When the folders cannot be listed.
    pub fn refresh(&self, bus: &Bus) -> anyhow::Result<()> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut files = Vec::new();
        for place in &self.places {
            files.extend(json_files(place)?);
        }
        let gone: Vec<PathBuf> = known.keys().filter(|file| !files.contains(file)).cloned().collect();
        for file in gone {
            known.remove(&file).into_iter().flat_map(|known| known.rules).for_each(|rule| remove(bus, &rule));
        }
        for file in files {
            let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
            if known.get(&file).is_some_and(|known| known.text == text) {
                continue;
            }
            let before = known.get(&file).map(|known| known.rules.clone()).unwrap_or_default();
            let rules = match put(bus, &text) {
                Ok(rules) => {
                    before.iter().filter(|rule| !rules.contains(rule)).for_each(|rule| remove(bus, rule));
                    rules
                }
                Err(error) => {
                    tracing::warn!("{}: {error:#}; what it put into force before stays", file.display());
                    before
                }
            };
            known.insert(file, Known { text, rules });
        }
        Ok(())
    }
}

/// Puts the rules of a text into force, all of them or, where one is wrong, none of those that follow.
fn put(bus: &Bus, text: &str) -> anyhow::Result<Vec<Named>> {
    let value: Value = serde_json::from_str(text).context("this is no JSON")?;
    let values = match value {
        Value::Array(values) => values,
        one => vec![one],
    };
    let written = values.into_iter().map(serde_json::from_value).collect::<Result<Vec<Written>, _>>();
    let written = written.context("a rule has Name, EventPattern or ScheduleExpression, and Targets")?;
    // First all patterns: a file is in force whole or not at all.
    for rule in &written {
        if let Some(pattern) = rule.more.get("EventPattern") {
            let request = json!({ "EventPattern": text_of(pattern), "Event": TRIAL });
            call(bus, "TestEventPattern", &request).with_context(|| format!("rule {}", rule.name))?;
        }
    }
    for rule in &written {
        let mut request = Value::Object(rule.more.clone());
        request["Name"] = json!(rule.name);
        if let Some(pattern) = rule.more.get("EventPattern") {
            request["EventPattern"] = json!(text_of(pattern));
        }
        let about = json!({ "Rule": rule.name, "EventBusName": rule.event_bus_name });
        request["EventBusName"] = json!(rule.event_bus_name);
        call(bus, "PutRule", &without_nulls(request)).with_context(|| format!("rule {}", rule.name))?;
        drop_targets(bus, &without_nulls(about.clone()))?;
        if !rule.targets.is_empty() {
            let mut request = without_nulls(about);
            request["Targets"] = Value::Array(rule.targets.clone());
            call(bus, "PutTargets", &request).with_context(|| format!("targets of rule {}", rule.name))?;
        }
    }
    Ok(written.into_iter().map(|rule| Named { bus: rule.event_bus_name, name: rule.name }).collect())
}

/// An event that every pattern can be asked about.
const TRIAL: &str = r#"{"id":"1","detail-type":"t","source":"s","account":"111122223333","time":"2026-03-02T09:14:07Z","region":"us-east-1","resources":[],"detail":{}}"#;

/// A pattern may be written as JSON or, as AWS has it, as a text of JSON.
fn text_of(pattern: &Value) -> String {
    pattern.as_str().map_or_else(|| pattern.to_string(), str::to_owned)
}

fn without_nulls(mut value: Value) -> Value {
    if let Value::Object(members) = &mut value {
        members.retain(|_, value| !value.is_null());
    }
    value
}

fn drop_targets(bus: &Bus, about: &Value) -> anyhow::Result<()> {
    let listed: Value = serde_json::from_str(&call(bus, "ListTargetsByRule", about)?)?;
    let ids: Vec<Value> = listed["Targets"].as_array().into_iter().flatten().map(|target| target["Id"].clone()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let mut request = about.clone();
    request["Ids"] = Value::Array(ids);
    call(bus, "RemoveTargets", &request).map(drop)
}

fn remove(bus: &Bus, rule: &Named) {
    let about = without_nulls(json!({ "Rule": rule.name, "EventBusName": rule.bus }));
    let named = without_nulls(json!({ "Name": rule.name, "EventBusName": rule.bus }));
    let removed = drop_targets(bus, &about).and_then(|()| call(bus, "DeleteRule", &named));
    if let Err(error) = removed {
        tracing::warn!(rule = rule.name, "a rule that stands in no file any more could not be deleted: {error:#}");
    }
}

fn call(bus: &Bus, operation: &str, request: &Value) -> anyhow::Result<String> {
    bus.call(operation, &request.to_string()).map_err(|error| anyhow::anyhow!("{}: {}", error.code, error.message))
}

/// All JSON files below a folder, or the file itself, in order of path.
fn json_files(place: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if place.is_file() {
        return Ok(vec![place.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(place).with_context(|| format!("cannot list {}", place.display()))? {
        let path = entry?.path();
        if path.is_file() && path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
