//! A rule's own proof: records that must match, and records that must not.

use serde_json::Value;

/// One hit or miss.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// What it shows.
    pub why: String,
    /// The records; a rule's case has one, a correlation's several.
    pub events: Vec<CaseEvent>,
}

/// One entry of a case: one record, perhaps repeated.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CaseEvent {
    /// The record written out; otherwise it is the first hit of `of`, or of the rule itself.
    pub event: Option<Value>,
    /// Name of the rule whose first hit is meant.
    pub of: Option<String>,
    /// RFC 7396 merge patch on the record.
    pub set: Option<Value>,
    /// How many times; 1 by default.
    pub repeat: u32,
    /// Milliseconds between repetitions.
    pub every_ms: i64,
    /// Milliseconds after the start of the case; right after the entry before when absent.
    pub at_ms: Option<i64>,
    /// Values that change from repetition to repetition, by dotted path: a template with `{n}`, or values used in turn.
    pub vary: Vec<(String, Vec<Value>)>,
}

/// A bound on `repeat`, so that a rule file cannot ask for a billion records.
const REPEAT_MAX: u32 = 100_000;

#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CaseText {
    #[serde(default)]
    why: String,
    event: Option<Value>,
    set: Option<Value>,
    events: Option<Vec<EventText>>,
}

#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct EventText {
    event: Option<Value>,
    of: Option<String>,
    set: Option<Value>,
    repeat: Option<u32>,
    every: Option<String>,
    at: Option<String>,
    #[serde(default)]
    vary: serde_json::Map<String, Value>,
}

impl TryFrom<CaseText> for Case {
    type Error = String;

    fn try_from(text: CaseText) -> Result<Case, String> {
        let events = match (text.events, text.event, text.set) {
            (Some(events), None, None) => events.into_iter().map(CaseEvent::try_from).collect::<Result<_, _>>()?,
            (None, event, set) if event.is_some() || set.is_some() => {
                vec![CaseEvent { event, set, repeat: 1, every_ms: 1000, ..CaseEvent::default() }]
            }
            _ => return Err(format!("the case {:?} needs `event`, `set` or `events`", text.why)),
        };
        Ok(Case { why: text.why, events })
    }
}

impl TryFrom<EventText> for CaseEvent {
    type Error = String;

    fn try_from(text: EventText) -> Result<CaseEvent, String> {
        let vary = text.vary.into_iter().map(|(path, value)| match value {
            Value::Array(values) if values.is_empty() => Err(format!("`vary` for {path} has no values")),
            Value::Array(values) => Ok((path, values)),
            template => Ok((path, vec![template])),
        });
        Ok(CaseEvent {
            event: text.event,
            of: text.of,
            set: text.set,
            repeat: text.repeat.unwrap_or(1).min(REPEAT_MAX),
            every_ms: text.every.as_deref().map_or(Ok(1000), span_ms)?,
            at_ms: text.at.as_deref().map(span_ms).transpose()?,
            vary: vary.collect::<Result<_, _>>()?,
        })
    }
}

/// Sigma's time spans (`90s`, `5m`, `2h`, `1d`), and `0`.
fn span_ms(text: &str) -> Result<i64, String> {
    if text == "0" {
        return Ok(0);
    }
    let span = rsigma_parser::Timespan::parse(text).map_err(|error| error.to_string())?;
    i64::try_from(span.seconds).ok().and_then(|seconds| seconds.checked_mul(1000)).ok_or_else(|| format!("{text} is too long"))
}

impl CaseEvent {
    /// The records this entry stands for, given the record it starts from and when it starts; the end time comes back too.
    pub fn unfold(&self, base: &Value, start_ms: i64) -> (Vec<(i64, Value)>, i64) {
        let mut base = self.event.clone().unwrap_or_else(|| base.clone());
        if let Some(patch) = &self.set {
            merge(&mut base, patch);
        }
        let records = (0..self.repeat).map(|n| {
            let mut record = base.clone();
            for (path, values) in &self.vary {
                let value = &values[n as usize % values.len()];
                let value = match value {
                    Value::String(template) => Value::String(template.replace("{n}", &(n + 1).to_string())),
                    other => other.clone(),
                };
                place(&mut record, path, value);
            }
            (start_ms + i64::from(n) * self.every_ms, record)
        });
        (records.collect(), start_ms + i64::from(self.repeat) * self.every_ms)
    }
}

/// RFC 7396.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Value::Object(target) = target else { return };
    for (key, value) in patch {
        if value.is_null() {
            target.shift_remove(key);
        } else {
            merge(target.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

/// Sets a value at a dotted path, making objects on the way.
fn place(target: &mut Value, path: &str, value: Value) {
    let (key, rest) = match path.split_once('.') {
        Some((key, rest)) => (key, Some(rest)),
        None => (path, None),
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Value::Object(object) = target else { return };
    let member = object.entry(key.to_owned()).or_insert(Value::Null);
    match rest {
        Some(rest) => place(member, rest, value),
        None => *member = value,
    }
}
